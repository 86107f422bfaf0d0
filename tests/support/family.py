"""The operators beside those of windows that slide: how to call each, and what it must give.

Arrays are plain here: channels first, with a batch.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import inf, prod
from typing import Any

import numpy as np
from cases import assert_exact, random_values
from expected import Expected, averages, computed, exactly, within

import clpool
from clpool import reference, tuning
from clpool.dtypes import ELEMENT_TYPES
from clpool.problem.listed import ListedWindow, fractional_bounds
from clpool.problem.window import SlidingWindow
from clpool.runtime import dispatch

#: OpenCL's pow may err by 16 units in the last place.
POW = 16

#: Lengths that no window divides evenly.
L1, L2, L3 = (23,), (9, 14), (5, 6, 7)


@dataclass(frozen=True)
class Operator(ABC):
    """One operator and its parameters.

    Args:
        function: its name in clpool.
        lengths: the spatial lengths of the pooling's input.
        window: the window, where it is one for all planes.
        arguments: what the function takes behind arrays and shapes.
        keywords: what it takes by name.
    """

    function: str
    lengths: tuple[int, ...]
    window: Any = None
    arguments: tuple[Any, ...] = ()
    keywords: dict[str, Any] = field(default_factory=dict)

    #: Whether integers are taken, and whether floats; whether values are picked, so that NaN and
    #: infinities are exact.
    integers = False
    floats = True
    selects = False

    @property
    def usual(self) -> str:
        """The dtype that it is tested with where any will do."""
        return "float32" if self.floats else "int32"

    @property
    def looks(self) -> bool:
        """Whether a call waits for its arrays, to refuse what they must not hold."""
        return False

    @property
    def ndim(self) -> int:
        """The number of spatial axes."""
        return len(self.lengths)

    @property
    def is_gradient(self) -> bool:
        """Whether it takes gradients."""
        return self.function.endswith("_backward")

    @property
    def facets(self) -> tuple[str, ...]:
        """What a test meets with it: how it is called and what it must give, and the ndim."""
        return type(self).__name__, f"{self.ndim}d"

    def __str__(self) -> str:
        named = [f"{name}={value}" for name, value in self.keywords.items()]
        values = [*map(str, self.arguments), *named]
        return "-".join([self.function, "x".join(map(str, self.lengths)), *values]).replace(" ", "")

    def arrays(
        self, rng: np.random.Generator, dtype: Any, kind: str, leading: tuple[int, ...]
    ) -> list[np.ndarray]:
        """What it is called with: x, or a gradient and what belongs to it."""
        return [random_values(rng, (*leading, *self.lengths), dtype, kind)]

    def before(self, arrays: Sequence[Any], shape: tuple[int, ...]) -> tuple[Any, ...]:
        """The positional arguments before ``arguments``; ``shape`` is the pooling's input's."""
        return (*arrays, shape) if self.is_gradient else tuple(arrays)

    def more(self, leading: tuple[int, ...], dtype: Any) -> dict[str, Any]:
        """Keywords that depend on the planes."""
        return {}

    def call(self, arrays: Sequence[Any], last: bool = False, **keywords: Any) -> Any:
        """Call the function with these arrays, whose channels may be last."""
        first = arrays[0]
        leading = tuple(first.shape[: len(first.shape) - self.ndim])
        shape = (*leading, *self.lengths)
        if last:
            leading = (*first.shape[: len(first.shape) - self.ndim - 1], first.shape[-1])
            shape = (*leading[:-1], *self.lengths, leading[-1])
            keywords["data_format"] = "channels_last"
        keywords |= self.keywords | self.more(leading, first.dtype)
        function = getattr(clpool, self.function)
        return function(*self.before(arrays, shape), *self.arguments, **keywords)

    def results(self, arrays: Sequence[Any], last: bool = False, **keywords: Any) -> list[Any]:
        """What the call returns, as a list."""
        found = self.call(arrays, last, **keywords)
        return list(found) if isinstance(found, (tuple, list)) else [found]

    @abstractmethod
    def expected(self, arrays: Sequence[np.ndarray]) -> list[Expected]:
        """What must come back."""


@dataclass(frozen=True)
class Extreme(Operator):
    """The largest or smallest tap of listed windows, with its index."""

    mode: str = "max"
    integers = selects = True

    def expected(self, arrays):
        """What must come back."""
        options = {n: self.keywords[n] for n in ("nan", "index_dtype") if n in self.keywords}
        return exactly(
            *reference.pool(arrays[0], self.window, self.mode, return_indices=True, **options)
        )


@dataclass(frozen=True)
class Average(Operator):
    """The averages of listed windows."""

    integers = True

    def expected(self, arrays):
        """What must come back."""
        return averages(arrays[0], self.window)


@dataclass(frozen=True)
class Norm(Operator):
    """Norms of a window that slides, or of whole planes."""

    norm: float = 2
    signed: bool = True

    def expected(self, arrays):
        """What must come back."""
        (x,) = arrays
        values = reference.lp_pool(x, self.window, self.norm, self.signed, exact=True)
        if self.norm in (inf, -inf):
            return exactly(reference.lp_pool(x, self.window, self.norm, self.signed))
        wide = x.astype(np.float64)
        with np.errstate(all="ignore"):
            powers = reference.pool(wide**self.norm, self.window, "sum")
            sizes = reference.pool(np.abs(wide) ** self.norm, self.window, "sum")
            condition = sizes / np.abs(powers if self.signed else sizes)
            units = 0 if self.norm == 1 else POW
            taps = prod(
                self.window.kernel if isinstance(self.window, SlidingWindow) else self.lengths
            )
            eps = computed(x.dtype)
            relative = (taps + units + 2) * eps * condition / abs(self.norm) + units * eps
            errors = np.abs(values) * (relative + reference.epsilon(x.dtype))
        return within(values, np.nan_to_num(errors).astype(np.float64), x.dtype)


@dataclass(frozen=True)
class Fractional(Operator):
    """Windows at random starts, other ones in every plane."""

    mode: str = "max"
    kernel: tuple[int, ...] = ()
    outputs: tuple[int, ...] = ()
    integers = True

    def samples(self, leading: tuple[int, ...], dtype: Any) -> np.ndarray:
        """The same numbers for the same planes."""
        real = np.float64 if dtype == np.float64 else np.float32
        return np.random.default_rng(leading).random((*leading, self.ndim), real)

    def more(self, leading, dtype):
        """The samples of these planes."""
        given = self.samples(leading, dtype)
        return {"_random_samples": given if len(leading) == 2 else given[None]}

    def windows(self, leading: tuple[int, ...], dtype: Any) -> ListedWindow:
        """The windows of every plane; samples come width first in 2D."""
        drawn = self.samples(leading, dtype)
        order = (1, 0) if self.ndim == 2 else (0, 1, 2)
        sizes = zip(self.lengths, self.outputs, self.kernel, order, strict=True)
        return ListedWindow.of(*(fractional_bounds(n, o, k, drawn[..., a]) for n, o, k, a in sizes))

    def expected(self, arrays):
        """What must come back."""
        (x,) = arrays
        window = self.windows(x.shape[: -self.ndim], x.dtype)
        if self.mode == "avg":
            return averages(x, window)
        return exactly(*reference.pool(x, window, "max", return_indices=True))


@dataclass(frozen=True)
class Unpool(Operator):
    """Values put at any places, or, of ``own``, at taps of their own windows; duplicates differ."""

    outputs: tuple[int, ...] = ()
    index_dtype: str = "int64"
    own: bool = False
    selects = looks = True

    @property
    def integers(self) -> bool:
        """Values of any dtype, but gradients are floats."""
        return not self.is_gradient

    def arrays(self, rng, dtype, kind, leading):
        """What it is called with."""
        x = random_values(rng, (*leading, *self.lengths), dtype, kind)
        places = rng.integers(0, prod(self.outputs), x.shape)
        if self.own:
            sizes = rng.random((*leading, *self.outputs))
            window = SlidingWindow.of(self.ndim, *self.arguments[:3])
            _, places = reference.pool(sizes, window, "max", return_indices=True)
        if not self.is_gradient:
            return [x, places.astype(self.index_dtype)]
        grad = random_values(rng, (*leading, *self.outputs), dtype, kind)
        return [grad, places.astype(self.index_dtype)]

    def before(self, arrays, shape):
        """No shape: arrays tell it."""
        return tuple(arrays)

    def expected(self, arrays):
        """What must come back."""
        if self.is_gradient:
            return exactly(reference.max_unpool_backward(*arrays, self.ndim))
        return exactly(reference.max_unpool(*arrays, self.outputs))


def poisoned(shape: tuple[int, ...], dtype: np.dtype) -> np.ndarray:
    """An array of a number that no result here has."""
    if dtype.kind in "iu":
        return np.full(shape, -101 if dtype.kind == "i" else np.iinfo(dtype).max - 4, dtype)
    return np.full(shape, 1e4, dtype)


def moved(array: np.ndarray, ndim: int) -> np.ndarray:
    """The same with its channels last, in memory too."""
    return np.ascontiguousarray(np.moveaxis(array, -1 - ndim, -1))


def check(operator: Operator, plain: list[np.ndarray], context: str, last: bool = False) -> None:
    """Call with poisoned outputs, which come back themselves with the oracle's numbers."""
    expected = operator.expected(plain)
    arrays = [moved(array, operator.ndim) for array in plain] if last else plain
    before = [array.copy() for array in arrays]
    outs = [poisoned(e.values.shape, e.dtype) for e in expected]
    outs = [moved(out, operator.ndim) for out in outs] if last else outs
    found = operator.results(arrays, last, out=outs[0] if len(outs) == 1 else tuple(outs))
    for one, out, other in zip(found, outs, expected, strict=True):
        assert one is out, context
        other.check(np.moveaxis(out, -1, -1 - operator.ndim) if last else out, context)
    for one, array in zip(arrays, before, strict=True):
        assert_exact(one, array, f"{context}: what was read")


def ran(operator: Operator, channels: int, last: bool, name: str = "", **params: Any) -> Any:
    """The specs of the kernels that an operator runs with a forced tuning, on poisoned outputs."""
    dispatch._plans.clear()
    dtype = ELEMENT_TYPES[name or operator.usual].numpy
    plain = operator.arrays(np.random.default_rng(5), dtype, "normal", (2, channels))
    with tuning.forced(**params):
        check(operator, plain, f"{operator} {name} {params} last={last}", last)
    # The plans after it check what it reads, or make what a gradient reads.
    (plan, *_) = dispatch._plans.values()
    return {launch.spec for launch in plan._launches}
