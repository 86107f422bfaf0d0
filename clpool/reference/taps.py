"""The walk over the taps of every window: the geometry all definitions share."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ..dtypes import element_type
from ..errors import ArgumentValueError
from ..problem.listed import AdaptiveWindow, ListedWindow
from ..problem.window import SlidingWindow
from .precision import wide_float

Array = np.ndarray[Any, Any]

#: The kinds of windows: in steps of a stride, or by bounds that are listed one by one.
Window = SlidingWindow | AdaptiveWindow | ListedWindow


@dataclass(frozen=True)
class Taps:
    """The taps of every window over the last ``window.ndim`` axes of ``x``, and the options.

    Iterating yields ``(values, valid, offsets)`` per tap: its value in every window (anything
    where it is absent), whether it lies inside the input, and its flat offset in the unpadded
    plane. The last two have the output's spatial shape and broadcast; where every plane has
    windows of its own, they have the shape of the whole result.

    Raises:
        ArgumentValueError: ``x`` has too few axes or an empty spatial one, or the window's bounds
            fit neither a plane nor the leading axes.

    Example:
        >>> taps = Taps(np.array([3, 1, 4]), SlidingWindow.of(1, 2, 1))
        >>> [values.tolist() for values, valid, offsets in taps]
        [[3, 1], [1, 4]]
    """

    x: Array
    window: Window
    nan: str = "propagate"
    count_include_pad: bool = True
    divisor_override: int | None = None

    def __post_init__(self) -> None:
        if self.x.ndim < self.window.ndim:
            raise ArgumentValueError(f"x has {self.x.ndim} axes, the window {self.window.ndim}")
        if 0 in self.lengths:
            raise ArgumentValueError(f"x has an empty spatial axis: lengths {self.lengths}")
        native = element_type(self.x.dtype).numpy
        object.__setattr__(self, "x", self.x.astype(native, copy=False))

    @property
    def leading(self) -> tuple[int, ...]:
        """The axes before the spatial ones: how many planes there are."""
        return self.x.shape[: self.x.ndim - self.window.ndim]

    @property
    def lengths(self) -> tuple[int, ...]:
        """The input's spatial lengths."""
        return self.x.shape[self.x.ndim - self.window.ndim :]

    @property
    def wide(self) -> np.dtype[Any]:
        """The dtype to combine taps in: floats wider than they are, integers modulo 2^64."""
        integers = {"int": np.dtype(np.int64), "uint": np.dtype(np.uint64)}
        return integers.get(element_type(self.x.dtype).kind) or wide_float(self.x.dtype)

    @cached_property
    def outputs(self) -> tuple[int, ...]:
        """The output's spatial lengths."""
        return self.window.output_shape(self.lengths)

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the whole result."""
        return (*self.leading, *self.outputs)

    @cached_property
    def planes(self) -> Array:
        """The input with every plane laid flat."""
        return self.x.reshape(*self.leading, math.prod(self.lengths))

    @cached_property
    def positions(self) -> list[Array]:
        """Per axis, the input position of every output's every tap: shape (..., o, k).

        A window listed shorter than the longest one has its absent taps at -1.
        """
        w = self.window
        if not isinstance(w, SlidingWindow):
            return [self._listed(bounds) for bounds in self._bounds(w)]
        return [
            np.arange(o)[:, None] * s - begin + np.arange(k)[None, :] * d
            for o, s, (begin, _), k, d in zip(
                self.outputs, w.stride, w.pads(self.lengths), w.kernel, w.dilation, strict=True
            )
        ]

    def _bounds(self, window: AdaptiveWindow | ListedWindow) -> Sequence[Array]:
        bounds = window.bounds(self.lengths)
        if bounds is None:
            raise ArgumentValueError("the window lists no bounds")
        for per_axis in bounds:
            own = per_axis.shape[:-2]
            if len(own) > len(self.leading) or any(
                a not in (1, b) for a, b in zip(own[::-1], self.leading[::-1], strict=False)
            ):
                raise ArgumentValueError(
                    f"bounds for planes of shape {own} do not fit x, whose planes are "
                    f"{self.leading}"
                )
        return bounds

    @staticmethod
    def _listed(bounds: Array) -> Array:
        begin, end = bounds[..., :1], bounds[..., 1:]
        longest = max(int((end - begin).max(initial=0)), 1)
        at = begin + np.arange(longest)
        return np.where(at < end, at, -1)

    def _spread(self, per_axis: Sequence[Array]) -> list[Array]:
        """Arrays of shape (..., o), one per axis, laid along their axes of the output."""
        last = self.window.ndim - 1
        return [
            a.reshape(*a.shape[:-1], *(1,) * axis, a.shape[-1], *(1,) * (last - axis))
            for axis, a in enumerate(per_axis)
        ]

    def places(self) -> Iterator[tuple[Array, Array]]:
        """Per tap ``(valid, offsets)``, as iterating yields them."""
        strides = [math.prod(self.lengths[axis + 1 :]) for axis in range(self.window.ndim)]
        shared = all(p.ndim == 2 for p in self.positions)
        shape = self.outputs if shared else self.shape
        for tap in itertools.product(*(range(p.shape[-1]) for p in self.positions)):
            at = self._spread([p[..., t] for p, t in zip(self.positions, tap, strict=True)])
            inside = [(a >= 0) & (a < i) for a, i in zip(at, self.lengths, strict=True)]
            safe = [np.clip(a, 0, i - 1) for a, i in zip(at, self.lengths, strict=True)]
            valid = math.prod(inside, start=np.True_)
            offsets = sum(a * stride for a, stride in zip(safe, strides, strict=True))
            yield np.broadcast_to(valid, shape), np.broadcast_to(offsets, shape)

    def __iter__(self) -> Iterator[tuple[Array, Array, Array]]:
        for valid, offsets in self.places():
            yield self.picked(offsets), valid, offsets

    def picked(self, offsets: Array) -> Array:
        """The elements at these offsets of their planes (at 0 for -1), in the result's shape."""
        if offsets.shape == self.outputs:
            return self.planes[..., np.maximum(offsets, 0)]
        flat = np.maximum(offsets, 0).reshape(*self.leading, math.prod(self.outputs))
        return np.take_along_axis(self.planes, flat, -1).reshape(self.shape)

    @cached_property
    def stacked(self) -> tuple[Array, Array, Array]:
        """All taps at once: values, valid, offsets, each of shape (taps, *shape)."""
        each = ((np.broadcast_to(a, self.shape) for a in tap) for tap in self)
        values, valid, offsets = (np.stack(arrays) for arrays in zip(*each, strict=True))
        return values, valid, offsets

    @cached_property
    def divisors(self) -> Array:
        """The divisor of an average in every window; 0 where it counts no tap."""
        if self.divisor_override is not None:
            return np.full(self.outputs, self.divisor_override, np.int64)
        if isinstance(self.window, SlidingWindow) and self.count_include_pad:
            pads = self.window.pads(self.lengths)
            ends = [i + end for i, (_, end) in zip(self.lengths, pads, strict=True)]
            counted = [at < end for at, end in zip(self.positions, ends, strict=True)]
        else:
            pairs = zip(self.positions, self.lengths, strict=True)
            counted = [(at >= 0) & (at < i) for at, i in pairs]
        counts = self._spread([c.sum(axis=-1) for c in counted])
        return np.asarray(math.prod(counts, start=np.int64(1)))
