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
    def accumulator(self) -> str:
        """The OpenCL type taps are combined in."""
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
        """How many rows apart two kept at once may be, where windows share rows; else 0."""
        if self.rank == 1:
            return 0
        reach = self.dilation[-2] * (self.kernel[-2] - 1) + 1
        return reach if self.stride[-2] < reach else 0

    @property
    def slots(self) -> int:
        """The places for reduced rows that windows need."""
        return prod(self.kernel[:-2]) * self.ring if self.ring else self.lines

    @property
    def lists(self) -> bool:
        """Whether the kernel reads lists: of windows' bounds, or of divisors."""
        return self.window == "listed" or self.divisor == "listed"

    @property
    def template(self) -> str:
        """The skeleton in ``kernels/forward`` that this spec renders."""
        if self.mode.skeleton:
            return self.mode.skeleton
        if self.variant == "group":
            return "group"
        if self.layout == "last":
            return "channels" if self.variant == "rows" else "direct"
        if self.variant == "runs":
            return "runs"
        if self.variant == "rows":
            return "rows_listed" if self.window == "listed" else "rows"
        return "direct_span" if self.width > 1 else "direct"

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
