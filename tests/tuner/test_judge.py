"""What decides between candidates: seldom wrong and seldom blind on the times of a busy machine."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from random import Random
from statistics import median
from typing import NamedTuple

import pytest

from clpool.tuner.bounds import one_sided
from clpool.tuner.judge import Duel, Rounds, is_noisy, pairs_of
from clpool.tuner.tournament import Decision, Request, Times, tournament

#: Times of one identical call, turn after turn, on three runtimes (``tools/trace.py``).
TRACES: dict[str, list[int]] = json.loads((Path(__file__).parent / "traces.json").read_text())
#: Of those, recorded while more processes than cores were busy: a pair's times differ by a third.
LOADED = {name for name in TRACES if name.startswith("loaded")}
DEFAULT, PLANTED = "default", "candidate 7"
CANDIDATES = [DEFAULT, *(f"candidate {number}" for number in range(30))]

Answer = Callable[[Request], Times]


def play(
    candidates: Sequence[str], answer: Answer, seed: int = 0
) -> tuple[Decision, list[Request]]:
    """A whole tournament, and what it asked for."""
    asked, requests, times = tournament(candidates, seed), [], None
    while True:
        try:
            requests.append(asked.send(times))
        except StopIteration as end:
            return end.value, requests
        times = answer(requests[-1])


def of_trace(trace: Sequence[int], start: int, gain: float) -> Answer:
    """Every turn takes the trace's next time; the planted candidate's is divided by ``gain``."""
    at = start

    def answer(request: Request) -> list[float]:
        nonlocal at
        turns = [trace[(at + number) % len(trace)] for number in range(len(request.order))]
        at += len(turns)
        faster = {PLANTED: gain}
        return [t / faster.get(key, 1.0) for t, key in zip(turns, request.order, strict=True)]

    return answer


def constant(**seconds: float) -> Answer:
    """A time for each candidate that is always the same."""
    return lambda request: [seconds[key] for key in request.order]


class Found(NamedTuple):
    """Shares of simulated tunings: the planted one won, another one, the interval was right."""

    planted: float
    other: float
    covered: float


def simulated(gain: float, count: int, names: Iterable[str]) -> Found:
    """The outcome of ``count`` tunings, spread evenly over traces."""
    rng, won, other, covered = Random(1), 0, 0, 0
    traces = [TRACES[name] for name in sorted(names)]
    for number in range(count):
        trace = traces[number % len(traces)]
        decision, _ = play(CANDIDATES, of_trace(trace, rng.randrange(len(trace)), gain), number)
        if decision.winner == PLANTED:
            won += 1
            covered += decision.low <= gain <= decision.high
        elif decision.winner is not None:
            other += 1
    return Found(won / count, other / count, covered / max(won, 1))


def test_identical_candidates_do_not_win() -> None:
    """Of 2,000 tunings of equal kernels at most a fiftieth reports one."""
    found = simulated(1.0, 2000, TRACES)
    assert found.planted + found.other <= 0.02


@pytest.mark.parametrize(("gain", "least"), [(1.05, 0.3), (1.15, 0.85), (1.25, 0.95)])
def test_a_faster_candidate_wins(gain: float, least: float) -> None:
    """A planted one is found, its interval holds the true ratio, and no other one is reported."""
    found = simulated(gain, 720, TRACES.keys() - LOADED)
    assert found.planted >= least
    assert found.covered >= 0.9
    assert found.other <= 0.02


@pytest.mark.parametrize(("gain", "least"), [(1.15, 0.4), (1.25, 0.65)])
def test_load_hides_gains_and_invents_none(gain: float, least: float) -> None:
    """A busy machine finds a candidate less often; what it reports is as right as elsewhere."""
    found = simulated(gain, 400, LOADED)
    assert found.planted >= least
    assert found.covered >= 0.9
    assert found.other <= 0.02


def test_the_race_follows_a_clock_that_changes() -> None:
    """A machine that halves its speed for some turns moves no level by more than a tenth.

    Plain medians of these times rank some candidates by the speed that they met.
    """
    own = {DEFAULT: 1.0, **{f"candidate {number}": 1 + number / 10 for number in range(12)}}
    rounds, rng, turn, times = Rounds(DEFAULT), Random(0), 0, dict[str, list[float]]()
    for _ in range(6):
        order = [*own, DEFAULT]
        rng.shuffle(order)
        clocks = [1 + (turn + number) // 23 % 2 for number in range(len(order))]
        turn += len(order)
        measured = [own[key] * clock for key, clock in zip(order, clocks, strict=True)]
        rounds.add(order, measured)
        for key, time in zip(order, measured, strict=True):
            times.setdefault(key, []).append(time)
    for key, seconds in own.items():
        assert rounds.ratio(key) == pytest.approx(1 / seconds, rel=0.1)
    plain = {key: median(times[DEFAULT]) / median(times[key]) for key in own}
    assert max(abs(plain[key] * own[key] - 1) for key in own) > 0.3


def test_a_duel_is_not_decided_by_drift() -> None:
    """Times that rise by a tenth each turn favour neither."""
    duel = Duel(DEFAULT, "same")
    order = pairs_of(DEFAULT, "same", 32)
    duel.add([1.1**number for number in range(len(order))])
    low, high = duel.bounds()
    assert low <= 1 <= high
    assert duel.verdict(0.05, 1.02) == "more"


def test_noise_is_a_control_that_is_off_or_a_wide_spread() -> None:
    """A median that is off by chance is no noise; one that is off for sure is, and so is spread."""
    assert not is_noisy([0.9, 1.2, 1.1], spread=1.5)
    assert is_noisy([1.04, 1.05, 1.06, 1.05, 1.04], spread=1.5)
    assert is_noisy([0.95, 0.96, 0.94, 0.96, 0.95], spread=1.5)
    assert is_noisy([1.0] * 8, spread=2.1)


def test_noisy_times_hide_small_gains() -> None:
    """A gain of 3 % wins where times are even, and does not where a fifth of them is tripled."""

    def disturbed(request: Request) -> list[float]:
        rng = Random(request.key)
        own = {DEFAULT: 1.03, "fast": 1.0}
        turns = [own[key] for key in request.order]
        if request.stage == "race":
            return turns
        slow = [3.0 if rng.random() < 0.2 else 1.0 for _ in range(len(turns) // 2)]
        return [time * slow[number // 2] for number, time in enumerate(turns)]

    even, _ = play([DEFAULT, "fast"], constant(default=1.03, fast=1.0))
    noisy, _ = play([DEFAULT, "fast"], disturbed)
    assert (even.winner, even.noisy) == ("fast", False)
    assert (noisy.winner, noisy.noisy, noisy.best) == (None, True, "fast")


def test_bounds_at_other_error_rates() -> None:
    """Fewer wrong bounds take a wider interval; too few ratios bound nothing."""
    ratios = [1 + number / 100 for number in range(16)]
    (low, high), (lower, higher) = one_sided(ratios, 0.05), one_sided(ratios, 0.05 / 3)
    assert lower < low < high < higher
    assert one_sided(ratios[:4])[0] == 0.0


class TestTournament:
    """Who is asked for, in which order, and what is made of missing times."""

    def test_it_repeats_itself(self) -> None:
        trace = TRACES["PoCL 3.0 3x3 s2 1 MB"]
        first, second = (play(CANDIDATES, of_trace(trace, 100, 1.15), seed=5) for _ in range(2))
        other, _ = play(CANDIDATES, of_trace(trace, 100, 1.15), seed=6)
        assert first == second
        assert first[0].history != other.history

    def test_its_keys_are_unlike(self) -> None:
        _, requests = play(CANDIDATES, of_trace(TRACES["Intel 13x13 4 MB"], 0, 1.3))
        keys = [request.key for request in requests]
        assert len(keys) == len(set(keys))
        assert [r.fresh > 0 for r in requests] == [r.stage == "confirm" for r in requests]
        assert [r.stage for r in requests] == sorted(
            (r.stage for r in requests), key=["race", "duel", "confirm"].index
        )
        assert all(DEFAULT in request.order for request in requests)

    def test_a_slow_one_is_timed_twice_and_no_more(self) -> None:
        _, requests = play([DEFAULT, "slow", "fast"], constant(default=1.0, slow=3.5, fast=0.9))
        assert [r.key for r in requests if "slow" in r.order] == ["race/0", "race/0.again"]

    def test_one_disturbed_time_drops_nobody(self) -> None:
        def answer(request: Request) -> list[float]:
            first = request.key == "race/0"
            return [10.0 if first and k == "fast" else 0.5 if k == "fast" else 1.0
                    for k in request.order]  # fmt: skip

        decision, _ = play([DEFAULT, "same", "fast"], answer)
        assert decision.winner == "fast"

    def test_a_failed_one_is_not_asked_for_again(self) -> None:
        def answer(request: Request) -> list[float | None]:
            times = {DEFAULT: 1.0, "crashes": None, "fast": 0.8}
            return [times[key] for key in request.order]

        decision, requests = play([DEFAULT, "crashes", "fast"], answer)
        assert [r.key for r in requests if "crashes" in r.order] == ["race/0"]
        assert decision.winner == "fast"
        assert decision.ratios == {DEFAULT: 1.0, "crashes": None, "fast": pytest.approx(1.25)}

    def test_one_that_fails_in_its_duel_does_not_win(self) -> None:
        def answer(request: Request) -> list[float | None]:
            fails = request.stage != "race"
            return [(None if fails else 0.5) if key == "fast" else 1.0 for key in request.order]

        assert play([DEFAULT, "fast"], answer)[0].winner is None

    @pytest.mark.parametrize("stage", ["race", "duel", "confirm"])
    def test_without_time_the_default_stands(self, stage: str) -> None:
        def answer(request: Request) -> Times:
            times = constant(default=1.0, fast=0.5)(request)
            begun = request.key in ("race/0", "confirm/0.0")
            return None if request.stage == stage and not begun else times

        decision, requests = play([DEFAULT, "fast"], answer)
        if stage == "race":  # what was timed by then meets in duels
            assert decision.winner == "fast"
            assert len([r for r in requests if r.stage == "race"]) == 2
        else:
            assert (decision.winner, decision.reason) == (None, "no time")

    def test_a_winner_of_one_process_alone_is_none(self) -> None:
        def answer(request: Request) -> list[float]:
            fast = 1.0 if request.key.endswith(".3") else 0.8
            return [fast if key == "fast" else 1.0 for key in request.order]

        decision, requests = play([DEFAULT, "fast"], answer)
        assert (decision.winner, decision.reason) == (None, "not confirmed")
        assert (decision.ratio, decision.confirmed) == (1.25, 1.25)
        assert len([r for r in requests if r.fresh]) == 4

    def test_the_second_one_may_be_confirmed(self) -> None:
        def answer(request: Request) -> list[float]:
            lucky = 1.0 if request.fresh else 0.7
            times = {DEFAULT: 1.0, "lucky": lucky, "fast": 0.8}
            return [times[key] for key in request.order]

        decision, _ = play([DEFAULT, "lucky", "fast"], answer)
        assert (decision.winner, decision.ratio, decision.low) == ("fast", 1.25, 1.25)

    def test_bounds_are_those_of_processes(self) -> None:
        def answer(request: Request) -> list[float]:
            number = int(request.key[-1]) if request.fresh else 0
            return [1.0 / (1.1 + number / 100) if key == "fast" else 1.0 for key in request.order]

        decision, _ = play([DEFAULT, "fast"], answer)
        found = [round(n, 6) for n in (decision.low, decision.ratio, decision.high)]
        assert found == [1.1, 1.12, 1.14]

    def test_the_default_alone_stands(self) -> None:
        decision, requests = play([DEFAULT], constant(default=1.0))
        assert (decision, requests) == (Decision(None, "no candidate", ratios={DEFAULT: 1.0}), [])
