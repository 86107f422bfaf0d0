"""The costs of a call on the host."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from clpool.tools.bench import host

pytestmark = pytest.mark.device


def test_costs_on_the_host(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every row is there, a call costs more than a bare launch, a warm start less than a cold."""
    path = tmp_path / "host.json"
    assert host.main(["--repeats", "3", "--processes", "1", "--json", str(path)]) == 0
    rows = {row["name"]: row for row in json.loads(path.read_text())["rows"]}
    assert rows["numpy to numpy, out="]["repeats"] == 3
    assert all(0 < row["best"] <= row["median"] for row in rows.values())
    cold, warm = (rows[f"first result after import, {how} caches"] for how in ("empty", "filled"))
    assert warm["median"] < cold["median"]
    assert "bare launch and finish, arguments set" in capsys.readouterr().out
