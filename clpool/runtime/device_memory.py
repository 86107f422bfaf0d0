"""The device memory pool: buffers of calls on numpy arrays, kept for calls on arrays of their size.

The pool is bounded as that of results is: 32 buffers of 256 MiB in total, or of
``CLPOOL_KEEP_MIB`` MiB (0 disables it). Pinned buffers, by way of which large arrays are copied,
count as those on the device do.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import numpy as np
import pyopencl as cl

from ..tuning import CACHES
from . import contexts

MOST_BYTES = CACHES.result_bytes
MOST_BUFFERS = CACHES.buffers

_READ_WRITE: Any = cl.map_flags.READ | cl.map_flags.WRITE


class Pinned:
    """Memory of the host that the device copies from and to by itself, mapped as long as it lives.

    Args:
        queue: of the device.
        size: in bytes.
    """

    def __init__(self, queue: cl.CommandQueue, size: int) -> None:
        flags = cl.mem_flags.READ_WRITE | cl.mem_flags.ALLOC_HOST_PTR
        self.size = size
        self._queue = queue
        buffer = cl.Buffer(queue.context, flags, size)
        mapped = cl.enqueue_map_buffer(queue, buffer, _READ_WRITE, 0, (size,), np.dtype(np.uint8))
        self.memory: np.ndarray = mapped[0]
        self._buffer = buffer
        self.address = int(self.memory.ctypes.data)

    def unmap(self) -> None:
        """Give the memory back to the driver; nothing may use it any more."""
        mapped: Any = self.memory.base
        self.memory = np.empty(0, np.uint8)
        with suppress(cl.Error):
            mapped.release(self._queue)


#: A buffer of either kind.
Kept = cl.Buffer | Pinned

_kept: list[tuple[cl.Context, Kept]] = []
_lock = threading.RLock()


def most_bytes() -> int:
    """The limit of a pool in bytes."""
    chosen = os.environ.get("CLPOOL_KEEP_MIB", "")
    return int(chosen) * 2**20 if chosen.isdigit() else MOST_BYTES


def take(context: cl.Context, size: int) -> cl.Buffer:
    """A buffer of ``size`` bytes, which is nobody else's: a kept one, or a new one.

    Where memory is too small for a new one, those that are kept make room once.

    Raises:
        pyopencl.Error: it is too small all the same.
    """
    kept = _find(context, size, pinned=False)
    if kept is not None:
        return kept
    try:
        return cl.Buffer(context, cl.mem_flags.READ_WRITE, size)
    except cl.Error:
        if not release():
            raise
    return cl.Buffer(context, cl.mem_flags.READ_WRITE, size)


def take_pinned(queue: cl.CommandQueue, size: int) -> Pinned | None:
    """Pinned memory of ``size`` bytes, which is nobody else's; None where the driver has none."""
    kept = _find(queue.context, size, pinned=True)
    if kept is not None:
        return kept
    try:
        return Pinned(queue, size)
    except cl.Error:  # arrays are copied without it
        return None


def give_back(context: cl.Context, buffers: Sequence[Kept]) -> None:
    """Keep buffers that no command uses any more; the oldest of too many are discarded."""
    most = most_bytes()
    discarded = [buffer for buffer in buffers if buffer.size > most]
    with _lock:
        _kept.extend((context, buffer) for buffer in buffers if buffer.size <= most)
        while len(_kept) > MOST_BUFFERS or sum(buffer.size for _, buffer in _kept) > most:
            discarded.append(_kept.pop(0)[1])
    discard(discarded)


def discard(buffers: Sequence[Kept]) -> None:
    """Unmap pinned buffers that are not kept; the driver frees all that nobody references."""
    for buffer in buffers:
        if isinstance(buffer, Pinned):
            buffer.unmap()


def release(context: cl.Context | None = None) -> int:
    """Discard every buffer that is kept, or those of one context; returns their bytes."""
    with _lock:
        freed = [kept for kept in _kept if context is None or kept[0] == context]
        _kept[:] = [kept for kept in _kept if context is not None and kept[0] != context]
    discard([buffer for _, buffer in freed])
    return sum(buffer.size for _, buffer in freed)


@contexts.forgets
def _discard_all(context: cl.Context) -> None:
    """Discard every buffer of a context that is kept."""
    release(context)


def _find(context: cl.Context, size: int, pinned: bool) -> Any:
    """A kept buffer of this size and kind, which is kept no longer; None if there is none."""
    with _lock:
        for place, (owner, buffer) in enumerate(_kept):
            of_kind = isinstance(buffer, Pinned) == pinned
            if of_kind and buffer.size == size and owner == context:
                return _kept.pop(place)[1]
    return None


def _forget() -> None:
    """In a forked child: renew the lock, whose holder may not exist here."""
    global _lock
    _lock = threading.RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
