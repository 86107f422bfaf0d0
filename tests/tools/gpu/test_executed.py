"""Work-items executed on assembly that lies here: what they store, and how many steps they take."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from clpool.tools.gpu import gcn, gcn_vector, gen, sass, sass_steps
from clpool.tools.gpu.arrays import value_of
from clpool.tools.gpu.compile import Compiled
from clpool.tools.gpu.counts import executed, walked
from clpool.tools.gpu.item import Counts, EmulationError, Launch, Memory

from .conftest import assembled, columns


def run(compiled: Compiled, launch: Launch, group: int, item: int) -> tuple[Counts, Memory]:
    """One work-item of ``largest``."""
    where = (group, 0, 0), (item, 0, 0)
    if compiled.target == "sm_86":
        nvidia = sass.parse(compiled.assembly)
        return sass.execute(nvidia, sass_steps.steps(nvidia), launch, *where)
    amd = gcn.parse(compiled.assembly)
    return gcn.execute(amd, gcn_vector.steps(amd), launch, *where)


@pytest.mark.parametrize(("group", "item"), [(0, 0), (0, 63), (1, 35)])
def test_an_item_stores_what_the_kernel_says(compiled: Compiled, group: int, item: int) -> None:
    """The largest of its column, at its place, after one load per row."""
    counts, memory = run(compiled, columns(7), group, item)
    column = 64 * group + item
    dtype = np.dtype("float32")
    expected = max(value_of(row * 100 + column, dtype) for row in range(7))
    found = memory.stored(1)
    assert sorted(found) == [4 * column + byte for byte in range(4)]
    assert np.frombuffer(bytes(found[at] for at in sorted(found)), dtype)[0] == expected
    assert dict(counts.loads) == {32: 7}
    assert dict(counts.stores) == {32: 1}


def test_an_item_outside_stores_nothing(compiled: Compiled) -> None:
    """Behind the last column there is nothing to do."""
    counts, memory = run(compiled, columns(7), 1, 36)
    assert memory.stored(1) == {}
    assert counts.loads.total() == 0
    assert 0 < counts.instructions < run(compiled, columns(1), 1, 35)[0].instructions


def test_a_loop_takes_as_many_steps_as_it_has_turns(compiled: Compiled) -> None:
    """Every further row takes as many instructions as the one before."""
    steps = [run(compiled, columns(rows), 0, 3)[0].instructions for rows in range(4, 8)]
    each = np.diff(steps)
    assert each[0] > 4
    assert set(each) == {each[0]}


def test_counts_are_those_of_an_item_that_stores(compiled: Compiled) -> None:
    """The middle group's, of which most items have a column."""
    counts = executed(compiled, columns(5), 100)
    assert counts.results == 1
    assert counts.instructions == run(compiled, columns(5), 1, 0)[0].instructions


@pytest.mark.parametrize(
    ("target", "known", "unknown"),
    [("sm_86", "FMNMX R", "FNEW R"), ("gfx1030", "v_max_f32_e32", "v_new_f32_e32")],
)
def test_an_unknown_instruction_is_named(target: str, known: str, unknown: str) -> None:
    """A count is given up where the emulator lacks an instruction on the way."""
    found = assembled(target)
    assert known in found.assembly
    other = replace(found, assembly=found.assembly.replace(known, unknown))
    with pytest.raises(EmulationError, match=unknown.split()[0]):
        executed(other, columns(3), 100)


def test_a_walk_repeats_a_loop_until_all_is_loaded() -> None:
    """Of Intel: as many turns as there are loads, and the part without a row is left out."""
    found = assembled("skl")
    lanes = []
    for rows in (5, 6, 7):
        counts = Counts(loads=executed(assembled("sm_86"), columns(rows), 100).loads, results=1)
        lanes.append(walked(found, [counts], 1, 1).instructions)
    body = 12 * 16 / 32 + 3 * 1 / 32  # twelve of sixteen lanes, three of one
    assert np.diff(lanes) == pytest.approx([body, body])
    static = sum(i.lanes for i in gen.parse(found.assembly, 32).counted) / 32
    assert lanes[0] - 4 * body == pytest.approx(static - 2 * 16 / 32 - 1 / 32)


def test_a_walk_repeats_a_loop_until_all_barriers_are_met() -> None:
    """Of Intel: as many turns as are left of an item's barriers after those outside of it."""
    text = """
(W)     send (1|M0)  null r2 0x3 // wr:1+0, rd:0; gateway; signal barrier
L1:
        add (16|M0)  r1 r2 r3
(W)     send (1|M0)  null r2 0x3 // wr:1+0, rd:0; gateway; signal barrier
(~f0.0) while (16|M0)  L1
"""
    for barriers in (1, 2, 5):
        walk = gen.Walk(gen.parse(text, 16), 0, barriers=barriers)
        walk.run(0, 4)
        assert walk.lanes == 1 + max(barriers - 1, 1) * (16 + 1 + 16)
