"""Checks of arrays, queues and events, before a kernel is launched."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyopencl as cl
import pyopencl.array as cla

from ..dtypes import KNOWN, element_type
from ..errors import ArgumentTypeError, ArgumentValueError
from ..problem.window import Shape
from .arrays import AnyArray, is_host, strides_of


class OtherKind(ArgumentTypeError):
    """An array of another library than numpy and pyopencl."""


#: Types that need no further check; subclasses do.
_ARRAYS = frozenset({np.ndarray, cla.Array})


def is_other(x: Any) -> bool:
    """Whether an object is an array of another library, which has DLPack's protocol."""
    own = (np.ndarray, np.generic, cla.Array)
    return hasattr(type(x), "__dlpack__") and not isinstance(x, own)


def check_kind(x: AnyArray, argument: str) -> None:
    """Accept numpy and pyopencl arrays of poolable dtypes.

    Raises:
        ArgumentTypeError: another type or dtype, or a masked array.
    """
    if type(x) not in _ARRAYS:
        _check_type(x, argument)
    if x.dtype not in KNOWN:
        element_type(x.dtype, argument)


def check_queue(queue: Any) -> None:
    """Accept a pyopencl queue or None.

    Raises:
        ArgumentTypeError: another type.
    """
    if queue is not None and not isinstance(queue, cl.CommandQueue):
        raise ArgumentTypeError(
            f"queue must be a pyopencl.CommandQueue, got {type(queue).__name__}"
        )


def check_events(wait_for: Any) -> None:
    """Accept a list or tuple of pyopencl events, or None.

    Raises:
        ArgumentTypeError: another type.
    """
    if wait_for is None:
        return
    listed = isinstance(wait_for, (list, tuple))
    if not listed or any(not isinstance(event, cl.Event) for event in wait_for):
        raise ArgumentTypeError(f"wait_for must be a list of pyopencl.Event, got {wait_for!r}")


def check_device(queue: cl.CommandQueue, planned: cl.CommandQueue) -> None:
    """Accept a queue of the plan's device.

    Raises:
        ArgumentValueError: another device; the message names both.
    """
    if queue.device != planned.device:
        raise ArgumentValueError(
            f"queue is of another device than the plan ({queue.device.name.strip()} instead of "
            f"{planned.device.name.strip()})"
        )


def check_context(context: cl.Context, planned: cl.Context, argument: str) -> None:
    """Accept a queue or an array of the plan's context.

    Raises:
        ArgumentValueError: another context; the message names the devices of both.
    """
    if context != planned:
        ours, theirs = (
            ", ".join(device.name.strip() for device in found.devices)
            for found in (planned, context)
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
    """Accept an array of the kind of another; of its ``dtype`` and its ``shape`` if set.

    Raises:
        ArgumentTypeError: another kind of array, or another dtype.
        ArgumentValueError: another shape.
    """
    check_kind(array, argument)
    check_kind(grad, name)
    if isinstance(array, np.ndarray) != isinstance(grad, np.ndarray):
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
    """Accept int64 or int32 indices for the elements of another array.

    Returns:
        The name of their dtype.

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
    """The arrays of ``out``, checked: none, (values,) or (values, indices).

    Their memory layout is checked by :func:`check_layout`, once for each layout.

    Raises:
        ArgumentTypeError: not a pair where there are two results.
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
    """Accept an output array of the kind of the input, and of the dtype and shape of the result.

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
            _check_writable(out, argument)
        if not flags.writeable:
            raise ArgumentValueError(f"{argument} is read-only")
        if not np.may_share_memory(out, x):
            return
    check_apart(out, x, argument, "x")


def check_layout(outs: Sequence[AnyArray]) -> None:
    """Accept outputs, (values, indices), whose memory layout kernels can write.

    Raises:
        ArgumentValueError: unsuitable strides or address, or two layouts that differ.
    """
    for out, argument in zip(outs, ("out", "out[1]"), strict=False):
        _check_writable(out, argument)
    if len(outs) == 2 and strides_of(outs[0]) != strides_of(outs[1]) and outs[0].size > 1:
        raise ArgumentValueError(
            f"out[1] has strides {outs[1].strides}, not the layout of out[0] with strides "
            f"{outs[0].strides}"
        )


def check_apart(a: AnyArray, b: AnyArray, name_a: str, name_b: str) -> None:
    """Accept two arrays that share no memory.

    Raises:
        ArgumentValueError: they overlap.
    """
    if is_host(a):
        shared = np.shares_memory(a, b)
    else:
        shared = a.base_data is not None and a.base_data == b.base_data and _overlap(a, b)
    if shared:
        raise ArgumentValueError(
            f"{name_a} overlaps {name_b} in memory; pooling cannot be in place"
        )


def _check_type(x: Any, argument: str) -> None:
    """Accept subclasses of numpy and pyopencl arrays, but for masked arrays.

    Raises:
        ArgumentTypeError: another type, or a masked array, whose mask would be ignored.
    """
    if isinstance(x, np.ma.MaskedArray):
        raise ArgumentTypeError(
            f"{argument} is a masked array, whose mask pooling would ignore; "
            "fill it first, as in x.filled(-np.inf)"
        )
    if not isinstance(x, (np.ndarray, cla.Array)):
        raise (OtherKind if is_other(x) else ArgumentTypeError)(
            f"{argument} must be a numpy.ndarray or a pyopencl.array.Array, "
            f"got {type(x).__name__}; np.asarray({argument}) may convert it"
        )


def _check_writable(out: AnyArray, argument: str) -> None:
    """Accept an output whose strides and address kernels can write.

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


def _overlap(a: cla.Array, b: cla.Array) -> bool:
    """Whether the byte ranges of two arrays in one buffer overlap."""
    (a_first, a_last), (b_first, b_last) = _byte_range(a), _byte_range(b)
    return a_first <= b_last and b_first <= a_last


def _byte_range(x: cla.Array) -> tuple[int, int]:
    """The first and the last byte of an array in its buffer."""
    distances = [(n - 1) * s for n, s in zip(x.shape, x.strides, strict=True)]
    first = x.offset + sum(far for far in distances if far < 0)
    return first, x.offset + sum(far for far in distances if far > 0) + x.dtype.itemsize - 1
