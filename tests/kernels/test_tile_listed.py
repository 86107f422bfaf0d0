"""Rows of outputs in local memory whose windows are listed; equal to the oracle."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest
from cases import assert_exact, random_values
from element_types import needed
from family import Operator, ran
from family_cases import adaptive, fractional, sequenced
from other_devices import traits_as

import clpool
from clpool import tuning
from clpool.codegen.spec import KernelSpec
from clpool.runtime import dispatch

#: Windows of every axis, some of which overlap, and outputs that are more than the work-items.
OPERATORS = (
    adaptive("max", (24,), 6),
    adaptive("avg", (300,), 280),
    adaptive("min", (9, 23), (4, 5), nan="ignore"),
    adaptive("max", (9, 23), (4, 5), index_dtype="int32"),
    adaptive("avg", (9, 14), (20, 3)),
    adaptive("max", (5, 6, 21), (3, 12, 2)),
    adaptive("avg", (4, 6, 8), (2, 3, 4)),
    sequenced("max", (9, 14), True),
)
#: Windows that come with the call: integers are refused, whose sums have 32 bits.
OF_A_CALL = tuple(fractional(mode, (9, 14), (2, 3), (4, 5)) for mode in ("max", "avg"))
NAMES = ("float32", "float16", "bfloat16", "float64", "uint8", "int16", "int64")


def of_rows(operator: Operator, name: str = "", **options: Any) -> KernelSpec:
    """The spec of the one kernel that an operator runs in rows of outputs."""
    (spec,) = ran(operator, 5, False, name, variant="tile", **options)
    assert spec.template == "tile_listed"
    return spec


@pytest.mark.cover("operator", "name")
@pytest.mark.parametrize(
    ("operator", "name"),
    [*product(OPERATORS, NAMES), *product(OF_A_CALL, NAMES[:4])],
    ids=str,
)
def test_rows_equal_the_oracle(operator: Operator, name: str, monkeypatch: Any) -> None:
    """Values, ties, NaN and indices of elements of every size."""
    needed(name)
    traits_as(monkeypatch, dialect="portable")
    of_rows(operator, name)


@pytest.mark.parametrize("items", [1, 40])
def test_any_group_reduces_its_rows(items: int, monkeypatch: Any) -> None:
    """Work-items take as many columns and windows as there are."""
    traits_as(monkeypatch, dialect="portable")
    for operator in OPERATORS[3:5]:
        assert of_rows(operator, group_limit=items).thresholds.group_items == items


def test_wide_windows_are_reduced_in_rows(monkeypatch: Any) -> None:
    """GPUs take them unasked, where a row fits into local memory."""
    traits_as(monkeypatch, dialect="portable", device_class="gpu", tuning_class="gpu")
    x = random_values(np.random.default_rng(3), (3, 70, 6, 20), np.dtype(np.float32), "special")
    expected = x.reshape(3, 70, 2, 3, 4, 5).max(axis=(3, 5))
    short = replace(tuning.SCHEDULE, listed_states=16)
    for columns, schedule, template in (
        (4, tuning.SCHEDULE, "tile_listed"),
        (4, short, "outputs_listed"),
        (6, tuning.SCHEDULE, "outputs_listed"),
    ):
        dispatch._plans.clear()
        with tuning.forced(schedule=schedule):
            found = clpool.adaptive_max_pool2d(x, (2, columns))
        ((spec,),) = [[launch.spec for launch in p._launches] for p in dispatch._plans.values()]
        assert spec.template == template
        if columns == 4:
            assert_exact(found, expected, template)
