"""Norms: by hand where signs and windows matter, no gradient from a norm of 0, what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from refusals import GRAD, TYPE, VALUE, X, refused, refused_twice

import clpool

INF, NAN = np.inf, np.nan


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


def test_windows_longer_than_the_input() -> None:
    """ONNX sets no limit on a window in three axes, where PyTorch does; nor does a gradient."""
    x = np.array([[[[[3.0, -1.0]], [[2.0, -4.0]]]]])
    form = {"padding": ((1, 0), (0, 2), (0, 0)), "signed": False}
    y = clpool.lp_pool3d(x, 1, (3, 3, 2), **form)
    assert y.tolist() == [[[[[10]]]]]
    grad = clpool.lp_pool3d_backward(np.ones_like(y), x, y, 1, (3, 3, 2), **form)
    np.testing.assert_array_equal(grad, np.sign(x))


@pytest.mark.parametrize("dtype", [np.float32, np.float16])
def test_infinite_norms_of_planes(dtype: Any) -> None:
    """The largest and the smallest magnitude, and NaN where one is; PoCL 3.0 died of one form."""
    x = np.random.default_rng(1).standard_normal((2, 3, 9, 14)).astype(dtype)
    x[1, 2, 4, 5] = np.nan
    for norm, of in ((INF, np.max), (-INF, np.min)):
        found = clpool.global_lp_pool(x, norm)[..., 0, 0]
        np.testing.assert_array_equal(found, of(np.abs(x), axis=(2, 3)))


def test_no_gradient_flows_from_a_norm_of_0() -> None:
    """Where y is 0 there is none: 0, not NaN; a tap of 0 gets 0 to any positive power."""
    x = np.array([[[0.0, 0.0, 0.0, 2.0]]], np.float32)
    for norm in (1, 2, 3):
        y = clpool.lp_pool1d(x, norm, 2)
        found = clpool.lp_pool1d_backward(np.ones_like(y), x, y, norm, 2)
        assert found.tolist() == [[[0, 0, norm == 1, 1]]]
        found = clpool.lp_pool1d_backward(np.ones_like(y), x, y, norm, 2, signed=False)
        assert found.tolist() == [[[0, 0, 0, 1]]]


@pytest.mark.cover
@pytest.mark.parametrize(
    ("norm", "kind", "words"),
    [
        (0, VALUE, ("norm_type", "0.0", "other than 0")),
        (NAN, VALUE, ("norm_type", "nan", "other than 0 and NaN")),
        ("2", TYPE, ("norm_type", "'2'", "a number")),
        (None, TYPE, ("norm_type", "None", "a number")),
        (True, TYPE, ("norm_type", "True", "a number")),
        (2j, TYPE, ("norm_type", "2j", "a number")),
        (np.array([1, 2]), TYPE, ("norm_type", "array([1, 2])", "a number")),
    ],
    ids=str,
)
def test_norm_types(norm: Any, kind: Any, words: Any, no_launch: None) -> None:
    """A norm of 0, NaN or no number at all is refused, by gradients too."""
    refused_twice(clpool.lp_pool2d, kind, words, x=X, norm_type=norm, kernel_size=3)
    refused(lambda: clpool.global_lp_pool(X, norm), kind, words)
    given = {"grad": GRAD, "x": X, "y": GRAD, "norm_type": norm, "kernel_size": 3}
    refused(lambda: clpool.lp_pool2d_backward(**given), kind, words)


@pytest.mark.cover
def test_norms(no_launch: None) -> None:
    """Integers have no norms here, a maximum has no gradient, and windows in 3D fit inside."""
    lp = clpool.lp_pool2d
    for name in ("int32", "uint8"):
        words = ("x", name, "allowed", "floats")
        refused(lambda n=name: lp(X.astype(n), 2, 3), TYPE, words)
        refused(lambda n=name: clpool.global_lp_pool(X.astype(n)), TYPE, words)
    refused(lambda: lp(X, 2, 3, signed=1), TYPE, ("signed", "1", "True or False"))
    words = ("kernel_size 12", "length 11", "axis 2", "lp_pool3d")
    refused(lambda: clpool.lp_pool3d(X, 2, (2, 3, 12), padding=(1, 1, 6)), VALUE, words)
    gradient = clpool.lp_pool2d_backward
    words = ("norm_type", "inf", "no gradient")
    refused(lambda: gradient(GRAD, X, GRAD, np.inf, 3), VALUE, words)
    words = ("y", "(1, 3, 3, 3)", "grad", "(2, 3, 3, 3)")
    refused(lambda: gradient(GRAD, X, GRAD[:1], 2, 3), VALUE, words)
    words = ("x", "float64", "grad", "float32")
    refused(lambda: gradient(GRAD, X.astype(np.float64), GRAD, 2, 3), TYPE, words)
    words = ("grad", "(2, 3, 3, 3)", "(1, 3, 9, 11)", "batch")
    refused(lambda: gradient(GRAD, X[:1], GRAD, 2, 3), VALUE, words)
