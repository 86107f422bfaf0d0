"""What is read from compilers' logs and assembly that lies here."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from clpool.tools.gpu import static
from clpool.tools.gpu.__main__ import line, main
from clpool.tools.gpu.cases import chosen
from clpool.tools.gpu.item import Counts
from clpool.tools.gpu.reports import occupancy, report
from clpool.tools.gpu.static import Row

from .conftest import assembled


def test_a_report_of_nvidia() -> None:
    """Registers and memory of the log, accesses of the assembly."""
    found = report(assembled("sm_86"), (64, 4, 1))
    assert (found.registers, found.spills, found.scratch, found.local) == (10, 12, 16, 512)
    assert (found.loads, found.stores) == ({32: 1}, {32: 1})
    assert 0 < found.before < found.instructions < 60
    assert (found.calls, found.doubles, found.simd) == (0, 0, 32)
    assert found.wide == 2  # the addresses of the load and of the store


def test_a_report_of_amd() -> None:
    """The compiler's own account."""
    found = report(assembled("gfx1030"), (256,))
    assert (found.registers, found.spills, found.scratch, found.local) == (7, 0, 0, 0)
    assert (found.loads, found.stores) == ({32: 1}, {32: 1})
    assert (found.occupancy, found.simd) == (1.0, 32)


def test_a_report_of_intel() -> None:
    """Two accesses of sixteen items each; a thread's highest register."""
    found = report(assembled("skl"), (256,))
    assert (found.loads, found.stores) == ({32: 2}, {32: 2})
    assert (found.registers, found.simd, found.spills, found.wide) == (128, 32, 0, 0)
    spilled = replace(assembled("skl"), assembly="//.spill size 544\n" + assembled("skl").assembly)
    assert report(spilled, (256,)).spills == 544
    stores = "store.ugm.d32x2.a64.wb.wb (16|M0)\nstore.ugm.d32.a64.wb.wb (16|M0)\n"
    for more, scratch in (("", 0), ("load.ugm.d32.a64.ca.ca (16|M0)\n", 12)):
        private = replace(spilled, assembly=assembled("skl").assembly + stores + more)
        assert report(private, (256,)).scratch == scratch


@pytest.mark.parametrize("target", ["sm_86", "gfx1030", "skl"])
def test_a_compilers_warnings_are_diagnostics(target: str) -> None:
    """Other lines of its log are not, not even those on the tool's own dumps."""
    quiet = assembled(target)
    assert report(quiet, (256,)).diagnostics == 0
    lines = (
        "k.cl:3:5: warning: unused variable 'n' [-Wunused-variable]",
        "ptxas warning : Value of threads per SM is out of range",
        "ShaderDumpEnable Warning! BufferVec[] has 2444 elements.",
        "1 warning generated.",
    )
    assert report(replace(quiet, log="\n".join(lines) + quiet.log), (256,)).diagnostics == 2


@pytest.mark.parametrize(
    ("registers", "local", "items", "share"),
    [
        (40, 0, 256, 1.0),  # 51 warps of 1,280 registers: six groups of eight
        (42, 0, 256, 40 / 48),  # 42 warps of 1,536: five groups
        (150, 0, 256, 8 / 48),  # 13 warps of 4,864: one group
        (24, 0, 32, 16 / 48),  # sixteen groups at most
        (24, 40 * 1024, 256, 16 / 48),  # two groups of 40 KiB in 100
    ],
)
def test_occupancy(registers: int, local: int, items: int, share: float) -> None:
    """What is resident is limited by warps, groups, registers and local memory."""
    assert occupancy("sm_86", registers, local, items) == pytest.approx(share)


def test_a_row_weighs_instructions_against_a_cards_budget() -> None:
    """Instructions an output over what the card issues while it moves an output's bytes."""
    facts = ("B", "sm_86", "RTX 3060", "max", "direct_span", 4, (64, 4, 1), 20.0)
    found = report(assembled("sm_86"), (64, 4, 1))
    row = Row(*facts, found, Counts(instructions=354.0, results=4))
    assert row.per_output == 88.5
    assert row.load == pytest.approx(88.5 / 20 / 17.69, rel=1e-3)
    assert "88.5" in line(row)
    assert json.loads(json.dumps(row.as_dict()))["report"]["loads"] == {"32": 1}
    without = Row(*facts, found, error="an instruction")
    assert without.per_output is None
    assert "(an instruction)" in line(without)
    assert "no such type" in line(Row(*facts, error="no such type\nat all"))


def test_what_there_is_to_compile() -> None:
    """Every target whose card computes the type; those that are walked need two others."""
    works = list(static.works(chosen(["B float64"])))
    assert [work.target for work in works] == [
        "sm_75",
        "sm_86",
        "sm_90",
        "gfx90a",
        "gfx1030",
        "skl",
    ]
    assert [job.target for job in works[-1].jobs] == ["skl", "sm_86", "gfx1030"]
    digests = {job.digest for work in works for job in work.jobs}
    assert len(digests) == len({(job.source, job.target) for w in works for job in w.jobs})


def test_commands_say_what_is_missing(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without compilers the message names them, and how to get them."""
    monkeypatch.setenv("CLPOOL_GPU_TOOLS", str(tmp_path))
    with pytest.raises(SystemExit, match=r"missing in .*clang-19.*nvdisasm.*install"):
        main(["static"])
