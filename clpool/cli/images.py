"""Images in and out for the command line: files to arrays, arrays to files, a figure.

Pillow, tqdm and matplotlib are extras: each is imported where it is first needed.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import ArgumentValueError, ClpoolError
from ..ops.pool import pool

SUFFIXES = (".jpeg", ".jpg", ".png", ".tif", ".tiff")

#: Pillow's modes whose arrays hold the picture itself; all others are converted to RGB or RGBA.
_PLAIN_MODES = ("F", "I", "I;16", "I;16B", "I;16L", "L", "LA", "RGB", "RGBA")


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


def read_image(path: Path) -> np.ndarray:
    """An image as it is displayed, ``(height, width)`` or ``(height, width, channels)``.

    The dtype is the file's: uint8, uint16, int32 or float32. A palette or CMYK is converted
    to RGB first, because neighbours in a palette are not neighbours in colour.

    Raises:
        ArgumentValueError: no image, or a file of several (animations, TIFF stacks).
    """
    pillow, image_ops = extra("PIL.Image"), extra("PIL.ImageOps")
    try:
        with pillow.open(path) as opened:
            frames = getattr(opened, "n_frames", 1)
            if frames != 1:
                raise ArgumentValueError(f"{path} holds {frames} images; allowed: one")
            image = image_ops.exif_transpose(opened)
            if image.mode not in _PLAIN_MODES:
                image = image.convert("RGBA" if image.has_transparency_data else "RGB")
            array = np.asarray(image)
    except pillow.UnidentifiedImageError as error:
        raise ArgumentValueError(f"{path} is not an image that Pillow can read") from error
    except (OSError, SyntaxError) as error:
        raise ArgumentValueError(f"{path} cannot be read: {error}") from error
    return array.astype(array.dtype.newbyteorder("="), copy=False)


def write_image(path: Path, array: np.ndarray) -> None:
    """Write an array as an image; the suffix of ``path`` says the format.

    Raises:
        ArgumentValueError: the format is unknown, or cannot hold such an array.
    """
    pillow = extra("PIL.Image")
    if path.suffix.lower() not in SUFFIXES:
        raise ArgumentValueError(
            f"cannot write {path}: suffix {path.suffix!r}; allowed: {', '.join(SUFFIXES)}"
        )
    image = pillow.fromarray(np.ascontiguousarray(array))
    options = {"quality": 95} if path.suffix.lower() in (".jpg", ".jpeg") else {}
    try:
        image.save(path, **options)
    except (OSError, ValueError) as error:
        raise ArgumentValueError(f"cannot write {path}: {error}") from error


def pool_image(image: np.ndarray, window: Any, mode: str, **options: Any) -> np.ndarray:
    """Pool the height and the width of an image; every channel, alpha too, on its own.

    Example:
        >>> pool_image(np.arange(16, dtype=np.uint8).reshape(4, 4), (2, 2), "max")
        array([[ 5,  7],
               [13, 15]], dtype=uint8)
    """
    if image.ndim == 2:
        return np.asarray(pool(image, window, mode, **options))
    # Only the axes' order changes: the interleaved channels are pooled where they lie.
    planes = np.moveaxis(image, -1, 0)
    return np.moveaxis(np.asarray(pool(planes, window, mode, **options)), 0, -1)


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
