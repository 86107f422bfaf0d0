"""pyopencl arrays on their way to a kernel: what follows from how they lie, found once.

A :class:`DeviceRoute` is what calls on arrays that lie alike have in common. Nothing is copied but
what a gradient reads in another order than its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyopencl as cl
import pyopencl.array as cla

from .. import modes
from ..dtypes import element_type
from ..problem.problem import Problem
from ..problem.window import Shape, SlidingWindow
from . import arrays
from .arrays import host_address
from .descent import Descent
from .launch import Launch, Launches, More


def lie(
    reads: Sequence[cla.Array], results: Sequence[cla.Array], pitches: Shape | None
) -> tuple[Any, ...]:
    """How arrays lie in their buffers, which is a route's key."""
    lying: list[Any] = [pitches]
    for array in (*reads, *results):
        lying += array.strides, array.offset, host_address(array) % 64
    return tuple(lying)


class DeviceRoute:
    """A launch for arrays that lie in one way, with the geometry of each of its parts.

    Args:
        descent: the kernel and its parts, and what takes their place when they are refused.
        reads: what is read, laid out as the kernel needs it: inputs, which lie as the first of
            them does, and behind them ``own`` arrays, which lie as the results do.
        given: the results, where they were given.
        made: the shape, the strides in elements, and the dtypes of results that are made.
    """

    def __init__(
        self,
        descent: Descent,
        reads: Sequence[cla.Array],
        own: int,
        given: Sequence[cla.Array],
        made: tuple[Shape, Shape, Sequence[np.dtype]],
    ) -> None:
        launch = descent.launch
        self.takes_more = launch.takes_more
        self._descent = descent
        self._made = made
        self._strides = [arrays.strides_of(array) for array in reads]
        inputs = reads[: len(reads) - own]
        start = _start(reads[0])
        offsets = {"x_offset": start}
        offsets |= zip(("y_offset", "index_offset"), map(_start, given), strict=False)
        for name, array in zip(launch.spec.tap_sources, inputs[1:], strict=True):
            offsets[f"{name}_shift"] = _start(array) - start
        for array in reads[len(inputs) :]:
            offsets["own_offset"] = _start(array)
        self._offsets = offsets
        self._take(launch)

    def _take(self, launch: Launch) -> None:
        """Make the calls to come those of this launch."""
        members = launch.built.members
        parts = [(part, part.packed(members, **self._offsets)) for part in launch.parts]
        self._taken = launch, parts

    def fresh(self, queue: cl.CommandQueue, like: cla.Array) -> list[cla.Array]:
        """Arrays for results, from another array's allocator."""
        shape, strides, dtypes = self._made
        return [arrays.empty_device(queue, shape, strides, dtype, like) for dtype in dtypes]

    def laid(
        self,
        reads: Sequence[cla.Array],
        queue: cl.CommandQueue,
        wait_for: Sequence[cl.Event] | None,
    ) -> list[cla.Array]:
        """What is read, as the kernel needs it: copied where it lies otherwise."""
        needed = zip(reads[1:], self._strides[1:], strict=True)
        return [reads[0], *(relaid(array, strides, queue, wait_for) for array, strides in needed)]

    def run(
        self,
        reads: Sequence[cla.Array],
        results: Sequence[cla.Array],
        more: More | None,
        queue: cl.CommandQueue,
        wait_for: Sequence[cl.Event] | None,
    ) -> None:
        """Start pooling what is laid out; the arrays' events say when it has ended."""
        touched = [*reads, *results]
        buffers: list[Any] = [array.base_data for array in touched]
        if more is not None:
            buffers.insert(len(reads), more)
        before = [list(array.events) for array in touched]
        pending = [event for events in before for event in events] + list(wait_for or ())
        begun: list[cl.Event] = []
        launch, parts = self._taken
        while True:
            try:
                for part, packed in parts:
                    event = launch.enqueue(queue, part, buffers, packed, pending)
                    begun.append(event)
                    # The inputs too: whoever overwrites them must wait until they have been read.
                    for array in touched:
                        array.events.append(event)
                break
            except cl.Error as error:
                self._take(self._descent.after(launch, error, bool(pending)))
                launch, parts = self._taken
                pending += begun  # what they write is written again
        # Who waits for these waits for those before them.
        for array, events in zip(touched, before, strict=True):
            try:
                for event in events:
                    array.events.remove(event)
            except ValueError:  # another thread forgot them first
                continue


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
    descent = Launches(problem, queue, {}).find(own, strides, None, 1, None)
    made = (array.shape, strides, [array.dtype])
    route = DeviceRoute(descent, [array], 0, [copy], made)
    route.run([array], [copy], None, queue, wait_for)
    return copy


def _start(array: cla.Array) -> int:
    return int(array.offset // array.dtype.itemsize)
