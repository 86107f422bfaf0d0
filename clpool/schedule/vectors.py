"""The vectors that the memory of a problem's chunks allows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..codegen.spec import KernelSpec
from .geometry import Geometry


@dataclass(frozen=True)
class Vectors:
    """What a load or a store may take at once.

    Args:
        chunks: of the problem, which all have the spec's kernel.
        aligned: the arrays start at multiples of this many bytes.
        lanes: elements of a vector, at most.
        fixed: whether fewer are taken only where so many do not fit.
    """

    chunks: Sequence[Geometry]
    aligned: int
    lanes: int
    fixed: bool = False

    @property
    def tried(self) -> Iterator[int]:
        """Lanes, the most first."""
        return (self.lanes >> n for n in range(self.lanes.bit_length()))

    def at_multiples(self, spec: KernelSpec, width: int) -> bool:
        """Whether all vectors lie at multiples of their bytes."""
        fits = width > 1 and spec.aligned_bytes(width) <= self.aligned
        return fits and all(chunk.multiple_of(width) for chunk in self.chunks)

    def of_channels(self) -> int:
        """The most lanes that the channels are a multiple of."""
        return next(n for n in self.tried if not any(chunk.inner % n for chunk in self.chunks))
