"""What NVIDIA's instructions do: integers."""

from __future__ import annotations

from collections.abc import Callable

from .sass import Instruction, State, Step
from .sass_operands import (
    Read,
    addend,
    integer,
    is_predicate,
    predicate,
    set_predicate,
    target,
)
from .values import COMPARE, MASK, signed

Make = Callable[[Instruction], Step]


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


def _extreme(i: Instruction) -> Step:
    """IMNMX, VIMNMX: the least where the predicate holds, else the largest; of halves of words."""
    *texts, last = i.operands[1:]
    write, test = target(i.operands[0]), predicate(last)
    sources = [integer(text) for text in texts]
    bits = 16 if i.flags & {"U16x2", "S16x2"} else 32
    unsigned = bool(i.flags & {"U32", "U16x2"})
    mask = (1 << bits) - 1

    def step(s: State) -> None:
        words, choose = [read(s) for read in sources], min if test(s) else max
        value = 0
        for at in range(0, 32, bits):
            parts = [word >> at & mask for word in words]
            key = (lambda v: v) if unsigned else (lambda v: signed(v, bits))
            value |= choose(parts, key=key) << at
        write(s, value)

    return step


def _sum_extreme(i: Instruction) -> Step:
    """VIADDMNMX: the lesser of a sum and a number where the predicate holds, else the larger."""
    write, test = target(i.operands[0]), predicate(i.operands[4])
    a, b, c = (integer(text) for text in i.operands[1:4])
    key = (lambda v: v) if "U32" in i.flags else signed

    def step(s: State) -> None:
        write(s, (min if test(s) else max)((a(s) + b(s)) & MASK, c(s), key=key))

    return step


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


def _unary(change: Callable[[int], int]) -> Make:
    def make(i: Instruction) -> Step:
        write, a = target(i.operands[0]), integer(i.operands[-1])
        return lambda s: write(s, change(a(s)) & MASK)

    return make


#: By the name up to its first dot.
MAKERS: dict[str, Make] = {
    **dict.fromkeys(("IADD3", "UIADD3", "VIADD", "IADD"), _sum),
    "IMAD": _multiply,
    "LEA": _scaled,
    "LOP3": _logic,
    "SHF": _shift,
    "ISETP": _compare,
    **dict.fromkeys(("IMNMX", "VIMNMX", "VIMNMX3"), _extreme),
    "VIADDMNMX": _sum_extreme,
    "PRMT": _permute,
    "SGXT": _extend,
    "IABS": _unary(lambda v: abs(signed(v))),
    "POPC": _unary(lambda v: v.bit_count()),
    "BREV": _unary(lambda v: int(f"{v:032b}"[::-1], 2)),
    "FLO": _unary(lambda v: v.bit_length() - 1),
}
