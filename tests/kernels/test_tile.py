"""Tiles of local memory: many of a plane, of several planes, of any group; equal to the oracle."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from cases import assert_exact, assert_sum_close, random_values
from family import Operator, ran
from family_cases import lp
from family_weighted import share, soft
from other_devices import traits_as

import clpool
from clpool import reference, tuning
from clpool.codegen.spec import KernelSpec
from clpool.dtypes import ELEMENT_TYPES
from clpool.problem.window import SlidingWindow
from clpool.runtime import capabilities, device

#: Tiles so small that planes are many, and so large that several planes are one.
SMALL, LARGE = (replace(tuning.SCHEDULE, tile_elements=n, tile_extents=1) for n in (2**10, 2**13))

#: Shapes whose rows are whole vectors, and others; windows that overlap, or leave gaps.
WINDOWS: dict[str, tuple[tuple[int, ...], SlidingWindow]] = {
    "square": ((2, 3, 40, 44), SlidingWindow.of(2, 13, 1, 6)),
    "odd": ((5, 41, 43), SlidingWindow.of(2, (9, 12), (2, 1), ((3, 4), (6, 5)))),
    "dilated": ((2, 2, 37, 30), SlidingWindow.of(2, (4, 7), (1, 2), (5, 3), (3, 2))),
    "gaps": ((1, 2, 50, 61), SlidingWindow.of(2, (2, 3), (5, 4), 1)),
    "planes": ((3, 7, 5, 6), SlidingWindow.of(2, 5, 1, 2)),
    "row": ((2, 7, 300), SlidingWindow.of(1, 31, 1, 15)),
    "cube": ((1, 3, 9, 14, 13), SlidingWindow.of(3, (3, 5, 4), (1, 1, 2), (1, 2, 2))),
}


def pooled(
    x: np.ndarray, window: SlidingWindow, mode: str, indices: bool = False, **options: Any
) -> tuple[Any, KernelSpec]:
    """The results of tiles, and the spec that ran."""
    call = (window.kernel, mode, window.stride, window.padding, window.dilation, False, indices)
    plan = clpool.plan(x.shape, x.dtype, *call, **options)
    found = plan(x)
    assert [launch.spec.template for launch in plan._launches] == ["tile"]
    return found, plan.spec


@pytest.mark.parametrize("schedule", [SMALL, LARGE], ids=["small", "large"])
@pytest.mark.parametrize("name", WINDOWS)
def test_tiles_equal_the_oracle(name: str, schedule: tuning.ScheduleThresholds) -> None:
    """Values, ties, NaN and indices, and averages, whatever part of a plane a tile is."""
    shape, window = WINDOWS[name]
    rng = np.random.default_rng(len(name))
    with tuning.forced(variant="tile", schedule=schedule):
        for kind in ("special", "ties"):
            x = random_values(rng, shape, np.dtype(np.float32), kind)
            for mode, nan in (("max", "propagate"), ("min", "ignore")):
                expected = reference.pool(x, window, mode, return_indices=True, nan=nan)
                found, _ = pooled(x, window, mode, indices=True, nan=nan)
                for one, other in zip(found, expected, strict=True):
                    assert_exact(one, other, f"{name} {mode} {nan}")
                assert_exact(pooled(x, window, mode, nan=nan)[0], expected[0], f"{name} {mode}")
        x = random_values(rng, shape, np.dtype(np.float32), "normal")
        found, _ = pooled(x, window, "avg", count_include_pad=False)
        assert_sum_close(found, x, window, "avg", count_include_pad=False)


@pytest.mark.parametrize("dialect", ["clang", "portable"])
@pytest.mark.parametrize("nan", ["propagate", "ignore"])
@pytest.mark.parametrize("name", ["float16", "bfloat16", "float32", "float64"])
def test_keys_are_in_the_order_of_floats(
    name: str, nan: str, dialect: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every kind of float is found as an integer: NaN of either sign, infinities, subnormals."""
    if name == "bfloat16":
        pytest.importorskip("ml_dtypes", reason="bfloat16 needs it on the host")
    if name == "float64" and not capabilities.has_fp64(device.default_device()):
        pytest.skip("the device has no float64")
    traits_as(monkeypatch, dialect=dialect)
    dtype = ELEMENT_TYPES[name].numpy
    bits = np.dtype(f"uint{8 * dtype.itemsize}")
    rng = np.random.default_rng(7)
    x = rng.integers(0, 2**16, (3, 24, 52), np.uint16).astype(bits) << (8 * bits.itemsize - 16)
    x[0, :, ::3] = rng.integers(0, 9, x[0, :, ::3].shape).astype(bits)
    x[1, ::3] |= bits.type(1) << bits.type(8 * bits.itemsize - 1)
    x, window = x.view(dtype), SlidingWindow.of(2, (3, 5), 1, (1, 2))
    with tuning.forced(variant="tile"):
        for mode in ("max", "min"):
            found, spec = pooled(x, window, mode, nan=nan)
            assert spec.integer_compare
            assert_exact(found, reference.pool(x, window, mode, nan=nan), f"{name} {mode} {nan}")


@pytest.mark.parametrize("group", [{"group_limit": 40}, {"group": (5, 3, 1)}, {"group_limit": 1}])
def test_any_group_computes_a_tile(group: dict[str, Any]) -> None:
    """Work-items take as many strips as it needs."""
    if "rusticl" in device.default_device().platform.name:
        pytest.skip("Mesa 22.3 compiles groups of some sizes for half a minute each")
    shape, window = WINDOWS["square"]
    x = random_values(np.random.default_rng(1), shape, np.dtype(np.int16), "normal")
    with tuning.forced(variant="tile", **group):
        found, spec = pooled(x, window, "max", indices=True)
    assert spec.thresholds.group_items == {40: 40, 1: 1}.get(group.get("group_limit", 0), 15)
    for one, other in zip(
        found, reference.pool(x, window, "max", return_indices=True), strict=True
    ):
        assert_exact(one, other, str(group))


def test_planes_apart_and_backwards() -> None:
    """Batch axes that are not one, rows of another pitch, axes that run backwards."""
    x = random_values(np.random.default_rng(2), (3, 6, 20, 30), np.dtype(np.float32), "ties")
    window = SlidingWindow.of(2, 5, 1, 2)
    for view in (x[::2, 1:5, 3:, 2:27], x[:, ::-1], x[:, :, ::-1, 1:], x[::-1, ::3]):
        with tuning.forced(variant="tile", schedule=LARGE):
            found, _ = pooled(view, window, "max", indices=True)
        for one, other in zip(
            found, reference.pool(view, window, "max", return_indices=True), strict=True
        ):
            assert_exact(one, other, str(view.strides))


@pytest.mark.parametrize(
    "operator",
    [
        lp(2, (13, 22), (5, 6), 1, 2),
        lp(2.5, (3, 14, 12), 3, 1, 1),
        soft((13, 22), 5, 1, 2),
        share((9, 20), 4, 2),
    ],
    ids=str,
)
def test_operators_with_maps_and_fields(operator: Operator) -> None:
    """Norms map taps before a tile has them; weights keep states of several fields."""
    specs = ran(operator, 3, False, variant="tile")
    assert {spec.template for spec in specs} == {"tile"}
