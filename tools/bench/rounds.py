"""Rounds in which contenders are timed in turn, each after every other equally often."""

from __future__ import annotations

import gc
import math
import time
from collections.abc import Callable, Sequence

from clpool.worker.rest import SHORTEST, settle

from .contender import Contender
from .record import Timing

#: Seconds after which the slowest contenders take part in no further round, and their least rounds.
LONGEST, LEAST_ROUNDS = 2.0, 3


def orders(count: int) -> list[list[int]]:
    """Orders of so many contenders in which each comes right after each other equally often.

    Example:
        >>> orders(4)
        [[0, 1, 3, 2], [1, 2, 0, 3], [2, 3, 1, 0], [3, 0, 2, 1]]
    """
    zigzag = [(n + 1) // 2 if n % 2 else -(n // 2) for n in range(count)]
    found = [[(start + step) % count for step in zigzag] for start in range(count)]
    return found if count % 2 == 0 else found + [order[::-1] for order in found]


def timed(
    contenders: Sequence[Contender],
    repeats: int,
    clock: Callable[[], float] = time.perf_counter,
) -> list[Timing]:
    """The times of all, taken in turn; those who take seconds drop out of later rounds."""

    def once(contender: Contender, calls: int) -> float:
        run = contender.run
        settle()
        run()
        started = clock()
        for _ in range(calls):
            run()
        return (clock() - started) / calls

    first = [max(once(contender, 1), 1e-9) for contender in contenders]
    calls = [math.ceil(SHORTEST / seconds) for seconds in first]
    rounds = [min(repeats, max(LEAST_ROUNDS, int(LONGEST / seconds))) for seconds in first]
    times: list[list[float]] = [[] for _ in contenders]
    cycle = orders(len(contenders))
    collecting = gc.isenabled()
    gc.disable()
    try:
        for number in range(repeats):
            for n in cycle[number % len(cycle)]:
                if number < rounds[n]:
                    times[n].append(once(contenders[n], calls[n]))
    finally:
        if collecting:
            gc.enable()
    each = zip(contenders, times, calls, strict=True)
    return [Timing.of(c.library, c.form, c.fresh, found, count) for c, found, count in each]
