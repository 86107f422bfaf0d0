"""NVIDIA's assembly: read, and executed for one work-item."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from .item import MOST_STEPS, Counts, EmulationError, Launch, Memory

_LINE = re.compile(r"\s*/\*([0-9a-f]+)\*/\s+(?:@(!?U?P\w+)\s+)?([A-Z][A-Za-z0-9_.]*)\s*(.*?)\s*;")
_LABEL = re.compile(r"\s*([.$]\S+|\w+):\s*$")
_DATA = re.compile(r"\s*/\*[0-9a-f]+\*/\s+\.(byte|short|word|dword)\s+(.*)")
_SIZES = {"byte": 1, "short": 2, "word": 4, "dword": 8}
#: The width in bits of an access, by the parts of its name; 32 without one.
_WIDTHS = {"U8": 8, "S8": 8, "U16": 16, "S16": 16, "64": 64, "128": 128}
#: Instructions of float64.
DOUBLES = frozenset({"DADD", "DMUL", "DFMA", "DSETP", "DMNMX"})
#: Where arguments begin in constant bank 0, by the architecture.
_ARGUMENTS = {"sm_75": 0x160, "sm_86": 0x160, "sm_90": 0x210}


@dataclass(frozen=True)
class Instruction:
    """An instruction: its address, its guard ("" without one), its name and its operands."""

    address: int
    guard: str
    name: str
    operands: tuple[str, ...]

    @cached_property
    def base(self) -> str:
        """The name up to its first dot."""
        return self.name.partition(".")[0]

    @property
    def flags(self) -> frozenset[str]:
        """The parts of the name behind its first dot."""
        return frozenset(self.name.split(".")[1:])

    @property
    def width(self) -> int:
        """The bits of an access to memory."""
        return next((_WIDTHS[flag] for flag in self.flags if flag in _WIDTHS), 32)


@dataclass(frozen=True)
class Program:
    """A kernel's instructions, where its labels point, and its constants by bank."""

    instructions: tuple[Instruction, ...]
    labels: dict[str, int]
    constants: dict[int, bytes]
    target: str

    @property
    def counted(self) -> list[Instruction]:
        """The instructions that do something."""
        return [found for found in self.instructions if found.base != "NOP"]


def _split(text: str) -> tuple[str, ...]:
    return tuple(part.strip().replace(".reuse", "") for part in text.split(",")) if text else ()


def parse(text: str) -> Program:
    """The program that nvdisasm prints."""
    found: list[Instruction] = []
    labels: dict[str, int] = {}
    constants: dict[int, bytes] = {}
    section = ""
    target = re.search(r"\.target\s+(\w+)", text)
    for line in text.splitlines():
        if match := re.match(r"\s*\.section\s+(\S+?),", line):
            section = match[1]
        elif section.startswith(".text"):
            if match := _LABEL.match(line):
                labels[match[1]] = len(found)
            elif match := _LINE.match(line):
                address, guard, name, operands = match.groups()
                found.append(Instruction(int(address, 16), guard or "", name, _split(operands)))
        elif (bank := re.match(r"\.nv\.constant(\d)", section)) and (match := _DATA.match(line)):
            size = _SIZES[match[1]]
            words = (int(w, 16) for w in match[2].split(",") if w.strip().startswith("0x"))
            data = b"".join((w & ((1 << 8 * size) - 1)).to_bytes(size, "little") for w in words)
            constants[int(bank[1])] = constants.get(int(bank[1]), b"") + data
    return Program(tuple(found), labels, constants, target[1] if target else "")


@dataclass
class State:
    """The registers of a work-item; ``predicates`` and ``uniform`` end with what is constant."""

    memory: Memory
    banks: dict[int, bytes]
    special: dict[str, int]
    registers: list[int] = field(default_factory=lambda: [0] * 256)
    uniform: list[int] = field(default_factory=lambda: [0] * 64)
    predicates: list[bool] = field(default_factory=lambda: [False] * 7 + [True])
    uniform_predicates: list[bool] = field(default_factory=lambda: [False] * 7 + [True])
    next: int = 0
    over: bool = False

    def constant(self, bank: int, offset: int, count: int) -> int:
        """Bytes of a constant bank as an integer."""
        return int.from_bytes(self.banks.get(bank, b"")[offset : offset + count], "little")


Step = Callable[[State], None]


def execute(
    program: Program,
    steps: list[Step | str],
    launch: Launch,
    group: tuple[int, int, int],
    item: tuple[int, int, int],
) -> tuple[Counts, Memory]:
    """Execute a work-item: its counts, and its memory.

    Args:
        steps: of :func:`clpool.tools.gpu.sass_steps.steps`, one per instruction; a string says
            why there is none.
        group, item: which one.
    """
    arguments = _ARGUMENTS.get(program.target, 0x160)
    head = b"".join(n.to_bytes(4, "little") for n in (*launch.group, *launch.groups))
    bank = head.ljust(0x28, b"\0") + (1 << 15).to_bytes(8, "little")
    bank = bank.ljust(arguments, b"\0") + launch.packed()
    special = {f"SR_TID.{axis}": n for axis, n in zip("XYZ", item, strict=True)}
    special |= {f"SR_CTAID.{axis}": n for axis, n in zip("XYZ", group, strict=True)}
    memory = Memory(launch)
    state = State(memory, {**program.constants, 0: bank}, special)
    counts, done, last = Counts(), 0, len(program.instructions)
    while not state.over:
        at = state.next
        if at >= last:
            raise EmulationError("ran past the last instruction")
        instruction, step = program.instructions[at], steps[at]
        state.next = at + 1
        if instruction.base == "NOP":
            continue
        done += 1
        if done > MOST_STEPS:
            raise EmulationError(f"more than {MOST_STEPS} instructions")
        if not guarded(state, instruction.guard):
            continue
        if isinstance(step, str):
            raise EmulationError(step)
        if instruction.base in ("LDG", "LD"):
            counts.loads[instruction.width] += 1
        elif instruction.base in ("STG", "ST"):
            counts.stores[instruction.width] += 1
        elif instruction.base in DOUBLES:
            counts.doubles += 1
        counts.barriers += instruction.base == "BAR"
        step(state)
    counts.instructions = done
    return counts, memory


def guarded(state: State, guard: str) -> bool:
    """Whether an instruction with this guard is executed."""
    if not guard:
        return True
    name = guard.removeprefix("!")
    file = state.uniform_predicates if name.startswith("U") else state.predicates
    value = file[7 if name.endswith("T") else int(name[-1])]
    return value != guard.startswith("!")
