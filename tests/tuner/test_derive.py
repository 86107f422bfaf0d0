"""Defaults that serve all records of a class, and the default kernel where none does better."""

from __future__ import annotations

from typing import Any

import pytest
from tuner_records import candidate, record

from clpool.tuner.derive import derive

FACTS = {"window": "sliding", "mode": {"name": "max"}, "dtype": "float32", "layout": "first"}
GROUP = ("cpu", "sliding monoid float32 first")
WIDE, NARROW, LONG = {"width": 16}, {"width": 2}, {"items_per_unit": 32}


def of(*ratios: tuple[dict[str, Any], float | None], device: str = "cpu", **facts: Any) -> Any:
    """A record of candidates with these ratios; None of one that crashed."""
    table = [candidate(c, r, "correct" if r else "crash") for c, r in (({}, 1.0), *ratios)]
    return record(table, device=device, **{**FACTS, **facts})


def test_the_best_worst_case_is_chosen() -> None:
    """Not the choice that is the fastest once, but the one that is never far from it."""
    records = [of((WIDE, 2.0), (LONG, 1.7)), of((WIDE, 1.0), (LONG, 1.5), device="other cpu")]
    found = derive(records)[GROUP]
    assert found.choice == LONG
    assert found.worst == pytest.approx(0.85)
    assert found.mean == pytest.approx(2 / (1 / 0.85 + 1))
    assert found.default_worst == pytest.approx(0.5)
    assert found.records == 2


def test_equal_worst_cases_are_told_apart_by_the_harmonic_mean() -> None:
    """The same least efficiency, another mean."""
    records = [
        of((WIDE, 2.0), (LONG, 1.6), (NARROW, 2.0)),
        of((WIDE, 1.6), (LONG, 1.8), (NARROW, 2)),
    ]
    records[1]["all"][3]["ratio"] = 2.0  # the fastest, and it crashed in the first record
    records[0]["all"][3]["state"] = "crash"
    found = derive(records)[GROUP]
    assert (found.choice, found.worst) == (WIDE, pytest.approx(0.8))


@pytest.mark.parametrize("second", [[(WIDE, None)], []], ids=["failed", "not tried"])
def test_a_choice_without_a_time_in_one_record_is_no_default(second: Any) -> None:
    """However fast it was elsewhere."""
    found = derive([of((WIDE, 3.0)), of(*second)])[GROUP]
    assert (found.choice, found.worst) == ({}, pytest.approx(1 / 3))


def test_noise_moves_no_default() -> None:
    """A fiftieth is what a race cannot tell."""
    assert derive([of((WIDE, 1.015))])[GROUP].choice == {}
    assert derive([of((WIDE, 1.03))])[GROUP].choice == WIDE


def test_classes_and_kinds_are_kept_apart() -> None:
    """A GPU's choices say nothing about CPUs, nor those of one layout about another."""
    found = derive(iter([of((WIDE, 1.5)), of((NARROW, 1.5), device="gpu"), of(layout="last")]))
    assert {group: each.choice for group, each in found.items()} == {
        GROUP: WIDE,
        ("gpu", GROUP[1]): NARROW,
        ("cpu", "sliding monoid float32 last"): {},
    }
