"""The space of a problem: every kernel once, the default one first, made by forced parameters."""

from __future__ import annotations

from math import prod

import numpy as np
import pytest

from clpool.codegen.render import render
from clpool.problem import forward
from clpool.problem.problem import Problem
from clpool.schedule.device_traits import DeviceTraits
from clpool.schedule.placement import dense_layout
from clpool.schedule.space import Candidate, candidates
from clpool.schedule.specialise import specialise
from clpool.tuning import key_of, override_of
from clpool.tuning.space import EFFORTS, LARGE, SPACES

CPU = DeviceTraits("a CPU", "cpu", "cpu", "clang", units=8)
GPU = DeviceTraits("a GPU", units=64, simd_width=32, max_group=1024, max_items=(1024, 1024, 64))


def problem(
    shape: tuple[int, ...] = (2, 8, 112, 112),
    kernel: int = 3,
    mode: str = "max",
    last: bool = False,
) -> Problem:
    """A window that slides by two."""
    layout = "channels_last" if last else "channels_first"
    options = (True, None, "propagate", False, np.int64, None)
    dtype = np.dtype(np.float32)
    return forward.sliding(shape, dtype, 2, mode, (kernel, 2, 1, 1, False), options, layout)


def space(
    traits: DeviceTraits, effort: str = "standard", asked: Problem | None = None
) -> list[Candidate]:
    """The candidates of dense arrays."""
    asked = asked or problem()
    return candidates(asked, traits, dense_layout(asked), effort)


@pytest.mark.parametrize("traits", [CPU, GPU], ids=["cpu", "gpu"])
@pytest.mark.parametrize("effort", EFFORTS)
def test_every_kernel_and_range_is_met_once(traits: DeviceTraits, effort: str) -> None:
    """The default comes first, no two are alike, and each is what its choice forces."""
    found = space(traits, effort)
    assert found[0].choice == {}
    keys = [
        (
            render(each.spec).replace(each.spec.label, ""),
            str([c.size for c in each.chunks]),
            str([(c.group, c.launches, c.blocks, c.joined) for c in each.chunks]),
        )
        for each in found
    ]
    assert len(set(keys)) == len(keys)
    assert len({key_of(each.choice) for each in found}) == len(found)
    for each in found[:: len(found) // 8]:
        override = override_of(each.choice, traits.units)
        asked = problem()
        assert specialise(asked, traits, dense_layout(asked), override)[0] == each.spec


@pytest.mark.parametrize("traits", [CPU, GPU], ids=["cpu", "gpu"])
def test_a_standard_space_builds_few_kernels(traits: DeviceTraits) -> None:
    """Every variant of the class is among at most 35 kernels; more effort finds more."""
    quick, standard, every = (space(traits, effort) for effort in EFFORTS)
    assert {each.spec.variant for each in standard} == {*SPACES[traits.device_class]}
    assert len({each.kernel for each in standard}) <= 35
    assert len(quick) < len(standard) < len(every)


def test_vectors_are_given_in_bytes() -> None:
    """A width is the vector's bytes over the state's; functions are called for 64 bytes at most."""
    widths = {each.choice.get("width") for each in space(CPU)}
    assert widths == {None, 4, 8, 32}  # 16 is the default
    long = space(CPU, asked=problem(mode="avg"))
    assert max(each.choice.get("width") or 0 for each in long) <= 32


def test_a_small_result_tries_no_stores_past_the_cache() -> None:
    """Results of a mebibyte and more do."""
    small = space(CPU, asked=problem((1, 2, 32, 32)))
    assert not any("nontemporal" in each.choice for each in small)
    asked = problem((16, 64, 112, 112))
    assert prod(asked.output_shape) * 4 >= LARGE
    assert any("nontemporal" in each.choice for each in space(CPU, asked=asked))


def test_ranges_are_tried_per_unit() -> None:
    """The number of work-items of a choice grows with the device's units."""
    for each in space(CPU):
        if each.choice.keys() == {"items_per_unit"}:
            lines = 2 * 8 * 56
            assert each.chunks[0].size == (min(each.choice["items_per_unit"] * 8, lines),)


def test_tiles_as_long_as_rows_are_left_out() -> None:
    """They hold what the row holds."""
    assert {each.choice.get("tile") for each in space(CPU)} <= {None}
    wide = space(CPU, asked=problem((1, 2, 32, 1200)))
    assert {64, 512} <= {each.choice.get("tile") for each in wide}
