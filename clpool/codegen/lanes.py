"""OpenCL types of several lanes, and the window along an axis, as templates read them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from .expressions import atom
from .spec import KernelSpec, scalar_size

#: Signed integer types by their bytes.
SIGNED = {1: "char", 2: "short", 4: "int", 8: "long"}


@dataclass(frozen=True)
class Lanes:
    """The OpenCL types of ``n`` lanes: one text of a template serves scalars and vectors."""

    n: int
    spec: KernelSpec

    @cached_property
    def suffix(self) -> str:
        """The suffix of vector types; empty for scalars."""
        return "" if self.n == 1 else str(self.n)

    def of(self, base: str) -> str:
        """The type of ``n`` lanes of a scalar type."""
        return base + self.suffix

    def splat(self, value: str, base: str) -> str:
        """A scalar expression in every lane."""
        return f"({self.of(base)})({value})" if self.n > 1 else f"({base}){atom(value)}"

    def steps(self, stride: int) -> str:
        """Positions 0, stride, 2 * stride, ..., one per lane."""
        places = ", ".join(str(lane * stride) for lane in range(self.n))
        return f"({self.index})({places})" if self.n > 1 else places

    @cached_property
    def value(self) -> str:
        """The type of accumulators."""
        return self.of(self.spec.accumulator)

    @cached_property
    def index(self) -> str:
        """The type of positions in a plane."""
        return self.of(self.spec.position)

    @cached_property
    def mask(self) -> str:
        """The type of a comparison of accumulators."""
        return self.of(self.mask_base)

    @cached_property
    def mask_base(self) -> str:
        """The type of one lane of that."""
        return SIGNED[scalar_size(self.spec.accumulator)] if self.n > 1 else "int"

    @cached_property
    def index_mask(self) -> str:
        """The type of a comparison of positions."""
        return self.index if self.n > 1 else "int"


@dataclass(frozen=True)
class AxisWindow:
    """The window along one axis, as templates read it."""

    kernel: int
    stride: int
    dilation: int

    @cached_property
    def extent(self) -> int:
        """The elements the window covers."""
        return self.dilation * (self.kernel - 1) + 1
