"""What a tuning run has found so far, line by line: a run that is killed goes on from it.

A line is written with one call to a file that is opened for appending, so that several processes
may share a journal. Lines that are torn or foreign are skipped.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

#: An answer of a worker: its state, and what belongs to it.
Answer = dict[str, Any]

#: Runs that may end at a question before it counts as a crash of the machine.
ENDED = 3

#: The states of a candidate that is not asked again.
FAILED = frozenset({"compile", "launch", "wrong", "canary", "memory", "timeout", "crash"})


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Name the file, and what to do, where the block cannot write it.

    Raises:
        OSError: it cannot be written.
    """
    try:
        yield
    except OSError as error:
        raise OSError(
            f"{path} cannot be written: {error.strerror or error}; make room, or name another "
            "place (CLPOOL_TUNING is the folder of records), and run the same command again"
        ) from error


class Journal:
    """The lines of a journal, read once, and later on as far as it has grown.

    Args:
        path: of the file, which need not exist; None: nothing is kept.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._file, self._read = 0, 0
        self._runs: dict[str, list[dict[str, Any]]] = {}

    def append(self, line: dict[str, Any]) -> None:
        """Write one line.

        Raises:
            OSError: the file cannot be written.
        """
        if self._path is None:
            return
        text = json.dumps({**line, "pid": os.getpid(), "at": round(time.time(), 6)})
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
        with writing(self._path):
            handle = os.open(self._path, flags, 0o644)
            try:
                # A torn line of a process that was killed ends here.
                left = f"{_newline(self._path)}{text}\n".encode()
                while left:  # again only where there was no room for all
                    left = left[os.write(handle, left) :]
            finally:
                os.close(handle)

    def of(self, run: str) -> list[dict[str, Any]]:
        """The whole lines of a run."""
        self._refresh()
        return self._runs.get(run, [])

    def drop_times(self, run: str) -> None:
        """Leave out what a run measured, which its record says; failures stay.

        Nobody may write meanwhile.

        Raises:
            OSError: the file cannot be written.
        """
        if self._path is None:
            return
        kept = [line for line in self.of(run) if _state(line) in FAILED or line.get("forget")]
        others = [line for other, lines in self._runs.items() if other != run for line in lines]
        text = "".join(json.dumps(line) + "\n" for line in others + kept)
        draft = self._path.with_suffix(f".{os.getpid()}")
        with writing(self._path):
            try:
                draft.write_text(text, encoding="utf-8")
                os.replace(draft, self._path)
            except OSError:
                with suppress(OSError):
                    draft.unlink()
                raise

    def _refresh(self) -> None:
        """Read what was written since the last time, whole lines alone."""
        try:
            with open(self._path or os.devnull, "rb") as file:
                number = os.fstat(file.fileno()).st_ino
                if number != self._file:  # another process left lines out
                    self._file, self._read, self._runs = number, 0, {}
                file.seek(self._read)
                text = file.read()
        except FileNotFoundError:
            self._read, self._runs = 0, {}
            return
        whole, _, torn = text.rpartition(b"\n")
        for part in whole.split(b"\n"):
            self._take(part)
        self._read += len(text) - (0 if self._take(torn) else len(torn))

    def _take(self, text: bytes) -> bool:
        """Take a line, unless it is torn; whether it was whole."""
        try:
            line = json.loads(text)
        except ValueError:
            return False
        if isinstance(line, dict) and isinstance(line.get("run"), str):
            self._runs.setdefault(line["run"], []).append(line)
        return True


def _newline(path: Path) -> str:
    """A line's end, where the last line of a file has none."""
    with open(path, "rb") as file:
        if file.seek(0, os.SEEK_END) == 0:
            return ""
        file.seek(-1, os.SEEK_END)
        return "" if file.read(1) == b"\n" else "\n"


def _state(line: dict[str, Any]) -> Any:
    """The state of the answer in a line."""
    answer = line.get("answer")
    return answer.get("state") if isinstance(answer, dict) else None


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
        self._journal, self.run = journal, run
        self._known: dict[str, Answer] = {}
        self._begun: dict[str, int] = {}
        if forget:
            journal.append({"run": run, "forget": True, "retry": retry})
        for line in journal.of(run):
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
        if line.get("cut"):
            self._begun.pop(key, None)
        elif isinstance(answer, dict):
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
            self._journal.append({"run": self.run, "key": key})
            began = time.time()
            try:
                found = ask()
            except BaseException:  # of this process, not of the question
                self._journal.append({"run": self.run, "key": key, "cut": True})
                raise
            if found.get("state") is None:  # the run ends before it knows
                self._journal.append({"run": self.run, "key": key, "cut": True})
                return found
            found = {**found, "began": round(began, 6)}
        self._journal.append({"run": self.run, "key": key, "answer": found})
        self._known[key] = found
        return found
