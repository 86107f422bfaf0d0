"""Work-groups and launches for ranges on described cards, without a device."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from math import prod

import numpy as np
import pytest

from clpool.problem.forward import sliding
from clpool.problem.problem import Problem
from clpool.schedule import launch
from clpool.schedule.chunks import Chunk
from clpool.schedule.device_traits import DeviceTraits
from clpool.schedule.launch import MOST_GROUPS, MOST_ITEMS, cut, group_for, groups_of
from clpool.schedule.placement import dense_layout
from clpool.schedule.specialise import specialise
from clpool.tools.gpu.devices import CARDS, Card
from clpool.tuning import NEVER

cards = pytest.mark.parametrize("card", CARDS.values(), ids=CARDS)
PLANES = 2**11
#: Rows of 7 to 1024 outputs: all of them by vectors of four, the longest by elements as examples.
COLUMNS = (*range(2, 257), *range(257, 1025, 17))
GPU = DeviceTraits("a GPU", units=16, clock_mhz=1000, max_group=1024, max_items=(1024,) * 3)


def busy(wave: int, extents: launch.Extents, group: launch.Extents) -> float:
    """The share of the lanes of all waves that have a work-item of the range."""
    waves = -(-prod(group) // wave) * prod(groups_of(extents, group))
    return prod(extents) / (waves * wave)


@cards
def test_lanes_are_busy_for_every_row(card: Card) -> None:
    """Four of five at least, whether there are other rows to share a group with or none."""
    for columns in COLUMNS:
        for lines in (columns, 1):
            extents = columns, lines, PLANES
            group = group_for(card.traits, NEVER, extents)
            assert busy(card.wave, extents, group) >= 0.8, (extents, group)


@cards
@pytest.mark.parametrize("shape", [(1, 1), (1, 7), (2, 1)])
def test_planes_of_few_outputs_share_a_group(card: Card, shape: tuple[int, int]) -> None:
    """Global pooling has one output a plane."""
    extents = *shape, 2**16
    group = group_for(card.traits, NEVER, extents)
    assert busy(card.wave, extents, group) >= 0.8
    assert group[2] >= 64 // prod(shape)


@cards
def test_groups_are_within_the_limits(card: Card) -> None:
    """Of the device along each axis and in all, and of the kernel; and large where they may be."""
    traits = card.traits
    for extents in product((1, 3, 14, 28, 56, 500), (1, 5, 33, 56), (1, 4, PLANES)):
        for most in (1, 24, 64, 100, NEVER):
            group = group_for(traits, most, extents)
            assert prod(group) <= min(most, traits.max_group, 256)
            assert all(n <= size for n, size in zip(group, traits.max_items, strict=True))
            if most == NEVER and extents[2] == PLANES:
                assert prod(group) >= 64


def test_a_long_row_is_a_groups() -> None:
    """Work-items of neighbouring columns read neighbouring elements; then come rows."""
    assert group_for(GPU, NEVER, (112, 112, PLANES)) == (64, 4, 1)
    assert group_for(GPU, NEVER, (10**6, 1, 1))[1:] == (1, 1)
    assert group_for(GPU, NEVER, (10**6, 1, 1))[0] >= 128
    assert group_for(GPU, NEVER, (16, 16, PLANES)) == (16, 16, 1)


@pytest.mark.parametrize(
    ("size", "group", "taps"),
    [
        ((64, 8, 2**17), (64, 4, 1), 9),
        ((1, 2**18, 3), (1, 2, 1), 1),
        ((2**33, 1, 1), (256, 1, 1), 1),
        ((64, 60, 90), (64, 4, 3), 10**6),
        ((64, 60, 90), (64, 4, 3), 10**12),
        ((2**20,), (64,), 10**4),
    ],
    ids=str,
)
def test_launches_cover_the_range_within_the_limits(
    size: tuple[int, ...], group: tuple[int, ...], taps: int
) -> None:
    """Each is made of whole groups; together they are the range, none overlapping another."""
    launches = cut(GPU, size, group, taps)
    assert len(launches) > 1
    most = launch.taps_per_launch(GPU)
    for offset, items in launches:
        groups = groups_of(items, group)
        for at, n, length, whole in zip(offset, items, group, size, strict=True):
            assert at % length == n % length == 0
            assert at + n <= whole
        assert max(groups[1:], default=1) <= MOST_GROUPS
        assert prod(items) <= MOST_ITEMS
        assert prod(items) * taps <= most or prod(groups) == 1
    assert sum(prod(items) for _, items in launches) == prod(size)
    # Pieces of a grid: each axis' pieces follow one another.
    for axis in range(len(size)):
        pieces = sorted({(offset[axis], items[axis]) for offset, items in launches})
        ends = [at + n for at, n in pieces]
        assert [at for at, _ in pieces] == [0, *ends[:-1]]
        assert ends[-1] == size[axis]
    assert len(launches) == len({offset for offset, _ in launches})


@cards
def test_a_launch_is_neither_endless_nor_tiny(card: Card) -> None:
    """What takes the card's memory a second is cut; a batch of images is not."""
    most = launch.taps_per_launch(card.traits)
    assert most >= 64 * 56 * 56 * 16
    if card.peaks is not None:
        assert most <= card.peaks.bandwidth * 1e9 / 4


def chunks(problem: Problem, traits: DeviceTraits, **forced: object) -> list[Chunk]:
    """The chunks of a problem on dense arrays."""
    return specialise(problem, traits, dense_layout(problem), forced)[1]


def maximum(shape: tuple[int, ...]) -> Problem:
    """A maximum of 3x3 windows in steps of two."""
    options = (True, None, "propagate", False, "int64", None)
    arguments = (3, 2, 1, 1, False)
    return sliding(shape, np.dtype("float32"), 2, "max", arguments, options, "channels_first")


def test_a_forced_group_wins_within_the_devices_limits() -> None:
    """Larger than one that is chosen, too; and a limit shapes the one that is chosen."""
    problem = maximum((2, 64, 56, 56))
    for group in ((512, 2, 1), (512, 4, 1)):
        for variant in ("direct", "outputs"):
            assert chunks(problem, GPU, variant=variant, group=group)[0].group == (1024,)
    assert prod(chunks(problem, GPU, group_limit=16)[0].group) == 16
    assert prod(chunks(problem, replace(GPU, max_group=32))[0].group) <= 32


def test_parts_share_a_group() -> None:
    """Also the last one, which may be smaller: a rung of the ladder has one group."""
    small = replace(GPU, allocation_bytes=2**16)
    found = chunks(maximum((7, 5, 56, 56)), small)
    assert len(found) > 2
    assert len({chunk.group for chunk in found}) == 1


def test_a_cpu_has_one_group_whatever_the_range() -> None:
    """Its compilers build a kernel for every size of a group; and no launch is cut."""
    cpu = replace(GPU, device_class="cpu", tuning_class="cpu", dialect="clang")
    for shape in ((1, 1, 8, 8), (2, 2**17, 9, 9)):
        (chunk,) = chunks(maximum(shape), cpu, variant="direct")
        assert (chunk.group, chunk.launches) == ((256,), ())
