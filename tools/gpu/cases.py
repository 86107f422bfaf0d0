"""The cases that kernels are compiled for and judged by, without arrays and without a device.

They are the benchmark's, and others that GPUs are slow at: small planes, elements of one or two
bytes, gradients, windows without a neighbour.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Any

import numpy as np

from clpool.codegen.spec import KernelSpec
from clpool.problem import backward, forward, fractional, order_statistics
from clpool.problem.problem import Problem
from clpool.schedule.chunks import Chunk
from clpool.schedule.device_traits import DeviceTraits
from clpool.schedule.placement import dense_layout
from clpool.schedule.specialise import specialise

from ..bench import cases as benchmark


@dataclass(frozen=True)
class Case(benchmark.Case):
    """One operator on one input, as the benchmark has it; of more operators.

    These are "median", "soft" and "unpool_backward", and the gradients of adaptive averages and
    maxima, "adaptive_avg_backward" and "adaptive_max_backward".
    """

    @cached_property
    def problem(self) -> Problem:
        """The problem, as the operator makes it of its arguments."""
        pooling, gradient, _ = self.operator.partition("_backward")
        return _backward(self, pooling) if gradient else _forward(self, pooling)

    def schedule(
        self, traits: DeviceTraits, forced: dict[str, Any] | None = None
    ) -> tuple[KernelSpec, list[Chunk]]:
        """The spec and the parts on a device, for dense, aligned arrays."""
        return specialise(self.problem, traits, dense_layout(self.problem), forced or {})

    @property
    def bytes_moved(self) -> int:
        """Bytes read and written at least: every array once, or the part that is looked at."""
        problem = self.problem
        if self.operator != "unpool_backward":
            return problem.bytes_moved
        elements = problem.dtype.size * prod(problem.shape)
        return elements + (8 + problem.out.size) * prod(problem.output_shape)

    def runs_on(self, traits: DeviceTraits) -> bool:
        """Whether the device computes in the case's element type."""
        return traits.fp64 or self.dtype != "float64"

    @property
    def layout(self) -> str:
        """The layout, as operators are told it."""
        return "channels_last" if self.channels_last else "channels_first"

    def laid(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """A shape, channels first, in the case's layout."""
        return (shape[0], *shape[2:], shape[1]) if self.channels_last else shape


def _forward(case: Case, operator: str) -> Problem:
    """The problem of pooling, or of unpooling."""
    shape, element, rank = case.laid(case.shape), numpy_type(case.dtype), case.ndim
    window = (case.kernel, case.stride, case.padding, case.dilation, case.ceil_mode)
    kind, _, mode = operator.rpartition("_")
    if kind in ("global", "adaptive"):
        output = case.output or 1
        options: tuple[Any, ...] = (case.indices, "int64", "propagate", case.layout)
        return forward.adaptive(shape, element, rank, mode, output, *options)
    if kind == "fractional":
        kernel = (case.kernel,) * rank
        options = (kernel, case.output, case.indices, case.layout)
        return fractional.fractional(shape, element, rank, mode, *options)
    if operator == "lp":
        return forward.lp(shape, element, rank, case.norm, window, False, case.layout)
    if operator == "soft":
        return forward.weighted(shape, element, rank, "soft", "mean", window, False, case.layout)
    if operator == "median":
        options = (window, False, case.indices, "int64", case.layout)
        return order_statistics.median(shape, element, rank, *options)
    if operator == "unpool":
        pooled = case.laid(case.pooled_shape)
        sizes = (case.kernel, case.stride, case.padding)
        return forward.unpool(pooled, element, rank, sizes, case.sizes, "int64", case.layout)
    options = (True, None, "propagate", case.indices, "int64", None)
    return forward.sliding(shape, element, rank, operator, window, options, case.layout)


def _backward(case: Case, operator: str) -> Problem:
    """The problem of a gradient; ``operator`` is the pooling that it belongs to."""
    pooled, shape = case.laid(case.pooled_shape), case.laid(case.shape)
    start = (pooled, numpy_type(case.dtype), case.ndim)
    if operator == "unpool":
        return backward.unpool(shape, *start[1:], pooled, "int64", case.layout)
    kind, _, name = operator.rpartition("_")
    mode, chosen = ("select", "int64") if name == "max" else (name, None)
    if kind == "adaptive":
        return backward.adaptive(*start, mode, shape, chosen, case.layout)
    window = (case.kernel, case.stride, case.padding, case.dilation, case.ceil_mode)
    return backward.sliding(*start, mode, shape, window, True, None, chosen, case.layout)


def numpy_type(name: str) -> np.dtype[Any]:
    """An element type of numpy by its name, bfloat16 among them."""
    if name != "bfloat16":
        return np.dtype(name)
    import ml_dtypes

    return np.dtype(ml_dtypes.bfloat16)


def _case(name: str, operator: str, *sizes: int, **options: Any) -> Case:
    options |= zip(("kernel", "stride", "padding"), sizes, strict=False)
    return Case(name, operator, **options)


def _planes(side: int, channels: int = 64, batch: int = 16) -> dict[str, Any]:
    return {"shape": (batch, channels, side, side)}


_LAST: dict[str, Any] = {"channels_last": True}
_MANY = _planes(7, 2048)

#: The benchmark's cases, then those of GPUs, in the order of tables.
CASES: tuple[Case, ...] = (
    *(Case(**vars(case)) for case in benchmark.CASES),
    # Small planes, many channels, a batch of one.
    _case("max 3x3 s2 p1, 56x56", "max", 3, 2, 1, **_planes(56, 256)),
    _case("max 2x2 s2, 28x28", "max", 2, 2, **_planes(28, 512)),
    _case("max 3x3 s1 p1, 14x14", "max", 3, 1, 1, **_planes(14, 832)),
    _case("avg 2x2 s2, 14x14", "avg", 2, 2, **_planes(14, 512)),
    _case("max 3x3 s1 p1, 7x7", "max", 3, 1, 1, **_planes(7, 832)),
    _case("global avg, 7x7, 2048 channels", "global_avg", **_MANY),
    _case("global max, 7x7, 2048 channels", "global_max", **_MANY),
    _case("global avg, 7x7, channels last", "global_avg", **_MANY, **_LAST),
    _case("global avg float16, 32x32", "global_avg", **_planes(32), dtype="float16"),
    _case("avg 7x7, 7x7", "avg", 7, **_MANY),
    _case("A, batch of 1", "max", 3, 2, 1, **_planes(112, batch=1)),
    _case("max 13x13 s1 p6, 20x20", "max", 13, 1, 6, **_planes(20, 512, batch=1)),
    _case("max 5x5 s1 p2, 56x56", "max", 5, 1, 2, **_planes(56)),
    _case("avg 5x5 s1 p2, 56x56", "avg", 5, 1, 2, **_planes(56)),
    # Narrow and wide elements.
    _case("A float16", "max", 3, 2, 1, dtype="float16"),
    _case("A bfloat16", "max", 3, 2, 1, dtype="bfloat16"),
    _case("C float16", "max", 3, 1, 1, dtype="float16", **_planes(56)),
    _case("avg 3x3 s2 p1 float16", "avg", 3, 2, 1, dtype="float16"),
    _case("A float16 channels last", "max", 3, 2, 1, dtype="float16", **_LAST),
    _case("B uint8", "max", 2, 2, dtype="uint8"),
    _case("B uint8 at 111x111", "max", 2, 2, dtype="uint8", **_planes(111)),
    _case("avg 2x2 s2 uint8", "avg", 2, 2, dtype="uint8"),
    _case("avg 3x3 s2 p1 uint8 channels last", "avg", 3, 2, 1, dtype="uint8", **_LAST),
    _case("B float64", "max", 2, 2, dtype="float64"),
    _case("B int64", "max", 2, 2, dtype="int64"),
    # Indices, channels last, odd rows, dilation.
    _case("B with indices", "max", 2, 2, indices=True),
    _case("C with indices", "max", 3, 1, 1, indices=True, **_planes(56)),
    _case("F float16", "max", 3, 2, 1, indices=True, dtype="float16"),
    _case("F channels last", "max", 3, 2, 1, indices=True, **_LAST),
    _case("B channels last", "max", 2, 2, **_LAST),
    _case("B, 3 channels last", "max", 2, 2, shape=(16, 3, 112, 112), **_LAST),
    _case("C channels last", "max", 3, 1, 1, **_planes(56), **_LAST),
    _case("C dilation 2", "max", 3, 1, 1, dilation=2, **_planes(56)),
    _case("A at 55x55", "max", 3, 2, 0, **_planes(55, 96)),
    _case("avg 3x3 s1 p1, 56x56", "avg", 3, 1, 1, **_planes(56)),
    # Gradients.
    _case("gradient of B", "max_backward", 2, 2),
    _case("gradient of B float16", "max_backward", 2, 2, dtype="float16"),
    _case("gradient of B channels last", "max_backward", 2, 2, **_LAST),
    _case("gradient of C", "max_backward", 3, 1, 1, **_planes(56)),
    _case("gradient of avg 2x2 s2", "avg_backward", 2, 2),
    _case("gradient of avg 3x3 s1 p1", "avg_backward", 3, 1, 1, **_planes(56)),
    _case("gradient of adaptive avg", "adaptive_avg_backward", **_planes(37, 256), output=(7, 7)),
    _case("gradient of adaptive max", "adaptive_max_backward", **_planes(37, 256), output=(7, 7)),
    _case("gradient of global avg", "adaptive_avg_backward", **_planes(7, 2048), output=(1, 1)),
    _case("gradient of unpool", "unpool_backward", 2, 2),
    # One and three axes.
    _case("avg 1D 3 s2 p1", "avg", 3, 2, 1, shape=(16, 64, 12544)),
    _case("max 1D 2 s2", "max", 2, 2, shape=(16, 64, 12544)),
    _case("max 3x3x3 s2 p1", "max", 3, 2, 1, shape=(2, 32, 32, 112, 112)),
    _case("avg 2x2x2 s2", "avg", 2, 2, shape=(2, 32, 32, 112, 112)),
    # Costly taps.
    _case("median 3x3 s1 p1", "median", 3, 1, 1, **_planes(56)),
    _case("median 3x3 s1 p1 uint8", "median", 3, 1, 1, dtype="uint8", **_planes(56)),
    _case("soft 2x2 s2", "soft", 2, 2),
    _case("soft 3x3 s2 p1", "soft", 3, 2, 1),
    _case("lp 3x3 s2, p = 2.5", "lp", 3, 2, norm=2.5),
    _case("max 31x31 s1 p15, 64x64", "max", 31, 1, 15, **_planes(64)),
)


def chosen(words: Iterable[str]) -> list[Case]:
    """The cases whose name holds one of these strings, all of them without any.

    Raises:
        ValueError: a string is in no case's name.
    """
    wanted = list(words)
    for word in wanted:
        if not any(word in case.name for case in CASES):
            raise ValueError(f"no case is named like {word!r}; there are {[c.name for c in CASES]}")
    return [c for c in CASES if not wanted or any(word in c.name for word in wanted)]
