"""The kept table: how it is compared, and that it is read as it was written."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from clpool.tools.gpu import kept, pages
from clpool.tools.gpu.cases import CASES
from clpool.tools.gpu.entries import PLACES, Entry, digests
from clpool.tools.gpu.kept import complaints, worse

pytest.importorskip("ml_dtypes", reason="ml_dtypes (the extra 'bfloat16') is not installed")

BEFORE = Entry("a digest", 40, 0, 0, 0, 50.0, 0.5, 0.9, "issue", 1.0, 0.8)
KEY = ("A", "RTX 3060", "sm_86")
needs_table = pytest.mark.skipif(not pages.PAGE.is_file(), reason="needs the checkout's documents")


@pytest.mark.parametrize(
    ("planted", "words"),
    [
        ({"spills": 8}, "bytes spilled 0 -> 8"),
        ({"scratch": 64}, "bytes of scratch 0 -> 64"),
        ({"diagnostics": 1}, "diagnostics 0 -> 1"),
        ({"each": 51.1}, "instructions per output 50 -> 51.1"),
        ({"share": 0.88}, "share of a copy's speed 90.0% -> 88.0% (limit issue -> issue)"),
        ({"each": None, "error": "FOO R1"}, "instructions per output 50 -> unknown: FOO R1"),
        (
            {"registers": None, "each": None, "error": "line 3"},
            "it does not compile any more: line 3",
        ),
    ],
)
def test_what_is_worse_is_said(planted: dict[str, Any], words: str) -> None:
    """Of each kind one, with both numbers, and nothing else."""
    assert list(worse(replace(BEFORE, **planted), BEFORE)) == [words]


@pytest.mark.parametrize(
    "planted", [{}, {"each": 51.0}, {"share": 0.882}, {"each": 20.0, "share": 1.0, "registers": 90}]
)
def test_what_is_not_worse_is_no_complaint(planted: dict[str, Any]) -> None:
    """Within the tolerance, and registers alone."""
    assert not list(worse(replace(BEFORE, **planted), BEFORE))


def test_a_kernel_without_kept_numbers_may_have_no_spill_and_must_compile() -> None:
    """Its other numbers are new; what is kept as spilling may go on so."""
    spilling = replace(BEFORE, spills=4)
    assert list(worse(spilling, None)) == ["bytes spilled 0 -> 4"]
    assert not list(worse(BEFORE, None))
    assert not list(worse(spilling, spilling))
    broken = Entry("a digest", error="line 3")
    assert list(worse(broken, None)) == ["it does not compile: line 3"]
    assert not list(worse(Entry("a digest", share=0.5, limit="memory"), None))


def test_complaints_name_case_and_card() -> None:
    """Of those entries alone that have any."""
    other = ("B", "H200", "sm_90")
    found = {KEY: replace(BEFORE, each=60.0), other: BEFORE}
    assert list(complaints(found, {KEY: BEFORE, other: BEFORE})) == [KEY]


def test_a_table_is_read_as_it_was_written(tmp_path: Path) -> None:
    """Other columns are refused; no file is an empty table."""
    path = tmp_path / "kept.json"
    assert kept.read(path) == {}
    table = {KEY: BEFORE, ("A", "Apple M2", ""): Entry("another"), ("B", *KEY[1:]): BEFORE}
    kept.write(table, path)
    assert kept.read(path) == table
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [line[:7] for line in lines if line.startswith("[")] == ['["RTX 3', '["Apple', '["RTX 3']
    path.write_text(path.read_text(encoding="utf-8").replace("useful", "used"), encoding="utf-8")
    with pytest.raises(ValueError, match="has the columns"):
        kept.read(path)


@needs_table
def test_the_kept_table_has_every_case_and_the_page_shows_it() -> None:
    """No case without an entry on each card, and no entry without a case."""
    table = kept.read()
    assert set(table) == set(digests(CASES))
    assert {key[1:] for key in table} == set(PLACES)
    assert pages.PAGE.read_text(encoding="utf-8") == pages.text(table, kept.read(pages.FIRST))


@needs_table
def test_no_kept_kernel_spills() -> None:
    """No scratch and no diagnostic either; those of targets are all known."""
    for key, entry in kept.read().items():
        found = [entry.spills or 0, entry.scratch or 0, entry.diagnostics or 0]
        assert found == [0, 0, 0], key
        assert entry.share is None or 0 < entry.share <= 1, key
        assert (entry.registers is not None) == bool(key[2]), key


def test_a_page_says_what_limits() -> None:
    """And what is not known, or not there."""
    table = {
        ("A", "RTX 3060", "sm_86"): BEFORE,
        ("A", "Apple M2", ""): Entry("another", share=1.0, limit="memory", useful=1.0),
    }
    first = {KEY: replace(BEFORE, share=0.25, limit="cache"), ("B", *KEY[1:]): BEFORE}
    shares, budget, lanes, since = (
        next(line for line in part.splitlines() if line.startswith("| A "))
        for part in pages.text(table, first).split("\n## ")[1:]
    )
    assert shares.split(" | ")[1:3] == ["90 i", "-"]
    assert "100 ?" in shares
    assert budget == "| A | 0.50 | - | - | - | - | - |"
    assert lanes.split(" | ")[1] == "80"
    assert since == "| A | 25 c → 90 i | - | - | - | - | - |"


def test_pages_are_written_into_files(tmp_path: Path) -> None:
    """With a figure where matplotlib is there."""
    pytest.importorskip("matplotlib", reason="matplotlib (the extra 'image') is not installed")
    page, figure = tmp_path / "page.md", tmp_path / "page.png"
    pages.write({KEY: BEFORE}, page, figure)
    assert page.read_text(encoding="utf-8") == pages.text({KEY: BEFORE}, kept.read(pages.FIRST))
    assert figure.read_bytes().startswith(b"\x89PNG")
