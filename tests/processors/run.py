"""Cases on other processors, emulated, and on the machine's own: ``make processors``.

    python tests/processors/run.py [--all] [--spread] [--processors NAME ...]

As many processes as there are cores take the cases, each running one after another. One that dies
of a case is followed by another process, so that the case is named and the next ones run. The last
lines are a table; the exit status is 1 where anything failed.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import shutil
import sys
import tempfile
import threading
import time
from collections import Counter, deque
from collections.abc import Sequence
from itertools import count
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

from batches import EMULATOR, NATIVE, PROCESSORS, Batch, Ended, Processor, Result
from planted import cases_of

#: Seconds for one case: an emulated processor's kernels take 3 to 15 to build.
LIMIT = 300.0
STATUSES = ("passed", "failed", "crashed", "skipped")


class Sweep:
    """A list of cases on every one of some processors.

    Args:
        cases: the list's name.
        folder: a temporary one.
        limit: seconds for one case.
        spread: whether a case is taken by one of the emulated processors, in turn.
    """

    def __init__(
        self,
        processors: Sequence[Processor],
        cases: str,
        folder: Path,
        limit: float = LIMIT,
        spread: bool = False,
    ) -> None:
        self.names = [case.name for case in cases_of(cases)]
        self.cases, self.folder, self.limit = cases, folder, limit
        self.results: list[Result] = []
        self.devices: dict[str, str] = {}
        numbers = range(len(self.names))
        emulated = [processor for processor in processors if processor.emulated]
        self._tasks = deque(
            (processor, number)
            for processor in processors
            for number in numbers
            if not (spread and processor.emulated) or emulated[number % len(emulated)] == processor
        )
        self._unusable: dict[str, str] = {}
        self._folders = count()
        self._lock = threading.Lock()

    def run(self, jobs: int) -> list[Result]:
        """The results of all, by so many processes at once."""
        threads = [threading.Thread(target=self._work, daemon=True) for _ in range(jobs)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return self.results

    def _work(self) -> None:
        batch: Batch | None = None
        while self._tasks:
            try:
                processor, number = self._tasks.popleft()
            except IndexError:  # another thread took the last one
                break
            if batch is not None and batch.processor != processor:
                batch.close()
                batch = None
            started = time.perf_counter()
            try:
                batch = batch or self._batch(processor)
                found = batch.run(number)
            except Ended as error:
                status = "failed" if batch is None else "crashed"
                found, batch = (status, str(error), time.perf_counter() - started), None
            self._note(Result(processor.name, self.names[number], *found))
        if batch is not None:
            batch.close()

    def _batch(self, processor: Processor) -> Batch:
        if reason := self._unusable.get(processor.name):
            raise Ended(reason)
        with self._lock:
            folder = self.folder / f"{processor.name}-{next(self._folders)}"
        try:
            batch = Batch(processor, self.cases, folder, self.limit)
        except Ended as error:
            self._unusable[processor.name] = str(error)
            raise
        self.devices[processor.name] = f"{batch.device['device']}, {batch.device['version']}"
        return batch

    def _note(self, result: Result) -> None:
        with self._lock:
            self.results.append(result)
            reason = f": {result.reason}" if result.reason else ""
            line = (
                f"{result.processor:<12}{result.status:<8}{result.seconds:>6.1f} s  {result.case}"
            )
            sys.stdout.write(f"{line}{reason}\n")
            sys.stdout.flush()


def table(results: Sequence[Result]) -> list[str]:
    """The lines of the table of counts, below the reasons why cases failed or were skipped."""
    lines = [""]
    for result in results:
        if result.status in ("failed", "crashed"):
            lines.append(f"{result.processor}: {result.case} {result.status}: {result.reason}")
    lines += ["", f"{'':<12}" + "".join(f"{status:>9}" for status in STATUSES) + "  seconds"]
    for name in dict.fromkeys(result.processor for result in results):
        own = [result for result in results if result.processor == name]
        counts = Counter(result.status for result in own)
        reasons = Counter(result.reason for result in own if result.status == "skipped")
        row = f"{name:<12}" + "".join(f"{counts[status]:>9}" for status in STATUSES)
        row += f"{sum(result.seconds for result in own):>9.0f}"
        skipped = ", ".join(f"{number} skipped: {reason}" for reason, number in reasons.items())
        lines.append(f"{row}  {skipped}".rstrip())
    return lines


def refuse(processors: Sequence[Processor]) -> None:
    """End the program where processors cannot be emulated, saying what to do.

    Raises:
        SystemExit: no emulator, or none for this machine's programs.
    """
    for processor in processors:
        if processor.missing:
            raise SystemExit(f"{processor.name} cannot be had here: {processor.missing}")
    if not any(processor.emulated for processor in processors):
        return
    machine = platform.machine()
    if machine.lower() not in ("x86_64", "amd64") or not sys.platform.startswith("linux"):
        raise SystemExit(
            f"other processors are emulated on x86-64 Linux alone, and this is {sys.platform} "
            f"{machine}: python {Path(__file__).name} --processors {NATIVE.name}"
        )
    if shutil.which(EMULATOR) is None:
        raise SystemExit(f"no {EMULATOR} (on Debian: apt-get install qemu-user)")


def main() -> int:
    """Run the cases; 1 where one failed or crashed."""
    parser = argparse.ArgumentParser(description="Cases on other processors, and on this one.")
    parser.add_argument("--all", action="store_true", help="all combinations, which takes hours")
    parser.add_argument(
        "--spread", action="store_true", help="each case on one of the emulated processors"
    )
    here = [name for name, processor in PROCESSORS.items() if not processor.missing]
    parser.add_argument("--processors", nargs="+", choices=list(PROCESSORS), default=here)
    jobs = min(os.cpu_count() or 1, 16)
    parser.add_argument("--jobs", type=int, default=jobs, help="processes (default: the cores)")
    options = parser.parse_args()
    processors = [PROCESSORS[name] for name in options.processors]
    refuse(processors)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # what dies leaves no file
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        cases = "everything" if options.all else "chosen"
        sweep = Sweep(processors, cases, Path(folder), spread=options.spread)
        results = sweep.run(options.jobs)
    devices = [f"{name}: {device}" for name, device in sweep.devices.items()]
    left = [processor for name, processor in PROCESSORS.items() if name not in here]
    devices += [f"{processor.name}: left out, {processor.missing}" for processor in left]
    sys.stdout.write("\n".join(["", *devices, *table(results)]) + "\n")
    minutes, seconds = divmod(round(time.perf_counter() - started), 60)
    cases = f"{len(sweep.names)} cases on {len(processors)} processors"
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    work = f"{used.ru_utime + used.ru_stime:.0f} s of processor time"
    sys.stdout.write(f"processors: {cases} in {minutes} min {seconds} s, {work}\n")
    return int(any(result.status in ("failed", "crashed") for result in results))


if __name__ == "__main__":
    sys.exit(main())
