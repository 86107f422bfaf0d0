"""Max pooling of the cells of regions of interest."""

from __future__ import annotations

import numpy as np

from ..errors import ArgumentValueError
from ..problem.listed import Bounds, ListedWindow
from .modes import pool
from .taps import Array


def roi_max_pool(
    x: Array, rois: Array, output_size: tuple[int, int], spatial_scale: float = 1.0
) -> Array:
    """The maxima of the cells of regions of interest (ONNX's MaxRoiPool, Girshick 2015).

    A region's corners are scaled and rounded, halves away from zero; both belong to it, and it is
    at least one element wide. Cell ``j`` of ``o`` covers ``floor(j * b)`` to ``ceil((j + 1) * b)``,
    with ``b`` the length over ``o``, all in float32, and clipped to ``x``. An empty cell gives 0.

    Args:
        x: an array of shape (N, C, H, W).
        rois: regions of shape (R, 5): (batch index, x1, y1, x2, y2).
        output_size: the cells of a region on each axis.
        spatial_scale: what the corners are multiplied by.

    Returns:
        The values, of shape (R, C, *output_size).

    Raises:
        ArgumentValueError: shapes do not fit, or a batch index is none of ``x``.

    Example:
        >>> x = np.arange(16.0).reshape(1, 1, 4, 4)
        >>> roi_max_pool(x, np.array([[0, 1, 1, 3, 2]]), (1, 2)).tolist()
        [[[[10.0, 11.0]]]]
    """
    if x.ndim != 4 or rois.ndim != 2 or rois.shape[1] != 5:
        raise ArgumentValueError(f"x must be (N, C, H, W) and rois (R, 5): {x.shape}, {rois.shape}")
    images = rois[:, 0].astype(np.int64)
    if ((images < 0) | (images >= len(x))).any():
        raise ArgumentValueError(f"a region's batch index is not one of {len(x)}: {images}")
    scaled = (rois[:, 1:].astype(np.float32) * np.float32(spatial_scale)).astype(np.float64)
    corners = (np.sign(scaled) * np.floor(np.abs(scaled) + 0.5)).astype(np.int64)
    x1, y1, x2, y2 = corners.T
    height, width = x.shape[2:]
    down = _cells(y1, y2, output_size[0], height)
    across = _cells(x1, x2, output_size[1], width)
    values = pool(x[images], ListedWindow.of(down, across), "max")
    empty_down, empty_across = (b[..., 0] >= b[..., 1] for b in (down, across))
    return np.where(empty_down[..., None] | empty_across[..., None, :], x.dtype.type(0), values)


def _cells(first: Array, last: Array, outputs: int, length: int) -> Bounds:
    """The bounds of every region's cells on one axis, shape (regions, 1, outputs, 2)."""
    size = np.maximum(last - first + 1, 1).astype(np.float32)[:, None]
    step, j = size / np.float32(outputs), np.arange(outputs + 1, dtype=np.float32)
    edges = np.stack([np.floor(j[:-1] * step), np.ceil(j[1:] * step)], axis=-1)
    return np.clip(edges.astype(np.int64) + first[:, None, None], 0, length)[:, None]
