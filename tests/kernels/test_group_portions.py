"""The taps of few outputs in portions: a work-group each, and a second kernel that joins them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pyopencl.array as cla
import pytest
from cases import assert_exact, assert_sum_close, random_values
from element_types import needed
from other_devices import traits_as

import clpool
from clpool import reference, tuning
from clpool.problem.listed import AdaptiveWindow
from clpool.problem.window import SlidingWindow
from clpool.runtime import dispatch

pytestmark = pytest.mark.device

#: Portions of few taps, as many as there are.
SMALL = replace(tuning.SCHEDULE, portion_taps=64)
#: Whole planes, windows of several rows, of one row.
WINDOWS: dict[str, tuple[tuple[int, ...], Any]] = {
    "plane": ((1, 3, 65, 37), AdaptiveWindow((1, 1))),
    "halves": ((2, 3, 64, 37), AdaptiveWindow((2, 1))),
    "row": ((2, 2, 5003), AdaptiveWindow((3,))),
    "cube": ((1, 2, 9, 8, 31), AdaptiveWindow((2, 1, 1))),
    "sliding": ((1, 2, 70, 45), SlidingWindow.of(2, (50, 40), (30, 20), ((5, 9), (3, 8)), 1, True)),
}


def pooled(x: np.ndarray, window: Any, mode: str, last: bool = False, **options: Any) -> list[Any]:
    """The results of a pooling that is reduced in portions."""
    options |= {"data_format": "channels_last" if last else "channels_first"}
    dispatch._plans.clear()
    with tuning.forced(variant="group", schedule=SMALL):
        if isinstance(window, AdaptiveWindow):
            front = getattr(clpool, f"adaptive_{mode}_pool{window.ndim}d")
            found = front(x, window.outputs, **options)
        else:
            sizes = window.kernel, mode, window.stride, window.padding, 1, True
            if mode == "avg":
                options["count_include_pad"] = False
            found = clpool.pool(x, *sizes, **options)
    (plan,) = dispatch._plans.values()
    ((spec, chunks),) = [(launch.spec, launch.chunks) for launch in plan._launches]
    assert (spec.template, spec.in_portions) == ("group", True)
    assert all(dict(chunk.blocks)["portions"] > 1 for chunk in chunks)
    return list(found) if isinstance(found, tuple) else [found]


@pytest.fixture(autouse=True)
def many_units(monkeypatch: pytest.MonkeyPatch) -> None:
    """A GPU of more units than there are outputs."""
    traits_as(monkeypatch, dialect="portable", units=40, tuning_class="gpu", device_class="gpu")


@pytest.mark.parametrize("last", [False, True], ids=["first", "last"])
@pytest.mark.parametrize("mode", ["max", "min", "avg"])
@pytest.mark.parametrize("name", WINDOWS)
def test_portions_equal_the_oracle(name: str, mode: str, last: bool) -> None:
    """Values, ties, NaN and indices, in whatever portions they lie; the same bits again."""
    shape, window = WINDOWS[name]
    kind = "normal" if mode == "avg" else "special"
    plain = random_values(np.random.default_rng(6), shape, np.dtype(np.float32), kind)
    x = np.ascontiguousarray(np.moveaxis(plain, 1, -1)) if last else plain
    options = {} if mode == "avg" else {"return_indices": True}
    found = pooled(x, window, mode, last, **options)
    for one, again in zip(found, pooled(x, window, mode, last, **options), strict=True):
        assert one.tobytes() == again.tobytes()
    found = [np.moveaxis(f, -1, 1) if last else f for f in found]
    if mode == "avg":
        assert_sum_close(found[0], plain, window, "avg", count_include_pad=False)
        return
    for one, other in zip(
        found, reference.pool(plain, window, mode, return_indices=True), strict=True
    ):
        assert_exact(one, other, f"{name} {mode}")


@pytest.mark.parametrize("nan", ["propagate", "ignore"])
@pytest.mark.parametrize("name", ["float16", "uint8", "int64", "float64"])
def test_elements_of_every_size(name: str, nan: str) -> None:
    """States of values and indices of any size; without indices, too."""
    dtype = needed(name)
    shape, window = WINDOWS["plane"]
    x = random_values(np.random.default_rng(7), shape, np.dtype(dtype), "ties")
    options: dict[str, Any] = {"nan": nan}
    expected = reference.pool(x, window, "max", return_indices=True, nan=nan)
    for one, other in zip(
        pooled(x, window, "max", return_indices=True, **options), expected, strict=True
    ):
        assert_exact(one, other, name)
    assert_exact(pooled(x, window, "max", **options)[0], expected[0], name)
    if np.dtype(dtype).kind in "iu":
        assert_exact(pooled(x, window, "avg")[0], reference.pool(x, window, "avg"), name)


def test_calls_follow_each_other() -> None:
    """Calls that do not wait share the states, one after the other."""
    queue = clpool.plan((1, 1, 4), np.float32, (2,)).queue
    shape, window = WINDOWS["plane"]
    planes = [np.random.default_rng(n).standard_normal(shape).astype(np.float32) for n in range(6)]
    arrays = [cla.to_device(queue, plane) for plane in planes]
    with tuning.forced(variant="group", schedule=SMALL):
        dispatch._plans.clear()
        found = [clpool.adaptive_max_pool2d(array, (1, 1)) for array in arrays]
    (plan,) = dispatch._plans.values()
    assert all(launch.spec.in_portions for launch in plan._launches)
    for one, plane in zip(found, planes, strict=True):
        assert_exact(one.get(), reference.pool(plane, window, "max"), "calls")
