"""How elements are compared, and as what: integers of the same order, or numbers."""

from __future__ import annotations

from functools import cached_property

from ..dtypes import ElementType
from ..modes import Mode


class ElementTraits:
    """Properties of a mode and its element types; a base of the spec."""

    mode: Mode
    kernel: tuple[int, ...]
    stride: tuple[int, ...]
    dilation: tuple[int, ...]
    dtype: ElementType
    window: str
    index: str | None
    nan: str
    variant: str
    dialect: str

    @cached_property
    def integer_compare(self) -> bool:
        """Whether floats are compared as integers of the same order; zeros lose their sign."""
        halves = self.dtype.name in ("float16", "bfloat16") and self.dialect == "clang"
        # Many GPUs compute in double at a small part of their speed.
        doubles = self.dtype.name == "float64" and self.variant in ("outputs", "group")
        floats = halves or doubles or (self.dtype.is_float and self.variant == "tile")
        return floats and self.mode.ordering is not None and self.index is None

    @cached_property
    def key_shift(self) -> int:
        """What is added to keys, modulo their range, so that NaN lie above or below all else."""
        nans = 2 ** (8 * self.dtype.size - 1) - 1 - _float_bits(self.dtype, infinity=True)
        above = (self.nan == "propagate") == (self.mode.ordering == "largest")
        return -nans if above else nans

    @cached_property
    def identity(self) -> str:
        """The literal that combining never notices."""
        if not self.integer_compare:
            return self.mode.identity(self.dtype, self.nan)
        key = _float_bits(self.dtype, infinity=self.nan == "propagate")
        if self.nan == "propagate" and self.mode.ordering == "largest":
            key = -key - 1
        half = 2 ** (8 * self.dtype.size - 1)
        key = (key + self.key_shift + half) % (2 * half) - half
        # The lowest has no literal of its own type.
        return f"({key + 1} - 1)" if key == -half and self.dtype.size > 2 else str(key)

    @cached_property
    def covered_once(self) -> bool:
        """Whether at most one window of a gradient covers an element."""
        steps = zip(self.kernel, self.stride, self.dilation, strict=True)
        apart = all(len({k * d % s for k in range(size)}) == size for size, s, d in steps if s)
        return self.window == "covering" and apart

    @cached_property
    def exact(self) -> bool:
        """Whether results are elements or the identity, and so are stored without rounding."""
        if self.mode.inputs == ("indices",) and self.covered_once:
            return True
        return self.mode.selects and not (self.mode.maps or self.mode.finalizes)


def _float_bits(element: ElementType, infinity: bool) -> int:
    """The bits of positive infinity, or of a quiet NaN."""
    infinities = {"float16": 0x7C00, "bfloat16": 0x7F80, "float32": 0x7F80 << 16}
    quiet = {"float16": 0x0200, "bfloat16": 0x0040, "float32": 0x0040 << 16}
    bits = infinities.get(element.name, 0x7FF0 << 48)
    return bits if infinity else bits | quiet.get(element.name, 0x0008 << 48)
