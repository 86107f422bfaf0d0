"""Results between canaries: bytes on both sides, and in gaps, that no kernel may write."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pyopencl as cl
import pyopencl.array as cla

from ..runtime.result_memory import LINE, PAGE, address

Shape = tuple[int, ...]

#: Bytes on each side of a result.
SIDE = 4096


class Guard:
    """The canaries around an array; called, it says whether they are intact.

    Args:
        read: the bytes from one place of the memory to another, of which the array begins at 0.
        size: the bytes of the array with its gaps.
        gaps: which of these are no element's; None if none is.
    """

    def __init__(
        self, read: Callable[[int, int], np.ndarray], size: int, gaps: np.ndarray | None
    ) -> None:
        self._read = read
        self._size = size
        self._gaps = gaps

    def __call__(self) -> bool:
        """Whether no byte beside the array's elements was written."""
        return not self.where()

    def where(self) -> str:
        """How many bytes beside the array's elements were written, and the first; or ""."""
        wrong = []
        for begin, end in ((-SIDE, 0), (self._size, self._size + SIDE)):
            wrong += [*(begin + np.flatnonzero(self._read(begin, end) != _pattern()))]
        if self._gaps is not None:
            written = self._read(0, self._size) != _filling(self._size)
            wrong += [*np.flatnonzero(written & self._gaps)]
        if not wrong:
            return ""
        first = int(min(wrong))
        beyond = f", {first - self._size} behind its end" if first >= self._size else ""
        return f"{len(wrong)} bytes beside a result were written, the first at byte {first}{beyond}"


def guarded(
    shape: Shape, strides: Shape, dtype: np.dtype[Any], alignment: int | None = None
) -> tuple[np.ndarray, Guard]:
    """A numpy array between canaries.

    Args:
        shape: of the array.
        strides: in bytes, none of them negative.
        dtype: of the array.
        alignment: of its first element in bytes; by default that of clpool's own results.

    Example:
        >>> out, intact = guarded((2, 3), (12, 4), np.dtype(np.float32))
        >>> out[...] = 0
        >>> intact()
        True
    """
    size = _span(shape, strides, dtype)
    if alignment is None:
        alignment = PAGE if size >= PAGE else LINE
    memory = np.empty(alignment + 2 * SIDE + size, np.uint8)
    start = SIDE + -(address(memory) + SIDE) % alignment
    memory[start - SIDE : start + size + SIDE] = _between(size)

    def read(begin: int, end: int) -> np.ndarray:
        return memory[start + begin : start + end]

    array = np.ndarray(shape, dtype, memory, start, strides)
    return array, Guard(read, size, _gaps(shape, strides, dtype, size))


def guarded_device(
    queue: cl.CommandQueue, shape: Shape, strides: Shape, dtype: np.dtype[Any]
) -> tuple[cla.Array, Guard]:
    """A pyopencl array between canaries, in one buffer; its first element is aligned to a page.

    The guard waits for the queue.
    """
    size = _span(shape, strides, dtype)
    flags = cl.mem_flags.READ_WRITE | cl.mem_flags.COPY_HOST_PTR
    memory = cl.Buffer(queue.context, flags, hostbuf=_between(size))

    def read(begin: int, end: int) -> np.ndarray:
        found = np.empty(end - begin, np.uint8)
        queue.finish()
        if len(found):
            cl.enqueue_copy(queue, found, memory, src_offset=SIDE + begin, is_blocking=True)
        return found

    array = cla.Array(queue, shape, dtype, data=memory, offset=SIDE, strides=strides)
    return array, Guard(read, size, _gaps(shape, strides, dtype, size))


def _span(shape: Shape, strides: Shape, dtype: np.dtype[Any]) -> int:
    """Bytes from the first element to the end of the last, gaps included."""
    if 0 in shape:
        return 0
    return sum((n - 1) * s for n, s in zip(shape, strides, strict=True)) + dtype.itemsize


def _gaps(shape: Shape, strides: Shape, dtype: np.dtype[Any], size: int) -> np.ndarray | None:
    """Which of an array's bytes are no element's; None if all are."""
    if size == int(np.prod(shape, dtype=np.int64)) * dtype.itemsize:
        return None
    gaps = np.ones(size, bool)
    elements = np.ndarray((*shape, dtype.itemsize), bool, gaps, 0, (*strides, 1))
    elements[...] = False
    return gaps


@cache
def _pattern() -> np.ndarray:
    """The bytes of one side, no two of whose elements are alike."""
    return np.random.default_rng(SIDE).integers(1, 255, SIDE, np.uint8)


def _filling(size: int) -> np.ndarray:
    """Bytes of the pattern, repeated."""
    return np.resize(_pattern(), size)


def _between(size: int) -> np.ndarray:
    """The memory as it is before a kernel runs: canaries, poison, canaries."""
    return np.concatenate([_pattern(), _filling(size), _pattern()])
