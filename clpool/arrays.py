"""numpy and pyopencl arrays in and out: what is taken, what is copied, what is refused.

On a device that shares the host's memory (most CPUs) numpy arrays are wrapped in place; on
others they travel through device buffers. Strides are counted in elements here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyopencl as cl
import pyopencl.array as cla

from .dtypes import element_type
from .errors import ArgumentTypeError, ArgumentValueError
from .geometry import Shape
from .layout import dense_strides, innermost

#: Fresh arrays start at multiples of this many bytes, a cache line and any vector.
ALIGNMENT = 64

AnyArray = Any


def check_kind(x: AnyArray, argument: str) -> None:
    """Refuse what is neither a numpy array nor a pyopencl array.

    Raises:
        ArgumentTypeError: masked arrays too, whose mask would be lost.
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
        ArgumentValueError: another shape; or, on a device, another layout in memory.
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
    if shape and not is_host(grad):
        check_same_layout(array, grad, argument, name)


def check_indices(indices: AnyArray, grad: AnyArray, name: str = "grad", shape: bool = True) -> str:
    """Refuse what are no indices for another array's elements; their dtype's name.

    Raises:
        ArgumentTypeError, ArgumentValueError: as :func:`check_like`, or not int64 or int32.
    """
    check_like("indices", indices, grad, name, shape=shape)
    if indices.dtype.name not in ("int64", "int32"):
        raise ArgumentTypeError(f"indices must be int64 or int32, got {indices.dtype}")
    return str(indices.dtype.name)


def strides_of(x: AnyArray) -> Shape:
    """The strides of an array in elements; it must be a whole number of them."""
    size = x.dtype.itemsize
    return tuple(stride // size for stride in x.strides)


def is_host(x: AnyArray) -> bool:
    """Whether an array lies in the host's memory."""
    return isinstance(x, np.ndarray)


def admit_host(x: np.ndarray, spatial: tuple[int, ...], wrapped: bool) -> np.ndarray:
    """The array itself if kernels can read it where it lies, else one copy that they can.

    Copied are: foreign byte order, misaligned memory, strides that are no whole number of
    elements, no dense innermost axis; and gaps, where the array must travel to the device.
    """
    x = np.asarray(x)
    size = x.dtype.itemsize
    readable = x.dtype.isnative and x.flags.aligned and all(s % size == 0 for s in x.strides)
    if readable and innermost(x.shape, strides_of(x), spatial) and (wrapped or is_dense(x)):
        return x
    native = x.dtype.newbyteorder("=")
    strides = dense_strides(x.shape, x.strides, int(np.argmin(_distances(x))))
    if not innermost(x.shape, strides, spatial):
        strides = dense_strides(x.shape, x.strides, spatial[-1])
    copy = empty_host(x.shape, strides, native)
    copy[...] = x
    return copy


def is_dense(x: np.ndarray) -> bool:
    """Whether an array's elements lie without gaps, in whatever order of axes."""
    low, high = np.lib.array_utils.byte_bounds(x) if x.size else (0, 0)
    return high - low == x.nbytes and 0 not in x.strides


def check_out(out: AnyArray, x: AnyArray, shape: Shape, dtype: np.dtype, argument: str) -> None:
    """Refuse an output that is not exactly what the result needs.

    Raises:
        ArgumentTypeError: not the same kind of array as the input, or another dtype.
        ArgumentValueError: another shape, read-only, misaligned, or overlapping the input.
    """
    check_kind(out, argument)
    if is_host(out) != is_host(x):
        kinds = "numpy array" if is_host(x) else "pyopencl array"
        raise ArgumentTypeError(f"{argument} must be a {kinds} as x is, got {type(out).__name__}")
    if out.dtype != dtype or not out.dtype.isnative:
        raise ArgumentTypeError(f"{argument} has dtype {out.dtype}, the result has {dtype}")
    if tuple(out.shape) != shape:
        raise ArgumentValueError(f"{argument} has shape {tuple(out.shape)}, the result has {shape}")
    if any(stride % out.dtype.itemsize for stride in out.strides):
        raise ArgumentValueError(f"{argument} has strides {out.strides} that split its elements")
    if any(s == 0 and n > 1 for s, n in zip(out.strides, out.shape, strict=True)):
        raise ArgumentValueError(f"{argument} is a broadcast array: its elements share memory")
    if isinstance(out, np.ndarray):
        if not out.flags.writeable:
            raise ArgumentValueError(f"{argument} is read-only")
        if not out.flags.aligned:
            raise ArgumentValueError(f"{argument} is misaligned for its dtype {out.dtype}")
    check_apart(out, x, argument, "x")


def check_same_layout(a: AnyArray, b: AnyArray, name_a: str, name_b: str) -> None:
    """Refuse an array that lies in memory otherwise than another.

    Raises:
        ArgumentValueError: their strides differ, counted in elements.
    """
    if strides_of(a) != strides_of(b) and b.size > 1:
        raise ArgumentValueError(
            f"{name_a} has strides {a.strides}, not the layout of {name_b} with strides {b.strides}"
        )


def check_apart(a: AnyArray, b: AnyArray, name_a: str, name_b: str) -> None:
    """Refuse two arrays that share memory.

    Raises:
        ArgumentValueError: they do.
    """
    if is_host(a):
        shared = np.may_share_memory(a, b) and np.shares_memory(a, b)
    else:
        shared = a.base_data is not None and a.base_data == b.base_data and _touch(a, b)
    if shared:
        raise ArgumentValueError(
            f"{name_a} overlaps {name_b} in memory; pooling cannot be in place"
        )


def aligned_lanes(*operands: AnyArray) -> int:
    """The lanes, 1, 2 or 4, of the widest vector that every array's start is aligned to."""
    starts = [(x.ctypes.data if is_host(x) else x.offset, x.dtype.itemsize) for x in operands]
    fitting = [n for n in (4, 2) if all(start % (n * size) == 0 for start, size in starts)]
    return max(fitting, default=1)


def empty_host(shape: Shape, strides: Shape, dtype: np.dtype) -> np.ndarray:
    """A fresh numpy array of these strides, at an aligned address."""
    count = int(np.prod(shape, dtype=np.int64))
    raw = np.empty(count * dtype.itemsize + ALIGNMENT, np.uint8)
    start = -raw.ctypes.data % ALIGNMENT
    flat = raw[start : start + count * dtype.itemsize].view(dtype)
    return np.lib.stride_tricks.as_strided(flat, shape, [s * dtype.itemsize for s in strides])


def empty_device(queue: cl.CommandQueue, shape: Shape, strides: Shape, like: cla.Array) -> Any:
    """A function of a dtype that makes a fresh pyopencl array of these strides."""

    def make(dtype: np.dtype) -> cla.Array:
        return cla.Array(
            queue,
            shape,
            dtype,
            strides=tuple(s * dtype.itemsize for s in strides),
            allocator=like.allocator,
        )

    return make


def laid_out(x: np.ndarray, strides: Shape) -> np.ndarray:
    """The array itself if it has these strides, else a copy that has."""
    size = x.dtype.itemsize
    same = strides_of(x) == strides and all(s % size == 0 for s in x.strides)
    if same and x.dtype.isnative and x.flags.aligned:
        return x
    # The memory that such strides span, gaps included, starting at its lowest address.
    reaches = [(n - 1) * s for n, s in zip(x.shape, strides, strict=True)]
    low = sum(reach for reach in reaches if reach < 0)
    span = sum(map(abs, reaches)) + 1
    flat = empty_host((span,), (1,), x.dtype.newbyteorder("="))
    steps = [s * size for s in strides]
    copy = np.lib.stride_tricks.as_strided(flat[-low:], x.shape, steps)
    copy[...] = x
    return copy


def constant(context: cl.Context, x: np.ndarray) -> cl.Buffer:
    """A buffer with a copy of a small array, for kernels to read."""
    flags = cl.mem_flags.READ_ONLY | cl.mem_flags.COPY_HOST_PTR
    return cl.Buffer(context, flags, hostbuf=x if x.size else np.zeros(1, x.dtype))


def pitches_of(lists: np.ndarray, axes: int, spatial: Sequence[int]) -> Shape:
    """The pitch of lists along each axis of the array they belong to, 0 along pooled ones."""
    own = iter(stride // lists.itemsize for stride in lists.strides)
    return tuple(0 if axis in spatial else next(own) for axis in range(axes))


def wrap(context: cl.Context, x: np.ndarray, span: tuple[int, int], write: bool) -> cl.Buffer:
    """A buffer over the elements ``span`` of a numpy array, counted from its first one."""
    access = cl.mem_flags.READ_WRITE if write else cl.mem_flags.READ_ONLY
    return cl.Buffer(context, access | cl.mem_flags.USE_HOST_PTR, hostbuf=span_of(x, span))


def span_of(x: np.ndarray, span: tuple[int, int]) -> np.ndarray:
    """The memory of an array from element ``span[0]`` to ``span[1]`` as a flat view."""
    size = x.dtype.itemsize
    address = x.__array_interface__["data"][0] + span[0] * size
    return np.asarray(_Memory(address, (span[1] - span[0] + 1) * size, x))


class _Memory:
    """Bytes at an address, kept alive by the array they belong to."""

    def __init__(self, address: int, size: int, owner: np.ndarray) -> None:
        self.owner = owner
        read_only = not owner.flags.writeable
        self.__array_interface__ = {
            "data": (address, read_only),
            "shape": (size,),
            "typestr": "|u1",
            "version": 3,
        }


def _distances(x: np.ndarray) -> list[float]:
    """How far apart the neighbours on each axis are; infinitely where there are none."""
    axes = zip(x.shape, x.strides, strict=True)
    return [abs(stride) if length > 1 and stride else np.inf for length, stride in axes]


def _touch(a: cla.Array, b: cla.Array) -> bool:
    """Whether the byte ranges of two arrays in one buffer meet."""
    (a_first, a_last), (b_first, b_last) = _byte_range(a), _byte_range(b)
    return a_first <= b_last and b_first <= a_last


def _byte_range(x: cla.Array) -> tuple[int, int]:
    reaches = [(n - 1) * s for n, s in zip(x.shape, x.strides, strict=True)]
    first = x.offset + sum(reach for reach in reaches if reach < 0)
    return first, x.offset + sum(reach for reach in reaches if reach > 0) + x.dtype.itemsize - 1
