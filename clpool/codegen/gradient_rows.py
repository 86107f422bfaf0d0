"""The rows that the gradient of a sliding window keeps in private memory (rows_covering).

Along a row element e is covered by output o where a tap k has
``o * stride - pad + k * dilation = e``. Elements a stride apart, those of one phase, are covered by
the same taps, from outputs that are neighbours: so what flows to a vector of them is read from
vectors of outputs.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import gcd, prod
from typing import TYPE_CHECKING

from ..modes import TAP_SOURCES

if TYPE_CHECKING:
    from .spec import KernelSpec


@dataclass(frozen=True)
class CoveringRows:
    """The private rows of rows_covering for a spec."""

    spec: KernelSpec

    @cached_property
    def maps_early(self) -> bool:
        """Whether an output's contribution is the same for all elements of its window."""
        mode = self.spec.mode
        return mode.maps and not {"forward_input", "indices"} & set(mode.inputs)

    @cached_property
    def kept(self) -> list[str]:
        """The arrays kept beside the gradient of every output."""
        if self.maps_early:
            return []
        return [name for name in (*TAP_SOURCES, "count") if name in self.spec.mode.inputs]

    def taps(self, phase: int) -> tuple[int, int, int]:
        """The outputs that cover elements of a phase: how many, which is the first, and their step.

        The first is counted from the output at the element's own number within its phase.
        """
        stride, dilation = self.spec.stride[-1], self.spec.dilation[-1]
        places = [phase + self.spec.phase - k * dilation for k in range(self.spec.kernel[-1])]
        shifts = [place // stride for place in places if place % stride == 0]
        return len(shifts), min(shifts, default=0), dilation // gcd(stride, dilation)

    @cached_property
    def shifts(self) -> tuple[int, int]:
        """The first and the last output that any phase reads, counted as in ``taps``."""
        found = [self.taps(phase) for phase in range(self.spec.stride[-1])]
        firsts = [first for count, first, _ in found if count]
        return min(firsts), max(first + (count - 1) * step for count, first, step in found if count)

    @cached_property
    def ring(self) -> int:
        """Rows kept at once: those of the windows that cover one element, and the next ones."""
        return self._covering(-2) + self.spec.thresholds.spare_rows

    @cached_property
    def slots(self) -> int:
        """Places for rows, those of every depth that covers an element."""
        if self.spec.ndim == 1:
            return 1
        return prod(self._covering(axis) for axis in range(-self.spec.ndim, -2)) * self.ring

    @cached_property
    def length(self) -> int:
        """The elements of a kept row, whole vectors, so that none crosses a cache line."""
        first, last = self.shifts
        return -(-(self.spec.tile + last - first) // self.spec.width) * self.spec.width

    @cached_property
    def tile(self) -> int:
        """The vectors of a phase that rows can be kept for, in elements: not above spec.tile."""
        spec = self.spec
        rows = self.slots * (1 + len(self.kept)) + 2 * ("indices" in self.kept)
        room = spec.thresholds.kept_elements // rows - (self.length - spec.tile)
        return min(spec.tile, room) // spec.width * spec.width

    def _covering(self, axis: int) -> int:
        extent = self.spec.dilation[axis] * (self.spec.kernel[axis] - 1) + 1
        return -(-extent // self.spec.stride[axis])
