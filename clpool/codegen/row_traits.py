"""The rows of windows that slide: which are shared, kept, and combined at once on CPUs."""

from __future__ import annotations

from math import prod

from ..modes import Mode

#: A row of more taps than this is combined by doubling, a window of more lines by blocks of rows.
#: Best of 80, ms, max of (4, 64, 64, 64), stride 1, PoCL 3.0, for windows of 7 9 11 15:
#: tap by tap 0.79 0.94 1.15 1.47, blocks 0.69 0.98 0.91 1.06, both 0.75 0.83 0.91 0.87; with
#: stride 2: 0.52 0.60 0.81 0.84, 0.48 0.52 0.63 0.76, 0.71 0.74 0.82 0.79.
LONG_ROW, MANY_LINES = 12, 8

#: The most lines, by the rank, of windows that are combined down their lines at once, where taps
#: may be combined twice and where not; the longest row, the widest stride, the most vectors that
#: one line's windows lie in. ms on PoCL 3.0, else and at once: max of (16, 64, 56, 56), stride 1,
#: 9x9 3.4 and 2.1, 17x3 3.0 and 2.4, 25x3 2.7 and 2.8; avg 7x7 4.8 and 4.0, 11x11 4.7 and 4.9;
#: max of (256, 64, 64) 13x13 1.0 and 0.7, 21x21 1.4 and 1.3, 3x31 1.3 and 0.8, 3x63 1.8 and 1.7;
#: max 5x5x5 15.2 and 7.2. 24x64, 120 vectors, takes 3 s to build. With a function called for
#: every tap, 3x3 s2 of (16, 64, 112, 112): p = 2.5 6.7 and 10.8, soft 4.9 and 7.0.
FEW_LINES, FEW_ONCE = {1: 1, 2: 24, 3: 32}, {1: 1, 2: 12, 3: 32}
FEW_LONG, FEW_STEPS, FEW_VECTORS = 64, 4, 100


class WindowRows:
    """What follows from a window and a mode for the skeletons in rows; part of a kernel's spec."""

    mode: Mode
    kernel: tuple[int, ...]
    stride: tuple[int, ...]
    dilation: tuple[int, ...]
    index: str | None
    width: int

    @property
    def rank(self) -> int:
        """The number of spatial axes."""
        return len(self.kernel)

    @property
    def lines(self) -> int:
        """The rows of one window."""
        return prod(self.kernel[:-1])

    @property
    def ring(self) -> int:
        """The rows from which those are kept that windows share; 0 where they share none."""
        if self.rank == 1:
            return 0
        reach = self.dilation[-2] * (self.kernel[-2] - 1) + 1
        return reach if self.stride[-2] < reach else 0

    @property
    def slots(self) -> int:
        """The places for reduced rows that windows need."""
        return prod(self.kernel[:-2]) * self.ring if self.ring else self.lines

    @property
    def long_row(self) -> bool:
        """Whether a window's row has more taps than are best combined one by one."""
        return self.kernel[-1] > LONG_ROW

    @property
    def few_lines(self) -> bool:
        """Whether windows have few lines, and need no indices.

        Combining down the lines first would find another one of equal taps. Modes that call
        functions for every tap share whatever lines they can instead.
        """
        few = (FEW_LINES if self.repeats else FEW_ONCE)[self.rank]
        if self.index or self.lines > few or self.lines * self.vectors > FEW_VECTORS:
            return False
        dear = bool(self.mode.parts) or "power" in self.mode.takes
        short = self.kernel[-1] <= FEW_LONG and self.stride[-1] <= FEW_STEPS
        return short and not (dear and self.fresh_lines < self.lines)

    @property
    def vectors(self) -> int:
        """The vectors in which one row of the windows of a vector lies."""
        span = (self.width - 1) * self.stride[-1] + self.dilation[-1] * (self.kernel[-1] - 1) + 1
        return -(-span // self.width)

    @property
    def fresh_lines(self) -> int:
        """The rows of a window that the one above it does not have."""
        if not self.ring or self.stride[-2] % self.dilation[-2]:
            return self.lines
        return self.lines // self.kernel[-2] * self.stride[-2] // self.dilation[-2]

    @property
    def together(self) -> int:
        """The output lines that are combined at once.

        Time of two over one at a time, PoCL 3.0: max 3x3 s1 0.88; 3x3 s2 of 112x112 0.99, of 28x28
        0.85, of uint8 0.88, with dilation 2 1.02; 5x5 s4 1.21, 3x3x3 s2 1.22. Of four over two: max
        5x5 s1 1.01, 7x7 0.89, 9x9 0.77, 13x13 0.81.
        """
        if not self.ring or self.dilation[-2] > 1:
            return 1
        if self.rank == 2 and self.repeats and 3 * self.stride[0] < self.kernel[0]:
            return 4
        return 2 if self.lines <= 3 or 2 * self.fresh_lines < self.lines else 1

    @property
    def repeats(self) -> bool:
        """Whether rows beside the input may be replaced by the nearest, which windows have."""
        return self.mode.selects and self.index is None and set(self.dilation[:-1]) <= {1}

    @property
    def many_lines(self) -> bool:
        """Whether windows share so many rows that blocks of rows are combined."""
        one_by_one = self.rank != 2 or self.dilation[-2] > 1 or not self.ring
        return not one_by_one and self.lines > MANY_LINES
