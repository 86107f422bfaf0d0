"""The contenders that a strategy of Kernel Tuner finds fastest, in spaces too large to time all."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from ..tuning import Choice, key_of
from . import kernel_tuner
from .evaluation import Contender, Evaluation
from .tournament import Request

#: Contenders that a tournament gets of a strategy, and choices that it evaluates, at most.
FOUND, MOST = 20, 200


def searched(evaluation: Evaluation, strategy: str, seed: int) -> list[Contender]:
    """The default and what the strategy found fastest, built and verified.

    A choice is worth its time over that of the default kernel's turns beside it.

    Args:
        strategy: a name of :func:`clpool.tuner.kernel_tuner.strategies`.

    Raises:
        ArgumentValueError: no such strategy.
        ClpoolError: Kernel Tuner is not installed.
    """
    default, *others = evaluation.contenders
    by_key = {one.key: one for one in evaluation.contenders}
    evaluation.judge(default)

    def evaluate(choice: Choice) -> float | str:
        contender = by_key[key_of(choice)]
        evaluation.judge(contender)
        state = evaluation.state(contender)
        if state != "correct":
            return state or "untried"
        order = (default.key, contender.key, contender.key, default.key)
        times = evaluation.times(Request(f"search/{contender.key}", "race", order))
        if times is None or None in times:
            return "untried"
        first, one, two, last = (time for time in times if time is not None)
        return min(one, two) / statistics.mean((first, last))

    choices: Sequence[Choice] = [one.choice for one in others]
    seconds = max(evaluation.left_to_build(), 1e-3)
    found = kernel_tuner.search(choices, evaluate, strategy, MOST, seconds, seed)
    timed = sorted((one.seconds, key_of(one.choice)) for one in found if one.seconds is not None)
    return [default, *(by_key[key] for _, key in timed[:FOUND])]
