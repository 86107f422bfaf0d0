"""The command `clpool tuned check`: what it says of winners, and what becomes of their records."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fake_worker import DEVICE, Faked

from clpool.cli import tuned as command
from clpool.cli.main import main
from clpool.runtime import tuned
from clpool.runtime.record_folder import Folder, write
from clpool.tuning import key_of
from clpool.tuning.keys import DeviceKey, Family, SizeClass
from clpool.tuning.records import Record

WIDE = {"width": 8}
RECORD = Record(
    DeviceKey(*DEVICE["key"]),
    Family.of("a family", {"call": "a call", "part": 0}),
    SizeClass(5, 9, -1),
    WIDE,
    call="a call",
)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with one record."""
    monkeypatch.setenv("CLPOOL_TUNING", str(tmp_path))
    monkeypatch.setattr(command, "measuring", lambda deadline, waiting: nullcontext(waiting("12")))
    tuned.reload()
    write(tmp_path, RECORD)
    yield tmp_path
    monkeypatch.undo()
    tuned.reload()


def check(monkeypatch: pytest.MonkeyPatch, *arguments: Any, **options: Any) -> None:
    """Run the command on a machine of fake workers."""
    faked = Faked(*arguments, **options)
    monkeypatch.setattr(command, "starter", lambda device: faked.start)
    assert main(["tuned", "check"]) == 0


@pytest.mark.parametrize(
    ("seconds", "noise", "words"),
    [
        (0.8, 0.01, 'stands: {"width":8}'),
        (1.0, 0.05, 'not confirmed, neither faster nor slower: {"width":8} stays'),
        (1.01, 0.001, 'not confirmed, neither faster nor slower: {"width":8} stays'),
        (1.2, 0.01, "slower than the default kernel, which takes its place"),
    ],
)
def test_a_winner_stands_if_it_is_faster_again(
    seconds: float,
    noise: float,
    words: str,
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """One that is neither faster nor slower stays, and is not said to stand; a slower one goes."""
    check(monkeypatch, {"{}": 1.0, key_of(WIDE): seconds}, noise=noise)
    interval, _, said = capsys.readouterr().out.rstrip("\n").partition("]")
    assert said.strip() == words
    low, high = map(float, interval.partition("[")[2].split(","))
    if "not confirmed" in words:
        assert low <= 1.0
        assert high >= 0.98
    (kept,) = Folder("user", root).records()
    assert kept == RECORD or words.startswith("slower")
    assert kept.winner == (None if words.startswith("slower") else WIDE)


def test_a_winner_that_fails_goes(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its state is said."""
    check(monkeypatch, {"{}": 1.0, key_of(WIDE): 0.8}, {key_of(WIDE): "wrong"})
    assert capsys.readouterr().out.endswith("wrong: the default kernel takes its place\n")
    assert [record.winner for record in Folder("user", root).records()] == [None]


def test_a_record_whose_call_is_of_another_family_is_passed_over(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It stays, and the next one is checked."""
    stranger = replace(RECORD, family=Family.of("an older family", {"call": "older"}))
    write(root, stranger)
    check(monkeypatch, {"{}": 1.0, key_of(WIDE): 0.8}, noise=0.01)
    printed = capsys.readouterr()
    assert printed.err == "waiting for process 12, which measures\n"
    lines = sorted(printed.out.splitlines())
    assert "stands" in lines[0]
    assert lines[1].startswith("  an older family")
    assert "of another family today: a call" in lines[1]
    assert len(Folder("user", root).records()) == 2
