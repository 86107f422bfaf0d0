"""Copies the chunks of numpy arrays to a device, pools them there, and copies the results back.

Two chunks are in flight, each with memory of its own, on three queues::

    upload      0 1 . 2 . 3
    the call's    0 1 . 2 . 3
    download        0 1 . 2 . 3

An input is written again once its kernel is done, a result once it is back. Large copies go through
pinned memory, which the host fills and empties meanwhile. One chunk alone takes the call's queue.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import pyopencl as cl

from ..schedule.chunks import Chunk
from ..tuning import CACHES, HOST
from . import contexts, device_memory, memo
from .device_memory import Pinned
from .launch import Extra, Launch

#: A range of an array: flags of its buffer, its start in bytes from the array's first element, and
#: a ctypes array type of its length.
Range = tuple[int, int, type[ctypes.Array[Any]]]

_Queues = tuple[cl.CommandQueue, cl.CommandQueue]
_queues: dict[tuple[cl.Context, cl.Device], _Queues] = {}


@contexts.forgets
def _forget(context: cl.Context) -> None:
    """Discard the queues of a context."""
    for key in [key for key in _queues if key[0] == context]:
        _queues.pop(key, None)


class Step:
    """One chunk of a launch: the packed geometry, and the byte range of every buffer.

    Between the results of a chunk may lie those of others (``has_gaps``). A range begins at a
    multiple of ``page`` bytes.

    Args:
        uses: of each array, in the order of arguments: its buffer's flags, its side ("x" or "y"),
            the member of the geometry that is its offset, and its dtype.
        page_offsets: the bytes between the start of a page and each array.
    """

    def __init__(
        self,
        chunk: Chunk,
        members: Sequence[str],
        uses: Sequence[tuple[int, str, str, Any]],
        page_offsets: Sequence[int],
        page: int,
    ) -> None:
        spans = {"x": chunk.geometry.x_span(), "y": chunk.geometry.y_span()}
        self.chunk = chunk
        first, last = spans["y"]
        self.has_gaps = last - first + 1 > chunk.geometry.result_length
        self.ranges: list[Range] = []
        starts: dict[str, int] = {}
        for (flags, side, name, dtype), offset in zip(uses, page_offsets, strict=True):
            (first, last), size = spans[side], dtype.itemsize
            before = (offset + first * size) % page
            length = (last - first + 1) * size + before
            self.ranges.append((flags, first * size - before, ctypes.c_char * length))
            starts[name] = before // size - first
            if name.endswith("_shift"):  # relative to the input's element
                starts[name] -= starts["x_offset"]
        self.packed = chunk.packed(members, **starts)


class Pipeline:
    """The chunks of one call, some of them in flight.

    ``collected`` counts those whose results are in the caller's memory.

    Args:
        launch: the kernel.
        steps: its chunks, at least one.
        queue: the call's.
    """

    def __init__(self, launch: Launch, steps: Sequence[Step], queue: cl.CommandQueue) -> None:
        self._launch, self._steps, self._queue = launch, steps, queue
        self._upload = self._download = queue
        if len(steps) > 1:
            self._upload, self._download = _queues_beside(queue)
        self._slots: list[_Slot] = []
        self.collected = 0

    def run(self, addresses: Sequence[int], inputs: int, extra: Extra | None) -> None:
        """Pool the arrays at these addresses, in the order of arguments; wait.

        Args:
            inputs: how many of the arrays are read.
            extra: the argument behind those.
        """
        launch, steps = self._launch, self._steps
        # What lies between the results of a chunk is copied too: once others are back.
        gaps = any(step.has_gaps for step in steps)
        ranges = zip(*(step.ranges for step in steps), strict=True)
        sizes = [max(ctypes.sizeof(memory) for _, _, memory in several) for several in ranges]
        for _ in range(1 if gaps else min(HOST.in_flight, len(steps))):
            self._slots.append(_Slot(inputs))
            self._slots[-1].allocate(self._queue, sizes)
        for number, step in enumerate(steps):
            slot = self._slots[number % len(self._slots)]
            if gaps:
                self._collect(slot)
            slot.upload(self._upload, step, addresses)
            self._collect(slot)
            slot.compute(launch, self._queue, step, extra)
            slot.download(self._download, step, addresses)
        for number in range(len(steps), len(steps) + len(self._slots)):
            self._collect(self._slots[number % len(self._slots)])
        for slot in self._slots:
            slot.give_back(launch.context)

    def abandon(self) -> None:
        """Wait for what was begun, and discard its memory: nothing uses the caller's afterwards."""
        for slot in self._slots:
            slot.wait()
        # What raised may have been enqueued all the same.
        for queue in dict.fromkeys((self._upload, self._queue, self._download)):
            with suppress(cl.Error):
                queue.finish()
        for slot in self._slots:
            slot.discard()
        self._slots.clear()

    def _collect(self, slot: _Slot) -> None:
        """Wait for the results of the chunk in a slot, if there is one."""
        if slot.collect():
            self.collected += 1
            if self._launch.built.unsaved:
                self._launch.built.save()


class _Slot:
    """The memory of a chunk in flight, and its commands: copies, a kernel, copies."""

    def __init__(self, inputs: int) -> None:
        self._inputs = inputs
        self._buffers: list[cl.Buffer] = []
        self._pinned: list[Pinned | None] = []
        self._uploaded: list[cl.Event] = []
        self._computed: list[cl.Event] = []
        self._downloaded: list[cl.Event] = []
        self._returned: list[tuple[int, int, int]] = []

    def allocate(self, queue: cl.CommandQueue, sizes: Sequence[int]) -> None:
        """Take a buffer for each array, and pinned memory where it is large."""
        for size in sizes:
            self._buffers.append(device_memory.take(queue.context, size))
            large = size >= HOST.page_locked_bytes
            self._pinned.append(device_memory.take_pinned(queue, size) if large else None)

    def upload(self, queue: cl.CommandQueue, step: Step, addresses: Sequence[int]) -> None:
        """Enqueue copies of the inputs; of the results too, where others lie between them."""
        if self._uploaded:
            cl.wait_for_events(self._uploaded)  # from pinned memory that is filled again
        self._uploaded = []
        for place in range(len(addresses) if step.has_gaps else self._inputs):
            start, size, host = self._host(step, place, addresses[place])
            pinned = self._pinned[place]
            if pinned is not None:
                ctypes.memmove(pinned.address, start, size)
            buffer, after = self._buffers[place], self._computed
            copy = cl.enqueue_copy(queue, buffer, host, is_blocking=False, wait_for=after)
            self._uploaded.append(copy)
        queue.flush()

    def compute(
        self, launch: Launch, queue: cl.CommandQueue, step: Step, extra: Extra | None
    ) -> None:
        """Enqueue the kernel, behind the copies of its inputs."""
        buffers: list[Any] = [*self._buffers]
        if extra is not None:
            buffers.insert(self._inputs, extra)
        wait = self._uploaded
        event = launch.enqueue(queue, step.chunk, buffers, step.packed, wait, waits=True)
        self._computed = [event]
        queue.flush()

    def download(self, queue: cl.CommandQueue, step: Step, addresses: Sequence[int]) -> None:
        """Enqueue copies of the results, behind their kernel."""
        for place in range(self._inputs, len(addresses)):
            start, size, host = self._host(step, place, addresses[place])
            pinned = self._pinned[place]
            if pinned is not None:
                self._returned.append((start, pinned.address, size))
            buffer, after = self._buffers[place], self._computed
            copy = cl.enqueue_copy(queue, host, buffer, is_blocking=False, wait_for=after)
            self._downloaded.append(copy)
        queue.flush()

    def collect(self) -> bool:
        """Wait for the results, and copy them from pinned memory; whether there were any."""
        if not self._downloaded:
            return False
        cl.wait_for_events(self._downloaded)
        for copy in self._returned:
            ctypes.memmove(*copy)
        self._downloaded, self._returned = [], []
        return True

    def wait(self) -> None:
        """Wait for every command: rusticl's ``finish`` does not for those that are flushed."""
        for event in (*self._uploaded, *self._computed, *self._downloaded):
            with suppress(cl.Error):
                cl.wait_for_events([event])

    def give_back(self, context: cl.Context) -> None:
        """Keep the memory for later calls."""
        device_memory.give_back(context, self._memory())

    def discard(self) -> None:
        """Give the memory up: it may be what a driver is short of."""
        device_memory.discard(self._memory())

    def _memory(self) -> list[device_memory.Kept]:
        """All buffers, which are this slot's no longer."""
        memory: list[device_memory.Kept] = [*self._buffers]
        memory += [pinned for pinned in self._pinned if pinned is not None]
        self._buffers, self._pinned = [], []
        return memory

    def _host(self, step: Step, place: int, first: int) -> tuple[int, int, Any]:
        """Where the range of an array is, its bytes, and the memory that it is copied by."""
        _, start, memory = step.ranges[place]
        size, pinned = ctypes.sizeof(memory), self._pinned[place]
        at = first + start
        return at, size, memory.from_address(at) if pinned is None else pinned.memory[:size]


def _queues_beside(queue: cl.CommandQueue) -> _Queues:
    """The queues for copies to and from a queue's device, made once."""
    key = queue.context, queue.device
    found = _queues.get(key)
    if found is None:
        made = cl.CommandQueue(*key), cl.CommandQueue(*key)
        found = memo.keep(_queues, key, made, CACHES.devices)
    return found
