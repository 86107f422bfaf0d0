"""The pooling functions, PyTorch's names first: arguments are normalised here, nothing else.

numpy in, numpy out; ``pyopencl.array.Array`` in, ``Array`` out on the same queue, asynchronous.
What PyTorch lacks is keyword-only behind its parameters:

- ``out``: an array for the result, or (values, indices) where indices are returned. It has the
  result's shape and dtype, and the same innermost axis in memory as the input.
- ``data_format``: "channels_first" (N, C, ...) or "channels_last" (N, ..., C).
- ``nan``: "propagate" (a NaN wins, as in PyTorch) or "ignore" (a NaN never replaces a value).
- ``index_dtype``: int64 or int32.
- ``padding`` also takes (begin, end) pairs per axis, "valid", "same" and "same_lower".
- ``queue``: where to run; for numpy arrays it also chooses the device.

Errors derive from :class:`clpool.errors.ClpoolError`, and are ``ValueError`` or ``TypeError``.
"""

from __future__ import annotations

import operator
import threading
from typing import Any

import numpy as np
import pyopencl as cl

from . import device, modes, tuning
from .arrays import AnyArray, check_kind, is_host
from .dtypes import ElementType, element_type
from .errors import ArgumentTypeError, ArgumentValueError
from .plan import Plan
from .problem import Problem
from .window import SlidingWindow

_FORMATS = ("channels_first", "channels_last")
_MOST_PLANS = 4096

_plans: dict[Any, Plan] = {}
_lock = threading.Lock()


def pool(
    x: AnyArray,
    window: Any,
    mode: str = "max",
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
    *,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
    nan: str = "propagate",
    index_dtype: Any = np.int64,
    dtype: Any = None,
    data_format: str = "channels_first",
    out: Any = None,
    queue: cl.CommandQueue | None = None,
) -> Any:
    """Combine every window of the last ``len(window)`` axes of an n-dimensional array.

    Args:
        x: any array of at least ``len(window)`` axes; "channels_last" pools those before the
            last one.
        window: elements per window, a sequence of one to three ints, one per pooled axis.
        mode: "max", "min", "sum", "avg", or a mode that was registered.
        stride, padding, dilation: per axis; no limit is set on padding.
        dtype: for "sum", a wider dtype of the same kind for the result.

    Example:
        >>> import numpy as np
        >>> pool(np.arange(6.0), (3,), "sum", stride=1)
        array([ 3.,  6.,  9., 12.])
    """
    options = (count_include_pad, divisor_override, nan, return_indices, index_dtype, dtype)
    parameters = (window, stride, padding, dilation, ceil_mode)
    return run(x, None, mode, parameters, options, data_format, out, queue)


def plan(
    shape: tuple[int, ...],
    dtype: Any,
    window: Any,
    mode: str = "max",
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
    *,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
    nan: str = "propagate",
    index_dtype: Any = np.int64,
    result_dtype: Any = None,
    data_format: str = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> Plan:
    """A :class:`Plan` for arrays of this shape and dtype, with the parameters of :func:`pool`.

    Example:
        >>> plan((8, 32, 32), np.float32, (2, 2)).output_shape
        (8, 16, 16)
    """
    options = (count_include_pad, divisor_override, nan, return_indices, index_dtype, result_dtype)
    parameters = (window, stride, padding, dilation, ceil_mode)
    _check_queue(queue)
    problem = _problem(
        _shape(shape), _dtype("dtype", dtype), None, mode, parameters, options, data_format
    )
    return Plan(problem, queue or device.default_queue())


def run(
    x: AnyArray,
    rank: int | None,
    mode: str,
    parameters: tuple[Any, ...],
    options: tuple[Any, ...],
    data_format: str,
    out: Any,
    queue: cl.CommandQueue | None,
) -> Any:
    """Find or make the plan of a call, and call it."""
    check_kind(x, "x")
    _check_queue(queue)
    if queue is not None:
        home = queue
    elif is_host(x) or x.queue is None:
        home = device.default_queue()
    else:
        home = x.queue
    # Their repr, because 2.0 and True are refused where the equal 2 and 1 are not.
    described = repr((mode, parameters, options, data_format))
    key = (home.context, rank, described, x.shape, x.dtype, tuning.forced_key())
    found = _plans.get(key)
    if found is None:
        problem = _problem(tuple(x.shape), x.dtype, rank, mode, parameters, options, data_format)
        with _lock:
            if len(_plans) >= _MOST_PLANS:
                _plans.clear()
            found = _plans.setdefault(key, Plan(problem, home))
    return found(x, out, queue if queue is not None or not is_host(x) else home)


def _problem(
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
    for name, flag in (("return_indices", return_indices), ("count_include_pad", include_pad)):
        if not isinstance(flag, bool):
            raise ArgumentTypeError(f"{name} must be True or False, got {flag!r}")
    element = element_type(dtype)
    if element.kind not in mode.kinds:
        raise ArgumentTypeError(
            f"x has dtype {dtype}, but mode {mode.name!r} takes only "
            f"{', '.join(sorted(mode.kinds))} elements"
        )
    if divisor is not None:
        _check_divisor(divisor, element)
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


def _check_queue(queue: Any) -> None:
    if queue is not None and not isinstance(queue, cl.CommandQueue):
        raise ArgumentTypeError(
            f"queue must be a pyopencl.CommandQueue, got {type(queue).__name__}"
        )


def _shape(shape: Any) -> tuple[int, ...]:
    """A plan's shape as ints, none of them negative."""
    try:
        lengths = tuple(operator.index(length) for length in shape)
    except TypeError as error:
        raise ArgumentTypeError(f"shape must be a tuple of ints, got {shape!r}") from error
    if any(length < 0 for length in lengths):
        raise ArgumentValueError(f"shape must hold lengths of at least 0, got {shape!r}")
    return lengths


def _dtype(name: str, value: Any) -> np.dtype:
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


def _check_divisor(divisor: Any, element: ElementType) -> None:
    if isinstance(divisor, (bool, np.ndarray)) or not hasattr(divisor, "__index__"):
        raise ArgumentTypeError(f"divisor_override must be an integer, got {divisor!r}")
    if divisor == 0:
        raise ArgumentValueError("divisor_override must not be 0")
    if not -(2**63) <= divisor < 2**63:
        raise ArgumentValueError(f"divisor_override must fit in 64 bits, got {divisor}")
    if divisor < 0 and element.kind == "uint":
        raise ArgumentValueError(
            f"divisor_override {divisor} is negative, but the result is {element.name}; "
            "allowed: positive integers"
        )


def _index_type(index_dtype: Any, lengths: tuple[int, ...], mode: modes.Mode) -> str:
    if not mode.selects:
        raise ArgumentValueError(
            f"return_indices needs a mode that selects one tap, not {mode.name!r}"
        )
    name = "" if index_dtype is None else _dtype("index_dtype", index_dtype).name
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
    result = element_type(_dtype("dtype", wish), "dtype")
    if not mode.sums or mode.divides:
        raise ArgumentValueError(f"dtype is for sums; mode {mode.name!r} returns the input's dtype")
    if result != element and (result.kind != element.kind or result.size <= element.size):
        raise ArgumentTypeError(
            f"dtype {result.name} cannot hold sums of {element.name}; "
            f"allowed: {element.name} or a wider {element.kind}"
        )
    return result
