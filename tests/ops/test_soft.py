"""Soft and stochastic pooling and their gradients: the oracle's numbers, and its draws exactly."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyopencl.array as cla
import pytest
from cases import assert_exact

import clpool
from clpool import reference
from clpool.errors import ArgumentTypeError, ArgumentValueError
from clpool.problem.window import SlidingWindow
from clpool.runtime import capabilities, device

#: (ndim, kernel_size, stride, padding, dilation, ceil_mode, lengths)
WINDOWS = {
    "row": (1, 4, 3, 2, 1, True, (50,)),
    "square": (2, 3, 2, 1, 1, True, (13, 10)),
    "dilated": (2, 2, 1, 1, 2, False, (9, 8)),
    "cube": (3, 2, 2, 1, 1, False, (5, 6, 7)),
}
#: (window, dtype, channels last): each is seven kernels, so not all with all.
COMBINATIONS = [
    ("row", "float16", False),
    ("row", "float32", True),
    ("square", "float32", False),
    ("square", "float64", True),
    ("dilated", "float64", False),
    ("dilated", "float32", True),
    ("cube", "float32", False),
    ("cube", "float16", True),
]


def near(found: np.ndarray, exact: np.ndarray, scale: Any, terms: int) -> None:
    """Within ``terms`` roundings of numbers of this scale; NaN and infinities match."""
    finite = np.isfinite(exact)
    assert_exact(found[~finite].astype(np.float64), exact[~finite])
    eps = np.finfo(found.dtype).eps
    error = np.abs(found.astype(np.float64) - exact)[finite]
    assert (error <= terms * eps * np.broadcast_to(scale, exact.shape)[finite]).all()


def laid(x: np.ndarray, last: bool) -> np.ndarray:
    """Channels last in memory and in axes, if asked for."""
    return np.ascontiguousarray(np.moveaxis(x, 1, -1)) if last else x


def first(x: np.ndarray, last: bool) -> np.ndarray:
    """The axes of :func:`laid` undone."""
    return np.moveaxis(x, -1, 1) if last else x


@pytest.mark.parametrize(("name", "dtype", "last"), COMBINATIONS)
def test_they_equal_the_oracle(name: str, dtype: str, last: bool) -> None:
    """Averages and gradients are near the oracle's, what is drawn and from where is the same."""
    ndim, *parameters, lengths = WINDOWS[name]
    if dtype == "float64" and not capabilities.has_fp64(device.default_device()):
        pytest.skip("the device has no float64")
    rng = np.random.default_rng(ndim)
    # Eleven channels: a vector of eight, and three alone.
    x = (3 * rng.standard_normal((2, 11, *lengths))).astype(dtype)
    window = SlidingWindow.of(ndim, *parameters)
    options = {"data_format": "channels_last"} if last else {}

    def call(which: str, *arrays: Any, **more: Any) -> Any:
        given = [laid(a, last) for a in arrays]
        return getattr(clpool, which.replace("#", str(ndim)))(
            *given, *parameters, **more, **options
        )

    exact = reference.soft_pool(x, window, exact=True)
    grad = rng.standard_normal(exact.shape).astype(dtype)
    near(first(call("soft_pool#d", x), last), exact, np.abs(x).max(), 16)
    flow = reference.soft_pool_backward(grad, x, window, exact=True)
    scale = np.abs(grad).max() * (1 + np.abs(x).max())
    near(first(call("soft_pool#d_backward", grad, x), last), flow, scale, 64)
    x = np.abs(x)
    drawn = call("stochastic_pool#d", x, return_indices=True, seed=2**40 + 7)
    expected = reference.stochastic_pool(x, window, 2**40 + 7)
    for one, other in zip(drawn, expected, strict=True):
        assert_exact(first(one, last), other, name)
    exact = reference.stochastic_inference(x, window, exact=True)
    near(first(call("stochastic_pool#d", x, training=False), last), exact, np.abs(x).max(), 16)
    flow = reference.stochastic_inference_backward(grad, x, window, exact=True)
    found = first(call("stochastic_pool#d_inference_backward", grad, x), last)
    near(found, flow, np.abs(flow).max() + np.abs(grad).max(), 64)


def test_softness_at_the_ends_of_the_numbers() -> None:
    """Huge numbers stay finite, -inf counts for nothing, +inf and NaN give NaN."""
    big = np.float32(3e38)
    inf, nan = np.float32(np.inf), np.float32(np.nan)
    rows = [[big, big], [-big, big], [-inf, 2], [-inf, -inf], [inf, 1], [nan, 1], [1e4, -1e4]]
    found = clpool.soft_pool1d(np.array(rows, np.float32)[:, None], 2).ravel()
    assert_exact(found, np.array([big, big, 2, -inf, nan, nan, 1e4], np.float32))


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
    for name in ("soft_pool2d_backward", "stochastic_pool2d_inference_backward"):
        function = getattr(clpool, name)
        assert_exact(function(g, xs, 3, 2).get(), function(grad, x, 3, 2), name)
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
    for function in (clpool.soft_pool2d, clpool.stochastic_pool2d):
        with pytest.raises(ArgumentTypeError, match="int32"):
            function(x.astype(np.int32), 2)
    with pytest.raises(ArgumentValueError, match="grad has shape"):
        clpool.soft_pool2d_backward(np.ones((1, 2, 3, 3), np.float32), x, 2)
