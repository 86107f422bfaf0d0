"""What was worked out once and is kept within bounds, for all threads."""

from __future__ import annotations

import threading
from typing import Any

# Whatever is forgotten may end in a finaliser that comes back here.
_lock = threading.RLock()


def keep(found: dict[Any, Any], key: Any, value: Any, most: int) -> Any:
    """Keep a value, and forget the oldest of more than ``most``; the value that is kept.

    That is another thread's, if it has come first. Looking a value up takes no lock.
    """
    forgotten = []
    with _lock:
        kept = found.setdefault(key, value)
        while len(found) > most:
            forgotten.append(found.pop(next(iter(found))))
    return kept


def forget(found: dict[Any, Any], value: Any) -> None:
    """Forget a value, whatever its keys are."""
    with _lock:
        for key in [key for key, kept in found.items() if kept is value]:
            del found[key]
