"""The figure of records: what is written on it, and what it does without Matplotlib."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from tuner_records import candidate, record

from clpool.errors import ArgumentValueError, ClpoolError
from clpool.tuner.figure import figure

WIDE, NARROW = {"variant": "rows", "width": 8}, {"source.prefetch_bytes": 2048}


def raced(**options: Any) -> dict[str, Any]:
    """A record whose candidates tell their race."""
    table = [
        candidate({}, 1.0),
        {**candidate(WIDE, 1.2), "history": [1.3, 1.1, 1.2]},
        {**candidate(NARROW, 0.9), "history": [0.9]},
    ]
    return record(table, **options)


def drawn(records: list[dict[str, Any]], path: Path) -> str:
    """The figure as SVG, its texts as text."""
    import matplotlib

    with matplotlib.rc_context({"svg.fonttype": "none"}):
        figure(records, path)
    return path.read_text(encoding="utf-8")


def test_every_record_has_its_row(tmp_path: Path) -> None:
    """Families, ratios, the winner's parameters, and why a default stands."""
    stands = record([candidate({}, 1.0)], duel=(1.03, 0.99, 1.04), label="avg 3x3")
    stands["duel"] |= {"reason": "not confirmed", "noisy": True}
    text = drawn([stands, raced(winner=WIDE, duel=(1.18, 1.16, 1.19))], tmp_path / "new" / "f.svg")
    for part in ("avg 3x3", "max 5x5 s2 float32", "1.18", "rows, width 8", "1 of 2 families tuned"):
        assert part in text
    assert "default stands: not confirmed, noisy" in text
    assert "The race of max 5x5 s2 float32" in text


def test_devices_have_headings(tmp_path: Path) -> None:
    """Where there are several."""
    text = drawn([raced(), raced(device="gpu")], tmp_path / "f.svg")
    assert ">the cpu<" in text
    assert ">the gpu<" in text
    assert "0 of 2 families tuned" in text


def test_a_record_without_a_duel_or_a_race_is_drawn(tmp_path: Path) -> None:
    """Its row says why there is no ratio, and nothing raced."""
    bare = record([candidate({}, None, "untried")])
    bare["duel"] = {"reason": "no candidate", "noisy": False}
    text = drawn([bare], tmp_path / "f.svg")
    assert "no candidate" in text
    assert "The race" not in text


def test_no_records_no_figure(tmp_path: Path) -> None:
    """The error says so, and leaves no file."""
    with pytest.raises(ArgumentValueError, match="got none"):
        figure([], tmp_path / "f.png")
    assert not list(tmp_path.iterdir())


def test_without_matplotlib_an_error_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """An import that fails becomes an error with the name of the extra."""
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(ClpoolError, match=r"clpool\[image\]"):
        figure([raced()], tmp_path / "f.png")
