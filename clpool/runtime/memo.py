"""Bounded caches that threads share."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

# Reentrant: a discarded value may end in a finaliser that calls clpool.
_lock = threading.RLock()


def keep(cache: dict[Any, Any], key: Any, value: Any, most: int) -> Any:
    """Insert a value unless another thread was first, and discard the oldest of over ``most``.

    Returns:
        The value in the cache. Looking one up takes no lock.
    """
    discarded = []
    with _lock:
        kept = cache.setdefault(key, value)
        while len(cache) > most:
            discarded.append(cache.pop(next(iter(cache))))
    return kept


def discard(cache: dict[Any, Any], unwanted: Callable[[Any], bool]) -> None:
    """Discard the values of which ``unwanted`` is true."""
    with _lock:
        for key in [key for key, kept in cache.items() if unwanted(kept)]:
            cache.pop(key, None)


def replace(cache: dict[Any, Any], value: Any, other: Any | None) -> None:
    """Put another value in the place of one, whatever its keys are; None discards it."""
    with _lock:
        for key in [key for key, kept in cache.items() if kept is value]:
            if other is None:
                del cache[key]
            else:
                cache[key] = other
