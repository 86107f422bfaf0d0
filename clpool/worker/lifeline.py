"""What ends a child with its parent, also in a driver's call that never returns.

At the end of a pipe that nothing is written to, when the parent is no more, a signal is sent.
Linux kills the child with the thread that started it, too, even one that is stopped.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from contextlib import suppress

#: The environment's name of the descriptor.
NAME = "CLPOOL_WORKER_LIFELINE"
#: Linux's number of the request for a signal at the parent's end.
_PARENT_DEATH_SIGNAL = 1


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
    with suppress(AttributeError, OSError):  # a C library without it
        ctypes.CDLL(None).prctl(_PARENT_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
    if _is_closed(end):
        os._exit(1)


def _is_closed(end: int) -> bool:
    """Whether the parent was gone before the signals were asked for."""
    import select

    return bool(select.select([end], [], [], 0)[0])
