"""The state of a candidate whose kernel does not build, launch or find memory."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import pyopencl as cl

from ..errors import BuildError, ClpoolError, RenderError
from ..runtime.contexts import code_of, is_lost

#: The characters of an error that are kept, its last ones.
MOST_DETAIL = 2000

#: The exit status of a worker whose context is of no use any more.
LOST = 70

#: What a candidate may raise: anything else is a mistake of the worker's.
FAILURES = (cl.Error, ClpoolError, MemoryError)

_Code = cl.status_code

_COMPILE = {
    int(_Code.BUILD_PROGRAM_FAILURE),
    int(_Code.COMPILE_PROGRAM_FAILURE),
    int(_Code.LINK_PROGRAM_FAILURE),
}

_MEMORY = {
    int(_Code.MEM_OBJECT_ALLOCATION_FAILURE),
    int(_Code.OUT_OF_HOST_MEMORY),
    int(_Code.INVALID_BUFFER_SIZE),
}


def state_of(error: BaseException) -> str:
    """The state "compile", "memory" or "launch", by the error or what caused it.

    Example:
        >>> state_of(MemoryError()), state_of(BuildError("kernel max did not build"))
        ('memory', 'compile')
    """
    for cause in _causes(error):
        code = code_of(cause)
        if isinstance(cause, (BuildError, RenderError)) or code in _COMPILE:
            return "compile"
        if isinstance(cause, MemoryError) or code in _MEMORY:
            return "memory"
    return "launch"


def failure(error: BaseException, queue: cl.CommandQueue) -> dict[str, str]:
    """The answer to a step that raised an error; the process ends where the context was lost."""
    if is_lost(error, queue):
        sys.stderr.write(f"the driver lost its context: {error}\n")
        sys.stderr.flush()
        os._exit(LOST)
    return {"state": state_of(error), "detail": tail(str(error) or repr(error))}


def tail(text: str) -> str:
    """The end of a text.

    Example:
        >>> len(tail("x" * 5000))
        2000
    """
    return text.strip()[-MOST_DETAIL:]


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """An error, its cause, and so on."""
    while error is not None:
        yield error
        error = error.__cause__
