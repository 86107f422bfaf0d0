"""One kernel on one sample: its results into guarded memory, compared with what is expected."""

from __future__ import annotations

from typing import Any

import pyopencl as cl

from ..codegen.spec import KernelSpec
from ..runtime.plan import Plan
from ..runtime.traits import traits_of
from ..schedule.specialise import specialise
from . import memory
from .samples import Sample


class Trial:
    """The kernel of some tuning parameters, executed once on a sample.

    Args:
        forced: the tuning parameters.
        offset: the elements by which inputs and results lie behind aligned addresses.
    """

    def __init__(
        self,
        sample: Sample,
        forced: dict[str, Any],
        queue: cl.CommandQueue,
        on_device: bool,
        offset: int,
    ) -> None:
        self._sample, self._queue, self._forced = sample, queue, forced
        place, self._problem = queue if on_device else None, sample.given.problem
        self._plan = Plan(self._problem, queue, forced)
        self._inputs = memory.placed(sample.given, place, offset)
        self._outs, self._guards = memory.guarded(self._problem, self._inputs.x, place, offset)
        #: Whether the results are the default kernel's bit for bit.
        self.is_same = False

    def has_kernel(self, spec: KernelSpec) -> bool:
        """Whether it is this one; another one is not built."""
        layout = self._inputs.layout(self._problem, self._outs)
        traits = traits_of(self._queue.device)
        if specialise(self._problem, traits, layout, self._forced)[0] != spec:
            return False
        return bool(self._inputs.prepare(self._plan, self._outs)[1].spec == spec)

    def run(self) -> tuple[str, str]:
        """The state, "correct", "canary" or "wrong", and where and how.

        Results begin as something else than the default kernel's in every element.
        """
        for out, default in zip(self._outs, self._sample.default, strict=True):
            memory.write(out, memory.complement(default))
        self._inputs.execute(self._plan, self._outs, self._queue)
        self._queue.finish()
        results = [memory.read(out) for out in self._outs]
        for number, guard in enumerate(self._guards):
            if beside := guard.where():
                return "canary", f"result {number}: {beside}"
        fault, self.is_same = self._sample.judged(results)
        return ("wrong", fault) if fault else ("correct", "")
