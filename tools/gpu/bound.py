"""The time that a launch takes at least, by a card's peaks; a share of a copy's speed.

Memory, the first-level caches and the instructions are assumed to overlap perfectly, and latency to
be hidden: a launch takes the longest of the three.
"""

from __future__ import annotations

from dataclasses import dataclass

from .devices import Peaks
from .transactions import Transactions


@dataclass(frozen=True)
class Instructions:
    """The instructions that an item executes.

    Args:
        all: of every kind.
        integer, double: those that only some lanes of a unit execute.
        leaving: of an item that has nothing to do.
        widest: bytes of the widest load and of the widest store; None: as the source has them.
    """

    all: float
    integer: float = 0.0
    double: float = 0.0
    leaving: float = 0.0
    widest: tuple[int, int] | None = None


@dataclass(frozen=True)
class Bound:
    """Seconds of a launch at a card's peaks.

    Args:
        copy: of the bytes that must move, through memory.
        memory, cache, issue: of the lines that are moved, of the segments and the words of local
            memory that are asked for, and of the instructions; None, where they are not known.
    """

    copy: float
    memory: float
    cache: float
    issue: float | None

    @property
    def seconds(self) -> float:
        """The longest of the three."""
        return max(self.memory, self.cache, self.issue or 0.0)

    @property
    def share(self) -> float:
        """The speed, as a share of a copy's of the same bytes."""
        return self.copy / self.seconds

    @property
    def limit(self) -> str:
        """The longest: "memory", "cache" or "issue"."""
        times = {"memory": self.memory, "cache": self.cache, "issue": self.issue or 0.0}
        return max(times, key=lambda name: times[name])


def bound(
    work: Transactions, peaks: Peaks, must_move: int, instructions: Instructions | None = None
) -> Bound:
    """The bound of a launch.

    Args:
        must_move: bytes of the inputs and the results, each once.
        instructions: None, where they are not known.
    """
    cached = max(work.segments, work.local) if peaks.local_bytes else work.segments + work.local
    clock, bandwidth = peaks.ghz * 1e9, peaks.bandwidth * 1e9
    return Bound(
        copy=must_move / bandwidth,
        memory=(work.read + work.written) / bandwidth,
        cache=cached / (peaks.caches * clock),
        issue=None if instructions is None else _clocks(work, peaks, instructions) / clock,
    )


def _clocks(work: Transactions, peaks: Peaks, known: Instructions) -> float:
    """Clocks in which the units issue all instructions: a wave's, whatever lanes are busy."""
    idle = known.leaving * (work.waves - work.active)
    kinds = [(known.all * work.active + idle, peaks.lanes)]
    kinds += [
        (number * work.active, lanes)
        for number, lanes in (
            (known.integer, peaks.integer_lanes),
            (known.double, peaks.double_lanes),
        )
        if number
    ]
    return max(number * work.wave / (peaks.units * lanes) for number, lanes in kinds)
