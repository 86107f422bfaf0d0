"""Small arrays on their way through memory that a kernel knows already.

Buffers over a caller's arrays have to be made for every call. To make two takes 3 µs on Intel's
runtime and 1 to 2 on PoCL; to copy a few kilobytes, and back, half of one.
"""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Sequence

import pyopencl as cl

from . import arrays, outputs
from .launch import Launch
from .specialise import Part

#: Bytes of all of a call's arrays up to which they are copied: 960 take 79 µs instead of 89 on PoCL
#: 3.0 and 18 instead of 22 on Intel's runtime, 9,600 take 80 and 80, 24 and 25, and PoCL with
#: 32,000 as long either way.
MOST_BYTES = 2**14

#: The same where only memory that begins at pages is wrapped. Intel's runtime copies other arrays
#: itself: calls on 64,000 and 128,000 bytes take 96 and 117 µs so, 34 and 38 with our copies.
MOST_UNALIGNED_BYTES = 2**17


class _Memory:
    """A buffer for each argument of a kernel, over memory that begins at a page.

    All kernels of a context have the same ones, and one caller at a time has them.
    """

    def __init__(self, context: cl.Context) -> None:
        self.lock = threading.Lock()
        self._context = context
        self._buffers: list[tuple[cl.Buffer, int]] = []

    def buffer(self, number: int) -> tuple[cl.Buffer, int]:
        """That of an argument, and its address."""
        with self.lock:
            while len(self._buffers) <= number:
                block = outputs.aligned(MOST_UNALIGNED_BYTES)
                memory = block.owner[block.start : block.start + block.size]
                flags = cl.mem_flags.READ_WRITE | cl.mem_flags.USE_HOST_PTR
                buffer = cl.Buffer(self._context, flags, 0, memory)
                self._buffers.append((buffer, arrays.address(memory)))
            return self._buffers[number]


_memories: dict[cl.Context, _Memory] = {}


class Staged:
    """A kernel with its arguments set once, to memory of our own; calls wait.

    Args:
        launch: the kernel.
        part: what it is run on.
        sizes: bytes of every array, in the order of the arguments.
        reads: how many of them are read; the others are written, all of them.
        packed: the kernel's geometry, for arrays that begin where their memory does.
    """

    def __init__(
        self, launch: Launch, part: Part, sizes: Sequence[int], reads: int, packed: bytes
    ) -> None:
        self._memory = _memories.setdefault(launch.context, _Memory(launch.context))
        self._kernel = launch.built.kernel()
        self._size, self._group = part.size, part.group
        copies = []
        for number, size in enumerate(sizes):
            buffer, place = self._memory.buffer(number)
            self._kernel.set_arg(number, buffer)
            copies.append((number, place, size))
        self._kernel.set_arg(len(sizes), packed)
        self._before, self._after = copies[:reads], copies[reads:]

    def run(self, addresses: Sequence[int], queue: cl.CommandQueue) -> bool:
        """Pool what begins at these addresses, and wait; False if another thread is at it."""
        if not self._memory.lock.acquire(blocking=False):
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
            self._memory.lock.release()
        return True
