"""Arrays of other libraries on the CPU: taken where they lie, results in their own kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from family import Operator
from family_cases import OPERATORS
from other_arrays import check_bfloat16, check_operator, library_of

import clpool
from clpool.errors import ArgumentTypeError, ArgumentValueError
from clpool.interop import flax, keras, mxnet


class Foreign:
    """An array of a library that knows DLPack alone, and nothing of numpy."""

    def __init__(self, memory: np.ndarray, device: tuple[int, int] = (1, 0)) -> None:
        self._memory, self._device = memory, device
        self.dtype = memory.dtype

    def __dlpack__(self, **asked: Any) -> Any:
        return self._memory.__dlpack__(**asked)

    def __dlpack_device__(self) -> tuple[int, int]:
        return self._device

    @staticmethod
    def __array_namespace__() -> Any:
        class Namespace:
            from_dlpack = staticmethod(lambda x: Foreign(np.from_dlpack(x)))

        return Namespace


@pytest.mark.cover(("name", "operator"))
@pytest.mark.parametrize("operator", OPERATORS, ids=str)
@pytest.mark.parametrize("name", ["jax.numpy", "array_api_strict"])
def test_every_operator_gives_what_it_gives_numpy(operator: Operator, name: str) -> None:
    """The results are a library's arrays of the same bits; inputs are read where they lie."""
    check_operator(operator, library_of(name))


def test_bfloat16() -> None:
    """Elements without a numpy dtype travel as their bits."""
    check_bfloat16(library_of("jax.numpy"))


def read_only(shape: tuple[int, ...]) -> np.ndarray:
    """Elements that must not be written."""
    x = np.arange(np.prod(shape), dtype=np.float32).reshape(shape)
    x.flags.writeable = False
    return x


def test_any_array_with_the_protocol() -> None:
    """A class with DLPack's methods and a namespace is enough; out may be of another kind."""
    x = np.arange(16, dtype=np.float32).reshape(1, 1, 4, 4)
    y, indices = clpool.max_pool2d(Foreign(x), 2, return_indices=True)
    assert (type(y), type(indices)) == (Foreign, Foreign)
    np.testing.assert_array_equal(np.from_dlpack(indices).ravel(), [5, 7, 13, 15])
    back = clpool.max_unpool2d(y, indices, 2)
    assert type(back) is Foreign
    out = Foreign(np.zeros((1, 1, 2, 2), np.float32))
    assert clpool.max_pool2d(x, 2, out=out) is out
    np.testing.assert_array_equal(np.from_dlpack(out).ravel(), [5, 7, 13, 15])
    pair = out, Foreign(np.zeros((1, 1, 2, 2), np.int64))
    assert clpool.max_pool2d(Foreign(x), 2, return_indices=True, out=pair) is pair
    np.testing.assert_array_equal(np.from_dlpack(pair[1]).ravel(), [5, 7, 13, 15])
    assert type(clpool.nn.AvgPool2d(2)(Foreign(x))) is Foreign
    plain = np.empty((1, 1, 2, 2), np.float32)
    assert clpool.max_pool2d(Foreign(x), 2, out=plain) is plain


def test_conventions_take_them() -> None:
    """Functions and layers under other frameworks' names take and give any kind, too."""
    x = Foreign(np.arange(16, dtype=np.float32).reshape(1, 4, 4, 1))
    first = Foreign(np.arange(16, dtype=np.float32).reshape(1, 1, 4, 4))
    for y in (
        flax.max_pool(x, (2, 2), strides=(2, 2)),
        keras.max_pool(x, 2, data_format="channels_last"),
        keras.MaxPool2D(2)(x),
        mxnet.Pooling(first, kernel=(2, 2), stride=(2, 2), pool_type="max"),
        mxnet.MaxPool2D()(first),
    ):
        assert type(y) is Foreign
        np.testing.assert_array_equal(np.from_dlpack(y).ravel(), [5, 7, 13, 15])


@pytest.mark.parametrize("kind", [lambda x: x, Foreign], ids=["numpy", "another library"])
def test_read_only_inputs(kind: Callable[[np.ndarray], Any]) -> None:
    """Inputs are read alone: what must not be written may be pooled."""
    for shape in ((1, 1, 4, 4), (2, 3, 64, 65)):
        x = read_only(shape)
        given = x if kind is not Foreign else library_of("jax.numpy").asarray(x)
        expected = clpool.max_pool2d(x.copy(), 2)
        np.testing.assert_array_equal(np.asarray(clpool.max_pool2d(given, 2)), expected)


def test_refusals() -> None:
    """Another device's memory, and results that must not be written, are named."""
    x = np.zeros((1, 1, 4, 4), np.float32)
    with pytest.raises(
        ArgumentTypeError, match=r"^x is a .*Foreign in a device's memory \(DLPack's"
    ):
        clpool.max_pool2d(Foreign(x, (2, 0)), 2)
    out = np.zeros((1, 1, 2, 2), np.float32), Foreign(x, (8, 0))
    with pytest.raises(ArgumentTypeError, match=r"^out\[1\] is a .*Foreign in a device's memory"):
        clpool.max_pool2d(x, 2, return_indices=True, out=out)
    with pytest.raises(ArgumentTypeError, match=r"^x has dtype complex64"):
        clpool.max_pool2d(Foreign(x.astype(np.complex64)), 2)
    jax = library_of("jax.numpy")
    with pytest.raises(ArgumentValueError, match=r"^out is read-only"):
        clpool.max_pool2d(x, 2, out=jax.zeros((1, 1, 2, 2), np.float32))
