"""Persistent staging buffers for small arrays: a copy costs less than new buffers."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np
import pyopencl as cl

from ..problem.window import Shape
from ..schedule.specialise import Part
from ..tuning import HOST
from . import result_memory
from .launch import Launch

#: What an array is made of: its shape, its strides in bytes, its dtype.
Made = tuple[Shape, Shape, np.dtype]

#: Bytes of all of a call's arrays up to which they are copied.
MOST_BYTES = HOST.staged_bytes

#: The same where only memory that begins at pages is wrapped.
MOST_UNALIGNED_BYTES = HOST.staged_unaligned_bytes


class _Memory:
    """A buffer for each argument of a kernel, over memory that begins at a page.

    All kernels of a context have the same ones, and one caller at a time has them.
    """

    def __init__(self, context: cl.Context) -> None:
        self.lock = threading.Lock()
        self._context = context
        self._buffers: list[tuple[cl.Buffer, np.ndarray]] = []

    def buffer(self, number: int) -> tuple[cl.Buffer, np.ndarray]:
        """That of an argument, and its memory."""
        with self.lock:
            while len(self._buffers) <= number:
                block = result_memory.aligned(MOST_UNALIGNED_BYTES)
                memory = block.owner[block.start : block.start + block.size]
                flags = cl.mem_flags.READ_WRITE | cl.mem_flags.USE_HOST_PTR
                self._buffers.append((cl.Buffer(self._context, flags, 0, memory), memory))
            return self._buffers[number]


_memories: dict[cl.Context, _Memory] = {}


class Staged:
    """A kernel with its arguments set once, to memory of our own; calls wait.

    Args:
        launch: the kernel.
        part: what it is run on.
        reads: what it reads, in the order of the arguments.
        writes: what it writes, all of it.
        packed: the kernel's geometry, for arrays that begin where their memory does.
    """

    def __init__(
        self,
        launch: Launch,
        part: Part,
        reads: Sequence[Made],
        writes: Sequence[Made],
        packed: bytes,
    ) -> None:
        self._memory = _memories.setdefault(launch.context, _Memory(launch.context))
        self._kernel = launch.new_kernel()
        self._size, self._group = part.size, part.group
        self._writes = writes
        # A seed comes between what is read and what is written.
        self._seed_at = len(reads)
        behind = int(launch.spec.mode.draws)
        views = []
        for number, (shape, strides, dtype) in enumerate((*reads, *writes)):
            buffer, memory = self._memory.buffer(number)
            self._kernel.set_arg(number + behind * (number >= self._seed_at), buffer)
            views.append(np.ndarray(shape, dtype, memory, 0, strides))
        self._kernel.set_arg(len(views) + behind, packed)
        self._before, self._after = views[: len(reads)], views[len(reads) :]

    def fresh(self) -> list[np.ndarray]:
        """Arrays for results."""
        return [result_memory.empty(*made) for made in self._writes]

    def run(
        self,
        reads: Sequence[np.ndarray],
        results: Sequence[np.ndarray],
        queue: cl.CommandQueue,
        seed: int | None = None,
    ) -> bool:
        """Pool arrays of these shapes, however they lie; False if another thread is at it."""
        if not self._memory.lock.acquire(blocking=False):
            return False
        try:
            for view, array in zip(self._before, reads, strict=True):
                view[...] = array
            if seed is not None:
                self._kernel.set_arg(self._seed_at, np.uint64(seed))
            cl.enqueue_nd_range_kernel(queue, self._kernel, self._size, self._group).wait()
            for view, array in zip(self._after, results, strict=True):
                array[...] = view
        except BaseException:
            queue.finish()
            raise
        finally:
            self._memory.lock.release()
        return True
