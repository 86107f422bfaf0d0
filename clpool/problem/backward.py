"""Builds the problems of gradients: sums, for each input element, over the windows covering it.

``input_shape`` is the shape of the pooling's input, ``shape`` and ``dtype`` are the gradient's.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np

from .. import families
from ..dtypes import ElementType
from ..errors import ArgumentValueError
from .arguments import check_divisor, check_fit, check_flag, shape_of, spatial_axes
from .forward import floats, rescaled
from .fractional import cells
from .listed import AdaptiveWindow, Bounds, CoveringWindow, ListedWindow, WholePlane, covering
from .problem import Problem, Window
from .window import SlidingWindow


def sliding(
    shape: tuple[int, ...],
    dtype: np.dtype,
    ndim: int,
    mode_name: str,
    input_shape: Any,
    parameters: tuple[Any, ...],
    include_pad: bool,
    divisor: int | None,
    input_index: str | None,
    data_format: str,
) -> Problem:
    """The gradient of pooling an input of ``input_shape`` with a window that slides.

    ``mode_name`` is a key of :data:`clpool.families.GRADIENTS`, ``input_index`` the indices' dtype.
    """
    check_flag("count_include_pad", include_pad)
    check_divisor(divisor)
    element, spatial, lengths = _gradient(shape, dtype, ndim, input_shape, data_format)
    window = SlidingWindow.of(ndim, *parameters, half_limit=True).fitted(lengths)
    _same_outputs(shape, spatial, lengths, window)
    counts = None
    if mode_name == "avg" and divisor is None:
        if window.counts_vary(lengths, include_pad):
            counts = window.tap_counts(lengths, include_pad)
        else:
            divisor = int(np.prod(window.kernel, dtype=object))
    return Problem(
        shape=shape,
        dtype=element,
        out=element,
        spatial=spatial,
        window=CoveringWindow(window, lengths, counts),
        mode=families.GRADIENTS[mode_name],
        divisor=divisor,
        input_index=input_index,
    )


def adaptive(
    shape: tuple[int, ...],
    dtype: np.dtype,
    ndim: int,
    mode_name: str,
    input_shape: Any,
    input_index: str | None,
    data_format: str,
) -> Problem:
    """The gradient of adaptive pooling of an input of ``input_shape``."""
    element, spatial, lengths = _gradient(shape, dtype, ndim, input_shape, data_format)
    outputs = tuple(shape[axis] for axis in spatial)
    bounds = AdaptiveWindow(outputs).bounds(lengths)
    counts = tuple(b[:, 1] - b[:, 0] for b in bounds) if mode_name == "avg" else None
    return _listed_gradient(
        shape, element, spatial, lengths, bounds, counts, mode_name, input_index
    )


def _listed_gradient(
    shape: tuple[int, ...],
    element: ElementType,
    spatial: tuple[int, ...],
    lengths: tuple[int, ...],
    bounds: Sequence[Bounds],
    counts: tuple[Bounds, ...] | None,
    mode_name: str,
    input_index: str | None = None,
) -> Problem:
    """The gradient over listed windows: a sum, for each element, over the windows covering it."""
    covers = tuple(covering(b, i) for b, i in zip(bounds, lengths, strict=True))
    if input_index is not None:
        counts = tuple(b.clip(0, i) for b, i in zip(bounds, lengths, strict=True))
    return Problem(
        shape=shape,
        dtype=element,
        out=element,
        spatial=spatial,
        window=ListedWindow(lengths, covers, gradient=True, counts=counts),
        mode=families.GRADIENTS[mode_name],
        input_index=input_index,
    )


def sequences(
    shape: tuple[int, ...],
    dtype: np.dtype,
    ndim: int,
    input_shape: Any,
    places: tuple[tuple[int, ...], ...],
    overlapping: bool,
    data_format: str,
) -> Problem:
    """The gradient of averages of the cells between the places of sequences."""
    element, spatial, lengths = _gradient(shape, dtype, ndim, input_shape, data_format)
    bounds = cells(places, lengths, overlapping)
    _same_outputs(shape, spatial, lengths, ListedWindow.of(*bounds))
    counts = tuple(b[:, 1] - b[:, 0] for b in bounds)
    return _listed_gradient(shape, element, spatial, lengths, bounds, counts, "avg")


def fractional(
    shape: tuple[int, ...],
    dtype: np.dtype,
    ndim: int,
    input_shape: Any,
    kernel: tuple[int, ...],
    input_index: str,
    data_format: str,
) -> Problem:
    """The gradient of fractional maxima, for any samples.

    The start of window j is less than one element from ``j * alpha``, or the last; among the
    windows that may cover an element the indices tell those that chose it.
    """
    element, spatial, lengths = _gradient(shape, dtype, ndim, input_shape, data_format)
    check_fit(lengths, kernel, tuple(shape[axis] for axis in spatial))
    bounds = []
    for axis, n, k in zip(spatial, lengths, kernel, strict=True):
        o = shape[axis]
        starts = np.arange(o) * ((n - k) / max(o - 1, 1))
        begins = np.floor(starts).astype(np.int64) - 1
        ends = np.ceil(starts).astype(np.int64) + k + 1
        begins[-1:], ends[-1:] = n - k, n
        begins = np.minimum.accumulate(begins[::-1])[::-1]
        bounds.append(np.stack([begins, np.maximum.accumulate(ends)], axis=-1))
    return _listed_gradient(shape, element, spatial, lengths, bounds, None, "select", input_index)


def fractional_avg(
    shape: tuple[int, ...],
    dtype: np.dtype,
    ndim: int,
    input_shape: Any,
    kernel: tuple[int, ...],
    data_format: str,
) -> Problem:
    """The gradient of fractional averages: every call lists the windows that cover an element."""
    element, spatial, lengths = _gradient(shape, dtype, ndim, input_shape, data_format)
    check_fit(lengths, kernel, tuple(shape[axis] for axis in spatial))
    return Problem(
        shape=shape,
        dtype=element,
        out=element,
        spatial=spatial,
        window=ListedWindow(lengths, gradient=True),
        mode=families.GRADIENTS["avg"],
        divisor=prod(kernel),
    )


def weighted(
    shape: tuple[int, ...],
    dtype: np.dtype,
    ndim: int,
    name: str,
    input_shape: Any,
    parameters: tuple[Any, ...],
    data_format: str,
) -> Problem:
    """The gradient of an average by weights of the taps' own."""
    element, spatial, lengths = _gradient(shape, dtype, ndim, input_shape, data_format)
    window = SlidingWindow.of(ndim, *parameters, half_limit=True).fitted(lengths)
    _same_outputs(shape, spatial, lengths, window)
    return Problem(
        shape=shape,
        dtype=element,
        out=element,
        spatial=spatial,
        window=CoveringWindow(window, lengths),
        mode=families.WEIGHTED_BACKWARD[name],
    )


def unpool(
    shape: tuple[int, ...],
    dtype: np.dtype,
    ndim: int,
    input_shape: tuple[int, ...],
    input_index: str,
    data_format: str,
) -> Problem:
    """The gradient of unpooling: a gather at the indices of the pooling."""
    element, spatial, lengths = _gradient(shape, dtype, ndim, input_shape, data_format)
    return Problem(
        shape=shape,
        dtype=element,
        out=element,
        spatial=spatial,
        window=WholePlane(lengths),
        mode=families.UNPOOL_BACKWARD,
        input_index=input_index,
    )


def lp(
    shape: tuple[int, ...],
    dtype: np.dtype,
    ndim: int,
    norm: float,
    input_shape: Any,
    parameters: tuple[Any, ...] | None,
    signed: bool,
    data_format: str,
) -> Problem:
    """The gradient of the norm of the taps of a window, or of whole planes (no parameters)."""
    check_flag("signed", signed)
    if not np.isfinite(norm):
        raise ArgumentValueError(f"norm_type {norm} has no gradient; allowed: finite numbers")
    element, spatial, lengths = _gradient(shape, dtype, ndim, input_shape, data_format)
    if parameters is None:
        bounds = AdaptiveWindow((1,) * ndim).bounds(lengths)
        _same_outputs(shape, spatial, lengths, AdaptiveWindow((1,) * ndim))
        covers = tuple(covering(b, i) for b, i in zip(bounds, lengths, strict=True))
        scaled = False
        window: Window = ListedWindow(lengths, covers, gradient=True)
    else:
        slides = SlidingWindow.of(ndim, *parameters, half_limit=True).fitted(lengths)
        _same_outputs(shape, spatial, lengths, slides)
        scaled = rescaled(slides, lengths, signed)
        counts = slides.tap_counts(lengths, True) if scaled else None
        window = CoveringWindow(slides, lengths, counts)
    return Problem(
        shape=shape,
        dtype=element,
        out=element,
        spatial=spatial,
        window=window,
        mode=families.lp_backward(norm, signed, scaled),
        power=norm,
    )


def _gradient(
    shape: tuple[int, ...], dtype: np.dtype, ndim: int, input_shape: Any, data_format: str
) -> tuple[ElementType, tuple[int, ...], tuple[int, ...]]:
    """The element type, the pooled axes, and the lengths that the input had there."""
    element = floats("grad", dtype)
    given = shape_of(input_shape, "input_shape")
    spatial = spatial_axes(given, ndim, data_format, named=True, channels=0, name="input_shape")
    others = [axis for axis in range(len(given)) if axis not in spatial]
    if len(given) != len(shape) or any(given[axis] != shape[axis] for axis in others):
        raise ArgumentValueError(
            f"grad has shape {shape}, which pooling an input of shape {given} does not give: "
            "their batch and channels must agree"
        )
    return element, spatial, tuple(given[axis] for axis in spatial)


def _same_outputs(
    shape: tuple[int, ...], spatial: tuple[int, ...], lengths: tuple[int, ...], window: Window
) -> None:
    expected = list(shape)
    for axis, length in zip(spatial, window.output_shape(lengths), strict=True):
        expected[axis] = length
    if tuple(expected) != shape:
        raise ArgumentValueError(
            f"grad has shape {shape}, the pooling's result has {tuple(expected)}"
        )
