"""What AMD's vector instructions do, and accesses to memory."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

from .gcn import EXEC, Instruction, Program, State, Step
from .gcn_operands import bits, float_target, floating, integer, target
from .gcn_scalar import step as scalar_step
from .item import EmulationError
from .values import (
    COMPARE,
    MASK,
    bits_of,
    half,
    inverse_root,
    least,
    logarithm,
    most,
    power_of_two,
    real,
    reciprocal,
    signed,
    whole,
)


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
_FLOATS: dict[str, Callable[..., float]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "subrev": lambda a, b: b - a,
    "mul": lambda a, b: a * b,
    "fma": lambda a, b, c: a * b + c,
    "mad": lambda a, b, c: a * b + c,
    "fmaak": lambda a, b, c: a * b + c,
    "fmamk": lambda a, b, c: a * b + c,
    "max": most,
    "min": least,
    "max3": lambda a, b, c: most(most(a, b), c),
    "min3": lambda a, b, c: least(least(a, b), c),
    "rcp": reciprocal,
    "rcp_iflag": reciprocal,
    "rsq": inverse_root,
    "sqrt": lambda a: math.sqrt(a) if a >= 0 else math.nan,
    "exp": power_of_two,
    "log": logarithm,
    "rndne": lambda a: float(round(a)) if math.isfinite(a) else a,
    "trunc": lambda a: float(math.trunc(a)) if math.isfinite(a) else a,
    "floor": lambda a: float(math.floor(a)) if math.isfinite(a) else a,
    "fract": lambda a: a - math.floor(a),
    "frexp_mant": lambda a: math.frexp(a)[0],
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
    if access := i.access:
        return _access(i, *access)
    if i.name.startswith("ds_"):
        return _local(i)
    if i.name.startswith("v_cmp_class"):
        return _class(i)
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
        return _of_floats(i, stem.rstrip("_"), width)
    return _of_integers(i, stem + kind, width)


def _select(text: str) -> tuple[int, int]:
    """The first bit and the bits of a part of a register."""
    word = text.partition(":")[2]
    if word.startswith("WORD"):
        return 16 * int(word[-1]), 16
    return (8 * int(word[-1]), 8) if word.startswith("BYTE") else (0, 32)


def _of_integers(i: Instruction, name: str, width: int) -> Step:
    has_sign = name in _SIGNED
    combine = (_SIGNED if has_sign else _INTEGERS)[name]
    operands = _bare(i)
    parts = {text.partition(":")[0]: _select(text) for text in i.operands if "_sel:" in text}
    write = target(operands[0], width)
    sources = [
        _part(integer(text, width), parts.get(f"src{n}_sel")) for n, text in enumerate(operands[1:])
    ]
    first, count = parts.get("dst_sel", (0, 32))
    mask = (1 << width) - 1

    def step(s: State) -> None:
        values = [read(s) for read in sources]
        if has_sign:
            values = [signed(value, width) for value in values]
        value = combine(*values) & mask
        write(s, (value & ((1 << count) - 1)) << first if count < 32 else value)

    return step


def _part(read: Callable[[State], int], part: tuple[int, int] | None) -> Callable[[State], int]:
    if part is None:
        return read
    first, count = part
    return lambda s: read(s) >> first & ((1 << count) - 1)


def _of_floats(i: Instruction, name: str, width: int) -> Step:
    operands = _bare(i)
    write = float_target(operands[0], width)
    if name == "fmac":
        sources = [floating(text, width) for text in (*operands[1:3], operands[0])]
        combine: Callable[..., float] = _FLOATS["fma"]
    else:
        combine = _FLOATS[name]
        sources = [floating(text, width) for text in operands[1:]]
    return lambda s: write(s, combine(*(read(s) for read in sources)))


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


def _class(i: Instruction) -> Step:
    """v_cmp_class: whether a float is of one of some classes."""
    write, a, mask = target(i.operands[0]), floating(i.operands[1]), integer(i.operands[2])

    def step(s: State) -> None:
        value, wanted = a(s), mask(s)
        if math.isnan(value):
            at = 1
        elif math.isinf(value):
            at = 9 if value > 0 else 2
        elif value == 0:
            at = 6 if math.copysign(1, value) > 0 else 5
        else:
            at = 8 if value > 0 else 3
        write(s, wanted >> at & 1)

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


def _converting(i: Instruction) -> Step:
    match = re.match(r"v_cvt_([fiu])(\d+)_([fiu])(\d+|byte)", i.name)
    if match is None:
        raise EmulationError("an instruction unknown to the emulator")
    to, to_width, of = match[1], int(match[2]), match[3]
    of_width = int(match[4]) if match[4].isdigit() else 8
    shift = next((_select(text)[0] for text in i.operands if text.startswith("src0_sel")), 0)
    if match[4] == "byte":
        shift = 8 * int(i.name.partition("byte")[2][0])
    raw = integer(i.operands[1], max(of_width, 32))
    mask = (1 << of_width) - 1

    def number(s: State) -> float:
        value = raw(s) >> shift & mask
        if of == "f":
            return half(value)
        return signed(value, of_width) if of == "i" else value

    read = floating(i.operands[1], of_width) if of == "f" and not shift else number
    if to == "f":
        write = float_target(i.operands[0], to_width)
        return lambda s: write(s, float(read(s)))
    store = target(i.operands[0])
    return lambda s: store(s, whole(read(s), to_width, to == "i") & MASK)


def _scaled(i: Instruction) -> Step:
    """A float times a power of two."""
    write, a, by = float_target(i.operands[0]), floating(i.operands[1]), integer(i.operands[2])
    return lambda s: write(s, math.ldexp(a(s), max(min(signed(by(s)), 300), -300)))


def _exponent(i: Instruction) -> Step:
    write, a = target(i.operands[0]), floating(i.operands[1])
    return lambda s: write(s, math.frexp(a(s))[1] & MASK if math.isfinite(a(s)) else 0)


def _bare(i: Instruction) -> list[str]:
    """The operands without the modifiers."""
    return [text for text in i.operands if ":" not in text or "[" in text]


def _two(combine: Callable[..., int]) -> Callable[[Instruction], Step]:
    """Two words at once: ``op_sel`` says which word of each operand makes the lower one."""

    def make(i: Instruction) -> Step:
        operands = _bare(i)
        chosen = {name: digits for name, _, digits in (t.partition(":") for t in i.operands)}
        count = len(operands) - 1
        low = [int(n) for n in chosen.get("op_sel", "0" * count)]
        high = [int(n) for n in chosen.get("op_sel_hi", "1" * count)]
        write = target(operands[0], 64)
        sources = [integer(text, 64) for text in operands[1:]]

        def step(s: State) -> None:
            values = [read(s) for read in sources]
            words = (
                combine(*(v >> 32 * n & MASK for v, n in zip(values, at, strict=True)))
                for at in (low, high)
            )
            write(s, sum(word << 32 * n for n, word in enumerate(words)))

        return step

    return make


def _two_floats(name: str) -> Callable[[Instruction], Step]:
    combine = _FLOATS[name]
    return _two(lambda *words: bits_of(combine(*map(real, words))))


def _two_moved(i: Instruction) -> Step:
    """Two words, one of each operand."""
    operands = _bare(i)
    chosen = next((t.partition(":")[2] for t in i.operands if t.startswith("op_sel:")), "00")
    write = target(operands[0], 64)
    a, b = (integer(text, 64) for text in operands[1:3])
    first, second = (32 * int(n) for n in chosen[:2])
    return lambda s: write(s, (a(s) >> first & MASK) | (b(s) >> second & MASK) << 32)


def _packed_halves(i: Instruction) -> Step:
    write = target(i.operands[0])
    a, b = (integer(text, 16) for text in i.operands[1:3])
    return lambda s: write(s, b(s) << 16 | a(s))


def _access(i: Instruction, kind: str, width: int) -> Step:
    """A load or a store of global memory."""
    operands = [text for text in i.operands if not text.startswith(("offset", "glc", "slc", "dlc"))]
    offset = next((int(t.partition(":")[2]) for t in i.operands if t.startswith("offset")), 0)
    if not i.name.startswith("global_"):
        raise EmulationError("an access to memory unknown to the emulator")
    base = operands[2]
    register = operands[1] if kind == "load" else operands[0]
    if base == "off":
        place = integer(register, 64)
    else:
        scalar, vector = integer(base, 64), integer(register)

        def place(s: State) -> int:
            return scalar(s) + vector(s)

    count, high = width // 8, "d16_hi" in i.name
    if kind == "load":
        write, before = target(operands[0], max(width, 32)), integer(operands[0])
        has_sign = "sbyte" in i.name or "sshort" in i.name

        def load(s: State) -> None:
            value = int.from_bytes(s.memory.read(place(s) + offset, count), "little")
            if has_sign:
                value = signed(value, width) & MASK
            if "d16" in i.name:
                value = before(s) & 0xFFFF | value << 16 if high else before(s) & 0xFFFF0000 | value
            write(s, value)

        return load
    read = integer(operands[1], max(width, 32))
    shift = 16 if high else 0

    def store(s: State) -> None:
        value = read(s) >> shift & ((1 << width) - 1)
        s.memory.write(place(s) + offset, value.to_bytes(count, "little"))

    return store


def _local(i: Instruction) -> Step:
    """Local memory, of which one item sees what it wrote itself."""
    if i.name.startswith("ds_write"):
        return lambda s: None
    width = 64 if "2" in i.name.removesuffix("_b32") or "b64" in i.name else 32
    write = target(i.operands[0], width)
    return lambda s: write(s, 0)


_SPECIAL: dict[str, Callable[[Instruction], Step]] = {
    **dict.fromkeys(("add_co_u32", "add_co_ci_u32", "addc_co_u32"), _carrying(1, False)),
    **dict.fromkeys(("sub_co_u32", "sub_co_ci_u32", "subb_co_u32"), _carrying(-1, False)),
    **dict.fromkeys(("subrev_co_u32", "subrev_co_ci_u32", "subbrev_co_u32"), _carrying(-1, True)),
    **dict.fromkeys(("mad_u64_u32", "mad_i64_i32"), _product),
    **dict.fromkeys(("lshlrev_b32", "lshlrev_b64", "lshlrev_b16"), _shift(False, False)),
    **dict.fromkeys(("lshrrev_b32", "lshrrev_b64", "lshrrev_b16"), _shift(True, False)),
    **dict.fromkeys(("ashrrev_i32", "ashrrev_i64", "ashrrev_i16"), _shift(True, True)),
    "cndmask_b32": _choose,
    **dict.fromkeys(
        (
            *(
                f"cvt_f32_{kind}"
                for kind in ("u32", "i32", "f16", "f64", "ubyte0", "ubyte1", "ubyte2", "ubyte3")
            ),
            *(f"cvt_{kind}_f32" for kind in ("u32", "i32", "f16", "f64")),
            *("cvt_f64_u32", "cvt_f64_i32", "cvt_u32_f64", "cvt_i32_f64"),
        ),
        _converting,
    ),
    "ldexp_f32": _scaled,
    "frexp_exp_i32_f32": _exponent,
    "pk_add_f32": _two_floats("add"),
    "pk_mul_f32": _two_floats("mul"),
    "pk_fma_f32": _two_floats("fma"),
    "pk_mov_b32": _two_moved,
    "pack_b32_f16": _packed_halves,
    "readfirstlane_b32": lambda i: _of_integers(i, "mov_b", 32),
}
