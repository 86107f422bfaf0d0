"""A pipe that nothing is written to: the child's end of it tells when the parent is no more.

The kernel sends a signal then, which ends the child also in a driver's call that never returns.
"""

from __future__ import annotations

import os
import signal
import sys

#: The environment's name of the descriptor.
NAME = "CLPOOL_WORKER_LIFELINE"


def hold() -> None:
    """In the child: end with the parent, where the system signals a pipe's end."""
    descriptor = os.environ.pop(NAME, None)
    if descriptor is None or not sys.platform.startswith("linux"):
        return
    import fcntl

    end = int(descriptor)
    os.set_inheritable(end, False)
    signal.signal(signal.SIGIO, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGIO})
    fcntl.fcntl(end, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(end, fcntl.F_SETFL, fcntl.fcntl(end, fcntl.F_GETFL) | os.O_ASYNC)
    if _is_closed(end):
        os._exit(1)


def _is_closed(end: int) -> bool:
    """Whether the parent was gone before the signal was asked for."""
    import select

    return bool(select.select([end], [], [], 0)[0])
