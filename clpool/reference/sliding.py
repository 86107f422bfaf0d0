"""The modes max, min, sum and avg, of any windows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..dtypes import element_type
from .modes import Result, register
from .taps import Array, Taps


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
    """The sum of the valid taps: floats wider than they are, integers modulo 2^64."""
    result = np.zeros(taps.shape, taps.wide)
    for values, valid, _ in taps:
        result += np.where(valid, values.astype(taps.wide), taps.wide.type(0))
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
