"""The journal of a run: torn and foreign lines, and answers that are not asked for again."""

from __future__ import annotations

from pathlib import Path

import pytest

from clpool.tuner.journal import ENDED, Answers, Journal


def filled(path: Path, count: int = 5) -> Journal:
    """A journal with so many answers of run "a"."""
    journal = Journal(path)
    answers = Answers(journal, "a")
    for number in range(count):
        answers.find(f"key {number}", lambda n=number: {"state": "timed", "seconds": [n]})
    return journal


def never() -> dict[str, object]:
    """A question that must not be asked."""
    raise AssertionError("asked again")


def test_a_known_answer_is_not_asked_for_again(tmp_path: Path) -> None:
    """Another process finds it in the file; another run does not."""
    journal = filled(tmp_path / "journal.jsonl")
    answer = Answers(journal, "a").find("key 3", never)
    assert answer["seconds"] == [3]
    assert answer["replayed"]
    other = Answers(journal, "b").find("key 3", lambda: {"state": "timed", "seconds": [7]})
    assert other["seconds"] == [7]
    assert "replayed" not in other


def test_a_journal_cut_anywhere_reads(tmp_path: Path) -> None:
    """Of the last 300 bytes any may be the last: whole lines count, and what follows is whole."""
    path = tmp_path / "journal.jsonl"
    filled(path)
    whole = path.read_bytes()
    for end in range(len(whole) - 300, len(whole)):
        path.write_bytes(whole[:end])
        lines = [*Journal(path).of("a")]
        assert len(lines) in (whole[:end].count(b"\n"), whole[:end].count(b"\n") + 1)
        going = Journal(path)
        assert going.of("a") == lines
        Answers(going, "a").find("next", lambda: {"state": "timed"})
        for journal in (going, Journal(path)):
            assert journal.of("a")[: len(lines)] == lines
            assert len(journal.of("a")) == len(lines) + 2
            assert Answers(journal, "a").find("next", never)["state"] == "timed"


def test_foreign_lines_are_skipped(tmp_path: Path) -> None:
    """What is no JSON, or no object, or has no run."""
    path = tmp_path / "journal.jsonl"
    path.write_bytes(
        b'\xff\xfe\n[1]\n{"run": 3}\n{"run": "a", "key": 4}\n{"run": "a", "key": "k"}\n'
    )
    found = Answers(Journal(path), "a").find("k", lambda: {"state": "timed"})
    assert found["state"] == "timed"


def test_an_answer_that_is_not_known_is_not_kept(tmp_path: Path) -> None:
    """The run's time was over."""
    journal = Journal(tmp_path / "journal.jsonl")
    answers = Answers(journal, "a")
    assert answers.find("k", lambda: {"state": None})["state"] is None
    assert answers.find("k", lambda: {"state": "timed"})["state"] == "timed"


def test_times_are_forgotten_and_failures_are_not(tmp_path: Path) -> None:
    """Measuring again keeps failures, unless they are retried."""
    journal = Journal(tmp_path / "journal.jsonl")
    answers = Answers(journal, "a")
    answers.find("fast", lambda: {"state": "timed"})
    answers.find("bad", lambda: {"state": "wrong"})
    again = Answers(journal, "a", forget=True)
    assert again.has("bad")
    assert not again.has("fast")
    assert not Answers(journal, "a", forget=True, retry=True).has("bad")


@pytest.mark.parametrize("ends", range(ENDED + 1))
def test_what_ends_every_run_is_given_up(tmp_path: Path, ends: int) -> None:
    """A question that was begun several times and never answered counts as a crash."""
    journal = Journal(tmp_path / "journal.jsonl")
    for _ in range(ends):
        journal.append({"run": "a", "key": "k"})  # and no more
    found = Answers(journal, "a").find("k", lambda: {"state": "timed"})
    assert found["state"] == ("crash" if ends == ENDED else "timed")


@pytest.mark.parametrize("times", [1, ENDED + 1])
def test_an_interrupted_run_is_no_crash(tmp_path: Path, times: int) -> None:
    """Nor is one whose time was over."""
    journal = Journal(tmp_path / "journal.jsonl")
    for _ in range(times):
        with pytest.raises(KeyboardInterrupt):
            Answers(journal, "a").find("k", _interrupted)
        Answers(journal, "a").find("k", lambda: {"state": None})
    assert Answers(journal, "a").find("k", lambda: {"state": "timed"})["state"] == "timed"


def _interrupted() -> dict[str, object]:
    raise KeyboardInterrupt


def test_times_are_left_out_once_a_record_has_them(tmp_path: Path) -> None:
    """Failures stay, and so do other runs; a process that has the file open reads on."""
    path = tmp_path / "journal.jsonl"
    other = filled(path)
    assert len(other.of("a")) == 10
    journal = Journal(path)
    Answers(journal, "b").find("bad", lambda: {"state": "wrong"})
    Answers(journal, "b").find("fast", lambda: {"state": "timed"})
    journal.drop_times("b")
    for each in (journal, other, Journal(path)):
        answers = Answers(each, "b")
        assert answers.has("bad")
        assert not answers.has("fast")
        assert len(each.of("a")) == 10
    assert [entry.name for entry in tmp_path.iterdir()] == ["journal.jsonl"]


def test_no_file_keeps_nothing() -> None:
    """A journal without a path asks every time."""
    answers = Answers(Journal(None), "a")
    assert answers.find("k", lambda: {"state": "timed"})["state"] == "timed"
    assert not Answers(Journal(None), "a").has("k")
