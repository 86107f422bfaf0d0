"""The benchmark: right results alone are timed, and what it says follows from the times."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import clpool
from clpool.tools import bench, bench_figure, bench_host, bench_rest, bench_rivals
from clpool.tools.bench_cases import CASES, Case, chosen, of_sizes
from clpool.tools.bench_problems import Problem, problem_of
from clpool.tools.bench_record import Outcome, Timing, commit, rates, size, summary
from clpool.tools.bench_rivals import Absent, Contender, Field

pytestmark = pytest.mark.device

Libraries = dict[str, bench_rivals.Library]


def outcome_of(**medians: float) -> Outcome:
    """An outcome with one contender of each library at these times, of 64 MB."""
    timings = [
        Timing(library, "out=", False, median, median / 2, (median, median), 5, 1)
        for library, median in medians.items()
    ]
    return Outcome("case", (1, 2, 3, 4), "float32", 64_000_000, timings)


@pytest.fixture
def rivals(monkeypatch: pytest.MonkeyPatch) -> Libraries:
    """The rivals that take part, in place of those that are installed."""
    found: Libraries = {}
    monkeypatch.setattr(
        bench, "libraries", lambda field, names: {"clpool": bench_rivals.own, **found}
    )
    return found


def rival(compute: Callable[[np.ndarray], np.ndarray], calls: list[str]) -> bench_rivals.Library:
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

    found = {"absent": absent, "rival": rival(broken, []), "clpool": bench_rivals.own}
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


@pytest.mark.cover("case.operator", "case.dtype", "case.indices", "case.channels_last", "arrays")
@pytest.mark.parametrize("arrays", ["numpy", "device"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_clpool_takes_part_in_every_case(case: Case, arrays: str) -> None:
    """Into given arrays and with fresh ones, of numpy and on the device."""
    quick = case.quick()
    field = Field.of(arrays)
    for contender in bench_rivals.own(problem_of(quick), field):
        problem_of(quick).check(contender.results(contender.run()))


@pytest.mark.parametrize("name", ["F A with", "K gradient of A", "G A", "global avg ch", "unpool"])
def test_torch_takes_part(name: str) -> None:
    """PyTorch's results pass the check in both memory formats."""
    pytest.importorskip("torch", reason="PyTorch (the extra 'torch') is not installed")
    from clpool.tools import bench_torch

    problem = problem_of(chosen([name])[0].quick())
    forms = set()
    for contender in bench_torch.contenders(problem, Field.of("numpy")):
        problem.check(contender.results(contender.run()))
        forms.add(contender.form.partition(" ")[0])
    assert "channels_last" in forms
    assert len(forms) > 1


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
    assert bench_figure.main([str(record), str(again)]) == 0
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


def test_sizes_of_inputs() -> None:
    """Each is as large as its name says."""
    cases = of_sizes(2, 2, 1 << 30)
    assert [c.name for c in cases][::5] == ["1 KiB", "1 MiB", "1 GiB"]
    assert [4 * int(np.prod(c.shape)) for c in cases] == [1 << n for n in range(10, 31, 2)]
    with pytest.raises(ValueError, match="--most-bytes at least 1024"):
        of_sizes(2, 2, 1000)


def test_statistics() -> None:
    """Of made-up times: median, best, quartiles, the ratio to the faster copy, GB/s."""
    timing = Timing.of("clpool", "out=", False, [5.0, 1.0, 2.0, 4.0, 3.0], 7)
    assert (timing.median, timing.best, timing.quartiles) == (3.0, 1.0, (2.0, 4.0))
    assert (timing.rounds, timing.calls, timing.name) == (5, 7, "clpool out=")
    assert Timing.of("a", "", True, [2.0], 1).quartiles == (2.0, 2.0)
    outcome = outcome_of(copy=0.002, clpool=0.003, torch=0.006)
    slow = Timing("copy", "slow", False, 0.004, 0.0005, (0.004, 0.004), 5, 1)
    outcome.timings.append(slow)
    outcome.timings.append(Timing("clpool", "", True, 0.005, 0.004, (0.005, 0.005), 5, 1))
    assert outcome.floor.median == 0.002
    own = outcome.libraries()["clpool"]
    assert (own.form, outcome.ratio(own)) == ("out=", 1.5)
    assert outcome.best_ratio(own) == pytest.approx(3)
    assert outcome.rate(own) == pytest.approx(64 / 3)
    assert list(outcome.libraries()) == ["clpool", "torch"]
    assert "torch out=" in list(summary([outcome]))[1]
    assert list(summary([outcome]))[1].split()[-1] == "2.00"
    assert list(rates([outcome]))[1].split() == ["case", "32", "21.3", "10.7"]
    assert Outcome.from_dict(json.loads(json.dumps(outcome.as_dict()))) == outcome


def test_who_is_slow_takes_part_in_fewer_rounds() -> None:
    """A clock that stands still but for the contenders' own steps makes times exact."""
    now = 0.0
    order: list[str] = []

    def contender(name: str, seconds: float) -> Contender:
        def run() -> None:
            nonlocal now
            now += seconds
            order.append(name)

        return Contender(name, "", run, lambda _: [])

    found = bench.timed(
        [contender("fast", 1e-5), contender("slow", 0.25), contender("slowest", 3.0)],
        20,
        lambda: now,
    )
    assert [timing.rounds for timing in found] == [20, 8, bench.LEAST_ROUNDS]
    assert [timing.calls for timing in found] == [20, 1, 1]
    assert [timing.median for timing in found] == pytest.approx([1e-5, 0.25, 3.0])
    assert set(order[-100:]) == {"fast"}


@pytest.mark.parametrize("count", range(1, 8))
def test_everyone_comes_after_everyone_equally_often(count: int) -> None:
    """Each takes part in each round, and the pairs of neighbours are balanced."""
    found = bench.orders(count)
    assert all(sorted(order) == list(range(count)) for order in found)
    pairs = [pair for order in found for pair in itertools.pairwise(order)]
    times = {pairs.count(pair) for pair in itertools.permutations(range(count), 2)}
    assert times <= {1 if count % 2 == 0 else 2}


def test_a_turn_comes_when_all_threads_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two pauses in which threads were busy, and one in which they were hardly."""
    pauses, spent = [], iter([0, 2e-3, 2e-3, 2.4e-3, 2.4e-3, 2.41e-3, 9])
    monkeypatch.setattr(bench_rest.time, "sleep", pauses.append)
    monkeypatch.setattr(bench_rest.time, "process_time", lambda: next(spent))
    bench_rest.settle()
    assert pauses == [bench_rest.PAUSE] * 3


def test_wishes_that_name_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """A word in no case's name and an unknown rival end the program with what there is."""
    with pytest.raises(SystemExit, match="no case is named like 'nothing'; there are"):
        bench.main(["--cases", "nothing"])
    with pytest.raises(SystemExit, match="no rival is called nobody; there are torch"):
        bench.main(["--rivals", "nobody"])


def test_sizes_and_commits_for_a_reader(tmp_path: Path) -> None:
    """Bytes in units; no commit where no checkout is."""
    found = [size(n) for n in (960, 25_700, 64_200_000, 2 * 10**9)]
    assert found == ["960 B", "25.7 kB", "64.2 MB", "2 GB"]
    assert commit(tmp_path) is None


def test_costs_on_the_host(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every row is there, a call costs more than a bare launch, a warm start less than a cold."""
    path = tmp_path / "host.json"
    assert bench_host.main(["--repeats", "3", "--processes", "1", "--json", str(path)]) == 0
    rows = {row["name"]: row for row in json.loads(path.read_text())["rows"]}
    assert rows["numpy to numpy, out="]["repeats"] == 3
    assert all(0 < row["best"] <= row["median"] for row in rows.values())
    cold, warm = (rows[f"first result after import, {how} caches"] for how in ("empty", "filled"))
    assert warm["median"] < cold["median"]
    assert "bare launch and finish, arguments set" in capsys.readouterr().out
