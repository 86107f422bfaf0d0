"""Windows combined from runs: every tap once or at least once, in order, in few steps."""

from __future__ import annotations

from itertools import product

import pytest

from clpool.codegen.window_runs import WindowRuns

WINDOWS = [*product((1, 2, 4, 8), (1, 2, 3, 5, 7, 8, 13, 31), (1, 2, 5), (1, 2, 3))]


@pytest.mark.parametrize("twice", [False, True])
def test_windows_have_their_taps(twice: bool) -> None:
    """In ascending order; each once, where no tap may be combined twice."""
    for outputs, kernel, stride, dilation in WINDOWS:
        runs = WindowRuns(outputs, kernel, stride, dilation, twice)
        taps = {f"run1_{place}": [place] for place in runs.distances}
        for name, left, right in runs.steps:
            assert name not in taps
            assert taps[left][0] < taps[right][0]
            assert taps[left][-1] < taps[right][-1]
            taps[name] = taps[left] + taps[right]
        assert len(runs.windows) == outputs
        for output, name in enumerate(runs.windows):
            own = [output * stride + k * dilation for k in range(kernel)]
            assert sorted(set(taps[name])) == own
            assert twice or taps[name] == own
        assert runs.extent == (outputs - 1) * stride + dilation * (kernel - 1) + 1


def test_steps_hardly_grow_with_the_window() -> None:
    """Runs of each length at each place at most; and never more steps than tap by tap."""
    for outputs, kernel, stride, dilation in WINDOWS:
        for twice in (False, True):
            steps = WindowRuns(outputs, kernel, stride, dilation, twice).steps
            assert len(steps) <= outputs * (kernel - 1)
            if stride == 1:
                assert len(steps) <= kernel.bit_length() * (outputs + dilation * kernel)
            if stride == dilation == 1:
                assert len(steps) <= 3 * outputs + kernel
