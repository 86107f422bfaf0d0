"""The rows of windows that slide: which are shared, kept, and combined at once on CPUs."""

from __future__ import annotations

from functools import cached_property
from math import prod

from ..modes import Mode
from ..tuning import SourceThresholds


class WindowRows:
    """Properties of a window and a mode that CPU row kernels depend on; a base of the spec."""

    mode: Mode
    kernel: tuple[int, ...]
    stride: tuple[int, ...]
    dilation: tuple[int, ...]
    index: str | None
    width: int
    thresholds: SourceThresholds

    @cached_property
    def ndim(self) -> int:
        """The number of spatial axes."""
        return len(self.kernel)

    @cached_property
    def lines(self) -> int:
        """The rows of one window."""
        return prod(self.kernel[:-1])

    @cached_property
    def ring(self) -> int:
        """The rows from which those are kept that windows share; 0 where they share none."""
        if self.ndim == 1:
            return 0
        extent = self.dilation[-2] * (self.kernel[-2] - 1) + 1
        return extent if self.stride[-2] < extent else 0

    @cached_property
    def slots(self) -> int:
        """The places for reduced rows that windows need."""
        return prod(self.kernel[:-2]) * self.ring if self.ring else self.lines

    @cached_property
    def long_row(self) -> bool:
        """Whether a window's row has more taps than are best combined one by one."""
        return self.kernel[-1] > self.thresholds.long_row

    @cached_property
    def fits_registers(self) -> bool:
        """Whether windows have few lines, and need no indices.

        Combining down the lines first would find another one of equal taps. Modes that call
        functions for every tap share whatever lines they can instead.
        """
        known = self.thresholds
        lines = known.register_lines if self.idempotent else known.register_lines_once
        if self.index or self.lines > lines[self.ndim - 1]:
            return False
        if self.lines * self.vectors > known.register_vectors:
            return False
        dear = bool(self.mode.fields) or "power" in self.mode.inputs
        short = self.kernel[-1] <= known.register_taps
        short = short and self.stride[-1] <= known.register_stride
        return short and not (dear and self.fresh_lines < self.lines)

    @cached_property
    def vectors(self) -> int:
        """Vectors loaded per row of the windows of one vector of outputs."""
        span = (self.width - 1) * self.stride[-1] + self.dilation[-1] * (self.kernel[-1] - 1) + 1
        return -(-span // self.width)

    @cached_property
    def fresh_lines(self) -> int:
        """The rows of a window that the one above it does not have."""
        if not self.ring or self.stride[-2] % self.dilation[-2]:
            return self.lines
        return self.lines // self.kernel[-2] * self.stride[-2] // self.dilation[-2]

    @cached_property
    def rows_per_pass(self) -> int:
        """The output rows that are combined at once."""
        if not self.ring or self.dilation[-2] > 1:
            return 1
        known, shared = self.thresholds, self.lines - self.fresh_lines
        long = self.kernel[-2] > known.four_rows_strides * self.stride[-2]
        if self.ndim == 2 and self.idempotent and long:
            return 4
        return 2 if self.lines <= known.two_rows_lines or shared > self.fresh_lines else 1

    @cached_property
    def idempotent(self) -> bool:
        """Whether duplicated taps are harmless, so that rows beside the input may be clamped."""
        return self.mode.selects and self.index is None and set(self.dilation[:-1]) <= {1}

    @cached_property
    def uses_van_herk(self) -> bool:
        """Whether blocks of rows are combined (van Herk), as windows share many rows."""
        one_by_one = self.ndim != 2 or self.dilation[-2] > 1 or not self.ring
        return not one_by_one and self.lines > self.thresholds.van_herk_lines
