"""What a trace holds: one time a turn, of the calls that fill it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from clpool.tools import trace


def test_a_turn_has_one_time() -> None:
    """Short calls are repeated until a turn is long enough, and one more is not timed."""
    calls = 0

    def run() -> None:
        nonlocal calls
        calls += 1

    found = trace.trace(run, turns=5)
    repeated = (calls - 20) / 5 - 1
    assert len(found) == 5
    assert all(isinstance(time, int) for time in found)
    assert repeated == int(repeated) > 1


@pytest.mark.device
def test_traces_are_added_to_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Every case under the device's name, beside what was there."""
    file = tmp_path / "traces.json"
    file.write_text('{"other 2x2":[1,2]}')
    monkeypatch.setattr(trace, "CASES", {"2x2": ((1, 1, 8, 8), 2, 2, 0, 3)})
    assert trace.main(["here", str(file)]) == 0
    kept = json.loads(file.read_text())
    assert kept.keys() == {"other 2x2", "here 2x2"}
    assert len(kept["here 2x2"]) == 3
    assert min(kept["here 2x2"]) > 0
