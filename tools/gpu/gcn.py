"""AMD's assembly: read, and executed for one work-item, a wave of one lane."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from .item import MOST_STEPS, Counts, EmulationError, Launch, Memory
from .values import MASK

_LINE = re.compile(r"\t([a-z]\w+)\s*(.*)")
_LABEL = re.compile(r"(\.?\w+):")
_ACCESS = re.compile(r"(global|flat|buffer|scratch)_(load|store)_(\w+)$")
_WIDTHS = {"byte": 8, "short": 16, "dword": 32, "dwordx2": 64, "dwordx3": 96, "dwordx4": 128}
#: Instructions that neither a vector unit nor a scalar unit computes in.
_SILENT = {
    *("s_waitcnt", "s_waitcnt_depctr", "s_waitcnt_vscnt", "s_clause", "s_nop", "s_delay_alu"),
    *("s_inst_prefetch", "s_code_end", "s_barrier", "s_sleep"),
    *("buffer_gl0_inv", "buffer_gl1_inv", "buffer_wbinvl1"),
}
#: What the scalar registers begin with, and how many each takes.
_USER = (
    ("private_segment_buffer", 4),
    ("dispatch_ptr", 2),
    ("queue_ptr", 2),
    ("kernarg_segment_ptr", 2),
    ("dispatch_id", 2),
    ("flat_scratch_init", 2),
    ("private_segment_size", 1),
)
#: Where the arguments lie in memory.
_ARGUMENTS = 1 << 50
VCC, NULL, EXEC = 106, 125, 126


@dataclass(frozen=True)
class Instruction:
    """An instruction: its name and its operands."""

    name: str
    operands: tuple[str, ...]

    @property
    def access(self) -> tuple[str, int] | None:
        """The kind of an access to memory, "load" or "store", and its bits."""
        match = _ACCESS.match(self.name)
        if match is None:
            return None
        word = re.sub(r"^[us]?(byte|short).*", r"\1", match[3])
        return match[2], _WIDTHS[word]

    @property
    def is_silent(self) -> bool:
        """Whether it only orders others."""
        return self.name in _SILENT


@dataclass(frozen=True)
class Argument:
    """An argument in memory: its offset, its size and its kind."""

    offset: int
    size: int
    kind: str


@dataclass(frozen=True)
class Program:
    """A kernel's instructions, where its labels point, its arguments, and its directives."""

    instructions: tuple[Instruction, ...]
    labels: dict[str, int]
    arguments: tuple[Argument, ...]
    directives: dict[str, int]

    @property
    def counted(self) -> list[Instruction]:
        """The instructions that do something."""
        return [found for found in self.instructions if not found.is_silent]


def parse(text: str) -> Program:
    """The program that clang writes."""
    found: list[Instruction] = []
    labels: dict[str, int] = {}
    body, _, rest = text.partition("\t.section\t.rodata")
    for line in body.splitlines():
        code = re.sub(r":\[(\d), ?(\d)(?:, ?(\d))?\]", r":\1\2\3", line.partition(";")[0].rstrip())
        if match := _LABEL.match(code):
            labels[match[1]] = len(found)
        elif match := _LINE.match(code):
            parts = re.split(r",\s*", match[2]) if match[2] else []
            # Modifiers stand behind the last operand, without commas.
            last = parts.pop().split() if parts else []
            found.append(Instruction(match[1], (*parts, *last)))
    pattern = r"\.amdhsa_(\w+) (\d+)"
    directives = {name: int(value) for name, value in re.findall(pattern, rest)}
    return Program(tuple(found), labels, tuple(_arguments(rest)), directives)


def _arguments(text: str) -> list[Argument]:
    """The arguments of the metadata."""
    found = []
    for entry in re.split(r"\n\s+- ", text.partition(".args:")[2].partition(".group_segment")[0]):
        facts = dict(re.findall(r"\.(\w+):\s+(\S+)", entry))
        if "offset" in facts:
            size = int(facts["size"])
            found.append(Argument(int(facts["offset"]), size, facts["value_kind"]))
    return found


@dataclass
class State:
    """The registers of a wave of one lane; masks have one bit."""

    memory: Memory
    scalar: list[int] = field(default_factory=lambda: [0] * 128)
    vector: list[int] = field(default_factory=lambda: [0] * 512)
    condition: bool = False
    next: int = 0
    over: bool = False


Step = Callable[[State], None]


def execute(
    program: Program,
    steps: list[Step | str],
    launch: Launch,
    group: tuple[int, int, int],
    item: tuple[int, int, int],
) -> tuple[Counts, Memory]:
    """Execute a work-item; see :func:`clpool.tools.gpu.sass.execute`."""
    state = _start(program, launch, group, item)
    counts, done = Counts(), 0
    while not state.over:
        at = state.next
        instruction, step = program.instructions[at], steps[at]
        state.next = at + 1
        if instruction.is_silent:
            continue
        done += 1
        if done > MOST_STEPS:
            raise EmulationError(f"more than {MOST_STEPS} instructions")
        active = state.scalar[EXEC] & 1
        if instruction.name.startswith("v_"):
            counts.instructions += 1
            counts.doubles += "f64" in instruction.name
        elif instruction.name.startswith("s_"):
            counts.scalar += 1
        elif active and (access := instruction.access):
            (counts.loads if access[0] == "load" else counts.stores)[access[1]] += 1
        if not active and not instruction.name.startswith("s_"):
            continue
        if isinstance(step, str):
            raise EmulationError(step)
        step(state)
    return counts, state.memory


def _start(
    program: Program, launch: Launch, group: tuple[int, int, int], item: tuple[int, int, int]
) -> State:
    """The registers and the memory that a work-item begins with."""
    state = State(Memory(launch))
    state.memory.write(_ARGUMENTS, _packed(program, launch))
    at = 0
    for name, count in _USER:
        if program.directives.get(f"user_sgpr_{name}"):
            if name == "kernarg_segment_ptr":
                state.scalar[at], state.scalar[at + 1] = _ARGUMENTS & MASK, _ARGUMENTS >> 32
            at += count
    for axis, number in zip("xyz", group, strict=True):
        if program.directives.get(f"system_sgpr_workgroup_id_{axis}"):
            state.scalar[at] = number
            at += 1
    x, y, z = item
    if "accum_offset" in program.directives:  # gfx90a has all three in one register
        state.vector[0] = x | y << 10 | z << 20
    else:
        state.vector[:3] = x, y, z
    state.scalar[EXEC] = 1
    return state


def _packed(program: Program, launch: Launch) -> bytes:
    """The arguments in memory, those of the compiler's own behind the kernel's."""
    last = program.arguments[-1]
    data = bytearray(last.offset + last.size)
    given = iter(range(len(launch.arguments)))
    for argument in program.arguments:
        value = b""
        if not argument.kind.startswith("hidden_"):
            number = next(given)
            own = launch.arguments[number]
            value = own if isinstance(own, bytes) else launch.address(number).to_bytes(8, "little")
        elif argument.kind[:-2] in ("hidden_block_count", "hidden_group_size"):
            sizes = launch.groups if "block" in argument.kind else launch.group
            value = sizes["xyz".index(argument.kind[-1])].to_bytes(argument.size, "little")
        data[argument.offset : argument.offset + len(value)] = value
    return bytes(data)
