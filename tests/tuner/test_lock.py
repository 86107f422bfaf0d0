"""One process of a machine measures at a time, and its end releases the lock, whatever it was."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from clpool.errors import DeviceError
from clpool.tuner.lock import measuring

HOLD = """
import sys, time
from pathlib import Path
from clpool.tuner.lock import measuring
with measuring(time.monotonic() + 9, path=Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_another_process_is_refused_until_the_first_ends(tmp_path: Path) -> None:
    """By its number, at once or at the deadline; after SIGKILL the lock is free."""
    path = tmp_path / "lock"
    other = subprocess.Popen([sys.executable, "-c", HOLD, str(path)], stdout=subprocess.PIPE)
    try:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        refused = pytest.raises(DeviceError, match=f"process {other.pid} is measuring")
        with refused, measuring(time.monotonic() + 60, wait=False, path=path):
            pass
        with pytest.raises(DeviceError), measuring(time.monotonic() + 0.3, path=path):
            pass
        other.send_signal(signal.SIGKILL)
        other.wait()
        with measuring(time.monotonic() + 5, path=path):
            assert path.read_text() == f"{os.getpid()}\n"
    finally:
        other.kill()
        other.wait()
        other.stdout.close()


def test_the_lock_is_free_after_the_block(tmp_path: Path) -> None:
    """Also where the block raised."""
    for _ in range(2):
        with pytest.raises(KeyError), measuring(time.monotonic() + 5, path=tmp_path / "lock"):
            raise KeyError
