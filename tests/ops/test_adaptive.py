"""Adaptive and global pooling: sizes at the ends of their range, whole planes, what is refused."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pyopencl.array as cla
import pytest
from cases import assert_exact, assert_sum_close, normal, random_values
from refusals import TYPE, VALUE, X, refused_twice

import clpool
from clpool import reference
from clpool.problem.listed import AdaptiveWindow
from clpool.runtime import device


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
        out = np.full_like(x, np.nan)
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


@pytest.mark.cover
@pytest.mark.parametrize(
    ("size", "kind", "words"),
    [
        (-1, VALUE, ("output_size", "-1", "at least 0")),
        ((3, -2), VALUE, ("output_size", "-2", "at least 0")),
        (2.0, TYPE, ("output_size", "2.0", "an integer")),
        (True, TYPE, ("output_size", "True", "an integer")),
        ("3", TYPE, ("output_size", "'3'", "an integer")),
        ((1, 2, 3), VALUE, ("output_size", "(1, 2, 3)", "an int or 2")),
        ((None,), VALUE, ("output_size", "(None,)", "an int or 2")),
        (2**31, VALUE, ("output_size", str(2**31), "at most")),
    ],
    ids=str,
)
@pytest.mark.parametrize("mode", ["max", "min", "avg"])
def test_adaptive_sizes(mode: str, size: Any, kind: Any, words: Any, no_launch: None) -> None:
    """A negative, broken or superfluous output_size is refused."""
    refused_twice(getattr(clpool, f"adaptive_{mode}_pool2d"), kind, words, x=X, output_size=size)
