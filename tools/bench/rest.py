"""When a turn begins: of :mod:`clpool.worker.rest`, which stands here beside another revision."""

from __future__ import annotations

from clpool.worker.rest import PAUSE, PAUSES, REST, SHORTEST, settle

__all__ = ["PAUSE", "PAUSES", "REST", "SHORTEST", "settle"]
