"""What AMD's vector instructions do: integers, comparisons, choices."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

from .gcn import EXEC, Instruction, Program, State, Step
from .gcn_floats import SPECIAL, class_of, of_floats
from .gcn_memory import access, local
from .gcn_operands import bare, bits, floating, integer, part_of, target
from .gcn_scalar import step as scalar_step
from .item import EmulationError
from .values import COMPARE, MASK, bits_of, signed


def _middle(a: int, b: int, c: int) -> int:
    return sorted((a, b, c))[1]


def _permuted(a: int, b: int, by: int) -> int:
    """Bytes of two words, those of ``b`` first."""
    source = (a << 32 | b).to_bytes(8, "little")
    value = 0
    for at in range(4):
        chosen = by >> 8 * at & 255
        value |= (source[chosen & 7] if chosen < 8 else 0 if chosen == 12 else 255) << 8 * at
    return value


def _signed24(word: int) -> int:
    """The lower 24 bits of a word, with their sign."""
    return (word & 0x7FFFFF) - (word & 0x800000)


#: Of integers, by the name without its width; all words, modulo their width.
_INTEGERS: dict[str, Callable[..., int]] = {
    "mov_b": lambda a: a,
    "not_b": lambda a: ~a,
    "bfrev_b": lambda a: int(f"{a:032b}"[::-1], 2),
    "ffbh_u": lambda a: 32 - a.bit_length() if a else MASK,
    "add_u": lambda a, b: a + b,
    "add_nc_u": lambda a, b: a + b,
    "sub_u": lambda a, b: a - b,
    "sub_nc_u": lambda a, b: a - b,
    "subrev_u": lambda a, b: b - a,
    "subrev_nc_u": lambda a, b: b - a,
    "mul_lo_u": lambda a, b: a * b,
    "mul_hi_u": lambda a, b: a * b >> 32,
    "mul_u32_u": lambda a, b: (a & 0xFFFFFF) * (b & 0xFFFFFF),
    "mul_i32_i": lambda a, b: _signed24(a) * _signed24(b),
    "mad_i32_i": lambda a, b, c: _signed24(a) * _signed24(b) + c,
    "mad_u32_u": lambda a, b, c: (a & 0xFFFFFF) * (b & 0xFFFFFF) + c,
    "and_b": lambda a, b: a & b,
    "or_b": lambda a, b: a | b,
    "xor_b": lambda a, b: a ^ b,
    "or3_b": lambda a, b, c: a | b | c,
    "and_or_b": lambda a, b, c: a & b | c,
    "bfi_b": lambda a, b, c: a & b | ~a & c,
    "xad_u": lambda a, b, c: (a ^ b) + c,
    "add3_u": lambda a, b, c: a + b + c,
    "lshl_add_u": lambda a, b, c: (a << b % 32) + c,
    "add_lshl_u": lambda a, b, c: (a + b) << c % 32,
    "lshl_or_b": lambda a, b, c: a << b % 32 | c,
    "bfe_u": lambda a, b, c: a >> b % 32 & ((1 << c % 32) - 1),
    "min_u": min,
    "max_u": max,
    "min3_u": min,
    "max3_u": max,
    "med3_u": _middle,
    "perm_b": _permuted,
    "alignbit_b": lambda a, b, c: (a << 32 | b) >> c % 32,
    "alignbyte_b": lambda a, b, c: (a << 32 | b) >> 8 * (c % 4),
}


#: Of integers with signs.
_SIGNED: dict[str, Callable[..., int]] = {
    "min_i": min,
    "max_i": max,
    "min3_i": min,
    "max3_i": max,
    "med3_i": _middle,
    "mul_hi_i": lambda a, b: a * b >> 32,
    "bfe_i": lambda a, b, c: signed(a >> b % 32, c % 32) if c % 32 else 0,
}


def steps(program: Program) -> list[Step | str]:
    """The step of every instruction; a string where this emulator has none."""
    found: list[Step | str] = []
    for i in program.instructions:
        try:
            found.append(_step(i, program))
        except (EmulationError, KeyError, IndexError, ValueError) as error:
            found.append(f"{i.name} {', '.join(i.operands)}: {error}")
    return found


def _step(i: Instruction, program: Program) -> Step:
    if i.is_silent:
        return lambda s: None
    if i.name.startswith("s_"):
        return scalar_step(i, program)
    if found := i.access:
        return access(i, *found)
    if i.name.startswith("ds_"):
        return local(i)
    if i.name.startswith("v_cmp_class"):
        return class_of(i)
    if match := re.match(r"v_(cmpx?)_(n?\w+)_([fiu])(\d+)", i.name):
        return _compare(i, match[1] == "cmpx", match[2], match[3], int(match[4]))
    name = re.sub(r"_(e32|e64|sdwa)$", "", i.name.removeprefix("v_"))
    if special := _SPECIAL.get(name):
        return special(i)
    match = re.match(r"(\w+?_?)([fiub])(\d+)$", name)
    if match is None:
        raise EmulationError("an instruction unknown to the emulator")
    stem, kind, width = match[1], match[2], int(match[3])
    if kind == "f":
        return of_floats(i, stem.rstrip("_"), width)
    return _of_integers(i, stem + kind, width)


def _of_integers(i: Instruction, name: str, width: int) -> Step:
    has_sign = name in _SIGNED
    combine = (_SIGNED if has_sign else _INTEGERS)[name]
    operands = bare(i)
    parts = {text.partition(":")[0]: part_of(text) for text in i.operands if "_sel:" in text}
    write = target(operands[0], width)
    sources = [_part(text, width, parts.get(f"src{n}_sel")) for n, text in enumerate(operands[1:])]
    first, count = parts.get("dst_sel", (0, 32))
    mask = (1 << width) - 1

    def step(s: State) -> None:
        values = [read(s) for read in sources]
        if has_sign:
            values = [signed(value, width) for value in values]
        value = combine(*values) & mask
        write(s, (value & ((1 << count) - 1)) << first if count < 32 else value)

    return step


def _part(text: str, width: int, part: tuple[int, int] | None) -> Callable[[State], int]:
    """An operand, or a part of one."""
    if part is None:
        return integer(text, width)
    (first, count), read = part, integer(text)
    return lambda s: read(s) >> first & ((1 << count) - 1)


def _compare(i: Instruction, to_exec: bool, name: str, kind: str, width: int) -> Step:
    operands = list(i.operands)
    outs = [] if len(operands) == 2 else [target(operands.pop(0), 32)]
    negated = name.startswith("n") and name not in ("ne", "neq")
    word = {"lg": "NE", "neq": "NE", "U": "NAN"}.get(
        name, name.removeprefix("n").upper() if negated else name.upper()
    )
    if kind == "f":
        a, b = (floating(text, width) for text in operands)
        unordered = {"u": True, "o": False}.get(name)

        def test(s: State) -> bool:
            x, y = a(s), b(s)
            is_nan = math.isnan(x) or math.isnan(y)
            if unordered is not None:
                return is_nan == unordered
            if is_nan:
                return negated or name == "neq"
            return bool(COMPARE[word](x, y)) != negated
    else:
        c, d = (integer(text, width) for text in operands)

        def test(s: State) -> bool:
            x, y = c(s), d(s)
            if kind == "i":
                x, y = signed(x, width), signed(y, width)
            return bool(COMPARE[word](x, y))

    def step(s: State) -> None:
        value = int(test(s))
        for out in outs:
            out(s, value)
        if to_exec:
            s.scalar[EXEC] = value

    return step


def _carrying(sign: int, reverse: bool) -> Callable[[Instruction], Step]:
    """Sums and differences with a carry out, and one in where a fifth operand is."""

    def make(i: Instruction) -> Step:
        write, out = target(i.operands[0]), target(i.operands[1])
        a, b = (integer(text) for text in i.operands[2:4])
        if reverse:
            a, b = b, a
        into = integer(i.operands[4]) if len(i.operands) > 4 else lambda s: 0

        def step(s: State) -> None:
            total = a(s) + sign * (b(s) + (into(s) & 1))
            write(s, total & MASK)
            out(s, int(not 0 <= total <= MASK))

        return step

    return make


def _product(i: Instruction) -> Step:
    """A product of 64 bits, and a sum with it."""
    write, out = target(i.operands[0], 64), target(i.operands[1])
    a, b, c = integer(i.operands[2]), integer(i.operands[3]), integer(i.operands[4], 64)
    has_sign = "i64" in i.name

    def step(s: State) -> None:
        x, y = (signed(a(s)), signed(b(s))) if has_sign else (a(s), b(s))
        total = x * y + c(s)
        write(s, total & (2**64 - 1))
        out(s, int(total >> 64 != 0))

    return step


def _shift(right: bool, has_sign: bool) -> Callable[[Instruction], Step]:
    def make(i: Instruction) -> Step:
        found = re.search(r"[biu](\d+)", i.name)
        assert found
        width = int(found[1])
        write, by = target(i.operands[0], width), integer(i.operands[1])
        a = integer(i.operands[2], width)

        def step(s: State) -> None:
            value, n = a(s), by(s) % width
            if right:
                value = (signed(value, width) if has_sign else value) >> n
            else:
                value <<= n
            write(s, value & ((1 << width) - 1))

        return step

    return make


def _choose(i: Instruction) -> Step:
    write, test = target(i.operands[0]), integer(i.operands[3])
    # Floats' signs are bits here, too.
    a, b = (_signed_bits(text) for text in i.operands[1:3])
    return lambda s: write(s, b(s) if test(s) & 1 else a(s))


def _signed_bits(text: str) -> Callable[[State], int]:
    if text.startswith(("-v", "-s", "-|", "|")):
        read = floating(text)
        return lambda s: bits_of(read(s))
    return bits(text)


_SPECIAL: dict[str, Callable[[Instruction], Step]] = {
    **dict.fromkeys(("add_co_u32", "add_co_ci_u32", "addc_co_u32"), _carrying(1, False)),
    **dict.fromkeys(("sub_co_u32", "sub_co_ci_u32", "subb_co_u32"), _carrying(-1, False)),
    **dict.fromkeys(("subrev_co_u32", "subrev_co_ci_u32", "subbrev_co_u32"), _carrying(-1, True)),
    **dict.fromkeys(("mad_u64_u32", "mad_i64_i32"), _product),
    **dict.fromkeys(("lshlrev_b32", "lshlrev_b64", "lshlrev_b16"), _shift(False, False)),
    **dict.fromkeys(("lshrrev_b32", "lshrrev_b64", "lshrrev_b16"), _shift(True, False)),
    **dict.fromkeys(("ashrrev_i32", "ashrrev_i64", "ashrrev_i16"), _shift(True, True)),
    "cndmask_b32": _choose,
    "readfirstlane_b32": lambda i: _of_integers(i, "mov_b", 32),
    **SPECIAL,
}
