"""Groups the input rows shared by output rows that are computed together (rows_down)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .spec import KernelSpec


@dataclass(frozen=True)
class SharedRows:
    """The rows of ``spec.rows_per_pass`` lines of windows, by their numbers in ``places``.

    Rows that the same lines have are combined once, as a group. Two lines of windows of three rows,
    one row apart, have four rows in three ``groups``, 0, 1 and 2, and 3; the first line is made of
    groups 0 and 1, the second of 1 and 2, and rows 2 and 3 are ``fresh``.
    """

    spec: KernelSpec

    @cached_property
    def places(self) -> list[tuple[int, int]]:
        """Depth and height of every row, counted from where the first line's windows begin."""
        return sorted({place for window in self._windows for place in window})

    @cached_property
    def groups(self) -> list[list[int]]:
        """The rows, by the lines that have them."""
        return list(self._groups.values())

    def group_of(self, row: int) -> int:
        """The group of a row."""
        return next(number for number, rows in enumerate(self.groups) if row in rows)

    def groups_of(self, line: int) -> list[int]:
        """The groups that the windows of a line consist of."""
        return [number for number, lines in enumerate(self._groups) if line in lines]

    @cached_property
    def fresh(self) -> list[int]:
        """The rows that no lines before these have had."""
        step = len(self._windows) * self.spec.stride[-2] if self.spec.ndim > 1 else 1
        steps = range(step, self.places[-1][1] + 1, step)
        before = {(depth, height - back) for depth, height in self.places for back in steps}
        return [number for number, place in enumerate(self.places) if place not in before]

    @cached_property
    def _groups(self) -> dict[tuple[int, ...], list[int]]:
        """The rows by the lines that have them, in the order of their first ones."""
        groups: dict[tuple[int, ...], list[int]] = {}
        for number, place in enumerate(self.places):
            lines = (line for line, window in enumerate(self._windows) if place in window)
            groups.setdefault(tuple(lines), []).append(number)
        return groups

    @cached_property
    def _windows(self) -> list[list[tuple[int, int]]]:
        """The rows of each line's windows."""
        spec = self.spec
        taps = [range(0, k * d, d) for k, d in zip(spec.kernel, spec.dilation, strict=True)][:-1]
        depths, heights = [range(1), range(1), *taps][-2:]
        steps = [line * spec.stride[-2] if line else 0 for line in range(spec.rows_per_pass)]
        return [[(d, step + h) for d, h in product(depths, heights)] for step in steps]
