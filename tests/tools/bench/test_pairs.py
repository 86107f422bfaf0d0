"""When one version counts as slower: bounds that hold, equal versions that seldom fail."""

from __future__ import annotations

import math

import numpy as np
import pytest

from clpool.tools.bench.pairs import MORE_PAIRS, PAIRS, Comparison
from clpool.tuner.bounds import one_sided, rank_of_bound

TRIALS = 400


def times(rng: np.random.Generator, count: int) -> np.ndarray:
    """Seconds of a busy machine: medians of 15 of them differ by a tenth; some are disturbed."""
    usual = 1e-3 * np.exp(rng.normal(0, 0.11, count))
    return np.where(rng.random(count) < 0.05, usual * rng.uniform(1.5, 4, count), usual)


def comparison(rng: np.random.Generator, count: int, slowdown: float) -> Comparison:
    """Of two versions, the new one so many times slower, on a machine that slows down."""
    drift = np.repeat(1 + np.arange(count // 2) / count, 2)
    old, new = times(rng, count) * drift, slowdown * times(rng, count) * drift
    return Comparison("case", "out=", list(old), list(new))


def slower(rng: np.random.Generator, slowdown: float) -> bool:
    """The verdict, with more pairs where a few do not tell."""
    found = comparison(rng, PAIRS, slowdown)
    if found.is_unclear:
        found = comparison(rng, MORE_PAIRS, slowdown)
    return found.verdict == "slower"


def test_the_noise_is_that_of_a_busy_machine() -> None:
    """Ratios of medians of 15 rounds, of equal versions, spread over a sixth."""
    rng = np.random.default_rng(0)
    ratios = [np.median(times(rng, 15)) / np.median(times(rng, 15)) for _ in range(12)]
    assert 0.1 < max(ratios) - min(ratios) < 0.3


@pytest.mark.parametrize(
    ("slowdown", "least", "most"), [(1.0, 0, 0.005), (1.1, 0.9, 1), (1.2, 1, 1), (0.9, 0, 0)]
)
def test_who_is_slower(slowdown: float, least: float, most: float) -> None:
    """Equal versions are hardly ever called slower, one that is a tenth slower mostly is."""
    rng = np.random.default_rng(1)
    share = sum(slower(rng, slowdown) for _ in range(TRIALS)) / TRIALS
    assert least <= share <= most


@pytest.mark.parametrize("count", [PAIRS, MORE_PAIRS])
def test_bounds_are_wrong_in_one_of_twenty(count: int) -> None:
    """Each of the two lies on the wrong side of the true median no more often."""
    rng = np.random.default_rng(2)
    found = [one_sided(comparison(rng, count, 1.0).ratios) for _ in range(1000)]
    for wrong in (sum(low > 1 for low, _ in found), sum(high < 1 for _, high in found)):
        assert 0.01 < wrong / 1000 < 0.07


def test_ranks() -> None:
    """The largest whose binomial tail is within 5 %; few ratios bound nothing."""
    for count in range(1, 140):
        rank = rank_of_bound(count)
        tails = [sum(math.comb(count, n) for n in range(k)) / 2**count for k in (rank, rank + 1)]
        assert tails[0] <= 0.05 < tails[1]
    assert one_sided([1.0] * 4) == (0.0, math.inf)


def test_the_row_and_the_record() -> None:
    """Medians in ms, the ratio with its bounds, the pairs, the verdict."""
    found = Comparison("A max", "fresh", [1e-3] * 64, [1.2e-3] * 64, 3)
    words = "A max fresh 1 1.2 1.200 [1.200, 1.200] 64 slower"
    assert found.line().split() == words.split()
    record = found.as_dict()
    assert (record["verdict"], record["calls"], len(record["old"])) == ("slower", 3, 64)
    assert (record["lower"], record["upper"]) == pytest.approx((1.2, 1.2))
    faster = Comparison("A max", "fresh", [1.2e-3] * 64, [1e-3] * 64)
    assert (faster.verdict, faster.is_unclear) == ("faster", False)
    failed = Comparison("A max", "out=", fault="old: no such function")
    assert failed.line().endswith("old: no such function")
    assert (failed.as_dict()["verdict"], failed.is_unclear) == ("old: no such function", False)
