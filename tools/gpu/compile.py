"""Kernels through the offline compilers: their assembly and their logs, kept by digest.

A kernel whose source, options and target are known is not compiled again.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from .toolchain import Toolchain

#: The targets, by what their vendors' tools call them.
NVIDIA = ("sm_75", "sm_86", "sm_90")
AMD = ("gfx90a", "gfx1030")
INTEL = ("skl", "dg2")
TARGETS = (*NVIDIA, *AMD, *INTEL)
#: Changes with the commands below: an older assembly is of no use then.
_RECIPE = "3"
#: Stores of halves, rounded to nearest.
_ROUNDED = re.compile(r"\b(vstore_half\d*)_rte\b")
#: Seconds after which a compiler is ended.
_LIMIT = 300
_BITCODE = "opencl ocml ockl oclc_daz_opt_off oclc_finite_only_off oclc_unsafe_math_off \
oclc_correctly_rounded_sqrt_on oclc_abi_version_500"


@dataclass(frozen=True)
class Job:
    """A kernel to compile: its name, its source, the compiler's options, and the target."""

    kernel: str
    source: str
    target: str
    options: tuple[str, ...] = ("-cl-std=CL1.2",)

    @property
    def defines(self) -> tuple[str, ...]:
        """Builtins that are one instruction of the target, and a function of its library."""
        used = sorted({*_ROUNDED.findall(self.source)}) if self.target in NVIDIA else ()
        return tuple(f"-D{name}_rte={name}" for name in used)

    @property
    def digest(self) -> str:
        """The key of what was compiled."""
        text = "\0".join((_RECIPE, self.target, *self.options, *self.defines, self.source))
        return hashlib.sha256(text.encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Compiled:
    """A compiled kernel: its assembly, the compiler's log, the SIMD width that Intel's chose.

    ``error`` is the log of a compiler that failed; there is no assembly then.
    """

    kernel: str
    target: str
    assembly: str
    log: str = ""
    simd: int = 0
    error: str = ""


class _CompilerError(Exception):
    """A compiler failed; the message is its log."""


def compiled(job: Job, tools: Toolchain) -> Compiled:
    """A kernel's assembly, kept or new."""
    entry = tools.kernels / f"{job.digest}.json"
    with suppress(OSError, ValueError, TypeError):
        return Compiled(job.kernel, job.target, **json.loads(entry.read_text(encoding="utf-8")))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "k.cl").write_text(job.source, encoding="utf-8")
        try:
            found = _compiler(job.target)(job, tools, folder)
        except _CompilerError as error:
            found = {"assembly": "", "error": str(error)[-4000:]}
    tools.kernels.mkdir(parents=True, exist_ok=True)
    part = entry.with_suffix(f".{os.getpid()}.part")
    part.write_text(json.dumps(found), encoding="utf-8")
    part.replace(entry)
    return Compiled(job.kernel, job.target, **found)  # type: ignore[arg-type]


def compile_all(
    jobs: Iterable[Job], tools: Toolchain, workers: int, seconds: float
) -> list[Compiled | None]:
    """The jobs in their order, several at a time; None for those not begun within ``seconds``."""
    end = time.monotonic() + seconds

    def one(job: Job) -> Compiled | None:
        return compiled(job, tools) if time.monotonic() < end else None

    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(one, jobs))


_Compiler = Callable[[Job, Toolchain, Path], "dict[str, str | int]"]


def _compiler(target: str) -> _Compiler:
    """The vendor's compiler of a target."""
    if target in NVIDIA:
        return _nvidia
    return _amd if target in AMD else _intel


def _nvidia(job: Job, tools: Toolchain, folder: Path) -> dict[str, str | int]:
    """NVIDIA: clang to PTX, ptxas to a binary, nvdisasm to SASS."""
    library = str(tools.root / "usr/lib/clc/nvptx64--nvidiacl.bc")
    cpu = ("-Xclang", "-target-cpu", "-Xclang", "sm_75")
    log = _clang(job, tools, folder, ["-target", "nvptx64--nvidiacl", *cpu], [library], "k.ptx")
    binary = ["-arch", job.target, "-v", "-o", "k.cubin", "k.ptx"]
    log += _run([tools.program("ptxas"), *binary], tools, folder)
    return {
        "assembly": _run([tools.program("nvdisasm"), "k.cubin"], tools, folder),
        "log": log,
    }


def _amd(job: Job, tools: Toolchain, folder: Path) -> dict[str, str | int]:
    """AMD: clang to the instruction set, with the ROCm device libraries."""
    wide = "off" if job.target.startswith("gfx1") else "on"
    names = [
        *_BITCODE.split(),
        f"oclc_isa_version_{job.target[3:]}",
        f"oclc_wavefrontsize64_{wide}",
    ]
    libraries = [str(tools.libraries / "amdgcn/bitcode" / f"{name}.bc") for name in names]
    target = ["-target", "amdgcn-amd-amdhsa", f"-mcpu={job.target}", "-nogpulib"]
    log = _clang(job, tools, folder, target, libraries, "k.s")
    return {"assembly": (folder / "k.s").read_text(encoding="utf-8"), "log": log}


def _clang(
    job: Job, tools: Toolchain, folder: Path, target: list[str], libraries: list[str], out: str
) -> str:
    """OpenCL C to assembly; the log."""
    linked = [
        w for name in libraries for w in ("-Xclang", "-mlink-builtin-bitcode", "-Xclang", name)
    ]
    header = ["-x", "cl", "-Xclang", "-finclude-default-header"]
    command = [
        *job.options,
        *job.defines,
        *header,
        *target,
        *linked,
        "-O3",
        "-S",
        "-o",
        out,
        "k.cl",
    ]
    return _run([tools.program("clang"), *command], tools, folder)


def _intel(job: Job, tools: Toolchain, folder: Path) -> dict[str, str | int]:
    """Intel: ocloc, whose compiler dumps the assembly of every SIMD width that it tries."""
    dump = folder / "dump"
    dump.mkdir()
    shown = {"IGC_ShaderDumpEnable": "1", "IGC_DumpToCustomDir": str(dump)}
    device = {"dg2": "dg2-g10"}.get(job.target, job.target)
    command = ["compile", "-file", "k.cl", "-device", device, "-options", " ".join(job.options)]
    command += ["-output", "a", "-out_dir", str(folder)]
    log = _run([tools.program("ocloc"), *command], tools, folder, shown)
    widths = {
        int(p.name.split("simd")[1].split("_")[0].split(".")[0]): p for p in dump.glob("*simd*.asm")
    }
    if "Build failed" in log or not widths:
        raise _CompilerError(log)
    simd = max(widths)
    return {"assembly": widths[simd].read_text(errors="replace"), "log": log, "simd": simd}


def _run(
    command: list[str], tools: Toolchain, folder: Path, more: dict[str, str] | None = None
) -> str:
    """Run a compiler; what it wrote.

    Raises:
        _CompilerError: it failed, or took too long.
    """
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env={**tools.environment, **(more or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=_LIMIT,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise _CompilerError(f"{command[0]} took more than {_LIMIT} s") from error
    text = done.stdout.decode(errors="replace")
    if done.returncode:
        raise _CompilerError(text)
    return text
