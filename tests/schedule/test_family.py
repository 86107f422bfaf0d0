"""Families and size classes: which problems share records, and which do not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from clpool import modes
from clpool.dtypes import ELEMENT_TYPES
from clpool.problem import forward
from clpool.problem.listed import AdaptiveWindow, CoveringWindow, ListedWindow
from clpool.problem.problem import Problem
from clpool.problem.window import SlidingWindow
from clpool.schedule.device_traits import DeviceTraits
from clpool.schedule.family import family_of, size_of
from clpool.schedule.placement import dense_layout
from clpool.tuning.keys import Family, SizeClass

CPU = DeviceTraits("a CPU", device_class="cpu", dialect="clang", units=2, cache_bytes=2**25)
SHAPE = (16, 64, 112, 112)


def problem(
    shape: tuple[int, ...] = SHAPE, mode: str = "max", window: Any = 3, last: bool = False
) -> Problem:
    """Pooling by a sliding window, in steps of two."""
    options = (False, None, "propagate", False, "int64", None)
    order = "channels_last" if last else "channels_first"
    arguments = (window, 2, 0, 1, False), options, order
    return forward.sliding(shape, np.dtype("f4"), 2, mode, *arguments)


def family(one: Problem, traits: DeviceTraits = CPU, **layout: Any) -> Family:
    """The family of a problem on dense arrays, or on those of another layout."""
    return family_of(one, traits, dense_layout(one)._replace(**layout))


def adaptive(outputs: tuple[int, ...]) -> Problem:
    """Windows that share the input evenly."""
    return replace(problem(), window=AdaptiveWindow(outputs))


PLAIN = problem()
BOUNDS = tuple(np.array([[0, 3], [3, 40]]) for _ in range(2))
SLIDES = SlidingWindow.of(2, 3, 2, 0)

#: Problems of other families than the plain one, and than each other.
OTHERS: dict[str, Problem] = {
    "plain": PLAIN,
    "mode": problem(mode="min"),
    "kernel": problem(window=(3, 2)),
    "channels last": problem(last=True),
    "dtype": replace(PLAIN, dtype=ELEMENT_TYPES["float64"], out=ELEMENT_TYPES["float64"]),
    "result": replace(problem(mode="sum"), out=ELEMENT_TYPES["float64"]),
    "sum": problem(mode="sum"),
    "index": replace(PLAIN, index="int64"),
    "narrow index": replace(PLAIN, index="int32"),
    "nan": replace(PLAIN, nan="ignore"),
    "average": problem(mode="avg"),
    "average of some": replace(problem(mode="avg", window=3), divisor=None, window=replace(
        SLIDES, padding=((1, 1), (1, 1)))),
    "global": adaptive((1, 1)),
    "adaptive": adaptive((7, 7)),
    "listed": replace(PLAIN, window=ListedWindow.of(*BOUNDS)),
    "gradient": replace(PLAIN, window=CoveringWindow(SLIDES, (225, 225))),
}  # fmt: skip


def test_families_are_told_apart() -> None:
    """No two of these share records, nor a folder or a name."""
    for found in (
        {name: family(one).digest for name, one in OTHERS.items()},
        {name: family(one).folder for name, one in OTHERS.items()},
    ):
        assert len(set(found.values())) == len(found), found
    assert family(PLAIN).label == "max 3x3 s2 float32 first"


def test_what_a_family_does_not_tell_apart() -> None:
    """Shapes, the device's size and the alignment of arrays make no other family."""
    for other in (problem((1, 2, 9, 9)), problem((3, 5, 300, 20))):
        assert family(other) == family(PLAIN)
    assert family(PLAIN, replace(CPU, units=64, cache_bytes=0, driver="2")) == family(PLAIN)
    assert family(PLAIN, aligned=4, streamed=True, far=True) == family(PLAIN)


def test_layouts_and_dialects_are_told_apart() -> None:
    """Arrays without a dense axis, bounds of each plane, and another compiler."""
    found = [
        family(PLAIN),
        family(PLAIN, inner=None),
        family(PLAIN, lists=(1, 0, 0, 0)),
        family(PLAIN, replace(CPU, dialect="portable")),
    ]
    assert len({one.digest for one in found}) == len(found)


def test_modes_of_one_name_and_another_text_share_nothing() -> None:
    """Nor do those of another field; the same text does."""

    def made(source: str, **fields: Any) -> str:
        mode = modes.Mode("own", lambda element, nan: "0", source=source, **fields)
        return family(replace(PLAIN, mode=mode)).digest

    assert made("one") == made("one")
    assert len({made("one"), made("two"), made("one", options=(("by", "a"),))}) == 3


SIZES = {
    "a float32 problem": (PLAIN, CPU, SizeClass(5, 14, 0)),
    "small": (problem((1, 2, 8, 8)), CPU, SizeClass(1, 1, -16)),
    "channels": (problem((16, 112, 112, 64), last=True), CPU, SizeClass(6, 14, 0)),
    "many units": (PLAIN, replace(CPU, units=256), SizeClass(5, 7, 0)),
    "more units than lines": (problem((1, 1, 8, 8)), replace(CPU, units=64), SizeClass(1, 0, -17)),
    "no cache": (PLAIN, replace(CPU, cache_bytes=0), SizeClass(5, 14, 5)),
    "one output": (adaptive((1, 1)), CPU, SizeClass(0, 9, 0)),
    "nothing": (problem((0, 2, 8, 8)), CPU, SizeClass(1, 0, -25)),
}


@pytest.mark.parametrize("which", SIZES)
def test_sizes(which: str) -> None:
    """Powers of two of a row, of a unit's lines, and of the bytes over the cache's."""
    one, traits, size = SIZES[which]
    assert size_of(one, traits, dense_layout(one)) == size
