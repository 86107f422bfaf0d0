"""Gradients are the slopes of their operators, measured by central differences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import clpool
from clpool import device

SAMPLES = np.random.default_rng(5).random((1, 1, 2))
CELLS = {"sequences": ((0, 1, 4, 5), (0, 3, 4, 6)), "overlapping": True}
#: A norm, whether powers keep their sign, and which window.
NORMS = ((2, True, 0), (3, True, 0), (2.5, False, 0), (-1.5, False, 1), (1, True, 1), (4, True, 1))
Pair = tuple[Callable[..., Any], Callable[..., Any]]


def pairs() -> dict[str, Pair]:
    """By name: a pooling of x, and what flows to x from a gradient w of its result y."""
    c = clpool
    found: dict[str, Pair] = {}
    windows = ((3, 2, 1, True), ((2, 3), 1, 0, False))
    for window, pad in ((windows[0], True), (windows[0], False), (windows[1], True)):
        found[f"avg {window} {pad}"] = (
            lambda x, o=(*window, pad): c.avg_pool2d(x, *o),
            lambda w, x, y, o=(*window, pad): c.avg_pool2d_backward(w, x.shape, *o),
        )
    for window in windows:
        found[f"sum {window}"] = (
            lambda x, o=window: c.sum_pool2d(x, *o),
            lambda w, x, y, o=window: c.sum_pool2d_backward(w, x.shape, *o),
        )
    for norm, signed, place in NORMS:
        kernel, stride, padding, ceil_mode = windows[place]
        options, more = (norm, kernel, stride, ceil_mode), {"padding": padding, "signed": signed}
        found[f"lp {options} {more}"] = (
            lambda x, o=options, m=more: c.lp_pool2d(x, *o, **m),
            lambda w, x, y, o=options, m=more: c.lp_pool2d_backward(w, x, y, *o, **m),
        )
    for size in (3, (4, 9)):
        found[f"adaptive {size}"] = (
            lambda x, o=size: c.adaptive_avg_pool2d(x, o),
            lambda w, x, y: c.adaptive_avg_pool2d_backward(w, x.shape),
        )
    found["global"] = (c.global_avg_pool, lambda w, x, y: c.global_avg_pool_backward(w, x.shape))
    found["global lp"] = (c.global_lp_pool, c.global_lp_pool_backward)
    found["fractional"] = (
        lambda x: c.fractional_avg_pool2d(x, 2, 3, None, False, SAMPLES.repeat(len(x), 0)),
        lambda w, x, y: c.fractional_avg_pool2d_backward(w, x.shape, 2, SAMPLES),
    )
    found["sequences"] = (
        lambda x: c.fractional_avg_pool2d(x, **CELLS),
        lambda w, x, y: c.fractional_avg_pool2d_backward(w, x.shape, **CELLS),
    )
    return found


@pytest.mark.parametrize("name", list(pairs()))
def test_gradients_by_central_differences(name: str) -> None:
    """A gradient is the slope of its pooling, measured in float64."""
    if not device.has_fp64(device.default_device()):
        pytest.skip("the device has no float64")
    forward, backward = pairs()[name]
    rng = np.random.default_rng(8)
    x, step = rng.uniform(0.5, 2, (1, 1, 5, 6)), 1e-5
    if "'signed': True" not in name or "(4" in name:
        x *= rng.choice([-1, 1], x.shape)  # roots of negative sums are NaN
    y = forward(x)
    w = rng.standard_normal(y.shape)
    steps = step * np.eye(x.size).reshape(x.size, *x.shape[1:])
    ends = [(w * forward(x + sign * steps)).sum((1, 2, 3)) for sign in (1, -1)]
    slopes = (ends[0] - ends[1]).reshape(x.shape) / (2 * step)
    np.testing.assert_allclose(backward(w, x, y), slopes, rtol=1e-7, atol=1e-8)
