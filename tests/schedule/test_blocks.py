"""Blocks of outputs on described GPUs: their vectors and their offsets, without a device."""

from __future__ import annotations

import numpy as np
import pytest

from clpool.problem.forward import sliding
from clpool.problem.problem import Problem
from clpool.schedule import flat_blocks
from clpool.schedule.device_traits import DeviceTraits
from clpool.schedule.geometry import Geometry, Level, SpatialAxis
from clpool.schedule.specialise import dense_layout, specialise

#: A GPU whose compiler knows no vectors.
GPU = DeviceTraits("a GPU", register_bytes=16)


def pooling(mode: str, name: str) -> Problem:
    """Windows of 2 x 2 over rows of whole vectors."""
    options = (True, None, "propagate", False, "int64", None)
    shape = (2, 3, 64, 64)
    return sliding(shape, np.dtype(name), 2, mode, (2, 2, 0, 1, False), options, "channels_first")


@pytest.mark.parametrize(("name", "lanes"), [("int8", 16), ("uint16", 8), ("int32", 2)])
def test_sums_of_small_integers_fill_a_store(name: str, lanes: int) -> None:
    """Their accumulators have 32 bits; those of other integers have 64, and lie in one register."""
    problem = pooling("avg", name)
    spec, _ = specialise(problem, GPU, *dense_layout(problem), {})
    assert (spec.template, spec.width) == ("outputs", lanes)


@pytest.mark.parametrize("far", [False, True])
def test_far_arrays(far: bool) -> None:
    """Offsets have 32 bits, unless arrays reach beyond them."""
    problem = pooling("max", "float32")
    spec, chunks = specialise(problem, GPU, *dense_layout(problem), {}, far=far)
    assert spec.narrow == (not far)
    assert {chunk.narrow for chunk in chunks} == {not far}


@pytest.mark.parametrize(
    ("stride", "narrow"), [(2**30, True), (-(2**30), True), (2**31 - 1, False)]
)
def test_offsets_count_from_the_lowest_element(stride: int, narrow: bool) -> None:
    """Backward axes reach as far as forward ones."""
    row = SpatialAxis(n_in=4, n_out=4, padded_end=4, x_stride=1, y_stride=1)
    levels = (Level(2, stride, 4),)
    geometry = Geometry(levels, (SpatialAxis(), SpatialAxis(), row))
    assert flat_blocks.is_narrow([geometry], 1, 0) == narrow
