"""Medians and most frequent values: every way of finding them equals the oracle."""

from __future__ import annotations

import family_rank
import numpy as np
import pyopencl.array as cla
import pytest
from cases import assert_exact
from element_types import needed
from family import Operator, ran

import clpool
from clpool import reference, tuning
from clpool.dtypes import ELEMENT_TYPES
from clpool.errors import ArgumentTypeError, ArgumentValueError
from clpool.problem import order_statistics
from clpool.problem.window import SlidingWindow
from clpool.runtime import device
from clpool.schedule.device_traits import DeviceTraits
from clpool.schedule.specialise import dense_spec

#: (ndim, kernel_size, lengths): few taps, sorted by a network; many, bisected or merged.
WINDOWS = {
    "few": (1, 3, (70,)),
    "square": (2, 3, (19, 13)),
    "cube": (3, 2, (7, 6, 5)),
    "many": (2, 8, (19, 13)),
    "long": (1, 60, (90,)),
}
FLOATS = ["float16", "float32", "float64"]
INTEGERS = ["int8", "uint16", "int64"]


def elements(name: str, shape: tuple[int, ...]) -> np.ndarray:
    """Few different numbers, so that there are ties; NaN and infinities among floats."""
    rng = np.random.default_rng(sum(shape))
    element = ELEMENT_TYPES[name]
    x = rng.integers(0 if element.kind == "uint" else -3, 4, shape).astype(element.numpy)
    if element.is_float:
        for odd in (np.nan, -np.inf, np.inf, -0.0):
            x[rng.random(shape) < 0.02] = odd
    return x


@pytest.mark.parametrize("last", [False, True], ids=["first", "last"])
@pytest.mark.parametrize("dtype", FLOATS + INTEGERS)
@pytest.mark.parametrize("name", WINDOWS)
def test_ranks_equal_the_oracle(name: str, dtype: str, last: bool) -> None:
    """Values and indices are the oracle's: ties, NaN, absent taps, every element type."""
    ndim, k, lengths = WINDOWS[name]
    needed(dtype)
    plain = elements(dtype, (2, 3, *lengths))
    window = SlidingWindow.of(ndim, k, 2, k // 2, 1, True)
    x = np.ascontiguousarray(np.moveaxis(plain, 1, -1)) if last else plain
    parameters = (k, 2, k // 2, 1, True)
    options = {"data_format": "channels_last"} if last else {}

    def first(array: np.ndarray) -> np.ndarray:
        return np.moveaxis(array, -1, 1) if last else array

    median = getattr(clpool, f"median_pool{ndim}d")
    found = median(x, *parameters, True, **options)
    for one, other in zip(found, reference.median_pool(plain, window), strict=True):
        assert_exact(first(one), other, f"median {name} {dtype}")
    if plain.dtype.kind == "f":
        found = median(x, *parameters, average=True, **options)
        assert_exact(first(found), reference.median_pool(plain, window, average=True))
    else:
        found = getattr(clpool, f"mode_pool{ndim}d")(x, *parameters, True, **options)
        for one, other in zip(found, reference.mode_pool(plain, window), strict=True):
            assert_exact(first(one), other, f"mode {name} {dtype}")


def test_the_window_chooses_how() -> None:
    """A network sorts few taps; more are bisected by their bits, or merged."""
    few, planes = tuning.SCHEDULE.network_taps, ((1, 8, 99), np.dtype(np.int32), 2)
    for taps, median, frequent in ((few, *["network"] * 2), (few + 1, "bisection", "merging")):
        window, rest = ((1, taps), 1, 0, 1, False), (False, None, "channels_first")
        problems = (
            order_statistics.median(*planes, window, False, *rest),
            order_statistics.frequent(*planes, window, *rest),
        )
        specs = (dense_spec(problem, DeviceTraits("a device"), {}) for problem in problems)
        assert [spec.mode.option("by") for spec in specs] == [median, frequent]


@pytest.mark.parametrize("operator", family_rank.FORWARD, ids=str)
def test_loops_on_small_windows(operator: Operator) -> None:
    """Loops instead of a network find the same in small windows, channels first and last."""
    for last in (False, True):
        (spec,) = ran(operator, 3, last, network=False)
        assert spec.mode.option("by") == {"median": "bisection", "mode": "merging"}[spec.mode.name]


def test_arrays_on_the_device_and_the_gradient() -> None:
    """Pyopencl arrays give pyopencl arrays; the median's gradient flows to the tap it was."""
    queue = device.default_queue()
    plain = elements("float32", (2, 3, 9, 11))
    values, indices = clpool.median_pool2d(cla.to_device(queue, plain), 3, 1, 1, 1, False, True)
    grad = np.arange(values.size, dtype=np.float32).reshape(values.shape)
    found = clpool.median_pool2d_backward(cla.to_device(queue, grad), indices, plain.shape, 3, 1, 1)
    assert_exact(values.get(), reference.median_pool(plain, SlidingWindow.of(2, 3, 1, 1))[0])
    expected = reference.max_pool_backward(grad, indices.get(), plain.shape, 2)
    assert np.allclose(found.get(), expected, rtol=1e-6)


def test_what_has_no_rank() -> None:
    """Averages of integers, the mode of floats and of too many taps, an average's index."""
    floats, integers = np.zeros((1, 1, 8, 8), np.float32), np.zeros((1, 1, 64, 64), np.int32)
    with pytest.raises(ArgumentTypeError, match="int32"):
        clpool.median_pool2d(integers, 2, average=True)
    with pytest.raises(ArgumentTypeError, match="float32"):
        clpool.mode_pool2d(floats, 2)
    with pytest.raises(ArgumentValueError, match=r"kernel_size \(33, 33\).* at most 1024"):
        clpool.mode_pool2d(integers, 33)
    with pytest.raises(ArgumentValueError, match="return_indices"):
        clpool.median_pool2d(floats, 2, return_indices=True, average=True)
