"""From the arguments of a call to its problem: nothing here touches a device.

Every function checks all that is not an array, and names what it refuses.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from .. import families, modes
from ..dtypes import ELEMENT_TYPES, ElementType, element_type
from ..errors import ArgumentTypeError, ArgumentValueError
from .arguments import (
    check_divisor,
    check_flag,
    check_inside,
    element_of,
    index_type,
    ndim_of,
    one_of,
    result_type,
    shape_of,
    spatial_axes,
)
from .listed import AdaptiveWindow, WholePlane
from .problem import Problem, Window
from .window import SlidingWindow


def sliding(
    shape: tuple[int, ...],
    dtype: np.dtype,
    ndim: int | None,
    mode_name: str,
    parameters: tuple[Any, ...],
    options: tuple[Any, ...],
    data_format: str,
) -> Problem:
    """Check everything about a call but its arrays; ndim None is the n-dimensional core."""
    window, stride, padding, dilation, ceil_mode = parameters
    include_pad, divisor, nan, return_indices, index_dtype, result_dtype = options
    mode = modes.find(mode_name)
    named = ndim is not None
    if ndim is None:
        ndim = ndim_of(window)
    spatial = spatial_axes(shape, ndim, data_format, named)
    slides = SlidingWindow.of(ndim, window, stride, padding, dilation, ceil_mode, half_limit=named)
    one_of("nan", nan, ("propagate", "ignore"))
    check_flag("return_indices", return_indices)
    check_flag("count_include_pad", include_pad)
    element = element_of(dtype, mode)
    check_divisor(divisor)
    if divisor is not None and divisor < 0 and element.kind == "uint":
        raise ArgumentValueError(
            f"divisor_override {divisor} is negative, but the result is {element.name}; "
            "allowed: positive integers"
        )
    lengths = tuple(shape[axis] for axis in spatial)
    if named and ndim == 3 and mode.divides and isinstance(slides.padding, tuple):
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
    ndim: int,
    mode_name: str,
    output_size: Any,
    return_indices: bool,
    index_dtype: Any,
    nan: str,
    data_format: str,
) -> Problem:
    """Windows that share the input evenly among ``output_size`` outputs."""
    spatial = spatial_axes(shape, ndim, data_format, named=True, channels=0)
    one_of("nan", nan, ("propagate", "ignore"))
    window, mode = AdaptiveWindow.of(ndim, output_size), modes.find(mode_name)
    return of_window(shape, dtype, spatial, window, mode, return_indices, index_dtype, nan=nan)


def unpool(
    shape: tuple[int, ...],
    dtype: np.dtype,
    ndim: int,
    parameters: tuple[Any, ...],
    output_size: Any,
    input_index: str,
    data_format: str,
) -> Problem:
    """Values put back where maxima came from, into planes of zeros."""
    element = element_type(dtype)
    spatial = spatial_axes(shape, ndim, data_format, named=True)
    lengths = tuple(shape[axis] for axis in spatial)
    window = SlidingWindow.of(ndim, *parameters)
    outputs = unpooled_lengths(window, lengths, output_size)
    likely = replace(window, padding=window.pads(lengths))
    return Problem(
        shape=shape,
        dtype=element,
        out=element,
        spatial=spatial,
        window=WholePlane(outputs, likely),
        mode=families.UNPOOL,
        input_index=input_index,
    )


def unpooled_lengths(
    window: SlidingWindow, lengths: tuple[int, ...], output_size: Any
) -> tuple[int, ...]:
    """The lengths of an unpooled plane: ``(i - 1) * s + k - 2 * p``, or a given length near it."""
    ndim = window.ndim
    pads = window.pads(lengths)
    given: list[int | None] = [None] * ndim
    if output_size is not None:
        sizes = shape_of(output_size, "output_size")
        if len(sizes) not in (ndim, ndim + 2):
            raise ArgumentValueError(
                f"output_size must have {ndim} or {ndim + 2} entries, got {output_size!r}"
            )
        given = list(sizes[-ndim:])
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
    ndim: int,
    norm: float,
    parameters: tuple[Any, ...] | None,
    signed: bool,
    data_format: str,
) -> Problem:
    """The norm of the taps of a window that slides, or of whole planes (``parameters`` None)."""
    check_flag("signed", signed)
    element = floats("x", dtype)
    spatial = spatial_axes(shape, ndim, data_format, named=True)
    lengths = tuple(shape[axis] for axis in spatial)
    window: Window = AdaptiveWindow((1,) * ndim)
    if parameters is not None:
        window = SlidingWindow.of(ndim, *parameters, half_limit=True).fitted(lengths)
        if ndim == 3 and signed:
            check_inside("lp_pool3d", lengths, window)
    return Problem(
        shape=shape,
        dtype=element,
        out=element,
        spatial=spatial,
        window=window,
        mode=families.lp(norm, signed, rescaled(window, lengths, signed)),
        power=norm,
    )


def rescaled(window: Window, lengths: tuple[int, ...], signed: bool) -> bool:
    """Whether some windows overhang the padding, which PyTorch makes up for."""
    return signed and isinstance(window, SlidingWindow) and window.counts_vary(lengths, True)


def floats(name: str, dtype: np.dtype) -> ElementType:
    """The element type of an array that must hold floats."""
    element = element_type(dtype, name)
    if not element.is_float:
        raise ArgumentTypeError(f"{name} has dtype {dtype}; allowed: floats")
    return element


def weighted(
    shape: tuple[int, ...],
    dtype: np.dtype,
    ndim: int,
    name: str,
    gives: str,
    parameters: tuple[Any, ...],
    wide: bool,
    data_format: str,
) -> Problem:
    """An average by weights of the taps' own, see :func:`clpool.families.weighted`.

    ``wide`` leaves the result in the type it is computed in, unrounded.
    """
    element = floats("x", dtype)
    spatial, window = slides(shape, ndim, parameters, data_format)
    return Problem(
        shape=shape,
        dtype=element,
        out=ELEMENT_TYPES["float64" if element.total == "double" else "float32"]
        if wide
        else element,
        spatial=spatial,
        window=window,
        mode=families.weighted(name, gives),
    )


def draw(
    shape: tuple[int, ...],
    dtype: np.dtype,
    ndim: int,
    parameters: tuple[Any, ...],
    return_indices: bool,
    index_dtype: Any,
    data_format: str,
) -> Problem:
    """One tap of every window, drawn with its share of the window's sum."""
    floats("x", dtype)
    spatial, window = slides(shape, ndim, parameters, data_format)
    return of_window(shape, dtype, spatial, window, families.DRAW, return_indices, index_dtype)


def of_window(
    shape: tuple[int, ...],
    dtype: np.dtype,
    spatial: tuple[int, ...],
    window: Window,
    mode: modes.Mode,
    return_indices: bool,
    index_dtype: Any = np.int64,
    *,
    divisor: int | None = None,
    nan: str = "propagate",
) -> Problem:
    """A window's results in the input's type, with indices where they are asked for."""
    check_flag("return_indices", return_indices)
    element = element_of(dtype, mode)
    lengths = tuple(shape[axis] for axis in spatial)
    return Problem(
        shape=shape,
        dtype=element,
        out=element,
        spatial=spatial,
        window=window,
        mode=mode,
        nan=nan,
        index=index_type(index_dtype, lengths, mode) if return_indices else None,
        divisor=divisor,
    )


def slides(
    shape: tuple[int, ...], ndim: int, parameters: tuple[Any, ...], data_format: str
) -> tuple[tuple[int, ...], SlidingWindow]:
    """The pooled axes and the window of a function named for its ndim."""
    spatial = spatial_axes(shape, ndim, data_format, named=True)
    window = SlidingWindow.of(ndim, *parameters, half_limit=True)
    return spatial, window.fitted(tuple(shape[axis] for axis in spatial))
