"""What AMD's vector instructions do: floats, conversions, two words at once."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

from .gcn import Instruction, State, Step
from .gcn_operands import bare, float_target, floating, integer, part_of, target
from .item import EmulationError
from .values import (
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

_FLOATS: dict[str, Callable[..., float]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "subrev": lambda a, b: b - a,
    "mul": lambda a, b: a * b,
    "div_fmas": lambda a, b, c: a * b + c,
    "fma": lambda a, b, c: a * b + c,
    "mad": lambda a, b, c: a * b + c,
    "madak": lambda a, b, c: a * b + c,
    "madmk": lambda a, b, c: a * b + c,
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


def of_floats(i: Instruction, name: str, width: int) -> Step:
    """An instruction of floats of so many bits."""
    operands = bare(i)
    write = float_target(operands[0], width)
    if name in ("fmac", "mac"):
        sources = [floating(text, width) for text in (*operands[1:3], operands[0])]
        combine: Callable[..., float] = _FLOATS["fma"]
    else:
        combine = _FLOATS[name]
        sources = [floating(text, width) for text in operands[1:]]
    return lambda s: write(s, combine(*(read(s) for read in sources)))


def class_of(i: Instruction) -> Step:
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


def _converting(i: Instruction) -> Step:
    match = re.match(r"v_cvt_([fiu])(\d+)_([fiu])(\d+|byte)", i.name)
    if match is None:
        raise EmulationError("an instruction unknown to the emulator")
    to, to_width, of = match[1], int(match[2]), match[3]
    of_width = int(match[4]) if match[4].isdigit() else 8
    shift = next((part_of(text)[0] for text in i.operands if text.startswith("src0_sel")), 0)
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


def _unscaled(i: Instruction) -> Step:
    """The scaling before a division, which numbers of the middle do not need."""
    width = 64 if "f64" in i.name else 32
    write, out = target(i.operands[0], width), target(i.operands[1])
    a = integer(i.operands[2], width)

    def step(s: State) -> None:
        write(s, a(s))
        out(s, 0)

    return step


def _fixed(i: Instruction) -> Step:
    """The end of a division: its quotient, but of zeros and infinities."""
    width = 64 if "f64" in i.name else 32
    write = float_target(i.operands[0], width)
    a, b, c = (floating(text, width) for text in i.operands[1:4])

    def step(s: State) -> None:
        quotient, below, above = a(s), b(s), c(s)
        if below and math.isfinite(below) and math.isfinite(above):
            write(s, quotient)
        elif not below:
            write(s, math.copysign(math.inf, above) if above else math.nan)
        else:
            write(s, above / below)

    return step


def _exponent(i: Instruction) -> Step:
    write, a = target(i.operands[0]), floating(i.operands[1])
    return lambda s: write(s, math.frexp(a(s))[1] & MASK if math.isfinite(a(s)) else 0)


def _two(combine: Callable[..., int]) -> Callable[[Instruction], Step]:
    """Two words at once: ``op_sel`` says which word of each operand makes the lower one."""

    def make(i: Instruction) -> Step:
        operands = bare(i)
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
    operands = bare(i)
    chosen = next((t.partition(":")[2] for t in i.operands if t.startswith("op_sel:")), "00")
    write = target(operands[0], 64)
    a, b = (integer(text, 64) for text in operands[1:3])
    first, second = (32 * int(n) for n in chosen[:2])
    return lambda s: write(s, (a(s) >> first & MASK) | (b(s) >> second & MASK) << 32)


def _packed_halves(i: Instruction) -> Step:
    write = target(i.operands[0])
    a, b = (integer(text, 16) for text in i.operands[1:3])
    return lambda s: write(s, b(s) << 16 | a(s))


#: By the name without its prefix.
SPECIAL: dict[str, Callable[[Instruction], Step]] = {
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
    **dict.fromkeys(("div_scale_f32", "div_scale_f64"), _unscaled),
    **dict.fromkeys(("div_fixup_f32", "div_fixup_f64"), _fixed),
    "ldexp_f32": _scaled,
    "frexp_exp_i32_f32": _exponent,
    "pk_add_f32": _two_floats("add"),
    "pk_mul_f32": _two_floats("mul"),
    "pk_fma_f32": _two_floats("fma"),
    "pk_mov_b32": _two_moved,
    "pack_b32_f16": _packed_halves,
}
