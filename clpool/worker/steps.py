"""What the tuner asks of a device: to build, verify and time the kernels of a call.

Each step answers with a dictionary that JSON has, whose ``state`` says how it went.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import astuple, dataclass, field
from functools import cached_property
from itertools import islice
from typing import Any

import pyopencl as cl

from .. import tuning
from ..codegen.spec import KernelSpec
from ..errors import ArgumentValueError
from ..problem.problem import Problem
from ..runtime import programs
from ..runtime.device_key import key_of
from ..runtime.plan import Plan
from ..runtime.traits import traits_of
from ..schedule.family import family_of, size_of
from ..schedule.placement import Layout
from ..schedule.space import candidates
from ..schedule.specialise import specialise
from ..tuning import NEVER, Choice
from . import turns, verification
from .arrays import executions
from .call import Call
from .edges import Edge, edges, fewer_planes
from .failures import FAILURES, failure
from .samples import MOST_TAPS, Samples, taps_in

Answer = dict[str, Any]

#: Kinds of values that kernels are verified with, and of modes that round their results; at the
#: call's own shape, from :data:`_LARGE` bytes on, all but the ties.
KINDS, ROUNDED = ("special", "ties"), "normal"
_LARGE = 2**24


@dataclass
class Contender:
    """A choice's plan, the launch on the timed arrays, and its turn."""

    choice: Choice
    plan: Plan
    spec: KernelSpec
    layout: Layout
    turn: turns.Turn


@dataclass
class Opened:
    """One part of a call, its arrays, and the contenders that were built for it."""

    call: Call
    part: int
    parts: int
    problem: Problem
    arrays: turns.Arrays
    samples: Samples
    contenders: dict[str, Contender] = field(default_factory=dict)


class Steps:
    """The steps on a device, of one call at a time.

    Args:
        queue: of the device.
        on_device: whether arrays lie in the device's memory; None, on a GPU.
    """

    def __init__(self, queue: cl.CommandQueue, on_device: bool | None = None) -> None:
        self.device, self.traits = queue.device, traits_of(queue.device)
        #: No queue of the package's own: a context that is lost must not be replaced.
        self.queue = cl.CommandQueue(queue.context, queue.device)
        gpu = self.traits.device_class == "gpu"
        self.on_device = gpu if on_device is None else on_device
        self._opened: Opened | None = None

    @cached_property
    def profiling(self) -> cl.CommandQueue:
        """A queue whose events have times."""
        flags = cl.command_queue_properties.PROFILING_ENABLE
        return cl.CommandQueue(self.queue.context, self.device, flags)

    def hello(self) -> Answer:
        """The device, and the process."""
        traits = self.traits
        device = {
            "name": traits.name,
            "platform": self.device.platform.name.strip(),
            "version": traits.platform,
            "driver": traits.driver,
            "units": traits.units,
            "kind": traits.device_class,
            "cache": traits.cache_bytes,
            "memory": traits.memory_bytes,
            "key": list(astuple(key_of(self.device))),
        }
        return {"state": "ready", "device": device, "pid": os.getpid()}

    def open(
        self, call: str, part: int = 0, effort: str | None = "standard", seed: int = 0
    ) -> Answer:
        """Make the arrays of a part of a call; its family, its size and its candidates.

        The state of a call without elements is "empty".

        Args:
            effort: one of :data:`clpool.tuning.space.EFFORTS`; None, no candidates.
        """
        parsed = Call.parse(call)
        found = executions(parsed, seed)
        if all(one.problem.is_empty for one in found):
            return {"state": "empty"}
        if not 0 <= part < len(found):
            raise ArgumentValueError(f"part {part} of {call}; allowed: 0 to {len(found) - 1}")
        given, self._opened = found[part], None  # its memory is free before more is taken
        samples = Samples(parsed, part, seed, self.queue, self.on_device)
        arrays = turns.Arrays.of(given, self.traits, self.queue if self.on_device else None)
        self._opened = Opened(parsed, part, len(found), given.problem, arrays, samples)
        default = self._contender({})
        samples.forced, layout = self._pinned(default), default.layout
        facts = given.problem, self.traits, layout
        family, size = family_of(*facts), size_of(*facts)
        return {
            "state": "open",
            "family": {"label": family.label, "digest": family.digest, "facts": family.facts},
            "size": list(size),
            "parts": len(found),
            "bytes": given.problem.bytes_moved,
            "shape": list(given.problem.shape),
            "candidates": [
                {"choice": dict(one.choice), "kernel": one.kernel, "label": one.spec.label}
                for one in (candidates(*facts, effort) if effort else ())
            ],
        }

    def build(self, choice: Choice) -> Answer:
        """Build the kernel of a choice for the call's arrays."""
        compiled, started = programs.compiled, time.perf_counter()
        self._contender(choice)
        seconds = time.perf_counter() - started
        return {"state": "built", "seconds": seconds, "compiled": programs.compiled - compiled}

    def verify(self, choice: Choice) -> Answer:
        """Compare the results of a choice's kernel, at edge shapes and at the call's own."""
        opened = self._current()
        contender = self._contender(choice)
        override = self._pinned(contender)
        same, shapes, skipped = True, set[Edge](), 0
        for edge, kind in self._trials(opened, contender):
            sample = opened.samples.find(edge, kind)
            if sample is None:
                continue
            own = edge.shape == opened.call.input_shape and not edge.offset
            forced = self._override(choice) if own else override
            trial = verification.Trial(sample, forced, self.queue, self.on_device, edge.offset)
            if not own and not trial.has_kernel(contender.spec):
                skipped += 1
                continue
            state, detail = trial.run()
            if state != "correct":
                where = {"call": str(sample.call), "offset": edge.offset, "kind": kind}
                return {"state": state, "detail": detail, **where, "seed": opened.samples.seed}
            same &= trial.is_same
            shapes.add(edge)
        bits = "same" if same else "bounded"
        return {"state": "correct", "bits": bits, "shapes": len(shapes), "skipped": skipped}

    def time(self, order: list[Choice], settle: bool = True) -> Answer:
        """Give each choice a turn, in this order; seconds per call."""
        seconds, events = [], []
        for choice in order:
            try:
                contender = self._contender(choice)
                seconds.append(contender.turn.take(settle))
                events.append(self._event_seconds(contender.plan))
            except FAILURES as error:
                return {**failure(error, self.queue), "choice": choice}
        return {"state": "timed", "seconds": seconds, "events": events}

    def copy(self, count: int = 1) -> Answer:
        """Time copies of as many bytes as the call moves."""
        size = self._current().problem.bytes_moved
        turn = turns.copies(size, self.queue, self.on_device, self.traits.units)
        return {"state": "timed", "seconds": [turn.take(True) for _ in range(count)]}

    def _event_seconds(self, plan: Plan) -> float | None:
        """Seconds by the device's clock, where arrays are its own."""
        return (
            self._current().arrays.event_seconds(plan, self.profiling) if self.on_device else None
        )

    def _current(self) -> Opened:
        if self._opened is None:
            raise ArgumentValueError("no call is open; open one first")
        return self._opened

    def _override(self, choice: Choice) -> dict[str, Any]:
        return tuning.override_of(choice, self.traits.units)

    def _contender(self, choice: Choice) -> Contender:
        """The contender of a choice, its kernel built."""
        opened, key = self._current(), tuning.key_of(choice)
        found = opened.contenders.get(key)
        if found is None:
            plan = Plan(opened.problem, self.queue, self._override(choice))
            inputs, outs = opened.arrays.sets[0]
            layout, launch = inputs.prepare(plan, outs)
            turn = opened.arrays.turn(plan, self.queue)
            found = Contender(choice, plan, launch.spec, layout, turn)
            opened.contenders[key] = found
        return found

    def _pinned(self, contender: Contender) -> dict[str, Any]:
        """Tuning parameters that lead to the contender's kernel at other shapes, too.

        As many as lead to it at the call's own shape.
        """
        spec, override = contender.spec, self._override(contender.choice)
        stores = 1 if spec.nontemporal else NEVER
        pins = {"nontemporal": stores, "variant": spec.variant, "width": spec.width}
        problem, layout = self._current().problem, contender.layout
        for count in range(len(pins), 0, -1):
            forced = {**dict(islice(pins.items(), count)), **override}
            if specialise(problem, self.traits, layout, forced)[0] == spec:
                return forced
        return override

    def _trials(self, opened: Opened, contender: Contender) -> Iterator[tuple[Edge, str]]:
        """The shapes and kinds of values that a kernel is verified with, the call's own last."""
        call, problem = opened.call, opened.problem
        alike = len(problem.shape) == len(call.input_shape)
        dense = contender.layout.inner if alike else None
        width = contender.spec.width
        kinds = KINDS if problem.mode.selects else (*KINDS, ROUNDED)
        for edge in edges(problem, call.input_shape, call.spatial, dense, width):
            for kind in kinds:
                yield edge, kind
        few = tuple(kind for kind in kinds if kind != "ties")
        part = MOST_TAPS / max(taps_in(problem), 1)
        if part < 1:
            for kind in few:
                yield Edge(fewer_planes(call.input_shape, call.spatial, dense, part)), kind
        for kind in few if problem.bytes_moved >= _LARGE else kinds:
            yield Edge(call.input_shape), kind
