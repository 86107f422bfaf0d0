"""What a call's arguments must be: each check names the argument, its value and what is allowed.

Nothing here touches a device; the result is a :class:`clpool.problem.Problem`.
"""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from . import modes
from .dtypes import ElementType, element_type
from .errors import ArgumentTypeError, ArgumentValueError
from .problem import Problem
from .window import SlidingWindow

_FORMATS = ("channels_first", "channels_last")


def problem_of(
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
        rank = _rank_of(window)
    spatial = _spatial_axes(shape, rank, data_format, named)
    sliding = SlidingWindow.of(rank, window, stride, padding, dilation, ceil_mode, half_limit=named)
    _one_of("nan", nan, ("propagate", "ignore"))
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
    if named and rank == 3 and mode.divides and isinstance(sliding.padding, tuple):
        for axis, (length, size) in enumerate(zip(lengths, sliding.kernel, strict=True)):
            if length < size:
                raise ArgumentValueError(
                    f"kernel_size {size} exceeds the input's length {length} on spatial axis "
                    f"{axis}; avg_pool3d takes windows inside the input (pool does not mind)"
                )
    return Problem(
        shape=shape,
        dtype=element,
        out=_result_type(element, result_dtype, mode),
        spatial=spatial,
        window=sliding.fitted(lengths),
        mode=mode,
        nan=nan,
        index=_index_type(index_dtype, lengths, mode) if return_indices else None,
        divisor=divisor,
        count_include_pad=include_pad,
    )


def shape_of(shape: Any) -> tuple[int, ...]:
    """A plan's shape as ints, none of them negative."""
    try:
        lengths = tuple(operator.index(length) for length in shape)
    except TypeError as error:
        raise ArgumentTypeError(f"shape must be a tuple of ints, got {shape!r}") from error
    if any(length < 0 for length in lengths):
        raise ArgumentValueError(f"shape must hold lengths of at least 0, got {shape!r}")
    return lengths


def dtype_of(name: str, value: Any) -> np.dtype:
    """The dtype of a name or type; None, which numpy takes for float64, is refused."""
    try:
        if value is not None:
            return np.dtype(value)
    except TypeError:
        pass
    raise ArgumentTypeError(f"{name} must be a numpy dtype, such as np.float32; got {value!r}")


def _rank_of(window: Any) -> int:
    if not hasattr(window, "__len__") or isinstance(window, str):
        raise ArgumentTypeError(f"window must be a sequence of 1 to 3 ints, got {window!r}")
    if not 1 <= len(window) <= 3:
        raise ArgumentValueError(f"window must have 1 to 3 ints, one per axis, got {window!r}")
    return len(window)


def _spatial_axes(
    shape: tuple[int, ...], rank: int, data_format: str, named: bool
) -> tuple[int, ...]:
    """The pooled axes; the array's rank and lengths are checked."""
    _one_of("data_format", data_format, _FORMATS)
    last = data_format == "channels_last"
    if named and len(shape) not in (rank + 1, rank + 2):
        axes = "spatial..., C" if last else "C, spatial..."
        raise ArgumentValueError(
            f"x has {len(shape)} axes (shape {shape}), but {rank}D pooling takes {rank + 1} "
            f"({axes}) or {rank + 2} (N, {axes})"
        )
    if len(shape) < rank + last:
        raise ArgumentValueError(
            f"x has {len(shape)} axes (shape {shape}), fewer than the {rank + last} needed"
        )
    end = len(shape) - last
    spatial = tuple(range(end - rank, end))
    for axis in spatial:
        if shape[axis] == 0:
            raise ArgumentValueError(f"x has length 0 on spatial axis {axis} (shape {shape})")
    channel = len(shape) - 1 if last else end - rank - 1
    if named and shape[channel] == 0:
        raise ArgumentValueError(f"x has no channels: axis {channel} of shape {shape} is 0")
    return spatial


def _one_of(name: str, value: Any, allowed: tuple[str, ...]) -> None:
    if not isinstance(value, str) or value not in allowed:
        raise ArgumentValueError(
            f"{name} must be one of {', '.join(map(repr, allowed))}, got {value!r}"
        )


def check_flag(name: str, value: Any) -> None:
    """Numbers that only look like a bool are refused."""
    if not isinstance(value, bool):
        raise ArgumentTypeError(f"{name} must be True or False, got {value!r}")


def check_divisor(divisor: Any) -> None:
    """A given divisor is an integer of 64 bits, and not 0; None is none."""
    if divisor is None:
        return
    if isinstance(divisor, (bool, np.ndarray)) or not hasattr(divisor, "__index__"):
        raise ArgumentTypeError(f"divisor_override must be an integer, got {divisor!r}")
    if divisor == 0:
        raise ArgumentValueError("divisor_override must not be 0")
    if not -(2**63) <= divisor < 2**63:
        raise ArgumentValueError(f"divisor_override must fit in 64 bits, got {divisor}")


def _index_type(index_dtype: Any, lengths: tuple[int, ...], mode: modes.Mode) -> str:
    if not mode.selects:
        raise ArgumentValueError(
            f"return_indices needs a mode that selects one tap, not {mode.name!r}"
        )
    name = "" if index_dtype is None else dtype_of("index_dtype", index_dtype).name
    if name not in ("int64", "int32"):
        raise ArgumentTypeError(f"index_dtype must be int64 or int32, got {index_dtype!r}")
    elements = int(np.prod(lengths, dtype=object))
    if name == "int32" and elements > 2**31:
        raise ArgumentValueError(
            f"index_dtype int32 cannot count the {elements} elements of a plane; take int64"
        )
    return name


def _result_type(element: ElementType, wish: Any, mode: modes.Mode) -> ElementType:
    if wish is None:
        return element
    result = element_type(dtype_of("dtype", wish), "dtype")
    if not mode.sums or mode.divides:
        raise ArgumentValueError(f"dtype is for sums; mode {mode.name!r} returns the input's dtype")
    if result != element and (result.kind != element.kind or result.size <= element.size):
        raise ArgumentTypeError(
            f"dtype {result.name} cannot hold sums of {element.name}; "
            f"allowed: {element.name} or a wider {element.kind}"
        )
    return result
