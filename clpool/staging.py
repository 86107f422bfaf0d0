"""Small arrays on their way through memory that a kernel knows already.

Buffers over a caller's arrays have to be made for every call. To make two takes 3 µs on Intel's
runtime and 1 to 2 on PoCL; to copy a few kilobytes, and back, half of one.
"""

from __future__ import annotations

import ctypes
import mmap
import threading
from collections.abc import Sequence

import pyopencl as cl

from .launch import Launch
from .specialise import Part

#: Bytes of all of a call's arrays up to which they are copied: 16 KiB take a microsecond.
MOST_BYTES = 2**14


class Staged:
    """A kernel with its arguments set once, to memory of its own, which begins at pages.

    One caller at a time has it; it waits.

    Args:
        launch: the kernel.
        part: what it is run on.
        stretches: how memory is used (flags of a buffer), and its bytes, for every array.
        packed: the kernel's geometry, for arrays that begin where their memory does.
    """

    def __init__(
        self,
        launch: Launch,
        part: Part,
        stretches: Sequence[tuple[int, int]],
        packed: bytes,
    ) -> None:
        self._kernel = launch.built.kernel()
        self._size, self._group = part.size, part.group
        self._lock = threading.Lock()
        self._buffers = []  # which hold their memory
        self._before: list[tuple[int, int, int]] = []
        self._after: list[tuple[int, int, int]] = []
        for number, (flags, size) in enumerate(stretches):
            memory = mmap.mmap(-1, size)
            buffer = cl.Buffer(launch.context, flags, 0, memory)
            self._buffers.append(buffer)
            self._kernel.set_arg(number, buffer)
            copy = (number, ctypes.addressof(ctypes.c_char.from_buffer(memory)), size)
            (self._before if flags & cl.mem_flags.READ_ONLY else self._after).append(copy)
        self._kernel.set_arg(len(stretches), packed)

    def run(self, addresses: Sequence[int], queue: cl.CommandQueue) -> bool:
        """Pool what begins at these addresses, and wait; False if another thread is at it."""
        if not self._lock.acquire(blocking=False):
            return False
        try:
            for number, place, size in self._before:
                ctypes.memmove(place, addresses[number], size)
            cl.enqueue_nd_range_kernel(queue, self._kernel, self._size, self._group).wait()
            for number, place, size in self._after:
                ctypes.memmove(addresses[number], place, size)
        except BaseException:
            queue.finish()
            raise
        finally:
            self._lock.release()
        return True
