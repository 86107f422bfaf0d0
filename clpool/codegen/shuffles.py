"""Which vectors a run of windows is read as, and how their taps are shuffled out of those.

Lane ``j`` of tap ``k`` is ``j * stride + k * dilation`` elements behind the first tap of the first
window. Vectors are read one behind the other, the last one so that it ends with the last tap. Taps
are shuffled out of two of them, or of what has been shuffled before. Of many taps, runs of 2, 4, 8,
... are combined first, from runs of half as many, and those are shuffled.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations

from ..tuning import SOURCE

#: The element where a lane's tap lies, or its run of taps begins; None if it is not needed.
Lanes = list["int | None"]


@dataclass(frozen=True)
class Shuffle:
    """One vector from the lanes of two; those of the second are numbered behind the first's."""

    name: str
    first: str
    second: str
    lanes: tuple[int, ...]


@dataclass(frozen=True)
class Combination:
    """One vector of two, combined lane by lane."""

    name: str
    first: str
    second: str


@dataclass
class _Steps:
    """Steps from the ``known`` vectors to those in ``taps``, which combined are the windows."""

    known: dict[str, Lanes]
    tried: int
    made: list[Shuffle | Combination] = field(default_factory=list)
    taps: list[str] = field(default_factory=list)

    def find(self, name: str, wanted: Lanes) -> str:
        """The vector with these lanes; one of this name is made if there is none."""
        for found, held_lanes in self.known.items():
            if all(at in (None, lane) for at, lane in zip(wanted, held_lanes, strict=True)):
                return found
        needed = set(wanted) - {None}
        held = {name: needed & {*lanes} for name, lanes in self.known.items()}
        tried = set(sorted(held, key=lambda name: -len(held[name]))[: self.tried])
        pairs = combinations((name for name in held if name in tried), 2)
        first, second = max(pairs, key=lambda pair: len(held[pair[0]] | held[pair[1]]))
        both = self.known[first] + self.known[second]
        while True:
            lanes = tuple(both.index(at) if at in both and at in needed else 0 for at in wanted)
            missing = needed - set(both)
            made = f"{name}_{len(self.made)}" if missing else name
            self.made.append(Shuffle(made, first, second, lanes))
            if not missing:
                self.known[name] = wanted
                return name
            # What is still missing comes from the vector that holds most of it.
            have = [at if at in both else -1 for at in wanted]
            first, second = made, max(held, key=lambda name: len(missing & held[name]))
            both = have + self.known[second]

    def double(self, apart: int, end: int) -> None:
        """Replace the known vectors by runs of twice as many taps, so far apart, before ``end``."""
        runs, level = {}, dict(self.known)
        for name, lanes in level.items():
            later = [None if at is None or at + apart >= end else at + apart for at in lanes]
            if set(later) != {None}:
                other = self.find(f"s{len(self.made)}", later)
                run = f"r{len(self.made)}"
                self.made.append(Combination(run, name, other))
                runs[run] = [
                    at if to is not None else None for at, to in zip(lanes, later, strict=True)
                ]
        self.known = runs

    @cached_property
    def count(self) -> int:
        """The steps, and the combinations of the taps."""
        return len(self.made) + len(self.taps)


@dataclass
class Shuffles:
    """The vectors of a run of windows, the steps in their order, and what holds each tap or run.

    Args:
        width: lanes of a vector, and windows of the run.
        stride, kernel, dilation: the window along the row.
        idempotent: whether a tap may be combined twice.
        tried: vectors, of those that hold most of a tap, that are tried in pairs.

    Example:
        >>> found = Shuffles(4, 2, 3, 1)
        >>> found.offsets
        [0, 4, 5]
        >>> [(made.first, made.second, made.lanes) for made in found.made]
        [('v0', 'v1', (0, 2, 4, 6)), ('v0', 'v1', (1, 3, 5, 7)), ('v2', 't0', (5, 6, 1, 3))]
        >>> found.taps
        ['t0', 't1', 't2']
    """

    width: int
    stride: int
    kernel: int
    dilation: int
    idempotent: bool = False
    tried: int = SOURCE.shuffled_vectors

    def __post_init__(self) -> None:
        fewest = min(self._tap_by_tap(), self._by_runs(), key=lambda steps: steps.count)
        self.made, self.taps = fewest.made, fewest.taps

    @cached_property
    def span(self) -> int:
        """The elements from the first tap of the first window to the last of the last."""
        return (self.width - 1) * self.stride + (self.kernel - 1) * self.dilation + 1

    @cached_property
    def offsets(self) -> list[int]:
        """Where vectors are read, in elements behind the first."""
        return [*range(0, self.span - self.width, self.width), self.span - self.width]

    def _read(self) -> _Steps:
        """The vectors as they are read, called v0, v1, ..."""
        vectors = enumerate(self.offsets)
        known = {f"v{number}": [*range(at, at + self.width)] for number, at in vectors}
        return _Steps(known, self.tried)

    def _tap(self, tap: int) -> Lanes:
        return [tap * self.dilation + lane * self.stride for lane in range(self.width)]

    def _tap_by_tap(self) -> _Steps:
        steps = self._read()
        steps.taps = [steps.find(f"t{tap}", self._tap(tap)) for tap in range(self.kernel)]
        return steps

    def _by_runs(self) -> _Steps:
        """The runs that a window is the sum of; two that overlap if taps may be combined twice."""
        steps, length, taken = self._read(), 1, 0
        while taken < self.kernel:
            left = self.kernel - taken
            starts = [taken] * bool(left & length)
            if self.idempotent:
                starts = (
                    [0, self.kernel - length][: 1 + (length < left)] if 2 * length >= left else []
                )
            for start in starts:
                steps.taps.append(steps.find(f"t{start}", self._tap(start)))
                taken = start + length
            if taken < self.kernel:
                steps.double(length * self.dilation, self.span - (length - 1) * self.dilation)
                length *= 2
        return steps
