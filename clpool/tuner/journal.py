"""What a tuning run has found so far, line by line: a run that is killed goes on from it.

A line is written with one call to a file that is opened for appending, so that several processes
may share a journal. Lines that are torn or foreign are skipped.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

#: An answer of a worker: its state, and what belongs to it.
Answer = dict[str, Any]

#: Runs that may end at a question before it counts as a crash of the machine.
ENDED = 3

#: The states of a candidate that is not asked again.
FAILED = frozenset({"compile", "launch", "wrong", "canary", "memory", "timeout", "crash"})


class Journal:
    """The lines of a journal.

    Args:
        path: of the file, which need not exist; None: nothing is kept.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path

    def append(self, line: dict[str, Any]) -> None:
        """Write one line.

        Raises:
            OSError: the file cannot be written.
        """
        if self._path is None:
            return
        text = json.dumps({**line, "pid": os.getpid(), "at": round(time.time(), 6)})
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
        handle = os.open(self._path, flags, 0o644)
        try:
            # A torn line of a process that was killed ends here.
            os.write(handle, f"{self._newline()}{text}\n".encode())
        finally:
            os.close(handle)

    def lines(self) -> Iterator[dict[str, Any]]:
        """The lines that are whole."""
        try:
            text = self._path.read_bytes() if self._path else b""
        except FileNotFoundError:
            return
        for part in text.split(b"\n"):
            try:
                line = json.loads(part)
            except ValueError:
                continue
            if isinstance(line, dict):
                yield line

    def _newline(self) -> str:
        """A line's end, where the last line has none."""
        assert self._path is not None
        with open(self._path, "rb") as file:
            if file.seek(0, os.SEEK_END) == 0:
                return ""
            file.seek(-1, os.SEEK_END)
            return "" if file.read(1) == b"\n" else "\n"


class Answers:
    """The answers that belong to one run: those in the journal are not asked for again.

    Args:
        run: tells the runs of a journal apart: the device, the family, the size, the candidates.
        forget: whether times that are in the journal are measured again; ``retry``, whether
            failures are asked for again, too.
    """

    def __init__(
        self, journal: Journal, run: str, forget: bool = False, retry: bool = False
    ) -> None:
        self._journal, self._run = journal, run
        self._known: dict[str, Answer] = {}
        self._begun: dict[str, int] = {}
        if forget:
            journal.append({"run": run, "forget": True, "retry": retry})
        for line in journal.lines():
            if line.get("run") == run:
                self._take(line)

    def _take(self, line: dict[str, Any]) -> None:
        """Take over a line of this run."""
        if line.get("forget"):
            retry = line.get("retry")
            kept = {
                key: answer
                for key, answer in self._known.items()
                if not retry and answer.get("state") in FAILED
            }
            self._known, self._begun = kept, {}
        key, answer = line.get("key"), line.get("answer")
        if not isinstance(key, str):
            return
        if isinstance(answer, dict):
            self._known[key] = answer
            self._begun.pop(key, None)
        else:
            self._begun[key] = self._begun.get(key, 0) + 1

    def has(self, key: str) -> bool:
        """Whether the answer of a key is known."""
        return key in self._known

    def find(self, key: str, ask: Callable[[], Answer]) -> Answer:
        """The answer of a key: the journal's, or that of ``ask``, which is written down.

        A question at which :data:`ENDED` runs ended is not asked again: "crash".
        """
        found = self._known.get(key)
        if found is not None:
            return {**found, "replayed": True}
        if self._begun.get(key, 0) >= ENDED:
            found = {"state": "crash", "detail": f"{ENDED} runs ended at this"}
        else:
            self._journal.append({"run": self._run, "key": key})
            began = time.time()
            found = ask()
            if found.get("state") is None:  # the run ends before it knows
                return found
            found = {**found, "began": round(began, 6)}
        self._journal.append({"run": self._run, "key": key, "answer": found})
        self._known[key] = found
        return found
