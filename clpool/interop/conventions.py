"""What the conventions of other frameworks share: checks under their names, and the call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np

from ..dtypes import element_type
from ..errors import ArgumentTypeError, ArgumentValueError
from ..ops.pool import pool
from ..problem.window import Shape, SlidingWindow, integer, is_sequence
from ..runtime.arrays import AnyArray
from ..runtime.validate import check_kind


class Convention:
    """A layer of one framework; a class per number of pooled axes."""

    ndim: ClassVar[int]

    def __init_subclass__(cls, ndim: int | None = None) -> None:
        if ndim is not None:
            cls.ndim = ndim


def check_input(x: AnyArray, name: str, ndim: int | None = None, floats: bool = False) -> None:
    """An array that can be pooled, of a batch, channels and ``ndim`` spatial axes; None is any.

    Args:
        floats: refuse integers: their averages are floats in other frameworks.
    """
    check_kind(x, name)
    if floats and element_type(x.dtype).kind != "float":
        raise ArgumentTypeError(
            f"{name} has dtype {x.dtype}, but averages take floats here: the original returns "
            "floats for integers; convert first"
        )
    axes = len(x.shape)
    if ndim is not None and axes != ndim + 2:
        raise ArgumentValueError(
            f"{name} has {axes} axes (shape {tuple(x.shape)}), but {ndim}D pooling takes "
            f"{ndim + 2}: a batch, channels and {ndim} spatial"
        )


def sizes(name: str, value: Any, ndim: int, least: int = 1, number: bool = True) -> Shape:
    """``ndim`` ints, from as many; from one alone if ``number``."""
    if number and not is_sequence(value):
        return (integer(name, value, least),) * ndim
    allowed = f"{'an int or ' * number}a sequence of {ndim} int(s)"
    if isinstance(value, str) or not is_sequence(value):
        raise ArgumentTypeError(f"{name} must be {allowed}, got {value!r}")
    if len(value) != ndim:
        raise ArgumentValueError(f"{name} must be {allowed}, got {value!r}")
    return tuple(integer(name, one, least) for one in value)


def spatial_lengths(x: AnyArray, ndim: int, last: bool) -> Shape:
    """The lengths of the pooled axes; ``last`` says that channels stand behind them."""
    end = len(x.shape) - last
    return tuple(x.shape[end - ndim : end])


def check_reach(x: AnyArray, name: str, size: str, window: SlidingWindow, last: bool) -> None:
    """The padded input is as long as the window, the argument ``size``, on every axis."""
    lengths = spatial_lengths(x, window.ndim, last)
    axes = zip(lengths, window.pads(lengths), window.kernel, strict=True)
    for axis, (length, (begin, end), kernel) in enumerate(axes):
        if length == 0:
            raise ArgumentValueError(
                f"{name} has length 0 on spatial axis {axis} (shape {tuple(x.shape)})"
            )
        if length + begin + end < kernel:
            raise ArgumentValueError(
                f"{size} {kernel} exceeds the length of {name} on spatial axis {axis}: {length} "
                f"with padding {begin} + {end}"
            )


def pooled(
    x: AnyArray,
    mode: str,
    window: SlidingWindow,
    last: bool,
    count_include_pad: bool = True,
    out: AnyArray | None = None,
) -> AnyArray:
    """Every window of the spatial axes by a mode, by :func:`clpool.pool`."""
    return pool(
        x,
        window.kernel,
        mode,
        window.stride,
        window.padding,
        ceil_mode=window.ceil_mode,
        count_include_pad=count_include_pad,
        data_format=format_of(last),
        out=out,
    )


def format_of(last: bool) -> str:
    """The name of a data format in clpool."""
    return "channels_last" if last else "channels_first"


def whole_plane(
    function: Callable[..., Any], x: AnyArray, name: str, last: bool, keepdims: bool
) -> AnyArray:
    """Every plane of (N, C, ...) by a global pooling; (N, C) unless ``keepdims``."""
    lengths = spatial_lengths(x, len(x.shape) - 2, last)
    if 0 in lengths:
        raise ArgumentValueError(f"{name} has a spatial axis of length 0 (shape {tuple(x.shape)})")
    y = function(x, data_format=format_of(last))
    return y if keepdims else y.reshape(tuple(np.array(x.shape)[[0, -1 if last else 1]].tolist()))
