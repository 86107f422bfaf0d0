"""The lock of a machine: one process at a time builds and measures.

The system releases it when its process ends, however that ends.
"""

from __future__ import annotations

import os
import stat
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from ..errors import DeviceError

#: Seconds between two attempts.
PAUSE = 0.1


def lock_file() -> Path:
    """The file that is locked: all users and environments of a machine have the same one."""
    shared = "/tmp"  # whatever TMPDIR says
    folder = shared if os.access(shared, os.W_OK) else tempfile.gettempdir()
    return Path(folder) / "clpool-measuring.lock"


@contextmanager
def measuring(
    deadline: float,
    wait: bool = True,
    path: Path | None = None,
    waiting: Callable[[str], None] = lambda process: None,
) -> Iterator[None]:
    """Hold the lock inside the block.

    Args:
        deadline: by :func:`time.monotonic`, after which nobody waits any more.
        wait: whether to wait for a process that holds it.
        waiting: is told of every process that is waited for, by its number.

    Raises:
        DeviceError: another process holds it.
        OSError: the file cannot be opened.
    """
    path = path or lock_file()
    with _opened(path) as file:
        known = ""
        while not _locked(file):
            file.seek(0)
            owner = file.read().strip() or "another"
            if not wait or time.monotonic() >= deadline:
                raise DeviceError(f"process {owner} is measuring on this machine ({path})")
            if owner != known:
                waiting(known := owner)
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


def _opened(path: Path) -> IO[str]:
    """The file, made for all users where there is none.

    Linux refuses to make, even where it is there, another user's file in a folder for all. What a
    link leads to is nobody's lock.
    """
    flags = os.O_RDWR | getattr(os, "O_NOFOLLOW", 0)
    try:
        handle = os.open(path, flags)
    except FileNotFoundError:
        with suppress(FileExistsError):
            made = os.open(path, flags | os.O_CREAT | os.O_EXCL, 0o666)
            os.close(made)
            path.chmod(0o666)  # also what the umask takes
        handle = os.open(path, flags)
    found = os.fstat(handle)
    if not stat.S_ISREG(found.st_mode) or found.st_nlink != 1:
        os.close(handle)
        raise OSError(f"{path} is no file of clpool's: remove it")
    return open(handle, "r+", encoding="utf-8")


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
