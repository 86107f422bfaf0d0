"""Every kernel under Oclgrind in both dialects without a report, and planted faults reported.

Oclgrind leaves with status 0 whatever it found, so its log is read; so is what the programs
under it print, since a construct that it cannot interpret ends there.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from reports import reports

HERE = Path(__file__).resolve().parent
#: Seconds that one process may take.
LIMIT = 900
STARTED = time.perf_counter()
SHARDS = 2
#: What is looked for beside accesses out of bounds. In clang's dialect no uninitialised values:
#: Oclgrind takes the first lane of every shuffle by (1, 3, 5, ...) for one, whatever is shuffled.
CHECKS = {"portable": ["--data-races", "--uninitialized"], "clang": ["--data-races"]}


def under_oclgrind(folder: Path, dialect: str, *arguments: str) -> tuple[str, str, int]:
    """Run kernels.py under Oclgrind: its log, what was printed, and the exit status."""
    log = folder / f"{dialect}-{'-'.join(arguments)}.log"
    log.touch()
    # Optimised code holds instructions that the interpreter takes for uninitialised, or not at all.
    command = ["oclgrind", "--check-api", *CHECKS[dialect]]
    command += ["--build-options", "-cl-opt-disable", "--log", str(log)]
    command += [sys.executable, str(HERE / "kernels.py"), dialect, *arguments]
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("OCL_", "PYOPENCL_"))}
    # A binary is kept under its spec, so a broken kernel's would serve for the next one.
    kept = "" if "planted" in arguments else str(folder / "cache")
    environment |= {"CLPOOL_DEVICE": "Oclgrind", "CLPOOL_CACHE_DIR": kept}
    environment |= {"PYOPENCL_NO_CACHE": "1", "CLPOOL_TUNING": "off"}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        timer = threading.Timer(LIMIT, process.kill)
        timer.start()
        assert process.stdout is not None
        where = " ".join((dialect, *arguments))
        printed = "".join(echoed(line, where) for line in process.stdout)
        timer.cancel()
    return log.read_text(), printed, process.returncode


def echoed(line: str, where: str) -> str:
    """A line of the output; one that says what runs is shown at once, and is no part of it."""
    if not line.startswith("at "):
        return line
    sys.stdout.write(f"{time.perf_counter() - STARTED:4.0f} s  {where}: {line[3:]}")
    sys.stdout.flush()
    return ""


def check_clean(folder: Path, dialect: str) -> int:
    """How many kernels ran in this dialect; ends the program at any report."""

    def run(shard: int) -> tuple[str, str, int]:
        return under_oclgrind(folder, dialect, "clean", str(shard), str(SHARDS))

    count = 0
    with ThreadPoolExecutor(SHARDS) as pool:
        runs = list(pool.map(run, range(SHARDS)))
    for log, printed, status in runs:
        found = reports(log, printed)
        for report in found:
            sys.stdout.write(f"{report.text}\n\n")
        counted = re.search(r"^kernels: (\d+)$", printed, re.MULTILINE)
        if found or status or "FATAL" in printed or counted is None:
            sys.exit(f"{printed}\noclgrind: {len(found)} reports, exit status {status}")
        count += int(counted[1])
    return count


def check_planted(folder: Path, kind: str) -> None:
    """End the program unless a kernel with an off-by-one is reported."""
    log, printed, status = under_oclgrind(folder, "portable", "planted", kind)
    found = [report.text for report in reports(log, printed)]
    if status or not any(f"Invalid {kind}" in text for text in found):
        sys.exit(f"{log}\n{printed}\noclgrind: the planted invalid {kind} was not reported")


def main() -> None:
    """The whole check; the last line sums it up."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for kind in ("read", "write"):
            check_planted(folder, kind)
        counts = [f"{check_clean(folder, dialect)} in {dialect}" for dialect in CHECKS]
    kernels = " and ".join(counts)
    summary = f"oclgrind: {kernels} kernels clean, planted faults found (a read and a write)"
    sys.stdout.write(summary + "\n")


if __name__ == "__main__":
    main()
