"""The memory of fresh results: page-aligned, and used again once nobody sees it any more.

Most of the time that a large fresh result costs is its pages' first touch, so the memory of
results that died serves later ones of about their size. What is remembered, alive or dead, is
bounded: 16 results of together 256 MiB, or as many MiB as ``CLPOOL_KEEP_MIB`` says (0 keeps
nothing). So no more than that is ever held beyond what the program itself holds, and
:func:`release_memory` gives it back.
"""

from __future__ import annotations

import ctypes
import os
import sys
import threading
from typing import NamedTuple

import numpy as np

from ..tuning import HOST

#: Results of a page and more start at one: Intel's runtime wraps no others without copying.
PAGE = 4096

#: Smaller results start at a cache line, which fits any vector.
LINE = 64

#: Below this many bytes the C library's own lists are as quick.
LEAST_BYTES = HOST.pooled_bytes

MOST_BYTES = 2**28
MOST_BLOCKS = 16


class _Block(NamedTuple):
    """Memory for results: the array that owns it, where it is aligned, and its bytes from there."""

    owner: np.ndarray
    start: int
    size: int


_blocks: list[_Block] = []
_lock = threading.Lock()


def empty(shape: tuple[int, ...], strides: tuple[int, ...], dtype: np.dtype) -> np.ndarray:
    """A numpy array, not initialised, of these strides in bytes; they leave no gaps.

    Example:
        >>> empty((2, 3), (12, 4), np.dtype("float32")).shape
        (2, 3)
    """
    size = dtype.itemsize
    for length in shape:
        size *= length
    most = _most_bytes() if size >= LEAST_BYTES else 0
    # Who finds the lock taken does without: it may be a finaliser that runs inside this function.
    if size > most or not _lock.acquire(blocking=False):
        block = aligned(size)
        return np.ndarray(shape, dtype, block.owner, block.start, strides)
    try:
        block = _fitting(size)
        _blocks.append(block)  # the latest used are forgotten last
        while len(_blocks) > MOST_BLOCKS or sum(kept.size for kept in _blocks) > most:
            del _blocks[0]
        # From here on the array holds its memory, so that no other call takes it for dead.
        return np.ndarray(shape, dtype, block.owner, block.start, strides)
    finally:
        _lock.release()


def release_memory() -> int:
    """Free the memory kept for fresh results; how many bytes that were.

    Results that are alive stay as they are.

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
    return freed


def _fitting(size: int) -> _Block:
    """Memory for so many bytes: of a result that died, an eighth larger at most, or fresh."""
    for place, block in enumerate(_blocks):
        if size <= block.size <= size + size // 8 and _is_dead(block):
            return _blocks.pop(place)
    return aligned(size)


def aligned(size: int) -> _Block:
    """Fresh memory, aligned, of whole cache lines."""
    alignment = PAGE if size >= PAGE else LINE
    whole = -(-size // LINE) * LINE
    owner = np.empty(whole + alignment, np.uint8)
    return _Block(owner, -address(owner) % alignment, whole)


def address(x: np.ndarray) -> int:
    """Where an array's first element lies: ``x.ctypes.data``, in a fifth of the time.

    An array's C structure begins with an object's head and that address, in every numpy there is
    (``PyArray_DATA`` is compiled into whatever uses numpy from C).
    """
    if _HEAD:
        return _POINTER.from_address(id(x) + _HEAD).value or 0
    return int(x.ctypes.data)


def _most_bytes() -> int:
    """The bytes to remember; none where nobody can tell who holds an object."""
    chosen = os.environ.get("CLPOOL_KEEP_MIB", "")
    return (int(chosen) * 2**20 if chosen.isdigit() else MOST_BYTES) if _COUNTED else 0


def _holders(block: _Block) -> int:
    """How many hold a block's memory: whatever sees it, however indirectly, holds its owner."""
    return sys.getrefcount(block.owner)


def _is_dead(block: _Block) -> bool:
    """Whether nothing but the block holds its memory."""
    return _holders(block) == _ALONE


def _head() -> int:
    """The bytes of an object's head; 0 where an array's address is not seen to lie behind it."""
    if sys.implementation.name != "cpython":
        return 0
    size, probe = object.__basicsize__, np.empty(8, np.uint8)
    for x in (probe, probe[3:], probe[::-1], np.broadcast_to(probe, (2, 8))):
        if _POINTER.from_address(id(x) + size).value != x.ctypes.data:
            return 0
    return size


_POINTER = ctypes.c_void_p
_HEAD = _head()

#: Counts are exact where one lock guards all objects: in CPython, unless it runs without.
_COUNTED = hasattr(sys, "getrefcount") and getattr(sys, "_is_gil_enabled", lambda: True)()
_ALONE = _holders(aligned(0)) if _COUNTED else 0


def _forget() -> None:
    """In a forked child: a thread that held the lock is not there to let it go."""
    global _lock
    _lock = threading.Lock()
    _blocks.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
