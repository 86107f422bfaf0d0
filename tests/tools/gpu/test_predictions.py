"""Predictions beside measurements."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from clpool.tools.bench.record import Outcome, Timing
from clpool.tools.gpu import kept, predictions
from clpool.tools.gpu.entries import Entry


def _outcome(name: str, copy: float, own: float) -> Outcome:
    times = [
        Timing.of(library, "", True, [time], 1)
        for library, time in (("copy", copy), ("clpool", own), ("torch", 2 * own))
    ]
    return Outcome(name, (1, 1, 8, 8), "float32", 512, times)


@pytest.mark.parametrize(
    ("device", "card"),
    [("NVIDIA H200", "H200"), ("NVIDIA GeForce RTX 3060", "RTX 3060"), ("a CPU", None)],
)
def test_cards_are_known_by_the_device(device: str, card: str | None) -> None:
    """Drivers put the vendor's name before the card's."""
    assert predictions.card_of(device) == card


def test_shares_far_below_the_prediction_are_marked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A measured share of 60 % is marked where 90 % were predicted, one of 85 % is not."""
    entries = {(name, "H200", "sm_90"): Entry("", share=0.9, limit="memory") for name in "AB"}
    monkeypatch.setattr(kept, "read", lambda: entries)
    outcomes = [_outcome("A", 0.6, 1.0), _outcome("B", 0.85, 1.0), _outcome("C", 0.5, 1.0)]
    about = {"device": "NVIDIA H200", "date": "2026-01-01T00:00:00", "driver": "1", "commit": "c"}
    path = tmp_path / "bench.json"
    path.write_text(json.dumps({"about": about, "cases": [o.as_dict() for o in outcomes]}))
    assert predictions.main([str(path)]) == 0
    rows = capsys.readouterr().out.splitlines()[-3:]
    assert rows[0].startswith("| A | 90% | memory | 60% (below) |")
    assert rows[1].startswith("| B | 90% | memory | 85% |")
    assert rows[2].startswith("| C | - |  | 50% |")
    assert rows[0].endswith("| torch 2.00 |")
