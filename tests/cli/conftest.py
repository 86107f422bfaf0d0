"""What tests of the commands share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from clpool.runtime import record_folder, tuned
from clpool.tuner import lock


@pytest.fixture(autouse=True)
def lock_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests beside this one wait for the machine's lock, and say so."""
    monkeypatch.setattr(lock, "lock_file", lambda: tmp_path / "lock")


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
