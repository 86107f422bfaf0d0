"""Soft pooling and its gradient: the numbers of the oracle, and those at their ends."""

from __future__ import annotations

import numpy as np
import pyopencl.array as cla
import pytest
from cases import assert_exact
from weighted import COMBINATIONS, Weighted, near

import clpool
from clpool import reference
from clpool.errors import ArgumentTypeError, ArgumentValueError
from clpool.runtime import device


@pytest.mark.parametrize(("name", "dtype", "last"), COMBINATIONS)
def test_averages_equal_the_oracle(name: str, dtype: str, last: bool) -> None:
    """Averages and gradients are near the oracle's."""
    case = Weighted(name, dtype, last)
    x = case.drawn(scale=3)
    exact = reference.soft_pool(x, case.window, exact=True)
    near(case.call("soft_pool#d", x), exact, np.abs(x).max(), 16)
    grad = case.drawn(exact.shape)
    flow = reference.soft_pool_backward(grad, x, case.window, exact=True)
    scale = np.abs(grad).max() * (1 + np.abs(x).max())
    near(case.call("soft_pool#d_backward", grad, x), flow, scale, 64)


def test_softness_at_the_ends_of_the_numbers() -> None:
    """Huge numbers stay finite, -inf counts for nothing, +inf and NaN give NaN."""
    big = np.float32(3e38)
    inf, nan = np.float32(np.inf), np.float32(np.nan)
    rows = [[big, big], [-big, big], [-inf, 2], [-inf, -inf], [inf, 1], [nan, 1], [1e4, -1e4]]
    found = clpool.soft_pool1d(np.array(rows, np.float32)[:, None], 2).ravel()
    assert_exact(found, np.array([big, big, 2, -inf, nan, nan, 1e4], np.float32))


def test_gradients_on_the_device() -> None:
    """Pyopencl arrays in, an array out, with the numbers of numpy's."""
    rng = np.random.default_rng(3)
    x, grad = rng.random((1, 2, 8, 9), np.float32), rng.standard_normal((1, 2, 3, 4), np.float32)
    g, xs = (cla.to_device(device.default_queue(), a) for a in (grad, x))
    backward = clpool.soft_pool2d_backward
    assert_exact(backward(g, xs, 3, 2).get(), backward(grad, x, 3, 2))


def test_what_is_refused() -> None:
    """Integers, and a gradient of another shape."""
    x = np.ones((1, 2, 4, 4), np.float32)
    with pytest.raises(ArgumentTypeError, match="int32"):
        clpool.soft_pool2d(x.astype(np.int32), 2)
    with pytest.raises(ArgumentValueError, match="grad has shape"):
        clpool.soft_pool2d_backward(np.ones((1, 2, 3, 3), np.float32), x, 2)
