"""The slow oracle: what every mode means, in plain numpy, independent of the engine.

Nothing here knows of kernels or devices. The taps of all windows are walked in row-major
window order, one tap of every window at a time, and a mode is one small function over
that walk.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import numpy as np

from .dtypes import element_type
from .errors import ArgumentTypeError, ArgumentValueError
from .modes import find
from .window import SlidingWindow

Array = np.ndarray[Any, Any]

Reference = TypeVar("Reference", bound="Callable[[Taps], Any]")

#: What a mode returns: the pooled values, with the taps' flat offsets where it selects.
Result = Array | tuple[Array, Array]


@dataclass(frozen=True)
class Taps:
    """The taps of every window over the last ``window.rank`` axes of ``x``, and the options.

    Iterating yields ``(values, valid, offsets)`` per tap: its value in every window (anything
    where it lies in the padding), whether it lies inside the input, and its flat offset in
    the unpadded plane. The last two have the output's spatial shape and broadcast.
    """

    x: Array
    window: SlidingWindow
    nan: str = "propagate"
    count_include_pad: bool = True
    divisor_override: int | None = None

    @property
    def lengths(self) -> tuple[int, ...]:
        """The input's spatial lengths."""
        return self.x.shape[self.x.ndim - self.window.rank :]

    @cached_property
    def outputs(self) -> tuple[int, ...]:
        """The output's spatial lengths."""
        return self.window.output_shape(self.lengths)

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the whole result."""
        return (*self.x.shape[: self.x.ndim - self.window.rank], *self.outputs)

    @cached_property
    def positions(self) -> list[Array]:
        """Per axis, the input position of every output's every tap: shape (o, k)."""
        w = self.window
        return [
            np.arange(o)[:, None] * s - begin + np.arange(k)[None, :] * d
            for o, s, (begin, _), k, d in zip(
                self.outputs, w.stride, w.pads(self.lengths), w.kernel, w.dilation, strict=True
            )
        ]

    def __iter__(self) -> Iterator[tuple[Array, Array, Array]]:
        pitches = [math.prod(self.lengths[axis + 1 :]) for axis in range(self.window.rank)]
        for tap in itertools.product(*map(range, self.window.kernel)):
            at = np.ix_(*(p[:, t] for p, t in zip(self.positions, tap, strict=True)))
            inside = [(a >= 0) & (a < i) for a, i in zip(at, self.lengths, strict=True)]
            safe = [np.clip(a, 0, i - 1) for a, i in zip(at, self.lengths, strict=True)]
            valid = np.broadcast_to(math.prod(inside, start=np.True_), self.outputs)
            offsets = sum(a * pitch for a, pitch in zip(safe, pitches, strict=True))
            yield self.x[(..., *safe)], valid, np.broadcast_to(offsets, self.outputs)

    @cached_property
    def divisors(self) -> Array:
        """What an average divides by in every window; 0 where it counts no tap."""
        if self.divisor_override is not None:
            return np.full(self.outputs, self.divisor_override, np.int64)
        counts = []
        pads = self.window.pads(self.lengths)
        for at, i, (_, end) in zip(self.positions, self.lengths, pads, strict=True):
            counted = at < i + end if self.count_include_pad else (at >= 0) & (at < i)
            counts.append(counted.sum(axis=1))
        return np.asarray(math.prod(np.ix_(*counts), start=np.int64(1)))


REFERENCES: dict[str, Callable[[Taps], Result]] = {}


def register(name: str) -> Callable[[Reference], Reference]:
    """Make the decorated function the reference of the mode of that name."""

    def add(function: Reference) -> Reference:
        if name in REFERENCES:
            raise ArgumentValueError(f"mode {name!r} already has a reference")
        REFERENCES[name] = function
        return function

    return add


def pool(
    x: Array,
    window: SlidingWindow,
    mode: str = "max",
    *,
    return_indices: bool = False,
    index_dtype: Any = np.int64,
    nan: str = "propagate",
    count_include_pad: bool = True,
    divisor_override: int | None = None,
    dtype: Any = None,
    exact: bool = False,
) -> Any:
    """Pool the last ``window.rank`` axes of ``x``, slowly and exactly by definition.

    Args:
        x: an array whose last axes are the spatial ones.
        window: the taps every output sees.
        mode: a registered mode's name.
        return_indices: also return each result's flat offset in the unpadded plane, -1 for
            a window without any valid tap.
        index_dtype: the dtype of those.
        nan: ``"propagate"`` (a NaN wins) or ``"ignore"`` (a NaN never replaces a value).
        count_include_pad: whether an average counts the taps in the padding.
        divisor_override: what an average divides by instead of a count.
        dtype: a wider dtype of the same kind for the result of a sum.
        exact: leave a sum or average of floats in float64, unrounded.

    Returns:
        The values, or ``(values, indices)``.

    Example:
        >>> import numpy as np
        >>> pool(np.array([3, 1, 4, 1, 5, 9]), SlidingWindow.of(1, 2))
        array([3, 4, 9])
    """
    element = element_type(x.dtype)
    _check(x, window, mode, return_indices, nan, divisor_override)
    if dtype is not None and mode != "sum":
        raise ArgumentValueError(f"dtype is for mode 'sum' only, got {dtype!r} for {mode!r}")
    if 0 in (lengths := x.shape[x.ndim - window.rank :]):
        raise ArgumentValueError(f"x has an empty spatial axis: lengths {lengths}")
    if return_indices and math.prod(lengths) - 1 > np.iinfo(index_dtype).max:
        raise ArgumentValueError(f"a plane of {lengths} is too large for {np.dtype(index_dtype)}")
    taps = Taps(
        x.astype(element.numpy, copy=False), window, nan, count_include_pad, divisor_override
    )
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        found = REFERENCES[mode](taps)
        values, indices = found if isinstance(found, tuple) else (found, None)
        result = _result_dtype(element.numpy, dtype)
        values = values.astype(np.float64 if exact and element.is_float else result, copy=False)
    if not return_indices:
        return values
    if indices is None:
        raise ArgumentValueError(f"mode {mode!r} selects no tap, so it has no indices")
    return values, indices.astype(index_dtype, copy=False)


def sum_bound(
    x: Array,
    window: SlidingWindow,
    mode: str = "avg",
    *,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
    dtype: Any = None,
) -> Array:
    """How far a sum or an average of floats may be from the float64 result, per output.

    ``m * eps * sum|x| / |divisor|``, with m the taps of a window and eps the spacing at 1 of
    the result's dtype: the classical bound for adding m terms in any order. To it comes half the
    dtype's smallest subnormal, by which the best rounding of a tiny result errs.
    """
    override = abs(divisor_override) if divisor_override is not None else None
    magnitude = pool(
        np.abs(x.astype(np.float64)),
        window,
        mode,
        count_include_pad=count_include_pad,
        divisor_override=override,
        exact=True,
    )
    result = x.dtype if dtype is None else dtype
    return math.prod(window.kernel) * epsilon(result) * magnitude + smallest_subnormal(result) / 2


def epsilon(dtype: Any) -> float:
    """The spacing of a float dtype's numbers at 1."""
    if np.dtype(dtype).name == "bfloat16":
        return 2.0**-7
    return float(np.finfo(dtype).eps)


def smallest_subnormal(dtype: Any) -> float:
    """The smallest positive number of a float dtype: results near zero are multiples of it."""
    if np.dtype(dtype).name == "bfloat16":
        return 2.0**-133
    return float(np.finfo(dtype).smallest_subnormal)


def _check(
    x: Array, window: SlidingWindow, mode: str, indices: bool, nan: str, divisor: int | None
) -> None:
    if mode not in REFERENCES:
        raise ArgumentValueError(f"mode {mode!r} has no reference; there are {list(REFERENCES)}")
    if indices and not find(mode).selects:
        raise ArgumentValueError(f"mode {mode!r} selects no tap, so it has no indices")
    if nan not in ("propagate", "ignore"):
        raise ArgumentValueError(f"nan must be 'propagate' or 'ignore', got {nan!r}")
    if x.ndim < window.rank:
        raise ArgumentValueError(f"x has {x.ndim} axes, the window {window.rank}")
    if divisor == 0:
        raise ArgumentValueError("divisor_override must not be 0")
    if divisor is not None and divisor < 0 and x.dtype.kind == "u":
        raise ArgumentValueError(f"divisor_override {divisor} is negative, but x is {x.dtype}")


def _result_dtype(own: np.dtype[Any], wanted: Any) -> np.dtype[Any]:
    if wanted is None:
        return own
    wide = element_type(np.dtype(wanted), "dtype")
    narrow = element_type(own)
    if wide.kind != narrow.kind or wide.size < narrow.size:
        raise ArgumentTypeError(
            f"dtype must be at least as wide as {own} and of its kind, got {wanted!r}"
        )
    return wide.numpy


def _extremum(taps: Taps, better: Callable[[Array, Array], Array], identity: Any) -> Result:
    """The best tap and its offset: the first of equals, and NaN by the policy."""
    floats = element_type(taps.x.dtype).is_float
    best = np.full(taps.shape, identity, taps.x.dtype)
    chosen = np.full(taps.shape, -1, np.int64)
    for values, valid, offsets in taps:
        wins = (chosen < 0) | better(values, best)
        if floats and taps.nan == "propagate":
            wins |= np.isnan(values)
        elif floats:
            wins |= np.isnan(best) & ~np.isnan(values)
        wins &= valid
        best = np.where(wins, values, best)
        chosen = np.where(wins, offsets, chosen)
    return best, chosen


@register("max")
def largest(taps: Taps) -> Result:
    """The largest valid tap of each window; the first of equals."""
    if not element_type(taps.x.dtype).is_float:
        return _extremum(taps, np.greater, np.iinfo(taps.x.dtype).min)
    return _extremum(taps, np.greater, -np.inf if taps.nan == "propagate" else np.nan)


@register("min")
def smallest(taps: Taps) -> Result:
    """The smallest valid tap of each window; the first of equals."""
    if not element_type(taps.x.dtype).is_float:
        return _extremum(taps, np.less, np.iinfo(taps.x.dtype).max)
    return _extremum(taps, np.less, np.inf if taps.nan == "propagate" else np.nan)


@register("sum")
def total(taps: Taps) -> Array:
    """The sum of the valid taps: floats in float64, integers in 64 bits modulo 2^64.

    float64 itself is summed wider where the machine can, so that the oracle's own rounding
    stays out of the comparison.
    """
    kind = element_type(taps.x.dtype).kind
    wide: np.dtype[Any] = np.dtype({"float": np.float64, "int": np.int64, "uint": np.uint64}[kind])
    if taps.x.dtype == np.float64:
        wide = np.dtype(np.longdouble)
    result = np.zeros(taps.shape, wide)
    for values, valid, _ in taps:
        result += np.where(valid, values.astype(wide), wide.type(0))
    return result


@register("avg")
def average(taps: Taps) -> Array:
    """The sum over the divisor: NaN (integers: 0) where no tap counts."""
    sums = total(taps)
    counted = (taps.divisors > 0) | (taps.divisor_override is not None)
    divisors = np.where(counted, taps.divisors, 1).astype(sums.dtype)
    if sums.dtype.kind == "f":
        return np.where(counted, sums / divisors, np.nan)
    # numpy rounds integer quotients down; C and PyTorch round them toward zero.
    quotients = sums // divisors
    inexact = sums - quotients * divisors != 0
    quotients += (inexact & ((sums < 0) != (divisors < 0))).astype(sums.dtype)
    return np.where(counted, quotients, sums.dtype.type(0))
