"""Persistent staging buffers for small arrays: copying beats creating cl.Buffers over them."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np
import pyopencl as cl

from ..problem.window import Shape
from ..schedule.chunks import Chunk
from ..tuning import HOST
from . import contexts, result_memory
from .launch import Launch

#: What allocates an array: its shape, its strides in bytes, its dtype.
ArrayLayout = tuple[Shape, Shape, np.dtype]

#: Bytes of all of a call's arrays up to which they are copied.
MOST_BYTES = HOST.staged_bytes

#: The same where only memory that begins at pages is wrapped.
MOST_UNALIGNED_BYTES = HOST.staged_unaligned_bytes


class _StagingBuffers:
    """A page-aligned buffer for each argument of a kernel.

    All kernels of a context share them; one call at a time holds ``lock``.
    """

    def __init__(self, context: cl.Context) -> None:
        self.lock = threading.Lock()
        self._context = context
        self._buffers: list[tuple[cl.Buffer, np.ndarray]] = []

    def buffer(self, number: int) -> tuple[cl.Buffer, np.ndarray]:
        """The buffer of an argument, and its memory."""
        with self.lock:
            while len(self._buffers) <= number:
                block = result_memory.aligned(MOST_UNALIGNED_BYTES)
                memory = block.owner[block.start : block.start + block.size]
                flags = cl.mem_flags.READ_WRITE | cl.mem_flags.USE_HOST_PTR
                self._buffers.append((cl.Buffer(self._context, flags, 0, memory), memory))
            return self._buffers[number]


_staging: dict[cl.Context, _StagingBuffers] = {}


@contexts.forgets
def _forget(context: cl.Context) -> None:
    """Discard the staging buffers of a context."""
    _staging.pop(context, None)


class StagedCall:
    """A kernel whose arguments are set once, to the staging buffers; calls wait.

    Args:
        launch: the kernel.
        chunk: its range and geometry.
        reads: its inputs, in the order of the arguments.
        writes: its results, which have no gaps.
        packed: the kernel's geometry, for arrays that begin at offset 0 of their buffers.
    """

    def __init__(
        self,
        launch: Launch,
        chunk: Chunk,
        reads: Sequence[ArrayLayout],
        writes: Sequence[ArrayLayout],
        packed: bytes,
    ) -> None:
        self._staging = _staging.setdefault(launch.context, _StagingBuffers(launch.context))
        self._kernel = launch.new_kernel()
        self._size, self._group = chunk.size, chunk.group
        self._writes = writes
        # A seed's argument is between the inputs and the results.
        self._seed_at = len(reads)
        seeds = int(launch.spec.mode.draws)
        views = []
        for number, (shape, strides, dtype) in enumerate((*reads, *writes)):
            buffer, memory = self._staging.buffer(number)
            self._kernel.set_arg(number + seeds * (number >= self._seed_at), buffer)
            views.append(np.ndarray(shape, dtype, memory, 0, strides))
        self._kernel.set_arg(len(views) + seeds, packed)
        self._inputs, self._outputs = views[: len(reads)], views[len(reads) :]

    def allocate(self) -> list[np.ndarray]:
        """Allocate the results."""
        return [result_memory.empty(*layout) for layout in self._writes]

    def try_launch(
        self,
        reads: Sequence[np.ndarray],
        results: Sequence[np.ndarray],
        queue: cl.CommandQueue,
        seed: int | None = None,
    ) -> bool:
        """Pool arrays of any strides and wait.

        Returns:
            False if another thread holds the staging buffers: nothing has been done.
        """
        if not self._staging.lock.acquire(blocking=False):
            return False
        try:
            for view, array in zip(self._inputs, reads, strict=True):
                view[...] = array
            if seed is not None:
                self._kernel.set_arg(self._seed_at, np.uint64(seed))
            cl.enqueue_nd_range_kernel(queue, self._kernel, self._size, self._group).wait()
            for view, array in zip(self._outputs, results, strict=True):
                array[...] = view
        except BaseException:
            queue.finish()
            raise
        finally:
            self._staging.lock.release()
        return True
