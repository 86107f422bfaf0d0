"""What the family promises where others err: empty results, windows without taps, duplicates."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pyopencl.array as cla
import pytest
from cases import assert_exact, assert_sum_close, random_values

import clpool
from clpool import reference
from clpool.problem.listed import AdaptiveWindow
from clpool.problem.window import SlidingWindow
from clpool.runtime import device

INF, NAN = np.inf, np.nan


def normal(*shape: int, dtype: Any = np.float32) -> np.ndarray:
    """Values without surprises."""
    return random_values(np.random.default_rng(len(shape)), shape, dtype, "normal")


# Adaptive and global


@pytest.mark.parametrize("sizes", [0, (0, 3), (3, 0), (None, 0)], ids=str)
def test_an_output_size_of_0(sizes: Any) -> None:
    """The result is empty, and nothing flows back: its gradient is all zeros."""
    x = normal(2, 3, 5, 7)
    shape = (2, 3, *AdaptiveWindow.of(2, sizes).output_shape((5, 7)))
    values, indices = clpool.adaptive_max_pool2d(x, sizes, True)
    average = clpool.adaptive_avg_pool2d(x, sizes)
    assert values.shape == indices.shape == average.shape == shape
    calls = (
        lambda g, i, **o: clpool.adaptive_max_pool2d_backward(g, i, x.shape, **o),
        lambda g, i, **o: clpool.adaptive_avg_pool2d_backward(g, x.shape, **o),
    )
    for call in calls:
        out = np.full_like(x, NAN)
        assert call(values, indices, out=out) is out
        assert_exact(out, np.zeros_like(x))
    queue = device.default_queue()
    empty = [cla.Array(queue, shape, dtype) for dtype in (np.float32, np.int64)]
    for call in calls:
        assert_exact(call(*empty).get(), np.zeros_like(x))


def test_output_sizes_of_none_and_beyond_the_input() -> None:
    """None keeps a length, a size beyond it repeats elements, zero channels give none."""
    x = normal(2, 3, 5, 7)
    assert_exact(clpool.adaptive_max_pool2d(x, None), x)
    assert_exact(clpool.adaptive_avg_pool2d(x, (10, 14)), x.repeat(2, 2).repeat(2, 3))
    for mode, size in product(("max", "min", "avg"), (3, None, 0)):
        found = getattr(clpool, f"adaptive_{mode}_pool2d")(x[:, :0], size)
        assert found.shape == (2, 0, *AdaptiveWindow.of(2, size).output_shape((5, 7)))
    back = clpool.adaptive_avg_pool2d_backward(np.zeros((2, 0, 3, 3), np.float32), (2, 0, 5, 7))
    assert back.shape == (2, 0, 5, 7)


@pytest.mark.parametrize("ndim", [1, 2, 3])
@pytest.mark.parametrize("last", [False, True])
def test_global_pooling(ndim: int, last: bool) -> None:
    """One window holds a whole plane, whatever it is; its gradient reaches every element."""
    plain = random_values(np.random.default_rng(ndim), (2, 3, *(7, 5, 4)[:ndim]), "f4", "special")
    whole, axes = AdaptiveWindow.of(ndim, 1), tuple(range(2, 2 + ndim))
    move = (lambda a: np.ascontiguousarray(np.moveaxis(a, 1, -1))) if last else (lambda a: a)
    back = (lambda a: np.moveaxis(a, -1, 1)) if last else (lambda a: a)
    layout = {"data_format": "channels_last"} if last else {}
    x = move(plain)
    values, indices = clpool.global_max_pool(x, True, **layout)
    expected = reference.pool(plain, whole, "max", return_indices=True)
    assert_exact(back(values).copy(), expected[0])
    assert_exact(back(indices).copy(), expected[1])
    assert_sum_close(back(clpool.global_avg_pool(x, **layout)), plain, whole)
    finite = np.nan_to_num(plain, posinf=3, neginf=-3)
    norm = back(clpool.global_lp_pool(move(finite), 3, **layout))
    exact = (np.abs(finite.astype(np.float64)) ** 3).sum(axes, keepdims=True) ** (1 / 3)
    np.testing.assert_allclose(norm, exact, rtol=1e-5)
    grad = normal(2, 3, *(1,) * ndim)
    chosen = clpool.global_max_pool_backward(move(grad), indices, x.shape, **layout)
    right = reference.max_pool_backward(grad, expected[1], plain.shape, ndim)
    assert_exact(back(chosen).copy(), right)
    spread = back(clpool.global_avg_pool_backward(move(grad), x.shape, **layout))
    even = np.broadcast_to(grad.astype(np.float64) / plain[0, 0].size, plain.shape)
    np.testing.assert_allclose(spread, even, rtol=1e-6)


# Gradients of windows without taps, and of all -inf


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


# Norms


def test_norms_by_hand() -> None:
    """The sign of p = 1, roots of negative sums, whole windows under ceil_mode, magnitudes."""
    x = np.array([[[-3.0, 1.0, -4.0, 2.0, 5.0]]])
    lp = clpool.lp_pool1d
    assert lp(x, 1, 2).tolist() == [[[-2, -2]]]
    assert lp(x, 1, 2, ceil_mode=True).tolist() == [[[-2, -2, 10]]]  # 5 stands for 2 elements
    assert lp(x, 1, 2, ceil_mode=True, signed=False).tolist() == [[[4, 6, 5]]]
    assert np.isnan(lp(x, 3, 2)[0, 0, :1]).all()  # (-27 + 1)^(1/3)
    np.testing.assert_allclose(lp(x, 3, 2, signed=False)[0, 0], [28 ** (1 / 3), 72 ** (1 / 3)])
    assert lp(x, INF, 2).tolist() == [[[3, 4]]]
    assert lp(x, -INF, 2).tolist() == [[[1, 2]]]
    np.testing.assert_allclose(lp(np.abs(x), -1, 2)[0, 0], [3 / 4, 4 / 3])
    half = np.array([[[300, 400]]], np.float16)
    assert lp(half, 2, 2).tolist() == [[[500]]]  # 300^2 is no float16
    assert lp(x * 0, 3, 2, padding=1).tolist() == [[[0, 0, 0]]]


def test_no_gradient_flows_from_a_norm_of_0() -> None:
    """Where y is 0 there is none: 0, not NaN; a tap of 0 gets 0 to any positive power."""
    x = np.array([[[0.0, 0.0, 0.0, 2.0]]], np.float32)
    for norm in (1, 2, 3):
        y = clpool.lp_pool1d(x, norm, 2)
        found = clpool.lp_pool1d_backward(np.ones_like(y), x, y, norm, 2)
        assert found.tolist() == [[[0, 0, norm == 1, 1]]]
        found = clpool.lp_pool1d_backward(np.ones_like(y), x, y, norm, 2, signed=False)
        assert found.tolist() == [[[0, 0, 0, 1]]]


# Fractional


def test_a_seed_repeats_its_windows() -> None:
    """The same seed draws the same windows, another one others; no seed draws anew."""
    x = normal(3, 4, 40, 40)
    draw = lambda **o: clpool.fractional_max_pool2d(x, 2, 17, **o).tobytes()  # noqa: E731
    assert draw(seed=1) == draw(seed=1)
    assert len({draw(seed=1), draw(seed=2), draw(), draw()}) == 4
    average = clpool.fractional_avg_pool2d(x, 2, 17, seed=3)
    grad = normal(*average.shape)
    flowed = clpool.fractional_avg_pool2d_backward(grad, x.shape, 2, seed=3)
    np.testing.assert_allclose((flowed * x).sum(), (grad * average).sum(), rtol=1e-3)


def test_ratios_and_other_dtypes() -> None:
    """A ratio gives ``int(n * ratio)`` outputs; halves and integers take float32 samples."""
    x = normal(2, 3, 9, 14)
    assert clpool.fractional_max_pool2d(x, 2, output_ratio=0.5).shape == (2, 3, 4, 7)
    assert clpool.fractional_max_pool2d(x, 2, None, (0.5, 0.71)).shape == (2, 3, 4, 9)
    samples = np.random.default_rng(0).random((2, 3, 2), np.float32)
    for dtype in (np.float16, np.int16, np.float32):
        integers = np.arange(x.size).reshape(x.shape).astype(dtype)
        found = clpool.fractional_max_pool2d(integers, 2, 5, None, True, samples)
        right = reference.fractional_max_pool(integers, (2, 2), (5, 5), samples)
        for one, other in zip(found, right, strict=True):
            assert_exact(one, other)
    one = clpool.fractional_max_pool2d(x, 3, 1, None, False, samples)
    assert_exact(one, x[..., -3:, -3:].max((2, 3), keepdims=True))


def test_the_example_of_tensorflow() -> None:
    """[20, 5, 16, 3, 7] with the sequence [0, 2, 4] and overlap averages to [41/3, 26/3]."""
    x = np.array([20, 5, 16, 3, 7], np.float64).reshape(1, 1, 1, 5)
    found = clpool.fractional_avg_pool2d(x, sequences=([0, 1], [0, 2, 4, 5]), overlapping=True)
    np.testing.assert_allclose(found.ravel(), [41 / 3, 26 / 3, 7])
    largest = clpool.fractional_max_pool2d(x, sequences=([0, 1], np.array([0, 2, 5])))
    assert largest.ravel().tolist() == [20, 16]


# Unpooling


def test_sizes_of_unpooled_planes() -> None:
    """``(i - 1) * s + k - 2 * p`` unless given, r or r + 2 numbers; a plane of none is empty."""
    x, places = normal(2, 3, 4, 5), np.zeros((2, 3, 4, 5), np.int64)
    unpool = clpool.max_unpool2d
    assert unpool(x, places, 3, 2, 1).shape == (2, 3, 7, 9)
    assert unpool(x, places, 2, output_size=(9, 11)).shape == (2, 3, 9, 11)
    assert unpool(x, places, 2, output_size=(7, 7, 7, 9)).shape == (2, 3, 7, 9)
    one, place = x[..., :1], places[..., :1]
    empty = unpool(one, place, 2, 2, (0, 1))
    assert empty.shape == (2, 3, 8, 0)
    back = clpool.max_unpool2d_backward(empty, place, out=np.full_like(one, NAN))
    assert_exact(back, np.zeros_like(one))


@pytest.mark.parametrize("dtype", ["float32", "float16", "int8", "uint64"])
def test_the_last_duplicate_wins(dtype: str) -> None:
    """Of several values for one place the last stays; the gradient of each is that there."""
    x = np.arange(1, 9).reshape(1, 2, 4).astype(dtype)
    places = np.array([[[3, 3, 0, 3], [1, 0, 1, 0]]])
    found = clpool.max_unpool1d(x, places, 2)
    assert found.tolist() == [[[3, 0, 0, 4, 0, 0, 0, 0], [8, 7, 0, 0, 0, 0, 0, 0]]]
    grad = np.arange(16, dtype=np.float32).reshape(1, 2, 8)
    back = clpool.max_unpool1d_backward(grad, places)
    assert back.tolist() == [[[3, 3, 0, 3], [9, 8, 9, 8]]]


@pytest.mark.parametrize("ndim", [1, 2, 3])
def test_unpooling_undoes_pooling(ndim: int) -> None:
    """Maxima go back to where they came from, NaN and infinities with their bits."""
    x = random_values(np.random.default_rng(0), (2, 3, *(8, 6, 4)[:ndim]), "f4", "special")
    y, places = getattr(clpool, f"max_pool{ndim}d")(x, 2, return_indices=True)
    found = getattr(clpool, f"max_unpool{ndim}d")(y, places, 2)
    kept = np.zeros_like(x).reshape(2, 3, -1)
    flat = places.reshape(2, 3, -1)
    np.put_along_axis(kept, flat, np.take_along_axis(x.reshape(2, 3, -1), flat, 2), 2)
    assert found.tobytes() == kept.reshape(x.shape).tobytes()
