"""Runs of the tuner on fake workers: what is decided, kept, resumed, and ended in time."""

from __future__ import annotations

import os
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import fake_worker
import pytest
from fake_worker import Faked, FakeWorker

from clpool.errors import DeviceError
from clpool.runtime.record_folder import Folder
from clpool.tuner import session as session_module
from clpool.tuner.lock import measuring
from clpool.tuner.outcome import Outcome
from clpool.tuner.session import JOURNAL, Session, Settings
from clpool.tuning.keys import DeviceKey
from clpool.worker.process import Ended

DEFAULT, FAST, SLOW, BAD = "{}", '{"width":8}', '{"width":2}', '{"width":4}'
CALL = "max_pool2d(float32[1, 2, 32, 32], 2)"


def settings(root: Path, **changes: Any) -> Settings:
    """Settings with a lock of their own."""
    return Settings(root / "records", **{"budget": 60.0, "builders": 2, **changes}, lock=root / "l")


def tuned(root: Path, faked: Faked, *calls: str, **changes: Any) -> list[Outcome]:
    """The outcomes of calls."""
    session = Session(settings(root, **changes), faked.start)
    try:
        return list(session.run(calls or (CALL,)))
    finally:
        session.close()


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


def test_time_that_is_left_is_given_to_late_calls(tmp_path: Path) -> None:
    """The first call needs more than its share, the others less."""
    faked = Faked({DEFAULT: 1.2e-3, FAST: 1.0e-3, SLOW: 3e-3})

    def before(request: Any, limit: float) -> None:
        slow = request["do"] == "time" and len(faked.of("open")) == 1
        time.sleep(0.02 * slow)

    faked.before = before
    outcomes = tuned(tmp_path, faked, "slow", "quick", "quicker", budget=4.0, builders=1)
    assert [outcome.record.call for outcome in outcomes] == ["quick", "quicker", "slow"]
    assert {outcome.status for outcome in outcomes} == {"tuned"}
    assert len({outcome.builds for outcome in outcomes}) == 1  # the first attempt's count, too


def test_a_device_that_is_gone_ends_the_run(tmp_path: Path) -> None:
    """Three workers died in a row, and the default kernel ends the fourth."""
    times = {DEFAULT: 1e-3, **{f'{{"tile":{n}}}': 1e-3 for n in (64, 128, 256, 512)}}
    faked = Faked(times, {key: "crash" for key in times if key != DEFAULT})

    def before(request: Any, limit: float) -> None:
        if request["do"] == "open" and len(faked.of("verify")) > 3:
            raise Ended("crash", "the device is gone")

    faked.before = before
    with pytest.raises(DeviceError, match="default kernel"):
        tuned(tmp_path, faked, builders=1)


def test_a_journal_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    """Before anything is measured."""
    (tmp_path / "records" / JOURNAL).mkdir(parents=True)
    faked = Faked({DEFAULT: 1e-3, FAST: 1e-3})
    with pytest.raises(OSError, match=JOURNAL):
        tuned(tmp_path, faked)
    assert not faked.of("build")


@pytest.mark.skipif(os.name != "posix", reason="limits the size of files")
def test_a_full_disk_ends_the_run(tmp_path: Path) -> None:
    """In the middle of a line, perhaps; the next run goes on, and decides."""
    import resource

    times = {DEFAULT: 1.2e-3, FAST: 1.0e-3}
    unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (5000, unlimited[1]))
    try:
        with pytest.raises(
            OSError, match=f"{JOURNAL} cannot be written: File too large; make room, or name"
        ):
            tuned(tmp_path, Faked(times))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)
    assert (tmp_path / "records" / JOURNAL).stat().st_size == 5000
    rest = Faked(times)
    (outcome,) = tuned(tmp_path, rest)
    assert outcome.record.winner == {"width": 8}
    assert not rest.of("build")


def test_a_record_that_cannot_be_written_is_told_after_its_outcome(tmp_path: Path) -> None:
    """What was found out is not lost with it: the next run measures nothing."""
    times = {DEFAULT: 1.2e-3, FAST: 1.0e-3}
    in_the_way = tmp_path / "records" / str(DeviceKey(*fake_worker.DEVICE["key"]))
    in_the_way.parent.mkdir()
    in_the_way.write_text("")
    session, outcomes = Session(settings(tmp_path), Faked(times).start), []
    with pytest.raises(OSError, match="json cannot be written"):
        outcomes.extend(session.run([CALL, "other"]))
    assert [outcome.record.winner for outcome in outcomes] == [{"width": 8}]
    in_the_way.unlink()
    rest = Faked(times)
    assert [outcome.status for outcome in tuned(tmp_path, rest)] == ["tuned"]
    assert not rest.of("time")


def test_a_call_without_elements_is_no_failure(tmp_path: Path) -> None:
    """Nothing is built for it, the others are tuned."""
    faked = Faked({DEFAULT: 1.2e-3, FAST: 1.0e-3}, empty={"empty"})
    session = Session(settings(tmp_path), faked.start)
    assert [outcome.record.call for outcome in session.run(["empty", CALL])] == [CALL]
    assert (session.empty, session.failed, session.done) == (["empty"], {}, 1)
    assert [call for call, _ in session.opened(["empty", CALL])] == [CALL]


def test_a_process_that_measures_is_reported(tmp_path: Path) -> None:
    """By its number, and waited for."""
    told: list[str] = []
    with ExitStack() as held:
        held.enter_context(measuring(time.monotonic() + 9, path=tmp_path / "l"))

        def report(step: str, **facts: Any) -> None:
            if step == "waiting":
                told.append(facts["process"])
                held.close()

        faked = Faked({DEFAULT: 1.2e-3, FAST: 1.0e-3})
        (outcome,) = Session(settings(tmp_path), faked.start, report).run([CALL])
    assert told == [str(os.getpid())]
    assert outcome.status == "tuned"
