"""One process of a machine measures at a time, and its end releases the lock, whatever it was."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from clpool.errors import DeviceError
from clpool.tuner.lock import lock_file, measuring

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
        told: list[str] = []
        late = time.monotonic() + 0.3
        with pytest.raises(DeviceError), measuring(late, path=path, waiting=told.append):
            pass
        assert told == [str(other.pid)]
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


@pytest.mark.skipif(os.name != "posix", reason="POSIX has one folder for all users")
def test_all_users_and_environments_share_the_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever TMPDIR and the umask are; a link in its place is not followed."""
    known = lock_file()
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setenv("LOGNAME", "somebody")
    assert lock_file() == known
    assert known.parent != tmp_path
    umask = os.umask(0o077)
    try:
        with measuring(time.monotonic() + 5, path=tmp_path / "lock"):
            assert stat.S_IMODE((tmp_path / "lock").stat().st_mode) == 0o666
    finally:
        os.umask(umask)
    kept = tmp_path / "kept"
    kept.write_text("kept")
    (tmp_path / "link").symlink_to(kept)
    (tmp_path / "hard").hardlink_to(kept)
    for name in ("link", "hard"):
        with pytest.raises(OSError), measuring(time.monotonic() + 5, path=tmp_path / name):
            pass
    assert kept.read_text() == "kept"
