"""Rank pooling: the median and the most frequent value of every window."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..dtypes import element_type
from ..errors import ArgumentTypeError
from .precision import floats_only, rounded, wide_float
from .taps import Array, Taps, Window


def median_pool(x: Array, window: Window, average: bool = False) -> Any:
    """The median of every window's taps, the lower of the two middle values of an even count.

    NaN propagates, the last of them with its index. A window without any tap gives NaN (integers:
    0) and the index -1.

    Args:
        x: an array whose last axes are the spatial ones.
        window: the taps every output sees.
        average: return the mean of the two middle values instead; for floats only.

    Returns:
        The values and the flat offsets of the first taps that equal them; the values alone where
        they are averages.

    Raises:
        ArgumentTypeError: integers are to be averaged.

    Example:
        >>> from clpool.problem.window import SlidingWindow
        >>> median_pool(np.array([5, 1, 4, 2]), SlidingWindow.of(1, 4))
        (array([2]), array([3]))
        >>> median_pool(np.array([5.0, 1.0, 4.0, 2.0]), SlidingWindow.of(1, 4), average=True)
        array([3.])
    """
    if average:
        floats_only("an average of middle values", x)
    taps = Taps(x, window)
    values, valid, offsets = taps.stacked
    floats = element_type(x.dtype).is_float
    keys = values.astype(wide_float(x.dtype)) if floats else values
    order = np.lexsort((keys, ~valid), axis=0)  # the absent taps stand behind all others
    count = valid.sum(axis=0)
    ranks = np.maximum(np.stack([count - 1, count]) // 2, 0)
    lower, upper = np.take_along_axis(np.take_along_axis(keys, order, 0), ranks, 0)
    nans = valid & (keys != keys)
    if average:
        with np.errstate(invalid="ignore"):
            absent = nans.any(axis=0) | (count == 0)
            return rounded(np.where(absent, np.nan, (lower + upper) / 2), taps.x.dtype)
    last = len(nans) - 1 - nans[::-1].argmax(axis=0)
    tap = np.where(nans.any(axis=0), last, (valid & (keys == lower)).argmax(axis=0))
    return _taken(taps, tap, offsets, count)


def mode_pool(x: Array, window: Window) -> tuple[Array, Array]:
    """The most frequent value of every window, of equally frequent ones the smallest.

    A window without any tap gives 0 and the index -1.

    Args:
        x: integers, channels first.
        window: the taps every output sees.

    Returns:
        The values and the flat offsets of their first occurrences.

    Raises:
        ArgumentTypeError: ``x`` holds no integers.

    Example:
        >>> from clpool.problem.window import SlidingWindow
        >>> mode_pool(np.array([7, 3, 7, 3, 5]), SlidingWindow.of(1, 5))
        (array([3]), array([1]))
    """
    if element_type(x.dtype).is_float:
        raise ArgumentTypeError(f"mode pooling takes integers, but x is {x.dtype}")
    taps = Taps(x, window)
    values, valid, offsets = taps.stacked
    best = np.zeros(taps.shape, np.int64)
    frequency = np.zeros(taps.shape, np.int64)
    value = np.zeros(taps.shape, values.dtype)
    for tap, candidate in enumerate(values):
        times = (valid & (values == candidate)).sum(axis=0)
        wins = (times > frequency) | ((times == frequency) & (candidate < value))
        wins &= valid[tap]
        best, frequency = np.where(wins, tap, best), np.where(wins, times, frequency)
        value = np.where(wins, candidate, value)
    return _taken(taps, best, offsets, valid.sum(axis=0))


def _taken(taps: Taps, tap: Array, offsets: Array, count: Array) -> tuple[Array, Array]:
    """The values and indices of these taps; NaN or 0, and -1, where a window has none."""
    indices = np.where(count > 0, np.take_along_axis(offsets, tap[None], 0)[0], -1)
    nothing = np.nan if element_type(taps.x.dtype).is_float else 0
    return np.where(count > 0, taps.picked(indices), taps.x.dtype.type(nothing)), indices
