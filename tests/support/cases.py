"""The cases, values and comparisons that the tests of every floor share."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from clpool import reference
from clpool.dtypes import element_type
from clpool.problem.window import SlidingWindow


@dataclass(frozen=True)
class Case:
    """One window over one shape, channels first; the last ``len(kernel)`` axes are pooled."""

    name: str
    shape: tuple[int, ...]
    kernel: tuple[int, ...]
    stride: tuple[int, ...] | None = None
    padding: Any = 0
    dilation: int | tuple[int, ...] = 1
    ceil_mode: bool = False

    @property
    def ndim(self) -> int:
        """The number of spatial axes."""
        return len(self.kernel)

    @property
    def window(self) -> SlidingWindow:
        """The case's window, without PyTorch's limit on padding."""
        return SlidingWindow.of(
            self.ndim, self.kernel, self.stride, self.padding, self.dilation, self.ceil_mode
        )

    def __str__(self) -> str:
        return self.name


# Compiling a kernel costs more than running it, so cases share (kernel, stride, dilation).
CASES: tuple[Case, ...] = (
    # 1D, k 3, s 2
    Case("1d_halving", (2, 3, 64), (3,), (2,), 1),
    Case("1d_unbatched", (3, 17), (3,), (2,)),
    Case("1d_ceil_overhang", (2, 2, 8), (3,), (2,), 0, 1, True),
    Case("1d_one_element", (2, 1, 1), (3,), (2,), 1),
    Case("1d_same", (1, 2, 111), (3,), (2,), "same"),
    Case("1d_same_lower", (1, 2, 112), (3,), (2,), "same_lower"),
    Case("1d_windows_wholly_in_padding", (2, 2, 5), (3,), (2,), ((5, 6),)),
    Case("1d_zero_batch", (0, 2, 8), (3,), (2,)),
    # 1D, others
    Case("1d_wider_than_512", (2, 1541), (4,), (3,), 1),
    Case("1d_stride_beyond_kernel", (1, 3, 23), (2,), (5,)),
    Case("1d_no_valid_tap_when_dilated", (2, 2, 1), (2,), (1,), 1, 2),
    Case("1d_dilated", (2, 2, 29), (2,), (1,), 1, 2),
    Case("1d_window_as_long_as_row", (2, 3, 97), (97,), (97,)),
    # 2D, k 2, s 2
    Case("2d_halving", (2, 3, 8, 8), (2, 2), (2, 2)),
    Case("2d_width_7", (1, 3, 5, 7), (2, 2), (2, 2)),
    Case("2d_width_7_ceil", (1, 3, 5, 7), (2, 2), (2, 2), 0, 1, True),
    Case("2d_width_111", (2, 1, 6, 111), (2, 2), (2, 2), 1),
    Case("2d_odd_plane", (1, 2, 113, 97), (2, 2), (2, 2)),
    # 2D, k 3, s 2
    Case("2d_resnet_stem", (1, 2, 28, 28), (3, 3), (2, 2), 1),
    Case("2d_unbatched", (3, 15, 21), (3, 3), (2, 2), 1),
    Case("2d_ceil_padded", (1, 2, 10, 14), (3, 3), (2, 2), 1, 1, True),
    Case("2d_asymmetric_pads", (2, 2, 9, 10), (3, 3), (2, 2), ((0, 2), (1, 0))),
    Case("2d_pads_beyond_half", (1, 2, 7, 9), (3, 3), (2, 2), ((2, 3), (4, 2))),
    Case("2d_same", (1, 2, 11, 14), (3, 3), (2, 2), "same"),
    Case("2d_same_lower", (1, 2, 11, 14), (3, 3), (2, 2), "same_lower"),
    Case("2d_valid", (1, 2, 11, 14), (3, 3), (2, 2), "valid"),
    Case("2d_windows_wholly_in_padding", (1, 2, 3, 4), (3, 3), (2, 2), ((4, 4), (3, 5))),
    Case("2d_many_planes", (5, 13, 4, 5), (3, 3), (2, 2)),
    Case("2d_one_pixel", (2, 3, 1, 1), (3, 3), (2, 2), 1),
    # 2D, others
    Case("2d_stride_1", (1, 2, 13, 37), (3, 3), (1, 1), 1),
    Case("2d_wider_than_512", (1, 1, 5, 1600), (3, 3), (1, 3), 1),
    Case("2d_dilated", (1, 2, 12, 19), (3, 2), (1, 2), (1, 1), (2, 3)),
    Case("2d_no_valid_tap_when_dilated", (1, 2, 1, 9), (2, 2), (1, 1), 1, 2),
    Case("2d_dilated_plane", (2, 1, 9, 11), (2, 2), (1, 1), 1, 2),
    Case("2d_stride_beyond_kernel", (1, 2, 14, 17), (1, 2), (3, 4)),
    Case("2d_big_window", (1, 2, 17, 23), (13, 13), (1, 1), 6),
    Case("2d_big_window_valid", (1, 1, 30, 30), (13, 13), (1, 1)),
    Case("2d_global", (2, 3, 7, 7), (7, 7), (7, 7)),
    Case("2d_identity", (1, 2, 5, 6), (1, 1), (1, 1)),
    Case("2d_same_dilated", (1, 1, 4, 4), (2, 2), (3, 3), "same", 2),
    # 3D
    Case("3d_halving", (1, 2, 4, 6, 8), (2, 2, 2), (2, 2, 2)),
    Case("3d_ceil_overhang", (1, 2, 5, 7, 9), (2, 2, 2), (2, 2, 2), 1, 1, True),
    Case("3d_unbatched", (2, 5, 7, 11), (2, 2, 2), (2, 2, 2)),
    Case("3d_mixed", (1, 2, 5, 9, 13), (3, 2, 4), (2, 1, 3), (1, 0, 2)),
    Case("3d_asymmetric_pads", (1, 1, 4, 5, 9), (3, 2, 4), (2, 1, 3), ((1, 0), (0, 1), (2, 3))),
    Case("3d_same", (1, 1, 5, 6, 11), (3, 2, 4), (2, 1, 3), "same"),
    Case("3d_dilated", (1, 2, 6, 7, 9), (2, 2, 3), (1, 2, 1), 1, (2, 1, 2)),
    Case("3d_no_valid_tap_when_dilated", (1, 1, 1, 3, 5), (2, 2, 3), (1, 2, 1), 1, (2, 1, 2)),
)

#: The kinds of values :func:`random_values` makes.
VALUE_KINDS = ("normal", "ties", "special", "lowest", "extreme")

#: The kind for modes that neither select nor sum.
GENTLE = "gentle"


def normal(*shape: int) -> np.ndarray:
    """Values in float32 without surprises."""
    return random_values(np.random.default_rng(len(shape)), shape, np.float32, "normal")


def random_values(
    rng: np.random.Generator, shape: Sequence[int], dtype: Any, kind: str
) -> np.ndarray:
    """Random elements of a kind that provokes a class of mistakes.

    ``normal``: no surprise. ``ties``: few distinct integers, negative ones and -0.0 too.
    ``special``: ties with NaN and infinities strewn in. ``lowest``: planes whose values no
    maximum exceeds (-inf, or the type's minimum). ``extreme``: the ends of the type's range;
    for floats large and small magnitudes side by side, whose sums stay finite. ``gentle``:
    magnitudes about one, whose products stay in range, in any order; a NaN or infinity is rare.
    Where integers have no NaN or infinity, the type's extremes stand in.
    """
    dtype = np.dtype(dtype)
    element = element_type(dtype)
    shape = tuple(shape)
    if element.is_float:
        return _random_floats(rng, shape, kind).astype(dtype)
    info = np.iinfo(dtype)
    if kind == "normal":
        least = max(int(info.min), -100)
        return rng.integers(least, 101, shape).astype(dtype)
    if kind == "lowest":
        return np.where(rng.random(shape) < 0.95, dtype.type(info.min), dtype.type(3))
    if kind == "extreme":
        return rng.choice(np.array([info.min, info.max, info.max - 1, 1], dtype), shape)
    if kind == GENTLE:
        signs = rng.choice([1, -1 if info.min < 0 else 1], shape)
        return (np.where(rng.random(shape) < 0.05, 2, 1) * signs).astype(dtype)
    ties = rng.integers(-2 if info.min < 0 else 0, 4, shape).astype(dtype)
    if kind == "special":
        ends = rng.choice(np.array([info.min, info.max], dtype), shape)
        return np.where(rng.random(shape) < 0.1, ends, ties)
    return ties


def _random_floats(rng: np.random.Generator, shape: tuple[int, ...], kind: str) -> np.ndarray:
    if kind == "normal":
        return rng.standard_normal(shape)
    if kind == "lowest":
        found = np.where(rng.random(shape) < 0.95, -np.inf, 1.0)
        return np.where(rng.random((*shape[:-1], 1)) < 0.7, -np.inf, found)
    if kind == "extreme":
        return rng.choice(np.array([-32.0, 32.0, 2.0**-5, -(2.0**-5)]), shape)
    if kind == GENTLE:
        about_one = 2 ** rng.uniform(-0.25, 0.25, shape) * rng.choice([-1, 1], shape)
        strewn = rng.choice([np.nan, np.inf, -np.inf], shape)
        return np.where(rng.random(shape) < 0.01, strewn, about_one)
    ties = rng.integers(-2, 3, shape).astype(np.float64)
    ties = np.where(rng.random(shape) < 0.1, -0.0, ties)
    if kind == "special":
        strewn = rng.choice(np.array([np.nan, np.inf, -np.inf, -np.inf]), shape)
        ties = np.where(rng.random(shape) < 0.15, strewn, ties)
    return ties


def assert_exact(actual: np.ndarray, expected: np.ndarray, context: str = "") -> None:
    """Same dtype and shape, and every element equal under ``==``, NaN matching NaN."""
    assert isinstance(actual, np.ndarray), f"{context}: {type(actual)} is no numpy array"
    assert actual.dtype == expected.dtype, f"{context}: dtype {actual.dtype}, not {expected.dtype}"
    assert actual.shape == expected.shape, f"{context}: shape {actual.shape}, not {expected.shape}"
    wrong = ~((actual == expected) | ((actual != actual) & (expected != expected)))
    if wrong.any():
        raise AssertionError(_first(wrong, actual, expected, context))


def assert_sum_close(
    actual: np.ndarray,
    x: np.ndarray,
    window: SlidingWindow,
    mode: str = "avg",
    *,
    context: str = "",
    **options: Any,
) -> None:
    """A sum or average is within ``m * eps * sum|x| / |divisor|`` of the float64 result.

    Integers, and results that are not finite, are exact, as those that the dtype rounds to
    infinity. ``options`` are those of :func:`clpool.reference.pool`: count_include_pad,
    divisor_override, dtype.
    """
    rounded = reference.pool(x, window, mode, **options)
    if not element_type(x.dtype).is_float:
        assert_exact(actual, rounded, context)
        return
    assert actual.dtype == rounded.dtype, f"{context}: dtype {actual.dtype}, not {rounded.dtype}"
    assert actual.shape == rounded.shape, f"{context}: shape {actual.shape}, not {rounded.shape}"
    expected = reference.pool(x, window, mode, exact=True, **options)
    bound = reference.sum_bound(x, window, mode, **options)
    wide = actual.astype(np.float64)
    with np.errstate(invalid="ignore"):
        near = np.abs(wide - expected) <= bound
    overflows = np.isfinite(expected) & np.isinf(rounded.astype(np.float64))
    expected = np.where(overflows, rounded.astype(np.float64), expected)
    same = (wide == expected) | ((wide != wide) & (expected != expected))
    wrong = ~np.where(np.isfinite(expected), np.isfinite(wide) & near, same)
    if wrong.any():
        raise AssertionError(_first(wrong, wide, expected, context) + f", bound {bound[wrong][0]}")


def _first(wrong: np.ndarray, actual: np.ndarray, expected: np.ndarray, context: str) -> str:
    at = tuple(int(i) for i in np.argwhere(wrong)[0])
    return (
        f"{context}: {int(wrong.sum())} of {math.prod(wrong.shape)} elements differ, the first "
        f"at {at}: got {actual[at]!r}, expected {expected[at]!r}"
    )
