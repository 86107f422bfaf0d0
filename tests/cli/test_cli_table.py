"""The table and the progress of ``clpool tune``, on fake workers."""

from __future__ import annotations

import io
import json
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from fake_worker import Faked, FakeWorker

from clpool.cli import tune
from clpool.cli.main import main
from clpool.runtime import tuned

DEFAULT, FAST = "{}", '{"width":8}'
LONG = '{"source.prefetch_bytes":2048,"source.two_rows_lines":0,"variant":"rows","width":16}'
OWN = "stochastic_pool2d(float32[1, 2, 32, 32], 2)"
CASE = "max_pool2d(float32[16, 64, 112, 112], 3, 2, 1)"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A function that tunes on fake workers; its exit status."""
    monkeypatch.setenv("CLPOOL_TUNING", str(tmp_path / "records"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    tuned.reload()

    def tuned_with(faked: Faked, *arguments: str) -> int:
        monkeypatch.setattr(tune, "starter", lambda wanted: faked.start)
        return main(["tune", *arguments])

    yield tuned_with
    monkeypatch.undo()
    tuned.reload()


def test_rows_stand_below_their_calls(run: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """Numbered, with the name of a standard case, in a hundred columns; kept ones, too."""
    faked = Faked({DEFAULT: 1.2e-3, LONG: 1.0e-3}, parts=2)
    for kept in (False, True):
        assert run(faked, OWN, "A") == 0
        device, header, *lines, summary = capsys.readouterr().out.splitlines()
        assert device.startswith("device  a device")
        assert header.split()[:5] == ["kernels", "launches", "bad", "default", "best"]
        assert max(map(len, [header, *lines])) <= 100
        headings = [number for number, line in enumerate(lines) if re.match(r"\d/2  ", line)]
        assert [lines[number] for number in headings] == [
            f"1/2  {OWN}",
            f"2/2  A max 3x3 s2 p1: {CASE}",
        ]
        rows = [number for number, line in enumerate(lines) if re.match(" +2 +2 +0 ", line)]
        assert len(rows) == 4
        assert headings[0] < rows[0] < rows[1] < headings[1] < rows[2] < rows[3]
        words = " ".join(line[60:].strip() for line in lines[rows[0] : rows[1]])
        choice = "source.prefetch_bytes 2048, source.two_rows_lines 0, variant rows, width 16"
        expected = f"family of {OWN}: {choice}" + ", kept from before" * kept
        assert words == expected
        assert summary.startswith("4 families, 4 tuned")


def test_a_single_candidate_is_no_choice(run: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """Its row says so, where another says that the default stands."""
    assert run(Faked({DEFAULT: 1.0e-3}), OWN) == 0
    assert "nothing to choose" in capsys.readouterr().out
    assert run(Faked({DEFAULT: 1.0e-3, FAST: 1.0e-3}), CASE) == 0
    out = capsys.readouterr().out
    assert "nothing to choose" not in out
    assert "default stands" in out


def test_the_times_of_a_row_have_its_gain(
    run: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The default's over the best one's, in the table and in the records."""
    file = tmp_path / "out.json"
    assert run(Faked({DEFAULT: 1.3e-3, FAST: 1.0e-3}, noise=0.1), CASE, f"--json={file}") == 0
    row = next(line for line in capsys.readouterr().out.splitlines() if " ms " in line)
    numbers = re.search(r"([\d.]+) ms +([\d.]+) ms +([\d.]+) \[", row)
    assert numbers is not None
    default, best, gain = map(float, numbers.groups())
    assert default / best == pytest.approx(gain, rel=0.01)
    (record,) = json.loads(file.read_text())
    times = record["times"]
    assert times["default_ms"] / times["winner_ms"] == pytest.approx(record["duel"]["ratio"], 1e-3)


class Terminal(io.StringIO):
    """A file that a person watches."""

    def isatty(self) -> bool:
        """Always."""
        return True


def test_progress_says_how_far_a_run_is(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seconds and calls, of all of them, and the best so far; in the columns that there are."""
    monkeypatch.setenv("COLUMNS", "90")
    monkeypatch.setattr(sys, "stderr", terminal := Terminal())
    assert run(Faked({DEFAULT: 1.2e-3, FAST: 1.0e-3}), OWN, CASE, "--budget=60") == 0
    lines = terminal.getvalue().split("\r\033[K")
    assert max(map(len, lines)) == 89
    assert re.match(r"\d+ of 60 s, call 1 of 2, 1/2 kernels built and verified; family", lines[1])
    best = r"\d+ of 60 s, call 2 of 2, confirm/0\.4, best so far (0.99\d*|1) ms, width 8; family"
    assert any(re.match(best, line) for line in lines)
    assert lines[-1] == ""


def test_progress_is_silent_in_a_file(run: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """Where nobody watches."""
    assert run(Faked({DEFAULT: 1.2e-3, FAST: 1.0e-3}), OWN) == 0
    assert capsys.readouterr().err == ""


def test_lines_that_cannot_be_used_are_warned_of(
    run: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By the file, the number and the reason; it is an error where none can be used."""
    file = tmp_path / "calls.jsonl"
    lines = ['{"call": "max_pol2d(float32[1, 2, 8, 8], 2)", "count": 1}', "{"]
    file.write_text("\n".join(lines))
    faked = Faked({DEFAULT: 1.2e-3, FAST: 1.0e-3})
    assert run(faked, "--calls", str(file)) == 2
    out, err = capsys.readouterr()
    *warnings, error = err.splitlines()
    assert out == ""
    assert error == f"clpool: error: --calls {file}: there is no call that can be tuned"
    assert warnings[0].startswith(f"clpool: warning: {file}:1: function 'max_pol2d' is unknown")
    assert warnings[1].startswith(f"clpool: warning: {file}:2: no recorded call: '{{'")
    file.write_text("\n".join([*lines, json.dumps({"call": OWN, "count": 1})]))
    assert run(faked, "--calls", str(file)) == 0
    out, err = capsys.readouterr()
    assert err.splitlines() == warnings
    assert f"1/1  {OWN}" in out


def test_a_call_that_is_refused_is_an_error(
    run: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line on stderr and status 2; the others are tuned."""
    opening, bad = FakeWorker.open, "max_pool2d(float32[1, 2, 8, 8], 9)"

    def opened(self: FakeWorker, request: Any) -> dict[str, Any]:
        if request["call"] == bad:
            return {"state": "refused", "detail": "kernel_size 9"}
        return opening(self, request)

    monkeypatch.setattr(FakeWorker, "open", opened)
    error = f"clpool: error: {bad} cannot be computed: kernel_size 9\n"
    faked = Faked({DEFAULT: 1.2e-3, FAST: 1.0e-3})
    assert run(faked, bad) == 2
    assert capsys.readouterr() == ("", error)
    assert run(faked, bad, CASE) == 2
    out, err = capsys.readouterr()
    assert "1 families, 1 tuned" in out
    assert err == error
