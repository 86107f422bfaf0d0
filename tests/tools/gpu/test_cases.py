"""The cases, scheduled for every card and rendered, without a device."""

from __future__ import annotations

from math import prod

import pytest

from clpool.codegen.render import render
from clpool.schedule.chunks import Chunk
from clpool.tools.bench.cases import CASES as BENCHMARK
from clpool.tools.gpu.cases import CASES, Case, chosen
from clpool.tools.gpu.devices import CARDS

pytest.importorskip("ml_dtypes", reason="ml_dtypes (the extra 'bfloat16') is not installed")


def test_the_names_are_those_of_the_benchmark_and_more() -> None:
    """No two cases share a name."""
    names = [case.name for case in CASES]
    assert len(set(names)) == len(names) >= len(BENCHMARK) + 40
    assert names[: len(BENCHMARK)] == [case.name for case in BENCHMARK]


def outputs(part: Chunk) -> int:
    """The outputs of a part."""
    geometry = part.geometry
    rows = prod(axis.n_out for axis in geometry.spatial)
    return geometry.outer_length * rows * geometry.inner


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_case_is_scheduled_and_rendered_for_every_card(case: Case) -> None:
    """One kernel's source, launched on groups that each card takes, over every output."""
    for card in CARDS.values():
        if not case.runs_on(card.traits):
            assert case.dtype == "float64"
            continue
        spec, parts = case.schedule(card.traits)
        assert f"__kernel void {spec.label}(" in render(spec)
        assert sum(map(outputs, parts)) == prod(case.problem.output_shape)
        for part in parts:
            most = zip(part.group, card.traits.max_items, strict=False)
            assert all(n <= limit for n, limit in most)


def test_a_case_has_the_shapes_of_its_operator() -> None:
    """The result of a gradient has the shape of what was pooled; of unpooling too."""
    named = {case.name: case for case in CASES}
    for name in ("gradient of B", "unpool of B", "gradient of adaptive max"):
        assert named[name].problem.output_shape == named[name].shape
    small = named["gradient of unpool"].problem
    assert (small.shape, small.output_shape[2:]) == (named["gradient of unpool"].shape, (56, 56))
    assert named["gradient of unpool"].bytes_moved == 1024 * (112**2 * 4 + 56**2 * (4 + 8))
    assert named["unpool of B"].bytes_moved == 1024 * (56**2 * (4 + 8) + 112**2 * 4)
    last = named["F channels last"].problem
    assert (last.output_shape, last.index) == ((16, 56, 56, 64), "int64")


def test_cases_are_chosen_by_parts_of_their_names() -> None:
    """A word that no name holds is refused."""
    assert {case.name for case in chosen(["soft 2x2", "median 3x3 s1 p1 u"])} == {
        "soft 2x2 s2",
        "median 3x3 s1 p1 uint8",
    }
    assert len(chosen([])) == len(CASES)
    with pytest.raises(ValueError, match="no case is named like 'nothing'"):
        chosen(["nothing"])
