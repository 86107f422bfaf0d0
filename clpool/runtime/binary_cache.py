"""The folder of compiled kernels: private to its user, every entry checksummed."""

from __future__ import annotations

import hashlib
import logging
import os
import stat
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from .user_folders import user_cache

log = logging.getLogger("clpool")

_MAGIC = b"clpool1\n"
_DIGEST = hashlib.sha256().digest_size


def cache_folder() -> Path | None:
    """The folder of binaries: ``CLPOOL_CACHE_DIR``, or ``clpool`` in the user's cache folder.

    None, for no cache, if ``CLPOOL_CACHE_DIR`` is empty, or the user has no home folder.
    """
    chosen = os.environ.get("CLPOOL_CACHE_DIR")
    if chosen is not None:
        return Path(chosen) if chosen else None
    return user_cache()


def private_folder() -> Path | None:
    """The folder, made if need be; None if it cannot be private to this user."""
    folder = cache_folder()
    if folder is None:
        return None
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = folder.stat()
    except OSError as error:
        log.debug("no binary cache: %s", error)
        return None
    if os.name == "posix" and (status.st_uid != os.getuid() or status.st_mode & 0o022):
        log.warning("%s can be written by others: compiled kernels are not kept there", folder)
        return None
    return folder


def entry_for(identity: Sequence[str], suffix: str) -> Path | None:
    """The file of an identity, named by its SHA-256; None without a folder."""
    folder = private_folder()
    if folder is None:
        return None
    return folder / (hashlib.sha256("\0".join(identity).encode()).hexdigest() + suffix)


def read(entry: Path) -> bytes:
    """The content of an entry.

    Raises:
        OSError, ValueError: it cannot be read, or its checksum is wrong.
    """
    if entry.is_symlink() or not stat.S_ISREG(entry.stat().st_mode):
        raise ValueError("not a regular file")
    content = entry.read_bytes()
    body = content[len(_MAGIC) + _DIGEST :]
    if content[: len(_MAGIC) + _DIGEST] != _MAGIC + hashlib.sha256(body).digest():
        raise ValueError("wrong checksum")
    return body


def write(entry: Path, body: bytes) -> None:
    """Store an entry atomically: no reader sees a part of it."""
    try:
        handle, draft = tempfile.mkstemp(dir=entry.parent, prefix=".draft-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(_MAGIC + hashlib.sha256(body).digest() + body)
            os.replace(draft, entry)
        except OSError:
            os.unlink(draft)
            raise
    except OSError as error:
        log.warning("could not keep %s: %s", entry, error)


def drop(entry: Path) -> None:
    """Remove an entry of any kind; it stays in a read-only folder."""
    with suppress(OSError):
        entry.rmdir() if entry.is_dir() and not entry.is_symlink() else entry.unlink()
