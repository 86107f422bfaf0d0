"""The windows of neighbouring outputs along an axis, combined from runs of taps.

A run of 2n taps is two of n. A window is the runs that its length is the sum of; where a tap may
be combined twice, it is two runs that overlap; or it is a run that ends between two taps and one
that begins there, each a tap longer than its neighbour (van Herk). The plan of the fewest
combinations is taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from .spec import KernelSpec

#: A run: its taps, the distance of its first one, and the taps of the first of its two parts as a
#: rule: half of them, one, or all but one.
Run = tuple[int, int, str]


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
        run3_0 run1_0 run2_1
        window1 run2_1 run1_3
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
        doubled = [self._doubled(overlap) for overlap in sorted({False, self.twice})]
        plans = [self._combined(runs) for runs in (*doubled, self._halves())]
        return min(plans, key=lambda plan: len(plan[0]))

    def _combined(self, runs: list[list[Run]]) -> tuple[list[tuple[str, str, str]], list[str]]:
        """The combinations and the names of the windows, of the runs of each."""
        steps: dict[str, tuple[str, str]] = {}
        windows = []
        for output, own in enumerate(runs):
            first, *rest = (self._run(run, steps) for run in own)
            for number, other in enumerate(rest, 1):
                name = f"window{output}" + f"_{number}" * (number < len(rest))
                steps[name] = first, other
                first = name
            windows.append(first)
        return [(name, *pair) for name, pair in steps.items()], windows

    def _doubled(self, overlap: bool) -> list[list[Run]]:
        """The runs of 1, 2, 4, ... taps that windows consist of, which overlap or do not."""
        longest = 1 << self.kernel.bit_length() - 1
        counts = [1 << bit for bit in range(longest.bit_length()) if self.kernel >> bit & 1]
        starts = [sum(counts[:n]) for n in range(len(counts))]
        if overlap and longest < self.kernel:
            counts, starts = [longest] * 2, [0, self.kernel - longest]
        return [
            [
                (taps, output * self.stride + begin * self.dilation, "half")
                for taps, begin in zip(counts, starts, strict=True)
            ]
            for output in range(self.outputs)
        ]

    def _halves(self) -> list[list[Run]]:
        """The runs of windows before and after a tap whose number is a multiple of their length."""
        found: list[list[Run]] = []
        for start in range(0, self.outputs * self.stride, self.stride):
            behind = start // self.dilation % self.kernel
            before = self.kernel - behind
            found.append([(before, start, "one")])
            if behind:
                found[-1].append((behind, start + before * self.dilation, "but one"))
        return found

    def _run(self, run: Run, steps: dict[str, tuple[str, str]]) -> str:
        """The name of a run, after the combinations that it takes."""
        taps, place, rule = run
        name = f"run{taps}_{place}"
        if taps > 1 and name not in steps:
            first = {"half": taps // 2, "one": 1, "but one": taps - 1}[rule]
            left = self._run((first, place, rule), steps)
            other = taps - first, place + first * self.dilation, rule
            steps[name] = left, self._run(other, steps)
        return name


def runs_of(spec: KernelSpec) -> dict[str, WindowRuns]:
    """The runs of a strip of outputs along each axis, by the axis's letter; of one row down "h"."""
    sizes = zip(spec.axes, spec.block, spec.kernel, spec.stride, spec.dilation, strict=True)
    twice = spec.mode.selects
    runs = {name: WindowRuns(n, k, s, d, twice) for name, n, k, s, d in sizes}
    return {"h": WindowRuns(1, 1, 1, 1, False), **runs}
