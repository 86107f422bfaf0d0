"""What tests of the command `clpool tuned` share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from clpool.runtime import record_folder, tuned


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of records that is used, and the names of which are read from the environment."""
    monkeypatch.setattr(record_folder, "_warned", False)
    monkeypatch.setenv("CLPOOL_TUNING", str(tmp_path / "records"))
    monkeypatch.setattr(tuned, "SHIPPED", tmp_path / "shipped")
    tuned.reload()
    yield tmp_path / "records"
    monkeypatch.undo()
    tuned.reload()
