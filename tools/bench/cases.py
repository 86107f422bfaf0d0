"""What the benchmark measures: one operator on one input each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from clpool.problem.listed import AdaptiveWindow
from clpool.problem.window import SlidingWindow

#: A batch of feature maps as an early layer of a network has them: 51 MB of float32.
BATCH = (16, 64, 112, 112)


@dataclass(frozen=True)
class Case:
    """One operator on one input.

    Args:
        name: its name in tables and figures.
        operator: "max", "avg", "lp", "global_max", "global_avg", "adaptive_max", "adaptive_avg",
            "fractional_max", "unpool", "max_backward" or "avg_backward".
        shape: of the pooling's input, channels first.
        kernel, stride, padding, dilation: one number for every axis.
        output: the output's lengths, of adaptive and fractional pooling.
        indices: whether the indices (int64) are wanted too.
        channels_last: whether the arrays lie in memory with their channels last.
    """

    name: str
    operator: str
    shape: tuple[int, ...] = BATCH
    kernel: int = 1
    stride: int = 1
    padding: int = 0
    dilation: int = 1
    ceil_mode: bool = False
    output: tuple[int, ...] = ()
    indices: bool = False
    dtype: str = "float32"
    channels_last: bool = False
    norm: float = 2.0

    @property
    def ndim(self) -> int:
        """The number of spatial axes."""
        return len(self.shape) - 2

    @property
    def window(self) -> Any:
        """The windows of the pooling, or of the pooling that a gradient belongs to."""
        if self.operator.startswith("global"):
            return AdaptiveWindow.of(self.ndim, 1)
        if self.operator.startswith("adaptive"):
            return AdaptiveWindow.of(self.ndim, self.output)
        sizes = (self.kernel, self.stride, self.padding, self.dilation, self.ceil_mode)
        return SlidingWindow.of(self.ndim, *sizes)

    @property
    def pooled_shape(self) -> tuple[int, ...]:
        """The shape of the pooling's result."""
        spatial = self.output or self.window.output_shape(self.shape[2:])
        return (*self.shape[:2], *spatial)

    def quick(self) -> Case:
        """The same operator on a small input, to try whether everything works."""
        sizes = tuple(min(n, 4 * self.kernel + 9) for n in self.sizes)
        output = tuple(min(o, n // 2) for o, n in zip(self.output, sizes, strict=False))
        return replace(self, shape=(2, 4, *sizes), output=output)

    @property
    def sizes(self) -> tuple[int, ...]:
        """The spatial lengths of the pooling's input."""
        return self.shape[2:]


def _case(name: str, operator: str, *sizes: int, **options: Any) -> Case:
    options |= zip(("kernel", "stride", "padding"), sizes, strict=False)
    return Case(name, operator, **options)


_LAST: dict[str, Any] = {"channels_last": True}

#: In the order of tables and figures.
CASES: tuple[Case, ...] = (
    _case("A max 3x3 s2 p1", "max", 3, 2, 1),
    _case("B max 2x2 s2", "max", 2, 2),
    _case("C max 3x3 s1 p1, 56x56", "max", 3, 1, 1, shape=(16, 64, 56, 56)),
    _case("D avg 2x2 s2", "avg", 2, 2),
    _case("D avg 3x3 s2 p1", "avg", 3, 2, 1),
    _case("E global avg", "global_avg"),
    _case("F A with indices", "max", 3, 2, 1, indices=True),
    _case("G A channels last", "max", 3, 2, 1, **_LAST),
    _case("H max 13x13 s1 p6, 64x64", "max", 13, 1, 6, shape=(1, 256, 64, 64)),
    _case("I max 2x2x2 s2", "max", 2, 2, shape=(2, 32, 32, 112, 112)),
    _case("K gradient of A", "max_backward", 3, 2, 1),
    _case("K gradient of avg 3x3 s2 p1", "avg_backward", 3, 2, 1),
    _case("L adaptive avg 7x7, 37x41", "adaptive_avg", shape=(16, 256, 37, 41), output=(7, 7)),
    _case("A float64", "max", 3, 2, 1, dtype="float64"),
    _case("A uint8", "max", 3, 2, 1, dtype="uint8"),
    _case("B float16", "max", 2, 2, dtype="float16"),
    _case("B bfloat16", "max", 2, 2, dtype="bfloat16"),
    _case("A at 111x111", "max", 3, 2, 1, shape=(16, 64, 111, 111)),
    _case("A at 113x97", "max", 3, 2, 1, shape=(16, 64, 113, 97)),
    _case("A with dilation 2", "max", 3, 2, 1, dilation=2),
    _case("A with ceil_mode", "max", 3, 2, 0, ceil_mode=True),
    _case("max 5x5 s2 p2", "max", 5, 2, 2),
    _case("global max", "global_max"),
    _case("global avg channels last", "global_avg", **_LAST),
    _case(
        "adaptive max with indices",
        "adaptive_max",
        shape=(16, 256, 37, 41),
        output=(7, 7),
        indices=True,
    ),
    _case("fractional max 2x2 to 78x78", "fractional_max", 2, output=(78, 78)),
    _case("lp 3x3 s2, p = 2", "lp", 3, 2),
    _case("unpool of B", "unpool", 2, 2),
    _case("avg 3x3 s2 p1 channels last", "avg", 3, 2, 1, **_LAST),
    _case("gradient of A channels last", "max_backward", 3, 2, 1, **_LAST),
    _case("gradient of avg channels last", "avg_backward", 3, 2, 1, **_LAST),
    _case("gradient of A at 113x97", "max_backward", 3, 2, 1, shape=(16, 64, 113, 97)),
    _case("gradient of avg at 113x97", "avg_backward", 3, 2, 1, shape=(16, 64, 113, 97)),
    _case("max 1D 3 s2 p1", "max", 3, 2, 1, shape=(16, 64, 12544)),
    _case("tiny max 2x2 s2, 3x8x8", "max", 2, 2, shape=(1, 3, 8, 8)),
)


def chosen(names: Iterable[str]) -> list[Case]:
    """The cases whose name holds one of these strings, all of them without any.

    Raises:
        ValueError: a string is in no case's name.
    """
    wanted = list(names)
    for word in wanted:
        if not any(word in case.name for case in CASES):
            raise ValueError(f"no case is named like {word!r}; there are {[c.name for c in CASES]}")
    return [c for c in CASES if not wanted or any(word in c.name for word in wanted)]


def of_sizes(kernel: int, stride: int, most: int) -> list[Case]:
    """One maximum of float32 inputs of 1 KiB, four times as much, and so on up to ``most`` bytes.

    Planes have at most 128 x 128 elements, and there are 64 to an image before there is another.
    """
    cases, count = [], 256
    while 4 * count <= most:
        side = min(128, 1 << (count.bit_length() - 1) // 2)
        planes = count // side**2
        channels = min(planes, 64)
        shape = (planes // channels, channels, side, side)
        cases.append(
            _case(_binary(4 * count), "max", kernel, stride, (kernel - 1) // 2, shape=shape)
        )
        count *= 4
    if not cases or kernel > 16:
        raise ValueError("--sizes takes a kernel of at most 16 and --most-bytes at least 1024")
    return cases


def _binary(count: int) -> str:
    """A power of two of bytes for a reader."""
    for unit, factor in (("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)):
        if count >= factor:
            return f"{count // factor} {unit}"
    return f"{count} B"
