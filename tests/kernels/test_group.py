"""The kernel of a work-group per output: chosen for windows of many taps, equal to the oracle."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from cases import assert_exact, assert_sum_close, random_values
from element_types import needed

import clpool
from clpool import reference, tuning
from clpool.dtypes import ELEMENT_TYPES
from clpool.problem.listed import AdaptiveWindow
from clpool.problem.window import SlidingWindow

#: Windows of fewer and of more taps than a group has items, with padding and dilation.
WINDOWS: dict[str, tuple[tuple[int, ...], Any]] = {
    "row": ((2, 3, 700), SlidingWindow.of(1, 300, 150, 90)),
    "sliding": ((2, 3, 29, 31), SlidingWindow.of(2, (13, 12), 5, ((6, 9), (0, 4)), 1, True)),
    "dilated": ((1, 3, 20, 23), SlidingWindow.of(2, (4, 5), 3, 2, (2, 3))),
    "cube": ((1, 2, 7, 9, 11), SlidingWindow.of(3, (6, 7, 5), 4, ((1, 2), (3, 0), (2, 2)))),
    "adaptive": ((2, 3, 29, 31), AdaptiveWindow((3, 2))),
    "upsampling": ((1, 3, 4, 5), AdaptiveWindow((6, 9))),
    "global": ((2, 3, 5, 8, 9), AdaptiveWindow((1, 1, 1))),
}


@pytest.mark.parametrize("channels", [False, True], ids=["first", "last"])
@pytest.mark.parametrize("mode", ["max", "min", "avg"])
@pytest.mark.parametrize("name", WINDOWS)
def test_a_group_equals_the_oracle(name: str, mode: str, channels: bool) -> None:
    """Values, ties, NaN and indices are the oracle's, in whatever order the items join theirs."""
    shape, window = WINDOWS[name]
    if channels:
        shape = (shape[0], 19, *shape[2:])
    dtype = np.dtype(np.float32 if window.ndim != 1 else np.int16)
    plain = random_values(np.random.default_rng(len(name)), shape, dtype, "special")
    if mode == "avg":
        plain = random_values(np.random.default_rng(len(name)), shape, dtype, "normal")
    x = np.ascontiguousarray(np.moveaxis(plain, 1, -1)) if channels else plain
    data_format = "channels_last" if channels else "channels_first"
    indices = mode != "avg"
    with tuning.forced(variant="group"):
        if isinstance(window, AdaptiveWindow):
            front = getattr(clpool, f"adaptive_{mode}_pool{window.ndim}d")
            options = {"return_indices": True} if indices else {}
            found = front(x, window.outputs, data_format=data_format, **options)
        else:
            plan = clpool.plan(
                x.shape,
                x.dtype,
                window.kernel,
                mode,
                window.stride,
                window.padding,
                window.dilation,
                window.ceil_mode,
                indices,
                count_include_pad=False,
                data_format=data_format,
            )
            assert plan.spec.template == "group"
            found = plan(x)
    found = [np.moveaxis(f, -1, 1) if channels else f for f in (found if indices else [found])]
    if indices:
        expected = reference.pool(plain, window, mode, return_indices=True)
        for one, other in zip(found, expected, strict=True):
            assert_exact(one, other, f"{name} {mode}")
    elif dtype.kind == "f":
        assert_sum_close(found[0], plain, window, "avg", count_include_pad=False)
    else:
        assert_exact(found[0], reference.pool(plain, window, "avg", count_include_pad=False))


@pytest.mark.parametrize("name", ["int8", "float16", "int64", "float64"])
def test_elements_of_every_size(name: str) -> None:
    """A group's items join values and indices of any dtype."""
    needed(name)
    shape, window = WINDOWS["sliding"]
    x = random_values(np.random.default_rng(3), shape, ELEMENT_TYPES[name].numpy, "special")
    call = (window.kernel, "max", window.stride, window.padding, 1, True, True)
    with tuning.forced(variant="group"):
        plan = clpool.plan(shape, x.dtype, *call)
        assert plan.spec.template == "group"
        found = plan(x)
    for one, other in zip(
        found, reference.pool(x, window, "max", return_indices=True), strict=True
    ):
        assert_exact(one, other, name)


@pytest.mark.cover("name", ("mode", "indices"))
@pytest.mark.parametrize(("mode", "indices"), [("max", False), ("min", True), ("avg", False)])
@pytest.mark.parametrize("name", ["float16", "bfloat16", "float32", "uint8", "float64"])
def test_planes_in_vectors(name: str, mode: str, indices: bool) -> None:
    """A plane without gaps is read in aligned vectors, the last of which some members have."""
    needed(name)
    dtype, kind = ELEMENT_TYPES[name].numpy, "normal" if mode == "avg" else "special"
    x = random_values(np.random.default_rng(5), (2, 3, 22, 24), dtype, kind)
    window = SlidingWindow.of(2, (22, 24), 1)
    with tuning.forced(variant="group"):
        plan = clpool.plan(x.shape, dtype, window.kernel, mode, 1, 0, 1, False, indices)
        assert plan.spec.template == "group"
        assert plan.spec.loads > 1
        found = plan(x)
    if mode == "avg" and ELEMENT_TYPES[name].is_float:
        assert_sum_close(found, x, window, "avg")
        return
    expected = reference.pool(x, window, mode, return_indices=indices)
    for one, other in zip(*((found, expected) if indices else ([found], [expected])), strict=True):
        assert_exact(one, other, name)


@pytest.mark.parametrize("nan", ["propagate", "ignore"])
@pytest.mark.parametrize("mode", ["max", "min"])
def test_doubles_as_keys(mode: str, nan: str) -> None:
    """Values alone are compared as integers."""
    needed("float64")
    shape, window = WINDOWS["sliding"]
    x = random_values(np.random.default_rng(4), shape, np.float64, "special")
    call = (window.kernel, mode, window.stride, window.padding, 1, True)
    with tuning.forced(variant="group"):
        plan = clpool.plan(shape, x.dtype, *call, nan=nan)
        assert plan.spec.template == "group"
        assert plan.spec.integer_compare
        assert_exact(plan(x), reference.pool(x, window, mode, nan=nan))


def test_windows_of_many_taps_are_a_groups() -> None:
    """On a GPU a whole plane is shared by a group; a small window is one item's."""
    many = tuning.choose("gpu", 4, 56 * 56, False, {})
    few = tuning.choose("gpu", 4, 9, False, {})
    assert (many.variant, few.variant) == ("group", "outputs")
