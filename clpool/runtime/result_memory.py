"""The result memory pool: page-aligned memory, reused once its result has no references.

The first touch of its pages dominates the cost of a large new result, so the memory of results
without references serves later results of similar size. The pool is bounded, references or not:
16 blocks of 256 MiB in total, or of ``CLPOOL_KEEP_MIB`` MiB (0 disables it). It never holds more
than that beyond the program's own results; :func:`release_memory` empties it.
"""

from __future__ import annotations

import ctypes
import os
import sys
import threading
from typing import NamedTuple

import numpy as np

from ..tuning import CACHES, HOST, SOURCE
from . import device_memory

#: Results of a page and more start at one: Intel's runtime wraps no others without copying.
PAGE = SOURCE.page_bytes

#: Smaller results start at a cache line, which fits any vector.
LINE = SOURCE.line_bytes

#: Below this many bytes the C library's own lists are as quick.
LEAST_BYTES = HOST.pooled_bytes

MOST_BLOCKS = CACHES.result_blocks


class _Block(NamedTuple):
    """A block of memory: the array that owns it, the aligned offset, and its bytes from there."""

    owner: np.ndarray
    start: int
    size: int


_blocks: list[_Block] = []
_lock = threading.Lock()


def empty(shape: tuple[int, ...], strides: tuple[int, ...], dtype: np.dtype) -> np.ndarray:
    """Allocate a numpy array of these dense strides in bytes, not initialised.

    Example:
        >>> empty((2, 3), (12, 4), np.dtype("float32")).shape
        (2, 3)
    """
    size = dtype.itemsize
    for length in shape:
        size *= length
    most = device_memory.most_bytes() if _COUNTED and size >= LEAST_BYTES else 0
    # Non-blocking: a finaliser may re-enter here; then allocate without the pool.
    if size > most or not _lock.acquire(blocking=False):
        block = aligned(size)
        return np.ndarray(shape, dtype, block.owner, block.start, strides)
    try:
        block = _fitting(size)
        _blocks.append(block)  # the oldest used is discarded first
        while len(_blocks) > MOST_BLOCKS or sum(kept.size for kept in _blocks) > most:
            del _blocks[0]
        # The array references the block from here on, so that no other call reuses it.
        return np.ndarray(shape, dtype, block.owner, block.start, strides)
    finally:
        _lock.release()


def release_memory() -> int:
    """Empty the pools of results' memory and of device memory; what is in use stays as it is.

    Returns:
        The bytes that are freed.

    Example:
        >>> import numpy as np, clpool
        >>> y = clpool.max_pool2d(np.zeros((8, 256, 256), np.float32), 2)
        >>> del y
        >>> release_memory() >= 8 * 128 * 128 * 4
        True
        >>> release_memory()
        0
    """
    with _lock:
        freed = sum(block.size for block in _blocks if _is_dead(block))
        _blocks.clear()
    return freed + device_memory.release()


def _fitting(size: int) -> _Block:
    """A block of at least ``size`` bytes: unreferenced and at most an eighth larger, or new."""
    for place, block in enumerate(_blocks):
        if size <= block.size <= size + size // HOST.pooled_excess and _is_dead(block):
            return _blocks.pop(place)
    return aligned(size)


def aligned(size: int) -> _Block:
    """Allocate a block: aligned to a page or a cache line, of whole cache lines."""
    alignment = PAGE if size >= PAGE else LINE
    whole = -(-size // LINE) * LINE
    owner = np.empty(whole + alignment, np.uint8)
    return _Block(owner, -address(owner) % alignment, whole)


def address(x: np.ndarray) -> int:
    """The address of an array's first element: ``x.ctypes.data``, without building ``ctypes``.

    An array's C structure begins with an object's header and that address in every numpy version:
    ``PyArray_DATA`` is compiled into numpy's C users.
    """
    if _HEAD:
        return _POINTER.from_address(id(x) + _HEAD).value or 0
    return int(x.ctypes.data)


def _holders(block: _Block) -> int:
    """The references to a block's memory: every view, at any depth, references its owner."""
    return sys.getrefcount(block.owner)


def _is_dead(block: _Block) -> bool:
    """Whether only the pool references a block's memory."""
    return _holders(block) == _ALONE


def _head() -> int:
    """The bytes of an object's header; 0 if an array's address is not found behind it."""
    if sys.implementation.name != "cpython":
        return 0
    size, probe = object.__basicsize__, np.empty(8, np.uint8)
    for x in (probe, probe[3:], probe[::-1], np.broadcast_to(probe, (2, 8))):
        if _POINTER.from_address(id(x) + size).value != x.ctypes.data:
            return 0
    return size


_POINTER = ctypes.c_void_p
_HEAD = _head()

#: Whether reference counts are exact, in CPython with its global lock; else nothing is kept.
_COUNTED = hasattr(sys, "getrefcount") and getattr(sys, "_is_gil_enabled", lambda: True)()
_ALONE = _holders(aligned(0)) if _COUNTED else 0


def _forget() -> None:
    """In a forked child: renew the lock, whose holder may not exist here."""
    global _lock
    _lock = threading.Lock()
    _blocks.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
