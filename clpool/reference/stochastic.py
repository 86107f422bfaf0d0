"""Stochastic pooling (Zeiler and Fergus 2013): a tap is drawn with its share of the window's sum.

Uniform numbers come from Philox4x32-10 (Salmon et al. 2011), a generator without a state: a
result depends on the seed and on its own position alone.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..errors import ArgumentTypeError, ArgumentValueError
from .flow import scattered, window_gradient
from .precision import floats_only, rounded, wide_float
from .taps import Array, Taps, Window

_WORD = np.uint64(0xFFFFFFFF)
_MULTIPLIERS = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_WEYL = 0x9E3779B9, 0xBB67AE85


def stochastic_pool(
    x: Array, window: Window, seed: int, clamp: bool = False
) -> tuple[Array, Array]:
    """Draw one tap of every window, each with its share of the window's sum.

    The sum runs in row-major order, in float32 (float64 for float64). The first tap at which it
    exceeds ``u`` times the whole sum is taken, or at which it reaches the whole sum: so a window
    of zeros gives its first valid tap, and one with +inf the first of these. NaN propagates, the
    last of them with its index. A window without any tap gives 0 and the index -1.

    Args:
        x: floats, none of them negative, channels first.
        window: the taps every output sees.
        seed: what the picks follow from, from 0 to 2^64 - 1.
        clamp: take negative elements as 0 instead of refusing them.

    Returns:
        The values and their flat offsets in the unpadded plane.

    Raises:
        ArgumentTypeError: ``x`` holds no floats, or ``seed`` is no int.
        ArgumentValueError: an element is negative, or ``seed`` is out of range.

    Example:
        >>> from clpool.problem.window import SlidingWindow
        >>> stochastic_pool(np.array([0.0, 2.0, 0.0, 0.0]), SlidingWindow.of(1, 2), seed=1)
        (array([2., 0.]), array([1, 2]))
    """
    taps = Taps(_activations(x, clamp), window)
    real = np.dtype(np.float64 if taps.x.dtype == np.float64 else np.float32)
    chosen = np.full(taps.shape, -1, np.int64)
    with np.errstate(over="ignore", invalid="ignore"):
        running = whole = np.zeros(taps.shape, real)
        for values, valid, _ in taps:
            whole = np.where(valid, whole + values.astype(real), whole)
        threshold = uniform(seed, taps.shape).astype(real) * whole
        for values, valid, offsets in taps:
            running = np.where(valid, running + values.astype(real), running)
            reached = (running > threshold) | (running == whole)
            wins = valid & (np.isnan(values) | ((chosen < 0) & reached))
            chosen = np.where(wins, offsets, chosen)
    return np.where(chosen < 0, taps.x.dtype.type(0), taps.picked(chosen)), chosen


def stochastic_inference(
    x: Array, window: Window, clamp: bool = False, exact: bool = False
) -> Array:
    """The expectation of :func:`stochastic_pool`: ``sum((a / S) * a)``, 0 where S is 0.

    Args:
        x: floats, none of them negative, channels first.
        window: the taps every output sees.
        clamp: take negative elements as 0 instead of refusing them.
        exact: leave the result in float64, unrounded.

    Raises:
        ArgumentTypeError: ``x`` holds no floats.
        ArgumentValueError: an element is negative.

    Example:
        >>> from clpool.problem.window import SlidingWindow
        >>> stochastic_inference(np.array([1.0, 3.0]), SlidingWindow.of(1, 2))
        array([2.5])
    """
    taps = Taps(_activations(x, clamp), window)
    result, _ = _inference(taps)
    return rounded(result, x.dtype, exact)


def stochastic_inference_backward(
    grad: Array, x: Array, window: Window, clamp: bool = False, exact: bool = False
) -> Array:
    """The gradient of :func:`stochastic_inference`: ``g * (2 * a - y) / S`` to every tap.

    Nothing flows through a window whose sum is 0, nor to an element that was clamped.

    Args:
        grad: what flows to the outputs.
        x, window, clamp: those of the pooling.
        exact: leave the result in float64, unrounded.

    Example:
        >>> from clpool.problem.window import SlidingWindow
        >>> stochastic_inference_backward(
        ...     np.array([1.0]), np.array([1.0, 3.0]), SlidingWindow.of(1, 2)
        ... )
        array([-0.125,  0.875])
    """
    taps = Taps(_activations(x, clamp), window)
    flow = window_gradient(grad, taps)
    y, whole = _inference(taps)
    with np.errstate(all="ignore"):
        flows = (
            np.where(whole == 0, 0, flow * (2 * values.astype(flow.dtype) - y) / whole)
            for values, _, _ in taps
        )
        result = np.where(x < 0, 0, scattered(taps, flows, flow.dtype))
    return rounded(result, grad.dtype, exact)


def uniform(seed: int, shape: tuple[int, ...]) -> Array:
    """A number of 24 bits in [0, 1) for every element of an array, from its flat position.

    Example:
        >>> uniform(0, (2,)) * 2**24
        array([ 6694888., 16311500.])
    """
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)):
        raise ArgumentTypeError(f"seed must be an integer, got {seed!r}")
    if not 0 <= seed < 2**64:
        raise ArgumentValueError(f"seed must be from 0 to 2^64 - 1, got {seed}")
    flat = np.arange(math.prod(shape), dtype=np.uint64)
    zero = np.zeros_like(flat)
    counter = np.stack([flat & _WORD, flat >> np.uint64(32), zero, zero], axis=-1)
    words = philox4x32(counter, (int(seed) & 0xFFFFFFFF, int(seed) >> 32))
    return np.asarray((words[:, 0] >> np.uint32(8)) * 2.0**-24).reshape(shape)


def philox4x32(counter: Any, key: tuple[int, int]) -> Array:
    """Ten rounds of Philox4x32: four random words of 32 bits for every counter.

    Args:
        counter: words of 32 bits, shape (..., 4).
        key: two words.

    Example:
        >>> [f"{word:08x}" for word in philox4x32([0, 0, 0, 0], (0, 0))]
        ['6627e8d5', 'e169c58d', 'bc57ac4c', '9b00dbd8']
    """
    c0, c1, c2, c3 = np.moveaxis(np.asarray(counter, np.uint64), -1, 0)
    shift = np.uint64(32)
    for turn in range(10):
        k0, k1 = (np.uint64((k + turn * w) % 2**32) for k, w in zip(key, _WEYL, strict=True))
        product0, product1 = _MULTIPLIERS[0] * c0, _MULTIPLIERS[1] * c2
        c0, c1 = (product1 >> shift) ^ c1 ^ k0, product1 & _WORD
        c2, c3 = (product0 >> shift) ^ c3 ^ k1, product0 & _WORD
    return np.stack([c0, c1, c2, c3], axis=-1).astype(np.uint32)


def _activations(x: Array, clamp: bool) -> Array:
    x = floats_only("stochastic pooling", x)
    with np.errstate(invalid="ignore"):  # bfloat16 warns of NaN
        negative = x < 0
    if clamp:
        return np.where(negative, x.dtype.type(0), x)
    if negative.any():
        at = tuple(int(i) for i in np.argwhere(negative)[0])
        raise ArgumentValueError(
            f"stochastic pooling takes no negative values, got {x[at]} at {at}"
        )
    return x


def _inference(taps: Taps) -> tuple[Array, Array]:
    """The wide result and the sum of every window."""
    wide = wide_float(taps.x.dtype)
    whole, result = np.zeros(taps.shape, wide), np.zeros(taps.shape, wide)
    with np.errstate(all="ignore"):
        for values, valid, _ in taps:
            whole += np.where(valid, values.astype(wide), 0)
        for values, valid, _ in taps:
            share = values.astype(wide) / whole
            result += np.where(valid & (whole != 0), share * values, 0)
    return result, whole
