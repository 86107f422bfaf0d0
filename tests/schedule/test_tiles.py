"""Tiles on described cards, without a device: where they are chosen, how large they are."""

from __future__ import annotations

from dataclasses import replace
from math import prod
from typing import Any

import numpy as np
import pytest

from clpool.codegen.spec import KernelSpec
from clpool.problem.forward import sliding
from clpool.problem.problem import Problem
from clpool.schedule import tiles
from clpool.schedule.chunks import Chunk
from clpool.schedule.device_traits import DeviceTraits
from clpool.schedule.placement import dense_layout
from clpool.schedule.specialise import specialise
from clpool.tools.gpu.devices import CARDS, Card

cards = pytest.mark.parametrize("card", CARDS.values(), ids=CARDS)
GPU = DeviceTraits("a GPU", units=16, max_group=1024, max_items=(1024,) * 3, local_bytes=2**16)


def pooling(
    shape: tuple[int, ...], *window: Any, dtype: str = "float32", indices: bool = False
) -> Problem:
    """A maximum over windows of kernel, stride and padding."""
    options = (True, None, "propagate", indices, "int64", None)
    arguments = (*window, *(1, 1, 0, 1, False)[len(window) :])
    ndim = len(shape) - 2
    return sliding(shape, np.dtype(dtype), ndim, "max", arguments, options, "channels_first")


def chosen(
    problem: Problem, traits: DeviceTraits = GPU, **forced: Any
) -> tuple[KernelSpec, list[Chunk]]:
    """The spec and the chunks on dense arrays."""
    return specialise(problem, traits, dense_layout(problem), forced)


def test_windows_that_share_most_of_their_taps_are_reduced_in_tiles() -> None:
    """Elements in many windows; fewer, where no block of outputs fits into registers."""
    for shape, window, template in (
        ((1, 256, 64, 64), (13, 1, 6), "tile"),
        ((1, 256, 64, 64), (31, 1, 15), "tile"),
        ((16, 64, 112, 112), (13, 4, 6), "tile"),
        ((16, 64, 56, 56), (3, 1, 1), "outputs"),
        ((16, 64, 56, 56), (3, 1, 1, 2), "tile"),
        ((16, 64, 112, 112), (3, 2, 1, 2), "outputs"),
        ((16, 64, 112, 112), (7, 2, 3), "outputs"),
        ((16, 64, 65, 65), (13, 13), "direct"),
        ((16, 64, 62, 62), (31, 31), "group"),
    ):
        assert chosen(pooling(shape, *window))[0].template == template, window
    for facts in ({"dtype": "float16"}, {"indices": True}):
        assert chosen(pooling((16, 64, 56, 56), 3, 1, 1, 2, **facts))[0].template == "outputs"


def test_other_kernels_serve_where_no_tile_fits() -> None:
    """Little local memory, a variant that is forced, windows of thousands of columns."""
    problem = pooling((1, 256, 64, 64), 13, 1, 6)
    assert chosen(problem, replace(GPU, local_bytes=512))[0].template == "direct"
    assert chosen(problem, variant="direct")[0].template == "direct"
    wide = pooling((1, 1, 9, 9000), (1, 4001), 1, (0, 2000))
    assert chosen(wide)[0].template == "group"
    assert chosen(wide, variant="tile")[0].template == "direct"


@cards
@pytest.mark.parametrize("indices", [False, True])
@pytest.mark.parametrize("dtype", ["uint8", "float16", "float32", "int64"])
def test_tiles_fit_into_half_of_local_memory(card: Card, dtype: str, indices: bool) -> None:
    """States of every type; and every output lies in a tile."""
    for side, window in ((64, (13, 1, 6)), (20, (13, 1, 6)), (300, (9, 1, 4)), (57, (11, 2, 5))):
        problem = pooling((3, 5, side, side), *window, dtype=dtype, indices=indices)
        spec, chunks = chosen(problem, card.traits, variant="tile")
        assert spec.template == "tile"
        assert spec.tile * spec.state_size <= card.traits.local_bytes // 2
        for chunk in chunks:
            values = dict(chunk.blocks)
            spans = [values[f"span_{axis}"] for axis in spec.axes[:-1]]
            rows = prod(min(span, side) for span in spans)
            assert values["lines"] == values["planes"] * (prod(spans) if indices else rows)
            assert values["planes"] * prod(spans) * values["pitch"] <= spec.tile
            assert values["units"] * spec.loads <= values["span_w"] <= values["pitch"]
            assert values["items"] == prod(chunk.group) <= spec.thresholds.group_items
            assert values["pitch"] // spec.width % 2 == 1
            for axis, strip in zip(spec.axes, spec.block, strict=True):
                assert values[f"tile_{axis}"] == values[f"strips_{axis}"] * strip
                assert values[f"blocks_{axis}"] * values[f"tile_{axis}"] >= side // window[1]
            groups = values["blocks_h"] * values["blocks_w"] * values["blocks_planes"]
            assert prod(chunk.size) == groups * prod(chunk.group)
            assert values["blocks_planes"] * values["planes"] >= 15


def test_small_planes_share_a_tile_while_groups_are_enough() -> None:
    """Two work-groups for each unit come first."""
    many = dict(chosen(pooling((64, 512, 14, 14), 7, 1, 3))[1][0].blocks)
    few = dict(chosen(pooling((1, 32, 14, 14), 7, 1, 3))[1][0].blocks)
    assert many["planes"] > 1
    assert (few["planes"], few["blocks_planes"]) == (1, 32)


def test_a_group_has_a_strip_for_each_work_item() -> None:
    """A wave at least; rows beside the plane have no strips."""
    for shape, items in (((1, 32, 20, 20), 64), ((1, 32, 32, 32), 128), ((1, 99, 64, 64), 256)):
        assert chosen(pooling(shape, 13, 1, 6))[1][0].group == (items,)


def test_a_new_shape_is_no_new_kernel() -> None:
    """Tiles are arguments: rows of whole vectors have one kernel, whatever their length."""
    specs = {chosen(pooling((2, 8, n, n), 13, 1, 6))[0] for n in (32, 64, 96, 256)}
    assert len(specs) == 1


def test_windows_are_counted_where_they_have_taps() -> None:
    """An element of a small plane lies in fewer windows than a window has taps."""
    assert tiles.shared(pooling((1, 1, 64), 4, 4)) == 1
    assert tiles.shared(pooling((1, 1, 3, 3), 3, 1, 1)) == (7 / 3) ** 2
    assert tiles.shared(pooling((1, 1, 200), 5, 1, 2)) == (5 * 200 - 6) / 200


def test_chunks_have_groups_of_one_size() -> None:
    """The largest that one of them takes; the work-items of a group are an argument of each."""
    unit, shape = replace(GPU, units=1), (1, 27, 5, 5)
    problem = pooling(shape, 3, 1, 1)
    layout, forced = dense_layout(problem), {"variant": "tile"}
    spec, chunks = specialise(problem, unit, layout, forced, most=26 * 25)
    planned = [tiles.tile_of(spec, unit, chunk.geometry) for chunk in chunks]
    each = zip(planned, chunks, strict=True)
    assert {tiles.items_of(spec, tile, chunk.geometry) for tile, chunk in each} == {64, 128}
    for tile, chunk in zip(planned, chunks, strict=True):
        assert (chunk.group, dict(chunk.blocks)["items"]) == ((128,), 128)
        assert prod(chunk.size) // 128 * tile.planes >= chunk.geometry.outer_length
