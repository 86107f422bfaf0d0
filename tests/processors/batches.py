"""Processors, and the processes in which cases run as on one of them."""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cpuid

HERE = Path(__file__).resolve().parent
EMULATOR = "qemu-x86_64"


@dataclass(frozen=True)
class Processor:
    """The machine's own processor, or one that is emulated.

    Args:
        name: as the emulator calls it.
        target: as PoCL's compiler calls it; "" for the machine's own.
        floats: the lanes of its vectors of float32.
        identity: its family and model, where it differs from the machine's own in CPUID alone.
    """

    name: str
    target: str = ""
    floats: int = 0
    identity: tuple[int, int] | None = None

    @property
    def emulated(self) -> bool:
        """Whether the emulator executes its instructions."""
        return bool(self.target) and self.identity is None

    @property
    def missing(self) -> str:
        """What this machine lacks for a processor of another identity, "" if nothing."""
        return cpuid.missing() if self.identity else ""

    @property
    def command(self) -> list[str]:
        """What stands before a command that runs as on this processor."""
        return [EMULATOR, "-cpu", self.name] if self.emulated else []

    def environment(self, folder: Path) -> dict[str, str]:
        """The variables of a process, whose kernels are kept in a folder that no other one has."""
        found = dict(os.environ)
        if self.target:
            ours = ("CLPOOL_", "OCL_", "POCL_", "PYOPENCL_")
            found = {name: value for name, value in found.items() if not name.startswith(ours)}
            found |= {"OCL_ICD_VENDORS": str(pocl()), "POCL_MAX_PTHREAD_COUNT": "2"}
        if self.identity:
            family, model = map(str, self.identity)
            library = str(cpuid.library(folder))
            found |= {"CPUID_FAMILY": family, "CPUID_MODEL": model, "LD_PRELOAD": library}
        # Of two processors' programs pyopencl could not tell which is which.
        found |= {"CLPOOL_CACHE_DIR": "", "CLPOOL_TUNING": "off", "PYOPENCL_NO_CACHE": "1"}
        return found | {"POCL_CACHE_DIR": str(folder / "pocl")}

    def refusal(self, device: dict[str, Any]) -> str:
        """Why results of this device are not this processor's, "" if they are."""
        right = device["version"].endswith(f"-{self.target}") and device["floats"] == self.floats
        if not self.target or right:
            return ""
        wanted = f"PoCL for {self.target} with vectors of {self.floats} floats"
        return f"not {wanted}, but {device['version']} with {device['floats']}"


NATIVE = Processor("native")
PROCESSORS = {
    processor.name: processor
    for processor in (
        NATIVE,
        Processor("Nehalem", "nehalem", 4),
        Processor("SandyBridge", "sandybridge", 8),
        Processor("Haswell", "haswell", 8),
        Processor("Zen4", "znver3", 16, identity=(25, 17)),  # as LLVM 14 calls it
    )
}


def pocl() -> Path:
    """The file that names PoCL from PyPI, which lies inside pyopencl's own package."""
    found = importlib.util.find_spec("pyopencl")
    if found is None or found.origin is None:
        raise SystemExit("no pyopencl: make .venv/.dev installs it, and PoCL")
    path = Path(found.origin).parent / ".libs" / "pocl.icd"
    if not path.exists():
        raise SystemExit(f"no {path}: the package pocl-binary-distribution installs it")
    return path


@dataclass(frozen=True)
class Result:
    """What came of one case: "passed", "failed", "crashed" or "skipped", and why."""

    processor: str
    case: str
    status: str
    reason: str
    seconds: float


class Ended(Exception):
    """A process ended, or was ended, without an answer; the message says how."""


class Batch:
    """A process that runs cases one by one, as on a processor.

    Args:
        cases: the list's name, see :func:`planted.cases_of`.
        folder: one of its own, for kernels and what is printed.
        limit: seconds for one answer.

    Raises:
        Ended: it does not start, or its device is another processor's.
    """

    def __init__(self, processor: Processor, cases: str, folder: Path, limit: float) -> None:
        folder.mkdir(parents=True)
        self.processor, self.limit = processor, limit
        self._printed = folder / "stderr"
        with self._printed.open("wb") as printed:
            self._process = subprocess.Popen(
                [*processor.command, sys.executable, str(HERE / "worker.py"), cases],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=printed,
                env=processor.environment(folder),
                text=True,
            )
        self.device = self._answer()
        if reason := processor.refusal(self.device):
            self.close()
            raise Ended(reason)

    def run(self, number: int) -> tuple[str, str, float]:
        """The status, reason and seconds of one case.

        Raises:
            Ended: the process died of it, or took too long.
        """
        assert self._process.stdin is not None
        self._process.stdin.write(f"{number}\n")
        self._process.stdin.flush()
        status, reason, seconds = self._answer()
        return status, reason, seconds

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _answer(self) -> Any:
        late = threading.Event()

        def end() -> None:
            late.set()
            self._process.kill()

        timer = threading.Timer(self.limit, end)
        timer.start()
        try:
            assert self._process.stdout is not None
            for line in self._process.stdout:
                try:
                    return json.loads(line)
                except ValueError:  # printed by a driver
                    continue
        finally:
            timer.cancel()
        status = self._process.wait()
        if late.is_set():
            raise Ended(f"no answer within {self.limit:g} s")
        raise Ended(f"{_how(status)}: {self._last_words()}")

    def _last_words(self) -> str:
        lines = self._printed.read_text(errors="replace").splitlines()
        told = [line for line in lines if line.strip() and not line.startswith("qemu")]
        return told[-1].strip() if told else "nothing printed"


def _how(status: int) -> str:
    return f"died of {signal.Signals(-status).name}" if status < 0 else f"exit status {status}"
