"""Blocks of outputs on described GPUs: their vectors and their offsets, without a device."""

from __future__ import annotations

from math import prod

import numpy as np
import pytest

from clpool.problem import backward
from clpool.problem.forward import sliding
from clpool.problem.problem import Problem
from clpool.schedule import channel_blocks, flat_blocks
from clpool.schedule.device_traits import DeviceTraits
from clpool.schedule.geometry import Geometry, Level, SpatialAxis
from clpool.schedule.placement import dense_layout
from clpool.schedule.specialise import specialise
from clpool.schedule.vectors import Vectors
from clpool.tools.gpu.devices import CARDS

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
    spec, _ = specialise(problem, GPU, dense_layout(problem), {})
    assert (spec.template, spec.width) == ("outputs", lanes)


@pytest.mark.parametrize("far", [False, True])
def test_far_arrays(far: bool) -> None:
    """Offsets have 32 bits, unless arrays reach beyond them."""
    problem = pooling("max", "float32")
    spec, chunks = specialise(problem, GPU, dense_layout(problem)._replace(far=far), {})
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


#: All numbers of channels up to 40, as examples up to 1024.
COUNTS = (*range(1, 41), *range(41, 1025, 61), 1023, 1024)


def last(mode: str, name: str, channels: int, length: int, kernel: int, stride: int) -> Problem:
    """Windows over pixels of so many channels, or a gradient of them."""
    shape = (64, length, length, channels)
    window = (kernel, stride, kernel // 2, 1, False)
    options = (True, None, "propagate", False, "int64", None)
    if not mode.endswith("_backward"):
        return sliding(shape, np.dtype(name), 2, mode, window, options, "channels_last")
    out = (length + 2 * (kernel // 2) - kernel) // stride + 1
    pooled = (64, out, out, channels)
    chosen = "int64" if mode == "select_backward" else None
    arguments = (mode.removesuffix("_backward"), shape, window, True, None, chosen)
    return backward.sliding(pooled, np.dtype(name), 2, *arguments, "channels_last")


@pytest.mark.parametrize("card", ["RTX 3060", "MI210", "Arc A770"])
@pytest.mark.parametrize(
    ("mode", "name", "kernel", "stride"),
    [
        *(("max", "float32", 3, 2), ("max", "float16", 3, 2), ("max", "uint8", 3, 1)),
        *(("avg", "float32", 2, 2), ("avg", "uint8", 2, 2), ("max", "float16", 2, 2)),
        *(("select_backward", "float32", 2, 2), ("avg_backward", "float16", 3, 2)),
    ],
)
def test_lanes_are_busy_for_any_number_of_channels(
    mode: str, name: str, kernel: int, stride: int, card: str
) -> None:
    """Four of five of the outputs that running waves could store exist, whatever the plane."""
    known = CARDS[card]
    for number, channels in enumerate(COUNTS):
        length = (56, 57, 29, 14)[number % 4]
        problem = last(mode, name, channels, length, kernel, stride)
        spec, (chunk,) = specialise(problem, known.traits, dense_layout(problem), {})
        assert (spec.template, spec.layout) == ("outputs", "last" if channels > 1 else spec.layout)
        full, rest = divmod(dict(chunk.blocks)["blocks"], prod(chunk.group))
        waves = full * -(-prod(chunk.group) // known.wave) + -(-rest // known.wave)
        results = waves * known.wave * prod(spec.block) * spec.width
        useful = prod(problem.output_shape) / results
        assert useful >= 0.8, (channels, length, spec.label)


def test_vectors_are_full_for_any_number_of_channels() -> None:
    """At least four of five lanes have a channel of their own; wide vectors serve most numbers."""
    wide = 0
    for channels in range(1, 1025):
        geometry = Geometry((), (SpatialAxis(),) * 3, inner=channels)
        widest, *_ = found = channel_blocks.widths(Vectors([geometry], 64, 8), 0.8)
        assert found[-1] == 1
        assert all(channels >= 0.8 * n * -(-channels // n) for n in found)
        wide += widest == 8
    assert wide > 1000


def test_channels_fill_vectors() -> None:
    """Vectors are as wide as leaves little of the last one over another, for aligned or not."""
    found = {}
    for channels in (3, 4, 5, 6, 7, 9, 11, 30, 101):
        problem = last("max", "float32", channels, 56, 2, 2)
        spec, _ = specialise(problem, GPU, dense_layout(problem), {})
        found[channels] = spec.width, spec.overlaps
    assert found == {
        3: (1, False),
        4: (4, False),
        5: (2, True),
        6: (2, False),
        7: (4, True),
        9: (2, True),
        11: (4, True),
        30: (4, True),
        101: (4, True),
    }
