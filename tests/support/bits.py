"""The bits of a call's results by one kernel."""

from __future__ import annotations

from clpool.tuning import Choice
from clpool.worker import memory
from clpool.worker.steps import Steps


def results_of(steps: Steps, choice: Choice) -> list[bytes]:
    """The results of the open call by the kernel of a choice."""
    contender = steps._contender(choice)
    inputs, outs = steps._current().arrays.sets[0]
    inputs.execute(contender.plan, outs, steps.queue)
    steps.queue.finish()
    return [memory.read(out).tobytes() for out in outs]
