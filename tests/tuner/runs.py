"""Runs of ``clpool tune`` for the trials: started, killed, and what they leave."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import plants


class Failed(Exception):
    """A trial did not give what it must."""


def say(words: str) -> None:
    """Print words at once."""
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def need(holds: bool, words: str) -> None:
    """Fail with words, unless something holds."""
    if not holds:
        raise Failed(words)


class Run:
    """One run of ``clpool tune`` in a folder of its own, or in that of another run."""

    def __init__(self, root: Path, *arguments: str, hook: str = "", budget: float = 150.0) -> None:
        self.root = root
        environment = {
            **os.environ,
            "CLPOOL_TUNING": str(root / "records"),
            "CLPOOL_CACHE_DIR": str(root / "cache"),
            "TMPDIR": str(root),
        }
        (root / "records").mkdir(parents=True, exist_ok=True)
        if hook:
            folder = str(Path(plants.__file__).parent)
            environment |= {"PYTHONPATH": folder, "CLPOOL_WORKER_HOOK": f"tuner_hooks:{hook}"}
        command = [sys.executable, "-m", "clpool", "tune", *arguments, f"--budget={budget}"]
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            [*command, f"--json={root / 'out.json'}"],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def wait(self) -> Run:
        """Wait for the end."""
        self.output = self.process.communicate()[0]
        self.seconds = time.monotonic() - self.began
        return self

    @property
    def status(self) -> int:
        """The exit status."""
        return self.process.returncode

    @property
    def records(self) -> list[dict[str, Any]]:
        """The records that it says it made."""
        return json.loads((self.root / "out.json").read_text())


@contextmanager
def folder() -> Iterator[Path]:
    """A temporary folder."""
    with tempfile.TemporaryDirectory(prefix="clpool-trial-", ignore_cleanup_errors=True) as name:
        yield Path(name)


def tuned(*arguments: str, **options: Any) -> Run:
    """A run in a folder that is gone afterwards."""
    with folder() as root:
        run = Run(root, *arguments, **options).wait()
        run.kept = [*map(json.loads, map(Path.read_text, files(root)))]  # type: ignore[attr-defined]
        return run


def files(root: Path) -> list[Path]:
    """The records in a folder."""
    return sorted((root / "records").glob("*/*/*.json"))


class Watch:
    """What is answered in the journal of a folder while the block lasts; records replace times."""

    def __init__(self, root: Path) -> None:
        self._path, self._ends = root / "records" / "journal.jsonl", threading.Event()
        self._thread = threading.Thread(target=self._look)
        #: Begin, end, process, run and key of every answer.
        self.answers: set[tuple[float, float, int, str, str]] = set()

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *raised: object) -> None:
        self._ends.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._ends.wait(0.05):
            with suppress(FileNotFoundError):
                for text in self._path.read_bytes().splitlines():
                    with suppress(ValueError):
                        self._take(json.loads(text))

    def _take(self, line: dict[str, Any]) -> None:
        if "answer" in line:
            began = line["answer"]["began"]
            self.answers.add((began, line["at"], line["pid"], line["run"], line["key"]))

    def most(self) -> int:
        """How often a key of a run was answered, at most."""
        counts = Counter((run, key) for *_, run, key in self.answers)
        return max(counts.values(), default=0)


def digests(root: Path, setting: str) -> str:
    """The digests of the results of all cases, under a setting of the records in a folder."""
    home = root / "home" / "clpool"
    if not home.exists():
        home.mkdir(parents=True)
        (home / "tuning").symlink_to(root / "records")
    environment = {**os.environ, "XDG_DATA_HOME": str(home.parent), "CLPOOL_TUNING": setting}
    command = [sys.executable, str(Path(__file__).with_name("digests.py"))]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return done.stdout


def children(pid: int) -> list[int]:
    """The processes that a process started."""
    text = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True)
    return [int(word) for word in text.stdout.split()]


def kill(pid: int) -> None:
    """End a process, if it is there."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def remaining(pids: list[int], seconds: float) -> int:
    """How many processes still run after some seconds."""
    end = time.monotonic() + seconds
    while any(map(is_alive, pids)) and time.monotonic() < end:
        time.sleep(0.02)
    return sum(map(is_alive, pids))


def is_alive(pid: int) -> bool:
    """Whether a process runs."""
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
