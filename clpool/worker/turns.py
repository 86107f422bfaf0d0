"""Turns of contenders: the time of a call, after a rest, on arrays that are there."""

from __future__ import annotations

import gc
import math
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
import pyopencl as cl

from ..runtime.arrays import AnyArray
from ..runtime.plan import Plan
from ..schedule.device_traits import DeviceTraits
from . import memory, rest
from .arrays import Execution
from .memory import Inputs

#: Seconds of a turn at least, of a device that is waited for once at its end.
SHORTEST_ON_DEVICE = 2e-3
#: Seconds of a call from which on none is made untimed before it.
LONG = 1e-2
#: Calls of a turn at most.
MOST_CALLS = 2**16
#: Caches' worth of bytes that lie between two uses of one array on a device.
ROTATED = 2
#: Sets of arrays at most.
MOST_SETS = 256
#: Bytes from which a copy on the host is made by every thread.
_SHARED = 2**17

Run = Callable[[int], None]


class Turn:
    """A contender whose turn takes as many calls as a clock needs, found at its first turn.

    Args:
        run: makes so many calls, and returns once their results are there.
        shortest: seconds of a turn at least.
    """

    def __init__(self, run: Run, shortest: float) -> None:
        self._run, self._shortest = run, shortest
        self.calls = 0
        self._seconds = 0.0

    def take(self, settles: bool) -> float:
        """Seconds per call."""
        if settles:
            rest.settle()
        if not self.calls:
            self.calls, self._seconds = self._first()
            return self._seconds
        if self._seconds < LONG:
            self._run(1)
        self._seconds = self._timed(self.calls) / self.calls
        return self._seconds

    def _first(self) -> tuple[int, float]:
        """The number of calls, and seconds per call; a first one that is long is not repeated."""
        calls, spent = 1, self._timed(1)
        if spent < LONG:
            while (spent := self._timed(calls)) < self._shortest and calls < MOST_CALLS:
                calls = min(math.ceil(1.1 * calls * self._shortest / max(spent, 1e-9)), MOST_CALLS)
        return calls, spent / calls

    def _timed(self, calls: int) -> float:
        """Seconds of so many calls."""
        collects = gc.isenabled()
        gc.disable()
        try:
            started = time.perf_counter()
            self._run(calls)
            return time.perf_counter() - started
        finally:
            if collects:
                gc.enable()


class Arrays:
    """The inputs and results that all contenders use, several times over on a device.

    Args:
        sets: inputs and results, of which calls take one after the other.
    """

    def __init__(self, sets: Sequence[tuple[Inputs, list[AnyArray]]], on_device: bool) -> None:
        self.sets, self.on_device = list(sets), on_device
        self._next = 0

    @classmethod
    def of(cls, given: Execution, traits: DeviceTraits, queue: cl.CommandQueue | None) -> Arrays:
        """One set of an execution's arrays, or on a device more than its cache keeps.

        Args:
            queue: of the device that they lie on; None, on the host.
        """
        count = 1
        if queue is not None:
            size = max(given.problem.bytes_moved, 1)
            count = 1 + ROTATED * traits.cache_bytes // size
            count = min(count, traits.memory_bytes // (4 * size) or 1, MOST_SETS)
        sets = []
        for _ in range(count):
            inputs = memory.placed(given, queue)
            sets.append((inputs, memory.results(given.problem, inputs.x, queue)))
        return cls(sets, queue is not None)

    def turn(self, plan: Plan, queue: cl.CommandQueue) -> Turn:
        """The turn of a plan."""

        def run(calls: int) -> None:
            for _ in range(calls):
                inputs, outs = self.sets[self._next]
                self._next = (self._next + 1) % len(self.sets)
                inputs.execute(plan, outs, queue)
            if self.on_device:
                queue.finish()

        return Turn(run, SHORTEST_ON_DEVICE if self.on_device else rest.SHORTEST)

    def event_seconds(self, plan: Plan, queue: cl.CommandQueue) -> float | None:
        """Seconds from the first kernel's start to the last one's end, by the device's clock.

        Args:
            queue: one that profiles.
        """
        inputs, outs = self.sets[0]
        for array in (inputs.x, *inputs.sources.values(), *outs):
            array.finish()
        inputs.execute(plan, outs, queue)
        queue.finish()
        events = outs[0].events
        try:
            begun = min(event.profile.start for event in events)
            return 1e-9 * (max(event.profile.end for event in events) - begun)
        except (cl.Error, ValueError):
            return None


def copies(size: int, queue: cl.CommandQueue, on_device: bool, threads: int) -> Turn:
    """The turn of a plain copy that reads half of so many bytes and writes the other half."""
    half = max(size // 2, 1)
    if on_device:
        flags = cl.mem_flags.READ_WRITE
        source, target = (cl.Buffer(queue.context, flags, half) for _ in range(2))
        cl.enqueue_fill_buffer(queue, source, np.ones(1, np.uint8), 0, half).wait()

        def on_the_device(calls: int) -> None:
            for _ in range(calls):
                cl.enqueue_copy(queue, target, source)
            queue.finish()

        return Turn(on_the_device, SHORTEST_ON_DEVICE)
    x, y = (np.full(half, number, np.uint8) for number in range(2))
    bounds = [half * number // threads for number in range(threads + 1)]
    parts = [slice(*pair) for pair in pairwise(bounds)]
    pool = ThreadPoolExecutor(threads)

    def by_numpy(calls: int) -> None:
        for _ in range(calls):
            if half < _SHARED:
                np.copyto(y, x)
            else:
                list(pool.map(lambda part: np.copyto(y[part], x[part]), parts))

    return Turn(by_numpy, rest.SHORTEST)
