"""Starts the workers of a run: their own caches, no records, one device."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Callable
from pathlib import Path

from ..runtime.binary_cache import cache_folder
from ..worker.process import Worker


def starter(device: str | None = None, cache: Path | None = None) -> Callable[[], Worker]:
    """A function that starts a worker.

    Binaries are kept for the next run; PoCL's own cache, of which a crash may leave entries that
    crash again, is each worker's own.

    Args:
        device: as ``CLPOOL_DEVICE`` has it; None, the default one.
        cache: the folder of binaries; None, ``tuner`` in clpool's.
    """
    folder = cache or _folder()
    numbers = itertools.count()

    def start() -> Worker:
        environment = {
            "CLPOOL_TUNING": "off",
            "CLPOOL_RECORD": "",
            "CLPOOL_CACHE_DIR": str(folder),
            "POCL_CACHE_DIR": str(folder / f"pocl-{next(numbers)}"),
        }
        if device is not None:
            environment["CLPOOL_DEVICE"] = device
        return Worker(environment)

    return start


def _folder() -> Path:
    """The folder of binaries, in clpool's, or a temporary one."""
    known = cache_folder()
    folder = known / "tuner" if known else Path(tempfile.mkdtemp(prefix="clpool-tuner-"))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
