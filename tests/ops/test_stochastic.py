"""Stochastic pooling: its draws exactly, its expectation and gradients near those of the oracle."""

from __future__ import annotations

import numpy as np
import pyopencl.array as cla
import pytest
from cases import assert_exact
from weighted import COMBINATIONS, Weighted, near

import clpool
from clpool import reference
from clpool.errors import ArgumentTypeError, ArgumentValueError
from clpool.problem.window import SlidingWindow
from clpool.runtime import device


@pytest.mark.parametrize(("name", "dtype", "last"), COMBINATIONS)
def test_draws_and_averages_equal_the_oracle(name: str, dtype: str, last: bool) -> None:
    """Averages and gradients are near the oracle's, what is drawn and from where is the same."""
    case = Weighted(name, dtype, last)
    x = np.abs(case.drawn(scale=3))
    drawn = case.call("stochastic_pool#d", x, return_indices=True, seed=2**40 + 7)
    expected = reference.stochastic_pool(x, case.window, 2**40 + 7)
    for one, other in zip(drawn, expected, strict=True):
        assert_exact(one, other, name)
    exact = reference.stochastic_inference(x, case.window, exact=True)
    near(case.call("stochastic_pool#d", x, training=False), exact, np.abs(x).max(), 16)
    grad = case.drawn(exact.shape)
    flow = reference.stochastic_inference_backward(grad, x, case.window, exact=True)
    found = case.call("stochastic_pool#d_inference_backward", grad, x)
    near(found, flow, np.abs(flow).max() + np.abs(grad).max(), 64)


def test_draws_follow_from_the_seed_alone() -> None:
    """The same seed draws the same on arrays of either kind, another seed others."""
    x = np.random.default_rng(0).random((2, 3, 20, 20), np.float32)
    one = clpool.stochastic_pool2d(x, 4, seed=1)
    assert_exact(clpool.stochastic_pool2d(x, 4, seed=1), one)
    assert (clpool.stochastic_pool2d(x, 4, seed=2) != one).any()
    queue = device.default_queue()
    assert_exact(clpool.stochastic_pool2d(cla.to_device(queue, x), 4, seed=1).get(), one)
    shares = [clpool.stochastic_pool2d(x, 20, seed=s).mean() for s in range(300)]
    average = clpool.stochastic_pool2d(x, 20, training=False).mean()
    assert abs(np.mean(shares) - average) < 5 * np.std(shares) / 300**0.5


def test_gradients_on_the_device() -> None:
    """Pyopencl arrays in, an array out, with the numbers of numpy's."""
    queue = device.default_queue()
    rng = np.random.default_rng(3)
    x = rng.random((1, 2, 8, 9), np.float32)
    y, indices = clpool.stochastic_pool2d(x, 3, 2, return_indices=True, seed=5)
    grad = rng.standard_normal(y.shape, np.float32)
    g, xs, at = (cla.to_device(queue, a) for a in (grad, x, indices))
    average = clpool.stochastic_pool2d_inference_backward
    assert_exact(average(g, xs, 3, 2).get(), average(grad, x, 3, 2))
    drawn = clpool.stochastic_pool2d_backward
    expected = reference.max_pool_backward(grad, indices, x.shape, 2)
    assert np.allclose(drawn(g, at, x.shape, 3, 2).get(), expected, rtol=1e-6)
    assert_exact(drawn(g, at, x.shape, 3, 2).get(), drawn(grad, indices, x.shape, 3, 2))


def test_what_is_refused() -> None:
    """Negative elements, bad seeds, integers, indices of an average; clamp takes the negative."""
    x = np.ones((1, 2, 4, 4), np.float32)
    x[0, 1, 2, 3] = -2
    out = np.full((1, 2, 2, 2), 7, np.float32)
    with pytest.raises(ArgumentValueError, match=r"x holds -2.0 in plane \(0, 1\).* clamp=True"):
        clpool.stochastic_pool2d(x, 2, seed=1, out=out)
    assert (out == 7).all()
    clamped = clpool.stochastic_pool2d(x, 2, seed=1, clamp=True)
    assert_exact(clamped, reference.stochastic_pool(x, SlidingWindow.of(2, 2), 1, clamp=True)[0])
    for seed, kind in ((-1, ArgumentValueError), (2**64, ArgumentValueError), (1.5, TypeError)):
        with pytest.raises(kind, match="seed"):
            clpool.stochastic_pool2d(np.abs(x), 2, seed=seed)
    with pytest.raises(ArgumentValueError, match="return_indices"):
        clpool.stochastic_pool2d(np.abs(x), 2, return_indices=True, training=False)
    with pytest.raises(ArgumentTypeError, match="int32"):
        clpool.stochastic_pool2d(x.astype(np.int32), 2)
