"""The parent's side of a worker: it is started, asked within a limit, and killed.

No device is touched in the parent, whatever a driver or a kernel does in the child.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import IO, Any, cast

from . import lifeline
from .failures import MOST_DETAIL

#: Seconds that a worker has to start, and to close.
START, CLOSE = 60.0, 5.0

#: The variable of PoCL's cache, of which a crash may leave entries that crash again.
_POCL_CACHE = "POCL_CACHE_DIR"


#: The child ends with its parent from its first moment on; the imports that follow take a second.
#: Modules are found where the parent finds them, not in the folder at hand.
_START = """
import json, runpy, sys
given = json.loads(sys.argv[1])
runpy.run_path(sys.argv[2])["hold"]()
sys.path[:] = given + [path for path in sys.path[1:] if path not in given]
from clpool.worker.__main__ import main
main()
"""


class Ended(Exception):
    """A worker is no more.

    Args:
        state: "crash"; "timeout" if it was killed at a limit; "absent" if it found no device.
        detail: how it ended, and the end of what it wrote to stderr.
    """

    def __init__(self, state: str, detail: str) -> None:
        super().__init__(f"{state}: {detail}")
        self.state, self.detail = state, detail


class Worker:
    """A process that answers one message after the other.

    Args:
        environment: variables besides this process's own. The folder that it gives to PoCL's cache
            is removed when the worker crashes or is killed.
        limit: seconds until it must have started.

    Raises:
        Ended: it did not start.

    Example:
        >>> with Worker({"CLPOOL_TUNING": "off"}) as worker:
        ...     question = {"do": "open", "call": "max_pool2d(float32[1, 1, 8, 8], 2)"}
        ...     worker.ask(question, 60)["candidates"][0]["choice"]
        {}
    """

    def __init__(self, environment: Mapping[str, str] | None = None, limit: float = START) -> None:
        self._environment = dict(environment or {})
        self._printed: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115
        self._lines: SimpleQueue[bytes] = SimpleQueue()
        self._lifeline: int | None = None
        self._has_ended = False
        started: Future[subprocess.Popen[bytes]] = Future()
        threading.Thread(target=self._live, args=(started,), daemon=True).start()
        self._process = started.result()
        self._stdin = cast("IO[bytes]", self._process.stdin)
        hello = self._answer(limit)
        if hello.get("state") != "ready":
            self._end()
            raise Ended("absent", str(hello.get("detail", hello)))
        self.device: dict[str, Any] = hello["device"]

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()

    @property
    def pid(self) -> int:
        """The number of the process, and of its group."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether it can be asked."""
        return not self._has_ended and self._process.poll() is None

    def ask(self, message: Mapping[str, Any], limit_s: float) -> dict[str, Any]:
        """The answer to a message.

        Raises:
            Ended: the worker crashed, or was killed since it took longer than ``limit_s`` seconds.
        """
        try:
            self._stdin.write(json.dumps(message).encode() + b"\n")
            self._stdin.flush()
        except (OSError, ValueError):  # it is dead, or closed
            raise self._crashed() from None
        return self._answer(limit_s)

    def close(self) -> None:
        """Let it end, or kill it."""
        if not self._has_ended:
            with suppress(OSError, ValueError):
                self._stdin.write(b'{"do": "close"}\n')
                self._stdin.close()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(CLOSE)
        self._end()

    def _started(self) -> subprocess.Popen[bytes]:
        variables = {**os.environ, **self._environment}
        paths = [str(Path(path).resolve()) for path in sys.path]  # "" is this folder
        command = [sys.executable, "-c", _START, json.dumps(paths), lifeline.__file__]
        pipe, posix = subprocess.PIPE, os.name == "posix"
        shared: tuple[int, ...] = ()
        if posix:
            end, self._lifeline = os.pipe()
            shared, variables[lifeline.NAME] = (end,), str(end)
        try:
            return subprocess.Popen(
                command,
                stdin=pipe,
                stdout=pipe,
                stderr=self._printed,
                env=variables,
                start_new_session=posix,
                pass_fds=shared,
            )
        finally:
            for descriptor in shared:
                os.close(descriptor)

    def _live(self, started: Future[subprocess.Popen[bytes]]) -> None:
        """Start the process, and hand on every line of answers; an empty one at their end.

        The thread lives as long as the process: Linux ends the one with the other.
        """
        try:
            process = self._started()
        except BaseException as error:
            started.set_exception(error)
            return
        started.set_result(process)
        stdout = cast("IO[bytes]", process.stdout)
        with suppress(OSError, ValueError), stdout:
            for line in stdout:
                self._lines.put(line)
        self._lines.put(b"")
        process.wait()

    def _answer(self, limit: float) -> dict[str, Any]:
        """The next line; whatever ends the wait for it ends the worker."""
        try:
            line = self._lines.get(timeout=limit)
        except Empty:
            raise Ended("timeout", f"killed after {limit:.3g} s; {self._end()}") from None
        except BaseException:
            self._end()
            raise
        try:
            answer: dict[str, Any] = json.loads(line)
            return answer
        except ValueError:  # the end, or a line that was cut
            raise self._crashed() from None

    def _crashed(self) -> Ended:
        """The error of a worker that ended by itself."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(CLOSE)
        code = self._process.returncode
        return Ended("crash", f"{_how(code)}; {self._end()}")

    def _end(self) -> str:
        """Kill the process and those that it started, and collect it; the end of its stderr."""
        if self._has_ended:
            return "it has ended before"
        self._has_ended = True
        unclean = self._process.returncode != 0
        self._kill()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(CLOSE)
        if self._lifeline is not None:
            os.close(self._lifeline)
        with suppress(OSError):
            self._stdin.close()
        if unclean and (folder := self._environment.get(_POCL_CACHE)):
            shutil.rmtree(folder, ignore_errors=True)
        printed = self._tail()
        self._printed.close()
        return printed

    def _kill(self) -> None:
        with suppress(OSError):
            if os.name == "posix":
                os.killpg(self._process.pid, signal.SIGKILL)
            else:
                self._process.kill()

    def _tail(self) -> str:
        """The end of what it wrote to stderr."""
        size = self._printed.seek(0, os.SEEK_END)
        self._printed.seek(max(size - MOST_DETAIL, 0))
        text = self._printed.read().decode(errors="replace").strip()
        return text or "nothing on stderr"


def _how(code: int | None) -> str:
    """How a process ended."""
    if code is None:
        return "it did not end"
    if code >= 0:
        return f"exit status {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"
