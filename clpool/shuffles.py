"""Which vectors a run of windows is read as, and how their taps are shuffled out of those.

Lane ``j`` of tap ``k`` is ``j * stride + k * dilation`` elements behind the first tap of the first
window. Vectors are read one behind the other, the last one so that it ends with the last tap; a
tap is then shuffled out of two of them, or of what has been shuffled before.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations


@dataclass(frozen=True)
class Shuffle:
    """One vector from the lanes of two; those of the second are numbered behind the first's."""

    name: str
    first: str
    second: str
    lanes: tuple[int, ...]


@dataclass
class Shuffles:
    """The vectors of a run of windows, the shuffles in their order, and what holds each tap.

    Args:
        width: lanes of a vector, and windows of the run.
        stride, kernel, dilation: the window along the row.

    Example:
        >>> found = Shuffles(4, 2, 3, 1)
        >>> found.offsets
        [0, 4, 5]
        >>> [(made.first, made.second, made.lanes) for made in found.made]
        [('v0', 'v1', (0, 2, 4, 6)), ('v0', 'v1', (1, 3, 5, 7)), ('v2', 't0', (5, 6, 1, 3))]
    """

    width: int
    stride: int
    kernel: int
    dilation: int
    offsets: list[int] = field(default_factory=list)
    made: list[Shuffle] = field(default_factory=list)
    taps: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        n = self.width
        self.offsets = [*range(0, self.span - n, n), self.span - n]
        known = {
            f"v{number}": list(range(offset, offset + n))
            for number, offset in enumerate(self.offsets)
        }
        for tap in range(self.kernel):
            wanted = [tap * self.dilation + lane * self.stride for lane in range(n)]
            same = [name for name, places in known.items() if places == wanted]
            self.taps.append(same[0] if same else self._make(f"t{tap}", wanted, known))

    @property
    def span(self) -> int:
        """The elements from the first tap of the first window to the last of the last."""
        return (self.width - 1) * self.stride + (self.kernel - 1) * self.dilation + 1

    def _make(self, name: str, wanted: list[int], known: dict[str, list[int]]) -> str:
        """Shuffle the elements at these places together, two vectors at a time."""

        def held(pair: tuple[str, str]) -> int:
            return len(set(wanted) & (set(known[pair[0]]) | set(known[pair[1]])))

        first, second = max(combinations(known, 2), key=held)
        both = known[first] + known[second]
        while True:
            lanes = tuple(both.index(place) if place in both else 0 for place in wanted)
            whole = set(wanted) <= set(both)
            made = name if whole else f"{name}_{len(self.made)}"
            self.made.append(Shuffle(made, first, second, lanes))
            if whole:
                known[name] = wanted
                return name
            # What is still missing comes from the vector that holds most of it.
            have = [place if place in both else -1 for place in wanted]
            missing = set(wanted) - set(both)
            first, second = made, max(known, key=lambda one: len(missing & set(known[one])))
            both = have + known[second]
