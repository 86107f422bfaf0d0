"""One kernel on one layout: built, and launched for each part of a problem."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

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
        self.listed = spec.lists
        self.context = context
        self.built = build.build(spec, context)
        self.kernel = self.built.kernel()
        self._lock = threading.Lock()
        self._packed: bytes | None = None
        self._offsets: tuple[dict[str, int], list[bytes]] = {}, []

    def packed(self, offsets: dict[str, int]) -> list[bytes]:
        """The last argument of every part for arrays that begin at these offsets."""
        kept, packed = self._offsets
        if kept != offsets:
            packed = [part.packed(**offsets).tobytes() for part in self.parts]
            self._offsets = offsets, packed
        return packed

    def enqueue(
        self,
        queue: cl.CommandQueue,
        part: Part,
        buffers: Sequence[Any],
        packed: bytes,
        wait: Any,
    ) -> cl.Event:
        """Start one part; returns its event."""
        kernel = self.kernel
        with self._lock:
            for number, buffer in enumerate(buffers):
                kernel.set_arg(number, buffer)
            if packed != self._packed:  # a kernel keeps its arguments
                self._packed = None
                kernel.set_arg(len(buffers), packed)
                self._packed = packed
            return cl.enqueue_nd_range_kernel(queue, kernel, part.size, part.group, None, wait)


def run_arrays(
    launch: Launch,
    inputs: Sequence[cla.Array],
    own: Sequence[cla.Array],
    lists: cl.Buffer | None,
    results: Sequence[cla.Array],
    queue: cl.CommandQueue,
    wait_for: Sequence[cl.Event] | None,
) -> None:
    """Start pooling of pyopencl arrays; events say when it has ended.

    Args:
        inputs: what lies as the input does: the input itself, what a gradient knows of each tap.
        own: what lies as the output does and is read: what a gradient knows of each element.
        lists: a buffer of lists, or None.
        results: the values, and the indices if there are any.
    """
    reads = [*inputs, *own]
    buffers = [array.base_data for array in reads]
    buffers += [] if lists is None else [lists]
    buffers += [array.base_data for array in results]
    start = _start(inputs[0])
    offsets = {"x_offset": start, "y_offset": _start(results[0])}
    offsets["index_offset"] = _start(results[-1])
    for name, array in zip(launch.spec.tap_sources, inputs[1:], strict=True):
        offsets[f"{name}_shift"] = _start(array) - start
    for array in own:
        offsets["own_offset"] = _start(array)
    touched = [*reads, *results]
    before = [list(array.events) for array in touched]
    pending = [event for events in before for event in events] + list(wait_for or ())
    for part, packed in zip(launch.parts, launch.packed(offsets), strict=True):
        event = launch.enqueue(queue, part, buffers, packed, pending)
        # The inputs too: whoever overwrites them must wait until they have been read.
        for array in touched:
            array.events.append(event)
    # Who waits for these waits for those before them.
    for array, events in zip(touched, before, strict=True):
        for event in events:
            with suppress(ValueError):  # another thread forgot it first
                array.events.remove(event)


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
    run_arrays(Launch(spec, parts, queue.context), [array], [], None, [copy], queue, wait_for)
    return copy


def _start(array: Any) -> int:
    return int(array.offset // array.dtype.itemsize)
