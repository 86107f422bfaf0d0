"""The benchmark: right results alone are timed, and what it says follows from the times."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import clpool
from clpool.tools.bench import __main__ as bench
from clpool.tools.bench import figure as figures
from clpool.tools.bench.cases import chosen
from clpool.tools.bench.contender import Absent, Contender, Field, Library
from clpool.tools.bench.problems import Problem
from clpool.tools.bench.rivals import own

pytestmark = pytest.mark.device

Libraries = dict[str, Library]


@pytest.fixture
def rivals(monkeypatch: pytest.MonkeyPatch) -> Libraries:
    """The rivals that take part, in place of those that are installed."""
    found: Libraries = {}
    monkeypatch.setattr(bench, "libraries", lambda field, names: {"clpool": own, **found})
    return found


def rival(compute: Callable[[np.ndarray], np.ndarray], calls: list[str]) -> Library:
    """A rival that pools by a function of numpy, and notes its calls."""

    def contenders(problem: Problem, field: Field) -> Iterator[Contender]:
        def run() -> np.ndarray:
            calls.append(problem.case.name)
            return compute(problem.sources["x"])

        yield Contender("rival", "", run, lambda found: [found], fresh=True)

    return contenders


def blocks(x: np.ndarray) -> np.ndarray:
    """The 2x2 maxima of planes of even or odd lengths."""
    n, c, h, w = x.shape
    return x[:, :, : h // 2 * 2, : w // 2 * 2].reshape(n, c, h // 2, 2, w // 2, 2).max((3, 5))


def test_a_right_rival_is_timed(rivals: Libraries, capsys: pytest.CaptureFixture[str]) -> None:
    """It is in the case's table and in that of all, and clpool is compared with it."""
    calls: list[str] = []
    rivals["rival"] = rival(blocks, calls)
    assert bench.main(["--quick", "--repeats", "3", "--cases", "B max"]) == 0
    printed = capsys.readouterr().out
    assert len(calls) > 3
    assert "QUICK" in printed
    assert "the floor" in printed
    assert printed.count("\n  rival ") == 1
    assert printed.splitlines()[-1].split()[-2] == "rival"


def test_a_wrong_rival_is_reported_and_not_timed(
    rivals: Libraries, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One wrong element among all; it is computed once, and has no times."""
    calls: list[str] = []

    def wrong(x: np.ndarray) -> np.ndarray:
        found = blocks(x)
        found[-1, -1, -1, -1] = np.nextafter(found[-1, -1, -1, -1], np.float32(9))
        return found

    rivals["rival"] = rival(wrong, calls)
    path = tmp_path / "new" / "record.json"
    arguments = ["--quick", "--repeats", "3", "--cases", "B max", "--json", str(path)]
    assert bench.main(arguments) == 0
    assert calls == ["B max 2x2 s2"]
    assert "WRONG: values: 1 of 512 differ, the first at (1, 3, 7, 7)" in capsys.readouterr().out
    (case,) = json.loads(path.read_text())["cases"]
    assert list(case["wrong"]) == ["rival"]
    assert "rival" not in {timing["library"] for timing in case["timings"]}


def test_a_rival_that_turns_wrong_loses_its_times(rivals: Libraries) -> None:
    """Results are looked at again after they were timed."""
    calls: list[str] = []
    rivals["rival"] = rival(lambda x: blocks(x) + np.float32(len(calls) > 1), calls)
    case = chosen(["B max"])[0].quick()
    outcome = bench.compete(case, {"rival": rivals["rival"]}, Field.of(), 2)
    assert outcome.wrong["rival"].startswith("after it was timed: values: 512 of 512 differ")
    assert outcome.libraries() == {}


def test_whoever_cannot_is_named_with_the_reason(rivals: Libraries) -> None:
    """One that says so itself, and one that breaks down; the others go on."""

    def absent(problem: Problem, field: Field) -> Iterator[Contender]:
        raise Absent("not installed")
        yield

    def broken(x: np.ndarray) -> np.ndarray:
        raise MemoryError("no\n  room")

    found = {"absent": absent, "rival": rival(broken, []), "clpool": own}
    outcome = bench.compete(chosen(["B max"])[0].quick(), found, Field.of(), 2)
    assert outcome.absent == {"absent": "not installed", "rival": "MemoryError: no room"}
    assert list(outcome.libraries()) == ["clpool"]
    assert not outcome.own_fault


def test_a_wrong_value_of_clpool_is_an_error(
    rivals: Libraries, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The exit status says so."""
    right = clpool.avg_pool2d

    def wrong(*arguments: Any, **options: Any) -> Any:
        return right(*arguments, **options) * np.float32(1.001)

    monkeypatch.setattr(clpool, "avg_pool2d", wrong)
    assert bench.main(["--quick", "--repeats", "2", "--cases", "D avg 2x2"]) == 1
    printed = capsys.readouterr().out
    assert re.search(r"clpool out= +WRONG: averages: \d+ of 512 beyond the bound", printed)
    assert "FAILED" in printed.splitlines()[-1]


def test_the_record_and_the_figure_are_written(
    rivals: Libraries, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The record is drawn again as it was drawn."""
    image = pytest.importorskip("PIL.Image", reason="Pillow (the extra 'image') is not installed")
    pytest.importorskip("matplotlib", reason="matplotlib (the extra 'image') is not installed")
    record, figure, again = (tmp_path / name for name in ("a/r.json", "b/f.png", "g.png"))
    arguments = ["--quick", "--repeats", "2", "--cases", "E ", "tiny"]
    assert bench.main([*arguments, "--json", str(record), "--figure", str(figure)]) == 0
    about = json.loads(record.read_text())["about"]
    assert about["threads"] >= 1
    assert about["versions"]["clpool"] == clpool.__version__
    assert {"date", "commit", "device", "driver", "cpu"} <= set(about)
    assert figures.main([str(record), str(again)]) == 0
    first, second = (np.asarray(image.open(path).convert("L")) for path in (figure, again))
    assert first.std() > 20
    assert np.array_equal(first, second)


def test_rates_by_size(
    rivals: Libraries, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A table with a row per size, and a figure."""
    pytest.importorskip("matplotlib", reason="matplotlib (the extra 'image') is not installed")
    path = tmp_path / "sizes.png"
    arguments = ["--sizes", "3", "2", "--most-bytes", "16384", "--repeats", "2"]
    assert bench.main([*arguments, "--figure", str(path)]) == 0
    rows = capsys.readouterr().out.partition("GB/s  ")[2].splitlines()
    assert [row[:6].strip() for row in rows if "iB" in row[:7]][-3:] == ["1 KiB", "4 KiB", "16 KiB"]
    assert path.stat().st_size > 10_000


def test_wishes_that_name_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """A word in no case's name and an unknown rival end the program with what there is."""
    with pytest.raises(SystemExit, match="no case is named like 'nothing'; there are"):
        bench.main(["--cases", "nothing"])
    with pytest.raises(SystemExit, match="no rival is called nobody; there are torch"):
        bench.main(["--rivals", "nobody"])
