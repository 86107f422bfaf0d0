"""What arrays are taken, and what is refused by name before anything is launched."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyopencl as cl
import pyopencl.array as cla

from ..dtypes import element_type
from ..errors import ArgumentTypeError, ArgumentValueError
from ..problem.window import Shape
from .arrays import AnyArray, is_host, strides_of

#: Types of which no more is to be known.
_ARRAYS = frozenset({np.ndarray, cla.Array})


def check_kind(x: AnyArray, argument: str) -> None:
    """Refuse what is neither a numpy array nor a pyopencl array.

    Raises:
        ArgumentTypeError: masked arrays too, whose mask would be lost.
    """
    if type(x) not in _ARRAYS:
        _check_type(x, argument)
    element_type(x.dtype, argument)


def check_queue(queue: Any) -> None:
    """A queue is pyopencl's, or None.

    Raises:
        ArgumentTypeError: it is something else.
    """
    if queue is not None and not isinstance(queue, cl.CommandQueue):
        raise ArgumentTypeError(
            f"queue must be a pyopencl.CommandQueue, got {type(queue).__name__}"
        )


def check_events(wait_for: Any) -> None:
    """What is waited for are pyopencl's events in a list or tuple, or None.

    Raises:
        ArgumentTypeError: it is something else.
    """
    if wait_for is None:
        return
    listed = isinstance(wait_for, (list, tuple))
    if not listed or any(not isinstance(event, cl.Event) for event in wait_for):
        raise ArgumentTypeError(f"wait_for must be a list of pyopencl.Event, got {wait_for!r}")


def check_context(context: cl.Context, planned: cl.Context, argument: str) -> None:
    """Refuse what belongs to another context than the plan.

    Raises:
        ArgumentValueError: it does; the message names the devices of both.
    """
    if context != planned:
        ours, theirs = (
            ", ".join(unit.name.strip() for unit in found.devices) for found in (planned, context)
        )
        raise ArgumentValueError(
            f"{argument} belongs to another OpenCL context than the plan "
            f"({theirs} instead of {ours}); all arrays and the queue must share one"
        )


def check_like(
    argument: str,
    array: AnyArray,
    grad: AnyArray,
    name: str = "grad",
    *,
    dtype: bool = False,
    shape: bool = True,
) -> None:
    """Refuse an array that does not belong to another: by its ``dtype``, by its ``shape``.

    Raises:
        ArgumentTypeError: another kind of array.
        ArgumentValueError: another shape.
    """
    check_kind(array, argument)
    check_kind(grad, name)
    if is_host(array) != is_host(grad):
        raise ArgumentTypeError(
            f"{argument} must be a {type(grad).__name__} as {name} is, got {type(array).__name__}"
        )
    if dtype and array.dtype.name != grad.dtype.name:
        raise ArgumentTypeError(f"{argument} has dtype {array.dtype}, {name} has {grad.dtype}")
    if shape and tuple(array.shape) != tuple(grad.shape):
        raise ArgumentValueError(
            f"{argument} has shape {tuple(array.shape)}, {name} has {tuple(grad.shape)}"
        )


def check_indices(indices: AnyArray, grad: AnyArray, name: str = "grad", shape: bool = True) -> str:
    """Refuse what are no indices for another array's elements; their dtype's name.

    Raises:
        ArgumentTypeError, ArgumentValueError: as :func:`check_like`, or not int64 or int32.
    """
    check_like("indices", indices, grad, name, shape=shape)
    if indices.dtype.name not in ("int64", "int32"):
        raise ArgumentTypeError(f"indices must be int64 or int32, got {indices.dtype}")
    return str(indices.dtype.name)


def check_results(
    out: Any, x: AnyArray, shape: Shape, dtypes: Sequence[np.dtype]
) -> list[AnyArray]:
    """What was given for results, checked: the values, or the values and the indices, or nothing.

    How they lie in memory is left to :func:`check_lie`, once for all that lie alike.

    Raises:
        ArgumentTypeError: no pair where there are two results.
        ArgumentTypeError, ArgumentValueError: as :func:`check_out`.
    """
    if out is None:
        return []
    if len(dtypes) == 1:
        check_out(out, x, shape, dtypes[0], "out")
        return [out]
    if not (isinstance(out, (tuple, list)) and len(out) == 2):
        raise ArgumentTypeError(
            "out must be a pair (values, indices) with return_indices=True, "
            f"got {type(out).__name__}"
        )
    values, indices = out
    check_out(values, x, shape, dtypes[0], "out")
    check_out(indices, x, shape, dtypes[1], "out[1]")
    check_apart(indices, values, "out[1]", "out[0]")
    return [values, indices]


def check_out(out: AnyArray, x: AnyArray, shape: Shape, dtype: np.dtype, argument: str) -> None:
    """Refuse an output that is not exactly what the result needs.

    Raises:
        ArgumentTypeError: not the same kind of array as the input, or another dtype.
        ArgumentValueError: another shape, read-only, misaligned, or overlapping the input.
    """
    if type(out) not in _ARRAYS:
        _check_type(out, argument)
    if is_host(out) != is_host(x):
        kinds = "numpy array" if is_host(x) else "pyopencl array"
        raise ArgumentTypeError(f"{argument} must be a {kinds} as x is, got {type(out).__name__}")
    if out.dtype != dtype:
        raise ArgumentTypeError(f"{argument} has dtype {out.dtype}, the result has {dtype}")
    if tuple(out.shape) != shape:
        raise ArgumentValueError(f"{argument} has shape {tuple(out.shape)}, the result has {shape}")
    if isinstance(out, np.ndarray):
        flags = out.flags
        if not flags.aligned or 0 in out.strides:
            _check_places(out, argument)
        if not flags.writeable:
            raise ArgumentValueError(f"{argument} is read-only")
        if not np.may_share_memory(out, x):
            return
    check_apart(out, x, argument, "x")


def check_lie(outs: Sequence[AnyArray]) -> None:
    """Refuse outputs, (values, indices), that no kernel could write as they lie in memory.

    Raises:
        ArgumentValueError: for the strides, the address, or two layouts that differ.
    """
    for out, argument in zip(outs, ("out", "out[1]"), strict=False):
        _check_places(out, argument)
    if len(outs) == 2 and strides_of(outs[0]) != strides_of(outs[1]) and outs[0].size > 1:
        raise ArgumentValueError(
            f"out[1] has strides {outs[1].strides}, not the layout of out[0] with strides "
            f"{outs[0].strides}"
        )


def check_apart(a: AnyArray, b: AnyArray, name_a: str, name_b: str) -> None:
    """Refuse two arrays that share memory.

    Raises:
        ArgumentValueError: they do.
    """
    if is_host(a):
        shared = np.shares_memory(a, b)
    else:
        shared = a.base_data is not None and a.base_data == b.base_data and _touch(a, b)
    if shared:
        raise ArgumentValueError(
            f"{name_a} overlaps {name_b} in memory; pooling cannot be in place"
        )


def _check_type(x: Any, argument: str) -> None:
    """Refuse other types than those of arrays, and arrays with a mask.

    Raises:
        ArgumentTypeError: it is of one.
    """
    if isinstance(x, np.ma.MaskedArray):
        raise ArgumentTypeError(
            f"{argument} is a masked array, whose mask pooling would ignore; "
            "fill it first, as in x.filled(-np.inf)"
        )
    if not isinstance(x, (np.ndarray, cla.Array)):
        raise ArgumentTypeError(
            f"{argument} must be a numpy.ndarray or a pyopencl.array.Array, "
            f"got {type(x).__name__}; np.asarray({argument}) may convert it"
        )


def _check_places(out: AnyArray, argument: str) -> None:
    """Refuse an output that no kernel could write, by its strides and its address.

    Raises:
        ArgumentValueError: split elements, elements that share memory, or misaligned ones.
    """
    size = out.dtype.itemsize
    if any(stride % size for stride in out.strides):
        raise ArgumentValueError(f"{argument} has strides {out.strides} that split its elements")
    if any(s == 0 and n > 1 for s, n in zip(out.strides, out.shape, strict=True)):
        raise ArgumentValueError(f"{argument} is a broadcast array: its elements share memory")
    if isinstance(out, np.ndarray) and out.ctypes.data % size:
        raise ArgumentValueError(f"{argument} is misaligned for its dtype {out.dtype}")


def _touch(a: cla.Array, b: cla.Array) -> bool:
    """Whether the byte ranges of two arrays in one buffer meet."""
    (a_first, a_last), (b_first, b_last) = _byte_range(a), _byte_range(b)
    return a_first <= b_last and b_first <= a_last


def _byte_range(x: cla.Array) -> tuple[int, int]:
    reaches = [(n - 1) * s for n, s in zip(x.shape, x.strides, strict=True)]
    first = x.offset + sum(reach for reach in reaches if reach < 0)
    return first, x.offset + sum(reach for reach in reaches if reach > 0) + x.dtype.itemsize - 1
