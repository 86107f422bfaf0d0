"""When a turn begins: a process of another revision has :mod:`clpool.worker.rest` here instead."""

from __future__ import annotations

from clpool.worker.rest import settle

__all__ = ["settle"]
