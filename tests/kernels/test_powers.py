"""Powers of any exponent, which CPUs compute with a function of our own, to the last unit."""

from __future__ import annotations

import numpy as np
import pytest
from family import POW

import clpool
from clpool import reference
from clpool.problem.window import SlidingWindow
from clpool.runtime import capabilities

#: Where signs, zeros, infinities, subnormals and overflow part.
ENDS = [0, 1, np.inf, 1e-45, 1e-40, 3.4e38, 0.99999994, 1.0000001, 2, 0.5, 1.4142135, 0.70710677]


def numbers() -> np.ndarray:
    """These of both signs, NaN, and many of all sizes; no whole number of vectors."""
    rng = np.random.default_rng(0)
    sizes = 10 ** rng.uniform(-37, 37, 1500)
    near = 1 + rng.standard_normal(500) * 1e-3
    ends = np.array([*ENDS, *(-n for n in ENDS), np.nan])
    return np.concatenate([ends, sizes * rng.choice([-1, 1], 1500), near]).astype(np.float32)


@pytest.mark.parametrize("last", [False, True])
@pytest.mark.parametrize("power", [2.5, -2.5, 4, 5, 6, -3, -4, 0.5, -0.5, 33.25, -2049, 2**22])
def test_powers(power: float, last: bool) -> None:
    """The gradient of a norm of one tap is (x / y)^(p - 1): a power, where y is 1."""
    x = numbers()
    shape = (1, 1, x.size)
    ones = np.ones(shape, np.float32)
    layout = "channels_last" if last else "channels_first"
    given = (ones, x.reshape(shape), ones, power + 1.0, 1)
    found = clpool.lp_pool1d_backward(*given, data_format=layout).ravel()
    with np.errstate(all="ignore"):
        exact = x.astype(np.longdouble) ** np.longdouble(power)
        right = exact.astype(np.float32)
        unit = np.maximum(np.spacing(np.abs(right)), np.float32(2.0**-149))
        off = np.abs(found.astype(np.longdouble) - exact) / unit
    plain = np.isfinite(right) & np.isfinite(found)
    own = capabilities.dialect(clpool.default_device()) == "clang"
    assert off[plain].max() <= (0.51 if own else POW)
    if own:
        np.testing.assert_array_equal(found[~plain], right[~plain])
    np.testing.assert_array_equal(np.isnan(found), np.isnan(right))


@pytest.mark.parametrize("p", [3, 5])
def test_sums_of_minus_infinity(p: int) -> None:
    """An odd norm of a sum of minus infinity is infinity, of another negative sum NaN."""
    x = np.array([[[-np.inf, 1, 2, -3, -1, 0]]], np.float32)
    found = clpool.lp_pool1d(x, p, 3)
    assert np.isposinf(found[0, 0, 0])
    assert np.isnan(found[0, 0, 1])
    np.testing.assert_array_equal(found, reference.lp_pool(x, SlidingWindow.of(1, 3), p))
