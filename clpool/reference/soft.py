"""Soft pooling (Stergiou et al. 2021): an average weighted by the exponentials of the taps."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from .flow import scattered, window_gradient
from .modes import pool
from .precision import floats_only, rounded, wide_float
from .taps import Array, Taps, Window


def soft_pool(x: Array, window: Window, exact: bool = False) -> Array:
    """``sum((w / W) * x)`` of every window, with ``w = exp(x - max)`` and W the sum of those.

    The result lies between the window's smallest and largest tap. A tap of -inf contributes
    nothing, a window of them gives -inf, and so does one without any tap; NaN or +inf gives NaN.

    Args:
        x: floats, channels first.
        window: the taps every output sees.
        exact: leave the result in float64, unrounded.

    Example:
        >>> from clpool.problem.window import SlidingWindow
        >>> soft_pool(np.array([0.0, np.log(3.0), 7.0, 7.0]), SlidingWindow.of(1, 2)).round(4)
        array([0.824, 7.   ])
    """
    taps = Taps(floats_only("soft pooling", x), window)
    result, _, _ = _soft(taps)
    return rounded(result, x.dtype, exact)


def soft_pool_backward(grad: Array, x: Array, window: Window, exact: bool = False) -> Array:
    """The gradient of :func:`soft_pool`: ``g * (w / W) * (1 + (x - y))`` to every tap.

    Args:
        grad: what flows to the outputs.
        x, window: those of the pooling.
        exact: leave the result in float64, unrounded.

    Example:
        >>> from clpool.problem.window import SlidingWindow
        >>> soft_pool_backward(np.array([1.0]), np.array([2.0, 2.0]), SlidingWindow.of(1, 2))
        array([0.5, 0.5])
    """
    taps = Taps(floats_only("a gradient", x), window)
    flow = window_gradient(grad, taps)
    y, largest, total = _soft(taps)
    with np.errstate(all="ignore"):
        flows = (
            np.where(live, flow * weight / total * (1 + (values - y)), 0)
            for live, weight, values in _weights(taps, largest)
        )
        return rounded(scattered(taps, flows, flow.dtype), grad.dtype, exact)


def _soft(taps: Taps) -> tuple[Array, Array, Array]:
    """The wide result, the largest tap and the sum of the weights of every window."""
    wide = wide_float(taps.x.dtype)
    smallest, largest = (pool(taps.x, taps.window, m).astype(wide) for m in ("min", "max"))
    total, result = np.zeros(taps.shape, wide), np.zeros(taps.shape, wide)
    with np.errstate(all="ignore"):
        for _, weight, _ in _weights(taps, largest):
            total += weight
        for live, weight, values in _weights(taps, largest):
            result += np.where(live, weight / total * values, 0)
        result = np.clip(result, smallest, largest)
    return np.where(total == 0, -np.inf, result), largest, total


def _weights(taps: Taps, largest: Array) -> Iterator[tuple[Array, Array, Array]]:
    """Per tap, whether it contributes to its window, its weight, and its value."""
    for values, valid, _ in taps:
        wide = values.astype(largest.dtype)
        live = valid & (wide != -np.inf)
        yield live, np.where(live, np.exp(wide - largest), 0), wide
