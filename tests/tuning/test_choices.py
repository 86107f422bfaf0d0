"""Tuning parameters as plain values: what becomes of each, and which are refused."""

from __future__ import annotations

import json

import pytest

from clpool import tuning
from clpool.errors import ArgumentValueError


def test_thresholds_stand_behind_their_class() -> None:
    """Several thresholds of a class go into one; lists become tuples, as of JSON."""
    choice = json.loads(
        '{"source.prefetch_bytes": 0, "source.two_rows_lines": 5, "group": [64, 4, 1],'
        ' "schedule.strips": [4, 1], "nontemporal": 1}'
    )
    override = tuning.override_of(choice, units=8)
    assert override["source"].prefetch_bytes == 0
    assert override["source"].two_rows_lines == 5
    assert override["source"].page_bytes == tuning.SOURCE.page_bytes
    assert override["schedule"].strips == (4, 1)
    assert override["group"] == (64, 4, 1)
    with tuning.forced(**override):
        assert dict(tuning.forced_key()) == override


@pytest.mark.parametrize(
    "choice",
    [
        {"speed": 2},
        {"items": 5},
        {"source.speed": 2},
        {"width": 3},
        {"variant": "fast"},
        {"tile": "wide"},
        {"tile": True},
        {"tile": -1},
        {"tile": 0},
        {"group_limit": 0},
        {"group": [64, 4]},
        {"group": [0, 4, 1]},
        {"source": {}},
        {"network": 1},
        {"items_per_unit": 1.5},
    ],
)
def test_other_names_and_values_are_refused(choice: dict[str, object]) -> None:
    """The error names the parameter."""
    (name,) = choice
    with pytest.raises(ArgumentValueError, match=name.partition(".")[2] or name):
        tuning.override_of(choice, units=2)


def test_many_units_have_items_each() -> None:
    """A range of rows has 256 work-items on few units, and eight for each of many."""
    found = [
        tuning.choose("cpu", 4, 9, False, {}, units=units).items for units in (1, 2, 32, 64, 128)
    ]
    assert found == [256, 256, 256, 512, 1024]
