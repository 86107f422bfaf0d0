"""The windows of neighbouring outputs along an axis, combined from runs of 1, 2, 4, ... taps.

A run of 2n taps is two of n. A window is the runs that its length is the sum of; where a tap may
be combined twice, it is two runs that overlap, if these take fewer combinations.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from .spec import KernelSpec

#: A run: its taps, and the distance of its first one.
Run = tuple[int, int]


@dataclass(frozen=True)
class WindowRuns:
    """The combinations that reduce the windows of some outputs.

    Args:
        outputs: neighbours along the axis.
        kernel, stride, dilation: of their windows.
        twice: whether a tap may be combined twice.

    Example:
        >>> for step in WindowRuns(2, 3, 1, 1, True).steps:
        ...     print(*step)
        run2_1 run1_1 run1_2
        window0 run1_0 run2_1
        run2_2 run1_2 run1_3
        window1 run1_1 run2_2
    """

    outputs: int
    kernel: int
    stride: int
    dilation: int
    twice: bool

    @cached_property
    def distances(self) -> list[int]:
        """The distances of all taps from the first one, ascending."""
        starts = range(0, self.outputs * self.stride, self.stride)
        return sorted({j + k * self.dilation for j in starts for k in range(self.kernel)})

    @cached_property
    def extent(self) -> int:
        """The elements that the windows cover."""
        return self.distances[-1] + 1

    @cached_property
    def steps(self) -> list[tuple[str, str, str]]:
        """The name of each combination, and the names of the two that it is made of."""
        return self._plan[0]

    @cached_property
    def windows(self) -> list[str]:
        """The name of each output's window."""
        return self._plan[1]

    @cached_property
    def _plan(self) -> tuple[list[tuple[str, str, str]], list[str]]:
        plans = [self._combined(overlap) for overlap in sorted({False, self.twice})]
        return min(plans, key=lambda plan: len(plan[0]))

    def _combined(self, overlap: bool) -> tuple[list[tuple[str, str, str]], list[str]]:
        """The combinations and the names of the windows, of runs that overlap or do not."""
        steps: dict[str, tuple[str, str]] = {}
        windows = []
        for output in range(self.outputs):
            first, *rest = (self._run(run, steps) for run in self._runs(output, overlap))
            for number, other in enumerate(rest, 1):
                name = f"window{output}" + f"_{number}" * (number < len(rest))
                steps[name] = first, other
                first = name
            windows.append(first)
        return [(name, *pair) for name, pair in steps.items()], windows

    def _runs(self, output: int, overlap: bool) -> list[Run]:
        """The runs that the window of an output consists of."""
        start = output * self.stride
        longest = 1 << self.kernel.bit_length() - 1
        if overlap and longest < self.kernel:
            return [(longest, start), (longest, start + (self.kernel - longest) * self.dilation)]
        found, taps = [], 0
        for bit in range(self.kernel.bit_length()):
            if self.kernel >> bit & 1:
                found.append((1 << bit, start + taps * self.dilation))
                taps += 1 << bit
        return found

    def _run(self, run: Run, steps: dict[str, tuple[str, str]]) -> str:
        """The name of a run, after the combinations that it takes."""
        taps, place = run
        name = f"run{taps}_{place}"
        if taps > 1 and name not in steps:
            half = taps // 2
            left = self._run((half, place), steps)
            steps[name] = left, self._run((half, place + half * self.dilation), steps)
        return name


def runs_of(spec: KernelSpec) -> dict[str, WindowRuns]:
    """The runs of a strip of outputs along each axis, by the axis's letter; of one row down "h"."""
    sizes = zip(spec.axes, spec.block, spec.kernel, spec.stride, spec.dilation, strict=True)
    twice = spec.mode.selects
    runs = {name: WindowRuns(n, k, s, d, twice) for name, n, k, s, d in sizes}
    return {"h": WindowRuns(1, 1, 1, 1, False), **runs}
