"""The error flag of kernels that scatter or gather by index: set at an index outside its plane."""

from __future__ import annotations

import numpy as np
import pyopencl as cl

from . import result_memory, traits


class ErrorFlag:
    """Sticky device flag: set when a kernel skipped an out-of-range index, never cleared.

    Args:
        queue: of the kernels' device.
    """

    def __init__(self, queue: cl.CommandQueue) -> None:
        block = result_memory.aligned(result_memory.PAGE)
        self._memory = np.ndarray(block.size, np.uint8, block.owner, block.start).view(np.int32)
        self._memory[:] = 0
        self._shared = traits.traits_of(queue.device).shares_host_memory()
        self._queue = queue
        host = cl.mem_flags.USE_HOST_PTR if self._shared else cl.mem_flags.COPY_HOST_PTR
        flags = cl.mem_flags.READ_WRITE | host
        self.buffer = cl.Buffer(queue.context, flags, 0, self._memory)

    def is_set(self) -> bool:
        """Whether a kernel that has completed skipped an index."""
        if not self._shared:
            cl.enqueue_copy(self._queue, self._memory, self.buffer)
        return bool(self._memory[0])
