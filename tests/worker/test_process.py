"""A worker's process: its pipes, its end by its own and by others, and that none is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import plants
import pytest

import clpool
from clpool.worker import lifeline
from clpool.worker.process import Ended, Worker

pytestmark = pytest.mark.device

#: A parent that waits for the answer to a step, whose worker's number it prints.
PARENT = """
import plants, sys
worker = plants.opened()
worker.ask({"do": "verify", "choice": {}}, 100)
print(worker.pid, flush=True)
worker.ask({"do": "verify", "choice": plants.choice(sys.argv[1])}, 100)
"""


def is_running(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def within(seconds: float, holds: Callable[[], bool]) -> bool:
    """Whether something holds before so many seconds have passed."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.02)
    return holds()


def busy(worker: Worker) -> None:
    """Ask for one step after the other."""
    while True:
        worker.ask({"do": "verify", "choice": {}}, plants.LIMIT)
        worker.ask({"do": "time", "order": [{}] * 5}, plants.LIMIT)


def test_the_device_is_told(worker: Worker) -> None:
    """It is the default device of this process."""
    default = clpool.default_device()
    device = worker.device
    told = (device["name"], device["driver"], device["units"])
    assert told == (default.name.strip(), default.driver_version.strip(), device["key"][5])
    assert os.getsid(worker.pid) == worker.pid != os.getpid()


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ({"do": "sing"}, "allowed: open, build"),
        ({"do": "open", "call": "max_pool2d(3, 2)"}, "must be an array"),
        ({"do": "open", "call": plants.CALL, "part": 7}, "allowed: 0 to 0"),
        ({"do": "build", "choice": {"width": 7}}, "width 7 is unknown"),
    ],
)
def test_mistakes_are_refused(worker: Worker, message: dict[str, object], told: str) -> None:
    """In words; the worker lives on with the call that is open."""
    found = worker.ask(message, plants.LIMIT)
    assert (found["state"], told in found["detail"]) == ("refused", True), found
    assert worker.ask({"do": "build", "choice": {}}, plants.LIMIT)["state"] == "built"


def test_what_a_driver_prints_is_no_answer() -> None:
    """Nor is what its processes print; stdin is empty for all of them."""
    with Worker(plants.environment("noisy"), plants.LIMIT) as worker:
        assert worker.ask({"do": "open", "call": plants.CALL}, plants.LIMIT)["state"] == "open"


def test_a_closed_worker_leaves_nothing(tmp_path: Path) -> None:
    """It ends by itself, and keeps its caches; it may be closed again, and is not asked again."""
    (tmp_path / "cache").mkdir()
    worker = plants.opened(POCL_CACHE_DIR=str(tmp_path / "cache"))
    worker.close()
    assert not is_running(worker.pid)
    assert (tmp_path / "cache").exists()
    worker.close()
    with pytest.raises(Ended, match="crash"):
        worker.ask({"do": "copy"}, 1)


def test_interrupts_are_the_parents(worker: Worker) -> None:
    """A worker ignores them."""
    os.kill(worker.pid, signal.SIGINT)
    assert worker.ask({"do": "build", "choice": {}}, plants.LIMIT)["state"] == "built"


def test_a_worker_is_killed_at_any_moment(tmp_path: Path) -> None:
    """The parent learns the signal; the cache of PoCL, which may be torn, is thrown away."""
    rng = np.random.default_rng(0)
    for number in range(2):
        cache = tmp_path / f"cache{number}"
        cache.mkdir()
        worker = plants.opened(POCL_CACHE_DIR=str(cache))
        timer = threading.Timer(rng.uniform(0, 0.3), os.killpg, (worker.pid, signal.SIGKILL))
        timer.start()
        with pytest.raises(Ended, match="SIGKILL") as ended:
            busy(worker)
        timer.join()
        assert ended.value.state == "crash"
        assert not is_running(worker.pid)
        assert not cache.exists()


def ends_with(parent: subprocess.Popen[Any], pid: int) -> bool:
    """Whether a worker ends within two seconds of its parent, which is killed."""
    parent.kill()
    parent.wait()
    has_ended = within(2, lambda: not is_running(pid))
    if not has_ended:
        os.kill(pid, signal.SIGKILL)
    return has_ended


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks /proc")
@pytest.mark.parametrize(
    ("name", "stopped"), [("endless", False), ("deaf", False), ("endless", True)]
)
def test_no_worker_outlives_its_parent(name: str, stopped: bool) -> None:
    """Killed while a kernel hangs, or a driver's call in which Python cannot run; or stopped."""
    environment = {**os.environ, **plants.environment()}
    command = [sys.executable, "-c", PARENT, name]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        time.sleep(0.5)  # it is at the fault
        assert is_running(pid)
        if stopped:
            os.kill(pid, signal.SIGSTOP)
        assert ends_with(parent, pid)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks /proc")
def test_no_worker_outlives_its_parent_while_it_starts(tmp_path: Path) -> None:
    """Killed while the worker imports: here a module that takes a minute."""
    told = tmp_path / "pid"
    text = f"import os, time\nopen({str(told)!r}, 'w').write(str(os.getpid()))\ntime.sleep(60)\n"
    (tmp_path / "pyopencl.py").write_text(text)
    code = """
import sys
from clpool.worker.process import Worker
sys.path.insert(0, sys.argv[1])
Worker()
"""
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path)]) as parent:
        assert within(30, lambda: told.exists() and told.read_text() != "")
        pid = int(told.read_text())
        assert is_running(pid)
        assert ends_with(parent, pid)


def test_a_worker_outlives_the_thread_that_asked_for_it() -> None:
    """A run's threads that build end before its workers do."""
    found: list[Worker] = []
    thread = threading.Thread(target=lambda: found.append(plants.opened()))
    thread.start()
    thread.join()
    with found[0] as worker:
        time.sleep(0.1)
        assert worker.ask({"do": "build", "choice": {}}, plants.LIMIT)["state"] == "built"


def test_a_parent_without_a_lifeline_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The end of stdin ends the worker too, while its kernel hangs."""
    monkeypatch.setattr(lifeline, "NAME", "UNKNOWN")
    worker = plants.opened()
    stdin = worker._process.stdin
    assert stdin is not None
    message = f'{{"do": "verify", "choice": {{"tile": {plants.TILES["endless"]}}}}}\n'
    stdin.write(message.encode())
    stdin.close()
    assert worker._process.wait(plants.LIMIT) == 1
    worker.close()


def test_a_worker_without_a_device_says_so() -> None:
    """In the words of the device's choice."""
    with pytest.raises(Ended, match="no such") as ended:
        Worker({"CLPOOL_DEVICE": "no such"}, plants.LIMIT)
    assert ended.value.state == "absent"


def test_a_worker_that_does_not_start_is_killed() -> None:
    """At the limit of its start."""
    with pytest.raises(Ended, match="timeout: killed after"):
        Worker(plants.environment(), 0.01)


def test_a_folder_of_that_name_is_no_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker finds clpool where its parent does, wherever it is started."""
    (tmp_path / "clpool" / "tuning").mkdir(parents=True)
    (tmp_path / "numpy.py").write_text("raise ImportError('the wrong one')")
    monkeypatch.chdir(tmp_path)
    with Worker({"CLPOOL_TUNING": "off"}) as worker:
        assert worker.device["name"]
