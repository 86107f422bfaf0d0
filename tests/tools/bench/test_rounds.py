"""Rounds: balanced orders, fewer of them for slow contenders."""

from __future__ import annotations

import itertools

import pytest

from clpool.tools.bench.contender import Contender
from clpool.tools.bench.rounds import LEAST_ROUNDS, orders, timed


def test_who_is_slow_takes_part_in_fewer_rounds() -> None:
    """A clock that stands still but for the contenders' own steps makes times exact."""
    now = 0.0
    order: list[str] = []

    def contender(name: str, seconds: float) -> Contender:
        def run() -> None:
            nonlocal now
            now += seconds
            order.append(name)

        return Contender(name, "", run, lambda _: [])

    found = timed(
        [contender("fast", 1e-5), contender("slow", 0.25), contender("slowest", 3.0)],
        20,
        lambda: now,
    )
    assert [timing.rounds for timing in found] == [20, 8, LEAST_ROUNDS]
    assert [timing.calls for timing in found] == [20, 1, 1]
    assert [timing.median for timing in found] == pytest.approx([1e-5, 0.25, 3.0])
    assert set(order[-100:]) == {"fast"}


@pytest.mark.parametrize("count", range(1, 8))
def test_everyone_comes_after_everyone_equally_often(count: int) -> None:
    """Each takes part in each round, and the pairs of neighbours are balanced."""
    found = orders(count)
    assert all(sorted(order) == list(range(count)) for order in found)
    pairs = [pair for order in found for pair in itertools.pairwise(order)]
    times = {pairs.count(pair) for pair in itertools.permutations(range(count), 2)}
    assert times <= {1 if count % 2 == 0 else 2}
