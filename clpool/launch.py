"""One kernel on one layout: built, and launched for each part of a problem."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pyopencl as cl
import pyopencl.array as cla

from . import arrays, build, modes
from .dtypes import element_type
from .geometry import Shape
from .problem import Problem
from .spec import KernelSpec
from .specialise import Part, specialise
from .window import SlidingWindow


class Launch:
    """A kernel and the parts of a problem in one layout; one caller at a time sets arguments."""

    def __init__(self, spec: KernelSpec, parts: list[Part], context: cl.Context) -> None:
        self.spec = spec
        self.parts = parts
        self.built = build.build(spec, context)
        self.kernel = self.built.kernel()
        self.lock = threading.Lock()

    def enqueue(
        self, queue: cl.CommandQueue, part: Part, buffers: Sequence[Any], packed: Any, wait: Any
    ) -> cl.Event:
        """Start one part; returns its event."""
        with self.lock:
            for number, buffer in enumerate(buffers):
                self.kernel.set_arg(number, buffer)
            self.kernel.set_arg(len(buffers), packed)
            return cl.enqueue_nd_range_kernel(
                queue, self.kernel, part.size, part.group, wait_for=wait
            )


@dataclass(frozen=True)
class Operands:
    """The arrays of one call, in the order of a kernel's arguments.

    Args:
        inputs: what lies as the input does: the input itself, what a gradient knows of each tap.
        own: what lies as the output does and is read: what a gradient knows of each element.
        lists: a buffer of lists, or None.
        results: the values, and the indices if there are any.
    """

    inputs: Sequence[Any]
    own: Sequence[Any]
    lists: cl.Buffer | None
    results: Sequence[Any]

    def buffers(self, read: Callable[[Any], Any], own: Any, write: Any) -> list[cl.Buffer]:
        """The buffers of all, made by one function for each kind of array."""
        lists = [] if self.lists is None else [self.lists]
        return [
            *map(read, self.inputs),
            *map(own, self.own),
            *lists,
            *map(write, self.results),
        ]


def run_wrapped(
    launch: Launch,
    part: Part,
    operands: Operands,
    queue: cl.CommandQueue,
    wait_for: Sequence[cl.Event] | None,
) -> None:
    """Pool one part where it lies in the host's memory, and wait for it."""
    x_span, y_span = part.geometry.x_span(), part.geometry.y_span()
    wrap = partial(arrays.wrap, queue.context)
    buffers = operands.buffers(
        partial(wrap, span=x_span, write=False),
        partial(wrap, span=y_span, write=False),
        partial(wrap, span=y_span, write=True),
    )
    # The caller's memory is in use until the kernel has ended, also if waiting is interrupted.
    try:
        launch.enqueue(queue, part, buffers, _packed(part), wait_for).wait()
        launch.built.save()
    except BaseException:
        queue.finish()
        raise


def run_copied(
    launch: Launch,
    part: Part,
    operands: Operands,
    queue: cl.CommandQueue,
    wait_for: Sequence[cl.Event] | None,
) -> None:
    """Pool one part by way of device buffers, and wait for it."""
    x_span, y_span = part.geometry.x_span(), part.geometry.y_span()
    copied: list[cl.Event] = []

    def sent(array: np.ndarray, span: tuple[int, int]) -> cl.Buffer:
        source = arrays.span_of(array, span)
        buffer = cl.Buffer(queue.context, cl.mem_flags.READ_ONLY, source.nbytes)
        copied.append(cl.enqueue_copy(queue, buffer, source, is_blocking=False, wait_for=wait_for))
        return buffer

    def fresh(array: np.ndarray) -> cl.Buffer:
        size = arrays.span_of(array, y_span).nbytes
        return cl.Buffer(queue.context, cl.mem_flags.READ_WRITE, size)

    try:
        buffers = operands.buffers(partial(sent, span=x_span), partial(sent, span=y_span), fresh)
        event = launch.enqueue(queue, part, buffers, _packed(part), copied)
        written = buffers[-len(operands.results) :]
        for result, buffer in zip(operands.results, written, strict=True):
            cl.enqueue_copy(queue, arrays.span_of(result, y_span), buffer, wait_for=[event])
        launch.built.save()
    except BaseException:
        queue.finish()
        raise


def run_arrays(
    launch: Launch, operands: Operands, queue: cl.CommandQueue, wait_for: Sequence[cl.Event] | None
) -> None:
    """Start pooling of pyopencl arrays; events say when it has ended."""
    touched = [*operands.inputs, *operands.own, *operands.results]
    base = operands.buffers(*[lambda array: array.base_data] * 3)
    start = _start(operands.inputs[0])
    offsets = {"x_offset": start, "y_offset": _start(operands.results[0])}
    offsets["index_offset"] = _start(operands.results[-1])
    for name, array in zip(launch.spec.tap_sources, operands.inputs[1:], strict=True):
        offsets[f"{name}_shift"] = _start(array) - start
    for array in operands.own:
        offsets["own_offset"] = _start(array)
    pending = [event for array in touched for event in array.events] + list(wait_for or ())
    for part in launch.parts:
        event = launch.enqueue(queue, part, base, part.packed(**offsets), pending)
        # The inputs too: whoever overwrites them must wait until they have been read.
        for array in touched:
            array.add_event(event)


def relaid(
    array: cla.Array,
    strides: Shape,
    queue: cl.CommandQueue,
    wait_for: Sequence[cl.Event] | None,
) -> cla.Array:
    """The array itself if it lies in memory with these strides, else a copy that does.

    The device copies by pooling windows of one element.
    """
    own = arrays.strides_of(array)
    if own == strides or array.size <= 1:
        return array
    element = element_type(array.dtype)
    copy = arrays.spanning_device(queue, strides, array)
    problem = Problem(
        shape=array.shape,
        dtype=element,
        out=element,
        spatial=(len(array.shape) - 1,),
        window=SlidingWindow.of(1, 1),
        mode=modes.find("max"),
    )
    spec, parts = specialise(problem, queue.device, own, strides, None, 1, {})
    run_arrays(
        Launch(spec, parts, queue.context), Operands([array], [], None, [copy]), queue, wait_for
    )
    return copy


def _packed(part: Part) -> np.ndarray:
    """The argument for buffers that hold just the spans of a part."""
    x_start, y_start = -part.geometry.x_span()[0], -part.geometry.y_span()[0]
    return part.packed(x_offset=x_start, y_offset=y_start, index_offset=y_start, own_offset=y_start)


def _start(array: Any) -> int:
    return int(array.offset // array.dtype.itemsize)
