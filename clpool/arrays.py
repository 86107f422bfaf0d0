"""numpy and pyopencl arrays in and out: how they lie, what is copied, what is made.

On a device that shares the host's memory (most CPUs) numpy arrays are wrapped in place; on
others they travel through device buffers. Strides are counted in elements here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyopencl as cl
import pyopencl.array as cla

from .geometry import Shape
from .layout import dense_strides, innermost

#: Fresh arrays start at multiples of this many bytes, a cache line and any vector.
ALIGNMENT = 64

AnyArray = Any


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


def aligned_lanes(*operands: AnyArray) -> int:
    """The lanes, up to 16, of the widest vector that every array's start is aligned to."""
    starts = [(x.ctypes.data if is_host(x) else x.offset, x.dtype.itemsize) for x in operands]
    fitting = [n for n in (16, 8, 4, 2) if all(start % (n * size) == 0 for start, size in starts)]
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


def spanning_device(queue: cl.CommandQueue, strides: Shape, like: cla.Array) -> cla.Array:
    """A fresh pyopencl array of any strides, gaps and negative ones included, shaped as another."""
    low, span = _reach(like.shape, strides)
    size = like.dtype.itemsize
    memory = cla.Array(queue, (span,), like.dtype, allocator=like.allocator)
    steps = tuple(s * size for s in strides)
    data = memory.base_data
    return cla.Array(queue, like.shape, like.dtype, data=data, offset=-low * size, strides=steps)


def laid_out(x: np.ndarray, strides: Shape) -> np.ndarray:
    """The array itself if it has these strides, else a copy that has."""
    size = x.dtype.itemsize
    same = strides_of(x) == strides and all(s % size == 0 for s in x.strides)
    if same and x.dtype.isnative and x.flags.aligned:
        return x
    low, span = _reach(x.shape, strides)
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


def _reach(shape: Shape, strides: Shape) -> tuple[int, int]:
    """The lowest offset that such strides reach, and the elements they span, gaps included."""
    reaches = [(n - 1) * s for n, s in zip(shape, strides, strict=True)]
    return sum(reach for reach in reaches if reach < 0), sum(map(abs, reaches)) + 1
