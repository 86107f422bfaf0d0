"""What NVIDIA's instructions do: integers, predicates, branches, memory."""

from __future__ import annotations

import re
from collections.abc import Callable

from . import sass_floats
from .item import EmulationError
from .sass import Instruction, Program, State, Step
from .sass_operands import (
    Read,
    addend,
    address,
    float_bits,
    integer,
    is_predicate,
    predicate,
    set_predicate,
    target,
)
from .values import COMPARE, MASK, signed

Operands = tuple[str, ...]
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
    make = _MAKERS.get(plain) or sass_floats.MAKERS.get(plain)
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


def _parts(i: Instruction) -> tuple[str, list[str], list[str], list[str]]:
    """The register written, predicates written, sources, and predicates read behind them."""
    first, rest = i.operands[0], list(i.operands[1:])
    written = []
    while rest and is_predicate(rest[0]):
        written.append(rest.pop(0))
    read: list[str] = []
    while rest and is_predicate(rest[-1]):
        read.insert(0, rest.pop())
    return first, written, rest, read


def _sum(i: Instruction) -> Step:
    first, carries, sources, read = _parts(i)
    write = target(first)
    terms = [addend(text) for text in sources]
    more = [predicate(text) for text in read] if "X" in i.flags else []
    outs = [set_predicate(text) for text in carries]

    def step(s: State) -> None:
        total = sum(term(s) for term in terms) + sum(p(s) for p in more)
        write(s, total & MASK)
        for at, out in enumerate(outs, 1):
            out(s, total >> 32 >= at)

    return step


def _multiply(i: Instruction) -> Step:
    first, carries, sources, read = _parts(i)
    wide, high = "WIDE" in i.flags, "HI" in i.flags
    write = target(first, 2 if wide else 1)
    has_sign = "U32" not in i.flags
    a, b = (integer(text) for text in sources[:2])
    c = integer(sources[2], 2 if wide or high else 1)
    more = [predicate(text) for text in read] if "X" in i.flags else []
    outs = [set_predicate(text) for text in carries]

    def step(s: State) -> None:
        x, y = a(s), b(s)
        if has_sign:
            x, y = signed(x), signed(y)
        total = x * y + c(s) + sum(p(s) for p in more)
        write(s, (total >> 32 if high else total) & (MASK if not wide else 2**64 - 1))
        limit = 64 if wide else 32
        for out in outs:
            out(s, ((x * y) & ((1 << limit) - 1)) + c(s) >> limit > 0)

    return step


def _scaled(i: Instruction) -> Step:
    """LEA: a << n, or its upper half, plus b."""
    first, carries, sources, read = _parts(i)
    write, outs = target(first), [set_predicate(text) for text in carries]
    more = [predicate(text) for text in read] if "X" in i.flags else []
    high, extended = "HI" in i.flags, "SX32" in i.flags
    a, b = integer(sources[0]), addend(sources[1])
    c: Read = integer(sources[2]) if high and not extended else lambda s: 0
    shift = int(sources[-1], 16) if len(sources) > 2 else 0

    def step(s: State) -> None:
        x = a(s)
        if high:
            upper = (signed(x) >> 31) & MASK if extended else c(s)
            x = ((upper << 32 | x) << shift) >> 32
        else:
            x <<= shift
        total = (x & MASK) + b(s) + sum(p(s) for p in more)
        write(s, total & MASK)
        for out in outs:
            out(s, total >> 32 > 0)

    return step


def _logic(i: Instruction) -> Step:
    """LOP3: bits by a table of eight."""
    operands = list(i.operands)
    flag = set_predicate(operands.pop(0)) if is_predicate(operands[0]) else None
    write = target(operands[0])
    a, b, c = (integer(text) for text in operands[1:4])
    table = int(operands[4], 16)

    def step(s: State) -> None:
        value = _table(table, a(s), b(s), c(s))
        write(s, value)
        if flag:
            flag(s, value != 0)

    return step


def _table(table: int, a: int, b: int, c: int) -> int:
    """The bits that a table of eight gives for three words."""
    value = 0
    for at in range(8):
        if table >> at & 1:
            x, y, z = (w if at & n else ~w for w, n in ((a, 4), (b, 2), (c, 1)))
            value |= x & y & z
    return value & MASK


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


def _shift(i: Instruction) -> Step:
    write = target(i.operands[0])
    low, by, high = (integer(text) for text in i.operands[1:4])
    left, upper = "L" in i.flags, "HI" in i.flags
    width = 64 if i.flags & {"U64", "S64"} else 32
    has_sign, wraps = bool(i.flags & {"S32", "S64"}), "W" in i.flags

    def step(s: State) -> None:
        n = by(s)
        n = n % width if wraps else min(n, width)
        value = high(s) << 32 | low(s)
        if left:
            value <<= n
        else:
            value = (signed(value, 64) if has_sign else value) >> n
        write(s, (value >> 32 if upper else value) & MASK)

    return step


def _compare(i: Instruction) -> Step:
    outs = [set_predicate(text) for text in i.operands[:2]]
    name = next(flag for flag in i.name.split(".")[1:] if flag in COMPARE)
    a, b = (integer(text) for text in i.operands[2:4])
    other = predicate(i.operands[4])
    lower = predicate(i.operands[5]) if "EX" in i.flags else None
    has_sign = "U32" not in i.flags
    test, joined = COMPARE[name], "OR" in i.flags

    def step(s: State) -> None:
        x, y = a(s), b(s)
        if has_sign:
            x, y = signed(x), signed(y)
        if lower is None or (x != y and name not in ("EQ", "NE")):
            value = test(x, y)
        elif name in ("EQ", "NE"):
            value = lower(s) if x == y else name == "NE"
        else:
            value = lower(s)
        for out, wanted in zip(outs, (value, not value), strict=True):
            out(s, (wanted or other(s)) if joined else (wanted and other(s)))

    return step


def _select(i: Instruction) -> Step:
    write, test = target(i.operands[0]), predicate(i.operands[3])
    read = float_bits if i.base == "FSEL" else integer
    a, b = (read(text) for text in i.operands[1:3])
    return lambda s: write(s, a(s) if test(s) else b(s))


def _extreme(i: Instruction) -> Step:
    """IMNMX: the smaller where the predicate holds, else the larger."""
    write, test = target(i.operands[0]), predicate(i.operands[3])
    a, b = (integer(text) for text in i.operands[1:3])
    key = (lambda v: v) if "U32" in i.flags else signed
    return lambda s: write(s, (min if test(s) else max)(a(s), b(s), key=key))


def _permute(i: Instruction) -> Step:
    write = target(i.operands[0])
    a, by, b = (integer(text) for text in i.operands[1:4])

    def step(s: State) -> None:
        source = (b(s) << 32 | a(s)).to_bytes(8, "little")
        value, chosen = 0, by(s)
        for at in range(4):
            nibble = chosen >> 4 * at & 15
            byte = source[nibble & 7]
            value |= ((255 if byte >> 7 else 0) if nibble & 8 else byte) << 8 * at
        write(s, value)

    return step


def _extend(i: Instruction) -> Step:
    write, a, by = target(i.operands[0]), integer(i.operands[1]), integer(i.operands[2])

    def step(s: State) -> None:
        bits = by(s)
        value = a(s) & ((1 << bits) - 1)
        write(s, value if "U32" in i.flags else signed(value, bits) & MASK)

    return step


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


def _unary(change: Callable[[int], int]) -> Make:
    def make(i: Instruction) -> Step:
        write, a = target(i.operands[0]), integer(i.operands[-1])
        return lambda s: write(s, change(a(s)) & MASK)

    return make


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
    **dict.fromkeys(("IADD3", "UIADD3", "VIADD", "IADD"), _sum),
    "IMAD": _multiply,
    "LEA": _scaled,
    "LOP3": _logic,
    "PLOP3": _predicates,
    "SHF": _shift,
    "ISETP": _compare,
    **dict.fromkeys(("SEL", "FSEL"), _select),
    **dict.fromkeys(("IMNMX", "VIMNMX"), _extreme),
    "PRMT": _permute,
    "SGXT": _extend,
    **dict.fromkeys(("MOV", "LDC", "CS2R", "R2UR"), _move),
    "S2R": _special,
    "S2UR": _special,
    "IABS": _unary(lambda v: abs(signed(v))),
    "POPC": _unary(lambda v: v.bit_count()),
    "BREV": _unary(lambda v: int(f"{v:032b}"[::-1], 2)),
    "FLO": _unary(lambda v: v.bit_length() - 1),
    "P2R": _pack,
    "R2P": _unpack,
    **dict.fromkeys(("LDG", "LDS", "LDL", "LD"), _load),
    **dict.fromkeys(("STG", "STS", "STL", "ST"), _store),
}
