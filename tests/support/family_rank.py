"""Medians, most frequent values and gradients of medians: how to call each, what it must give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from expected import exactly
from family import L1, L2, L3, Operator
from family_gradients import Selected

from clpool import reference
from clpool.problem.window import SlidingWindow


@dataclass(frozen=True)
class Median(Operator):
    """The middle tap with its index, or the average of the two middle ones."""

    selects = True

    @property
    def averages(self) -> bool:
        """Whether the two middle taps are averaged, which only floats are."""
        return "average" in self.keywords

    @property
    def integers(self) -> bool:
        """Values of any dtype, unless they are averaged."""
        return not self.averages

    def expected(self, arrays):
        """What must come back."""
        if self.averages:
            return exactly(reference.median_pool(arrays[0], self.window, average=True))
        values, indices = reference.median_pool(arrays[0], self.window)
        if True not in self.arguments[5:]:
            return exactly(values)
        return exactly(values, indices.astype(self.keywords.get("index_dtype", "int64")))


@dataclass(frozen=True)
class Frequent(Operator):
    """The most frequent tap with its index."""

    integers = selects = True
    floats = False

    def expected(self, arrays):
        """What must come back."""
        values, indices = reference.mode_pool(arrays[0], self.window)
        return exactly(values, indices.astype(self.keywords.get("index_dtype", "int64")))


@dataclass(frozen=True)
class MedianGradient(Selected):
    """The gradient of medians."""

    def chosen(self, x):
        """The index of the median of every window."""
        return reference.median_pool(x, self.window)[1]


def _window(lengths: tuple[int, ...], parameters: tuple[Any, ...]) -> SlidingWindow:
    return SlidingWindow.of(len(lengths), *parameters)


def median(lengths: tuple[int, ...], *parameters: Any, **keywords: Any) -> Operator:
    """Medians of a window of kernel, stride, padding, dilation and ceil_mode, with indices."""
    name, window = f"median_pool{len(lengths)}d", _window(lengths, parameters)
    indices = () if "average" in keywords else (True,)
    return Median(name, lengths, window, (*parameters, *indices), keywords)


def lower_median(lengths: tuple[int, ...], *parameters: Any) -> Operator:
    """Medians without indices; all five of the window's parameters are given."""
    return Median(f"median_pool{len(lengths)}d", lengths, _window(lengths, parameters), parameters)


def median_gradient(lengths: tuple[int, ...], *parameters: Any, index: str = "int64") -> Operator:
    """The gradient of :func:`median`."""
    name, window = f"median_pool{len(lengths)}d_backward", _window(lengths, parameters)
    return MedianGradient(name, lengths, window, parameters, index_dtype=index)


def frequent(lengths: tuple[int, ...], *parameters: Any, **keywords: Any) -> Operator:
    """The most frequent values, with indices."""
    name, window = f"mode_pool{len(lengths)}d", _window(lengths, parameters)
    return Frequent(name, lengths, window, (*parameters, True), keywords)


FORWARD: tuple[Operator, ...] = (
    median(L1, 4, 3, 2, 1, True, index_dtype="int32"),
    median(L2, (3, 2), (2, 1), (1, 0), (1, 2), False),
    median(L3, 2, 2, 1, 1, True),
    median(L2, (2, 3), 2, 1, 1, True, average=True),
    lower_median((9, 16), 3, 1, 1, 1, False),
    frequent(L1, 5, 3, 2, 1, True),
    frequent(L2, (3, 2), (2, 1), (1, 0), (1, 2), False, index_dtype="int32"),
    frequent(L3, 2, 2, 1, 1, True),
)

GRADIENTS: tuple[Operator, ...] = (
    median_gradient(L1, 4, 3, 2, 1, True, index="int32"),
    median_gradient(L2, (3, 2), (2, 1), (1, 0), (1, 2), False),
    median_gradient(L3, 2, 2, 1, 1, True),
)
