"""Contexts that a driver has lost, as it does when a watchdog resets the device.

Nothing on such a context works any more. Every module that keeps something of it discards that, and
another context is made when one is needed.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyopencl as cl

_Code = cl.status_code

#: Errors after which a context may be lost.
_SUSPECT: frozenset[int] = frozenset(
    int(code)
    for code in (
        _Code.DEVICE_NOT_AVAILABLE,
        _Code.OUT_OF_RESOURCES,
        _Code.EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST,
        _Code.INVALID_CONTEXT,
        _Code.INVALID_COMMAND_QUEUE,
        _Code.INVALID_MEM_OBJECT,
        _Code.INVALID_EVENT,
    )
)

#: From this one down codes are those of vendors: NVIDIA's -9999 is an access beside a buffer.
_OF_VENDORS = int(_Code.PLATFORM_NOT_FOUND_KHR)

#: Errors of a context that is short of memory, not lost.
_SHORT = {int(_Code.MEM_OBJECT_ALLOCATION_FAILURE), int(_Code.OUT_OF_HOST_MEMORY)}

_forgets: list[Callable[[cl.Context], None]] = []


def forgets(forget: Callable[[cl.Context], None]) -> Callable[[cl.Context], None]:
    """Have a function called with every context that is discarded."""
    _forgets.append(forget)
    return forget


def discard(context: cl.Context) -> None:
    """Forget all that is kept of a context."""
    for forget in _forgets:
        forget(context)


def is_lost(error: BaseException | None, queue: cl.CommandQueue) -> bool:
    """Whether an error, or what caused it, is that a queue's context was lost: nothing runs there.

    Asked on a queue of its own, since the call's may wait for something.
    """
    while error is not None and not _is_suspect(error):
        error = error.__cause__
    if error is None:
        return False
    sent, returned = np.arange(4, dtype=np.int32), np.zeros(4, np.int32)
    try:
        probe = cl.CommandQueue(queue.context, queue.device)
        buffer = cl.Buffer(queue.context, cl.mem_flags.READ_WRITE, sent.nbytes)
        cl.enqueue_copy(probe, buffer, sent)
        cl.enqueue_copy(probe, returned, buffer)
    except cl.Error as failed:
        return code_of(failed) not in _SHORT
    return not np.array_equal(sent, returned)


def code_of(error: BaseException) -> int | None:
    """The status code of an error; None if it has none."""
    try:
        return int(error.code) if isinstance(error, cl.Error) else None
    except AttributeError:
        return None


def _is_suspect(error: BaseException) -> bool:
    """Whether a context may be lost after an error."""
    code = code_of(error)
    return code is not None and (code in _SUSPECT or code <= _OF_VENDORS)
