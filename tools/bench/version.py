"""One version of clpool in a process of its own, which calls and times what it is told to.

Messages are pickles, from stdin and to what was stdout: a name of :class:`Calls` and arguments,
answered by the method's result, or by the text of what it raised. Nothing but this module and
:mod:`.rest` is imported besides clpool, which may be of any revision.
"""

from __future__ import annotations

import gc
import os
import pickle
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyopencl as cl
import pyopencl.array as cla

import clpool

from .rest import settle


class Calls:
    """A call that is made again and again, into results that are there or with fresh ones."""

    def __init__(self) -> None:
        self.queue = cl.CommandQueue(cl.Context([clpool.default_device()]))
        self.on_device = False

    def prepare(
        self, function: str, given: list[Any], options: dict[str, Any], on_device: bool
    ) -> str:
        """Take a function's name and arguments, whose arrays are numpy's; the device's name."""
        self.on_device = on_device
        self.function: Callable[..., Any] = getattr(clpool, function)
        self.plain, self.options = given, options
        self.renew()
        return f"{self.queue.device.name.strip()}, {self.queue.device.version.strip()}"

    def renew(self) -> None:
        """Move all arrays to other memory, whose place makes a difference too."""
        self.given = self.out = None
        self.given = [self._copy(x) if isinstance(x, np.ndarray) else x for x in self.plain]
        found = self.function(*self.given, **self.options)
        self.out = found if isinstance(found, tuple) else (found,)

    def results(self, form: str) -> list[np.ndarray]:
        """What a call gives."""
        found = self._run(form)
        found = found if isinstance(found, tuple) else (found,)
        return [x.get(self.queue) if self.on_device else np.array(x) for x in found]

    def time(self, form: str, calls: int) -> float:
        """Seconds per call, after a rest and a call that is not timed."""
        settle()
        self._run(form)
        started = time.perf_counter()
        for _ in range(calls):
            self._run(form)
        return (time.perf_counter() - started) / calls

    def loaded_from(self) -> list[str]:
        """The folders that clpool's modules came from."""
        files = [getattr(m, "__file__", None) for n, m in sys.modules.items() if _is_ours(n)]
        return sorted({str(Path(file).resolve().parent) for file in files if file})

    def _copy(self, x: np.ndarray) -> Any:
        return cla.to_device(self.queue, x) if self.on_device else x.copy()

    def _run(self, form: str) -> Any:
        assert self.given is not None
        assert self.out is not None
        options = self.options
        if form == "out=":
            options = {**options, "out": self.out if len(self.out) > 1 else self.out[0]}
        found = self.function(*self.given, **options)
        if self.on_device:
            self.queue.finish()
        return found


def _is_ours(module: str) -> bool:
    return module.partition(".")[0] == "clpool"


def main() -> None:
    """Answer until stdin ends."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever else is printed must not lie among the answers
    gc.disable()
    calls = Calls()
    while True:
        try:
            name, *arguments = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        try:
            answer = (True, getattr(calls, name)(*arguments))
        except Exception as error:  # the other process says what to do about it
            answer = (False, f"{type(error).__name__}: {error}")
        pickle.dump(answer, answers, pickle.HIGHEST_PROTOCOL)
        answers.flush()


if __name__ == "__main__":
    main()
