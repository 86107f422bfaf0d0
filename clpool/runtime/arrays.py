"""numpy and pyopencl arrays in and out: how they lie, what is copied, what is made.

Strides are counted in elements here.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyopencl as cl
import pyopencl.array as cla

from ..errors import ArgumentValueError
from ..problem.problem import Problem
from ..problem.window import Shape
from ..schedule.layout import dense_strides, innermost
from . import result_memory

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
    if _is_readable(x) and innermost(x.shape, strides_of(x), spatial) and (wrapped or is_dense(x)):
        return x
    native = x.dtype.newbyteorder("=")
    strides = dense_strides(x.shape, x.strides, int(np.argmin(_distances(x))))
    if not innermost(x.shape, strides, spatial):
        strides = dense_strides(x.shape, x.strides, spatial[-1])
    copy = empty_host(x.shape, strides, native)
    copy[...] = x
    return copy


def output_strides(
    problem: Problem, x_strides: Shape, given: Sequence[AnyArray]
) -> tuple[int | None, Shape]:
    """The dense innermost axis and the output's strides, the given values' or fresh ones.

    A pyopencl array without a dense innermost axis (None) is pooled in place, element by
    element; numpy arrays have been copied by now.

    Raises:
        ArgumentValueError: the given array has another innermost axis than the input.
    """
    axes = innermost(problem.shape, x_strides, problem.spatial)
    shape = problem.output_shape
    if not given:
        inner = axes[0] if axes else problem.spatial[-1]
        return axes[0] if axes else None, dense_strides(shape, x_strides, inner)
    strides = strides_of(given[0])
    if not axes:
        return None, strides
    for axis in axes:
        if strides[axis] == 1 or shape[axis] == 1:
            return axis, strides
    expected = dense_strides(shape, x_strides, axes[0])
    size = given[0].dtype.itemsize
    raise ArgumentValueError(
        f"out has strides {given[0].strides}, but axis {axes[0]} must be dense in it as it is in "
        f"x; for example strides {tuple(stride * size for stride in expected)}"
    )


def is_dense(x: np.ndarray) -> bool:
    """Whether an array's elements lie without gaps, in whatever order of axes."""
    low, high = np.lib.array_utils.byte_bounds(x) if x.size else (0, 0)
    return high - low == x.nbytes and 0 not in x.strides


def host_address(x: cla.Array) -> int:
    """Where the host's memory begins that an array's buffer uses; 0 if it uses none."""
    host = getattr(x.base_data, "hostbuf", None)
    return 0 if host is None else int(np.frombuffer(host, np.uint8).ctypes.data)


def aligned_bytes(x: cla.Array) -> int:
    """The bytes, up to 64, of whose multiples an array begins; buffers may use host memory."""
    return math.gcd(64, x.offset, host_address(x))


def empty_host(shape: Shape, strides: Shape, dtype: np.dtype) -> np.ndarray:
    """A fresh numpy array of these strides, which leave no gaps, at an aligned address."""
    return result_memory.empty(shape, tuple(s * dtype.itemsize for s in strides), dtype)


def empty_device(
    queue: cl.CommandQueue, shape: Shape, strides: Shape, dtype: np.dtype, like: cla.Array
) -> cla.Array:
    """A fresh pyopencl array of these strides, which leave no gaps, from another's allocator."""
    steps = tuple(s * dtype.itemsize for s in strides)
    return cla.Array(queue, shape, dtype, strides=steps, allocator=like.allocator)


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
    if _is_readable(x) and strides_of(x) == strides:
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


def pitches_of(lists: np.ndarray | None, problem: Problem) -> Shape | None:
    """The pitch of lists along each axis of the problem's shape, 0 along pooled ones."""
    if lists is None:
        return None
    own = iter(stride // lists.itemsize for stride in lists.strides)
    return tuple(0 if n in problem.spatial else next(own) for n in range(len(problem.shape)))


def _is_readable(x: np.ndarray) -> bool:
    """Whether elements are the machine's own and lie at multiples of their size."""
    size = x.dtype.itemsize
    placed = all(place % size == 0 for place in (x.ctypes.data, *x.strides))
    return placed and x.dtype.isnative


def _distances(x: np.ndarray) -> list[float]:
    """How far apart the neighbours on each axis are; infinitely where there are none."""
    axes = zip(x.shape, x.strides, strict=True)
    return [abs(stride) if length > 1 and stride else np.inf for length, stride in axes]


def _reach(shape: Shape, strides: Shape) -> tuple[int, int]:
    """The lowest offset that such strides reach, and the elements they span, gaps included."""
    reaches = [(n - 1) * s for n, s in zip(shape, strides, strict=True)]
    return sum(reach for reach in reaches if reach < 0), sum(map(abs, reaches)) + 1
