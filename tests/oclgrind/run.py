"""Every kernel under Oclgrind without a report, and a planted fault that is reported.

Oclgrind leaves with status 0 whatever it found, so its log is read; so is what the programs
under it print, since a construct that it cannot interpret ends there.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from reports import reports

HERE = Path(__file__).resolve().parent
SHARDS = 2


def under_oclgrind(folder: Path, *arguments: str) -> tuple[str, str, int]:
    """Run kernels.py under Oclgrind: its log, what was printed, and the exit status."""
    log = folder / f"{'-'.join(arguments)}.log"
    log.touch()
    # Optimised code holds instructions that the interpreter takes for uninitialised, or not at all.
    command = ["oclgrind", "--check-api", "--data-races", "--uninitialized"]
    command += ["--build-options", "-cl-opt-disable", "--log", str(log)]
    command += [sys.executable, str(HERE / "kernels.py"), *arguments]
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("OCL_", "PYOPENCL_"))}
    # A binary is kept under its spec, so a broken kernel's would serve for the next one.
    kept = "" if arguments[0] == "planted" else str(folder / "cache")
    environment |= {"CLPOOL_DEVICE": "Oclgrind", "CLPOOL_CACHE_DIR": kept}
    environment |= {"PYOPENCL_NO_CACHE": "1"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=900)
    return log.read_text(), done.stdout + done.stderr, done.returncode


def check_clean(folder: Path) -> int:
    """How many kernels ran; ends the program at any report."""
    count = 0
    with ThreadPoolExecutor(SHARDS) as pool:
        shards = [str(shard) for shard in range(SHARDS)]
        runs = list(pool.map(lambda n: under_oclgrind(folder, "clean", n, str(SHARDS)), shards))
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
    log, printed, status = under_oclgrind(folder, "planted", kind)
    found = [report.text for report in reports(log, printed)]
    if status or not any(f"Invalid {kind}" in text for text in found):
        sys.exit(f"{log}\n{printed}\noclgrind: the planted invalid {kind} was not reported")


def main() -> None:
    """The whole check; the last line sums it up."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for kind in ("read", "write"):
            check_planted(folder, kind)
        count = check_clean(folder)
    summary = f"oclgrind: {count} kernels clean, planted faults found (a read and a write)"
    sys.stdout.write(summary + "\n")


if __name__ == "__main__":
    main()
