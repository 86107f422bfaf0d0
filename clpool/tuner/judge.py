"""Which candidate is faster than the default, from times alone: no clock, no device.

Ratios are the default's time over a candidate's: 1.18 is 18 % faster.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from .bounds import one_sided

#: The range of the ratio of the default to itself outside which times are noisy.
CONTROL = (0.98, 1.02)
#: Turns before and after one whose times tell the drift, and how often levels are refined by it.
NEIGHBOURS, REFINEMENTS = 4, 2
#: The ratio of the ninetieth percentile to the median above which times are noisy.
SPREAD = 2.0


@dataclass
class Rounds:
    """Times of candidates in the order in which they were measured, and what each is worth.

    A candidate's level is the median of its times, each divided by the drift around it: the median
    of its neighbours' times over those neighbours' own levels. A clock that changes for a while
    changes neighbours alike, and leaves levels as they are.

    Example:
        >>> rounds = Rounds("default")
        >>> rounds.add(("default", "wide", "default", "slow"), (3.0, 2.0, 3.0, 6.0))
        >>> rounds.ratio("wide"), rounds.ratio("slow"), rounds.keep(["slow", "wide"])
        (1.5, 0.5, ['wide', 'slow'])
    """

    default: str
    turns: list[tuple[str, float]] = field(default_factory=list)
    failed: set[str] = field(default_factory=set)
    _drifts: list[float] = field(default_factory=list, repr=False)
    _levels: dict[str, float] = field(default_factory=dict, repr=False)

    def add(self, order: Sequence[str], times: Sequence[float | None]) -> None:
        """Keep the times of a round, None of a candidate that failed."""
        for key, time in zip(order, times, strict=True):
            if time is None:
                self.failed.add(key)
            else:
                self.turns.append((key, time))
        self._drifts.clear()

    def _settle(self) -> None:
        """Levels and drifts of all turns so far."""
        if self._drifts or not self.turns:
            return
        self._drifts = [1.0] * len(self.turns)
        self._levels = _medians(self.turns, self._drifts)
        for _ in range(REFINEMENTS):
            own = [time / self._levels[key] for key, time in self.turns]
            self._drifts = [_around(own, place) for place in range(len(own))]
            self._levels = _medians(self.turns, self._drifts)

    def ratio(self, key: str) -> float | None:
        """The level of the default over a candidate's, 1 of the default; None of one without times.

        A candidate that failed has none, whatever it took before.
        """
        if key == self.default:
            return 1.0
        self._settle()
        if key in self.failed or not {key, self.default} <= self._levels.keys():
            return None
        return self._levels[self.default] / self._levels[key]

    def times(self, key: str) -> list[float]:
        """All times of a candidate."""
        return [time for other, time in self.turns if other == key]

    def history(self, key: str) -> list[float]:
        """The ratio of every time of a candidate to the default's level, the drift taken out."""
        self._settle()
        level = self._levels.get(self.default, 0.0)
        turns = zip(self.turns, self._drifts, strict=True)
        return [level * drift / time for (other, time), drift in turns if other == key]

    def fit(self, keys: Iterable[str]) -> list[str]:
        """The candidates that did not fail, in their order."""
        return [key for key in keys if key not in self.failed]

    def keep(self, keys: Iterable[str]) -> list[str]:
        """The candidates that did not fail, those of the highest ratios first."""
        return sorted(self.fit(keys), key=lambda key: self.ratio(key) or 0.0, reverse=True)


def _medians(turns: Sequence[tuple[str, float]], drifts: Sequence[float]) -> dict[str, float]:
    """The median of every candidate's times over their drifts."""
    found: dict[str, list[float]] = {}
    for (key, time), drift in zip(turns, drifts, strict=True):
        found.setdefault(key, []).append(time / drift)
    return {key: statistics.median(times) for key, times in found.items()}


def _around(values: Sequence[float], place: int) -> float:
    """The median of the neighbours of a place, on both sides."""
    near = [
        *values[max(place - NEIGHBOURS, 0) : place],
        *values[place + 1 : place + NEIGHBOURS + 1],
    ]
    return statistics.median(near) if near else 1.0


@dataclass
class Duel:
    """Pairs of times of the default and of a candidate, as :func:`pairs_of` orders them.

    Example:
        >>> duel = Duel("default", "wide")
        >>> duel.add((1.2, 1.0, 1.0, 1.2) * 4)
        >>> duel.ratio, duel.bounds(), duel.verdict(0.05, 1.02)
        (1.2, (1.2, 1.2), 'faster')
    """

    default: str
    candidate: str
    default_times: list[float] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    failed: bool = False

    def add(self, times: Sequence[float | None]) -> None:
        """Keep the times of whole pairs; a pair without one of its times is left out."""
        for place in range(0, len(times) - 1, 2):
            first, second = times[place : place + 2]
            if first is None or second is None:
                self.failed = True
                continue
            turned = place // 2 % 2 == 1
            self.default_times.append(second if turned else first)
            self.times.append(first if turned else second)

    @property
    def ratios(self) -> list[float]:
        """The default's time over the candidate's, of every pair."""
        return [a / b for a, b in zip(self.default_times, self.times, strict=True)]

    @property
    def ratio(self) -> float:
        """The median ratio; 0 where there is no pair."""
        return statistics.median(self.ratios or [0.0])

    def bounds(self, alpha: float = 0.05) -> tuple[float, float]:
        """One-sided bounds of the median ratio."""
        return one_sided(self.ratios, alpha)

    @property
    def controls(self) -> list[float]:
        """The ratios of the default's neighbouring times, which follow one another: 1 expected."""
        own = self.default_times
        return [own[place] / own[place + 1] for place in range(1, len(own) - 1, 2)]

    @property
    def spread(self) -> float:
        """The ninetieth percentile of the default's times over their median."""
        own = sorted(self.default_times or [1.0])
        return own[min(len(own) * 9 // 10, len(own) - 1)] / statistics.median(own)

    def verdict(self, alpha: float, margin: float) -> str:
        """What the bounds say: "faster", "not faster", or "more" pairs are needed."""
        low, high = self.bounds(alpha)
        if self.failed or high < margin:
            return "not faster"
        return "faster" if low > margin else "more"


def pairs_of(default: str, candidate: str, count: int) -> tuple[str, ...]:
    """The order of a duel: default, candidate, candidate, default, and so on.

    Example:
        >>> pairs_of("default", "wide", 2)
        ('default', 'wide', 'wide', 'default')
    """
    pair, turned = (default, candidate), (candidate, default)
    return tuple(key for number in range(count) for key in (turned if number % 2 else pair))


def is_noisy(controls: Sequence[float], spread: float, alpha: float = 0.05) -> bool:
    """Whether the default differs from itself beyond :data:`CONTROL`, or times are spread.

    A median of few ratios leaves that range by chance: its bounds have to.
    """
    low, high = one_sided(controls, alpha)
    return low > CONTROL[1] or high < CONTROL[0] or spread > SPREAD
