"""Memory layouts of numpy and pyopencl arrays: read, required, copied to, allocated.

Strides are in elements.
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
from ..schedule.layout import COARSEST, dense_strides, innermost
from ..schedule.placement import Layout
from . import result_memory

AnyArray = Any


def strides_of(x: AnyArray) -> Shape:
    """The strides of an array in elements; those in bytes must be multiples of the itemsize."""
    size = x.dtype.itemsize
    return tuple(stride // size for stride in x.strides)


def is_host(x: AnyArray) -> bool:
    """Whether an array is numpy's."""
    return isinstance(x, np.ndarray)


def to_host(x: AnyArray) -> np.ndarray:
    """A numpy array itself, or a numpy copy of a pyopencl array."""
    return x if isinstance(x, np.ndarray) else x.get()


def admit_host(x: np.ndarray, spatial: tuple[int, ...], wrapped: bool) -> np.ndarray:
    """The array itself if kernels can read it in place, else a copy that they can read.

    Copied are arrays of foreign byte order, misaligned elements, strides that are no multiple of
    the itemsize, or no dense innermost axis; and those with gaps, where the device has memory of
    its own.

    Args:
        wrapped: whether kernels read host memory in place.
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
    problem: Problem, x_strides: Shape, outs: Sequence[AnyArray]
) -> tuple[int | None, Shape]:
    """The dense innermost axis, and the strides of the result: those of ``out`` or dense ones.

    The axis is None for a pyopencl array without one, which is pooled element by element; numpy
    arrays have been copied before (:func:`admit_host`).

    Raises:
        ArgumentValueError: ``out`` has another innermost axis than the input.
    """
    axes = innermost(problem.shape, x_strides, problem.spatial)
    shape = problem.output_shape
    if not outs:
        inner = axes[0] if axes else problem.spatial[-1]
        return axes[0] if axes else None, dense_strides(shape, x_strides, inner)
    strides = strides_of(outs[0])
    if not axes:
        return None, strides
    for axis in axes:
        if strides[axis] == 1 or shape[axis] == 1:
            return axis, strides
    expected = dense_strides(shape, x_strides, axes[0])
    size = outs[0].dtype.itemsize
    raise ArgumentValueError(
        f"out has strides {outs[0].strides}, but axis {axes[0]} must be dense in it as it is in "
        f"x; for example strides {tuple(stride * size for stride in expected)}"
    )


def is_dense(x: np.ndarray) -> bool:
    """Whether an array has no gaps between its elements, in any order of axes."""
    low, high = np.lib.array_utils.byte_bounds(x) if x.size else (0, 0)
    return high - low == x.nbytes and 0 not in x.strides


def host_address(x: cla.Array) -> int:
    """The address of the host memory under an array's buffer; 0 if there is none."""
    host = getattr(x.base_data, "hostbuf", None)
    return 0 if host is None else int(np.frombuffer(host, np.uint8).ctypes.data)


def aligned_bytes(x: cla.Array) -> int:
    """The alignment of an array's first element in bytes, at most :data:`COARSEST`."""
    return math.gcd(COARSEST, x.offset, host_address(x))


def last_offset(x: AnyArray) -> int:
    """Elements from an array's first element to the furthest one."""
    return sum((n - 1) * max(s, 0) for n, s in zip(x.shape, strides_of(x), strict=True))


def empty_host(shape: Shape, strides: Shape, dtype: np.dtype) -> np.ndarray:
    """Allocate a numpy array of these dense strides, at an aligned address."""
    return result_memory.empty(shape, tuple(s * dtype.itemsize for s in strides), dtype)


def empty_device(
    queue: cl.CommandQueue, shape: Shape, strides: Shape, dtype: np.dtype, like: cla.Array
) -> cla.Array:
    """Allocate a pyopencl array of these dense strides, by the allocator of another array."""
    steps = tuple(s * dtype.itemsize for s in strides)
    return cla.Array(queue, shape, dtype, strides=steps, allocator=like.allocator)


def spanning_device(queue: cl.CommandQueue, strides: Shape, like: cla.Array) -> cla.Array:
    """Allocate a pyopencl array of any strides, also with gaps or negative, shaped as another."""
    low, span = _lowest_and_span(like.shape, strides)
    size = like.dtype.itemsize
    memory = cla.Array(queue, (span,), like.dtype, allocator=like.allocator)
    steps = tuple(s * size for s in strides)
    data = memory.base_data
    return cla.Array(queue, like.shape, like.dtype, data=data, offset=-low * size, strides=steps)


def with_strides(x: np.ndarray, strides: Shape) -> np.ndarray:
    """The array itself if it has these strides, else a copy of these strides."""
    size = x.dtype.itemsize
    if _is_readable(x) and strides_of(x) == strides:
        return x
    low, span = _lowest_and_span(x.shape, strides)
    flat = empty_host((span,), (1,), x.dtype.newbyteorder("="))
    steps = [s * size for s in strides]
    copy = np.lib.stride_tricks.as_strided(flat[-low:], x.shape, steps)
    copy[...] = x
    return copy


def constant(context: cl.Context, x: np.ndarray) -> cl.Buffer:
    """A read-only buffer with a copy of a small array."""
    flags = cl.mem_flags.READ_ONLY | cl.mem_flags.COPY_HOST_PTR
    return cl.Buffer(context, flags, hostbuf=x if x.size else np.zeros(1, x.dtype))


def list_strides_of(lists: np.ndarray, problem: Problem) -> Shape:
    """The strides of window bounds along each axis of the problem's shape, 0 along pooled ones."""
    planes = iter(stride // lists.itemsize for stride in lists.strides)
    return tuple(0 if n in problem.spatial else next(planes) for n in range(len(problem.shape)))


def layout_of(problem: Problem, x: np.ndarray, lists: np.ndarray | None = None) -> Layout:
    """The layout of a problem on a numpy array and a fresh result, both aligned."""
    strides = strides_of(admit_host(x, problem.spatial, wrapped=True))
    inner, results = output_strides(problem, strides, [])
    listed = None if lists is None else list_strides_of(lists, problem)
    return Layout(strides, results, inner, COARSEST, listed)


def _is_readable(x: np.ndarray) -> bool:
    """Whether elements are of native byte order and aligned to their size."""
    size = x.dtype.itemsize
    aligned = all(start % size == 0 for start in (x.ctypes.data, *x.strides))
    return aligned and x.dtype.isnative


def _distances(x: np.ndarray) -> list[float]:
    """Bytes between neighbours on each axis; infinite on axes of one element."""
    axes = zip(x.shape, x.strides, strict=True)
    return [abs(stride) if length > 1 and stride else np.inf for length, stride in axes]


def _lowest_and_span(shape: Shape, strides: Shape) -> tuple[int, int]:
    """The lowest offset from the first element, and the elements spanned, gaps included."""
    distances = [(n - 1) * s for n, s in zip(shape, strides, strict=True)]
    return sum(far for far in distances if far < 0), sum(map(abs, distances)) + 1
