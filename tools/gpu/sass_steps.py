"""What NVIDIA's instructions do: branches, predicates, moves, memory; the table of all."""

from __future__ import annotations

import re
from collections.abc import Callable

from . import sass_floats, sass_integers
from .item import EmulationError
from .sass import Instruction, Program, State, Step
from .sass_operands import (
    address,
    float_bits,
    integer,
    is_predicate,
    predicate,
    set_predicate,
    target,
)
from .values import MASK, signed

Make = Callable[[Instruction], Step]

#: Instructions that only order others.
_NOTHING = {
    *("BSSY", "BSYNC", "BREAK", "BMOV", "WARPSYNC", "BAR", "MEMBAR", "DEPBAR"),
    *("ERRBAR", "CCTL", "YIELD", "NOP", "NANOSLEEP"),
}


def steps(program: Program) -> list[Step | str]:
    """The step of every instruction; a string where this emulator has none."""
    found: list[Step | str] = []
    for instruction in program.instructions:
        try:
            found.append(_step(instruction, program))
        except (EmulationError, AssertionError, IndexError, ValueError) as error:
            operands = ", ".join(instruction.operands)
            found.append(f"{instruction.name} {operands}: {error}")
    return found


def _step(instruction: Instruction, program: Program) -> Step:
    base = instruction.base
    if base in _NOTHING:
        return lambda s: None
    if base in ("BRA", "CALL", "RET", "EXIT"):
        return _jump(instruction, program)
    plain = base if base in ("UIADD3",) else re.sub(r"^U(?=[A-Z])", "", base)
    make = _MAKERS.get(plain)
    if make is None:
        raise EmulationError("an instruction unknown to the emulator")
    return make(instruction)


def _jump(i: Instruction, program: Program) -> Step:
    if i.base == "EXIT":
        return lambda s: setattr(s, "over", True)
    if i.base == "RET":
        back = integer(i.operands[0].split("`")[0].strip())
        places = {found.address: n for n, found in enumerate(program.instructions)}
        return lambda s: setattr(s, "next", places[back(s)])
    label = re.search(r"`\((.+?)\)", i.operands[-1])
    assert label
    place = program.labels[label[1]]
    guards = [part for part in i.operands[:-1] if is_predicate(part)]
    if i.flags & {"DIV", "CONV"}:
        return lambda s: None

    tests = [predicate(guard) for guard in guards]

    def jump(s: State) -> None:
        if all(test(s) for test in tests):
            s.next = place

    return jump


def _predicates(i: Instruction) -> Step:
    """PLOP3: predicates by a table of eight, or by two."""
    outs = [set_predicate(text) for text in i.operands[:2]]
    a, b, c = (predicate(text) for text in i.operands[2:5])
    tables = [int(text, 16) for text in i.operands[5:7]]

    def step(s: State) -> None:
        at = 4 * a(s) + 2 * b(s) + c(s)
        for out, table in zip(outs, tables, strict=False):
            out(s, bool(table >> at & 1))

    return step


def _select(i: Instruction) -> Step:
    write, test = target(i.operands[0]), predicate(i.operands[3])
    read = float_bits if i.base == "FSEL" else integer
    a, b = (read(text) for text in i.operands[1:3])
    return lambda s: write(s, a(s) if test(s) else b(s))


def _move(i: Instruction) -> Step:
    """Any instruction that copies: MOV, ULDC, LDC, CS2R, R2UR."""
    words = 2 if "64" in i.flags or (i.base == "CS2R" and ".32" not in i.name) else 1
    write = target(i.operands[0], words)
    source = i.operands[1]
    if re.match(r"-?\d*\.\d", source):
        read = float_bits(source)
    else:
        read = integer(source, words)
    return lambda s: write(s, read(s))


def _special(i: Instruction) -> Step:
    write, name = target(i.operands[0]), i.operands[1]
    return lambda s: write(s, s.special.get(name, 0))


def _pack(i: Instruction) -> Step:
    """P2R: predicates into bits of a register."""
    write, a, mask = target(i.operands[0]), integer(i.operands[2]), integer(i.operands[3])

    def step(s: State) -> None:
        bits = sum(value << at for at, value in enumerate(s.predicates[:7])) & mask(s)
        write(s, a(s) & ~mask(s) | bits)

    return step


def _unpack(i: Instruction) -> Step:
    """R2P: bits of a register into predicates."""
    a, mask = integer(i.operands[1]), integer(i.operands[2])

    def step(s: State) -> None:
        for at in range(7):
            if mask(s) >> at & 1:
                s.predicates[at] = bool(a(s) >> at & 1)

    return step


def _load(i: Instruction) -> Step:
    private = i.base in ("LDS", "LDL")
    count, has_sign = i.width // 8, bool(i.flags & {"S8", "S16"})
    write = target(i.operands[0], max(count // 4, 1))
    place = address(i.operands[-1], 1 if private else 2)
    offset = _space(i.base)

    def step(s: State) -> None:
        value = int.from_bytes(s.memory.read(place(s) + offset, count), "little")
        write(s, signed(value, 8 * count) & MASK if has_sign else value)

    return step


def _store(i: Instruction) -> Step:
    private = i.base in ("STS", "STL")
    count = i.width // 8
    place = address(i.operands[0], 1 if private else 2)
    read = integer(i.operands[1], max(count // 4, 1))
    offset = _space(i.base)

    def step(s: State) -> None:
        value = read(s) & ((1 << 8 * count) - 1)
        s.memory.write(place(s) + offset, value.to_bytes(count, "little"))

    return step


def _space(base: str) -> int:
    """Where local memory and private memory lie, beyond every array."""
    return {"S": 1 << 60, "L": 1 << 61}.get(base[-1], 0) if base[:2] in ("LD", "ST") else 0


_MAKERS: dict[str, Make] = {
    **sass_integers.MAKERS,
    **sass_floats.MAKERS,
    "PLOP3": _predicates,
    **dict.fromkeys(("SEL", "FSEL"), _select),
    **dict.fromkeys(("MOV", "LDC", "CS2R", "R2UR"), _move),
    "S2R": _special,
    "S2UR": _special,
    "P2R": _pack,
    "R2P": _unpack,
    **dict.fromkeys(("LDG", "LDS", "LDL", "LD"), _load),
    **dict.fromkeys(("STG", "STS", "STL", "ST"), _store),
}
