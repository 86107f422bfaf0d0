"""Shapes at which kernels are verified: they hold the lines that vectors are at odds with."""

from __future__ import annotations

import numpy as np
import pytest

from clpool.problem.forward import sliding
from clpool.worker.edges import Edge, edges, fewer_planes

SHAPE = (16, 64, 112, 112)


def problem(shape: tuple[int, ...], data_format: str = "channels_first") -> object:
    """Maxima of 3x3 windows, every second one."""
    options = (True, None, "propagate", False, "int64", None)
    return sliding(shape, np.dtype("f4"), 2, "max", (3, 2, 1, 1, False), options, data_format)


def test_lines_of_outputs_around_a_vector() -> None:
    """One, and a vector of eight with one fewer and one more."""
    own = problem(SHAPE)
    found = edges(own, SHAPE, own.spatial, 3, 8)
    rows = [problem(edge.shape).output_shape[3] for edge in found[:4]]
    assert rows == [1, 7, 8, 9]
    assert len(found) == len({*found}) == 8
    assert found[4].shape[:2] == (1, 1)
    planes = found[5].shape[:2]
    assert planes[0] * planes[1] % 2 == 1 < planes[0]
    assert all((length + 2 - 3) % 2 for length in found[6].shape[2:])
    assert found[7] == Edge(found[7].shape, offset=1)
    assert max(np.prod(edge.shape) for edge in found) < np.prod(SHAPE) // 100


def test_vectors_along_channels() -> None:
    """As many channels as lanes, one fewer and one more."""
    shape = (16, 112, 112, 64)
    found = edges(problem(shape, "channels_last"), shape, (1, 2), 3, 16)
    assert [edge.shape[3] for edge in found[:4]] == [1, 15, 16, 17]


@pytest.mark.parametrize("part", [0.9, 0.1, 1e-9])
def test_fewer_planes(part: float) -> None:
    """At most that part of them, of whole lines."""
    found = fewer_planes(SHAPE, (2, 3), 3, part)
    assert found[2:] == SHAPE[2:]
    assert 1 <= found[0] * found[1] <= max(part * SHAPE[0] * SHAPE[1], 1)
