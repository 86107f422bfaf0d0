"""Vectors of a run of windows, and the shuffles of their taps."""

from __future__ import annotations

import itertools

import pytest

from clpool.codegen.shuffles import Shuffle, Shuffles

WINDOWS = [
    (stride, kernel, dilation)
    for stride, kernel, dilation in itertools.product(
        (1, 2, 3, 4), (1, 2, 3, 5, 8, 12, 13), (1, 2, 5)
    )
    if kernel > 1 or dilation == 1
]


def windows(found: Shuffles) -> list[list[int]]:
    """The elements that the steps combine in each lane, in their order."""
    held = {
        f"v{number}": [[place] for place in range(at, at + found.width)]
        for number, at in enumerate(found.offsets)
    }
    for made in found.made:
        first, second = held[made.first], held[made.second]
        if isinstance(made, Shuffle):
            held[made.name] = [(first + second)[lane] for lane in made.lanes]
        else:
            held[made.name] = [a + b for a, b in zip(first, second, strict=True)]
    last = zip(*(held[name] for name in found.taps), strict=True)
    return [list(itertools.chain(*lanes)) for lanes in last]


@pytest.mark.parametrize("repeats", [False, True])
@pytest.mark.parametrize("width", [1, 2, 4, 16, 64])
def test_every_lane_is_the_window_that_it_should_be(width: int, repeats: bool) -> None:
    """All taps of a window, in their order and each once, unless they may be combined twice."""
    for stride, kernel, dilation in WINDOWS:
        found = Shuffles(width, stride, kernel, dilation, repeats)
        assert found.offsets[-1] + width == found.span, "read behind the last tap"
        for lane, taps in enumerate(windows(found)):
            right = [lane * stride + tap * dilation for tap in range(kernel)]
            assert (sorted({*taps}) if repeats else taps) == right, f"{stride} {kernel} {dilation}"


@pytest.mark.parametrize(
    ("window", "vectors", "steps"),
    [
        ((2, 2, 1), 2, 2),
        ((2, 3, 1), 3, 3),
        ((2, 5, 1), 3, 5),
        ((1, 3, 1), 2, 1),
        ((1, 1, 1), 1, 0),
        ((1, 13, 1), 2, 16),
        ((1, 13, 1, True), 2, 13),
    ],
)
def test_few_vectors_and_steps(window: tuple[int, ...], vectors: int, steps: int) -> None:
    """No element is read twice but by the last vector; a shuffle serves a tap; long ones double."""
    found = Shuffles(16, *window)
    assert (len(found.offsets), len(found.made)) == (vectors, steps)
