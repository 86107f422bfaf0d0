"""A CPU of its own for each thread that computes for PoCL.

A launch wakes all of them at once, and its caller sleeps. Linux often queues two of them for one
CPU then, and leaves it so for a millisecond or all the time while the caller's CPU rests. Averages
of 51 MB on two CPUs, the median and the upper quartile of 200 calls, left to Linux and spread:
PoCL 3.0 1.75 and 2.5 ms, 1.54 and 1.60 ms.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Collection, Sequence

log = logging.getLogger("clpool")


def threads() -> set[int]:
    """The numbers of this process's threads; none where the system does not list them."""
    try:
        return {int(name) for name in os.listdir("/proc/self/task")}
    except OSError:
        return set()


def spread(born: Collection[int], pools: Sequence[int]) -> bool:
    """Bind threads to one CPU each; whether it was done.

    It is not done where the environment's ``POCL_AFFINITY`` says what to do; where the threads are
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
    try:
        for place, thread in enumerate(sorted(born)):
            os.sched_setaffinity(thread, {cpus[place % len(cpus)]})
    except OSError as error:  # a sandbox may forbid it: slower, and as right
        log.debug("threads keep their CPUs: %s", error)
        return False
    return True
