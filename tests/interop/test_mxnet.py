"""MXNet's names: defaults, reprs, errors; numbers from the definition, an output at a time."""

from __future__ import annotations

import copy
import inspect
import itertools
import math
import pickle
from typing import Any

import launches
import numpy as np
import pyopencl.array as cla
import pytest
from cases import assert_exact, normal

import clpool
from clpool.errors import ArgumentTypeError, ArgumentValueError
from clpool.interop import mxnet
from clpool.runtime import device

LENGTHS = {1: (9,), 2: (9, 8), 3: (5, 7, 6)}
LAYOUTS = {1: ("NCW", "NWC"), 2: ("NCHW", "NHWC"), 3: ("NCDHW", "NDHWC")}


def both(x: np.ndarray) -> list[Any]:
    """An array of numpy's, and one of pyopencl's."""
    return [x, cla.to_device(device.default_queue(), x)]


def host(x: Any) -> np.ndarray:
    """The elements as numpy's."""
    return x.get() if isinstance(x, cla.Array) else x


def defined(
    x: np.ndarray, mode: str, k: int, s: int, p: int, full: bool, include: bool
) -> np.ndarray:
    """Pooling of (N, C, ...) by MXNet's definition, windows alike on each axis.

    A divisor counts up to the padding's end; an average of no tap is 0 where padding counts.
    """
    lengths = x.shape[2:]
    rounded = math.ceil if full else math.floor
    outputs = tuple(rounded((n + 2 * p - k) / s) + 1 for n in lengths)
    y = np.empty((*x.shape[:2], *outputs), x.dtype)
    for at in itertools.product(*map(range, outputs)):
        starts = [o * s - p for o in at]
        ends = [min(a + k, n + p) for a, n in zip(starts, lengths, strict=True)]
        taps = x[(..., *(slice(max(a, 0), max(e, 0)) for a, e in zip(starts, ends, strict=True)))]
        axes = tuple(range(2, x.ndim))
        if mode == "max":
            y[(..., *at)] = taps.max(axes, initial=-np.inf)
            continue
        count = math.prod(e - a for a, e in zip(starts, ends, strict=True)) if include else None
        size = math.prod(taps.shape[2:])
        if size == 0:
            y[(..., *at)] = 0 if include else np.nan
        else:
            y[(..., *at)] = taps.sum(axes) / (size if count is None else count)
    return y


@pytest.mark.cover(("kernel", "padding", "ceil_mode"), ("ndim", "mode", "last"))
@pytest.mark.parametrize("ndim", [1, 2, 3])
@pytest.mark.parametrize("mode", ["max", "avg", "valid avg"])
@pytest.mark.parametrize("kernel", [(2, None), (2, 3), (3, 1), (3, 2), (1, 2)])
@pytest.mark.parametrize("padding", [0, 1, 2, 4])
@pytest.mark.parametrize("ceil_mode", [False, True])
@pytest.mark.parametrize("last", [False, True])
def test_layers(
    ndim: int, mode: str, kernel: tuple[int, int | None], padding: int, ceil_mode: bool, last: bool
) -> None:
    """Of small integers in float64, whose sums are exact: those of the definition."""
    x = np.random.default_rng(7).integers(-99, 99, (2, 3, *LENGTHS[ndim])).astype(np.float64)
    size, strides = kernel
    options = {"layout": LAYOUTS[ndim][last], "ceil_mode": ceil_mode}
    if mode != "max":
        options["count_include_pad"] = mode == "avg"
    name = "Max" if mode == "max" else "Avg"
    layer = getattr(mxnet, f"{name}Pool{ndim}D")(size, strides, padding, **options)
    given = np.ascontiguousarray(np.moveaxis(x, 1, -1)) if last else x
    wanted = defined(x, mode[-3:], size, strides or size, padding, ceil_mode, mode == "avg")
    for one in both(given):
        with launches.counted() as kernels:
            found = layer(one)
        assert kernels
        assert type(found) is type(one)
        assert_exact(np.moveaxis(host(found), -1, 1) if last else host(found), wanted)


def test_the_last_window_by_hand() -> None:
    """PyTorch drops a window that lies wholly in padding; MXNet keeps it."""
    x = np.array([2, 4, 6, 8, 10], np.float32).reshape(1, 1, 5)
    assert clpool.max_pool1d(x, 2, 2, 1, ceil_mode=True).ravel().tolist() == [2, 6, 10]
    for layer, expected in (
        (mxnet.MaxPool1D(2, 2, 1, ceil_mode=True), [2, 6, 10, -np.inf]),
        (mxnet.AvgPool1D(2, 2, 1, ceil_mode=True), [1, 5, 9, 0]),
        (mxnet.AvgPool1D(2, 2, 1, "NCW", True, False), [2, 5, 9, np.nan]),
        (mxnet.AvgPool1D(3, 3, 1, ceil_mode=True), [2, 8, 0]),
        (mxnet.AvgPool1D(3, ceil_mode=True), [4, 9]),
    ):
        np.testing.assert_array_equal(layer(x).ravel(), expected)


@pytest.mark.parametrize("ndim", [1, 2, 3])
@pytest.mark.parametrize("mode", ["Max", "Avg"])
@pytest.mark.parametrize("last", [False, True])
def test_global_layers(ndim: int, mode: str, last: bool) -> None:
    """Axes stay, of length 1; small integers are summed exactly."""
    x = np.random.default_rng(8).integers(0, 99, (2, 3, *LENGTHS[ndim])).astype(np.float64)
    wanted = getattr(np, {"Max": "max", "Avg": "mean"}[mode])(
        x, tuple(range(2, 2 + ndim)), keepdims=True
    )
    given = np.ascontiguousarray(np.moveaxis(x, 1, -1)) if last else x
    layer = getattr(mxnet, f"Global{mode}Pool{ndim}D")(LAYOUTS[ndim][last])
    for one in both(given):
        found = host(layer(one))
        assert_exact(np.moveaxis(found, -1, 1) if last else found, wanted)


def test_a_wrong_kernel_is_seen() -> None:
    """The comparisons with definitions are red if results are too large by one."""
    for mode in ("max", "avg"):
        with launches.planted(), pytest.raises(AssertionError, match="differ"):
            test_layers(2, mode, (3, 2), 1, True, False)
    with launches.planted(), pytest.raises(AssertionError, match="differ"):
        test_global_layers(2, "Avg", False)


def test_pooling() -> None:
    """Without strides and padding a window moves by 1; integers are for maxima."""
    x = np.arange(16, dtype=np.int32).reshape(1, 1, 4, 4)
    assert_exact(mxnet.Pooling(x, kernel=(2, 3)), clpool.max_pool2d(x, (2, 3), 1))
    full = mxnet.Pooling(x, kernel=[3, 3], stride=[2, 2], pooling_convention="full", layout="NCHW")
    assert full.tolist() == [[[[10, 11], [14, 15]]]]
    whole = mxnet.Pooling(normal(1, 2, 3), global_pool=True, pool_type="avg")
    assert_exact(whole, clpool.global_avg_pool(normal(1, 2, 3)))


@pytest.mark.parametrize("ndim", [1, 2, 3])
def test_defaults_and_reprs(ndim: int) -> None:
    """The order of parameters is gluon's own, which differs between classes; so is the repr."""
    two, zero, one = (2,) * ndim, (0,) * ndim, (1,) * ndim
    for mode in ("Max", "Avg"):
        kind = mode.lower()
        layer, whole = (
            getattr(mxnet, f"{mode}Pool{ndim}D"),
            getattr(mxnet, f"Global{mode}Pool{ndim}D"),
        )
        assert repr(layer()) == (
            f"{mode}Pool{ndim}D(size={two}, stride={two}, padding={zero}, ceil_mode=False, "
            f"global_pool=False, pool_type={kind}, layout={LAYOUTS[ndim][0]})"
        )
        assert repr(whole()) == (
            f"Global{mode}Pool{ndim}D(size={one}, stride={one}, padding={zero}, ceil_mode=True, "
            f"global_pool=True, pool_type={kind}, layout={LAYOUTS[ndim][0]})"
        )
        layout_first = ndim == 1 or (mode, ndim) == ("Max", 2)
        order = ["layout", "ceil_mode"] if layout_first else ["ceil_mode", "layout"]
        tail = ["count_include_pad"] if mode == "Avg" else []
        assert [*inspect.signature(layer).parameters] == [
            *("pool_size", "strides", "padding"),
            *order,
            *tail,
        ]


def test_layers_are_copied() -> None:
    """A pickled layer, and a deep copy, pool as the layer does."""
    x = normal(1, 2, 6, 6)
    layer = mxnet.AvgPool2D((3, 2), padding=1, ceil_mode=True)
    for other in (pickle.loads(pickle.dumps(layer)), copy.deepcopy(layer)):
        assert_exact(other(x), layer(x))


PLANE = np.ones((1, 2, 4, 4), np.float32)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: mxnet.Pooling([1], kernel=(2, 2)), ArgumentTypeError, "data must be"),
        (lambda: mxnet.MaxPool2D()(PLANE[0]), ArgumentValueError, "x has 3 axes .* takes 4"),
        (lambda: mxnet.Pooling(PLANE[0, 0], kernel=(2,)), ArgumentValueError, "data has 2 axes"),
        (lambda: mxnet.AvgPool2D()(PLANE.astype(int)), ArgumentTypeError, "data has dtype int64"),
        (
            lambda: mxnet.MaxPool2D(7, padding=1)(PLANE),
            ArgumentValueError,
            "kernel 7 exceeds .* data",
        ),
        (lambda: mxnet.MaxPool2D(1)(PLANE[:, :, :0]), ArgumentValueError, "data has length 0"),
        (
            lambda: mxnet.GlobalAvgPool2D()(PLANE[:, :, :0]),
            ArgumentValueError,
            "data has a spatial",
        ),
        (lambda: mxnet.MaxPool2D(0), ArgumentValueError, "pool_size must be at least 1"),
        (lambda: mxnet.MaxPool2D((2,)), ArgumentValueError, "pool_size must be an int or a seq"),
        (lambda: mxnet.MaxPool2D(2, 0), ArgumentValueError, "strides must be at least 1"),
        (lambda: mxnet.MaxPool2D(2, padding=-1), ArgumentValueError, "padding must be at least 0"),
        (lambda: mxnet.MaxPool2D(2, padding="same"), ArgumentTypeError, "padding must be an int"),
        (lambda: mxnet.MaxPool2D(layout="NCW"), ArgumentValueError, "layout must be one of 'NCHW'"),
        (lambda: mxnet.MaxPool2D(ceil_mode=1), ArgumentTypeError, "ceil_mode must be True or"),
        (lambda: mxnet.AvgPool2D(count_include_pad=0), ArgumentTypeError, "count_include_pad must"),
        (lambda: mxnet.GlobalMaxPool1D("NCHW"), ArgumentValueError, "layout must be one of 'NCW'"),
        (lambda: mxnet.Pooling(PLANE), ArgumentValueError, "kernel must be a sequence of 2"),
        (
            lambda: mxnet.Pooling(PLANE, kernel=2),
            ArgumentTypeError,
            "kernel must be a sequence of 2",
        ),
        (
            lambda: mxnet.Pooling(PLANE, kernel=(2, 2), pool_type="lp"),
            *(ArgumentValueError, "pool_type must be one of 'max', 'avg'"),
        ),
        (
            lambda: mxnet.Pooling(PLANE, kernel=(2, 2), pooling_convention="same"),
            *(ArgumentValueError, "pooling_convention must be one of 'valid', 'full'"),
        ),
        (
            lambda: mxnet.Pooling(PLANE, kernel=(2, 2), stride=2),
            *(ArgumentTypeError, "stride must be a sequence of 2"),
        ),
        (
            lambda: mxnet.Pooling(PLANE, kernel=(2, 2), pad=(1,)),
            *(ArgumentValueError, "pad must be a sequence of 2"),
        ),
    ],
)
def test_errors(call: Any, error: type[Exception], words: str) -> None:
    """A wrong argument is named before anything is launched."""
    with launches.counted() as kernels, pytest.raises(error, match=words):
        call()
    assert kernels == []
