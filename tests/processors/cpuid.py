"""AMD's processors on one of Intel's, at its full speed: CPUID answers as theirs do.

Linux lets CPUID fault on Intel's processors; the preloaded library answers instead, and executes
SSE4a, which theirs lack. A compiler then chooses another processor's instructions.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

SOURCE = Path(__file__).with_suffix(".c")


def missing() -> str:
    """What such a processor needs and this machine does not have; "" where all is there."""
    try:
        about = Path("/proc/cpuinfo").read_text()
    except OSError:
        about = ""
    if not re.search(r"\bcpuid_fault\b", about):
        return "no instruction CPUID that faults (Intel's processors under Linux have it)"
    if not re.search(r"\bavx512bw\b", about):
        return "no AVX-512, which it has"
    return "" if shutil.which("cc") else "no C compiler (on Debian: apt-get install gcc libc6-dev)"


def library(folder: Path) -> Path:
    """Compile the library to preload into a folder."""
    path = folder / "cpuid.so"
    subprocess.run(["cc", "-O1", "-shared", "-fPIC", "-o", path, SOURCE, "-ldl"], check=True)
    return path
