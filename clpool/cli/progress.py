"""One line on stderr that says how far a run is, where a person watches; and what it waits for."""

from __future__ import annotations

import sys
from typing import Any


class Progress:
    """The line of a run of the tuner; where stderr is no terminal, only what is waited for."""

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty()
        self._label, self._kernels, self._done = "", 0, 0
        self._best: dict[str, float] = {}
        self._waited: set[str] = set()

    def report(self, step: str, **facts: Any) -> None:
        """Take a step of a session."""
        if step == "part":
            opened = facts["opened"]
            self._label, self._done, self._best = opened["family"]["label"], 0, {}
            self._kernels = len({each["kernel"] for each in opened["candidates"]})
        elif step == "kernel":
            self._done += 1
            self._show(f"{self._done}/{self._kernels} kernels built and verified")
        elif step == "timed":
            self._timed(facts["request"], facts["seconds"])
        elif step == "waiting" and facts["process"] not in self._waited:
            self._waited.add(facts["process"])
            self.clear()
            sys.stderr.write(f"waiting for process {facts['process']}, which measures\n")
            sys.stderr.flush()

    def clear(self) -> None:
        """Remove the line."""
        if self._shown:
            sys.stderr.write("\r\033[K")
            sys.stderr.flush()

    def _timed(self, request: Any, seconds: list[float | None]) -> None:
        """Keep the fastest time of every candidate."""
        for key, time in zip(request.order, seconds, strict=True):
            if time is not None:
                self._best[key] = min(time, self._best.get(key, time))
        if self._best:
            key = min(self._best, key=self._best.__getitem__)
            self._show(f"{request.key}: best so far {1e3 * self._best[key]:.3g} ms, {key}")

    def _show(self, words: str) -> None:
        if self._shown:
            sys.stderr.write(f"\r\033[K{self._label}: {words}"[:120])
            sys.stderr.flush()
