"""Vectors of a run of windows, and the shuffles of their taps."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from clpool.shuffles import Shuffles

WINDOWS = [
    (stride, kernel, dilation)
    for stride, kernel, dilation in itertools.product((1, 2, 3, 4), (1, 2, 3, 5, 8, 12), (1, 2, 5))
    if kernel > 1 or dilation == 1
]


@pytest.mark.parametrize("width", [1, 2, 4, 16, 64])
def test_every_lane_is_the_tap_that_it_should_be(width: int) -> None:
    """What the shuffles make of the vectors is what strided slices of the row are."""
    for stride, kernel, dilation in WINDOWS:
        found = Shuffles(width, stride, kernel, dilation)
        row = np.arange(found.span)
        held = {f"v{number}": row[at : at + width] for number, at in enumerate(found.offsets)}
        assert all(len(vector) == width for vector in held.values()), "read behind the last tap"
        for made in found.made:
            both = np.concatenate([held[made.first], held[made.second]])
            held[made.name] = both[list(made.lanes)]
        for tap, name in enumerate(found.taps):
            right = row[tap * dilation :][: width * stride : stride]
            np.testing.assert_array_equal(held[name], right, f"{stride} {kernel} {dilation}")


@pytest.mark.parametrize(
    ("window", "vectors", "shuffles"),
    [((2, 2, 1), 2, 2), ((2, 3, 1), 3, 3), ((2, 5, 1), 3, 5), ((1, 3, 1), 2, 1), ((1, 1, 1), 1, 0)],
)
def test_few_vectors_and_shuffles(
    window: tuple[int, int, int], vectors: int, shuffles: int
) -> None:
    """No element is read twice but by the last vector; a shuffle serves a tap."""
    found = Shuffles(16, *window)
    assert (len(found.offsets), len(found.made)) == (vectors, shuffles)
