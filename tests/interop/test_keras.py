"""Keras' names: defaults, attributes, aliases, reprs, errors, and numbers worked out by hand.

test_keras_suite.py runs Keras' own tests.
"""

from __future__ import annotations

import copy
import pickle
from typing import Any

import launches
import numpy as np
import pyopencl.array as cla
import pytest
from cases import assert_exact, normal

import clpool
from clpool.errors import ArgumentTypeError, ArgumentValueError
from clpool.interop import keras
from clpool.runtime import device

LENGTHS = {1: (7,), 2: (7, 6), 3: (5, 7, 6)}


def both(x: np.ndarray) -> list[Any]:
    """An array of numpy's, and one of pyopencl's."""
    return [x, cla.to_device(device.default_queue(), x)]


def host(x: Any) -> np.ndarray:
    """The elements as numpy's."""
    return x.get() if isinstance(x, cla.Array) else x


@pytest.mark.cover(("padding", "strides"))
@pytest.mark.parametrize("ndim", [1, 2, 3])
@pytest.mark.parametrize("mode", ["max", "avg"])
@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("strides", [None, 1, 2])
@pytest.mark.parametrize("data_format", [None, "channels_last", "channels_first"])
def test_layers(ndim: int, mode: str, padding: str, strides: Any, data_format: Any) -> None:
    """A layer, its function and clpool's function with that convention spelt out are one."""
    first = data_format == "channels_first"
    x = normal(2, *[3] * first, *LENGTHS[ndim], *[3] * (not first))
    name = {"max": "Max", "avg": "Average"}[mode]
    layer = getattr(keras, f"{name}Pooling{ndim}D")(
        3, strides=strides, padding=padding, data_format=data_format
    )
    assert (layer.pool_size, layer.strides) == ((3,) * ndim, (strides or 3,) * ndim)
    options = {"count_include_pad": False} if mode == "avg" else {}
    wanted = getattr(clpool, f"{mode}_pool{ndim}d")(
        x, 3, strides, padding, data_format=data_format or "channels_last", **options
    )
    function = keras.max_pool if mode == "max" else keras.average_pool
    for given in both(x):
        with launches.counted() as kernels:
            found = layer(given), function(given, 3, strides, padding, data_format)
        assert len(kernels) >= 2
        for one in found:
            assert type(one) is type(given)
            assert_exact(host(one), wanted)


@pytest.mark.parametrize("ndim", [1, 2, 3])
@pytest.mark.parametrize("name", ["Max", "Average"])
@pytest.mark.parametrize("data_format", [None, "channels_first"])
@pytest.mark.parametrize("keepdims", [False, True])
def test_global_layers(ndim: int, name: str, data_format: str | None, keepdims: bool) -> None:
    """Of small integers, which are summed exactly: numpy's maximum and mean over the planes."""
    first = data_format == "channels_first"
    shape = (2, *[3] * first, *LENGTHS[ndim], *[3] * (not first))
    x = np.random.default_rng(6).integers(0, 99, shape).astype(np.float64)
    axes = tuple(range(1 + first, 1 + first + ndim))
    wanted = getattr(np, {"Max": "max", "Average": "mean"}[name])(x, axes, keepdims=keepdims)
    layer = getattr(keras, f"Global{name}Pooling{ndim}D")(data_format, keepdims)
    for given in both(x):
        with launches.counted() as kernels:
            found = layer(given)
        assert kernels
        assert type(found) is type(given)
        assert_exact(host(found), wanted)


def test_a_wrong_kernel_is_seen() -> None:
    """The comparison with numpy is red if results are too large by one."""
    with launches.planted(), pytest.raises(AssertionError, match="differ"):
        test_global_layers(2, "Max", None, True)


def test_same_by_hand() -> None:
    """Padding counts in no average and wins in no maximum; the odd element is at the end."""
    x = np.array([-3, -1, -2, -6], np.float32).reshape(1, 4, 1)
    assert keras.max_pool(x, 2, 1, "same").ravel().tolist() == [-1, -1, -2, -6]
    assert keras.average_pool(x, 2, 1, "SAME").ravel().tolist() == [-2, -1.5, -4, -6]
    assert keras.average_pool(x, 3, padding="same").ravel().tolist() == [-2, -4]
    assert keras.MaxPool1D(2, padding="Valid")(x).ravel().tolist() == [-1, -2]


@pytest.mark.parametrize("ndim", [1, 2, 3])
def test_names_and_reprs(ndim: int) -> None:
    """Both names of a class are one; a repr is that of the first layer of its class in Keras."""
    for long, short in (
        ("MaxPooling", "MaxPool"),
        ("AveragePooling", "AvgPool"),
        ("GlobalMaxPooling", "GlobalMaxPool"),
        ("GlobalAveragePooling", "GlobalAvgPool"),
    ):
        layer = getattr(keras, f"{long}{ndim}D")
        assert getattr(keras, f"{short}{ndim}D") is layer
        made = layer(2) if long == "AveragePooling" else layer()
        snake = "".join(f"_{c.lower()}" if c.isupper() else c for c in long).lstrip("_")
        assert repr(made) == f"<{long}{ndim}D name={snake}{ndim}d, built=True>"
        assert (made.data_format, made.name) == ("channels_last", f"{snake}{ndim}d")
    assert keras.MaxPooling2D(name="pool1").name == "pool1"
    assert getattr(keras, f"MaxPooling{ndim}D")().pool_size == (2,) * ndim
    with pytest.raises(TypeError, match="pool_size"):
        getattr(keras, f"AveragePooling{ndim}D")()


def test_layers_are_copied() -> None:
    """A pickled layer, and a deep copy, pool as the layer does."""
    x = normal(1, 6, 6, 2)
    layer = keras.AveragePooling2D((3, 2), padding="same")
    for other in (pickle.loads(pickle.dumps(layer)), copy.deepcopy(layer)):
        assert_exact(other(x), layer(x))


PLANE = np.ones((1, 4, 4, 2), np.float32)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: keras.max_pool([1], 2), ArgumentTypeError, "inputs must be"),
        (lambda: keras.max_pool(PLANE[0, 0], 2), ArgumentValueError, "inputs has 2 axes"),
        (lambda: keras.max_pool(PLANE[None, None], 2), ArgumentValueError, "inputs has 6 axes"),
        (lambda: keras.MaxPool2D()(PLANE[0]), ArgumentValueError, "inputs has 3 axes .* takes 4"),
        (lambda: keras.average_pool(PLANE.astype(int), 2), ArgumentTypeError, "inputs has dtype i"),
        (lambda: keras.GlobalAvgPool2D()(PLANE.astype(int)), ArgumentTypeError, "inputs has dtype"),
        (lambda: keras.max_pool(PLANE, 5), ArgumentValueError, "pool_size 5 exceeds .* inputs"),
        (lambda: keras.max_pool(PLANE[:, :0], 1), ArgumentValueError, "inputs has length 0"),
        (lambda: keras.GlobalMaxPool2D()(PLANE[:, :0]), ArgumentValueError, "inputs has a spatial"),
        (lambda: keras.GlobalMaxPool2D()(PLANE[0]), ArgumentValueError, "inputs has 3 axes"),
        (lambda: keras.MaxPool2D(0), ArgumentValueError, "pool_size must be at least 1"),
        (lambda: keras.MaxPool2D((2,)), ArgumentValueError, "pool_size must be an int or a seq"),
        (lambda: keras.MaxPool2D("22"), ArgumentTypeError, "pool_size must be an int or a seq"),
        (lambda: keras.MaxPool2D(2.0), ArgumentTypeError, "pool_size must be an integer"),
        (lambda: keras.MaxPool2D(2, (1, 1, 1)), ArgumentValueError, "strides must be an int or"),
        (lambda: keras.MaxPool2D(2, 0), ArgumentValueError, "strides must be at least 1"),
        (lambda: keras.MaxPool2D(2, padding="full"), ArgumentValueError, "padding must be one of"),
        (lambda: keras.MaxPool2D(2, padding=1), ArgumentValueError, "padding must be one of"),
        (lambda: keras.MaxPool2D(data_format="NHWC"), ArgumentValueError, "data_format must be"),
        (lambda: keras.GlobalMaxPool1D("NWC"), ArgumentValueError, "data_format must be one of"),
        (lambda: keras.MaxPool2D(name=3), ArgumentTypeError, "name must be a string or None"),
        (lambda: keras.GlobalMaxPool1D(keepdims=1), ArgumentTypeError, "keepdims must be True or"),
    ],
)
def test_errors(call: Any, error: type[Exception], words: str) -> None:
    """A wrong argument is named before anything is launched."""
    with launches.counted() as kernels, pytest.raises(error, match=words):
        call()
    assert kernels == []
