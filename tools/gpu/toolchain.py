"""The offline compilers of three vendors, extracted into a folder of their own.

Nothing is installed into the system. The folder is that of the environment variable
``CLPOOL_GPU_TOOLS``, or ``~/.cache/clpool-gpu``; compiled kernels are kept in it, too.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

#: Debian's packages (bookworm), each with a file by which it is known to be there.
PACKAGES = {
    "clang-19": "usr/lib/llvm-19/bin/clang",
    "libclang-common-19-dev": "usr/lib/llvm-19/lib/clang/19/include/opencl-c.h",
    "libclang-cpp19": "usr/lib/llvm-19/lib/libclang-cpp.so.19.1",
    "libclang1-19": "usr/lib/llvm-19/lib/libclang-19.so.19",
    "libllvm19": "usr/lib/x86_64-linux-gnu/libLLVM.so.19.1",
    "llvm-19-linker-tools": "usr/lib/llvm-19/lib/LLVMgold.so",
    "libclc-19": "usr/lib/clc/nvptx64--nvidiacl.bc",
    "rocm-device-libs": "usr/lib/x86_64-linux-gnu/amdgcn/bitcode/ockl.bc",
    "intel-opencl-icd": "usr/bin/ocloc",
    "libigc1": "usr/lib/x86_64-linux-gnu/libigc.so.1",
    "libigdfcl1": "usr/lib/x86_64-linux-gnu/libigdfcl.so.1",
    "libigdgmm12": "usr/lib/x86_64-linux-gnu/libigdgmm.so.12",
    "libopencl-clang14": "usr/lib/x86_64-linux-gnu/libopencl-clang.so.14",
    "libllvmspirvlib14": "usr/lib/x86_64-linux-gnu/libLLVMSPIRVLib.so.14",
}
#: Python's packages, with a program of each.
WHEELS = {"nvidia-cuda-nvcc==13.0.88": "ptxas", "nvidia-cuda-nvdisasm==13.5.37": "nvdisasm"}
#: How a person gets them.
HINT = "`python -m clpool.tools.gpu install` fetches them (apt-get of Debian 12, pip; 200 MB)"


class ToolchainError(Exception):
    """A compiler is not there, or cannot be fetched."""


@dataclass(frozen=True)
class Toolchain:
    """The compilers in a folder."""

    folder: Path

    @classmethod
    def default(cls) -> Toolchain:
        """The folder of the environment, or of the user's cache."""
        given = os.environ.get("CLPOOL_GPU_TOOLS")
        return cls(Path(given) if given else Path.home() / ".cache" / "clpool-gpu")

    @property
    def root(self) -> Path:
        """The root of Debian's packages."""
        return self.folder / "root"

    @property
    def wheels(self) -> Path:
        """The folder of Python's packages."""
        return self.folder / "wheels"

    @property
    def libraries(self) -> Path:
        """The folder of shared libraries and of AMD's bitcode."""
        return self.root / "usr/lib/x86_64-linux-gnu"

    @property
    def kernels(self) -> Path:
        """The folder of compiled kernels."""
        return self.folder / "kernels"

    @property
    def environment(self) -> dict[str, str]:
        """The environment of the compilers' processes."""
        found = f"{self.libraries}:{self.root / 'usr/lib/llvm-19/lib'}"
        return {**os.environ, "LD_LIBRARY_PATH": found}

    def program(self, name: str) -> str:
        """The path of "clang", "ocloc", "ptxas" or "nvdisasm"."""
        paths = {"clang": "usr/lib/llvm-19/bin/clang", "ocloc": "usr/bin/ocloc"}
        if name in paths:
            return str(self.root / paths[name])
        return str(next(self.wheels.glob(f"*/nvidia/*/bin/{name}"), self.wheels / name))

    def missing(self) -> list[str]:
        """The packages that are not there."""
        debian = [name for name, file in PACKAGES.items() if not (self.root / file).exists()]
        python = [name for name, tool in WHEELS.items() if not Path(self.program(tool)).is_file()]
        return debian + python

    def check(self) -> None:
        """Make sure that every compiler is there.

        Raises:
            ToolchainError: names the missing packages, and how to get them.
        """
        if missing := self.missing():
            raise ToolchainError(f"missing in {self.folder}: {', '.join(missing)}; {HINT}")

    def install(self) -> Iterator[str]:
        """Fetch and extract what is missing; the packages, as they come.

        Raises:
            ToolchainError: a program to fetch or to extract with is not there, or fails.
        """
        missing = self.missing()
        needed = {"apt-get", "dpkg"} if any(name in PACKAGES for name in missing) else set()
        if absent := sorted(name for name in needed if shutil.which(name) is None):
            raise ToolchainError(f"needs {' and '.join(absent)}, of Debian 12 or a relative")
        downloads = self.folder / "downloads"
        downloads.mkdir(parents=True, exist_ok=True)
        for name in missing:
            if name in PACKAGES:
                _run(["apt-get", "download", name], downloads)
                package = next(downloads.glob(f"{name}_*.deb"))
                _run(["dpkg", "-x", str(package), str(self.root)], downloads)
                package.unlink()
            else:
                pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
                _run(
                    [*pip, "--target", str(self.wheels / name.partition("==")[0]), name], downloads
                )
            yield name
        self.check()


def _run(command: list[str], folder: Path) -> None:
    """Run a command that fetches or extracts."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ToolchainError(f"{' '.join(command)}: {done.stderr.strip()[-500:]}")
