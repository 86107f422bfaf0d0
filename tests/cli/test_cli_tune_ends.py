"""How ``clpool tune`` ends, on fake workers: its last words, its status, what it leaves."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from fake_worker import DEVICE, Faked

from clpool.cli import tune
from clpool.cli.main import main
from clpool.cli.progress import Progress
from clpool.tuning.keys import DeviceKey

DEFAULT, FAST, BAD = "{}", '{"width":8}', '{"width":4}'
CALLS = [f"max_pool2d(float32[1, 2, 32, 32], {size})" for size in (2, 3, 4)]
EMPTY = "max_pool2d(float32[0, 2, 32, 32], 2)"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of records."""
    monkeypatch.setattr(tune, "user_folder", lambda: tmp_path / "records")
    return tmp_path / "records"


def tuned(monkeypatch: pytest.MonkeyPatch, faked: Faked, *arguments: str) -> int:
    """The exit status of a run."""
    monkeypatch.setattr(tune, "starter", lambda device: faked.start)
    return main(["tune", *arguments])


def test_calls_that_are_left_are_counted(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where the time is over, with status 0; the same command goes on."""
    faked = Faked({DEFAULT: 1.2e-3, FAST: 1.0e-3})
    faked.before = lambda request, limit: time.sleep(0.2 * (len(faked.of("open")) > 0))
    assert tuned(monkeypatch, faked, *CALLS, "--budget=0.1") == 0
    words = "3 of 3 calls are left, since the time is over: the same command goes on with them"
    assert words in capsys.readouterr().out
    faked.before = lambda request, limit: None
    assert tuned(monkeypatch, faked, *CALLS) == 0
    assert "3 families, 3 tuned" in capsys.readouterr().out


def test_a_call_without_elements_has_nothing_to_tune(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is no mistake, and no call that is left."""
    faked = Faked({DEFAULT: 1.2e-3, FAST: 1.0e-3}, empty={EMPTY})
    for more in ([], ["--dry-run"]):
        assert tuned(monkeypatch, faked, EMPTY, *more) == 0
        printed = capsys.readouterr().out
        assert f"{EMPTY}: nothing to tune" in printed
        assert "left" not in printed
    assert not faked.of("build")


def test_a_record_that_cannot_be_written_is_printed(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the results so far, then the file and what to do, and status 2."""
    folder.mkdir()
    in_the_way = folder / str(DeviceKey(*DEVICE["key"]))
    in_the_way.write_text("")
    out = folder / "out.json"
    faked = Faked({DEFAULT: 1.2e-3, FAST: 1.0e-3})
    assert tuned(monkeypatch, faked, *CALLS, f"--json={out}") == 2
    printed = capsys.readouterr()
    assert "width 8" in printed.out
    assert "1 families, 1 tuned" in printed.out
    assert "3 of 3 calls are left: the same command" in printed.out
    assert printed.err.startswith(f"clpool: error: {in_the_way}")
    assert "cannot be written" in printed.err
    assert printed.err.count("\n") == 1
    assert json.loads(out.read_text())[0]["winner"] == {"width": 8}


@pytest.mark.parametrize(("bad", "name"), [(DEFAULT, "default"), (BAD, "width-4")])
def test_wrong_results_end_with_status_3(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    bad: str,
    name: str,
) -> None:
    """The default kernel's as others', and a script is named after the choice."""
    faked = Faked({DEFAULT: 1.2e-3, BAD: 1e-3, FAST: 1.0e-3}, {bad: "wrong"})
    assert tuned(monkeypatch, faked, CALLS[0]) == 3
    (script,) = (folder / "wrong").glob("*.py")
    assert script.name.endswith(f"-{name}.py")
    printed = capsys.readouterr().out
    assert f"wrong: {script}" in printed
    assert "left" not in printed


def test_what_is_waited_for_is_said_once(capsys: pytest.CaptureFixture[str]) -> None:
    """Also where stderr is no terminal."""
    progress = Progress([], 60)
    for process in ("12", "12", "13"):
        progress.report("waiting", process=process)
    lines = capsys.readouterr().err.splitlines()
    assert lines == [f"waiting for process {n}, which measures" for n in (12, 13)]
