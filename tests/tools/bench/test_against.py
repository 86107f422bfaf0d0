"""Two versions in processes of their own: each with its own files, right before it is timed."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from clpool.tools.bench import __main__ as bench
from clpool.tools.bench import against
from clpool.tools.bench.against import ROOT, Fault, Version, checked_out, compare, lay_out
from clpool.tools.bench.cases import chosen
from clpool.tools.bench.pairs import Comparison
from clpool.tools.bench.problems import problem_of
from clpool.tools.bench.record import commit

pytestmark = [pytest.mark.device, pytest.mark.pairs]  # of tools, and slow

#: What another version's ``max_pool2d`` does.
SLOW = "__import__('time').sleep(0.02)"
WRONG = "found += 1"
DEAD = "__import__('os').abort()"
ABSENT = "raise AttributeError('nothing of that name')"

CHANGED = """
_max_pool2d = max_pool2d
def max_pool2d(*arguments, **options):
    found = _max_pool2d(*arguments, **options)
    {change}
    return found
"""


@pytest.fixture
def folders(tmp_path: Path) -> dict[str, Path]:
    """Two copies of the files here."""
    found = {name: tmp_path / name for name in ("old", "new")}
    for folder in found.values():
        lay_out(folder, ROOT)
    return found


def change(folder: Path, what: str) -> None:
    """Change what a version's maxima do."""
    with (folder / "clpool" / "__init__.py").open("a") as file:
        file.write(CHANGED.format(change=what))


def compared(folders: dict[str, Path], on_device: bool = False) -> list[Comparison]:
    """Both forms of a small case."""
    return compare(problem_of(chosen(["tiny"])[0]), folders, 8, on_device)


@pytest.mark.parametrize("on_device", [False, True])
def test_a_slower_version(
    folders: dict[str, Path], on_device: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is called slower in both forms, by two pairs of processes, on arrays of either kind."""
    monkeypatch.setattr(against, "GENERATION", 4)
    change(folders["new"], SLOW)
    for comparison in compared(folders, on_device):
        assert not comparison.fault
        assert (len(comparison.old), len(comparison.new)) == (8, 8)
        assert min(comparison.new) > 0.02
        assert comparison.verdict == "slower"


@pytest.mark.parametrize(
    ("version", "what", "words"),
    [
        ("new", WRONG, r"WRONG out= values: 48 of 48 differ, the first at \(0, 0, 0, 0\)"),
        ("old", ABSENT, "AttributeError: nothing of that name"),
        ("new", DEAD, "its process died: nothing printed"),
    ],
)
def test_who_fails_is_not_timed(
    folders: dict[str, Path], version: str, what: str, words: str
) -> None:
    """It is named with the reason, which is a fault of the new version alone."""
    change(folders[version], what)
    for comparison in compared(folders):
        assert comparison.old == comparison.new == []
        assert comparison.own_fault == (version == "new")
        assert re.search(f"^{version}: {words}", comparison.fault)


def test_files_of_another_version_are_noticed(folders: dict[str, Path], tmp_path: Path) -> None:
    """Such as those that are installed."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "strange.py").write_text("")
    with (folders["new"] / "clpool" / "__init__.py").open("a") as file:
        file.write(f"\n__path__.append({str(elsewhere)!r})\nimport clpool.strange\n")
    with (
        Version("new", folders["new"]) as version,
        pytest.raises(Fault, match=f"^new: imported from {re.escape(str(elsewhere))}$"),
    ):
        version.prepare(problem_of(chosen(["tiny"])[0]), on_device=False)


@pytest.mark.skipif(commit() is None, reason="this is no checkout of git")
def test_a_revision(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The table and the record of a small case, the last commit's files the old version."""
    monkeypatch.setattr(against, "PAIRS", 8)
    monkeypatch.setattr(against, "MORE_PAIRS", 10)
    path = tmp_path / "record.json"
    status = bench.main(["--against", "HEAD", "--cases", "tiny", "--json", str(path)])
    record = json.loads(path.read_text())
    assert record["about"]["commit"].startswith(record["about"]["old"])
    assert [case["form"] for case in record["cases"]] == ["out=", "fresh"]
    assert {len(case["new"]) for case in record["cases"]} <= {8, 10}
    printed = capsys.readouterr().out
    assert printed.count("\ntiny max 2x2 s2, 3x8x8") == 2
    assert status == ("slower" in {case["verdict"] for case in record["cases"]})
    assert not list((ROOT / "out").glob("against-*"))


@pytest.mark.skipif(commit() is None, reason="this is no checkout of git")
def test_a_revision_that_is_none(tmp_path: Path) -> None:
    """The error names it; the program ends with it."""
    with pytest.raises(ValueError, match="takes a revision of git, and 'no-such' is none here"):
        checked_out("no-such", tmp_path)
    with pytest.raises(SystemExit, match="'no-such' is none here"):
        bench.main(["--against", "no-such", "--cases", "tiny"])
