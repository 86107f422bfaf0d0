"""The operands of AMD's instructions: how they are read and written."""

from __future__ import annotations

import re
from collections.abc import Callable

from .gcn import EXEC, NULL, VCC, Instruction, State
from .item import EmulationError
from .values import MASK, bits64, bits_of, half, half_bits, real, real64

Read = Callable[[State], int]
Write = Callable[[State, int], None]

_REGISTER = re.compile(r"([vs])(?:(\d+)|\[(\d+):(\d+)\])$")
_NAMES = {
    "vcc": VCC,
    "vcc_lo": VCC,
    "vcc_hi": VCC + 1,
    "exec": EXEC,
    "exec_lo": EXEC,
    "exec_hi": EXEC + 1,
    "m0": 124,
    "null": NULL,
}
_FLOAT = re.compile(r"-?\d+\.\d+(e[-+]?\d+)?$")


def place(text: str) -> tuple[bool, int] | None:
    """Whether a register is of a vector, and its number."""
    if text in _NAMES:
        return False, _NAMES[text]
    match = _REGISTER.match(text)
    if match is None:
        return None
    return match[1] == "v", int(match[2] or match[3])


def bits(text: str, width: int = 32, is_float: bool = False) -> Read:
    """The bits of an operand of so many bits; a number's, as floats are written if it is one."""
    if found := place(text):
        is_vector, first = found
        if first == NULL and not is_vector:
            return lambda s: 0
        if width <= 32:
            mask = (1 << width) - 1
            if is_vector:
                return lambda s: s.vector[first] & mask
            return lambda s: s.scalar[first] & mask
        words = width // 32

        def several(s: State) -> int:
            file = s.vector if is_vector else s.scalar
            return sum(file[first + i] << 32 * i for i in range(words))

        return several
    if text == "scc":
        return lambda s: int(s.condition)
    if _FLOAT.match(text):
        number = float(text)
        value = {64: bits64, 16: half_bits}.get(width, bits_of)(number)
    else:
        try:
            value = int(text, 0)
        except ValueError as error:
            raise EmulationError(f"an operand {text!r}") from error
        if width == 64 and is_float and text.startswith("0x"):
            value <<= 32  # the upper word of a double
        value &= (1 << width) - 1
    return lambda s: value


def integer(text: str, width: int = 32) -> Read:
    """An integer operand."""
    return bits(text, width)


def floating(text: str, width: int = 32) -> Callable[[State], float]:
    """A float operand, with ``-`` and ``|...|``."""
    number = _FLOAT.match(text) or text.lstrip("-").isdigit()
    bare = text if number else text.lstrip("-")
    read = bits(bare.strip("|"), width, True)
    make = {64: real64, 16: half}.get(width, real)
    absolute = bare.startswith("|")
    sign = -1.0 if not number and text.startswith("-") else 1.0
    if absolute:
        return lambda s: sign * abs(make(read(s)))
    if sign < 0:
        return lambda s: -make(read(s))
    return lambda s: make(read(s))


def target(text: str, width: int = 32) -> Write:
    """A register that is written, or several."""
    found = place(text)
    if found is None:
        raise EmulationError(f"a result {text!r}")
    is_vector, first = found
    if first == NULL and not is_vector:
        return lambda s, v: None
    words = -(-width // 32)

    def write(s: State, v: int) -> None:
        file = s.vector if is_vector else s.scalar
        for i in range(words):
            file[first + i] = v >> 32 * i & MASK

    return write


def float_target(text: str, width: int = 32) -> Callable[[State, float], None]:
    """A register that a float is written to."""
    write = target(text, width)
    pack = {64: bits64, 16: half_bits}.get(width, bits_of)
    return lambda s, v: write(s, pack(v))


def part_of(text: str) -> tuple[int, int]:
    """The first bit and the bits of a part of a register."""
    word = text.partition(":")[2]
    if word.startswith("WORD"):
        return 16 * int(word[-1]), 16
    return (8 * int(word[-1]), 8) if word.startswith("BYTE") else (0, 32)


def bare(i: Instruction) -> list[str]:
    """The operands without the modifiers."""
    return [text for text in i.operands if ":" not in text or "[" in text]
