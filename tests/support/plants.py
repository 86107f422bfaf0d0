"""Faults planted into the kernels of a worker's candidates, each real on the device.

A candidate that forces a tile of :data:`PLANTS` has the default kernel, and its fault: rows of the
tests' arrays are shorter than any of these tiles.
"""

from __future__ import annotations

import ctypes
import os
import sys
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyopencl as cl

from clpool.runtime import launch
from clpool.runtime.host_binding import HostBinding
from clpool.worker import failures
from clpool.worker.process import Worker

_SOURCE = """
__kernel void one_ulp(__global uint *y, uint n) { y[n / 2] ^= 1; }
__kernel void next_index(__global long *y, uint n) { y[n / 2] += 1; }
__kernel void beyond(__global uint *y, uint n) { y[n] = 0; }
__kernel void last(__global uint *y, uint n) { y[n - 1] = 0; }
__kernel void fault(__global uint *y, ulong at) { *(volatile __global uint *)at = y[0]; }
__kernel void endless(__global uint *y, uint n) { while (*(volatile __global uint *)y == n) { } }
"""

#: A fault in place of an enqueueing: of the launch, its queue, its buffers, and what enqueues.
Fault = Callable[[Any, cl.CommandQueue, list[Any], Callable[[], cl.Event]], cl.Event]


@cache
def _kernels(context: cl.Context) -> cl.Program:
    return cl.Program(context, _SOURCE).build()


def _after(name: str, which: int, size: int) -> Fault:
    """A kernel that spoils a result once it is there."""

    def fault(made: Any, queue: Any, buffers: list[Any], enqueue: Any) -> cl.Event:
        event, buffer = enqueue(), buffers[which]
        kernel = getattr(_kernels(made.context), name)
        return kernel(queue, (1,), None, buffer, np.uint32(buffer.size // size), wait_for=[event])

    return fault


def _unwritten(made: Any, queue: Any, buffers: list[Any], enqueue: Any) -> cl.Event:
    """The last element is as it was before."""
    size, last = 4, buffers[1].size - 4
    kept = cl.Buffer(made.context, cl.mem_flags.READ_WRITE, size)
    cl.enqueue_copy(queue, kept, buffers[1], byte_count=size, src_offset=last).wait()
    enqueue().wait()
    return cl.enqueue_copy(queue, buffers[1], kept, byte_count=size, dst_offset=last)


def _segfault(made: Any, queue: Any, buffers: list[Any], enqueue: Any) -> cl.Event:
    kernel = _kernels(made.context).fault
    return kernel(queue, (1,), None, buffers[1], np.uint64(8), wait_for=[enqueue()])


def _endless(made: Any, queue: Any, buffers: list[Any], enqueue: Any) -> cl.Event:
    zeros = cl.Buffer(made.context, cl.mem_flags.READ_WRITE, 4)
    cl.enqueue_fill_buffer(queue, zeros, np.zeros(1, np.uint32), 0, 4).wait()
    made.endless = zeros  # lives as long as its kernel
    return _kernels(made.context).endless(queue, (1,), None, zeros, np.uint32(0))


def _exit(made: Any, queue: Any, buffers: list[Any], enqueue: Any) -> cl.Event:
    os._exit(3)


def _slow(made: Any, queue: Any, buffers: list[Any], enqueue: Any) -> cl.Event:
    time.sleep(SLOW)
    return enqueue()


def _no_memory(made: Any, queue: Any, buffers: list[Any], enqueue: Any) -> cl.Event:
    cl.Buffer(made.context, cl.mem_flags.READ_WRITE, 2**62)
    return enqueue()


def _no_launch(made: Any, queue: Any, buffers: list[Any], enqueue: Any) -> cl.Event:
    kernel = _kernels(made.context).beyond
    return kernel(queue, (1,), (2**20,), buffers[1], np.uint32(0))


def _deaf(made: Any, queue: Any, buffers: list[Any], enqueue: Any) -> cl.Event:
    """A driver's call that never returns, while no other thread of Python can run."""
    ctypes.PyDLL(None).sleep(600)
    return enqueue()


def _at_small_shapes(made: Any, queue: Any, buffers: list[Any], enqueue: Any) -> cl.Event:
    """Wrong where results are fewer than those of the tests' call."""
    size = buffers[1].size
    return _after("one_ulp", 1, 4)(made, queue, buffers, enqueue) if size < OWN else enqueue()


#: Seconds that a slow kernel takes at least.
SLOW = 0.02

#: Faults by the tile that a candidate forces.
PLANTS: dict[int, Fault | None] = {
    10001: _after("one_ulp", 1, 4),
    10002: _after("next_index", 2, 8),
    10003: _unwritten,
    10004: _after("beyond", 1, 4),
    10005: None,  # its source does not compile
    10006: _segfault,
    10007: _exit,
    10008: _endless,
    10009: _slow,
    10010: _no_memory,
    10011: _no_launch,
    10012: _deaf,
    10013: _at_small_shapes,
    10014: _after("last", 1, 4),
}

#: The tiles of the faults by their names.
NAMES = (
    *("one_ulp", "next_index", "unwritten", "beyond", "compile", "segfault"),
    *("exit", "endless", "slow", "no_memory", "no_launch", "deaf", "small_shapes", "last"),
)
TILES = dict(zip(NAMES, PLANTS, strict=True))


def choice(name: str) -> dict[str, int]:
    """The choice of a candidate with a fault."""
    return {"tile": TILES[name]}


def environment(hook: str = "plant") -> dict[str, str]:
    """Of a worker that calls a function of this module."""
    paths = [str(Path(__file__).parent), *filter(None, [os.environ.get("PYTHONPATH")])]
    named = {"PYTHONPATH": os.pathsep.join(paths), "CLPOOL_WORKER_HOOK": f"plants:{hook}"}
    return {**named, "CLPOOL_TUNING": "off", "CLPOOL_CACHE_DIR": ""}


#: Seconds that an honest step may take, builds included, on a slow machine.
LIMIT = 120.0
CALL = "max_pool2d(float32[2, 3, 19, 83], 3, 2, 1, return_indices=True)"
#: Bytes of its values.
OWN = 4 * 2 * 3 * 10 * 42


def opened(hook: str = "plant", **variables: str) -> Worker:
    """A worker whose candidates may be at fault, and whose call is open.

    Args:
        hook: a function of this module.
        variables: of its environment.
    """
    worker = Worker({**environment(hook), **variables}, LIMIT)
    worker.ask({"do": "open", "call": CALL}, LIMIT)
    return worker


def plant(steps: Any) -> None:
    """The hook: candidates with such a tile are at fault from here on."""
    honest, find = launch.Launch, launch.Launches.find

    class Faulty(honest):  # type: ignore[misc, valid-type]
        fault: Fault | None = None

        def __init__(self, spec: Any, chunks: Any, context: Any, *more: Any, **named: Any) -> None:
            if self.fault is None:
                cl.Program(context, "#error planted\n").build()
            super().__init__(spec, chunks, context, *more, **named)

        def enqueue(self, queue: Any, chunk: Any, buffers: Any, *more: Any) -> cl.Event:
            enqueue = super().enqueue
            return type(self).fault(
                self, queue, buffers, lambda: enqueue(queue, chunk, buffers, *more)
            )

    def finding(self: Any, layout: Any) -> Any:
        tile = (self.override or {}).get("tile")
        if tile not in PLANTS:
            return find(self, layout)
        fault = PLANTS[tile]
        launch.Launch = type("Faulty", (Faulty,), {"fault": fault and staticmethod(fault)})
        try:
            return find(self, layout)
        finally:
            launch.Launch = honest

    def worth_copying(self: Any, step: Any) -> bool:
        """Faults are met where a binding enqueues: a staged call would enqueue by itself."""
        return type(self.launch) is honest and is_worth_copying(self, step)

    launch.Launches.find = finding
    is_worth_copying = HostBinding._is_worth_copying
    HostBinding._is_worth_copying = worth_copying


def plant_on_device(steps: Any) -> None:
    """The hook: as on a device that has memory of its own."""
    steps.on_device = True
    plant(steps)


def plant_lost(steps: Any) -> None:
    """The hook: as if every failure lost the context."""
    failures.is_lost = lambda error, queue: True
    plant(steps)


def noisy(steps: Any) -> None:
    """The hook of a driver that prints, reads and writes where it should not."""
    sys.stdout.write("printed\n")
    os.write(1, b"written\n")
    assert sys.stdin.read() == ""
    os.system("echo shouted")
    assert steps.queue
