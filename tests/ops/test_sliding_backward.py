"""Gradients of windows without taps, and of windows of which no tap is better than none."""

from __future__ import annotations

import numpy as np
import pytest
from cases import assert_exact, normal

import clpool
from clpool import reference
from clpool.problem.window import SlidingWindow

INF = np.inf


@pytest.mark.parametrize("last", [False, True])
def test_a_window_without_taps_sends_nothing(last: bool) -> None:
    """Its index is -1; no element gets its gradient, and no memory beside the plane."""
    plain = normal(1, 4, 1, 9)
    x = np.ascontiguousarray(np.moveaxis(plain, 1, -1)) if last else plain
    layout = {"data_format": "channels_last" if last else "channels_first"}
    y, indices = clpool.max_pool2d(x, 2, 1, 1, 2, return_indices=True, **layout)
    assert (indices == -1).any()
    memory = np.full(x.size + 64, 77, np.float32)
    out = memory[32:-32].reshape(x.shape)
    clpool.max_pool2d_backward(np.ones_like(y), indices, x.shape, 2, 1, 1, 2, out=out, **layout)
    assert out.sum() == (indices >= 0).sum()
    assert (memory[:32] == 77).all()
    assert (memory[-32:] == 77).all()
    window = SlidingWindow.of(2, 2, 1, 1, 2)
    taps = reference.sum_pool_backward(
        np.ones((1, 4, *y.shape[1 + (not last) :][:2])), plain.shape, window
    ).astype(np.float32)
    taps = np.moveaxis(taps, 1, -1) if last else taps
    for mode, divisor in (("sum", 1), ("avg", 4)):
        backward = getattr(clpool, f"{mode}_pool2d_backward")
        found = backward(np.ones_like(y), x.shape, 2, 1, 1, dilation=2, **layout)
        assert_exact(found, taps / np.float32(divisor))


@pytest.mark.parametrize("mode", ["max", "min"])
def test_windows_that_no_tap_wins(mode: str) -> None:
    """The first valid tap stands for a window of all -inf (or +inf), and gets its gradient."""
    x = np.full((1, 2, 5, 6), -INF if mode == "max" else INF, np.float32)
    pooling = getattr(clpool, f"{mode}_pool2d")
    backward = getattr(clpool, f"{mode}_pool2d_backward")
    y, indices = pooling(x, 3, 2, 1, return_indices=True)
    expected = reference.pool(x, SlidingWindow.of(2, 3, 2, 1), mode, return_indices=True)
    assert_exact(indices, expected[1])
    grad = normal(*y.shape)
    found = backward(grad, indices.astype(np.int32), x.shape, 3, 2, 1)
    right = np.zeros((2, 30), np.float32)
    for plane, (places, values) in enumerate(zip(indices[0], grad[0], strict=True)):
        np.add.at(right[plane], places.ravel(), values.ravel())
    np.testing.assert_allclose(found.reshape(2, 30), right, rtol=1e-6)
    adaptive, places = getattr(clpool, f"adaptive_{mode}_pool2d")(x, 2, True)
    assert places.ravel().tolist() == [0, 3, 12, 15] * 2
    backward = getattr(clpool, f"adaptive_{mode}_pool2d_backward")
    flowed = backward(np.ones_like(adaptive), places, x.shape)
    assert np.flatnonzero(flowed).tolist() == [0, 3, 12, 15, 30, 33, 42, 45]
