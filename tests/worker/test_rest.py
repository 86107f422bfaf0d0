"""The rest of all threads before a turn."""

from __future__ import annotations

import pytest

from clpool.worker import rest


def test_a_turn_comes_when_all_threads_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two pauses in which threads were busy, and one in which they were hardly."""
    pauses, spent = [], iter([0, 2e-3, 2e-3, 2.4e-3, 2.4e-3, 2.41e-3, 9])
    monkeypatch.setattr(rest.time, "sleep", pauses.append)
    monkeypatch.setattr(rest.time, "process_time", lambda: next(spent))
    rest.settle()
    assert pauses == [rest.PAUSE] * 3
