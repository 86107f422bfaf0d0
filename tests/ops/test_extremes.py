"""Arguments at the ends of their ranges: right, or refused before any launch."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from cases import assert_exact, random_values
from element_types import needed

import clpool
from clpool import reference, tuning
from clpool.errors import ArgumentTypeError, ArgumentValueError, ClpoolError
from clpool.problem.window import SlidingWindow
from clpool.runtime import capabilities
from clpool.tuning import VARIANTS

MOST = 2**31 - 1


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("ceil_mode", [False, True])
@pytest.mark.parametrize("padding", [0, 1, ((2, 3), (0, 1)), "same"], ids=str)
def test_strides_beyond_the_input(variant: str, ceil_mode: bool, padding: Any) -> None:
    """A stride of any size beyond the input gives one output, the first window's."""
    x = random_values(np.random.default_rng(0), (1, 2, 9, 11), np.float32, "special")
    window = SlidingWindow.of(2, 2, (MOST, 3), padding, 1, ceil_mode)
    with tuning.forced(variant=variant):
        found = clpool.max_pool2d(x, 2, (MOST, 3), padding, 1, ceil_mode, True)
    for one, other in zip(
        found, reference.pool(x, window, "max", return_indices=True), strict=True
    ):
        assert_exact(one, other, str(window))


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("axis", [0, 1])
def test_windows_far_beyond_the_input(variant: str, axis: int) -> None:
    """A window of two thousand million taps costs no more than the few inside the input."""
    x = random_values(np.random.default_rng(0), (1, 2, 5, 4), np.float32, "special")
    kernel = (MOST, 1) if axis == 0 else (1, MOST)
    with tuning.forced(variant=variant):
        values, indices = clpool.max_pool2d(
            x, kernel, 1, [k // 2 for k in kernel], return_indices=True
        )
    whole = SlidingWindow.of(2, (5, 1) if axis == 0 else (1, 4))
    expected = reference.pool(x, whole, "max", return_indices=True)
    for one, other in zip((values, indices), expected, strict=True):
        assert_exact(one, np.broadcast_to(other, x.shape), f"{variant} {kernel}")


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("window", [(36,), (3, 34), (40, 2)], ids=str)
@pytest.mark.parametrize("dilation", [1, 3])
def test_long_windows(variant: str, window: tuple[int, ...], dilation: int) -> None:
    """Windows longer than the input, whose loops are bounded, agree with the oracle."""
    x = random_values(np.random.default_rng(1), (2, 9, 21)[-1 - len(window) :], np.int32, "special")
    pads = tuple((k, k * dilation) for k in window)
    sliding = SlidingWindow.of(len(window), window, 2, pads, dilation)
    with tuning.forced(variant=variant):
        for mode in ("min", "avg"):
            found = clpool.pool(x, window, mode, 2, pads, dilation, count_include_pad=False)
            assert_exact(found, reference.pool(x, sliding, mode, count_include_pad=False), mode)
        found = clpool.pool(x, window, "max", 2, pads, dilation, return_indices=True)
    expected = reference.pool(x, sliding, "max", return_indices=True)
    for one, other in zip(found, expected, strict=True):
        assert_exact(one, other, f"{variant} {window}")


@pytest.mark.parametrize("name", ["kernel_size", "stride", "padding", "dilation"])
@pytest.mark.parametrize("value", [2**31, 2**62, 2**70])
def test_numbers_that_no_kernel_holds(name: str, value: int) -> None:
    """Numbers beyond 31 bits are refused, with the most that is allowed."""
    with pytest.raises(ArgumentValueError, match=f"{name} must be at most {MOST}, got {value}"):
        clpool.max_pool1d(np.zeros((1, 1, 8), np.float32), **{"kernel_size": 2, name: value})


def test_numpy_integers_and_arrays_as_arguments() -> None:
    """Integers of numpy count as ints, its arrays of them as sequences; floats are refused."""
    x = random_values(np.random.default_rng(0), (1, 2, 9, 11), np.float32, "special")
    expected = clpool.max_pool2d(x, (2, 3), 2)
    assert_exact(clpool.max_pool2d(x, np.array([2, 3]), np.int64(2)), expected)
    assert_exact(clpool.max_pool2d(x, [np.uint8(2), np.int16(3)], np.array(2)), expected)
    for wrong in (np.array([2.0, 3.0]), np.array(2.0), np.array([[2, 3]]), np.float32(2)):
        with pytest.raises(ArgumentTypeError, match="kernel_size must be an integer"):
            clpool.max_pool2d(x, wrong)


def test_a_mode_that_is_no_string() -> None:
    """A mode that is no string is refused with the modes there are."""
    with pytest.raises(ArgumentValueError, match=r"\['max'\] is unknown; allowed: max"):
        clpool.pool(np.zeros((1, 8), np.float32), (2,), ["max"])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"shape": "ab"}, "shape must be a tuple of ints, got 'ab'"),
        ({"shape": 8}, "shape must be a tuple of ints, got 8"),
        ({"shape": (2, 8.0)}, "shape must be a tuple of ints"),
        ({"shape": (-1, 8)}, "shape must hold lengths of at least 0"),
        ({"dtype": "float31"}, "dtype must be a numpy dtype.* got 'float31'"),
        ({"dtype": None}, "dtype must be a numpy dtype.* got None"),
        ({"queue": 3}, "queue must be a pyopencl.CommandQueue, got int"),
        ({"mode": "sum", "result_dtype": "wide"}, "dtype must be a numpy dtype.* got 'wide'"),
        ({"return_indices": True, "index_dtype": "int"[:2]}, "index_dtype must be"),
        ({"nan": np.array(["ignore"])}, "nan must be one of"),
        ({"data_format": None}, "data_format must be one of"),
        ({"mode": "avg", "divisor_override": np.array([3])}, "divisor_override must be"),
    ],
    ids=str,
)
def test_arguments_of_plans(arguments: dict[str, Any], words: str) -> None:
    """What a plan cannot be made for is refused by name."""
    given = {"shape": (2, 8), "dtype": np.float32, "window": (2,)} | arguments
    with pytest.raises(ClpoolError, match=words):
        clpool.plan(**given)


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("last", [False, True])
@pytest.mark.parametrize("name", ["float32", "float64"])
def test_average_gradients_at_the_ends_of_their_range(name: str, last: bool, variant: str) -> None:
    """Sums of gradients may be too large where their thirds are not, and thirds too small."""
    if name == "float64" and not capabilities.has_fp64(clpool.default_device()):
        pytest.skip("the device has no float64")
    dtype = np.dtype(name)
    top, tiny = np.finfo(dtype).max * dtype.type(0.9), np.finfo(dtype).smallest_subnormal
    ends = np.array([top, top, top, -top, -top, 0, tiny, 5 * tiny, 7, np.inf, top, np.nan, top, 1])
    grad = np.stack([np.roll(ends.astype(dtype), n) for n in range(16)])
    shape = (1, 16, ends.size) if not last else (1, ends.size, 16)
    layout = "channels_last" if last else "channels_first"
    given = np.ascontiguousarray(grad.T if last else grad).reshape(shape)
    with tuning.forced(variant=variant, width=4), np.errstate(all="ignore"):
        apart = clpool.avg_pool1d_backward(
            given, (1, 42, 16) if last else (1, 16, 42), 3, data_format=layout
        )
        assert_exact(apart, np.repeat(given / dtype.type(3), 3, axis=1 if last else 2))
        found = clpool.avg_pool1d_backward(given, shape, 3, 1, 1, data_format=layout)
        thirds = np.pad(grad.astype(np.longdouble) / 3, ((0, 0), (1, 1)))
        right = thirds[:, :-2] + thirds[:, 1:-1] + thirds[:, 2:]
        sizes = sum(np.abs(thirds[:, n : n + 14]) for n in range(3))
        found = found[0].T if last else found[0]
        assert_exact(np.isfinite(found), np.isfinite(right.astype(dtype)))
        exact = right.astype(dtype)
        assert_exact(found[~np.isfinite(right)], exact[~np.isfinite(right)])
        wrong = np.abs(found - right) > 3 * (np.finfo(dtype).eps * sizes + tiny)
        assert not wrong[np.isfinite(exact)].any()


@pytest.mark.parametrize("channels", [2, 3, 16, 24, 70, 150])
def test_lines_whose_sums_are_too_large(channels: int) -> None:
    """They are done again, tap by tap; those before and behind them are divided once."""
    nine = np.float32(9)
    rng = np.random.default_rng(channels)
    grad = rng.standard_normal((2, 6, 7, channels), np.float32)
    large = np.finfo(np.float32).max
    grad[0, 2, 3, channels // 2] = grad[0, 3, 3, channels // 2] = grad[1, 5, 6, -1] = large
    grad[1, 4, 6, -1] = large
    with tuning.forced(variant="rows"):
        found = clpool.avg_pool2d_backward(grad, grad.shape, 3, 1, 1, data_format="channels_last")
    padded = np.pad(grad, ((0, 0), (1, 1), (1, 1), (0, 0)))
    rows = [[padded[:, h : h + 6, w : w + 7] for w in range(3)] for h in range(3)]
    with np.errstate(over="ignore"):
        once = sum((tap for row in rows for tap in row), start=np.float32(0)) / nine
    each = sum((sum(tap / nine for tap in row) for row in rows), start=np.float32(0))
    again = np.isinf(once).any(axis=(2, 3))
    assert again.tolist() == [[False, False, True, True, False, False], [False] * 4 + [True] * 2]
    np.testing.assert_array_equal(found, np.where(again[..., None, None], each, once))


@pytest.mark.parametrize("nan", ["propagate", "ignore"])
@pytest.mark.parametrize("mode", ["max", "min"])
@pytest.mark.parametrize("name", ["float16", "bfloat16"])
def test_halves_of_every_pattern(name: str, mode: str, nan: str) -> None:
    """Every half beside one drawn at random: NaN of both signs, infinities, zeros, subnormals."""
    dtype = needed(name)
    every = np.arange(2**16, dtype=np.uint16)
    pairs = np.stack([every, np.random.default_rng(0).permutation(every)], axis=-1)
    x = pairs.reshape(1, 2, 256, 256).view(dtype)
    expected = reference.pool(x, SlidingWindow.of(2, (1, 2)), mode, nan=nan)
    assert_exact(getattr(clpool, f"{mode}_pool2d")(x, (1, 2), nan=nan), expected)
