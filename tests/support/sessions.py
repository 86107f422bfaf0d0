"""Sessions of the tuner on fake workers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fake_worker import Faked

from clpool.tuner.outcome import Outcome
from clpool.tuner.session import Session, Settings

DEFAULT, FAST, SLOW, BAD = "{}", '{"width":8}', '{"width":2}', '{"width":4}'
CALL = "max_pool2d(float32[1, 2, 32, 32], 2)"


def settings(root: Path, **changes: Any) -> Settings:
    """Settings with a lock of their own."""
    return Settings(root / "records", **{"budget": 60.0, "builders": 2, **changes}, lock=root / "l")


def tuned(root: Path, faked: Faked, *calls: str, **changes: Any) -> list[Outcome]:
    """The outcomes of calls."""
    session = Session(settings(root, **changes), faked.start)
    try:
        return list(session.run(calls or (CALL,)))
    finally:
        session.close()
