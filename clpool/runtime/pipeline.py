"""Copies the chunks of numpy arrays to a device, pools them there, and copies the results back.

Two chunks are in flight, each with memory of its own, on three queues::

    upload      0 1 . 2 . 3
    the call's    0 1 . 2 . 3
    download        0 1 . 2 . 3

An input is written again once its kernel is done, a result once it is back. Large copies go through
pinned memory, which the host fills and empties meanwhile. One chunk alone takes the call's queue.
On GPUs whose memory is the host's, arrays that begin at a page are read and written where they lie.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

import pyopencl as cl

from ..tuning import CACHES, HOST
from . import contexts, memo
from .launch import Extra, Launch
from .slots import Slot, Step, largest

_Queues = tuple[cl.CommandQueue, cl.CommandQueue]
_queues: dict[tuple[cl.Context, cl.Device], _Queues] = {}


@contexts.forgets
def _forget(context: cl.Context) -> None:
    """Discard the queues of a context."""
    for key in [key for key in _queues if key[0] == context]:
        _queues.pop(key, None)


class Pipeline:
    """The chunks of one call, some of them in flight.

    ``collected`` counts those whose results are in the caller's memory.

    Args:
        launch: the kernel.
        steps: its chunks, at least one.
        queue: the call's.
        page: the bytes of a page, if whole ones are read and written where they lie; else 1.
    """

    def __init__(
        self, launch: Launch, steps: Sequence[Step], queue: cl.CommandQueue, page: int
    ) -> None:
        self._launch, self._steps, self._queue, self._page = launch, steps, queue, page
        self._upload = self._download = queue
        if len(steps) > 1:
            self._upload, self._download = _queues_beside(queue)
        self._slots: list[Slot] = []
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
        large = max(map(largest, steps)) > HOST.page_locked_most
        for _ in range(1 if gaps or large else min(HOST.in_flight, len(steps))):
            self._slots.append(Slot(self._queue, steps, inputs, self._page))
        for number, step in enumerate(steps):
            slot = self._slots[number % len(self._slots)]
            if len(self._slots) == 1:
                self._collect(slot)
            slot.place(step, addresses)
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

    def _collect(self, slot: Slot) -> None:
        """Wait for the results of the chunk in a slot, if there is one."""
        if slot.collect():
            self.collected += 1
            if self._launch.built.unsaved:
                self._launch.built.save()


def _queues_beside(queue: cl.CommandQueue) -> _Queues:
    """The queues for copies to and from a queue's device, made once."""
    key = queue.context, queue.device
    found = _queues.get(key)
    if found is None:
        made = cl.CommandQueue(*key), cl.CommandQueue(*key)
        found = memo.keep(_queues, key, made, CACHES.devices)
    return found
