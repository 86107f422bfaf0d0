"""Checks of scalar arguments: errors name the argument, its value and the allowed values."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from .. import modes
from ..dtypes import ElementType, element_type
from ..errors import ArgumentTypeError, ArgumentValueError
from .window import SlidingWindow

_FORMATS = ("channels_first", "channels_last")


def shape_of(shape: Any, name: str = "shape") -> tuple[int, ...]:
    """A shape as ints, none of them negative."""
    try:
        lengths = tuple(operator.index(length) for length in shape)
    except TypeError as error:
        raise ArgumentTypeError(f"{name} must be a tuple of ints, got {shape!r}") from error
    if any(length < 0 for length in lengths):
        raise ArgumentValueError(f"{name} must hold lengths of at least 0, got {shape!r}")
    return lengths


def dtype_of(name: str, value: Any) -> np.dtype:
    """The dtype of a name or type; None, which numpy takes for float64, is refused."""
    try:
        if value is not None:
            return np.dtype(value)
    except TypeError:
        pass
    raise ArgumentTypeError(f"{name} must be a numpy dtype, such as np.float32; got {value!r}")


def ndim_of(window: Any) -> int:
    """The number of axes that a window is given for."""
    if not hasattr(window, "__len__") or isinstance(window, str):
        raise ArgumentTypeError(f"window must be a sequence of 1 to 3 ints, got {window!r}")
    if not 1 <= len(window) <= 3:
        raise ArgumentValueError(f"window must have 1 to 3 ints, one per axis, got {window!r}")
    return len(window)


def spatial_axes(
    shape: tuple[int, ...],
    ndim: int,
    data_format: str,
    named: bool,
    channels: int = 1,
    name: str = "x",
) -> tuple[int, ...]:
    """The pooled axes; the array's ndim and lengths are checked, ``channels`` are the fewest."""
    one_of("data_format", data_format, _FORMATS)
    last = data_format == "channels_last"
    if named and len(shape) not in (ndim + 1, ndim + 2):
        axes = "spatial..., C" if last else "C, spatial..."
        raise ArgumentValueError(
            f"{name} has {len(shape)} axes (shape {shape}), but {ndim}D pooling takes {ndim + 1} "
            f"({axes}) or {ndim + 2} (N, {axes})"
        )
    if len(shape) < ndim + last:
        raise ArgumentValueError(
            f"{name} has {len(shape)} axes (shape {shape}), fewer than the {ndim + last} needed"
        )
    end = len(shape) - last
    spatial = tuple(range(end - ndim, end))
    for axis in spatial:
        if shape[axis] == 0:
            raise ArgumentValueError(f"{name} has length 0 on spatial axis {axis} (shape {shape})")
    channel = len(shape) - 1 if last else end - ndim - 1
    if named and shape[channel] < channels:
        raise ArgumentValueError(f"{name} has no channels: axis {channel} of shape {shape} is 0")
    return spatial


def one_of(name: str, value: Any, allowed: tuple[str, ...]) -> None:
    """A choice is among those there are."""
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


def element_of(dtype: np.dtype, mode: modes.Mode) -> ElementType:
    """The element type of an input, one that the mode takes."""
    element = element_type(dtype)
    if element.kind not in mode.kinds:
        raise ArgumentTypeError(
            f"x has dtype {dtype}, but mode {mode.name!r} takes only "
            f"{', '.join(sorted(mode.kinds))} elements"
        )
    return element


def index_type(index_dtype: Any, lengths: tuple[int, ...], mode: modes.Mode) -> str:
    """The name of an index dtype that can count a plane of these lengths."""
    if not mode.selects and not mode.skeleton:
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


def result_type(element: ElementType, given: Any, mode: modes.Mode) -> ElementType:
    """The result's element type: the input's, or a wider one for a sum."""
    if given is None:
        return element
    result = element_type(dtype_of("dtype", given), "dtype")
    if not mode.widens:
        raise ArgumentValueError(f"dtype is for sums; mode {mode.name!r} returns the input's dtype")
    if result != element and (result.kind != element.kind or result.size <= element.size):
        raise ArgumentTypeError(
            f"dtype {result.name} cannot hold sums of {element.name}; "
            f"allowed: {element.name} or a wider {element.kind}"
        )
    return result


def check_inside(name: str, lengths: tuple[int, ...], window: SlidingWindow) -> None:
    """The input is as long as the window on every axis, as PyTorch wants it in three."""
    for axis, (length, size) in enumerate(zip(lengths, window.kernel, strict=True)):
        if length < size:
            raise ArgumentValueError(
                f"kernel_size {size} exceeds the input's length {length} on spatial axis "
                f"{axis}; {name} takes windows inside the input (pool does not mind)"
            )


def norm_of(norm_type: Any) -> float:
    """A norm's exponent as a float: any number but 0 and NaN."""
    is_number = hasattr(norm_type, "__float__") and np.ndim(norm_type) == 0
    if isinstance(norm_type, bool) or not is_number:
        raise ArgumentTypeError(f"norm_type must be a number, got {norm_type!r}")
    norm = float(norm_type)
    if norm == 0 or norm != norm:
        raise ArgumentValueError(f"norm_type must be a number other than 0 and NaN, got {norm}")
    return norm


def seed_of(seed: Any) -> int:
    """A seed as an int of 64 bits."""
    if isinstance(seed, bool) or not hasattr(seed, "__index__"):
        raise ArgumentTypeError(f"seed must be an int, got {seed!r}")
    number = operator.index(seed)
    if not 0 <= number < 2**64:
        raise ArgumentValueError(f"seed must be from 0 to 2^64 - 1, got {number}")
    return number


def check_fit(lengths: tuple[int, ...], kernel: tuple[int, ...], outputs: tuple[int, ...]) -> None:
    """As many fractional windows as there are outputs fit into the input of these lengths."""
    slack = 0 if len(lengths) == 2 else 1  # PyTorch's 3D wants one element more than it needs
    for axis, (n, k, o) in enumerate(zip(lengths, kernel, outputs, strict=True)):
        if o < 1 or o + k - 1 + slack > n:
            raise ArgumentValueError(
                f"output_size {o} with kernel_size {k} does not fit into the input's length {n} on "
                f"spatial axis {axis}: allowed are 1 to {n - k + 1 - slack} outputs"
            )
