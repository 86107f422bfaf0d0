"""The numbers of teaching texts on pooling, under the names of each framework they are given in.

Fleuret's EE-559, Dive into Deep Learning in its four frameworks and its earlier MXNet edition,
Raschka's Deep Learning Fundamentals, and a tutorial with photographs.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import launches
import numpy as np
import pyopencl.array as cla
import pytest
from lectures import FACTS, NINE, PADDED, ROWS, TABLE, Call, first, last

import clpool
from clpool import nn
from clpool.interop import flax, keras, mxnet
from clpool.runtime import device


@pytest.fixture(params=["host", "device"])
def pooled(request: pytest.FixtureRequest) -> Callable[[Call, np.ndarray], np.ndarray]:
    """Calls on numpy's and on pyopencl's arrays, which must give the same kind."""

    def on_host(call: Call, x: np.ndarray) -> np.ndarray:
        with launches.counted() as kernels:
            found = call(x)
        assert kernels, "no kernel was launched"
        assert type(found) is np.ndarray
        return found

    def on_device(call: Call, x: np.ndarray) -> np.ndarray:
        given = cla.to_device(device.default_queue(), x)
        with launches.counted() as kernels:
            found = call(given)
        assert kernels, "no kernel was launched"
        assert type(found) is cla.Array
        return found.get()

    return on_host if request.param == "host" else on_device


@pytest.mark.cover(("fact", "framework"))
@pytest.mark.parametrize(
    ("fact", "framework"), [(fact, name) for fact in FACTS for name in FACTS[fact][0]]
)
def test_a_number(fact: str, framework: str, pooled: Any) -> None:
    """A text's number, under one framework's names."""
    calls, channels, expected = FACTS[fact]
    order = last if framework.startswith(("flax", "keras")) else first
    found = pooled(calls[framework], order(*channels))
    np.testing.assert_array_equal(found, order(*expected), strict=True)


@pytest.mark.cover(("fact", "framework"))
@pytest.mark.parametrize(
    ("fact", "framework"), [(fact, name) for fact in FACTS for name in FACTS[fact][0]]
)
def test_a_wrong_kernel_is_seen(fact: str, framework: str, pooled: Any) -> None:
    """Each of these tests is red if results are too large by one."""
    with launches.planted(), pytest.raises(AssertionError, match="Mismatched elements"):
        test_a_number(fact, framework, pooled)


@pytest.mark.parametrize("fact", PADDED)
def test_a_number_of_a_padded_copy(fact: str, pooled: Any) -> None:
    """The same where the text pads with zeros first: no number is below zero."""
    pads, call, channels, expected = PADDED[fact]
    found = pooled(call, np.pad(last(*channels), pads))
    np.testing.assert_array_equal(found, last(*expected), strict=True)


@pytest.mark.parametrize("call", [lambda x: clpool.max_pool2d(x, (1, 2)), nn.MaxPool2d((1, 2))])
def test_two_channels_without_a_batch(call: Call, pooled: Any) -> None:
    """EE-559: (C, H, W) in, by a window of one row and two columns."""
    expected = [[[2, 2, 2], [2, 0, 1]], [[2, 2, 1], [0, 1, 2]]]
    np.testing.assert_array_equal(pooled(call, np.array(ROWS, np.float32)), expected)


@pytest.mark.parametrize("ndim", [1, 2, 3])
def test_signatures(ndim: int) -> None:
    """EE-559: PyTorch's parameters, in its order, with its defaults; the window is the stride."""
    shared = {"stride": None, "padding": 0, "dilation": 1}
    function = {**shared, "ceil_mode": False, "return_indices": False}
    module = {**shared, "return_indices": False, "ceil_mode": False}
    average = {"stride": None, "padding": 0, "ceil_mode": False, "count_include_pad": True}
    for one, defaults in (
        (getattr(clpool, f"max_pool{ndim}d"), function),
        (getattr(nn, f"MaxPool{ndim}d"), module),
        (getattr(clpool, f"avg_pool{ndim}d"), average),
        (getattr(nn, f"AvgPool{ndim}d"), average),
    ):
        listed = inspect.signature(one).parameters
        names = [*listed]
        start = names.index("kernel_size") + 1
        assert start == (1 if inspect.isclass(one) else 2)
        assert [(n, listed[n].default) for n in names[start:]][: len(defaults)] == [
            *defaults.items()
        ]
    x = np.arange(2.0 * 7**ndim).reshape(2, *[7] * ndim)
    for mode in ("max_pool", "avg_pool"):
        pool = getattr(clpool, f"{mode}{ndim}d")
        np.testing.assert_array_equal(pool(x, 3), pool(x, 3, 3), strict=True)
        assert pool(x, 3).shape == (2, *[7 // 3] * ndim)


def test_what_is_permuted_inside_a_cell() -> None:
    """EE-559: neither maximum nor average changes; small integers are summed exactly."""
    rng = np.random.default_rng(0)
    cells = rng.integers(0, 99, (50, 8, 2)).astype(np.float32)
    x, y = cells.reshape(50, 16), rng.permuted(cells, axis=2).reshape(50, 16)
    assert (x != y).any()
    for pool in (clpool.max_pool1d, clpool.avg_pool1d):
        np.testing.assert_array_equal(pool(x, 2), pool(y, 2), strict=True)


def test_a_small_shift() -> None:
    """EE-559: a shift of one element leaves most maxima of windows of 8 as they were."""
    x = np.random.default_rng(1).random((1, 8001), np.float32)
    here, there = clpool.max_pool1d(x[:, :-1], 8), clpool.max_pool1d(x[:, 1:], 8)
    assert 0.7 < (here == there).mean() < 1
    assert (x[:, :-1] == x[:, 1:]).mean() < 0.01


def test_average_as_a_convolution() -> None:
    """An exercise of d2l: the convolution by a kernel whose every weight is 1/(rows*columns)."""
    kernel = np.full((2, 2), 0.25, np.float32)
    taps = np.lib.stride_tricks.sliding_window_view(np.array(NINE, np.float32), (2, 2))
    convolved = np.einsum("hwij,ij->hw", taps, kernel)
    np.testing.assert_array_equal(convolved, [[2, 3], [5, 6]])
    found = clpool.avg_pool2d(np.array([NINE], np.float32), 2, 1)[0]
    np.testing.assert_array_equal(found, convolved, strict=True)


def larger(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The larger of two by ReLU alone: b + relu(a - b)."""
    return b + np.maximum(a - b, 0)


@pytest.mark.parametrize(("size", "layers"), [(2, 2), (3, 4)])
def test_maximum_by_relu(size: int, layers: int) -> None:
    """An exercise of d2l: each layer halves the taps, so n of them take log2(n) layers, rounded up.

    Small integers: their differences are exact.
    """
    x = np.random.default_rng(2).integers(-50, 50, (9, 9)).astype(np.float32)
    outputs = 9 - size + 1
    taps = [x[i : i + outputs, j : j + outputs] for i in range(size) for j in range(size)]
    count = 0
    while len(taps) > 1:
        odd = taps[-1:] * (len(taps) % 2)
        taps = [larger(a, b) for a, b in zip(taps[::2], taps[1::2], strict=False)] + odd
        count += 1
    assert count == layers
    np.testing.assert_array_equal(clpool.max_pool2d(x[None], size, 1)[0], taps[0], strict=True)


@pytest.mark.parametrize("low", [lambda x: clpool.min_pool2d(x, 2, 1), nn.MinPool2d(2, 1)])
def test_minimum_by_maximum(low: Call, pooled: Any) -> None:
    """An exercise of d2l: min(x) = -max(-x), so that it needs no layer of its own."""
    x = np.array([NINE], np.float32)
    np.testing.assert_array_equal(-clpool.max_pool2d(-x, 2, 1), [[[0, 1], [3, 4]]])
    np.testing.assert_array_equal(pooled(low, x), [[[0, 1], [3, 4]]])
    found = pooled(lambda y: flax.min_pool(y, (2, 2)), last(NINE))
    np.testing.assert_array_equal(found, last([[0, 1], [3, 4]]))


def test_softmax_pooling() -> None:
    """An exercise of d2l: above the average, below the maximum, of taps that differ."""
    x = first(TABLE)
    low, soft, high = (f(x, 2) for f in (clpool.avg_pool2d, clpool.soft_pool2d, clpool.max_pool2d))
    assert (low < soft).all()
    assert (soft < high).all()


@pytest.mark.parametrize(("size", "padding", "stride"), [(2, 0, 2), (3, 1, 2), (5, 2, 1)])
def test_cost(size: int, padding: int, stride: int) -> None:
    """An exercise of d2l: size² steps for each of c * h' * w' outputs, padding spared.

    A sum of ones counts them: every step of an unpadded window is one tap.
    """
    c, h, w = 4, 12, 9
    ones = np.ones((c, h, w), np.float32)
    outputs = [(n + 2 * padding - size) // stride + 1 for n in (h, w)]
    counted = clpool.sum_pool2d(ones, size, stride, padding)
    assert counted.shape == (c, *outputs)
    taps = [
        sum(
            max(0, min(j * stride - padding + size, n) - max(j * stride - padding, 0))
            for j in range(o)
        )
        for n, o in zip((h, w), outputs, strict=True)
    ]
    assert counted.sum() == c * taps[0] * taps[1]
    assert padding or counted.sum() == c * outputs[0] * outputs[1] * size**2


POOLS: dict[str, Call] = {
    "function": lambda x: clpool.max_pool2d(x, 2, 2),
    "module": nn.MaxPool2d(2, 2),
    "mxnet": lambda x: mxnet.MaxPool2D(2, 2)(x[None])[0],
    "keras": lambda x: keras.MaxPool2D(2, 2, data_format="channels_first")(x[None])[0],
    "flax": lambda x: flax.max_pool(x.transpose(1, 2, 0), (2, 2), (2, 2)).transpose(2, 0, 1),
}


@pytest.mark.parametrize("name", POOLS)
def test_the_funnel(name: str) -> None:
    """Raschka: two 3x3 convolutions, each halved by a pool or by its own stride, or by nothing."""

    def convolved(shape: tuple[int, ...], channels: int, stride: int = 1) -> tuple[int, ...]:
        return (channels, *((n - 3) // stride + 1 for n in shape[1:]))

    def halved(shape: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(POOLS[name](np.zeros(shape, np.float32)).shape)

    shape = (3, 110, 110)
    assert halved(convolved(halved(convolved(shape, 8)), 16)) == (16, 26, 26)
    assert convolved(convolved(shape, 8), 16) == (16, 106, 106)
    assert convolved(convolved(shape, 8, 2), 16, 2) == (16, 26, 26)


@pytest.mark.parametrize("module", [nn.MaxPool2d((2, 2)), nn.AvgPool2d((2, 2))], ids=repr)
def test_two_photographs(module: Any) -> None:
    """The tutorial's batch: rows and columns halved, the odd one left out; no average is larger."""
    batch = np.random.default_rng(3).random((2, 3, 321, 481), np.float32)
    found = module(batch)
    assert found.shape == (2, 3, 160, 240)
    whole = batch[:, :, :320, :480].reshape(2, 3, 160, 2, 240, 2)
    if isinstance(module, nn.MaxPool2d):
        np.testing.assert_array_equal(found, whole.max((3, 5)))
    else:
        # Four taps of at most 1: three roundings of at most eps each, and one of the division.
        np.testing.assert_allclose(found, whole.mean((3, 5), np.float64), rtol=0, atol=4 * 2**-23)
    assert all((a <= b).all() for a, b in pairwise((whole.min((3, 5)), found, whole.max((3, 5)))))
