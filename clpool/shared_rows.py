"""Which rows the windows of lines share that are reduced at once: what rows_down reads."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .spec import KernelSpec


@dataclass(frozen=True)
class SharedRows:
    """The rows of ``spec.together`` lines of windows, by their numbers in ``places``.

    Two lines of windows of three rows, one row apart, have four rows: ``common`` are 1 and 2,
    ``own`` is 0 in the first line and 3 in the second, and ``fresh`` are 2 and 3.
    """

    spec: KernelSpec

    @property
    def places(self) -> list[tuple[int, int]]:
        """Depth and height of every row, counted from where the first line's windows begin."""
        return sorted({place for window in self._windows for place in window})

    @property
    def common(self) -> list[int]:
        """The rows that two lines share."""
        first, *others = self._windows
        return [self.places.index(place) for place in first if any(place in o for o in others)]

    def own(self, line: int) -> list[int]:
        """The rows that a line shares with no other."""
        numbers = [self.places.index(place) for place in self._windows[line]]
        return [number for number in numbers if number not in self.common]

    @property
    def fresh(self) -> list[int]:
        """The rows that no lines before these have had."""
        step = len(self._windows) * self.spec.stride[-2] if self.spec.rank > 1 else 1
        steps = range(step, self.places[-1][1] + 1, step)
        before = {(depth, height - back) for depth, height in self.places for back in steps}
        return [number for number, place in enumerate(self.places) if place not in before]

    @property
    def _windows(self) -> list[list[tuple[int, int]]]:
        """The rows of each line's windows."""
        spec = self.spec
        taps = [range(0, k * d, d) for k, d in zip(spec.kernel, spec.dilation, strict=True)][:-1]
        depths, heights = [range(1), range(1), *taps][-2:]
        steps = [line * spec.stride[-2] if line else 0 for line in range(spec.together)]
        return [[(d, step + h) for d, h in product(depths, heights)] for step in steps]
