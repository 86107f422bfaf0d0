"""Records that the package brings: whole, of this revision, and found; copied without races."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from clpool.runtime import tuned
from clpool.runtime.record_folder import Folder, write
from clpool.tools.ship import ship
from clpool.tuning import override_of

SHIPPED = Folder("shipped", tuned.SHIPPED)


def test_every_shipped_file_is_a_record() -> None:
    """With a date, a device, and choices that this revision's kernels have."""
    paths = [*Path(tuned.SHIPPED).glob("*/*/*")]
    records = SHIPPED.records()
    assert len(records) == len(paths) > 0
    for record in records:
        assert record.date
        assert record.facts["name"]
        assert record.times["default_ms"] > 0
        for one in record.all:
            override_of(one["choice"], record.device.units)
            assert one.keys() == {"choice", "state", "ratio"}


def test_races_stay_behind(tmp_path: Path) -> None:
    """All else is copied as it is."""
    record = SHIPPED.records()[0]
    raced = replace(record, all=tuple({**one, "history": [1.0, 1.1]} for one in record.all))
    write(tmp_path / "from", raced)
    assert ship(tmp_path / "from", tmp_path / "to") == 1
    assert Folder("copied", tmp_path / "to").records() == [record]
    (path,) = (tmp_path / "to").glob("*/*/*.json")
    assert json.loads(path.read_text()) == record.to_json()
