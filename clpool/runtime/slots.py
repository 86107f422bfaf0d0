"""The memory of chunks on their way to a device and back: ranges, buffers, pinned memory."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import numpy as np
import pyopencl as cl

from ..schedule.chunks import Chunk
from ..tuning import HOST, SOURCE
from . import device_memory
from .device_memory import Pinned
from .launch import Extra, Launch

#: A range of an array: flags of its buffer, its start in bytes from the array's first element, and
#: a ctypes array type of its length.
Range = tuple[int, int, type[ctypes.Array[Any]]]


class Step:
    """One chunk of a launch: the packed geometry, and the byte range of every buffer.

    Between the results of a chunk may lie those of others (``has_gaps``). A range begins at a
    multiple of the array's page.

    Args:
        uses: of each array, in the order of arguments: its buffer's flags, its side ("x" or "y"),
            the member of the geometry that is its offset, and its dtype.
        page_offsets: the bytes between the start of a page and each array.
        pages: the bytes of a page, for each array.
    """

    def __init__(
        self,
        chunk: Chunk,
        members: Sequence[str],
        uses: Sequence[tuple[int, str, str, Any]],
        page_offsets: Sequence[int],
        pages: Sequence[int],
    ) -> None:
        spans = {"x": chunk.geometry.x_span(), "y": chunk.geometry.y_span()}
        self.chunk = chunk
        first, last = spans["y"]
        self.has_gaps = last - first + 1 > chunk.geometry.result_length
        self.ranges: list[Range] = []
        starts: dict[str, int] = {}
        places = zip(uses, page_offsets, pages, strict=True)
        for (flags, side, name, dtype), offset, page in places:
            (first, last), size = spans[side], dtype.itemsize
            before = (offset + first * size) % page
            length = (last - first + 1) * size + before
            self.ranges.append((flags, first * size - before, ctypes.c_char * length))
            starts[name] = before // size - first
            if name.endswith("_shift"):  # relative to the input's element
                starts[name] -= starts["x_offset"]
        self.packed = chunk.packed(members, **starts)


def largest(step: Step) -> int:
    """The bytes of the largest range of a chunk."""
    return max(ctypes.sizeof(memory) for _, _, memory in step.ranges)


class Slot:
    """The memory of a chunk in flight, and its commands: copies, a kernel, copies.

    Args:
        queue: the call's.
        steps: all chunks that the slot may be of.
        inputs: how many of the arrays are read, the first ones.
        page: the bytes of a page, if whole ones are read and written where they lie; else 1.
    """

    def __init__(
        self, queue: cl.CommandQueue, steps: Sequence[Step], inputs: int, page: int
    ) -> None:
        self._queue, self._inputs, self._page = queue, inputs, page
        ranges = zip(*(step.ranges for step in steps), strict=True)
        self._sizes = [max(ctypes.sizeof(memory) for _, _, memory in some) for some in ranges]
        self._kept: list[cl.Buffer | None] = [None for _ in self._sizes]
        self._pinned: list[Pinned | None] = [None for _ in self._sizes]
        self._wrapped: list[cl.Buffer | None] = []
        self._uploaded: list[cl.Event] = []
        self._computed: list[cl.Event] = []
        self._downloaded: list[cl.Event] = []
        self._returned: list[tuple[int, int, int]] = []
        self._mapped: list[tuple[Any, cl.Buffer]] = []

    def place(self, step: Step, addresses: Sequence[int]) -> None:
        """Find a buffer for each array: over its memory, or one to copy to, once for all chunks."""
        most = HOST.page_locked_most if self._page == 1 else 0
        wrapped: list[cl.Buffer | None] = []
        for place, (first, size) in enumerate(zip(addresses, self._sizes, strict=True)):
            wrapped.append(self._over(step, place, first))
            if wrapped[-1] is None and self._kept[place] is None:
                self._kept[place] = device_memory.take(self._queue.context, size)
                if HOST.page_locked_bytes <= size <= most:
                    self._pinned[place] = device_memory.take_pinned(self._queue, size)
        self._wrapped = wrapped

    def _over(self, step: Step, place: int, first: int) -> cl.Buffer | None:
        """A buffer over the memory of an array; None where it does not begin at a page.

        The lines behind an input are of the same page. A result ends with one.
        """
        flags, start, memory = step.ranges[place]
        at, size = first + start, ctypes.sizeof(memory)
        whole = -(-size // SOURCE.line_bytes) * SOURCE.line_bytes
        if self._page == 1 or size < HOST.wrapped_bytes or at % self._page:
            return None
        if place >= self._inputs and whole > size:
            return None
        host = (ctypes.c_char * whole).from_address(at)
        return cl.Buffer(self._queue.context, flags, 0, host)

    def upload(self, queue: cl.CommandQueue, step: Step, addresses: Sequence[int]) -> None:
        """Enqueue copies of the inputs; of the results too, where others lie between them."""
        if self._uploaded:
            cl.wait_for_events(self._uploaded)  # from pinned memory that is filled again
        self._uploaded = []
        for place in range(len(addresses) if step.has_gaps else self._inputs):
            if self._wrapped[place] is not None:
                continue
            start, size, host = self._host(step, place, addresses[place])
            pinned = self._pinned[place]
            if pinned is not None:
                ctypes.memmove(pinned.address, start, size)
            buffer, after = self._buffer(place), self._computed
            copy = cl.enqueue_copy(queue, buffer, host, is_blocking=False, wait_for=after)
            self._uploaded.append(copy)
        queue.flush()

    def compute(
        self, launch: Launch, queue: cl.CommandQueue, step: Step, extra: Extra | None
    ) -> None:
        """Enqueue the kernel, behind the copies of its inputs."""
        buffers: list[Any] = [self._buffer(place) for place in range(len(self._sizes))]
        if extra is not None:
            buffers.insert(self._inputs, extra)
        wait = self._uploaded
        event = launch.enqueue(queue, step.chunk, buffers, step.packed, wait, waits=True)
        self._computed = [event]
        queue.flush()

    def download(self, queue: cl.CommandQueue, step: Step, addresses: Sequence[int]) -> None:
        """Enqueue copies of the results, behind their kernel."""
        for place in range(self._inputs, len(addresses)):
            over = self._wrapped[place]
            if over is not None:
                self._map(queue, over)
                continue
            start, size, host = self._host(step, place, addresses[place])
            pinned = self._pinned[place]
            if pinned is not None:
                self._returned.append((start, pinned.address, size))
            buffer, after = self._buffer(place), self._computed
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
        for memory, _ in self._mapped:
            memory.release(self._queue).wait()
        self._downloaded, self._returned, self._mapped = [], [], []
        return True

    def _map(self, queue: cl.CommandQueue, over: cl.Buffer) -> None:
        """Map a buffer over a result, which shows the host what the kernel wrote."""
        flags: Any = cl.map_flags.READ
        byte, after = np.dtype(np.uint8), self._computed
        memory, event = cl.enqueue_map_buffer(
            queue, over, flags, 0, (over.size,), byte, wait_for=after, is_blocking=False
        )
        self._mapped.append((memory.base, over))
        self._downloaded.append(event)

    def wait(self) -> None:
        """Wait for every command: rusticl's ``finish`` does not for those that are flushed."""
        for event in (*self._uploaded, *self._computed, *self._downloaded):
            with suppress(cl.Error):
                cl.wait_for_events([event])
        for memory, _ in self._mapped:
            with suppress(cl.Error):
                memory.release(self._queue).wait()
        self._mapped = []

    def give_back(self, context: cl.Context) -> None:
        """Keep the memory for later calls."""
        device_memory.give_back(context, self._memory())

    def discard(self) -> None:
        """Give the memory up: it may be what a driver is short of."""
        device_memory.discard(self._memory())

    def _memory(self) -> list[device_memory.Kept]:
        """All buffers, which are this slot's no longer."""
        found = (*self._kept, *self._pinned)
        memory: list[device_memory.Kept] = [buffer for buffer in found if buffer is not None]
        self._kept, self._pinned, self._wrapped = [], [], []
        return memory

    def _buffer(self, place: int) -> Any:
        """The buffer of an array."""
        over = self._wrapped[place]
        return self._kept[place] if over is None else over

    def _host(self, step: Step, place: int, first: int) -> tuple[int, int, Any]:
        """Where the range of an array is, its bytes, and the memory that it is copied by."""
        _, start, memory = step.ranges[place]
        size, pinned = ctypes.sizeof(memory), self._pinned[place]
        at = first + start
        return at, size, memory.from_address(at) if pinned is None else pinned.memory[:size]
