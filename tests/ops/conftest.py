"""What the tests of operators share."""

from __future__ import annotations

from typing import Any

import pytest

from clpool.runtime.launch import Launch
from clpool.runtime.staging import StagedCall


@pytest.fixture
def no_launch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is launched fails the test."""

    def launched(*arguments: Any, **keywords: Any) -> None:
        raise AssertionError("a kernel was launched")

    monkeypatch.setattr(Launch, "enqueue", launched)
    monkeypatch.setattr(StagedCall, "try_launch", launched)
