"""Intel's assembly: read, and walked along the path that a work-item takes.

Registers have regions of lanes, and loads go through surfaces, so the assembly is not executed: the
walk asks of every loop and every conditional part what it loads. An item loads a known number of
bytes, those that the same kernel's item loads on NVIDIA. Until they are loaded, parts with loads
are entered and loops repeated; afterwards such parts are slow paths, and left out. A loop without a
load is repeated once, one with a barrier until an item has met as many as it meets on NVIDIA.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

_LINE = re.compile(r"\s*(?:\(([^)]*)\)\s+)?([a-z]\w*(?:\.\w+)*)(?:\s+\((\d+)\|M(\d+)\))?(\s.*|$)")
_LABEL = re.compile(r"(\w+):\s*$")
_SILENT = ("sync", "nop", "per_thread_prolog", "wait")
_TARGETED = ("goto", "while", "jmpi")


@dataclass(frozen=True)
class Instruction:
    """An instruction.

    Args:
        name: with its dots.
        lanes: that it computes.
        guarded: whether a flag says which.
        loads, stores: bits of global memory per lane.
        barrier: whether it is one.
        wide: whether it has an integer of 64 bits; ``double``, a float of as many.
        labels: that it may go to.
    """

    name: str
    lanes: int
    guarded: bool
    loads: int
    stores: int
    barrier: bool
    wide: bool
    double: bool
    labels: tuple[str, ...]

    @cached_property
    def base(self) -> str:
        """The name up to its first dot."""
        return self.name.partition(".")[0]

    @property
    def is_silent(self) -> bool:
        """Whether it only orders others."""
        return self.base in _SILENT


@dataclass(frozen=True)
class Program:
    """A kernel's instructions, where its labels point, and its SIMD width."""

    instructions: tuple[Instruction, ...]
    labels: dict[str, int]
    simd: int

    @property
    def counted(self) -> list[Instruction]:
        """The instructions that do something."""
        return [found for found in self.instructions if not found.is_silent]

    def loop_from(self, at: int, last: int) -> int | None:
        """The last instruction of the largest loop that begins at one, and ends before another."""
        return max((end for end in self._ends.get(at, ()) if end < last), default=None)

    @cached_property
    def _ends(self) -> dict[int, list[int]]:
        """The instructions that go back to one, by its number."""
        found: dict[int, list[int]] = {}
        for end, here in enumerate(self.instructions):
            if here.base in _TARGETED:
                for at in {self.labels[name] for name in here.labels}:
                    if at <= end:
                        found.setdefault(at, []).append(end)
        return found

    def barriers(self, first: int, last: int) -> tuple[int, int]:
        """The barriers of a part outside of loops, and those in loops."""
        inside: set[int] = set()
        for at in range(first, last):
            inside |= set(range(at, (self.loop_from(at, last) or at - 1) + 1))
        found = [at for at in range(first, last) if self.instructions[at].barrier]
        looped = len(inside.intersection(found))
        return len(found) - looped, looped

    @property
    def loads_in_loops(self) -> bool:
        """Whether a loop loads."""
        last = len(self.instructions)
        loops = ((at, self.loop_from(at, last)) for at in sorted(self.labels.values()))
        return any(
            end is not None and any(here.loads for here in self.instructions[at : end + 1])
            for at, end in loops
        )


def parse(text: str, simd: int) -> Program:
    """The program that Intel's compiler dumps."""
    found: list[Instruction] = []
    labels: dict[str, int] = {}
    names = set(re.findall(r"^(\w+):\s*$", text, re.M))
    for line in text.splitlines():
        if line.startswith("//"):
            continue
        if match := _LABEL.match(line):
            labels[match[1]] = len(found)
        elif match := _LINE.match(line):
            guard, name, lanes, _, rest = match.groups()
            code, _, note = rest.partition("//")
            loads, stores = _traffic(name, note)
            wide, double = (re.search(kind, code) is not None for kind in (r":u?q\b", r":df\b"))
            targets = tuple(word for word in re.findall(r"\w+", code) if word in names)
            guarded = "f" in (guard or "")
            found.append(
                Instruction(
                    *(name, int(lanes or 1), guarded, loads, stores),
                    *("signal barrier" in note, wide, double, targets),
                )
            )
    return Program(tuple(found), labels, simd)


def _traffic(name: str, note: str) -> tuple[int, int]:
    """Bits that a lane loads from, and stores to, global memory."""
    if match := re.match(r"(load|store)\.ugm\.d(\d+)(?:u32)?(?:x(\d+))?\.", name):
        bits = int(match[2]) * int(match[3] or 1)
        return (bits, 0) if match[1] == "load" else (0, bits)
    bits = 0
    if match := re.search(r"untyped surface (?:read|write) with ([xyzw]+)", note):
        bits = 32 * len(match[1])
    elif match := re.search(r"byte (?:gathering|scattering) (?:read|write) (\d+)b", note):
        bits = int(match[1])
    return (bits, 0) if " read " in note else (0, bits)


@dataclass
class Walk:
    """A walk: the program, the bits that an item has still to load, and what it met.

    Args:
        rows: rows of taps that an item reads, by which loops inside loops are told apart.
        barriers: that an item meets, by which loops with barriers are.
    """

    program: Program
    bits: float
    rows: int = 1
    barriers: float = 0
    lanes: float = 0

    def __post_init__(self) -> None:
        """Keep the bits that there are to load at first."""
        self.all = self.bits

    @cached_property
    def _rounds(self) -> float:
        """How often loops with barriers are repeated, all alike."""
        outside, inside = self.program.barriers(0, len(self.program.instructions))
        return max(self.barriers - outside, inside) / inside

    def run(self, first: int, last: int, times: float = 1, depth: int = 0) -> None:
        """Walk from one instruction to before another, each counted so many times."""
        at, code = first, self.program.instructions
        while at < last:
            loop = self.program.loop_from(at, last)
            if loop is not None and (at, loop) != (first, last - 1):
                self._repeat(at, loop, times, depth)
                at = loop + 1
                continue
            here = code[at]
            if not here.is_silent:
                self.lanes += here.lanes * times
                self.bits -= here.loads * times * here.lanes / self.program.simd
            at += 1
            if here.guarded and here.labels and here.base in ("if", "goto", "jmpi"):
                at = self._choose(at, last, self.program.labels[here.labels[0]], times, depth)

    def _choose(self, first: int, last: int, other: int, times: float, depth: int) -> int:
        """Walk one of two parts, of which ``other`` begins the second; where they end.

        The one with loads while there are bits to load; of two without loads the shorter.
        """
        if not first <= other <= last:
            return first
        end, jump = other, self.program.instructions[other - 1]
        if jump.base in ("else", "goto", "jmpi") and not jump.guarded and jump.labels:
            end = self.program.labels[jump.labels[-1]]
        if not other <= end <= last:
            end = other
        parts = [(first, other), (other, end)]
        loads = [self._loads(*part) for part in parts]
        if any(loads):
            full = loads.index(max(loads))
            begins = self.bits >= max(loads) / 2 or self.bits == self.all
            taken = full if begins or all(loads) else 1 - full
        else:
            taken = 0 if other == end or other - first <= end - other else 1
        self.run(*parts[taken], times, depth)
        return end

    def _loads(self, first: int, last: int) -> float:
        """Bits that a part loads if each of its instructions is executed once."""
        part = self.program.instructions[first:last]
        return sum(here.loads * here.lanes for here in part) / self.program.simd

    def _repeat(self, first: int, last: int, times: float, depth: int) -> None:
        """Walk a loop: an outer one a time per row of taps, an inner one till all is loaded."""
        loads = self._loads(first, last + 1)
        if not loads:
            part = self.program.instructions[first : last + 1]
            trips = self._rounds if any(here.barrier for here in part) else 1.0
        elif self.bits < loads / 2:
            trips = 0.0
        else:
            inner = any(
                self.program.loop_from(at, last) is not None for at in range(first + 1, last)
            )
            trips = float(self.rows) if inner and depth == 0 else self.bits / times / loads
        if trips:
            self.run(first, last + 1, times * trips, depth + 1)
