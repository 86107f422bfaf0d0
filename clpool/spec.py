"""What one kernel is specialised on: frozen, hashable, at once cache key, label and test id."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from .dtypes import ElementType
from .modes import TAP_SOURCES, Mode

#: How an average's divisor is found: one number for all windows, by counting taps, or in a list.
DIVISORS = ("given", "padded", "valid", "listed")

#: Items of a work-group that shares the taps of an output: every device takes as many.
GROUP = 128

#: A row of more taps than this is combined by doubling, a window of more lines by blocks of rows.
#: Best of 80, ms, max of (4, 64, 64, 64), stride 1, PoCL 3.0, for windows of 7 9 11 15:
#: tap by tap 0.79 0.94 1.15 1.47, blocks 0.69 0.98 0.91 1.06, both 0.75 0.83 0.91 0.87; with
#: stride 2: 0.52 0.60 0.81 0.84, 0.48 0.52 0.63 0.76, 0.71 0.74 0.82 0.79.
LONG_ROW, MANY_LINES = 12, 8

#: The most lines, by the rank, of windows that are combined down their lines at once, where taps
#: may be combined twice and where not; the longest row, the widest stride, the most taps. ms on
#: PoCL 3.0, else and at once: max of (16, 64, 56, 56), stride 1, 9x9 3.4 and 2.1, 17x3 3.0 and
#: 2.4, 25x3 2.7 and 2.8; avg 7x7 4.8 and 4.0, 11x11 4.7 and 4.9; max of (256, 64, 64) 13x13 1.0
#: and 0.7, 21x21 1.4 and 1.3, 3x31 1.3 and 0.8, 3x63 1.8 and 1.7; max 5x5x5 15.2 and 7.2. 24x64
#: takes 3 s to build. With a function called for every tap, 3x3 s2 of (16, 64, 112, 112): p = 2.5
#: 6.7 and 10.8, soft 4.9 and 7.0.
FEW_LINES, FEW_ONCE = {1: 1, 2: 24, 3: 32}, {1: 1, 2: 12, 3: 32}
FEW_LONG, FEW_STEPS, FEW_TAPS = 64, 4, 300


@dataclass(frozen=True)
class KernelSpec:
    """Everything that is built into a kernel. Sizes are not: they are run-time arguments.

    Args:
        mode: the monoid.
        kernel, stride, dilation: the window, one number per spatial axis; 0 where it is listed.
        window: how the taps of an output are found, a file of ``kernels/windows``.
        dtype: the input's element type; ``out``, the result's.
        layout: "first" (the row is dense) or "last" (the channels are).
        index: the dtype of returned indices, or None; ``chosen``, that of indices read.
        nan: "propagate" or "ignore".
        divisor: one of :data:`DIVISORS`, or None where nothing is divided.
        wide: whether positions inside a plane need 64 bits.
        shift: None where rows start anywhere. A number says that every row starts at a multiple
            of the vector width, and every window that many elements behind one.
        stream: whether whole vectors of the result bypass the cache.
        phase: of the windows that cover an element, where a plane's first element lies in a stride.
        variant, width, tile: see :class:`clpool.tuning.TuningParams`.
        dialect: "clang" or "portable", which vector constructs the compiler takes.
    """

    mode: Mode
    kernel: tuple[int, ...]
    stride: tuple[int, ...]
    dilation: tuple[int, ...]
    dtype: ElementType
    out: ElementType
    layout: str = "first"
    window: str = "sliding"
    index: str | None = None
    chosen: str | None = None
    nan: str = "propagate"
    divisor: str | None = None
    wide: bool = False
    shift: int | None = None
    stream: bool = False
    phase: int = 0
    variant: str = "direct"
    width: int = 1
    tile: int = 256
    dialect: str = "portable"

    @property
    def rank(self) -> int:
        """The number of spatial axes."""
        return len(self.kernel)

    @property
    def axes(self) -> str:
        """The names of the spatial axes, outermost first."""
        return "dhw"[3 - self.rank :]

    @property
    def keyed(self) -> bool:
        """Whether halves are compared as integers of the same order; they lose a zero's sign."""
        halves = self.dtype.name in ("float16", "bfloat16") and self.dialect == "clang"
        return halves and self.mode.picks is not None and self.index is None

    @property
    def key_shift(self) -> int:
        """What is added to keys, modulo 2^16, so that NaN of either sign lie above or below all."""
        nans = 0x7FFF - self._half(infinity=True)
        above = (self.nan == "propagate") == (self.mode.picks == "largest")
        return -nans if above else nans

    def _half(self, infinity: bool) -> int:
        """The bits of positive infinity, or of a quiet NaN."""
        if self.dtype.name == "float16":
            return 0x7C00 if infinity else 0x7E00
        return 0x7F80 if infinity else 0x7FC0

    @property
    def identity(self) -> str:
        """The literal that combining never notices."""
        if not self.keyed:
            return self.mode.identity(self.dtype, self.nan)
        key = self._half(infinity=self.nan == "propagate")
        if self.nan == "propagate" and self.mode.picks == "largest":
            key = -key - 1
        return str((key + self.key_shift + 2**15) % 2**16 - 2**15)

    @property
    def accumulator(self) -> str:
        """The OpenCL type taps are combined in."""
        if self.keyed:
            return "short"
        if not self.mode.sums:
            return self.dtype.compute
        return self.out.total

    @property
    def accumulator_size(self) -> int:
        """Bytes of one accumulator."""
        return scalar_size(self.accumulator)

    @property
    def state_size(self) -> int:
        """Bytes of one state."""
        parts = (1 + len(self.mode.parts)) * self.accumulator_size
        return parts + (scalar_size(self.position) if self.index else 0)

    @property
    def position(self) -> str:
        """The OpenCL type of positions inside a plane."""
        return "long" if self.wide else "int"

    @property
    def index_storage(self) -> str:
        """The OpenCL type of returned indices."""
        return "long" if self.index == "int64" else "int"

    @property
    def index_size(self) -> int:
        """The bytes of a returned index."""
        return 8 if self.index == "int64" else 4

    @property
    def chosen_storage(self) -> str:
        """The OpenCL type of the indices read."""
        return "long" if self.chosen == "int64" else "int"

    @property
    def tap_sources(self) -> list[str]:
        """The arrays read beside the input, in their order as arguments."""
        return [name for name in TAP_SOURCES if name in self.mode.takes]

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
        if self.index or self.lines > few or self.lines * self.kernel[-1] > FEW_TAPS:
            return False
        dear = bool(self.mode.parts) or "power" in self.mode.takes
        short = self.kernel[-1] <= FEW_LONG and self.stride[-1] <= FEW_STEPS
        return short and not (dear and self.fresh_lines < self.lines)

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
    def doubts(self) -> bool:
        """Whether taps are compared as if none were NaN, and again where one is."""
        orders = self.mode.picks is not None and self.dtype.is_float and not self.keyed
        plain = self.template == "rows_down" and self.nan == "propagate"
        return plain and orders and self.index is None

    @property
    def many_lines(self) -> bool:
        """Whether windows share so many rows that blocks of rows are combined."""
        one_by_one = self.rank != 2 or self.dilation[-2] > 1 or not self.ring
        return not one_by_one and self.lines > MANY_LINES

    @property
    def lists(self) -> bool:
        """Whether the kernel reads lists: of windows' bounds, or of divisors."""
        return self.window == "listed" or self.divisor == "listed"

    @property
    def template(self) -> str:
        """The skeleton in ``kernels/forward`` that this spec renders."""
        if self.mode.skeleton:
            in_rows = self.mode.skeleton == "take" and self.variant == "rows"
            return "take_rows" if in_rows else self.mode.skeleton
        if self.variant == "group":
            return "group"
        if self.layout == "last":
            return "channels" if self.variant == "rows" else "direct"
        if self.variant == "runs":
            return "runs"
        if self.variant == "rows":
            if self.window != "sliding":
                return f"rows_{self.window}"
            if self.few_lines:
                return "rows_down"
            return "rows_running" if self.many_lines else "rows"
        return "direct_span" if self.width > 1 else "direct"

    @property
    def by_planes(self) -> bool:
        """Whether every plane is pooled by itself, whichever axis lies innermost."""
        return self.mode.skeleton not in (None, "rank")

    @property
    def alone(self) -> bool:
        """Whether items are groups of their own, where Intel's compiler looks for neighbours."""
        return self.variant in ("rows", "runs") or self.template == "scatter"

    @property
    def label(self) -> str:
        """A short name that tells specs apart, a valid OpenCL and Python identifier."""
        window = "x".join(map(str, self.kernel)) + "s" + "x".join(map(str, self.stride))
        if self.window in ("listed", "plane"):
            window = f"{self.window}{self.rank}d"
        elif set(self.dilation) != {1}:
            window += "d" + "x".join(map(str, self.dilation))
        mode = "_".join(
            [self.mode.name, *(v for _, v in self.mode.options if v not in self.mode.name)]
        )
        parts = [mode, window, self.dtype.name, self.template, f"v{self.width}"]
        if self.layout == "last" and self.template == "direct":
            parts.append("last")
        if self.out != self.dtype:
            parts.append(f"to_{self.out.name}")
        if self.template == "group" or (self.variant == "rows" and self.layout == "first"):
            parts.append(f"t{self.tile}")
        if self.index:
            parts.append(f"indices_{self.index}")
        if self.chosen:
            parts.append(f"from_{self.chosen}")
        if self.window == "covering":
            parts.append("covering")
        if self.phase:
            parts.append(f"phase{self.phase}")
        if self.nan != "propagate":
            parts.append(f"nan_{self.nan}")
        if self.divisor not in (None, "given"):
            parts.append(f"count_{self.divisor}")
        if self.shift is not None:
            parts.append(f"aligned{self.shift}")
        if self.stream:
            parts.append("stream")
        if self.wide:
            parts.append("wide")
        if self.dialect != "portable":
            parts.append(self.dialect)
        return "_".join(parts)


def scalar_size(name: str) -> int:
    """Bytes of an OpenCL scalar type."""
    return {"char": 1, "short": 2, "int": 4, "float": 4, "long": 8, "double": 8}[
        name.removeprefix("u")
    ]
