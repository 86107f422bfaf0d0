"""Problems of fractional pooling: windows that every call lists, or cells of given sequences."""

from __future__ import annotations

from math import prod

import numpy as np

from .. import modes
from ..dtypes import element_type
from ..errors import ArgumentValueError
from .arguments import check_flag, index_type, spatial_axes
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
    return _listed(shape, dtype, spatial, mode_name, ListedWindow.of(*bounds), return_indices)


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
    window = ListedWindow(outputs, kernel=kernel)
    return _listed(shape, dtype, spatial, mode_name, window, return_indices, divisor)


def _listed(
    shape: tuple[int, ...],
    dtype: np.dtype,
    spatial: tuple[int, ...],
    mode_name: str,
    window: ListedWindow,
    return_indices: bool,
    divisor: int | None = None,
) -> Problem:
    check_flag("return_indices", return_indices)
    mode, element = modes.find(mode_name), element_type(dtype)
    lengths = tuple(shape[axis] for axis in spatial)
    return Problem(
        shape=shape,
        dtype=element,
        out=element,
        spatial=spatial,
        window=window,
        mode=mode,
        index=index_type(np.int64, lengths, mode) if return_indices else None,
        divisor=divisor,
    )


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
