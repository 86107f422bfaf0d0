"""What the benchmark measures: the cases, their inputs, and the answers they must get.

The answers come from :mod:`clpool.reference`, which shares no code with the kernels, and every
contender's result is held against them before it is timed. Arrays here have their channels first,
whatever their layout in memory is.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from clpool import reference
from clpool.listed import AdaptiveWindow, ListedWindow
from clpool.window import SlidingWindow

from .fuzz_draws import allowed
from .fuzz_report import Mismatch, equal

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
    def rank(self) -> int:
        """The number of spatial axes."""
        return len(self.shape) - 2

    @property
    def window(self) -> Any:
        """The windows of the pooling, or of the pooling that a gradient belongs to."""
        if self.operator.startswith("global"):
            return AdaptiveWindow.of(self.rank, 1)
        if self.operator.startswith("adaptive"):
            return AdaptiveWindow.of(self.rank, self.output)
        sizes = (self.kernel, self.stride, self.padding, self.dilation, self.ceil_mode)
        return SlidingWindow.of(self.rank, *sizes)

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


@dataclass
class Problem:
    """A case with its arrays and answers.

    Args:
        case: what is computed.
        sources: the arrays that are read, by name: "x", or "grad", with "indices" where an
            operator reads them; "samples" are no array of the input's size.
        answers: what must come out, and how far from it a result may be (None: equal).
    """

    case: Case
    sources: dict[str, np.ndarray]
    answers: list[tuple[str, np.ndarray, np.ndarray | None]]
    samples: np.ndarray | None = None
    pooled_from: np.ndarray | None = field(default=None, repr=False)

    @property
    def dtype(self) -> np.dtype[Any]:
        """The element type."""
        return next(iter(self.sources.values())).dtype

    @property
    def result_shape(self) -> tuple[int, ...]:
        """The shape of every result."""
        return self.answers[0][1].shape

    @property
    def bytes_moved(self) -> int:
        """Bytes that must be read and written at least: every array once."""
        count = math.prod(self.result_shape)
        results = count * (self.dtype.itemsize + 8 * (len(self.answers) - 1))
        return sum(source.nbytes for source in self.sources.values()) + results

    def check(self, results: list[np.ndarray]) -> None:
        """Compare results, channels first, with the answers.

        Raises:
            Mismatch: a value is not what it must be; the message names the first.
        """
        for found, (name, expected, bound) in zip(results, self.answers, strict=True):
            if bound is None:
                equal(name, found, expected)
                continue
            if (found.dtype, found.shape) != (self.dtype, expected.shape):
                raise Mismatch(f"{name}: {found.dtype} {found.shape}, expected {expected.shape}")
            good = np.abs(found.astype(np.float64) - expected) <= bound
            if not good.all():
                at = tuple(int(i) for i in np.argwhere(~good)[0])
                raise Mismatch(
                    f"{name}: {int((~good).sum())} of {good.size} beyond the bound, the first at "
                    f"{at}: got {found[at]!r}, exact {expected[at]!r}, allowed {bound[at]:.2g}"
                )


def memory_of(case: Case, x: np.ndarray) -> np.ndarray:
    """An array that is channels first, as it lies in memory: dense, in the case's layout."""
    return np.ascontiguousarray(np.moveaxis(x, 1, -1) if case.channels_last else x)


def problem_of(case: Case, seed: int = 0) -> Problem:
    """Inputs drawn from a seed, and the answers to them."""
    rng = np.random.default_rng(seed)
    if case.dtype == "uint8":
        x = rng.integers(0, 256, case.shape, np.uint8)
    else:
        x = rng.standard_normal(case.shape, np.float32).astype(_numpy(case.dtype))
    operator = case.operator
    if operator in ("max_backward", "avg_backward"):
        return _gradient(case, x, rng.standard_normal(case.pooled_shape, np.float32))
    if operator == "unpool":
        values, indices = reference.pool(x, case.window, return_indices=True)
        answer = np.zeros_like(x).reshape(*x.shape[:2], -1)
        flat = indices.reshape(*x.shape[:2], -1)
        np.put_along_axis(answer, flat, values.reshape(flat.shape), -1)
        sources = {"x": values, "indices": indices}
        return Problem(case, sources, [("values", answer.reshape(x.shape), None)])
    samples = None
    if operator == "fractional_max":
        samples = rng.random((*case.shape[:2], case.rank)).astype(x.dtype)
    return Problem(case, {"x": x}, _answers(case, x, samples), samples)


def _answers(case: Case, x: np.ndarray, samples: np.ndarray | None) -> list[Any]:
    """What pooling must give."""
    mode = case.operator.rpartition("_")[2]
    if samples is not None:
        found = reference.fractional_max_pool(x, (case.kernel,) * case.rank, case.output, samples)
        return [("values", found[0], None)]
    window = case.window
    if isinstance(window, AdaptiveWindow):
        window = ListedWindow.of(*window.bounds(case.sizes))
    if mode == "max":
        values, indices = reference.pool(x, window, return_indices=True)
        return [("values", values, None)] + [("indices", indices, None)] * case.indices
    if mode == "lp":
        exact = reference.lp_pool(x, window, case.norm, exact=True)
        return [("norms", exact, allowed(x.dtype, case.kernel**case.rank + 16 * case.norm, exact))]
    exact = reference.pool(x, window, mode, exact=True)
    return [("averages", exact, reference.sum_bound(x, window, mode))]


def _gradient(case: Case, x: np.ndarray, grad: np.ndarray) -> Problem:
    """A gradient's problem: what flowed to the outputs, and what must flow back."""
    terms = case.kernel**case.rank
    sources = {"grad": grad}
    if case.operator == "max_backward":
        _, sources["indices"] = reference.pool(x, case.window, return_indices=True)
        exact, most = (
            reference.max_pool_backward(g, sources["indices"], x.shape, case.rank, exact=True)
            for g in (grad, np.abs(grad))
        )
    else:
        exact, most = (
            reference.avg_pool_backward(g, x.shape, case.window, exact=True)
            for g in (grad, np.abs(grad))
        )
    bound = allowed(grad.dtype, terms, most)
    return Problem(case, sources, [("gradient", exact, bound)], pooled_from=x)


def _numpy(dtype: str) -> Any:
    if dtype != "bfloat16":
        return np.dtype(dtype)
    import ml_dtypes

    return np.dtype(ml_dtypes.bfloat16)
