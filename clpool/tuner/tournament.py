"""The order in which candidates are timed: a race of all, duels of a few, the winner confirmed.

:func:`tournament` asks for times and is sent them: no clock, no device. It asks and decides the
same for the same seed and the same times, so that a run that was killed goes on from its journal.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import NamedTuple, TypeVar

from .judge import Duel, Rounds, is_noisy, pairs_of

#: Seconds of every entry of a request, None of one that failed; None: no time for the request.
Times = Sequence[float | None] | None
T = TypeVar("T")


@dataclass(frozen=True)
class Rules:
    """The numbers of a tournament.

    Args:
        dropped: a candidate whose first two times exceed the default's as many times leaves;
            ``behind``: so does one whose first three have a median of as many times the default's.
        selections: of each, the rounds before it and the candidates that it keeps; all but the last
            keep a third of those in its last round at least.
        lengths: pairs of a duel after which it may be decided.
        promising: pairs from which on a duel goes on only if its median ratio exceeds the margin.
        alpha: probability that a bound is wrong, shared by the finalists.
        margin, noisy_margin: what the lower bound exceeds; the second one where times are noisy.
        processes: new ones in each of which the winner's ratio has to exceed the margin, of
            ``process_pairs`` pairs, the first of two numbers where its bound exceeds ``clear``.
        winners: winners of duels that may be confirmed, one after the other.
    """

    dropped: float = 3.0
    behind: float = 1.2
    selections: tuple[tuple[int, int], ...] = ((7, 10), (10, 4))
    lengths: tuple[int, ...] = (8, 16, 32, 64, 128)
    promising: int = 32
    alpha: float = 0.05
    margin: float = 1.02
    noisy_margin: float = 1.05
    processes: int = 5
    process_pairs: tuple[int, int] = (8, 32)
    clear: float = 1.2
    winners: int = 2


STANDARD = Rules()


class Request(NamedTuple):
    """Candidates to be timed, a turn each, in this order.

    Args:
        key: unlike that of every other request of the tournament.
        stage: "race", "duel" or "confirm".
        order: candidates; the default stands in every request.
        fresh: new processes that may still have to answer, the one that has to answer this
            included; 0: the one that measures answers.
    """

    key: str
    stage: str
    order: tuple[str, ...]
    fresh: int = 0


@dataclass(frozen=True)
class Decision:
    """What a tournament found.

    Args:
        winner: the candidate that replaces the default; None: the default stands.
        reason: "faster", "not faster", "not confirmed", "no time" or "no candidate".
        best: the candidate of the duel that is told, the winner if there is one; None: no duel.
        ratio, low, high, pairs: of that duel; of a winner, of the new processes.
        default_seconds: the median of the default's times in those pairs; None: no pair.
        control: the ratio of the default to itself; ``noisy``: by
            :func:`clpool.tuner.judge.is_noisy`.
        confirmed: the median ratio of new processes; None: nothing was to be confirmed.
        ratios: every candidate's in the race, the default's 1; None of one that failed.
        seconds: the median time of every candidate that was timed in the race.
        history: every candidate's ratios, round by round.
    """

    winner: str | None
    reason: str
    best: str | None = None
    ratio: float = 1.0
    low: float = 1.0
    high: float = 1.0
    pairs: int = 0
    default_seconds: float | None = None
    control: float = 1.0
    noisy: bool = False
    confirmed: float | None = None
    ratios: dict[str, float | None] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    history: dict[str, list[float]] = field(default_factory=dict)


Asked = Generator[Request, Times, T]


def tournament(candidates: Sequence[str], seed: int, rules: Rules = STANDARD) -> Asked[Decision]:
    """Ask for the times that decide whether a candidate replaces the first one, the default.

    What is sent is a time for every entry of the request's order. None in place of a time: that
    candidate failed, and is not asked for again. None in place of all times: the stage ends, and
    what is known decides; a duel that ends so has no winner.

    Example:
        >>> asked = tournament(["{}", '{"width":8}'], seed=0)
        >>> times = None
        >>> try:
        ...     while True:
        ...         request = asked.send(times)
        ...         times = [1.2 if key == "{}" else 1.0 for key in request.order]
        ... except StopIteration as end:
        ...     decision = end.value
        >>> decision.winner, decision.ratio, decision.low
        ('{"width":8}', 1.2, 1.2)
    """
    default, *others = candidates
    rounds = Rounds(default)
    finalists = yield from _race(rounds, others, Random(seed), rules)
    alpha = rules.alpha / max(len(finalists), 1)
    duels = []
    for number, candidate in enumerate(finalists):
        duel = Duel(default, candidate)
        verdict = yield from _duel(duel, f"duel/{number}", alpha, rules)
        duels.append((duel, verdict))
        if verdict == "no time":
            break
    decision = yield from _winner(duels, alpha, rules)
    if others and not rounds.turns:
        decision = replace(decision, reason="no time")
    timed = [key for key in candidates if rounds.times(key)]
    return replace(
        decision,
        ratios={key: rounds.ratio(key) for key in candidates},
        seconds={key: statistics.median(rounds.times(key)) for key in timed},
        history={key: rounds.history(key) for key in timed},
    )


def _race(rounds: Rounds, others: Sequence[str], rng: Random, rules: Rules) -> Asked[list[str]]:
    """The finalists, the fastest first."""
    finalists = rules.selections[-1][1]
    if not others or not (yield from _round(rounds, "race/0", others, rng)):
        return []
    if slow := _slow(rounds, others, min, rules.dropped):  # one time may be disturbed
        yield from _round(rounds, "race/0.again", sorted(slow), rng)
    slow = _slow(rounds, slow, min, rules.dropped)
    left = [key for key in others if key not in slow]
    for step, (count, kept) in enumerate(rules.selections, 1):
        if step > 1 and len(left) <= finalists:
            break
        for number in range(count):
            left = rounds.fit(left)
            if (step, number) == (1, 2):
                slow = _slow(rounds, left, statistics.median, rules.behind)
                left = [key for key in left if key not in slow]
            if not left or not (yield from _round(rounds, f"race/{step}.{number}", left, rng)):
                return rounds.keep(left)[:finalists]
        least = len(left) // 3 if kept > finalists else 0
        left = rounds.keep(left)[: max(kept, least)]
    return left[:finalists]


def _slow(
    rounds: Rounds, keys: Iterable[str], of: Callable[[list[float]], float], factor: float
) -> set[str]:
    """Candidates of whose times one exceeds ``factor`` medians of the default's."""
    own = rounds.times(rounds.default)
    most = factor * statistics.median(own) if own else 0.0
    return {key for key in keys if (times := rounds.times(key)) and of(times) > most > 0}


def _round(rounds: Rounds, key: str, keys: Sequence[str], rng: Random) -> Asked[bool]:
    """Time candidates once each and the default twice, in random order; False: no time for it."""
    order = [rounds.default, rounds.default, *keys]
    rng.shuffle(order)
    times = yield Request(key, "race", tuple(order))
    if times is not None:
        rounds.add(order, times)
    return times is not None


def _duel(duel: Duel, key: str, alpha: float, rules: Rules) -> Asked[str]:
    """The verdict on a duel, after as many pairs as it takes, or "no time"."""
    done = 0
    for length in rules.lengths:
        order = pairs_of(duel.default, duel.candidate, length - done)
        times = yield Request(f"{key}/{length}", "duel", order)
        if times is None:
            return "no time"
        duel.add(times)
        done = length
        noisy = is_noisy(duel.controls, duel.spread)
        least = rules.noisy_margin if noisy else rules.margin
        verdict = duel.verdict(alpha, least)
        if verdict != "more":
            return verdict
        if length >= rules.promising and duel.ratio < least:
            return "not faster"
    return "not faster"


def _winner(duels: Sequence[tuple[Duel, str]], alpha: float, rules: Rules) -> Asked[Decision]:
    """The winner of the highest lower bound that is confirmed; else the best duel."""
    if not any(duel.times for duel, _ in duels):
        return Decision(None, duels[-1][1] if duels else "no candidate")
    won = [duel for duel, verdict in duels if verdict == "faster"]
    best, verdict = max(duels, key=lambda each: each[0].ratio)
    decision = replace(_decided(best, alpha), winner=None, reason=verdict)
    for number, duel in enumerate(sorted(won, key=lambda each: each.bounds(alpha), reverse=True)):
        if number == rules.winners:
            break
        decision = yield from _confirmed(duel, _decided(duel, alpha), f"confirm/{number}", rules)
        if decision.winner is not None or decision.reason == "no time":
            break
    return decision


def _decided(duel: Duel, alpha: float) -> Decision:
    """A duel that was won."""
    low, high = duel.bounds(alpha)
    return Decision(
        winner=duel.candidate,
        reason="faster",
        best=duel.candidate,
        ratio=duel.ratio,
        low=low,
        high=high,
        pairs=len(duel.times),
        default_seconds=statistics.median(duel.default_times),
        control=statistics.median(duel.controls or [1.0]),
        noisy=is_noisy(duel.controls, duel.spread),
    )


def _confirmed(won: Duel, decision: Decision, key: str, rules: Rules) -> Asked[Decision]:
    """The decision after the winner met the default again in new processes.

    Where memory lies differs from process to process, and with it the ratio: each process gives
    one, and all have to exceed the margin. The least and the largest are bounds of their median,
    each wrong with probability 1/2 to the power of the number of processes.
    """
    ratios: list[float] = []
    default_times: list[float] = []
    pairs = rules.process_pairs[decision.low <= rules.clear]
    order = pairs_of(won.default, won.candidate, pairs)
    for number in range(rules.processes):
        times = yield Request(f"{key}.{number}", "confirm", order, rules.processes - number)
        if times is None:
            return replace(decision, winner=None, reason="no time")
        duel = Duel(won.default, won.candidate)
        duel.add(times)
        ratios.append(duel.ratio)
        default_times += duel.default_times
        if duel.failed or duel.ratio <= rules.margin:
            middle = statistics.median(ratios)
            return replace(decision, winner=None, reason="not confirmed", confirmed=middle)
    middle = statistics.median(ratios)
    return replace(
        decision,
        ratio=middle,
        low=min(ratios),
        high=max(ratios),
        pairs=rules.processes * pairs,
        default_seconds=statistics.median(default_times),
        confirmed=middle,
    )
