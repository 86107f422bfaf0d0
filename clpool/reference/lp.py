"""Lp pooling: the p-norm of every window, signed as PyTorch has it or unsigned as ONNX has it."""

from __future__ import annotations

import math

import numpy as np

from ..errors import ArgumentTypeError, ArgumentValueError
from ..problem.window import SlidingWindow
from .flow import scattered, window_gradient
from .modes import pool
from .precision import floats_only, rounded, wide_float
from .taps import Array, Taps, Window


def lp_pool(
    x: Array, window: Window, norm: float, signed: bool = True, exact: bool = False
) -> Array:
    """The p-norm of every window's taps; taps in the padding are absent.

    Args:
        x: floats, channels first.
        window: the taps every output sees.
        norm: p, any real number but 0; an infinite p gives the largest or smallest magnitude.
        signed: PyTorch's rule, powers without a magnitude: a negative sum under an odd p, and a
            negative element under a fractional p, give NaN, p = 1 keeps the sign. A window that
            overhangs under ceil_mode is scaled up to a whole one. Otherwise ONNX's: the norm of the
            magnitudes, never scaled.
        exact: leave the result in float64, unrounded.

    Raises:
        ArgumentTypeError: ``x`` holds no floats, or ``norm`` is no number.
        ArgumentValueError: ``norm`` is 0 or NaN.

    Example:
        >>> from clpool.problem.window import SlidingWindow
        >>> lp_pool(np.array([3.0, 4.0, -6.0, 8.0]), SlidingWindow.of(1, 2), 2)
        array([ 5., 10.])
    """
    taps = Taps(floats_only("lp pooling", x), window)
    p = wide_float(taps.x.dtype).type(_checked(norm))
    with np.errstate(all="ignore"):
        if np.isinf(p):
            mode = "max" if p > 0 else "min"
            # A window without taps has the norm 0, like an empty sum.
            return rounded(np.maximum(pool(np.abs(taps.x), window, mode), 0), x.dtype, exact)
        sums = np.zeros(taps.shape, p.dtype)
        for values, valid, _ in taps:
            base = values.astype(p.dtype)
            sums += np.where(valid, (base if signed else np.abs(base)) ** p, 0)
        if signed:
            sums *= _scale(taps)
        return rounded(sums ** (1 / p), x.dtype, exact)


def lp_pool_backward(
    grad: Array,
    x: Array,
    y: Array,
    window: Window,
    norm: float,
    signed: bool = True,
    exact: bool = False,
) -> Array:
    """The gradient of :func:`lp_pool` with respect to every element of ``x``.

    Per window ``g * (K / m) * x^(p-1) / y^(p-1)`` if signed, ``g * sign(x) * |x|^(p-1) / y^(p-1)``
    if not, with ``0^0 = 1``, and 0 where y is 0. An unsigned tap of 0 gets 0 under every p.

    Args:
        grad: what flows to the outputs.
        x, y: the pooling's input and output.
        window, norm, signed: those of the pooling; ``norm`` is finite.
        exact: leave the result in float64, unrounded.

    Raises:
        ArgumentTypeError: ``grad`` or ``x`` holds no floats, or ``norm`` is no number.
        ArgumentValueError: ``norm`` is 0, NaN or infinite, or shapes do not fit.

    Example:
        >>> from clpool.problem.window import SlidingWindow
        >>> x = np.array([3.0, 4.0])
        >>> lp_pool_backward(np.array([10.0]), x, np.array([5.0]), SlidingWindow.of(1, 2), 2)
        array([6., 8.])
    """
    if math.isinf(_checked(norm)):
        raise ArgumentValueError(f"norm must be finite for a gradient, got {norm!r}")
    taps = Taps(floats_only("a gradient", x), window)
    flow = window_gradient(grad, taps)
    p, outputs = flow.dtype.type(norm), y.astype(flow.dtype)
    with np.errstate(all="ignore"):
        if signed:
            flow = flow * _scale(taps)

        def share(values: Array) -> Array:
            # (x / y)^(p - 1) is the formula's quotient of powers, and does not overflow.
            if signed:
                return (values / outputs) ** (p - 1)
            powers = (np.abs(values) / outputs) ** (p - 1)
            return np.where(values == 0, 0, np.sign(values) * powers)

        flows = (np.where(outputs == 0, 0, flow * share(v.astype(flow.dtype))) for v, _, _ in taps)
        return rounded(scattered(taps, flows, flow.dtype), grad.dtype, exact)


def _scale(taps: Taps) -> Array:
    """The scale of a signed sum: the kernel's size over the counted taps, K / m."""
    counts = taps.divisors
    if not isinstance(taps.window, SlidingWindow):
        return np.ones(counts.shape)
    scale = math.prod(taps.window.kernel) / np.maximum(counts, 1).astype(np.longdouble)
    return np.where(counts > 0, scale, np.nan)


def _checked(norm: float) -> float:
    if isinstance(norm, bool) or not isinstance(norm, (int, float, np.integer, np.floating)):
        raise ArgumentTypeError(f"norm must be a number, got {norm!r}")
    if norm == 0 or norm != norm:
        raise ArgumentValueError(f"norm must be any number but 0, got {norm!r}")
    return float(norm)
