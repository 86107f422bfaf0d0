"""How runs of the tuner end where a device, a disk or another run stands in the way."""

from __future__ import annotations

import os
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import fake_worker
import pytest
from fake_worker import Faked, FakeWorker
from sessions import CALL, DEFAULT, FAST, settings, tuned

from clpool.errors import DeviceError
from clpool.tuner.lock import measuring
from clpool.tuner.session import JOURNAL, Session
from clpool.tuning.keys import DeviceKey
from clpool.worker.process import Ended


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


@pytest.mark.parametrize("at", ["start", "open"])
def test_a_process_that_is_killed_once_as_it_begins_is_replaced(tmp_path: Path, at: str) -> None:
    """Another program may have killed it; what ends two processes is at fault."""
    for deaths in (1, 2):
        faked = Faked({DEFAULT: 1.2e-3, FAST: 1.0e-3})
        left, start = [deaths], faked.start

        def before(request: Any, limit: float, left: list[int] = left) -> None:
            if request["do"] == "open" and left[0]:
                left[0] -= 1
                raise Ended("crash", "SIGKILL")

        def started(left: list[int] = left, start: Any = start) -> FakeWorker:
            if left[0]:
                left[0] -= 1
                raise Ended("crash", "SIGKILL")
            return start()

        if at == "open":
            faked.before = before
        else:
            faked.start = started  # type: ignore[method-assign]
        if deaths == 2:
            with pytest.raises(DeviceError, match="SIGKILL"):
                tuned(tmp_path, faked, "another call", builders=1)
        else:
            (outcome,) = tuned(tmp_path, faked, builders=1)
            assert outcome.status == "tuned"


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
