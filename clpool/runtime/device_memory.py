"""The device memory pool: buffers of calls on numpy arrays, kept for calls on arrays of their size.

The pool is bounded as that of results is: 16 buffers of 256 MiB in total, or of
``CLPOOL_KEEP_MIB`` MiB (0 disables it).
"""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence

import pyopencl as cl

from ..tuning import CACHES

MOST_BYTES = CACHES.result_bytes
MOST_BUFFERS = CACHES.buffers

_kept: list[tuple[cl.Context, cl.Buffer]] = []
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
    with _lock:
        for place, (owner, buffer) in enumerate(_kept):
            if buffer.size == size and owner == context:
                return _kept.pop(place)[1]
    try:
        return cl.Buffer(context, cl.mem_flags.READ_WRITE, size)
    except cl.Error:
        if not release():
            raise
    return cl.Buffer(context, cl.mem_flags.READ_WRITE, size)


def give_back(context: cl.Context, buffers: Sequence[cl.Buffer]) -> None:
    """Keep buffers that no command uses any more; the oldest of too many are discarded."""
    most = most_bytes()
    with _lock:
        _kept.extend((context, buffer) for buffer in buffers if buffer.size <= most)
        while len(_kept) > MOST_BUFFERS or sum(buffer.size for _, buffer in _kept) > most:
            del _kept[0]


def release() -> int:
    """Discard every buffer that is kept; returns their bytes."""
    with _lock:
        freed = sum(buffer.size for _, buffer in _kept)
        _kept.clear()
    return freed


def _forget() -> None:
    """In a forked child: renew the lock, whose holder may not exist here."""
    global _lock
    _lock = threading.RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
