"""The gate, with planted worsenings, on the compilers' own numbers where they are there."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from clpool.runtime.capabilities import is_pocl
from clpool.runtime.device import default_queue
from clpool.tools.gpu import entries, gate, kept, pages, survey
from clpool.tools.gpu.cases import CASES, chosen
from clpool.tools.gpu.entries import PLACES, Entry, Key, Place, Table, digests, wanted, work_of
from clpool.tools.gpu.model import Judgement
from clpool.tools.gpu.reports import Report
from clpool.tools.gpu.static import Row
from clpool.tools.gpu.toolchain import HINT, Toolchain

pytest.importorskip("ml_dtypes", reason="ml_dtypes (the extra 'bfloat16') is not installed")

TOOLS = Toolchain.default()
NAMES = ("A max 3x3 s2 p1", "B max 2x2 s2")
PLACE = ("RTX 3060", "sm_86")
WORSE = ("B max 2x2 s2", *PLACE)
Run = Callable[..., int]


def numbers(key: Key, digest: str) -> Entry:
    """An entry with numbers of its own."""
    return Entry(digest, 40, 0, 0, 0, 50.0, 0.5, 0.9, "issue", 1.0, 1.0)


@pytest.fixture
def table() -> Table:
    """The kept table of two cases, whose kernels are today's."""
    return {key: numbers(key, digest) for key, digest in digests(chosen(NAMES)).items()}


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the gate on a kept table, where counting finds ``found``, or no time."""

    def run_gate(table: Table, found: Table, seconds: float = 60, keep: bool = False) -> int:
        path = tmp_path / "kept.json"
        kept.write(table, path)

        def count(todo: entries.Wanted, *_: object) -> tuple[Table, list[Key]]:
            keys = [(case.name, *place) for case, places in todo.items() for place in places]
            if not seconds:
                return {}, keys
            return {key: found.get(key, table.get(key, Entry("new"))) for key in keys}, []

        monkeypatch.setattr(gate, "survey", count)
        monkeypatch.setattr(pages, "write", lambda table: None)
        options = {"all": False, "keep": keep, "kept": path, "seconds": seconds}
        return gate.run(argparse.Namespace(**options), chosen(NAMES), TOOLS)

    return run_gate


def test_nothing_but_the_control_is_counted_where_nothing_changed(
    table: Table, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    """And the gate is passed."""
    there = digests(chosen(NAMES))
    assert [case.name for case in wanted(chosen(NAMES), there, table)] == []
    assert run(table, {}) == 0
    out = capsys.readouterr().out
    assert f"counted are {len(PLACES)}, of 1 cases" in out
    assert "WORSE" not in out
    assert out.endswith("nothing is worse\n")
    changed = {**table, WORSE: replace(table[WORSE], digest="another")}
    assert run(changed, {WORSE: replace(table[WORSE], each=40.0)}) == 0
    out = capsys.readouterr().out
    assert "better B max 2x2 s2, RTX 3060 (sm_86)" in out
    assert f"`{gate.KEEP}` keeps the new numbers" in out


def test_a_changed_kernel_or_a_new_one_is_counted(table: Table) -> None:
    """Of the places where it is one."""
    changed = {**table, WORSE: replace(table[WORSE], digest="another")}
    del changed["A max 3x3 s2 p1", "H200", "sm_90"]
    todo = wanted(chosen(NAMES), digests(chosen(NAMES)), changed)
    assert {case.name: places for case, places in todo.items()} == {
        "A max 3x3 s2 p1": [("H200", "sm_90")],
        "B max 2x2 s2": [PLACE],
    }


@pytest.mark.parametrize(
    ("planted", "words"),
    [
        ({"spills": 8}, "bytes spilled 0 -> 8"),
        ({"each": 60.0}, "instructions per output 50 -> 60"),
        ({"share": 0.5, "limit": "cache"}, "90.0% -> 50.0% (limit issue -> cache)"),
        ({"diagnostics": 2}, "diagnostics 0 -> 2"),
    ],
)
def test_a_worse_kernel_fails(
    table: Table,
    run: Run,
    capsys: pytest.CaptureFixture[str],
    planted: dict[str, object],
    words: str,
) -> None:
    """It is named with its card, and how to keep it is said; once kept, it passes."""
    before = {**table, WORSE: replace(table[WORSE], digest="another")}
    found = {WORSE: replace(table[WORSE], **planted)}  # type: ignore[arg-type]
    assert run(before, found) == 1
    out = capsys.readouterr().out
    assert "WORSE  B max 2x2 s2, RTX 3060 (sm_86): " in out
    assert words in out
    assert gate.KEEP in out
    assert run({**table, **found}, found) == 0


def test_the_control_is_held_to_its_numbers(table: Table, run: Run) -> None:
    """Its kernel is the kept one; only compilers or the model can have changed."""
    control = (gate.CONTROL, *PLACE)
    assert run(table, {control: replace(table[control], each=52.0)}) == 1


def test_what_was_not_looked_at_fails(
    table: Table, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    """With its name."""
    assert run({}, {}, seconds=0) == 1
    assert "NOT LOOKED AT  B max 2x2 s2, H200 (sm_90)" in capsys.readouterr().out


def test_new_numbers_are_kept(table: Table, run: Run, tmp_path: Path) -> None:
    """In the order of the cases, also the worse ones; entries of no case are dropped."""
    before = {("no case", *PLACE): table[WORSE], **table}
    before[WORSE] = replace(table[WORSE], digest="another")
    found = {WORSE: replace(table[WORSE], each=60.0)}
    assert run(before, found, keep=True) == 0
    assert kept.read(tmp_path / "kept.json") == {**table, **found}


def test_the_digest_follows_the_source_and_the_launch() -> None:
    """And the compiler's target."""
    work = work_of(CASES[0], PLACE)
    assert work is not None
    part = work.part
    others = [
        replace(work, source=work.source + " "),
        replace(work, target="sm_90"),
        replace(work, part=replace(part, group=(2 * part.group[0], *part.group[1:]))),
        replace(work, part=replace(part, size=(2 * part.size[0], *part.size[1:]))),
    ]
    assert len({entries.digest_of(one) for one in (work, *others)}) == 5
    assert entries.digest_of(replace(work, parts=3)) == entries.digest_of(work)


def test_an_entry_has_what_compilers_and_the_model_say() -> None:
    """A planted spill comes out of a report; a target beside the card's has no share."""
    work = work_of(CASES[0], PLACE)
    assert work is not None
    report = Report(registers=255, spills=12, scratch=16, diagnostics=1)
    row = Row("A", "sm_86", "RTX 3060", "k", "outputs", 4, (64,), 20.0, report, None, "FOO R1")
    judgement = Judgement("A", "RTX 3060", "k", (64,), 0.9, 0.7, 6.0, 0.5, 1.0, None, 0.8, "cache")
    found = entries.entry(work, row, judgement)
    assert (found.registers, found.spills, found.scratch, found.diagnostics) == (255, 12, 16, 1)
    assert (found.share, found.limit, found.lanes, found.useful) == (0.8, "cache", 0.9, 0.7)
    assert (found.each, found.error) == (None, "FOO R1")
    assert entries.entry(work, row, None).share is None


def test_no_case_is_begun_without_time() -> None:
    """All are left then."""
    todo = {case: [PLACE] for case in chosen(NAMES)}
    found, left = survey.survey(todo, TOOLS, -1)
    assert (found, left) == ({}, [(name, *PLACE) for name in NAMES])


@pytest.mark.device
def test_kept_entries_are_counted_as_they_were() -> None:
    """Compiled, executed and traced here, as on another machine."""
    if missing := TOOLS.missing():
        pytest.skip(f"needs the offline compilers ({', '.join(missing)}); {HINT}")
    if not is_pocl(default_queue().device):
        pytest.skip("marks are clang's C, and groups a GPU's: PoCL")
    table = kept.read()
    if not table:
        pytest.skip("needs the checkout's kept table")
    (case,) = chosen(["B uint8"])[:1]
    places: list[Place] = [PLACE, ("RX 6700", "gfx1030"), ("UHD 620", "skl"), ("Apple M2", "")]
    found = entries.entries(case, places, TOOLS)
    assert found == {place: table[(case.name, *place)] for place in places}
