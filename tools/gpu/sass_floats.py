"""What NVIDIA's instructions do: floats, and conversions."""

from __future__ import annotations

import math
from collections.abc import Callable

from .sass import Instruction, State, Step
from .sass_operands import (
    double,
    float_bits,
    floating,
    halves,
    integer,
    predicate,
    set_predicate,
    target,
)
from .values import (
    MASK,
    bits64,
    bits_of,
    compare_floats,
    half_bits,
    inverse_root,
    least,
    logarithm,
    most,
    power_of_two,
    real,
    real64,
    reciprocal,
    signed,
    whole,
)

Make = Callable[[Instruction], Step]

_COMPARISONS = {
    *("LT", "LE", "GT", "GE", "EQ", "NE", "NAN", "NUM"),
    *("LTU", "LEU", "GTU", "GEU", "EQU", "NEU"),
}


def _float(combine: Callable[..., float], count: int) -> Make:
    """An instruction of so many floats."""

    def make(i: Instruction) -> Step:
        write = target(i.operands[0])
        sources = [floating(text) for text in i.operands[1 : 1 + count]]
        return lambda s: write(s, bits_of(combine(*(read(s) for read in sources))))

    return make


def _double(combine: Callable[..., float], count: int) -> Make:
    """An instruction of so many doubles."""

    def make(i: Instruction) -> Step:
        write = target(i.operands[0], 2)
        sources = [double(text) for text in i.operands[1 : 1 + count]]
        return lambda s: write(s, bits64(combine(*(read(s) for read in sources))))

    return make


def _product(a: float, b: float) -> float:
    return math.nan if math.isnan(a * b) else a * b


def _fused(a: float, b: float, c: float) -> float:
    return a * b + c


def _extreme(i: Instruction) -> Step:
    """FMNMX: the smaller where the predicate holds, else the larger."""
    write, test = target(i.operands[0]), predicate(i.operands[3])
    a, b = (floating(text) for text in i.operands[1:3])
    nan = "NAN" in i.flags

    def step(s: State) -> None:
        x, y = a(s), b(s)
        if nan and (math.isnan(x) or math.isnan(y)):
            write(s, 0x7FFFFFFF)
        else:
            write(s, bits_of((least if test(s) else most)(x, y)))

    return step


def _comparison(i: Instruction) -> str:
    return next(flag for flag in i.name.split(".")[1:] if flag in _COMPARISONS)


def _compare(read: Callable[[str], Callable[[State], float]]) -> Make:
    def make(i: Instruction) -> Step:
        outs = [set_predicate(text) for text in i.operands[:2]]
        a, b = (read(text) for text in i.operands[2:4])
        other, joined = (predicate(i.operands[4]) if len(i.operands) > 4 else None), "OR" in i.flags
        if i.flags & {"MAX", "MIN"}:
            sign = 1 if "MAX" in i.flags else -1

            def choose(s: State) -> None:
                x, y = a(s), b(s)
                outs[0](s, sign * x > sign * y or math.isnan(y))
                outs[1](s, math.isnan(x) or math.isnan(y))

            return choose
        name = _comparison(i)

        def step(s: State) -> None:
            value = compare_floats(name, a(s), b(s))
            for out, wanted in zip(outs, (value, not value), strict=True):
                more = other(s) if other else not joined
                out(s, (wanted or more) if joined else (wanted and more))

        return step

    return make


def _set(i: Instruction) -> Step:
    """FSET.BF: a comparison as 1.0 or 0.0."""
    write, other = target(i.operands[0]), predicate(i.operands[3])
    a, b = (floating(text) for text in i.operands[1:3])
    name = _comparison(i)
    return lambda s: write(s, 0x3F800000 if compare_floats(name, a(s), b(s)) and other(s) else 0)


def _special(i: Instruction) -> Step:
    """MUFU: the special functions; of doubles the upper word."""
    write = target(i.operands[0])
    function = {
        "RCP": reciprocal,
        "EX2": power_of_two,
        "LG2": logarithm,
        "RSQ": inverse_root,
        "SQRT": lambda v: math.sqrt(v) if v >= 0 else math.nan,
        "SIN": math.sin,
        "COS": math.cos,
    }
    name = i.name.split(".")[1]
    if name in ("RCP64H", "RSQ64H"):
        upper = integer(i.operands[1])
        wide = reciprocal if name == "RCP64H" else inverse_root
        return lambda s: write(s, bits64(wide(real64(upper(s) << 32))) >> 32)
    a, chosen = floating(i.operands[1]), function[name]
    return lambda s: write(s, bits_of(chosen(a(s))))


def _unsafe_division(i: Instruction) -> Step:
    """FCHK: whether a division needs the slow path, which numbers of the middle do not."""
    out = set_predicate(i.operands[0])
    a, b = (floating(text) for text in i.operands[1:3])

    def step(s: State) -> None:
        x, y = abs(a(s)), abs(b(s))
        safe = 2.0**-100 < y < 2.0**100 and (x == 0 or 2.0**-100 < x < 2.0**100)
        out(s, not safe)

    return step


def _to_float(i: Instruction) -> Step:
    """I2F: an integer to a float, or to a double."""
    is_double = "F64" in i.flags
    write = target(i.operands[0], 2 if is_double else 1)
    wide = bool(i.flags & {"U64", "S64"})
    narrow = next((bits for bits in (8, 16) if i.flags & {f"U{bits}", f"S{bits}"}), 0)
    a = integer(i.operands[1], 2 if wide else 1)
    bits = 64 if wide else narrow or 32
    unsigned = any(flag in i.flags for flag in ("U8", "U16", "U32", "U64"))
    shift = 8 * int(i.operands[1][-1]) if ".B" in i.operands[1] else 0
    upwards, downwards = "RP" in i.flags, "RM" in i.flags

    def step(s: State) -> None:
        value = a(s) >> shift & ((1 << bits) - 1)
        value = value if unsigned else signed(value, bits)
        if is_double:
            write(s, bits64(float(value)))
            return
        found = bits_of(float(value))
        if upwards and real(found) < value:
            found += 1
        if downwards and real(found) > value:
            found -= 1
        write(s, found)

    return step


def _to_integer(i: Instruction) -> Step:
    """F2I: a float, or a double, to an integer."""
    bits = 64 if i.flags & {"U64", "S64"} else 32
    has_sign = not i.flags & {"U32", "U64"}
    write = target(i.operands[0], bits // 32)
    read = (double if "F64" in i.flags else floating)(i.operands[1])
    nearest = not i.flags & {"TRUNC", "FLOOR", "CEIL"}

    def step(s: State) -> None:
        value = read(s)
        if nearest and math.isfinite(value):
            value = float(round(value))
        elif "FLOOR" in i.flags and math.isfinite(value):
            value = float(math.floor(value))
        elif "CEIL" in i.flags and math.isfinite(value):
            value = float(math.ceil(value))
        write(s, whole(value, bits, has_sign) & ((1 << bits) - 1))

    return step


def _convert(i: Instruction) -> Step:
    """F2F: between halves, floats and doubles."""
    kinds = [flag for flag in i.name.split(".")[1:] if flag in ("F16", "F32", "F64", "BF16")]
    to, of = kinds[:2]
    read = {"F16": halves, "F32": floating, "F64": double}[of](i.operands[1])
    write = target(i.operands[0], 2 if to == "F64" else 1)
    pack = {"F16": half_bits, "F32": bits_of, "F64": bits64}[to]
    return lambda s: write(s, pack(read(s)))


def _pack(i: Instruction) -> Step:
    """F2FP: two floats to halves, the first above the second."""
    write = target(i.operands[0])
    a, b = (floating(text) for text in i.operands[1:3])
    shorten = (lambda v: bits_of(v) >> 16) if "BF16" in i.flags else half_bits
    return lambda s: write(s, shorten(a(s)) << 16 | shorten(b(s)))


def _half_sum(i: Instruction) -> Step:
    """HADD2.F32: the sum of two halves as a float."""
    write = target(i.operands[0])
    a, b = (halves(text) for text in i.operands[1:3])
    return lambda s: write(s, bits_of(a(s) + b(s)))


def _two_halves(i: Instruction) -> Step:
    """HFMA2 of zero, which makes a constant of two halves."""
    write = target(i.operands[0])
    high, low = (half_bits(float(text)) for text in i.operands[3:5])
    return lambda s: write(s, high << 16 | low)


def _signs(i: Instruction) -> Step:
    write, read = target(i.operands[0]), float_bits(i.operands[1])
    return lambda s: write(s, read(s) & MASK)


MAKERS: dict[str, Make] = {
    "FADD": _float(lambda a, b: a + b, 2),
    "FMUL": _float(_product, 2),
    "FFMA": _float(_fused, 3),
    "FMNMX": _extreme,
    "FSETP": _compare(floating),
    "FSET": _set,
    "MUFU": _special,
    "FCHK": _unsafe_division,
    "DADD": _double(lambda a, b: a + b, 2),
    "DMUL": _double(_product, 2),
    "DFMA": _double(_fused, 3),
    "DSETP": _compare(double),
    "HSETP2": _compare(halves),
    "I2F": _to_float,
    "I2FP": _to_float,
    "F2I": _to_integer,
    "F2F": _convert,
    "F2FP": _pack,
    "HADD2": _half_sum,
    "HFMA2": _two_halves,
}
