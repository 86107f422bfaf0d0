"""Images in and out for the command line: files to pictures, pictures to files, a figure.

Pillow, tifffile, tqdm and matplotlib are extras: each is imported where it is first needed.
"""

from __future__ import annotations

import importlib
import os
import struct
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import ArgumentValueError, ClpoolError
from .pictures import Picture

#: Read and written by tifffile: stacks, and 16 bits of a colour.
TIFF = (".tif", ".tiff")
SUFFIXES = (".jpeg", ".jpg", ".png", ".tif", ".tiff")

#: Pillow's modes whose arrays hold the picture itself; all others are converted to RGB or RGBA.
_PLAIN_MODES = ("F", "I", "I;16", "I;16B", "I;16L", "L", "LA", "RGB", "RGBA")

#: A PNG's bits and kinds of colours of which Pillow keeps eight bits.
_DEEP_COLOURS = (b"\x10\x02", b"\x10\x04", b"\x10\x06")


def extra(module: str) -> Any:
    """A module of the extra ``image``, or an error that says how to install it."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise ClpoolError(
            f"this needs {module.partition('.')[0]} ({error}): pip install 'clpool[image]'"
        ) from error


def image_files(folder: Path) -> list[Path]:
    """The images of a folder by name, without those of its subfolders.

    Raises:
        ArgumentValueError: there is none.
    """
    found = sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES)
    if not found:
        raise ArgumentValueError(f"{folder} holds no image; allowed: {', '.join(SUFFIXES)}")
    return found


def read_picture(path: Path) -> Picture:
    """The pixels of a file as they are displayed.

    The dtype is the file's. A palette or CMYK is converted to RGB first, because neighbours in a
    palette are not neighbours in colour.

    Raises:
        ArgumentValueError: no image, or one of which Pillow would lose bits or frames.
    """
    try:
        found = _read_tiff(path) if path.suffix.lower() in TIFF else None
        array = _read_by_pillow(path) if found is None else found.array
    except (OSError, SyntaxError) as error:
        raise ArgumentValueError(f"{path} cannot be read: {error}") from error
    array = array.astype(array.dtype.newbyteorder("="), copy=False)
    return Picture(array, ("YX" if array.ndim == 2 else "YXS") if found is None else found.axes)


def _read_tiff(path: Path) -> Picture | None:
    """The pixels of a TIFF; None of one image that Pillow reads whole, or has to convert."""
    tifffile = extra("tifffile")
    try:
        with tifffile.TiffFile(path) as file:
            page, series = file.pages[0], file.series
            kind, bits = page.photometric.name.lower(), page.bitspersample
            plain = kind in ("minisblack", "rgb") and bits >= 8
            if len(file.pages) == 1 and (bits == 8 or not plain):
                return None
            if len(series) > 1 or not plain:
                raise ValueError(f"{len(series)} series, {kind}; allowed: one, gray or RGB")
            if page.tags.get("Orientation") and page.tags["Orientation"].value != 1:
                raise ValueError("its Orientation says that it is turned; allowed: upright")
            return Picture(series[0].asarray(), series[0].axes)
    except (tifffile.TiffFileError, ValueError, IndexError, struct.error) as error:
        text = f"{path} is not an image that tifffile can read: {error}"
        raise ArgumentValueError(text) from error


def _read_by_pillow(path: Path) -> np.ndarray:
    """The pixels of one image, ``(height, width)`` or ``(height, width, samples)``."""
    pillow, image_ops = extra("PIL.Image"), extra("PIL.ImageOps")
    try:
        with pillow.open(path) as opened:
            frames = getattr(opened, "n_frames", 1)
            if frames != 1:
                raise ArgumentValueError(
                    f"{path} holds {frames} images; allowed: one, or a TIFF stack"
                )
            if opened.format == "PNG" and path.read_bytes()[24:26] in _DEEP_COLOURS:
                raise ArgumentValueError(
                    f"{path} has 16 bits a channel, of which Pillow reads 8: convert it to TIFF"
                )
            image = image_ops.exif_transpose(opened)
            if image.mode not in _PLAIN_MODES:
                image = image.convert("RGBA" if image.has_transparency_data else "RGB")
            return np.asarray(image)
    except pillow.UnidentifiedImageError as error:
        raise ArgumentValueError(f"{path} is not an image that Pillow can read") from error


def write_picture(path: Path, picture: Picture) -> None:
    """Write a picture as a file, whole or not at all; the suffix of ``path`` says the format.

    Raises:
        ArgumentValueError: the format is unknown, or cannot hold such an array.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise ArgumentValueError(
            f"cannot write {path}: suffix {path.suffix!r}; allowed: {', '.join(SUFFIXES)}"
        )
    part = path.with_name(f".{path.stem}.{os.getpid()}{path.suffix}")
    try:
        if suffix in TIFF:
            _write_tiff(part, picture)
        else:
            if len(picture.axes.strip("S")) > 2:
                raise ValueError(f"a stack of {picture.frames} frames; allowed: .tif")
            pixels = extra("PIL.Image").fromarray(np.ascontiguousarray(picture.array))
            pixels.save(part, **({"quality": 95} if suffix in (".jpg", ".jpeg") else {}))
        os.replace(part, path)
    except (OSError, ValueError, TypeError) as error:
        raise ArgumentValueError(f"cannot write {path}: {error}") from error
    finally:
        part.unlink(missing_ok=True)


def _write_tiff(path: Path, picture: Picture) -> None:
    samples = picture.array.shape[-1] if picture.axes.endswith("S") else 1
    extra("tifffile").imwrite(
        path,
        np.ascontiguousarray(picture.array),
        photometric="rgb" if samples in (3, 4) else "minisblack",
        extrasamples=["unassalpha"] if samples in (2, 4) else None,
        planarconfig="contig" if samples > 1 else None,
        metadata={"axes": picture.axes} if len(picture.axes.strip("S")) > 2 else None,
    )


def write_comparison(path: Path, panels: list[tuple[str, np.ndarray]]) -> None:
    """Draw images side by side at one size, each under its title, into a PNG, PDF or SVG."""
    figure_type = extra("matplotlib.figure").Figure
    first = panels[0][1]
    height, width = first.shape[:2]
    figure = figure_type(
        figsize=(4.5 * len(panels), 4.5 * height / width + 0.5), layout="constrained"
    )
    for axes, (title, image) in zip(
        np.atleast_1d(figure.subplots(1, len(panels))), panels, strict=True
    ):
        flat = image.ndim == 2 or image.shape[-1] == 2
        shown = image[..., 0] if flat and image.ndim == 3 else image
        limits = {"cmap": "gray", "vmin": first.min(), "vmax": first.max()} if flat else {}
        axes.imshow(shown, interpolation="nearest", **limits)
        axes.set_title(title, fontsize=11)
        axes.set_axis_off()
    try:
        figure.savefig(path, dpi=150, bbox_inches="tight")
    except (OSError, ValueError) as error:
        raise ArgumentValueError(f"cannot write {path}: {error}") from error
