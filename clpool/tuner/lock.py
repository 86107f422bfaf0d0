"""The lock of a machine: one process at a time builds and measures.

The system releases it when its process ends, however that ends.
"""

from __future__ import annotations

import getpass
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from ..errors import DeviceError

#: Seconds between two attempts.
PAUSE = 0.1


def lock_file() -> Path:
    """The file that is locked, of this machine and user."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = "user"
    return Path(tempfile.gettempdir()) / f"clpool-measuring-{user}.lock"


@contextmanager
def measuring(deadline: float, wait: bool = True, path: Path | None = None) -> Iterator[None]:
    """Hold the lock inside the block.

    Args:
        deadline: by :func:`time.monotonic`, after which nobody waits any more.
        wait: whether to wait for a process that holds it.

    Raises:
        DeviceError: another process holds it.
    """
    path = path or lock_file()
    with open(path, "a+", encoding="utf-8") as file:
        while not _locked(file):
            if not wait or time.monotonic() >= deadline:
                file.seek(0)
                owner = file.read().strip() or "another"
                raise DeviceError(f"process {owner} is measuring on this machine ({path})")
            time.sleep(PAUSE)
        file.seek(0)
        file.truncate()
        file.write(f"{os.getpid()}\n")
        file.flush()
        try:
            yield
        finally:
            with suppress(OSError):
                file.truncate(0)
            _release(file)
            time.sleep(2 * PAUSE)  # those that wait come first


if sys.platform == "win32":
    import msvcrt

    #: The byte that is locked, beyond the text that is read.
    _BYTE = 2**20

    def _locked(file: IO[str]) -> bool:
        """Whether the lock could be taken."""
        file.seek(_BYTE)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _release(file: IO[str]) -> None:
        file.seek(_BYTE)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _locked(file: IO[str]) -> bool:
        """Whether the lock could be taken."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _release(file: IO[str]) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)
