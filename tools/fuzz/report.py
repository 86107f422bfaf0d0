"""What a run of random calls found."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

#: Below so many averages, whose RMS is larger is chance.
ENOUGH_FOR_RMS = 50_000


@dataclass
class Errors:
    """Squared errors of averages, summed in units of each element's ``eps * sum|x| / |divisor|``.

    So every dtype counts alike, the half ones do not drown the others.
    """

    elements: int = 0
    own: float = 0.0
    torch: float = 0.0

    def rms(self) -> tuple[float, float]:
        """The root of the mean square, of the function under test and of PyTorch."""
        n = max(self.elements, 1)
        return math.sqrt(self.own / n), math.sqrt(self.torch / n)


@dataclass
class Report:
    """What a run found; ``failure`` is a line that reproduces the first mismatch."""

    calls: int = 0
    elements: int = 0
    without_torch: int = 0
    errors: dict[str, Errors] = field(default_factory=dict)
    failure: str | None = None

    def total(self) -> Errors:
        """The errors over all dtypes."""
        parts = list(self.errors.values())
        return Errors(
            sum(e.elements for e in parts), sum(e.own for e in parts), sum(e.torch for e in parts)
        )

    def __str__(self) -> str:
        lines = [f"{self.calls} calls, {self.elements} results compared"]
        if self.without_torch:
            lines[0] += f", {self.without_torch} calls within the bound only (not in PyTorch)"
        for name, errors in [*sorted(self.errors.items()), ("all", self.total())]:
            if errors.elements:
                own, torch = errors.rms()
                lines.append(f"  RMS error of avg, {name}: {own:.6f} (PyTorch {torch:.6f})")
        lines.append("MISMATCH " + self.failure if self.failure else "no mismatch")
        return "\n".join(lines)


class Mismatch(Exception):
    """A result is not what it must be."""


def equal(name: str, found: np.ndarray, expected: np.ndarray) -> None:
    """Same dtype, shape and elements, NaN matching NaN."""
    if (found.dtype, found.shape) != (expected.dtype, expected.shape):
        raise Mismatch(
            f"{name}: {found.dtype} {found.shape}, expected {expected.dtype} {expected.shape}"
        )
    wrong = ~((found == expected) | ((found != found) & (expected != expected)))
    if wrong.any():
        at = tuple(int(i) for i in np.argwhere(wrong)[0])
        raise Mismatch(
            f"{name}: {int(wrong.sum())} of {wrong.size} differ, the first at {at}: "
            f"got {found[at]!r}, expected {expected[at]!r}"
        )
