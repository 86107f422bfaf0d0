"""Pooled pictures: which axes of one are pooled, and by which operator."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import ArgumentValueError
from ..modes import MODES
from ..ops.pool import pool
from ..ops.signature import FUNCTIONS

#: Operators of their own beside the modes; those that take floats alone.
OPERATORS = ("lp", "soft", "stochastic", "median", "mode")
FLOATS = frozenset({"lp", "soft", "stochastic"})


@dataclass(frozen=True)
class Picture:
    """The pixels of a file.

    Args:
        array: as they are kept.
        axes: a letter for each axis: Y and X of the plane, S the samples of a pixel, others of
            frames, as TIFF names them.
    """

    array: np.ndarray
    axes: str

    @property
    def frames(self) -> int:
        """The number of planes, whatever a pixel holds."""
        return int(
            np.prod([n for n, a in zip(self.array.shape, self.axes, strict=True) if a not in "YXS"])
        )

    @property
    def size(self) -> str:
        """The width and the height, and the number of frames of a stack."""
        height, width = (self.array.shape[self.axes.index(axis)] for axis in "YX")
        return f"{width}x{height}" + f", {self.frames} frames" * (len(self.axes.strip("S")) > 2)

    @property
    def first(self) -> np.ndarray:
        """The first frame."""
        found, axes = self.array, self.axes
        while axes[0] not in "YXS":
            found, axes = found[0], axes[1:]
        return found


def pooled(picture: Picture, window: tuple[int, ...], mode: str, **options: Any) -> Picture:
    """Pool the last axes of a picture, as many as the window has; each sample on its own.

    Args:
        window: of Y and X, or of the axis of frames before them, too.
        mode: one of the registry, or of :data:`OPERATORS`.
        options: ``stride``, ``padding``; ``norm_type`` of "lp", ``seed`` of "stochastic".

    Raises:
        ArgumentValueError: the picture has fewer axes; what the operators refuse.

    Integers that an operator takes as floats are rounded, and cut to their type's range.

    Example:
        >>> x = np.arange(16, dtype=np.uint8).reshape(4, 4)
        >>> pooled(Picture(x, "YX"), (2, 2), "max").array
        array([[ 5,  7],
               [13, 15]], dtype=uint8)
    """
    samples = picture.axes.find("S")
    # Only the axes' order changes: interleaved samples are pooled where they lie.
    planes = picture.array if samples < 0 else np.moveaxis(picture.array, samples, 0)
    axes = picture.axes.replace("S", "")
    if len(window) > len(axes):
        raise ArgumentValueError(
            f"the window has {len(window)} axes, the image {len(axes)} ({axes}); a stack has more"
        )
    if mode in MODES:
        found = np.asarray(pool(planes, window, mode, **options))
    else:
        found = _by_operator(planes, window, mode, **options)
    return Picture(found if samples < 0 else np.moveaxis(found, 0, samples), picture.axes)


def _by_operator(
    planes: np.ndarray, window: tuple[int, ...], mode: str, **options: Any
) -> np.ndarray:
    ndim, dtype = len(window), planes.dtype
    leading = planes.shape[: planes.ndim - ndim]
    x = planes.reshape(1, int(np.prod(leading)), *planes.shape[planes.ndim - ndim :])
    floats = mode in FLOATS and dtype.kind in "iu"
    if floats:
        x = x.astype(np.float32 if dtype.itemsize < 4 else np.float64)
    first = (options.pop("norm_type"),) if mode == "lp" else ()
    found = FUNCTIONS[f"{mode}_pool{ndim}d"](x, *first, window, **options)
    if floats:
        limits = np.iinfo(dtype)
        found = np.clip(np.rint(found), limits.min, limits.max).astype(dtype)
    return np.asarray(found.reshape(*leading, *found.shape[2:]))
