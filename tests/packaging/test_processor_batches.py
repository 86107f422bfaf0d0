"""A case that kills its process, hangs or is wrong is named, and those behind it still run."""

from __future__ import annotations

import platform
import re
from pathlib import Path

import pytest
import run
from batches import NATIVE, PROCESSORS, Batch, Ended
from run import Sweep, refuse

pytestmark = pytest.mark.device


def test_what_is_planted_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An abort and a wrong element, each with its reason; the last case runs after both."""
    found = {result.case: result for result in Sweep([NATIVE], "planted", tmp_path).run(1)}
    statuses = {name: result.status for name, result in found.items()}
    assert statuses == {
        "right": "passed",
        "dies": "crashed",
        "wrong": "failed",
        "skips": "skipped",
        "right again": "passed",
    }
    assert found["dies"].reason == "died of SIGABRT: nothing printed"
    assert re.search(r"max_pool2d.* 1 of 36 elements differ, the first", found["wrong"].reason)
    assert found["skips"].reason == "as planted"
    assert "native      crashed" in capsys.readouterr().out


def test_a_case_that_hangs_is_ended(tmp_path: Path) -> None:
    """By the time limit, which the message tells."""
    batch = Batch(NATIVE, "hanging", tmp_path / "hanging", 60)
    batch.limit = 0.5
    with pytest.raises(Ended, match=r"no answer within 0\.5 s"):
        batch.run(0)


def test_a_process_that_does_not_start(tmp_path: Path) -> None:
    """All cases fail for the reason that it gave."""
    sweep = Sweep([NATIVE], "planted", tmp_path)
    sweep.cases = "nothing of that name"
    results = sweep.run(2)
    assert {result.status for result in results} == {"failed"}
    assert {"exit status 1: ValueError" in result.reason for result in results} == {True}


def test_what_is_missing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """The emulator's package, and a machine whose programs it does not run."""
    emulated = [PROCESSORS["Haswell"]]
    monkeypatch.setattr(run, "EMULATOR", "no-such-emulator")
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    refuse([NATIVE])
    with pytest.raises(SystemExit, match=r"no no-such-emulator.*apt-get install qemu-user"):
        refuse(emulated)
    monkeypatch.setattr(platform, "machine", lambda: "aarch64")
    with pytest.raises(SystemExit, match="x86-64 Linux alone, and this is linux aarch64"):
        refuse(emulated)


def test_cases_are_spread(tmp_path: Path) -> None:
    """Every case is taken by one emulated processor, in turn, and by the machine's own."""
    older = [PROCESSORS[name] for name in ("Nehalem", "Haswell")]
    sweep = Sweep([NATIVE, *older], "chosen", tmp_path, spread=True)
    numbers = range(len(sweep.names))
    taken = {name: [n for one, n in sweep._tasks if one.name == name] for name in PROCESSORS}
    assert taken["native"] == [*numbers]
    assert (taken["Nehalem"], taken["Haswell"]) == ([*numbers[::2]], [*numbers[1::2]])
    whole = Sweep([NATIVE, *older], "chosen", tmp_path)
    assert len(whole._tasks) == 3 * len(sweep.names)
