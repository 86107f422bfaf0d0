"""Numbers as registers hold them: 32 bits, and what they stand for."""

from __future__ import annotations

import math
import struct

MASK = 0xFFFFFFFF
_F32, _U32 = struct.Struct("<f"), struct.Struct("<I")
_F64, _U64 = struct.Struct("<d"), struct.Struct("<Q")
_F16, _U16 = struct.Struct("<e"), struct.Struct("<H")


def signed(value: int, bits: int = 32) -> int:
    """The integer that two's complement of so many bits stands for."""
    value &= (1 << bits) - 1
    return value - (1 << bits) if value >> (bits - 1) else value


def real(bits: int) -> float:
    """The float of 32 bits."""
    return float(_F32.unpack(_U32.pack(bits & MASK))[0])


def bits_of(value: float) -> int:
    """The 32 bits of a float, rounded."""
    try:
        return int(_U32.unpack(_F32.pack(value))[0])
    except OverflowError:
        return 0x7F800000 if value > 0 else 0xFF800000


def real64(bits: int) -> float:
    """The double of 64 bits."""
    return float(_F64.unpack(_U64.pack(bits))[0])


def bits64(value: float) -> int:
    """The 64 bits of a double."""
    return int(_U64.unpack(_F64.pack(value))[0])


def half(bits: int) -> float:
    """The half of 16 bits."""
    return float(_F16.unpack(_U16.pack(bits & 0xFFFF))[0])


def half_bits(value: float) -> int:
    """The 16 bits of a half, rounded."""
    try:
        return int(_U16.unpack(_F16.pack(value))[0])
    except OverflowError:
        return 0x7C00 if value > 0 else 0xFC00


def least(a: float, b: float) -> float:
    """The smaller number; NaN only of two NaN, as fmin."""
    return b if math.isnan(a) else a if math.isnan(b) else min(a, b)


def most(a: float, b: float) -> float:
    """The larger number; NaN only of two NaN, as fmax."""
    return b if math.isnan(a) else a if math.isnan(b) else max(a, b)


def reciprocal(value: float) -> float:
    """1 / value."""
    return math.copysign(math.inf, value) if value == 0 else 1 / value


def power_of_two(value: float) -> float:
    """2 ** value."""
    return math.inf if value > 1024 else float(2.0**value)


def logarithm(value: float) -> float:
    """The logarithm to base 2."""
    return -math.inf if value == 0 else math.nan if value < 0 else math.log2(value)


def inverse_root(value: float) -> float:
    """1 / sqrt(value)."""
    return math.inf if value == 0 else math.nan if value < 0 else 1 / math.sqrt(value)


def whole(value: float, bits: int, has_sign: bool) -> int:
    """A float to an integer towards zero, saturating; NaN to 0."""
    low, high = (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) if has_sign else (0, (1 << bits) - 1)
    if math.isnan(value):
        return 0
    if math.isinf(value):
        return high if value > 0 else low
    return min(max(math.trunc(value), low), high)


#: Comparisons by the two letters that instruction sets call them by.
COMPARE = {
    "LT": lambda a, b: a < b,
    "LE": lambda a, b: a <= b,
    "GT": lambda a, b: a > b,
    "GE": lambda a, b: a >= b,
    "EQ": lambda a, b: a == b,
    "NE": lambda a, b: a != b,
}


def compare_floats(name: str, a: float, b: float) -> bool:
    """A comparison of floats: of ordered ones, of ordered or not (``U`` at the end), NAN, NUM."""
    unordered = math.isnan(a) or math.isnan(b)
    if name in ("NAN", "NUM"):
        return unordered == (name == "NAN")
    if unordered:
        return name.endswith("U")
    return bool(COMPARE[name.removesuffix("U") if len(name) == 3 else name](a, b))
