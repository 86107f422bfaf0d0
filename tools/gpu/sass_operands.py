"""The operands of NVIDIA's instructions: how they are read and written."""

from __future__ import annotations

import re
from collections.abc import Callable

from .item import EmulationError
from .sass import State
from .values import MASK, bits_of, half, real, real64

Read = Callable[[State], int]
Write = Callable[[State, int], None]

_REGISTER = re.compile(r"(U?)R(\d+|Z)(?:\.(H[01]_H[01]|64|U32|X\d+|B[0-3]))?$")
_CONSTANT = re.compile(r"c\[0x(\d)\]\[(?:(U?R\d+|U?RZ)\+?)?(-?0x[0-9a-f]+)?\]$")
_PREDICATE = re.compile(r"!?(U?)P([0-6T])$")
#: Written so are also the upper words of infinite doubles, which are NaN as floats.
_FLOATS = {"+INF": 0x7F800000, "-INF": 0xFF800000, "+QNAN": 0x7FF00000, "-QNAN": 0xFFF00000}


def is_predicate(text: str) -> bool:
    """Whether an operand is a predicate."""
    return _PREDICATE.match(text) is not None


def predicate(text: str) -> Callable[[State], bool]:
    """A predicate that is read, negated with ``!``."""
    match = _PREDICATE.match(text)
    assert match
    number = 7 if match[2] == "T" else int(match[2])
    wanted = not text.startswith("!")
    if match[1]:
        return lambda s: s.uniform_predicates[number] == wanted
    return lambda s: s.predicates[number] == wanted


def set_predicate(text: str) -> Callable[[State, bool], None]:
    """A predicate that is written; that which is always true is not."""
    match = _PREDICATE.match(text)
    assert match
    if match[2] == "T":
        return lambda s, v: None
    number, is_uniform = int(match[2]), bool(match[1])

    def write(s: State, v: bool) -> None:
        (s.uniform_predicates if is_uniform else s.predicates)[number] = bool(v)

    return write


def _register(text: str) -> tuple[bool, int | None] | None:
    """Whether a register is uniform, and its number, None of the one that is zero."""
    match = _REGISTER.match(text)
    if match is None:
        return None
    return bool(match[1]), None if match[2] == "Z" else int(match[2])


def _plain(text: str, words: int = 1) -> Read:
    """An operand without signs: a register or ``words`` of them, a constant, or a number."""
    if found := _register(text):
        is_uniform, number = found
        if number is None:
            return lambda s: 0
        span = slice(number, number + words)
        if words == 1:
            return (lambda s: s.uniform[number]) if is_uniform else (lambda s: s.registers[number])

        def several(s: State) -> int:
            file = s.uniform if is_uniform else s.registers
            return sum(value << 32 * i for i, value in enumerate(file[span]))

        return several
    if match := _CONSTANT.match(text):
        bank, offset = int(match[1]), int(match[3] or "0", 16)
        if match[2] is None:
            return lambda s: s.constant(bank, offset, 4 * words)
        index = _plain(match[2])
        return lambda s: s.constant(bank, (index(s) + offset) & MASK, 4 * words)
    if text == "SRZ":
        return lambda s: 0
    if text in _FLOATS:
        value = _FLOATS[text]
    elif text.lower().startswith(("0x", "-0x")):
        value = int(text, 16) & ((1 << 32 * words) - 1)
    else:
        raise EmulationError(f"an operand {text!r}")
    return lambda s: value


def integer(text: str, words: int = 1) -> Read:
    """An integer operand, with ``-`` its two's complement, with ``~`` its bits turned."""
    mask = (1 << 32 * words) - 1
    sign, plain = (text[0], text[1:]) if text[0] in "-~" and text[:3] != "-0x" else ("", text)
    read = _plain(plain.strip("|"), words)
    if sign == "-":
        return lambda s: -read(s) & mask
    if sign == "~":
        return lambda s: ~read(s) & mask
    return read


def addend(text: str) -> Read:
    """An integer operand of a sum whose carry counts: -x is 2^32 - x, 2^32 of 0."""
    if text.startswith("-") and not text.startswith("-0x"):
        read = _plain(text[1:])
        return lambda s: (1 << 32) - read(s)
    return integer(text)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def signed_float(text: str, read: Callable[[State], float]) -> Callable[[State], float]:
    """A float operand's signs: ``-`` and ``|...|``."""
    bare = text.lstrip("-+~")
    negative, absolute = text.startswith("-"), bare.startswith("|")
    if absolute:
        return (lambda s: -abs(read(s))) if negative else (lambda s: abs(read(s)))
    return (lambda s: -read(s)) if negative else read


def floating(text: str) -> Callable[[State], float]:
    """A float operand."""
    number = _number(text) if text not in _FLOATS else real(_FLOATS[text])
    if number is not None:
        value = real(bits_of(number))
        return lambda s: value
    read = _plain(text.lstrip("-~").strip("|"))
    return signed_float(text, lambda s: real(read(s)))


def float_bits(text: str) -> Read:
    """The bits of an operand that may be written as a float."""
    number = _number(text)
    if number is not None and not text.lower().startswith(("0x", "-0x")):
        value = _FLOATS.get(text, bits_of(number))
        return lambda s: value
    if text in _FLOATS:
        return lambda s: _FLOATS[text]
    if text.startswith("-") and not text.startswith("-0x"):
        read = _plain(text[1:].strip("|"))
        if "|" in text:
            return lambda s: read(s) | 0x80000000
        return lambda s: read(s) ^ 0x80000000
    read = _plain(text.strip("|"))
    return (lambda s: read(s) & 0x7FFFFFFF) if "|" in text else read


def double(text: str) -> Callable[[State], float]:
    """A float64 operand; a constant's or a number's bits are those of its upper half."""
    number = _number(text) if text not in _FLOATS else real(_FLOATS[text])
    if number is not None:
        return lambda s: number
    read = _plain(text.lstrip("-~").strip("|"), 2)
    return signed_float(text, lambda s: real64(read(s)))


def halves(text: str) -> Callable[[State], float]:
    """A half operand, of the half of a register that ``.H0_H0`` or ``.H1_H1`` says."""
    number = _number(text)
    if number is not None:
        return lambda s: number
    bare = text.lstrip("-").strip("|")
    read = _plain(bare)
    shift = 16 if ".H1" in bare else 0
    return signed_float(text, lambda s: half(read(s) >> shift))


def target(text: str, words: int = 1) -> Write:
    """A register that is written, or so many."""
    found = _register(text)
    if found is None:
        raise EmulationError(f"a result {text!r}")
    is_uniform, number = found
    if number is None:
        return lambda s, v: None
    first = number

    def write(s: State, v: int) -> None:
        file = s.uniform if is_uniform else s.registers
        for i in range(words):
            file[first + i] = (v >> 32 * i) & MASK

    return write


def address(text: str, words: int = 2) -> Read:
    """An address: the sum of the registers and numbers in its brackets."""
    inside = re.sub(r"^.*\[", "", text.rstrip("]"))
    terms: list[Read] = []
    for part in re.findall(r"-?[^+-]+", inside.replace("+-", "-")):
        if match := re.match(r"(U?R(?:\d+|Z))(?:\.(64|U32|X\d+))?$", part):
            wide = match[2] == "64" or (match[2] is None and words == 2)
            scale = int(match[2][1:]) if (match[2] or "").startswith("X") else 1
            read = _plain(match[1], 2 if wide and match[1][-1] != "Z" else 1)
            terms.append(lambda s, read=read, scale=scale: read(s) * scale)  # type: ignore[misc]
        else:
            value = int(part, 16)
            terms.append(lambda s, value=value: value)  # type: ignore[misc]
    return lambda s: sum(term(s) for term in terms) & ((1 << 32 * words) - 1)
