"""The arrays of an execution on the host or on a device, at any alignment of their elements.

A queue of None stands for the host.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any, NamedTuple

import numpy as np
import pyopencl as cl
import pyopencl.array as cla

from ..problem.problem import Problem
from ..problem.window import Shape
from ..runtime import arrays, host_binding
from ..runtime.arrays import AnyArray
from ..schedule.placement import Layout
from . import canaries
from .arrays import Execution
from .canaries import Guard


class Inputs(NamedTuple):
    """What a plan reads, in the order of :meth:`clpool.runtime.plan.Plan.execute`."""

    x: AnyArray
    sources: dict[str, AnyArray]
    lists: np.ndarray | None
    seed: int | None

    def execute(self, plan: Any, outs: Sequence[AnyArray], queue: cl.CommandQueue) -> Any:
        """Execute a plan; without ``outs`` into allocated results."""
        out = None if not outs else outs[0] if len(outs) == 1 else tuple(outs)
        return plan.execute(self.x, out, queue, None, self.sources, self.lists, self.seed)

    def prepare(self, plan: Any, outs: Sequence[AnyArray]) -> Any:
        """The layout of the arrays and the launch of a plan for it, not enqueued."""
        on_host = isinstance(self.x, np.ndarray)
        executor = plan.host_executor if on_host else plan.device_executor
        return executor.prepare(self.x, self.sources, self.lists, list(outs))

    def layout(self, problem: Problem, outs: Sequence[AnyArray]) -> Layout:
        """The layout of the arrays, as executors tell it of those that they need not copy."""
        strides = arrays.strides_of(self.x)
        inner, y_strides = arrays.output_strides(problem, strides, outs)
        reads = [self.x, *self.sources.values()]
        if isinstance(self.x, np.ndarray):
            aligned = host_binding.layout_key(reads, outs, None)[0][0]
        else:
            aligned = min(map(arrays.aligned_bytes, [*reads, *outs[:1]]))
        lists = None if self.lists is None else arrays.list_strides_of(self.lists, problem)
        return Layout(strides, y_strides, inner, aligned, lists)


def placed(given: Execution, queue: cl.CommandQueue | None, by: int = 0) -> Inputs:
    """The arrays of an execution, ``by`` elements behind an aligned address."""
    sources = {name: _placed(array, queue, by) for name, array in given.sources.items()}
    return Inputs(_placed(given.x, queue, by), sources, given.lists, given.seed)


def result_strides(problem: Problem, x: AnyArray) -> Shape:
    """The strides of allocated results, in elements."""
    return arrays.output_strides(problem, arrays.strides_of(x), ())[1]


def results(problem: Problem, x: AnyArray, queue: cl.CommandQueue | None) -> list[AnyArray]:
    """Allocated results for an input."""
    strides = result_strides(problem, x)
    shape, dtypes = problem.output_shape, problem.result_dtypes
    if queue is None:
        return [arrays.empty_host(shape, strides, dtype) for dtype in dtypes]
    return [arrays.empty_device(queue, shape, strides, dtype, x) for dtype in dtypes]


def guarded(
    problem: Problem, x: AnyArray, queue: cl.CommandQueue | None, by: int
) -> tuple[list[AnyArray], list[Guard]]:
    """Results ``by`` elements behind aligned addresses, and what guards the memory beside them."""
    shape, strides = problem.output_shape, result_strides(problem, x)
    outs: list[AnyArray] = []
    guards = []
    for dtype in problem.result_dtypes:
        size = dtype.itemsize
        around = (prod(shape) + by,), (size,), dtype
        steps = tuple(stride * size for stride in strides)
        flat: AnyArray
        if queue is None:
            flat, guard = canaries.guarded(*around)
            outs.append(np.lib.stride_tricks.as_strided(flat[by:], shape, steps))
        else:
            flat, guard = canaries.guarded_device(queue, *around)
            place = {"data": flat.base_data, "offset": flat.offset + by * size, "strides": steps}
            outs.append(cla.Array(queue, shape, dtype, **place))
        guards.append(guard)
    return outs, guards


def order_of(shape: Shape, strides: Shape) -> tuple[int, ...]:
    """The axes from the outermost in memory to the innermost.

    Example:
        >>> order_of((2, 3, 4, 5), (60, 1, 15, 3))
        (0, 2, 3, 1)
    """
    return tuple(sorted(range(len(shape)), key=lambda axis: -abs(strides[axis])))


def write(target: AnyArray, values: np.ndarray) -> None:
    """Fill an array, also one with an offset in its buffer."""
    if isinstance(target, np.ndarray):
        target[...] = values
        return
    lying = _dense(values, order_of(target.shape, target.strides), 0)
    cl.enqueue_copy(
        target.queue, target.base_data, _as_bytes(lying), dst_offset=target.offset
    ).wait()


def read(array: AnyArray) -> np.ndarray:
    """A copy of an array on the host, of the same order of axes."""
    if isinstance(array, np.ndarray):
        return array.copy()
    order = order_of(array.shape, array.strides)
    lying = np.empty([array.shape[axis] for axis in order], array.dtype)
    cl.enqueue_copy(array.queue, _as_bytes(lying), array.base_data, src_offset=array.offset).wait()
    return lying.transpose(np.argsort(order))


def complement(values: np.ndarray) -> np.ndarray:
    """An array each of whose elements has other bits than a given one's."""
    bits = np.invert(np.ascontiguousarray(values).view(np.uint8))
    return bits.view(values.dtype).reshape(values.shape)


def _placed(array: np.ndarray, queue: cl.CommandQueue | None, by: int) -> AnyArray:
    """One array, copied where it must lie elsewhere."""
    if queue is None:
        if by == 0:
            return array
        copy = _dense(array, order_of(array.shape, array.strides), by)
        return copy.transpose(np.argsort(order_of(array.shape, array.strides)))
    order = order_of(array.shape, array.strides)
    start = by * array.itemsize
    size = max(array.nbytes + start, 1)
    data = cl.Buffer(queue.context, cl.mem_flags.READ_WRITE, size)
    lying = _dense(array, order, 0)
    if array.size:
        cl.enqueue_copy(queue, data, _as_bytes(lying), dst_offset=start).wait()
    strides = lying.transpose(np.argsort(order)).strides
    return cla.Array(queue, array.shape, array.dtype, data=data, offset=start, strides=strides)


def _dense(array: np.ndarray, order: Sequence[int], by: int) -> np.ndarray:
    """A dense copy whose axes lie in memory in this order, and are numbered so."""
    moved = array.transpose(order)
    flat = arrays.empty_host((array.size + by,), (1,), array.dtype)[by:]
    copy = flat.reshape(moved.shape)
    copy[...] = moved
    return copy


def _as_bytes(array: np.ndarray) -> np.ndarray:
    """The memory of a dense array."""
    return array.reshape(-1).view(np.uint8)
