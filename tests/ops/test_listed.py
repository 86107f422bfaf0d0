"""The CPU's kernels for listed windows: chosen where they fit, equal to the oracle."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from cases import assert_exact, assert_sum_close, random_values
from element_types import needed
from family import Operator, check
from family_cases import adaptive, adaptive_gradient, fractional, sequenced
from family_cases import gradient as sliding_gradient
from family_rank import median
from other_devices import traits_as

import clpool
from clpool import reference, tuning
from clpool.dtypes import ELEMENT_TYPES
from clpool.problem.window import SlidingWindow
from clpool.runtime import capabilities, device, dispatch
from clpool.schedule.geometry import Geometry

#: Planes narrower than a vector, of several tiles, of one row, and of more lines than a vector has
#: lanes; sizes that stay, are repeated, or are one; windows that differ from plane to plane.
OPERATORS: tuple[Operator, ...] = (
    adaptive("max", (9,), 4),
    adaptive("min", (70,), 23, nan="ignore"),
    adaptive("avg", (70,), 90),
    adaptive("max", (9, 5), (4, 3)),
    adaptive("max", (13, 70), (5, 20), index_dtype="int32"),
    adaptive("min", (6, 19), (None, 7)),
    adaptive("min", (5, 70), (9, None), nan="ignore"),
    adaptive("max", (3, 5), (7, 11)),
    adaptive("avg", (37, 41), (19, 7)),
    adaptive("avg", (3, 70), (2, 25)),
    adaptive("avg", (5, 3), (3, 2)),
    adaptive("max", (4, 5, 19), (3, 2, 8)),
    adaptive("min", (5, 3, 2), (2, 2, 3)),
    adaptive("avg", (4, 3, 33), (2, None, 9)),
    fractional("max", (9, 35), (2, 3), (4, 17)),
    fractional("avg", (30, 14), (3, 2), (21, 5)),
    fractional("max", (5, 6, 7), (2, 2, 2), (3, 4, 3)),
    fractional("avg", (5, 6, 7), (2, 2, 2), (3, 4, 1)),
    sequenced("max", (9, 14), True),
    sequenced("avg", (5, 6, 7), False),
)

#: Whole rows and planes, and windows longer than many vectors.
LONG: tuple[Operator, ...] = (
    adaptive("max", (300,), 2),
    adaptive("min", (7, 5), 1, nan="ignore"),
    adaptive("max", (7, 150), (3, 1), index_dtype="int32"),
    adaptive("avg", (7, 150), 1),
    adaptive("avg", (2, 700), (1, 3)),
    adaptive("max", (4, 3, 5), 1),
    adaptive("min", (3, 4, 50), (2, 1, 1)),
    adaptive("avg", (4, 6, 20), (1, 2, 1)),
)

TEMPLATES = {"rows": "rows_listed", "runs": "runs"}


def kinds(operator: Operator) -> tuple[str, ...]:
    """The kinds of values that the operator's oracle is exact for."""
    return ("normal", "ties", "special", "lowest") if operator.selects else ("normal", "special")


def run(operator: Operator, name: str, **params: Any) -> set[Any]:
    """Compare with the oracle under a forced tuning; the kernels' specs."""
    dispatch._plans.clear()
    dtype = ELEMENT_TYPES[name].numpy
    rng = np.random.default_rng(len(str(operator)))
    with tuning.forced(**params):
        for kind in kinds(operator):
            plain = operator.arrays(rng, dtype, kind, (3, 7))
            check(operator, plain, f"{operator} {name} {kind} {params}")
    plans = dispatch._plans.values()
    return {launch.spec for plan in plans for launch in plan._launches}


def with_dtypes() -> Iterator[tuple[Operator, str]]:
    """Every operator with two dtypes that take turns."""
    names = ("float32", "float16", "bfloat16", "float64", "int8", "int64")
    for number, operator in enumerate(OPERATORS):
        for turn in (2 * number, 2 * number + 1 + number // 3):
            yield operator, names[turn % len(names)]


@pytest.mark.parametrize(("operator", "name"), list(with_dtypes()), ids=str)
def test_rows(operator: Operator, name: str) -> None:
    """Batches of lines, of several tiles, give the oracle's numbers, ties and NaN included."""
    width = (8, 4, 16)[OPERATORS.index(operator) % 3]
    specs = run(operator, needed(name).name, variant="rows", width=width, tile=32, items=5)
    assert {spec.template for spec in specs} == {"rows_listed"}


@pytest.mark.parametrize("name", ["float32", "float16", "uint8"])
@pytest.mark.parametrize("operator", LONG + OPERATORS[::4], ids=str)
def test_runs(operator: Operator, name: str) -> None:
    """Outputs that read their own rows, whether these lie one behind the other or not."""
    specs = run(operator, needed(name).name, variant="runs", width=4, items=5)
    assert {spec.template for spec in specs} == {"runs"}


@pytest.mark.parametrize("name", sorted(ELEMENT_TYPES))
@pytest.mark.parametrize("variant", TEMPLATES)
def test_every_dtype(variant: str, name: str) -> None:
    """Values with indices, and averages, of every dtype."""
    for operator in (adaptive("max", (6, 19), (4, 5)), adaptive("avg", (6, 19), (4, 5))):
        specs = run(operator, needed(name).name, variant=variant, width=4)
        assert {spec.template for spec in specs} == {TEMPLATES[variant]}


@pytest.mark.parametrize("variant", TEMPLATES)
def test_the_portable_dialect_and_64_bits(variant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Plain OpenCL C, and positions of 64 bits, give the same."""
    monkeypatch.setattr(Geometry, "is_wide", lambda self: True)
    for name in ("portable", "clang"):
        traits_as(monkeypatch, dialect=name)
        for operator in (OPERATORS[4], OPERATORS[9], LONG[2]):
            tile = {"tile": 160} if operator is LONG[2] else {}
            for spec in run(operator, "float32", variant=variant, width=4, **tile):
                assert (spec.template, spec.dialect, spec.wide) == (TEMPLATES[variant], name, True)


@pytest.mark.parametrize("variant", TEMPLATES)
def test_crops(variant: str) -> None:
    """Rows apart in memory are no run: values and indices are those of a copy."""
    rng = np.random.default_rng(0)
    whole = random_values(rng, (2, 3, 5, 6, 90), np.float32, "ties")
    for crop in (whole[..., 3:-4], whole[..., :5, ::2, 1:80], whole[:, ::-1, ::-1, 1:3]):
        for sizes in (1, (2, 3, 1), (3, None, 2)):
            with tuning.forced(variant=variant, width=4, tile=128):
                found = clpool.adaptive_max_pool3d(crop, sizes, True)
                again = clpool.adaptive_max_pool3d(crop.copy(), sizes, True)
            for one, other in zip(found, again, strict=True):
                assert_exact(one, other)


@pytest.mark.parametrize("norm", [1, 2, 3, np.inf, -np.inf])
@pytest.mark.parametrize("variant", TEMPLATES)
def test_norms_of_planes(variant: str, norm: float) -> None:
    """A norm of a whole plane, of each class of norms."""
    x = random_values(np.random.default_rng(1), (3, 7, 9, 13), np.float64, "normal")
    x = x if np.isinf(norm) else np.abs(x)
    with tuning.forced(variant=variant, width=4):
        found = clpool.global_lp_pool(x, norm)
    extremes = {np.inf: np.abs(x).max, -np.inf: np.abs(x).min}
    if norm in extremes:
        assert_exact(found, extremes[norm]((2, 3), keepdims=True))
        return
    sums = (np.abs(x) ** norm).sum((2, 3), keepdims=True)
    np.testing.assert_allclose(found, sums ** (1 / norm), rtol=1e-12)


@pytest.mark.parametrize(
    "case", [((7, 7), (7, 7), 1, 0), ((5, 9), (3, 4), (1, 5), (1, 2))], ids=str
)
@pytest.mark.parametrize("mode", ["max", "min", "avg", "sum"])
def test_sliding_windows_in_lines_of_few_outputs(mode: str, case: tuple[Any, ...]) -> None:
    """They are read as runs too, padding and all; dilated ones, which have gaps, are not."""
    lengths, *numbers = case
    plain = random_values(np.random.default_rng(2), (3, 5, *lengths), np.float32, "normal")
    for dilation in (1, 2) if lengths != (7, 7) else (1,):
        selects = mode in ("max", "min")
        with tuning.forced(variant="runs", width=8):
            plan = clpool.plan(
                plain.shape, "f4", numbers[0], mode, *numbers[1:], dilation, False, selects
            )
        assert plan.spec.template == ("runs" if dilation == 1 else "rows")
        window = SlidingWindow.of(2, *numbers, dilation)
        if selects:
            expected = reference.pool(plain, window, mode, return_indices=True)
            for one, other in zip(plan(plain), expected, strict=True):
                assert_exact(one, other)
        else:
            assert_sum_close(plan(plain), plain, window, mode)


@pytest.mark.parametrize("variant", [None, *TEMPLATES])
def test_gradients_and_ranks_are_no_runs(variant: str | None) -> None:
    """What looks beyond a tap's value is found by elements or in rows, in narrow lines too."""
    forced = {"variant": variant} if variant else {}
    for operator in (
        adaptive_gradient("max", (5, 4, 1), (3, 7, 2)),
        adaptive_gradient("avg", (5, 4, 1), (3, 7, 2)),
        adaptive_gradient("avg", (2,), 300),
        median((9, 5), 3, 2, 1, 1, False),
        sliding_gradient("avg", (9, 3), (3, 2), 2),
    ):
        assert "runs" not in {spec.variant for spec in run(operator, "float32", **forced)}


def test_what_cpus_choose() -> None:
    """Lines of few outputs and long rows are runs, other listed windows batches of lines."""
    if capabilities.device_class(device.default_device()) != "cpu":
        pytest.skip("the rule of CPUs")
    for operator, template in (
        (adaptive("avg", (37, 41), 7), "rows_listed"),
        (adaptive("max", (37, 41), (1, 3)), "rows_listed"),
        (adaptive("max", (37, 41), (3, 1)), "runs"),
        (adaptive("avg", (300,), 10), "runs"),
        (adaptive("avg", (300,), 100), "rows_listed"),
        (adaptive("avg", (2, 1500), 2), "runs"),
    ):
        assert {spec.template for spec in run(operator, "float32")} == {template}, str(operator)
    for lengths, kernel, template in (((7, 7), 7, "runs"), ((7, 24), 4, "rows_down")):
        assert (
            clpool.plan((2, 3, *lengths), "f4", (kernel, kernel), "avg").spec.template == template
        )
