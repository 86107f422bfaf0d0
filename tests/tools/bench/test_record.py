"""The statistics and tables of a record."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from clpool.tools.bench.record import Outcome, Timing, commit, rates, size, summary


def outcome_of(**medians: float) -> Outcome:
    """An outcome with one contender of each library at these times, of 64 MB."""
    timings = [
        Timing(library, "out=", False, median, median / 2, (median, median), 5, 1)
        for library, median in medians.items()
    ]
    return Outcome("case", (1, 2, 3, 4), "float32", 64_000_000, timings)


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


def test_sizes_and_commits_for_a_reader(tmp_path: Path) -> None:
    """Bytes in units; no commit where no checkout is."""
    found = [size(n) for n in (960, 25_700, 64_200_000, 2 * 10**9)]
    assert found == ["960 B", "25.7 kB", "64.2 MB", "2 GB"]
    assert commit(tmp_path) is None
