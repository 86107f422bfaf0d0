"""Blocks of outputs whose windows are listed: several rows and planes per work-item."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest
from cases import assert_exact, random_values
from element_types import needed
from family import Operator, ran
from family_cases import (
    adaptive,
    adaptive_gradient,
    fractional,
    fractional_gradient,
    sequenced,
    sequenced_gradient,
)
from other_devices import traits_as
from skeletons import ANY_BLOCK

import clpool
from clpool import tuning
from clpool.codegen.spec import KernelSpec
from clpool.runtime import dispatch

#: Outputs that divide the input or do not, more of them than elements, windows of every axis.
FORWARD = (
    adaptive("max", (24,), 6),
    adaptive("min", (23,), 5),
    adaptive("avg", (7,), 30),
    adaptive("max", (12, 14), (4, 7)),
    adaptive("max", (9, 14), (4, 5), nan="ignore"),
    adaptive("min", (5, 4), (17, 9), index_dtype="int32"),
    adaptive("avg", (9, 14), (20, 3)),
    adaptive("max", (5, 6, 7), (3, 12, 2)),
    adaptive("avg", (4, 6, 8), (2, 3, 4)),
    sequenced("max", (9, 14), True),
    sequenced("avg", (5, 6, 7), False),
)
GRADIENTS = (
    adaptive_gradient("max", (23,), (5,), "int32"),
    adaptive_gradient("max", (12, 14), (4, 7)),
    adaptive_gradient("min", (9, 14), (4, 20)),
    adaptive_gradient("max", (5, 6, 7), (3, 4, 2)),
    adaptive_gradient("avg", (23,), (30,)),
    adaptive_gradient("avg", (37, 9), (7, 7)),
    adaptive_gradient("avg", (9, 7), (1, 1)),
    adaptive_gradient("avg", (5, 6, 7), (3, 8, 2)),
    sequenced_gradient((9, 14), True),
)


def of_listed(operator: Operator, channels: int, last: bool, name: str = "") -> KernelSpec:
    """The spec of the one kernel that an operator runs in blocks of any size."""
    options: dict[str, Any] = {"variant": "outputs", "width": 4, "schedule": ANY_BLOCK}
    (spec,) = ran(operator, channels, last, name, **options)
    assert spec.template == "outputs_listed"
    return spec


@pytest.mark.parametrize("last", [False, True], ids=["first", "last"])
@pytest.mark.parametrize("operator", FORWARD + GRADIENTS, ids=str)
def test_several_rows_and_planes(operator: Operator, last: bool, monkeypatch: Any) -> None:
    """Values, ties, NaN and indices are the oracle's; rows that share taps are one item's."""
    traits_as(monkeypatch, dialect="portable")
    spec = of_listed(operator, 4, last)
    assert (spec.layout, spec.width) == (("last", 4) if last else ("first", 1))
    assert spec.tile == (2 if last else 8)  # 2 planes, or 8 of as many channels
    if operator.ndim > 1 and operator.is_gradient:
        assert spec.block[-2] > 1


FLOATS = ("float16", "bfloat16", "float64")


@pytest.mark.parametrize(
    ("operator", "name"),
    [
        *product((FORWARD[2], FORWARD[4]), (*FLOATS, "uint8", "int16", "int64")),
        *product((GRADIENTS[2], GRADIENTS[5]), FLOATS),
    ],
    ids=str,
)
def test_elements_of_every_size(operator: Operator, name: str, monkeypatch: Any) -> None:
    """Sums of small integers have 32 bits; planes of five are five items'."""
    needed(name)
    traits_as(monkeypatch, dialect="portable")
    assert of_listed(operator, 5, False, name).tile == 2


@pytest.mark.parametrize("channels", [1, 3, 6, 7, 16])
def test_planes_are_whole_shares(channels: int, monkeypatch: Any) -> None:
    """As many planes of an item as divide all of them."""
    traits_as(monkeypatch, dialect="portable")
    for operator in (FORWARD[3], GRADIENTS[1], GRADIENTS[5]):
        tiles = {1: 2, 3: 3, 6: 4, 7: 2, 16: 8}
        assert of_listed(operator, channels, False).tile == tiles[channels]


@pytest.mark.parametrize(
    "operator",
    [
        fractional("max", (9, 14), (2, 3), (4, 5)),
        fractional_gradient("avg", (9, 14), (2, 3), (4, 5)),
    ],
    ids=str,
)
def test_planes_with_lists_of_their_own_are_apart(operator: Operator, monkeypatch: Any) -> None:
    """Windows at other places in every plane; those of a gradient are listed with the call."""
    traits_as(monkeypatch, dialect="portable")
    for last in (False, True):
        assert of_listed(operator, 4, last).tile == 1


def test_norms_of_whole_planes(monkeypatch: Any) -> None:
    """What flows to an element depends on itself."""
    traits_as(monkeypatch, dialect="portable")
    rng = np.random.default_rng(1)
    x = np.abs(rng.standard_normal((2, 4, 5, 7))).astype(np.float32)
    y = clpool.global_lp_pool(x, 3)
    grad = rng.standard_normal(y.shape).astype(np.float32)
    dispatch._plans.clear()
    with tuning.forced(variant="outputs", schedule=ANY_BLOCK):
        found = clpool.global_lp_pool_backward(grad, x, y, 3)
    (spec,) = {launch.spec for plan in dispatch._plans.values() for launch in plan._launches}
    assert (spec.template, spec.tile, spec.block) == ("outputs_listed", 8, (2, 1))
    exact = (grad.astype(np.float64) * x**2.0 / y**2.0).astype(np.float32)
    np.testing.assert_allclose(found, exact, rtol=1e-5)


def test_more_planes_than_groups_of_an_axis(monkeypatch: Any) -> None:
    """Items are counted along one axis, whose groups may be any number."""
    traits_as(monkeypatch, dialect="portable")
    x = random_values(np.random.default_rng(2), (70001, 2, 3), np.dtype(np.float32), "special")
    for schedule in (ANY_BLOCK, replace(ANY_BLOCK, listed_planes=(1,))):
        dispatch._plans.clear()
        with tuning.forced(variant="outputs", schedule=schedule):
            found = clpool.adaptive_max_pool2d(x, (2, 1))
        (plan,) = dispatch._plans.values()
        ((spec, chunks),) = [(launch.spec, launch.chunks) for launch in plan._launches]
        assert spec.template == "outputs_listed"
        assert all(len(chunk.size) == 1 for chunk in chunks)
        assert_exact(found, x.max(axis=-1, keepdims=True), "many planes")
