"""Pins PoCL's worker threads to one CPU each during large launches.

A launch wakes all workers while its caller sleeps; Linux may then queue two of them on one CPU and
leave another CPU idle. Small launches and compilations use only some workers, and pinned workers
of several processes may share a CPU: so they are pinned when a large launch is repeated, and
released when a kernel is built.
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
    """The ids of this process's threads; empty if the system does not list them."""
    try:
        return {int(name) for name in os.listdir("/proc/self/task")}
    except OSError:
        return set()


def remember(born: Collection[int], pools: Sequence[int]) -> bool:
    """Register worker threads for :func:`spread`, unless the placement is not ours to choose.

    It is not if the environment sets ``POCL_AFFINITY``; if threads were started besides those of
    the pools, since some may be another library's; or if a pool has fewer threads than the process
    has CPUs, since Linux then selects CPUs that other processes leave idle.

    Args:
        born: the ids of the threads started with the pools.
        pools: the number of threads of each pool.

    Returns:
        Whether they are registered.
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
    """Pin the registered threads to one CPU each, those of a pool to different ones."""
    if _pool and not _apart:
        _bind(True)


def release() -> None:
    """Unpin the registered threads."""
    if _apart:
        _bind(False)


def _bind(apart: bool) -> None:
    """Set the affinity of the registered threads: one CPU each, or all CPUs."""
    global _apart
    with _lock:
        try:
            for place, thread in enumerate(_pool):
                one = {_cpus[place % len(_cpus)]}
                os.sched_setaffinity(thread, one if apart else _cpus)
        except OSError as error:  # a sandbox may forbid it; results are the same
            log.debug("threads are left to the system: %s", error)
            _pool.clear()
        _apart = apart
