"""Problems of fractional pooling: windows that every call lists, or cells of given sequences."""

from __future__ import annotations

from math import prod

import numpy as np

from .. import modes
from ..errors import ArgumentValueError
from .arguments import spatial_axes
from .forward import of_window
from .listed import Bounds, ListedWindow, sequence_bounds
from .problem import Problem


def sequences(
    shape: tuple[int, ...],
    dtype: np.dtype,
    ndim: int,
    mode_name: str,
    places: tuple[tuple[int, ...], ...],
    overlapping: bool,
    return_indices: bool,
    data_format: str,
) -> Problem:
    """Cells between the places of TensorFlow's pooling sequences."""
    spatial = spatial_axes(shape, ndim, data_format, named=True)
    bounds = cells(places, tuple(shape[axis] for axis in spatial), overlapping)
    window, mode = ListedWindow.of(*bounds), modes.find(mode_name)
    return of_window(shape, dtype, spatial, window, mode, return_indices)


def fractional(
    shape: tuple[int, ...],
    dtype: np.dtype,
    ndim: int,
    mode_name: str,
    kernel: tuple[int, ...],
    outputs: tuple[int, ...],
    return_indices: bool,
    data_format: str,
) -> Problem:
    """Windows of one size whose starts every call lists, plane by plane."""
    spatial = spatial_axes(shape, ndim, data_format, named=True)
    divisor = prod(kernel) if mode_name == "avg" else None
    window, mode = ListedWindow(outputs, kernel=kernel), modes.find(mode_name)
    return of_window(shape, dtype, spatial, window, mode, return_indices, divisor=divisor)


def cells(
    places: tuple[tuple[int, ...], ...], lengths: tuple[int, ...], overlapping: bool
) -> list[Bounds]:
    """The bounds of the cells between the places of a sequence per axis."""
    if len(places) != len(lengths):
        raise ArgumentValueError(
            f"sequences must be {len(lengths)}, one per spatial axis, got {len(places)}"
        )
    pairs = enumerate(zip(places, lengths, strict=True))
    return [sequence_bounds(f"sequences[{n}]", p, i, overlapping) for n, (p, i) in pairs]
