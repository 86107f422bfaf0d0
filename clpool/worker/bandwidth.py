"""The bandwidth of a call beside that of a copy of as many bytes, in one run."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from typing import NamedTuple

import pyopencl as cl

from ..problem.problem import Problem
from ..runtime import tuned
from ..runtime.arrays import layout_of
from ..runtime.plan import Plan
from ..runtime.traits import traits_of
from ..tuning.keys import Family
from ..tuning.lookup import Found
from . import memory, turns
from .arrays import executions
from .call import Call
from .expected import expected

#: Turns of the call and of the copy, which take turns.
ROUNDS = 15


class Measured(NamedTuple):
    """One execution of a call.

    Args:
        problem, family: what is computed.
        label: of the kernel that ran.
        found: what records say of it.
        seconds, copy_seconds: medians.
        fault: where and how results differ from the reference; "" where they do not.
    """

    problem: Problem
    family: Family
    label: str
    found: Found
    seconds: float
    copy_seconds: float
    fault: str

    @property
    def bandwidth(self) -> float:
        """The bytes that must be moved, per second."""
        return self.problem.bytes_moved / self.seconds

    @property
    def copy_bandwidth(self) -> float:
        """The same of the copy."""
        return self.problem.bytes_moved / self.copy_seconds

    @property
    def share(self) -> float:
        """The bandwidth over the copy's."""
        return self.copy_seconds / self.seconds


def measured(call: Call, queue: cl.CommandQueue, rounds: int = ROUNDS) -> Iterator[Measured]:
    """Every execution of a call that moves anything: verified, then timed beside a copy.

    Arrays lie on the device where it is a GPU, else on the host.

    Raises:
        ClpoolError: the function refuses the call.
    """
    traits = traits_of(queue.device)
    on_device = traits.device_class == "gpu"
    for given in executions(call):
        problem = given.problem
        if problem.is_empty:
            continue
        plan = Plan(problem, queue)
        arrays = turns.Arrays.of(given, traits, queue if on_device else None)
        inputs, outs = arrays.sets[0]
        inputs.execute(plan, outs, queue)
        right = expected(problem, given.x, given.sources, given.lists, given.seed)
        checks = zip(right or (), outs, strict=False)
        fault = next(filter(None, (one.check(memory.read(out)) for one, out in checks)), "")
        own = arrays.turn(plan, queue)
        copy = turns.copies(problem.bytes_moved, queue, on_device, traits.units)
        times = [(own.take(True), copy.take(True)) for _ in range(rounds)]
        seconds, copy_seconds = (statistics.median(each) for each in zip(*times, strict=True))
        layout = layout_of(problem, given.x, given.lists)
        family, _, found = tuned.lookup(problem, queue.device, layout)
        yield Measured(problem, family, plan.label, found, seconds, copy_seconds, fault)
