"""The helpers of this folder's tests are found beside them, and a device where there is no CPU."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from clpool.runtime import device

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(autouse=True)
def a_device_that_is_taken_for_a_gpu_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would have to be named, since tensors are pooled on a CPU unless told otherwise."""
    from as_gpu import is_taken  # once pytest has taken it for a plugin

    if is_taken():
        monkeypatch.setattr(device, "first_cpu", device.default_device)
