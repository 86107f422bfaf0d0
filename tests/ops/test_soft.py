"""Soft pooling and its gradient: the numbers of the oracle, and those at their ends."""

from __future__ import annotations

import itertools

import numpy as np
import pyopencl.array as cla
import pytest
from cases import VALUE_KINDS, assert_exact
from element_types import needed
from family import Operator, check
from family_weighted import soft
from weighted import COMBINATIONS, Weighted, near

import clpool
from clpool import reference, tuning
from clpool.errors import ArgumentTypeError, ArgumentValueError
from clpool.runtime import device, dispatch


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


#: Windows whose taps a work-item has at hand: aligned rows, odd ones, windows without a tap.
AT_HAND = (
    soft((8, 16), 2, 2),
    soft((9, 16), 3, (2, 1), 1, 1, False),
    soft((5, 13), (3, 2), 2, (1, 1), (2, 3), False),
    soft((1,), 2, 1, 1, 2, False),
    soft((4, 5, 8), 2, 2, 1, 1, True),
)


@pytest.mark.parametrize("name", ["float32", "float16", "bfloat16", "float64"])
@pytest.mark.parametrize("operator", AT_HAND, ids=str)
def test_windows_at_hand(operator: Operator, name: str) -> None:
    """A block's windows, largest tap first: NaN, infinities and the ends of the numbers."""
    dtype = needed(name)
    rng = np.random.default_rng(len(str(operator)))
    for kind in VALUE_KINDS:
        plain = operator.arrays(rng, dtype, kind, (2, 4))
        for last, width in itertools.product((False, True), (1, 4)):
            dispatch._plans.clear()
            with tuning.forced(variant="outputs", width=width):
                check(operator, plain, f"{operator} {name} {kind} {width} last={last}", last)
            (plan,) = dispatch._plans.values()
            assert {launch.spec.template for launch in plan._launches} == {"outputs"}


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
