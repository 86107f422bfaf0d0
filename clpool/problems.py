"""From the arguments of a call to its problem: nothing here touches a device.

Every function checks all that is not an array, and names what it refuses.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np

from . import modes
from .arguments import (
    check_divisor,
    check_flag,
    check_inside,
    index_type,
    one_of,
    rank_of,
    result_type,
    shape_of,
    spatial_axes,
)
from .dtypes import ElementType, element_type
from .errors import ArgumentTypeError, ArgumentValueError
from .geometry import Window
from .listed import (
    AdaptiveWindow,
    Bounds,
    CoveringWindow,
    ListedWindow,
    WholePlane,
    covering,
    sequence_bounds,
)
from .problem import Problem
from .window import SlidingWindow


def sliding(
    shape: tuple[int, ...],
    dtype: np.dtype,
    rank: int | None,
    mode_name: str,
    parameters: tuple[Any, ...],
    options: tuple[Any, ...],
    data_format: str,
) -> Problem:
    """Check everything about a call but its arrays; rank None is the n-dimensional core."""
    window, stride, padding, dilation, ceil_mode = parameters
    include_pad, divisor, nan, return_indices, index_dtype, result_dtype = options
    mode = modes.find(mode_name)
    named = rank is not None
    if rank is None:
        rank = rank_of(window)
    spatial = spatial_axes(shape, rank, data_format, named)
    slides = SlidingWindow.of(rank, window, stride, padding, dilation, ceil_mode, half_limit=named)
    one_of("nan", nan, ("propagate", "ignore"))
    check_flag("return_indices", return_indices)
    check_flag("count_include_pad", include_pad)
    element = element_type(dtype)
    if element.kind not in mode.kinds:
        raise ArgumentTypeError(
            f"x has dtype {dtype}, but mode {mode.name!r} takes only "
            f"{', '.join(sorted(mode.kinds))} elements"
        )
    check_divisor(divisor)
    if divisor is not None and divisor < 0 and element.kind == "uint":
        raise ArgumentValueError(
            f"divisor_override {divisor} is negative, but the result is {element.name}; "
            "allowed: positive integers"
        )
    lengths = tuple(shape[axis] for axis in spatial)
    if named and rank == 3 and mode.divides and isinstance(slides.padding, tuple):
        check_inside("avg_pool3d", lengths, slides)
    return Problem(
        shape=shape,
        dtype=element,
        out=result_type(element, result_dtype, mode),
        spatial=spatial,
        window=slides.fitted(lengths),
        mode=mode,
        nan=nan,
        index=index_type(index_dtype, lengths, mode) if return_indices else None,
        divisor=divisor,
        count_include_pad=include_pad,
    )


def adaptive(
    shape: tuple[int, ...],
    dtype: np.dtype,
    rank: int,
    mode_name: str,
    output_size: Any,
    return_indices: bool,
    index_dtype: Any,
    nan: str,
    data_format: str,
) -> Problem:
    """Windows that share the input evenly among ``output_size`` outputs."""
    mode = modes.find(mode_name)
    spatial = spatial_axes(shape, rank, data_format, named=True, channels=0)
    one_of("nan", nan, ("propagate", "ignore"))
    check_flag("return_indices", return_indices)
    element = element_type(dtype)
    lengths = tuple(shape[axis] for axis in spatial)
    return Problem(
        shape=shape,
        dtype=element,
        out=element,
        spatial=spatial,
        window=AdaptiveWindow.of(rank, output_size),
        mode=mode,
        nan=nan,
        index=index_type(index_dtype, lengths, mode) if return_indices else None,
    )


def sliding_gradient(
    shape: tuple[int, ...],
    dtype: np.dtype,
    rank: int,
    mode_name: str,
    input_shape: Any,
    parameters: tuple[Any, ...],
    include_pad: bool,
    divisor: int | None,
    chosen: str | None,
    data_format: str,
) -> Problem:
    """The gradient of pooling an input of ``input_shape`` with a window that slides.

    ``mode_name`` is a key of :data:`clpool.modes.GRADIENTS`, ``chosen`` the dtype of the indices.
    """
    check_flag("count_include_pad", include_pad)
    check_divisor(divisor)
    element, spatial, lengths = _gradient(shape, dtype, rank, input_shape, data_format)
    window = SlidingWindow.of(rank, *parameters, half_limit=True).fitted(lengths)
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
        mode=modes.GRADIENTS[mode_name],
        divisor=divisor,
        chosen=chosen,
    )


def adaptive_gradient(
    shape: tuple[int, ...],
    dtype: np.dtype,
    rank: int,
    mode_name: str,
    input_shape: Any,
    chosen: str | None,
    data_format: str,
) -> Problem:
    """The gradient of adaptive pooling of an input of ``input_shape``."""
    element, spatial, lengths = _gradient(shape, dtype, rank, input_shape, data_format)
    outputs = tuple(shape[axis] for axis in spatial)
    bounds = AdaptiveWindow(outputs).bounds(lengths)
    counts = tuple(b[:, 1] - b[:, 0] for b in bounds) if mode_name == "avg" else None
    return _listed_gradient(shape, element, spatial, lengths, bounds, counts, mode_name, chosen)


def _listed_gradient(
    shape: tuple[int, ...],
    element: ElementType,
    spatial: tuple[int, ...],
    lengths: tuple[int, ...],
    bounds: Sequence[Bounds],
    counts: tuple[Bounds, ...] | None,
    mode_name: str,
    chosen: str | None = None,
) -> Problem:
    """What flows to each element from the windows of these bounds that cover it."""
    covers = tuple(covering(b, i) for b, i in zip(bounds, lengths, strict=True))
    return Problem(
        shape=shape,
        dtype=element,
        out=element,
        spatial=spatial,
        window=ListedWindow(lengths, covers, gradient=True, counts=counts),
        mode=modes.GRADIENTS[mode_name],
        chosen=chosen,
    )


def sequences(
    shape: tuple[int, ...],
    dtype: np.dtype,
    rank: int,
    mode_name: str,
    places: tuple[tuple[int, ...], ...],
    overlapping: bool,
    return_indices: bool,
    data_format: str,
) -> Problem:
    """Cells between the places of TensorFlow's pooling sequences."""
    spatial = spatial_axes(shape, rank, data_format, named=True)
    bounds = _cells(places, tuple(shape[axis] for axis in spatial), overlapping)
    return _listed(shape, dtype, spatial, mode_name, ListedWindow.of(*bounds), return_indices)


def fractional(
    shape: tuple[int, ...],
    dtype: np.dtype,
    rank: int,
    mode_name: str,
    kernel: tuple[int, ...],
    outputs: tuple[int, ...],
    return_indices: bool,
    data_format: str,
) -> Problem:
    """Windows of one size whose starts every call lists, plane by plane."""
    spatial = spatial_axes(shape, rank, data_format, named=True)
    divisor = prod(kernel) if mode_name == "avg" else None
    window = ListedWindow(outputs)
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


def sequences_gradient(
    shape: tuple[int, ...],
    dtype: np.dtype,
    rank: int,
    input_shape: Any,
    places: tuple[tuple[int, ...], ...],
    overlapping: bool,
    data_format: str,
) -> Problem:
    """The gradient of averages of the cells between the places of sequences."""
    element, spatial, lengths = _gradient(shape, dtype, rank, input_shape, data_format)
    bounds = _cells(places, lengths, overlapping)
    _same_outputs(shape, spatial, lengths, ListedWindow.of(*bounds))
    counts = tuple(b[:, 1] - b[:, 0] for b in bounds)
    return _listed_gradient(shape, element, spatial, lengths, bounds, counts, "avg")


def fractional_gradient(
    shape: tuple[int, ...],
    dtype: np.dtype,
    rank: int,
    input_shape: Any,
    kernel: tuple[int, ...],
    chosen: str,
    data_format: str,
) -> Problem:
    """The gradient of fractional maxima, whatever the samples were.

    The start of window j is less than one element from ``j * alpha``, or the last; among the
    windows that may cover an element the indices tell those that chose it.
    """
    element, spatial, lengths = _gradient(shape, dtype, rank, input_shape, data_format)
    bounds = []
    for axis, n, k in zip(spatial, lengths, kernel, strict=True):
        o = shape[axis]
        starts = np.arange(o) * ((n - k) / max(o - 1, 1))
        begins = np.floor(starts).astype(np.int64) - 1
        ends = np.ceil(starts).astype(np.int64) + k + 1
        begins[-1:], ends[-1:] = n - k, n
        begins = np.minimum.accumulate(begins[::-1])[::-1]
        bounds.append(np.stack([begins, np.maximum.accumulate(ends)], axis=-1))
    return _listed_gradient(shape, element, spatial, lengths, bounds, None, "select", chosen)


def fractional_avg_gradient(
    shape: tuple[int, ...],
    dtype: np.dtype,
    rank: int,
    input_shape: Any,
    kernel: tuple[int, ...],
    data_format: str,
) -> Problem:
    """The gradient of fractional averages: every call lists the windows that cover an element."""
    element, spatial, lengths = _gradient(shape, dtype, rank, input_shape, data_format)
    return Problem(
        shape=shape,
        dtype=element,
        out=element,
        spatial=spatial,
        window=ListedWindow(lengths, gradient=True),
        mode=modes.GRADIENTS["avg"],
        divisor=prod(kernel),
    )


def _cells(
    places: tuple[tuple[int, ...], ...], lengths: tuple[int, ...], overlapping: bool
) -> list[Bounds]:
    if len(places) != len(lengths):
        raise ArgumentValueError(
            f"sequences must be {len(lengths)}, one per spatial axis, got {len(places)}"
        )
    pairs = enumerate(zip(places, lengths, strict=True))
    return [sequence_bounds(f"sequences[{n}]", p, i, overlapping) for n, (p, i) in pairs]


def unpool(
    shape: tuple[int, ...],
    dtype: np.dtype,
    rank: int,
    parameters: tuple[Any, ...],
    output_size: Any,
    chosen: str,
    data_format: str,
) -> Problem:
    """Values put back where maxima came from, into planes of zeros."""
    element = element_type(dtype)
    spatial = spatial_axes(shape, rank, data_format, named=True)
    lengths = tuple(shape[axis] for axis in spatial)
    window = SlidingWindow.of(rank, *parameters)
    outputs = unpooled_lengths(window, lengths, output_size)
    return Problem(
        shape=shape,
        dtype=element,
        out=element,
        spatial=spatial,
        window=WholePlane(outputs),
        mode=modes.UNPOOL,
        chosen=chosen,
    )


def unpool_gradient(
    shape: tuple[int, ...],
    dtype: np.dtype,
    rank: int,
    input_shape: tuple[int, ...],
    chosen: str,
    data_format: str,
) -> Problem:
    """The gradient of unpooling: what flowed to the places that values went to."""
    element, spatial, lengths = _gradient(shape, dtype, rank, input_shape, data_format)
    return Problem(
        shape=shape,
        dtype=element,
        out=element,
        spatial=spatial,
        window=WholePlane(lengths),
        mode=modes.UNPOOL_BACKWARD,
        chosen=chosen,
    )


def unpooled_lengths(
    window: SlidingWindow, lengths: tuple[int, ...], output_size: Any
) -> tuple[int, ...]:
    """The lengths of an unpooled plane: ``(i - 1) * s + k - 2 * p``, or what is given near that."""
    rank = window.rank
    pads = window.pads(lengths)
    given: list[int | None] = [None] * rank
    if output_size is not None:
        sizes = shape_of(output_size, "output_size")
        if len(sizes) not in (rank, rank + 2):
            raise ArgumentValueError(
                f"output_size must have {rank} or {rank + 2} entries, got {output_size!r}"
            )
        given = list(sizes[-rank:])
    outputs = []
    axes = zip(lengths, window.stride, window.kernel, pads, given, strict=True)
    for axis, (i, s, k, (begin, end), wish) in enumerate(axes):
        usual = (i - 1) * s + k - begin - end
        if wish is not None and not usual - s < wish < usual + s:
            raise ArgumentValueError(
                f"output_size {wish} on spatial axis {axis} must lie between {usual - s} and "
                f"{usual + s}, both excluded"
            )
        if wish is None and usual < 0:
            raise ArgumentValueError(f"the output would have length {usual} on spatial axis {axis}")
        outputs.append(usual if wish is None else wish)
    return tuple(outputs)


def lp(
    shape: tuple[int, ...],
    dtype: np.dtype,
    rank: int,
    norm: float,
    parameters: tuple[Any, ...] | None,
    signed: bool,
    data_format: str,
) -> Problem:
    """The norm of the taps of a window that slides, or of whole planes (``parameters`` None)."""
    check_flag("signed", signed)
    element = _floats("x", dtype)
    spatial = spatial_axes(shape, rank, data_format, named=True)
    lengths = tuple(shape[axis] for axis in spatial)
    window: Window = AdaptiveWindow((1,) * rank)
    if parameters is not None:
        window = SlidingWindow.of(rank, *parameters, half_limit=True).fitted(lengths)
        if rank == 3:
            check_inside("lp_pool3d", lengths, window)
    return Problem(
        shape=shape,
        dtype=element,
        out=element,
        spatial=spatial,
        window=window,
        mode=modes.lp(norm, signed, _rescaled(window, lengths, signed)),
        power=norm,
    )


def lp_gradient(
    shape: tuple[int, ...],
    dtype: np.dtype,
    rank: int,
    norm: float,
    input_shape: Any,
    parameters: tuple[Any, ...],
    signed: bool,
    data_format: str,
) -> Problem:
    """The gradient of the norm of the taps of a window that slides."""
    check_flag("signed", signed)
    if not np.isfinite(norm):
        raise ArgumentValueError(f"norm_type {norm} has no gradient; allowed: finite numbers")
    element, spatial, lengths = _gradient(shape, dtype, rank, input_shape, data_format)
    window = SlidingWindow.of(rank, *parameters, half_limit=True).fitted(lengths)
    _same_outputs(shape, spatial, lengths, window)
    rescaled = _rescaled(window, lengths, signed)
    counts = window.tap_counts(lengths, True) if rescaled else None
    return Problem(
        shape=shape,
        dtype=element,
        out=element,
        spatial=spatial,
        window=CoveringWindow(window, lengths, counts),
        mode=modes.lp_backward(norm, signed, rescaled),
        power=norm,
    )


def _rescaled(window: Window, lengths: tuple[int, ...], signed: bool) -> bool:
    """Whether some windows overhang the padding, which PyTorch makes up for."""
    return signed and isinstance(window, SlidingWindow) and window.counts_vary(lengths, True)


def _floats(name: str, dtype: np.dtype) -> ElementType:
    element = element_type(dtype, name)
    if not element.is_float:
        raise ArgumentTypeError(f"{name} has dtype {dtype}; allowed: floats")
    return element


def _gradient(
    shape: tuple[int, ...], dtype: np.dtype, rank: int, input_shape: Any, data_format: str
) -> tuple[ElementType, tuple[int, ...], tuple[int, ...]]:
    """The element type, the pooled axes, and the lengths that the input had there."""
    element = _floats("grad", dtype)
    given = shape_of(input_shape, "input_shape")
    spatial = spatial_axes(given, rank, data_format, named=True, channels=0, name="input_shape")
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
