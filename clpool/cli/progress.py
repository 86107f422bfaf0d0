"""One line on stderr that says how far a run is, where a person watches; and what it waits for."""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Sequence
from typing import Any

from .table import told


def waiting(process: str) -> None:
    """Print for which process the lock is waited for."""
    print(f"waiting for process {process}, which measures", file=sys.stderr, flush=True)


class Progress:
    """The line of a run of the tuner; where stderr is no terminal, only what is waited for.

    Args:
        calls: all of the run.
        budget: seconds.
    """

    def __init__(self, calls: Sequence[str], budget: float) -> None:
        self._shown = sys.stderr.isatty()
        self._calls, self._budget, self._began = calls, budget, time.monotonic()
        self._place, self._label, self._kernels, self._done = 0, "", 0, 0
        self._best: dict[str, float] = {}
        self._waited: set[str] = set()

    def report(self, step: str, **facts: Any) -> None:
        """Take a step of a session."""
        if step == "part":
            opened = facts["opened"]
            self._label, self._done, self._best = opened["family"]["label"], 0, {}
            self._place = self._calls.index(facts["call"]) + 1
            self._kernels = len({each["kernel"] for each in opened["candidates"]})
        elif step == "kernel":
            self._done += 1
            self._show(f"{self._done}/{self._kernels} kernels built and verified")
        elif step == "timed":
            self._timed(facts["request"], facts["seconds"])
        elif step == "waiting" and facts["process"] not in self._waited:
            self._waited.add(facts["process"])
            self.clear()
            waiting(facts["process"])

    def clear(self) -> None:
        """Remove the line."""
        if self._shown:
            sys.stderr.write("\r\033[K")
            sys.stderr.flush()

    def _timed(self, request: Any, seconds: list[float | None]) -> None:
        """Keep the fastest time of every candidate."""
        for key, found in zip(request.order, seconds, strict=True):
            if found is not None:
                self._best[key] = min(found, self._best.get(key, found))
        if self._best:
            key = min(self._best, key=self._best.__getitem__)
            best = f"{1e3 * self._best[key]:.3g} ms, {told(json.loads(key))}"
            self._show(f"{request.key}, best so far {best}")

    def _show(self, words: str) -> None:
        """Write the line, as much of it as the terminal has columns for."""
        if self._shown:
            seconds = f"{time.monotonic() - self._began:.0f} of {self._budget:g} s"
            line = f"{seconds}, call {self._place} of {len(self._calls)}, {words}; {self._label}"
            columns = shutil.get_terminal_size().columns - 1
            sys.stderr.write(f"\r\033[K{line[:columns]}")
            sys.stderr.flush()
