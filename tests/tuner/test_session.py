"""Runs of the tuner on fake workers: what is decided, kept, resumed, and ended in time."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import fake_worker
import pytest
from fake_worker import Faked, FakeWorker
from sessions import BAD, CALL, DEFAULT, FAST, SLOW, settings, tuned

from clpool.runtime.record_folder import Folder
from clpool.tuner import session as session_module
from clpool.tuner.session import Session
from clpool.worker.process import Ended


def test_the_faster_kernel_is_kept(tmp_path: Path) -> None:
    """With its interval, and confirmed; the record lies in the folder."""
    faked = Faked({DEFAULT: 1.2e-3, FAST: 1.0e-3, SLOW: 3e-3})
    (outcome,) = tuned(tmp_path, faked)
    record = outcome.record
    assert outcome.status == "tuned"
    assert record.winner == {"width": 8}
    assert 1.15 < record.duel["low"] <= record.duel["ratio"] <= record.duel["high"] < 1.25
    assert record.duel["confirmed"] > 1.1
    assert Folder("user", tmp_path / "records").records() == [record]
    assert [each["state"] for each in record.all] == ["correct"] * 3
    assert record.times["copy_ms"] == 0.5
    assert record.tried == 3


@pytest.mark.parametrize("ratio", [1.0, 1.01])
def test_the_default_stands(tmp_path: Path, ratio: float) -> None:
    """Where nothing is faster by two per cent, and that is kept too."""
    (outcome,) = tuned(tmp_path, Faked({DEFAULT: 1e-3 * ratio, FAST: 1e-3, SLOW: 3e-3}))
    assert outcome.status == "default"
    assert outcome.record.winner is None
    assert len(Folder("user", tmp_path / "records").records()) == 1


def test_a_second_run_asks_for_nothing(tmp_path: Path) -> None:
    """Not even to open the call; another call is measured, and so are all with ``again``."""
    times = {DEFAULT: 1.2e-3, FAST: 1.0e-3}
    first = tuned(tmp_path, Faked(times, parts=2))
    faked = Faked(times, parts=2)
    second = tuned(tmp_path, faked)
    assert [outcome.status for outcome in second] == ["kept", "kept"]
    assert [o.record for o in second] == [o.record for o in first]
    assert faked.asked == []
    assert faked.started == 1
    tuned(tmp_path, faked, "other")
    assert faked.of("time")
    again = Faked(times)
    assert [o.status for o in tuned(tmp_path, again, again=True)] == ["tuned"]
    assert again.of("time")


@pytest.mark.parametrize("state", ["compile", "wrong", "canary", "memory", "crash", "timeout"])
def test_what_fails_is_data(tmp_path: Path, state: str) -> None:
    """It is counted and never timed; the others are; it is not tried again, unless asked for."""
    faked = Faked({DEFAULT: 1.2e-3, BAD: 0.1e-3, FAST: 1.0e-3}, {BAD: state})
    (outcome,) = tuned(tmp_path, faked)
    assert outcome.record.winner == {"width": 8}
    assert outcome.record.failed == {state: 1}
    assert {**(outcome.wrong or {})}.keys() == ({BAD} if state in ("wrong", "canary") else set())
    assert all({"width": 4} not in request["order"] for request in faked.of("time"))
    mended = Faked({DEFAULT: 1.2e-3, BAD: 0.1e-3, FAST: 1.0e-3})
    (again,) = tuned(tmp_path, mended, again=True)
    assert again.record.winner == {"width": 8}
    assert again.record.failed == {state: 1}
    (retried,) = tuned(tmp_path, mended, again=True, retry=True)
    assert retried.record.winner == {"width": 4}
    assert not retried.record.failed


def test_a_range_that_fails_is_met_before_its_duel(tmp_path: Path) -> None:
    """A kernel that is correct in one range may be wrong in another."""
    own = '{"items_per_unit":4,"width":8}'
    faked = Faked({DEFAULT: 1.2e-3, FAST: 1.3e-3, own: 1.0e-3}, {own: "crash"})
    (outcome,) = tuned(tmp_path, faked)
    verified = [request["choice"] for request in faked.of("verify")]
    assert verified.count({"items_per_unit": 4, "width": 8}) == 1
    assert verified.count({"width": 8}) == 1
    assert outcome.record.winner is None
    assert outcome.record.failed == {"crash": 1}


@pytest.mark.parametrize("after", [1, 4, 7, 9, 20, 60, 90, 130])
def test_a_killed_run_goes_on(tmp_path: Path, after: int) -> None:
    """It asks again for nothing but the question in flight, and decides the same."""
    times = {DEFAULT: 1.2e-3, BAD: 2e-3, FAST: 1.0e-3, SLOW: 1.1e-3}
    faked = Faked(times, {BAD: "wrong"})

    def before(request: Any, limit: float) -> None:
        if len(faked.asked) > after:
            raise KeyboardInterrupt

    faked.before = before
    with pytest.raises(KeyboardInterrupt):
        tuned(tmp_path, faked, builders=1)
    rest = Faked(times, {BAD: "wrong"})
    (outcome,) = tuned(tmp_path, rest, builders=1)
    whole = Faked(times, {BAD: "wrong"})
    (expected,) = tuned(tmp_path / "whole", whole, builders=1)
    assert outcome.record.winner == expected.record.winner == {"width": 8}
    asked = [r for r in faked.asked[:-1] + rest.asked if r["do"] != "open"]
    repeated = {"build": 1}  # a kernel that was built and not verified
    for do in ("build", "verify", "time"):
        count = len([r for r in asked if r["do"] == do])
        assert count <= len(whole.of(do)) + repeated.get(do, 0) + 32 * (do == "time"), do


def test_a_budget_is_kept_where_a_kernel_never_ends(tmp_path: Path) -> None:
    """It is a timeout at its limit, and what is left of the time is used for the others."""
    faked = Faked({DEFAULT: 1.2e-3, BAD: 1e-3, FAST: 1.0e-3})

    def before(request: Any, limit: float) -> None:
        if request["do"] == "verify" and request["choice"] == {"width": 4}:
            time.sleep(limit)
            raise Ended("timeout", "killed")

    faked.before = before
    began = time.monotonic()
    (outcome,) = tuned(tmp_path, faked, budget=8.0, builders=1)
    assert time.monotonic() - began < 9.0
    assert outcome.record.winner == {"width": 8}
    assert outcome.record.failed == {"timeout": 1}


def test_a_run_without_time_left_keeps_what_it_found(tmp_path: Path) -> None:
    """No record says more than was measured, and the next run goes on."""
    faked = Faked({DEFAULT: 1.2e-3, FAST: 1.0e-3, SLOW: 3e-3})
    faked.before = lambda request, limit: time.sleep(0.02 * (request["do"] == "time"))
    (outcome,) = tuned(tmp_path, faked, budget=0.6, builders=1)
    assert outcome.status == "no time"
    assert Folder("user", tmp_path / "records").records() == []
    faked.before = lambda request, limit: None
    (outcome,) = tuned(tmp_path, faked)
    assert outcome.status == "tuned"
    assert len(faked.of("build")) == 3


@pytest.mark.parametrize("state", ["wrong", "crash", "compile"])
def test_a_default_kernel_that_fails_is_no_record(tmp_path: Path, state: str) -> None:
    """Nothing was compared: the next run finds the same, and says so again."""
    faked = Faked({DEFAULT: 1.2e-3, FAST: 1.0e-3}, {DEFAULT: state})
    for _ in range(2):
        (outcome,) = tuned(tmp_path, faked)
        assert outcome.status == "failed"
        assert not outcome.is_decided
        assert bool(outcome.wrong) == (state == "wrong")
    assert Folder("user", tmp_path / "records").records() == []
    (mended,) = tuned(tmp_path, Faked({DEFAULT: 1.2e-3, FAST: 1.0e-3}), retry=True, again=True)
    assert mended.status == "tuned"


def test_a_process_that_is_killed_once_is_no_crash(tmp_path: Path) -> None:
    """The default kernel's, or another's: it is asked once more."""
    faked = Faked({DEFAULT: 1.2e-3, FAST: 1.0e-3})
    met: set[str] = set()

    def before(request: Any, limit: float) -> None:
        key = str(request.get("choice"))
        if request["do"] == "verify" and key not in met:
            met.add(key)
            raise Ended("crash", "killed")

    faked.before = before
    (outcome,) = tuned(tmp_path, faked)
    assert outcome.record.winner == {"width": 8}
    assert not outcome.record.failed


def test_short_runs_leave_no_candidate_out(tmp_path: Path) -> None:
    """However often the time is over before all is known."""
    faked = Faked({DEFAULT: 1.2e-3, FAST: 1.0e-3, SLOW: 3e-3})
    faked.before = lambda request, limit: time.sleep(0.02)
    for _ in range(5):
        assert [o.status for o in tuned(tmp_path, faked, budget=0.15, builders=1)] != ["default"]
    faked.before = lambda request, limit: None
    (outcome,) = tuned(tmp_path, faked)
    assert outcome.record.winner == {"width": 8}
    assert not outcome.record.failed


def test_a_call_that_is_refused_is_not_the_end(tmp_path: Path) -> None:
    """The others are tuned, and the session says why that one was not."""
    faked = Faked({DEFAULT: 1.2e-3, FAST: 1.0e-3})
    opening = FakeWorker.open

    def opened(self: FakeWorker, request: Any) -> dict[str, Any]:
        if request["call"] == "bad":
            return {"state": "refused", "detail": "kernel_size must be at least 1"}
        return opening(self, request)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(FakeWorker, "open", opened)
        session = Session(settings(tmp_path), faked.start)
        outcomes = list(session.run(["bad", CALL]))
    assert [outcome.record.call for outcome in outcomes] == [CALL]
    assert session.failed.keys() == {"bad"}
    assert "kernel_size" in session.failed["bad"]


def test_kernels_that_changed_are_measured_again(tmp_path: Path) -> None:
    """A record counts while its choices lead to the kernels that were measured."""
    times = {DEFAULT: 1.2e-3, FAST: 1.0e-3}
    tuned(tmp_path, Faked(times))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(session_module, "code_digest", lambda: "other code")
        (same,) = tuned(tmp_path, Faked(times))
        assert same.status == "kept"
        patch.setattr(session_module, "code_digest", lambda: "another code")
        patch.setattr(fake_worker, "kernel_of", lambda key: f"other {key}")
        (other,) = tuned(tmp_path, Faked(times))
        assert other.status == "tuned"


def test_time_that_is_left_is_given_to_late_calls(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first call needs more than two even shares, the others less."""
    times = {DEFAULT: 1.2e-3, FAST: 1.0e-3, SLOW: 3e-3}
    alone, faked, clock = Faked(times), Faked(times), [0.0]

    def races(machine: Faked) -> bool:
        return len(machine.of("open")) == 1 and len(machine.of("time")) > 0

    def before(request: Any, limit: float) -> None:
        clock[0] += races(alone if not faked.asked else faked)

    alone.before = faked.before = before
    tuned(tmp_path / "alone", alone, "slow", builders=1)
    needed, clock[0] = clock[0], 0.0  # seconds, by a clock that the first call's race moves
    with monkeypatch.context() as patch:
        patch.setattr(time, "monotonic", lambda: clock[0])
        calls = ("slow", "quick", "quicker")
        outcomes = tuned(tmp_path, faked, *calls, budget=1.3 * needed, builders=1)
    assert [outcome.record.call for outcome in outcomes] == ["quick", "quicker", "slow"]
    assert {outcome.status for outcome in outcomes} == {"tuned"}
    assert len({outcome.builds for outcome in outcomes}) == 1  # the first attempt's count, too
