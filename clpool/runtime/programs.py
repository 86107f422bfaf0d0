"""Compiles programs: once per process, with their binaries in a disk cache of clpool's own.

A binary's key digests all inputs of rendering (spec, templates, code), so that a hit renders
nothing. Entries are in a private folder, carry a checksum, and are dropped and rebuilt, with a
warning, when anything about them fails.
"""

from __future__ import annotations

import atexit
import hashlib
import logging
import os
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, fields
from importlib import resources
from operator import attrgetter
from pathlib import Path
from typing import Any

import pyopencl as cl

from ..codegen.kernel_arguments import MEMBERS
from ..codegen.pruning import members
from ..codegen.render import render
from ..codegen.spec import KernelSpec
from ..errors import BuildError
from ..modes import MODES
from ..problem.window import Shape
from . import binary_cache, contexts, pocl_binary, pocl_header, registers, uncached
from .capabilities import is_pocl

log = logging.getLogger("clpool")


@dataclass
class Built:
    """A program on one device, and whether its binary is still to be written to disk.

    ``members`` are those of its kernel's geometry.
    """

    program: cl.Program
    name: str
    members: tuple[str, ...]
    entry: Path | None
    unsaved: bool
    lock: threading.Lock = field(default_factory=threading.Lock)

    def kernel(self, what: str = "") -> cl.Kernel:
        """A new kernel object: arguments set on one belong to one caller.

        Args:
            what: how the name of a program's second kernel ends.
        """
        return uncached.kernel(self.program, self.name + what)

    def save(self) -> None:
        """Write the binary, once, after a launch has completed: before, drivers recompile it."""
        if not self.unsaved:
            return
        with self.lock:
            if self.unsaved and self.entry is not None:
                try:
                    binary_cache.write(self.entry, _content(self.members, _binary(self.program)))
                except cl.Error as error:
                    log.warning("could not keep the binary %s: %s", self.entry, error)
            self.unsaved = False


#: What to do where a compiler is older than the processor, as PoCL 3.0's is than Zen 5.
OLD_COMPILER = (
    "does not know this processor and compiles nothing for it; install another OpenCL driver: "
    "pip install 'clpool[intel]' (x86-64), or a newer PoCL, as of your distribution"
)

#: The programs that this process compiled from their source.
compiled = 0

_built: dict[tuple[cl.Context, cl.Device, KernelSpec], Built] = {}
_lock = threading.Lock()


@contexts.forgets
def _forget(context: cl.Context) -> None:
    """Discard the programs of a context."""
    with _lock:
        for key in [key for key in _built if key[0] == context]:
            del _built[key]


def build(spec: KernelSpec, context: cl.Context, device: cl.Device, group: Shape) -> Built:
    """The program of a spec, from memory, from disk, or from its source.

    Args:
        device: the one of the context's that it is for.
        group: the work-group size of the expected launches; others are possible.

    Raises:
        BuildError: it does not compile; the message has the numbered source and the log.
    """
    with _lock:
        found = _built.get((context, device, spec))
        if found is None:
            found = _load_or_compile(spec, context, device, group)
            _built[context, device, spec] = found
        return found


@atexit.register
def _save_all() -> None:
    """At exit: write the binaries of kernels that were only launched asynchronously."""
    for built in list(_built.values()):
        built.save()


def _load_or_compile(
    spec: KernelSpec, context: cl.Context, device: cl.Device, group: Shape
) -> Built:
    options = _options(device)
    entry = _entry(spec, options, device)
    if entry is not None and os.path.lexists(entry):
        kept = _read(entry, spec.label, context, device)
        if kept is not None:
            log.debug("loaded %s from %s", spec.label, entry)
            return Built(kept[0], spec.label, kept[1], entry, unsaved=False)
    source = render(spec)
    found = members(source)
    program = _compile(source, options, context, device, spec.label)
    if is_pocl(device):
        with suppress(cl.Error):  # if it fails, the launch and the binary are compiled apart
            body = pocl_binary.for_group(_binary(program), spec.label, group)
            if body is not None:
                program = _built_quietly(cl.Program(context, [device], [body]), device, ())
                if entry is not None:
                    binary_cache.write(entry, _content(found, body))
                return Built(program, spec.label, found, entry, unsaved=False)
    return Built(program, spec.label, found, entry, unsaved=entry is not None)


def _compile(
    source: str, options: list[str], context: cl.Context, device: cl.Device, label: str
) -> cl.Program:
    global compiled
    log.debug("compiling %s", label)
    compiled += 1
    if is_pocl(device) and not pocl_header.is_needed(source):
        with suppress(cl.Error):  # another PoCL may need the header
            alone = pocl_header.INSTEAD + source
            return _with_kernel(alone, [*options, pocl_header.GUARD], context, device, label)
    try:
        return _with_kernel(source, options, context, device, label)
    except cl.Error as error:
        if "unknown target CPU" in str(error):
            driver = f"{device.platform.name} {device.driver_version}"
            raise BuildError(f"{driver} {OLD_COMPILER}") from error
        numbered = "\n".join(
            f"{number:4} {line}" for number, line in enumerate(source.splitlines(), 1)
        )
        raise BuildError(f"kernel {label} did not build\n{numbered}\n{error}") from error


def _with_kernel(
    source: str, options: Sequence[str], context: cl.Context, device: cl.Device, label: str
) -> cl.Program:
    """Build a source, again where PoCL's own cache answers with a program without the kernel."""
    program = _built_quietly(cl.Program(context, source), device, options)
    try:
        uncached.kernel(program, label)
    except cl.LogicError:
        if not is_pocl(device):
            raise
        new = f"{source}typedef int built_{time.time_ns()};\n"  # no cache has seen it
        program = _built_quietly(cl.Program(context, new), device, options)
        uncached.kernel(program, label)
    return program


def _built_quietly(program: cl.Program, device: cl.Device, options: Sequence[str]) -> cl.Program:
    """Build for one device; suppress CompilerWarning."""
    with uncached.without_caches():
        return program.build([*options], [device])


def _options(device: cl.Device) -> list[str]:
    options = ["-cl-std=CL1.2", "-w"]  # PoCL counts warnings on stderr
    if device.single_fp_config & cl.device_fp_config.CORRECTLY_ROUNDED_DIVIDE_SQRT:
        options.append("-cl-fp32-correctly-rounded-divide-sqrt")
    return options


def _entry(spec: KernelSpec, options: list[str], device: cl.Device) -> Path | None:
    """The cache file of one kernel on one device; None without a private folder."""
    if binary_cache.cache_folder() is None:
        return None
    return binary_cache.entry_for(
        [_ingredients(spec), *options, *registers.identity(device)], ".bin"
    )


def _ingredients(spec: KernelSpec) -> str:
    """All inputs of a kernel's source: its spec, the templates, and the code that renders."""
    if not _CODE:
        return render(spec)
    mode = spec.mode
    facts: list[Any] = [getattr(spec, part.name) for part in fields(spec) if part.name != "mode"]
    facts += [getattr(mode, part.name) for part in fields(mode) if part.compare]
    facts = [sorted(fact) if isinstance(fact, frozenset) else fact for fact in facts]
    facts += [mode.identity(spec.dtype, spec.nan)]
    facts += [(known.path, known.source) for known in MODES.values() if known.source is not None]
    return repr([facts, _CODE, _digest(_files("clpool.kernels", ".mako"))])


def _files(package: str, suffix: str) -> Iterator[tuple[str, bytes]]:
    """The present files of a package and of its folders, by name; none if not readable."""
    folders = [("", resources.files(package))]
    for prefix, folder in folders:
        for entry in sorted(folder.iterdir(), key=attrgetter("name")):
            if entry.is_dir():
                folders.append((f"{prefix}{entry.name}/", entry))
            elif entry.name.endswith(suffix):
                yield prefix + entry.name, entry.read_bytes()


def _digest(files: Iterable[tuple[str, bytes]]) -> str:
    digests = [(name, hashlib.sha256(text).hexdigest()) for name, text in files]
    return hashlib.sha256(repr(digests).encode()).hexdigest() if digests else ""


#: The digest of the code generator at import (part of the cache key); empty if not readable.
_CODE = _digest(_files("clpool", ".py"))


def code_digest() -> str:
    """The digest of the code and of the templates that sources follow from."""
    return _digest([("code", _CODE.encode()), *_files("clpool.kernels", ".mako")])


def _content(found: Sequence[str], binary: bytes) -> bytes:
    """The content of an entry: the members of the kernel's geometry, a line, and the binary."""
    return " ".join(found).encode() + b"\n" + binary


def _read(
    entry: Path, label: str, context: cl.Context, device: cl.Device
) -> tuple[cl.Program, tuple[str, ...]] | None:
    """The program and the members of a cache entry; a faulty entry is removed."""
    try:
        line, _, body = binary_cache.read(entry).partition(b"\n")
        found = tuple(line.decode().split())
        if not MEMBERS.keys() >= {*found}:
            raise ValueError("not the members of a geometry")
        program = _built_quietly(cl.Program(context, [device], [body]), device, ())
        uncached.kernel(program, label)
        return program, found
    except (OSError, ValueError, cl.Error) as error:
        log.warning("dropping the cached binary %s (%s); building it anew", entry, error)
        binary_cache.drop(entry)
        return None


def _binary(program: cl.Program) -> bytes:
    """The binary of a program for the one device that it was built for."""
    binaries: Any = program.get_info(cl.program_info.BINARIES)
    return next(filter(None, binaries), b"")
