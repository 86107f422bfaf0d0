"""Binds PoCL's threads to a CPU each during large launches.

A launch wakes all of them at once, and its caller sleeps. Linux often queues two of them for one
CPU then, and leaves it so for a millisecond or all the time while the caller's CPU rests.

Threads of several processes that are bound may meet on one CPU, where their work needs only some
of them: small launches, and the compilation that PoCL does in one of them. So they are bound when
a large launch is repeated, and left to Linux again when a kernel is built.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Collection, Sequence

log = logging.getLogger("clpool")

_lock = threading.Lock()
_pool: list[int] = []
_cpus: list[int] = []
_apart = False


def threads() -> set[int]:
    """The numbers of this process's threads; none where the system does not list them."""
    try:
        return {int(name) for name in os.listdir("/proc/self/task")}
    except OSError:
        return set()


def remember(born: Collection[int], pools: Sequence[int]) -> bool:
    """Note threads, to be spread later; whether they may be.

    They may not where the environment's ``POCL_AFFINITY`` says what to do; where the threads are
    not just those of the pools, so that some may be another library's; or where a pool has fewer
    threads than the process has CPUs: Linux then knows better which ones other processes leave.

    Args:
        born: the threads that came with the pools, by their numbers.
        pools: the threads of each pool.
    """
    if "POCL_AFFINITY" in os.environ or not hasattr(os, "sched_setaffinity"):
        return False
    cpus = sorted(os.sched_getaffinity(0))
    if not pools or sum(pools) != len(born) or min(pools) < len(cpus):
        return False
    with _lock:
        _pool[:], _cpus[:] = sorted(born), cpus
    return True


def spread() -> None:
    """Bind the threads that were noted to one CPU each, those of a pool to different ones."""
    if _pool and not _apart:
        _bind(True)


def release() -> None:
    """Leave the threads that were noted to the system."""
    if _apart:
        _bind(False)


def _bind(apart: bool) -> None:
    global _apart
    with _lock:
        try:
            for place, thread in enumerate(_pool):
                one = {_cpus[place % len(_cpus)]}
                os.sched_setaffinity(thread, one if apart else _cpus)
        except OSError as error:  # a sandbox may forbid it: slower, and as right
            log.debug("threads are left to the system: %s", error)
            _pool.clear()
        _apart = apart
