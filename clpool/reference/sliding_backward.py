"""The gradients of max, sum and average pooling, of any windows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..errors import ArgumentValueError
from .flow import scattered, window_gradient
from .precision import floats_only, rounded, wide_float
from .taps import Array, Taps, Window


def max_pool_backward(
    grad: Array, indices: Array, input_shape: Sequence[int], ndim: int, exact: bool = False
) -> Array:
    """Each output's gradient goes to the element it was taken from; several add up.

    For everything that selects: max, min, adaptive and fractional max, median, mode, stochastic.

    Args:
        grad: what flows to the outputs.
        indices: of the same shape, each output's flat offset in its plane; -1 goes nowhere.
        input_shape: the shape of the pooling's input.
        ndim: the number of spatial axes, which are the last.
        exact: leave the result in float64, unrounded.

    Raises:
        ArgumentTypeError: ``grad`` holds no floats.
        ArgumentValueError: shapes do not fit, or an index lies outside its plane.

    Example:
        >>> max_pool_backward(np.array([1.0, 2.0, 4.0]), np.array([1, 1, -1]), (4,), 1)
        array([0., 3., 0., 0.])
    """
    grad = floats_only("a gradient", grad, "grad")
    shape = tuple(input_shape)
    leading, lengths = shape[: len(shape) - ndim], shape[len(shape) - ndim :]
    if grad.shape != indices.shape or grad.ndim != len(shape) or grad.shape[:-ndim] != leading:
        raise ArgumentValueError(
            f"grad {grad.shape} and indices {indices.shape} do not fit an input of {shape}"
        )
    size = math.prod(lengths)
    if ((indices < -1) | (indices >= size)).any():
        raise ArgumentValueError(f"an index lies outside -1 to {size - 1}, the plane {lengths}")
    wide = wide_float(grad.dtype)
    flat = indices.reshape(math.prod(leading), -1) if indices.size else indices.reshape(0, 0)
    flows = np.where(flat >= 0, grad.reshape(flat.shape), 0).astype(wide)
    result = np.zeros((math.prod(leading), size), wide)
    np.add.at(result, (np.arange(len(flat))[:, None], np.maximum(flat, 0)), flows)
    return rounded(result.reshape(shape), grad.dtype, exact)


def sum_pool_backward(
    grad: Array, input_shape: Sequence[int], window: Window, exact: bool = False
) -> Array:
    """Each output's gradient goes to every valid tap of its window.

    Args:
        grad: what flows to the outputs.
        input_shape: the shape of the pooling's input.
        window: the pooling's window.
        exact: leave the result in float64, unrounded.

    Example:
        >>> from clpool.problem.window import SlidingWindow
        >>> sum_pool_backward(np.array([1.0, 2.0]), (3,), SlidingWindow.of(1, 2, 1))
        array([1., 3., 2.])
    """
    taps = _taps(grad, input_shape, window)
    flow = window_gradient(grad, taps)
    return rounded(scattered(taps, (flow for _ in taps.places()), flow.dtype), grad.dtype, exact)


def avg_pool_backward(
    grad: Array,
    input_shape: Sequence[int],
    window: Window,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
    exact: bool = False,
) -> Array:
    """Each output's gradient, over the output's divisor, goes to every valid tap of its window.

    Args:
        grad: what flows to the outputs.
        input_shape: the shape of the pooling's input.
        window, count_include_pad, divisor_override: those of the pooling.
        exact: leave the result in float64, unrounded.

    Raises:
        ArgumentValueError: ``divisor_override`` is 0, or shapes do not fit.

    Example:
        >>> from clpool.problem.window import SlidingWindow
        >>> avg_pool_backward(np.array([1.0, 2.0]), (3,), SlidingWindow.of(1, 2, 1))
        array([0.5, 1.5, 1. ])
    """
    if divisor_override == 0:
        raise ArgumentValueError("divisor_override must not be 0")
    taps = _taps(grad, input_shape, window, count_include_pad, divisor_override)
    flow = window_gradient(grad, taps)
    divisors = taps.divisors  # 0 or less only where no tap is valid, unless they are given
    flow = flow / np.where(divisors == 0, 1, divisors).astype(flow.dtype)
    return rounded(scattered(taps, (flow for _ in taps.places()), flow.dtype), grad.dtype, exact)


def _taps(grad: Array, input_shape: Sequence[int], window: Window, *options: Any) -> Taps:
    """The taps of windows over an input of which only the shape matters."""
    return Taps(np.empty(tuple(input_shape), np.int8), window, "propagate", *options)
