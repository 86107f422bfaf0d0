"""Whether one version is slower than another: bounds of the median ratio of paired times.

A pair is one time of each version, taken one right after the other; orders are old, new, new, old,
and so on, so that a drift favours neither. The ratio new / old of every pair is one observation;
bounds of their median are order statistics (:mod:`clpool.tuner.bounds`).
"""

from __future__ import annotations

import statistics
from dataclasses import dataclass, field
from typing import Any

from clpool.tuner.bounds import one_sided

#: The pairs of a case, and of one whose upper bound is beyond :data:`UNCLEAR`.
PAIRS, MORE_PAIRS = 64, 128
#: A version is slower if the lower bound of its ratio is beyond this one.
SLOWER, UNCLEAR = 1.03, 1.10


@dataclass
class Comparison:
    """The times of one case by both versions, in seconds per call, pair by pair.

    Args:
        form: "out=", or "fresh" results.
        calls: calls per time, whose mean it is.
        fault: what kept it from being timed, "" if nothing did; ``own_fault`` says whether that is
            the new version's.
    """

    name: str
    form: str
    old: list[float] = field(default_factory=list)
    new: list[float] = field(default_factory=list)
    calls: int = 1
    fault: str = ""
    own_fault: bool = False

    @property
    def ratios(self) -> list[float]:
        """New over old of every pair."""
        return [new / old for old, new in zip(self.old, self.new, strict=True)]

    @property
    def ratio(self) -> float:
        """The median ratio."""
        return statistics.median(self.ratios)

    @property
    def is_unclear(self) -> bool:
        """Whether more pairs are needed."""
        return not self.fault and one_sided(self.ratios)[1] > UNCLEAR

    @property
    def verdict(self) -> str:
        """What the bounds say, "slower", "faster" or "level"; else what was at fault."""
        if self.fault:
            return self.fault
        lower, upper = one_sided(self.ratios)
        return "slower" if lower > SLOWER else "faster" if upper < 1 / SLOWER else "level"

    def line(self) -> str:
        """The row of the table."""
        row = f"{self.name:<33}{self.form:<6}"
        if self.fault:
            return f"{row}  {self.fault}"
        lower, upper = one_sided(self.ratios)
        medians = (statistics.median(times) * 1e3 for times in (self.old, self.new))
        row += "".join(f"{median:>10.4g}" for median in medians)
        return (
            f"{row}{self.ratio:>8.3f}  [{lower:.3f}, {upper:.3f}]{len(self.old):>6}  {self.verdict}"
        )

    def as_dict(self) -> dict[str, Any]:
        """For JSON, with what follows from the times."""
        found = {"name": self.name, "form": self.form, "verdict": self.verdict}
        if self.fault:
            return found
        lower, upper = one_sided(self.ratios)
        numbers = {"ratio": self.ratio, "lower": lower, "upper": upper, "calls": self.calls}
        return {**found, **numbers, "old": self.old, "new": self.new}


HEADER = (
    f"{'':<39}{'old ms':>10}{'new ms':>10}{'ratio':>8}  {'95 % bounds':<14}{'pairs':>6}  verdict"
)
