"""Which of equal zeros is returned: the first one's sign, wherever that is promised."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from cases import assert_exact

import clpool
from clpool import reference, tuning
from clpool.problem.window import SlidingWindow
from clpool.runtime import capabilities

#: Template, forced tuning, shape, kernel, stride, padding, dilation: kernels that keep the order.
ORDERED: tuple[tuple[Any, ...], ...] = (
    ("direct", ("direct", 1), (2, 3, 9, 13), (3, 3), 2, 1, 1),
    ("direct", ("direct", 4), (2, 9, 13, 8), (3, 3), 2, 1, 1),
    ("channels", ("rows", 4), (2, 9, 13, 53), (3, 3), 2, 1, 1),
    ("rows_down", ("rows", 8), (2, 3, 90), (3,), 2, 1, 1),
    ("rows_down", ("rows", 8), (2, 3, 90), (13,), 1, 6, 1),
    ("rows_down", ("rows", 8), (2, 3, 90), (40,), 3, 20, 2),
    ("rows_down", ("rows", 8), (2, 3, 9, 90), (1, 3), (1, 2), 0, 1),
    ("rows_down", ("rows", 8), (2, 3, 9, 90), (3, 1), (1, 1), (1, 0), 1),
    ("rows_down", ("rows", 8), (2, 3, 20, 90), (5, 1), (1, 1), (2, 0), 1),
    ("rows", ("rows", 8), (2, 3, 19, 90), (5, 5), 5, 1, 1),
    ("rows_running", ("rows", 8), (2, 3, 39, 90), (25, 25), 1, 3, 1),
)


def zeros(shape: tuple[int, ...], dtype: str, mode: str) -> np.ndarray:
    """Zeros of either sign, and some elements that lose against them."""
    loser = -1.0 if mode == "max" else 1.0
    drawn = np.random.default_rng(0).choice([0.0, -0.0, loser], shape, p=[0.4, 0.4, 0.2])
    return drawn.astype(dtype)


@pytest.mark.parametrize("mode", ["max", "min"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("case", ORDERED, ids=lambda case: f"{case[0]}-{case[2]}-{case[3]}")
def test_the_first_zero_stays(case: tuple[Any, ...], dtype: str, mode: str) -> None:
    """Without indices too, where a kernel combines taps in their order."""
    if dtype == "float64" and not capabilities.has_fp64(clpool.default_device()):
        pytest.skip("the device has no fp64")
    template, (variant, width), shape, kernel, stride, padding, dilation = case
    x = zeros(shape, dtype, mode)
    last = template == "channels" or shape[-1] == 8
    layout = "channels_last" if last else "channels_first"
    with tuning.forced(variant=variant, width=width):
        plan = clpool.plan(
            shape, dtype, kernel, mode, stride, padding, dilation, data_format=layout
        )
        found = plan(x)
    (launch,) = plan._launches
    assert launch.spec.template == template
    plain, found = (np.moveaxis(a, -1, 1) if last else a for a in (x, found))
    window = SlidingWindow.of(len(kernel), kernel, stride, padding, dilation)
    expected = reference.pool(plain, window, mode)
    assert_exact(found, expected)
    assert (np.signbit(found) == np.signbit(expected)).all()


@pytest.mark.parametrize("call", [clpool.max_pool2d, clpool.min_pool2d])
def test_with_indices_it_is_the_one_that_they_name(call: Any) -> None:
    """In every element type, whatever the kernel."""
    for dtype in ("float16", "float32"):
        x = zeros((2, 3, 9, 90), dtype, call.__name__[:3])
        values, indices = call(x, 3, 2, 1, return_indices=True)
        named = np.take_along_axis(x.reshape(2, 3, -1), indices.reshape(2, 3, -1), -1)
        assert (np.signbit(values) == np.signbit(named.reshape(values.shape))).all()
