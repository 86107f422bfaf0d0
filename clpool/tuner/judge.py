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
#: The ratio of the ninetieth percentile to the median above which times are noisy.
SPREAD = 2.0


@dataclass
class Rounds:
    """The times of rounds, in each of which the default is timed twice.

    Example:
        >>> rounds = Rounds("default")
        >>> rounds.add(("default", "wide", "default"), (2.0, 2.0, 4.0))
        >>> rounds.ratio("wide"), rounds.control
        (1.5, 0.5)
    """

    default: str
    ratios: dict[str, list[float]] = field(default_factory=dict)
    seconds: dict[str, list[float]] = field(default_factory=dict)
    controls: list[float] = field(default_factory=list)
    failed: set[str] = field(default_factory=set)

    def add(self, order: Sequence[str], times: Sequence[float | None]) -> None:
        """Keep a round; one without the default's times says only who failed."""
        by_default = []
        for key, time in zip(order, times, strict=True):
            if time is None:
                self.failed.add(key)
                continue
            self.seconds.setdefault(key, []).append(time)
            if key == self.default:
                by_default.append(time)
        if not by_default:
            return
        if len(by_default) > 1:
            self.controls.append(by_default[0] / by_default[1])
        mean = statistics.fmean(by_default)
        for key, time in zip(order, times, strict=True):
            if time is not None and key != self.default:
                self.ratios.setdefault(key, []).append(mean / time)

    def ratio(self, key: str) -> float | None:
        """The median ratio of a candidate, 1 of the default; None of one without times."""
        if key in self.failed or key not in self.ratios:
            return 1.0 if key == self.default else None
        return statistics.median(self.ratios[key])

    @property
    def control(self) -> float:
        """The median ratio of the default to itself."""
        return statistics.median(self.controls or [1.0])

    def keep(self, keys: Iterable[str]) -> list[str]:
        """The candidates that did not fail, those of the highest ratios first."""
        fit = [key for key in keys if key not in self.failed]
        return sorted(fit, key=lambda key: self.ratio(key) or 0.0, reverse=True)


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
