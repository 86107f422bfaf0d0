"""What AMD's scalar instructions do, branches and loads of arguments among them."""

from __future__ import annotations

import re
from collections.abc import Callable

from .gcn import EXEC, VCC, Instruction, Program, State, Step
from .gcn_operands import integer, target
from .item import EmulationError
from .values import COMPARE, MASK, signed

#: Of two words: the result, and what the condition becomes (None: it stays).
_Result = tuple[int, "bool | None"]
_LOADS = {"dword": 1, "dwordx2": 2, "dwordx4": 4, "dwordx8": 8, "dwordx16": 16}


def _bits(combine: Callable[[int, int], int]) -> Callable[[int, int, int], _Result]:
    """A combination of bits, whose condition is that it is not zero."""

    def both(a: int, b: int, width: int) -> _Result:
        value = combine(a, b) & ((1 << width) - 1)
        return value, value != 0

    return both


def _field(a: int, b: int, width: int) -> _Result:
    """Bits of a word: b holds their first and their number."""
    first, count = b & 63, b >> 16 & 127
    value = a >> first & ((1 << count) - 1)
    return value, value != 0


def _signed_field(a: int, b: int, width: int) -> _Result:
    value, _ = _field(a, b, width)
    count = b >> 16 & 127
    found = signed(value, count) & ((1 << width) - 1) if count else 0
    return found, found != 0


_BITS: dict[str, Callable[[int, int], int]] = {
    "and": lambda a, b: a & b,
    "or": lambda a, b: a | b,
    "xor": lambda a, b: a ^ b,
    "andn2": lambda a, b: a & ~b,
    "orn2": lambda a, b: a | ~b,
    "nand": lambda a, b: ~(a & b),
    "nor": lambda a, b: ~(a | b),
    "xnor": lambda a, b: ~(a ^ b),
}
_TWO: dict[str, Callable[[int, int, int], _Result]] = {
    **{f"s_{name}": _bits(combine) for name, combine in _BITS.items()},
    "s_lshl": lambda a, b, n: _bits(lambda x, y: x << (y % n))(a, b, n),
    "s_lshr": lambda a, b, n: _bits(lambda x, y: x >> (y % n))(a, b, n),
    "s_ashr_i": lambda a, b, n: _bits(lambda x, y: signed(x, n) >> (y % n))(a, b, n),
    "s_bfe_u": _field,
    "s_bfe_i": _signed_field,
    "s_add_u": lambda a, b, n: ((a + b) & MASK, a + b > MASK),
    "s_add_i": lambda a, b, n: ((a + b) & MASK, False),
    "s_sub_u": lambda a, b, n: ((a - b) & MASK, a < b),
    "s_sub_i": lambda a, b, n: ((a - b) & MASK, False),
    "s_mul_i": lambda a, b, n: ((a * b) & MASK, None),
    "s_mul_hi_u": lambda a, b, n: ((a * b) >> 32, None),
    "s_mul_hi_i": lambda a, b, n: ((signed(a) * signed(b)) >> 32 & MASK, None),
    "s_min_u": lambda a, b, n: (min(a, b), a < b),
    "s_max_u": lambda a, b, n: (max(a, b), a > b),
    "s_min_i": lambda a, b, n: (min(a, b, key=signed), signed(a) < signed(b)),
    "s_max_i": lambda a, b, n: (max(a, b, key=signed), signed(a) > signed(b)),
}
_ONE: dict[str, Callable[[int, int], _Result]] = {
    "s_mov": lambda a, n: (a, None),
    "s_movk_i": lambda a, n: (a, None),
    "s_not": lambda a, n: (~a & ((1 << n) - 1), ~a & ((1 << n) - 1) != 0),
    "s_brev": lambda a, n: (int(f"{a:0{n}b}"[::-1], 2), None),
    "s_abs_i": lambda a, n: (abs(signed(a)), a != 0),
    "s_flbit_i": lambda a, n: ((32 - a.bit_length()) if a else MASK, None),
    "s_bcnt1_i": lambda a, n: (a.bit_count(), a != 0),
    "s_sext_i": lambda a, n: (signed(a, 16) & MASK, None),
}


def step(i: Instruction, program: Program) -> Step:
    """The step of a scalar instruction."""
    if i.name == "s_endpgm":
        return lambda s: setattr(s, "over", True)
    if i.name.startswith(("s_branch", "s_cbranch")):
        return _branch(i, program)
    if i.name.startswith("s_load_"):
        return _load(i)
    if match := re.match(r"s_(\w+)_saveexec_b(\d+)$", i.name):
        return _save(i, match[1], int(match[2]))
    match = re.match(r"(s_\w*?)(\d+)$", i.name)
    if match is None:
        raise EmulationError("an instruction unknown to the emulator")
    name, width = match[1].removesuffix("_b"), int(match[2])
    if found := re.match(r"s_cmp_(\w\w)_(\w)$", name):
        return _compare(i, found[1], found[2], width)
    if name == "s_cselect":
        write = target(i.operands[0], width)
        a, b = (integer(text, width) for text in i.operands[1:3])
        return lambda s: write(s, a(s) if s.condition else b(s))
    if name in ("s_addc_u", "s_subb_u"):
        return _carrying(i, name == "s_addc_u")
    if name in ("s_addk_i", "s_mulk_i"):
        return _with_constant(i, name.replace("k", ""))
    if name in _ONE:
        one, write = _ONE[name], target(i.operands[0], width)
        a = integer(i.operands[1], width)
        return _finishing(write, lambda s: one(a(s), width))
    if name not in _TWO:
        raise EmulationError("an instruction unknown to the emulator")
    two, write = _TWO[name], target(i.operands[0], width)
    a = integer(i.operands[1], width)
    b = integer(
        i.operands[2], 32 if name in ("s_lshl", "s_lshr", "s_ashr_i") or "bfe" in name else width
    )
    return _finishing(write, lambda s: two(a(s), b(s), width))


def _finishing(write: Callable[[State, int], None], compute: Callable[[State], _Result]) -> Step:
    def finish(s: State) -> None:
        value, condition = compute(s)
        write(s, value)
        if condition is not None:
            s.condition = condition

    return finish


def _with_constant(i: Instruction, name: str) -> Step:
    """A register and a constant of 16 bits, whose sign counts."""
    two, write, a = _TWO[name], target(i.operands[0]), integer(i.operands[0])
    constant = signed(int(i.operands[1], 0), 16) & MASK
    return _finishing(write, lambda s: two(a(s), constant, 32))


def _carrying(i: Instruction, adds: bool) -> Step:
    write = target(i.operands[0])
    a, b = (integer(text) for text in i.operands[1:3])

    def carry(s: State) -> None:
        other = b(s) + s.condition
        total = a(s) + other if adds else a(s) - other
        write(s, total & MASK)
        s.condition = not 0 <= total <= MASK

    return carry


def _compare(i: Instruction, name: str, kind: str, width: int) -> Step:
    a, b = (integer(text, width) for text in i.operands[:2])
    test = COMPARE[{"lg": "NE"}.get(name, name.upper())]

    def compare(s: State) -> None:
        x, y = a(s), b(s)
        s.condition = test(signed(x, width), signed(y, width)) if kind == "i" else test(x, y)

    return compare


def _save(i: Instruction, name: str, width: int) -> Step:
    """The lanes' mask is kept and combined; andn2 and orn2 turn the kept one's bits."""
    write, a = target(i.operands[0], width), integer(i.operands[1], width)
    combine = _BITS[name]

    def save(s: State) -> None:
        source, before = a(s), s.scalar[EXEC]
        write(s, before)
        s.scalar[EXEC] = combine(source, before) & 1
        s.condition = s.scalar[EXEC] != 0

    return save


def _branch(i: Instruction, program: Program) -> Step:
    place = program.labels[i.operands[0]]
    test: dict[str, Callable[[State], bool]] = {
        "s_branch": lambda s: True,
        "s_cbranch_scc0": lambda s: not s.condition,
        "s_cbranch_scc1": lambda s: s.condition,
        "s_cbranch_vccz": lambda s: not s.scalar[VCC] & 1,
        "s_cbranch_vccnz": lambda s: bool(s.scalar[VCC] & 1),
        "s_cbranch_execz": lambda s: not s.scalar[EXEC] & 1,
        "s_cbranch_execnz": lambda s: bool(s.scalar[EXEC] & 1),
    }
    taken = test[i.name]

    def jump(s: State) -> None:
        if taken(s):
            s.next = place

    return jump


def _load(i: Instruction) -> Step:
    words = _LOADS[i.name.removeprefix("s_load_")]
    write, base = target(i.operands[0], 32 * words), integer(i.operands[1], 64)
    offset = integer(i.operands[2])

    def load(s: State) -> None:
        data = s.memory.read(base(s) + offset(s), 4 * words)
        write(s, int.from_bytes(data, "little"))

    return load
