"""What arrays of other libraries are tested with: their libraries, and every operator."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np
import pytest
from family import Operator

import clpool
from clpool.ops import exchange


def library_of(name: str) -> Any:
    """A library, with integers of 64 bits, or a skip that names it."""
    found = pytest.importorskip(name, reason=f"{name} is not installed")
    if name == "jax.numpy":
        importlib.import_module("jax").config.update("jax_enable_x64", True)
    return found


def check_operator(operator: Operator, library: Any) -> None:
    """Check that results are a library's arrays of numpy's bits; inputs are read where they lie."""
    plain = operator.arrays(np.random.default_rng(7), np.dtype(operator.usual), "normal", (2, 3))
    arrays = [library.from_dlpack(array) for array in plain]
    for array in arrays:
        assert np.shares_memory(exchange.view(array, "x"), np.from_dlpack(array))
    found = operator.results(arrays)
    expected = operator.results(plain)
    for one, other in zip(found, expected, strict=True):
        assert type(one) is type(arrays[0])
        np.testing.assert_array_equal(np.from_dlpack(one), other)
        assert np.from_dlpack(one).dtype == other.dtype


def check_bfloat16(library: Any) -> None:
    """Check that elements without a numpy dtype travel as their bits."""
    pytest.importorskip("ml_dtypes", reason="bfloat16 needs ml_dtypes")
    bits = library.from_dlpack(np.arange(16, dtype=np.int16).reshape(1, 1, 4, 4))
    x = bits.view(library.bfloat16)
    y = clpool.max_pool2d(x, 2)
    assert type(y) is type(x)
    assert y.dtype == x.dtype
    np.testing.assert_array_equal(np.from_dlpack(y.view(library.int16)).ravel(), [5, 7, 13, 15])
