"""Records of GPUs: which card a device is, and the model beside what was measured."""

from __future__ import annotations

import doctest
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from clpool.tools.gpu import record
from clpool.tools.gpu.devices import CARDS

SCRIPT = Path(__file__).parents[3] / "tools" / "gpu_record.sh"


def case(name: str, **medians: float) -> dict[str, Any]:
    """A case of a benchmark, by the times of its contenders."""
    timings = [{"library": library, "median": median} for library, median in medians.items()]
    return {"name": name, "timings": timings, "wrong": {}, "absent": {"clpool": "too large"}}


def told(name: str, share: float, instructions: float | None = 1.0) -> dict[str, Any]:
    """A case of the model."""
    return {"case": name, "share": share, "limit": "memory", "instructions": instructions}


def test_every_card_is_found_by_its_names() -> None:
    """Those that drivers tell, and those that are on the box; what is software is none."""
    for name, card in CARDS.items():
        assert record.card_of(card.traits.name, card.traits.board) == name
    assert record.card_of("pthread-AMD EPYC") == ""
    assert doctest.testmod(record).failed == 0


def test_shares_are_compared() -> None:
    """Of the faster of two ways of a library; what is far below the model is marked."""
    bench = {
        "cases": [
            case("near", copy=1.0, clpool=1.25, torch=2.5),
            case("far", copy=1.0, clpool=2.0),
            case("unknown", copy=1.0, clpool=1.0),
            case("none", copy=1.0),
        ]
    }
    bench["cases"][0]["timings"].append({"library": "clpool", "median": 9.0})
    model = {"cases": [told("near", 0.9), told("far", 0.9, None)]}
    _, _, *rows = record.compared(bench, model).splitlines()
    assert rows == [
        "| near | 80% | 90% | memory | 0.50 |",
        "| far | 50% (!) | 90% | memory? |  |",
        "| unknown | 100% |  |  |  |",
        "| none | none: {'clpool': 'too large'} | | | |",
    ]


def test_what_is_missing_leaves_a_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A benchmark that left nothing, or a model."""
    assert record.main(["compare", str(tmp_path / "none.json"), str(tmp_path / "neither")]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 2
    bench = tmp_path / "bench.json"
    bench.write_text(json.dumps({"cases": [case("one", copy=1.0, clpool=2.0)]}))
    assert record.main(["compare", str(bench), str(tmp_path / "neither")]) == 0
    assert "| one | 50% |" in capsys.readouterr().out
    with pytest.raises(SystemExit, match="none of facts"):
        record.main(["else"])


@pytest.mark.skipif(not SCRIPT.is_file(), reason="needs the checkout")
def test_the_script_ends_in_time(tmp_path: Path) -> None:
    """With no time for any part there is a record, which names those that are missing."""
    done = subprocess.run(
        [str(SCRIPT)],
        env=os.environ
        | {"WITHIN": "2", "RECORD": str(tmp_path / "record"), "PYTHON": sys.executable},
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert done.returncode == 1
    text = (tmp_path / "record" / "README.md").read_text()
    for name in ("tests", "benchmark", "numpy arrays"):
        assert f"{name}: out of time" in text
