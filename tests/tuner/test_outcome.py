"""Times of records: those of the pairs that decided."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fake_worker import Faked

from clpool.tuner.outcome import Outcome
from clpool.tuner.session import Session, Settings

DEFAULT, FAST = "{}", '{"width":8}'
CALL = "max_pool2d(float32[1, 2, 32, 32], 2)"


def outcome_of(root: Path, faked: Faked) -> Outcome:
    """The outcome of a run over one call."""
    settings = Settings(root / "records", 60.0, builders=1, lock=root / "lock")
    session = Session(settings, faked.start)
    try:
        (outcome,) = session.run([CALL])
        return outcome
    finally:
        session.close()


def faked(default: float, slower: float) -> Faked:
    """Fake workers that are slower in new processes than in the race."""
    found = Faked({DEFAULT: default, FAST: 1.0e-3})

    def before(request: Any, limit: float) -> None:
        if found.started > 1 and request["do"] == "time":
            found.times = {DEFAULT: slower * default, FAST: slower * 1.0e-3}

    found.before = before
    return found


def test_the_times_of_a_winner_have_its_ratio(tmp_path: Path) -> None:
    """They are of the new processes, wherever the times of the race were."""
    record = outcome_of(tmp_path, faked(1.2e-3, slower=2.0)).record
    assert record.winner == {"width": 8}
    assert record.times["default_ms"] == pytest.approx(2.4, rel=0.01)
    ratio = record.times["default_ms"] / record.times["winner_ms"]
    assert ratio == pytest.approx(record.duel["ratio"], rel=1e-3)
    assert record.all[0]["seconds"] == pytest.approx(1.2e-3, rel=0.01)


@pytest.mark.parametrize("fast", [1.0e-3, None])
def test_a_default_that_stands_has_its_own_time(tmp_path: Path, fast: float | None) -> None:
    """That of the best duel; none where there was nothing to compare."""
    times = {DEFAULT: 1.0e-3} if fast is None else {DEFAULT: 1.0e-3, FAST: fast}
    record = outcome_of(tmp_path, Faked(times)).record
    assert record.winner is None
    assert "winner_ms" not in record.times
    known = None if fast is None else pytest.approx(1.0, rel=0.01)
    assert record.times["default_ms"] == known
