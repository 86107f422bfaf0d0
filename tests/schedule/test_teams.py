"""Portions of taps and blocks of listed windows on described cards, without a device."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np
import pytest

from clpool.codegen.spec import KernelSpec
from clpool.problem import backward, forward
from clpool.schedule.chunks import Chunk
from clpool.schedule.launch import MOST_GROUPS
from clpool.schedule.placement import dense_layout
from clpool.schedule.specialise import specialise
from clpool.tools.gpu.devices import CARDS, Card

cards = pytest.mark.parametrize("card", CARDS.values(), ids=CARDS)


def pooled(shape: tuple[int, ...], output: Any, card: Card) -> tuple[KernelSpec, list[Chunk]]:
    """A maximum with indices of adaptive windows."""
    options = (True, "int64", "propagate", "channels_first")
    problem = forward.adaptive(shape, np.dtype(np.float32), len(shape) - 2, "max", output, *options)
    return specialise(problem, card.traits, dense_layout(problem), {})


@cards
def test_few_large_planes_are_reduced_in_portions(card: Card) -> None:
    """Each unit has work, every tap is in a portion, and no portion is small."""
    spec, (chunk,) = pooled((1, 3, 4096, 4096), 1, card)
    assert (spec.template, spec.in_portions, spec.whole_planes) == ("group", True, True)
    portions = dict(chunk.blocks)["portions"]
    groups = prod(chunk.size) // prod(chunk.group)
    assert groups == 3 * portions >= min(2 * card.traits.multiprocessors, 3 * 2**11)
    assert 4096 * 4096 // portions >= 2**13
    assert chunk.joined == (3 * spec.tile,)
    assert chunk.states >= 3 * portions * 8
    assert max(n // g for n, g in zip(chunk.size[1:], chunk.group[1:], strict=True)) <= MOST_GROUPS


@cards
def test_many_planes_need_no_portions(card: Card) -> None:
    """As many work-groups as outputs, or as teams of them."""
    spec, (chunk,) = pooled((64, 256, 32, 32), 1, card)
    assert (spec.template, spec.in_portions) == ("group", False)
    assert (chunk.joined, chunk.states) == ((), 0)


@cards
def test_rows_of_wide_listed_windows(card: Card) -> None:
    """Every row of outputs has a work-group, whose columns fit into a quarter of local memory."""
    spec, chunks = pooled((16, 256, 37, 41), (7, 7), card)
    assert spec.template == "tile_listed"
    assert spec.tile * spec.stored_state_size <= card.traits.local_bytes // 4
    for chunk in chunks:
        blocks, groups = dict(chunk.blocks), prod(chunk.size) // prod(chunk.group)
        assert blocks["lines"] * blocks["valid_w"] <= spec.tile
        assert groups == -(-blocks["rows"] // blocks["lines"]) >= 2 * card.traits.multiprocessors
    for shape, output in (((16, 256, 37, 41), (7, 11)), ((1, 1, 9, 9000), (9, 1000))):
        assert pooled(shape, output, card)[0].template == "outputs_listed"


@cards
def test_blocks_of_listed_windows(card: Card) -> None:
    """Several rows and planes of a gradient; one dimension of any number of work-groups."""
    grad = (64, 2048, 2, 2)
    problem = backward.adaptive(
        grad, np.dtype(np.float32), 2, "avg", (64, 2048, 7, 7), None, "channels_first"
    )
    spec, chunks = specialise(problem, card.traits, dense_layout(problem), {})
    assert spec.template == "outputs_listed"
    assert (spec.block, spec.tile) == ((4, 1), 8)
    for chunk in chunks:
        assert len(chunk.size) == len(chunk.group) == 1
        blocks = dict(chunk.blocks)
        assert blocks["blocks"] == 2 * 7 * blocks["blocks_planes"] <= chunk.size[0]
        assert blocks["blocks_planes"] * spec.tile == 64 * 2048
