"""One kernel on one sample: its results into guarded memory, compared with what is expected."""

from __future__ import annotations

import numpy as np
import pyopencl as cl

from ..runtime.plan import Plan
from . import memory
from .samples import Sample


class Trial:
    """A plan that is executed once on a sample; its kernel is built, and not enqueued yet.

    Args:
        offset: the elements by which inputs and results lie behind aligned addresses.
    """

    def __init__(
        self, sample: Sample, plan: Plan, queue: cl.CommandQueue, on_device: bool, offset: int
    ) -> None:
        self._sample, self._plan, self._queue = sample, plan, queue
        place = queue if on_device else None
        self._inputs = memory.placed(sample.given, place, offset)
        guarded = memory.guarded(sample.given.problem, self._inputs.x, place, offset)
        self._outs, self._guards = guarded
        self.spec = self._inputs.prepare(plan, self._outs)[1].spec
        self._results: list[np.ndarray] = []

    def run(self) -> tuple[str, str]:
        """The state, "correct", "canary" or "wrong", and where and how.

        Results begin as something else than the default kernel's in every element.
        """
        for out, default in zip(self._outs, self._sample.default, strict=True):
            memory.write(out, memory.complement(default))
        self._inputs.execute(self._plan, self._outs, self._queue)
        self._queue.finish()
        self._results = [memory.read(out) for out in self._outs]
        for number, guard in enumerate(self._guards):
            if beside := guard.where():
                return "canary", f"result {number}: {beside}"
        fault = self._sample.fault(self._results)
        return ("wrong", fault) if fault else ("correct", "")

    @property
    def is_same(self) -> bool:
        """Whether the results are the default kernel's bit for bit."""
        return self._sample.is_same(self._results)
