"""What a compiled kernel costs: registers, memory of its own, accesses, and what it executes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import TypeVar

from . import gcn, gen, sass
from .compile import AMD, NVIDIA, Compiled

T = TypeVar("T")

#: Of NVIDIA's multiprocessors: warps, groups, and bytes of local memory at most.
_MULTIPROCESSORS = {
    "sm_75": (32, 16, 64 * 1024),
    "sm_86": (48, 16, 100 * 1024),
    "sm_90": (64, 32, 228 * 1024),
}
#: A compiler's line of a diagnostic: of clang, of ptxas.
_WARNING = re.compile(r"^.*\bwarning\s*:.*$", re.M)
#: Waves of a SIMD unit at most.
_WAVES = {"gfx90a": 8, "gfx1030": 16}


@dataclass
class Report:
    """The compiler's account of a kernel.

    Args:
        registers: of a work-item; of Intel the vector registers of a thread.
        spills: bytes that did not fit into registers; ``scratch``, of private memory in all.
        local: bytes of local memory of a group.
        simd: work-items that share an instruction.
        occupancy: the share of a unit's waves that may be resident.
        instructions: in the assembly; ``before``, of them before the first load.
        diagnostics: lines of warnings.
        wide: of them on 64-bit integers; ``doubles``, on float64; ``calls``, of subroutines.
        loads, stores: instructions that access global memory, by their bits per work-item.
    """

    registers: int = 0
    spills: int = 0
    scratch: int = 0
    local: int = 0
    simd: int = 0
    occupancy: float = 0.0
    instructions: int = 0
    before: int = 0
    wide: int = 0
    doubles: int = 0
    calls: int = 0
    diagnostics: int = 0
    loads: Counter[int] = field(default_factory=Counter)
    stores: Counter[int] = field(default_factory=Counter)


def report(compiled: Compiled, group: tuple[int, ...]) -> Report:
    """The report of a kernel launched in groups of this shape."""
    if compiled.target in NVIDIA:
        found = _nvidia(compiled, prod(group))
    else:
        found = _amd(compiled) if compiled.target in AMD else _intel(compiled)
    found.diagnostics = len(_WARNING.findall(compiled.log))
    return found


def _number(pattern: str, text: str) -> int:
    """The last number that a pattern finds, 0 without one."""
    found = re.findall(pattern, text)
    return int(found[-1]) if found else 0


def _nvidia(compiled: Compiled, items: int) -> Report:
    log = compiled.log
    found = Report(
        registers=_number(r"Used (\d+) registers", log),
        scratch=_number(r"(\d+) bytes stack frame", log),
        local=_number(r"(\d+) bytes smem", log),
        simd=32,
    )
    spills = re.findall(r"(\d+) bytes spill", log)
    found.spills = sum(map(int, spills))
    found.occupancy = occupancy(compiled.target, found.registers, found.local, items)
    code = sass.parse(compiled.assembly).counted
    for i in code:
        if i.base in ("LDG", "STG"):
            (found.loads if i.base == "LDG" else found.stores)[i.width] += 1
    found.instructions = len(code)
    found.before = _first(code, lambda i: i.base == "LDG")
    found.wide = sum(bool(i.flags & {"WIDE", "X", "EX", "HI"}) for i in code)
    found.doubles = sum(i.base in sass.DOUBLES for i in code)
    found.calls = sum(i.base == "CALL" for i in code)
    return found


def occupancy(target: str, registers: int, local: int, items: int) -> float:
    """The share of a multiprocessor's warps that groups of so many items fill.

    A warp's registers are counted in steps of 256, 65,536 in all.
    """
    warps, groups, memory = _MULTIPROCESSORS[target]
    per_group = -(-items // 32)
    per_warp = -(-32 * max(registers, 1) // 256) * 256
    fit = min(groups, warps // per_group, 65536 // per_warp // per_group)
    if local:
        fit = min(fit, memory // local)
    return fit * per_group / warps


def _amd(compiled: Compiled) -> Report:
    text = compiled.assembly
    found = Report(
        registers=_number(r"\.vgpr_count:\s+(\d+)", text),
        spills=4 * _number(r"\.vgpr_spill_count:\s+(\d+)", text),
        scratch=_number(r"\.private_segment_fixed_size:\s+(\d+)", text),
        local=_number(r"\.group_segment_fixed_size:\s+(\d+)", text),
        simd=32 if compiled.target.startswith("gfx1") else 64,
        occupancy=_number(r"; Occupancy: (\d+)", text) / _WAVES[compiled.target],
    )
    code = gcn.parse(text).counted
    for i in code:
        if access := i.access:
            (found.loads if access[0] == "load" else found.stores)[access[1]] += 1
    found.instructions = len(code)
    found.before = _first(code, lambda i: i.access is not None and i.access[0] == "load")
    found.wide = sum(bool(re.search(r"_[iub]64|_co_|addc|subb", i.name)) for i in code)
    found.doubles = sum("f64" in i.name for i in code)
    found.calls = sum("swappc" in i.name for i in code)
    return found


def _intel(compiled: Compiled) -> Report:
    """Threads are always all resident; a thread's registers are those that it uses."""
    text = compiled.assembly
    found = Report(
        registers=1 + max(map(int, re.findall(r"\br(\d+)\.\d", text)), default=-1),
        spills=_number(r"//\.spill size (\d+)", text),
        scratch=_number(r"//\.private memory size (\d+)", text),
        simd=compiled.simd,
        occupancy=1.0,
    )
    # Arc's compiler does not say; arrays have surfaces, and only private memory is read without.
    if not found.scratch and re.search(r"load\.ugm\.\S+\.a64\.", text):
        stores = re.findall(r"store\.ugm\.d(\d+)(?:x(\d+))?\.a64\.", text)
        found.scratch = sum(int(bits) // 8 * int(count or 1) for bits, count in stores)
    code = gen.parse(text, compiled.simd).counted
    for i in code:
        for bits, into in ((i.loads, found.loads), (i.stores, found.stores)):
            if bits:
                into[bits] += 1
    found.instructions = len(code)
    found.before = _first(code, lambda i: i.loads > 0)
    found.wide = sum(i.wide for i in code)
    found.doubles = sum(i.double for i in code)
    found.calls = sum(i.base == "call" for i in code)
    return found


def _first(code: Sequence[T], test: Callable[[T], bool]) -> int:
    """The instructions before the first of a kind."""
    return next((n for n, i in enumerate(code) if test(i)), len(code))
