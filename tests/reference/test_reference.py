"""The oracle itself: equal to PyTorch where PyTorch pools, right by hand where it does not."""

import math

import numpy as np
import pytest
from cases import CASES, VALUE_KINDS, assert_exact, assert_sum_close, random_values

from clpool import reference
from clpool.errors import ArgumentTypeError, ArgumentValueError
from clpool.modes import MODES
from clpool.problem.window import SlidingWindow
from clpool.reference import modes

NAN, INF = np.nan, np.inf
INT64 = np.iinfo(np.int64)


def row(values, dtype=np.float32):
    """One row of values."""
    return np.array(values, dtype)


def windows_of(kernel, stride=None, padding=0, dilation=1, ceil_mode=False):
    """A window over one axis."""
    return SlidingWindow.of(1, kernel, stride, padding, dilation, ceil_mode)


def pooled_with_indices(values, window, mode="max", dtype=np.float32, **options):
    """Values and indices as lists, NaN as the string "nan"."""
    found, indices = reference.pool(
        row(values, dtype), window, mode, return_indices=True, **options
    )
    return [("nan" if v != v else v) for v in found.tolist()], indices.tolist()


def test_every_registered_mode_has_a_reference():
    """A mode without an oracle cannot be tested, so there is none."""
    assert set(MODES) <= set(reference.REFERENCES)


@pytest.mark.parametrize("case", CASES, ids=str)
@pytest.mark.parametrize("mode", ["max", "min"])
def test_an_extremum_is_a_valid_tap_or_the_identity(case, mode):
    """Every maximum is the input's element at its index; -1 is the identity."""
    x = random_values(np.random.default_rng(1), case.shape, np.float32, "special")
    values, indices = reference.pool(x, case.window, mode, return_indices=True)
    leading = x.shape[: x.ndim - case.ndim]
    plane = x.reshape(*leading, math.prod(x.shape[x.ndim - case.ndim :]))
    flat = indices.reshape(*leading, math.prod(indices.shape[x.ndim - case.ndim :]))
    picked = np.take_along_axis(plane, np.maximum(flat, 0), -1)
    identity = np.float32(-INF if mode == "max" else INF)
    assert_exact(values, np.where(flat < 0, identity, picked).reshape(values.shape))


@pytest.mark.parametrize("kind", VALUE_KINDS)
@pytest.mark.parametrize("dtype", ["float16", "float32", "int8", "int64"])
def test_min_mirrors_max(kind, dtype):
    """The minimum of x is the maximum of -x (for integers: of ~x), at the same index."""
    x = random_values(np.random.default_rng(2), (3, 9, 11), dtype, kind)
    mirrored = ~x if x.dtype.kind == "i" else -x
    window = SlidingWindow.of(2, 3, 2, 1)
    low, at = reference.pool(x, window, "min", return_indices=True)
    high, expected = reference.pool(mirrored, window, "max", return_indices=True)
    assert_exact(~low if x.dtype.kind == "i" else -low, high)
    assert_exact(at, expected)


def test_ties_keep_the_first():
    """Of equal values the first in row-major window order gives the index."""
    assert pooled_with_indices([1, 2, 2, 2], windows_of(4)) == ([2], [1])
    x = np.array([[0, 5], [5, 0]], np.int32)
    _, indices = reference.pool(x, SlidingWindow.of(2, 2), "max", return_indices=True)
    assert indices.tolist() == [[1]]


def test_zeros_of_both_signs_are_equal():
    """-0.0 and +0.0 tie: the first stays, with its sign."""
    values, indices = pooled_with_indices([-0.0, 0.0], windows_of(2))
    assert indices == [0]
    assert np.signbit(values[0])


def test_the_last_nan_wins_when_nan_propagates():
    """A NaN beats every value, and among NaNs the last gives the index."""
    assert pooled_with_indices([INF, NAN, 3, NAN, 9], windows_of(5)) == (["nan"], [3])
    assert pooled_with_indices([-INF, NAN, 3, NAN], windows_of(4), "min") == (["nan"], [3])


def test_an_ignored_nan_never_replaces_a_value():
    """With nan="ignore" values win over NaN wherever they stand, and ties keep the first."""
    ignore = {"nan": "ignore"}
    assert pooled_with_indices([NAN, -INF, NAN, -INF], windows_of(4), **ignore) == ([-INF], [1])
    assert pooled_with_indices([NAN, 4, NAN, 2], windows_of(4), "min", **ignore) == ([2], [3])


def test_a_window_of_ignored_nans_gives_nan_and_its_first_valid_tap():
    """An all-NaN window has no value to prefer: NaN, with the first valid tap's index."""
    found = pooled_with_indices([NAN, NAN, NAN], windows_of(2, 1, 1), nan="ignore")
    assert found == (["nan"] * 4, [0, 0, 1, 2])


def test_minus_infinity_has_an_index_inside_the_input():
    """An all -inf window (dlprimitives: index -1) names its first valid tap, not the padding."""
    assert pooled_with_indices([-INF] * 3, windows_of(2, 1, 1)) == ([-INF] * 4, [0, 0, 1, 2])
    lowest = np.iinfo(np.int8).min
    found = pooled_with_indices([lowest] * 3, windows_of(2, 1, 1), dtype=np.int8)
    assert found == ([lowest] * 4, [0, 0, 1, 2])


def test_padding_never_wins():
    """Padding never wins a max, even when all values are negative, nor a min of positives."""
    assert pooled_with_indices([-3, -2], windows_of(3, 1, 1)) == ([-2, -2], [1, 1])
    assert pooled_with_indices([3, 2], windows_of(3, 1, 1), "min") == ([2, 2], [1, 1])
    assert reference.pool(row([200], np.uint8), windows_of(3, 1, 1), "min").tolist() == [200]


@pytest.mark.parametrize(
    ("mode", "dtype", "nan", "identity"),
    [
        ("max", np.float32, "propagate", -INF),
        ("min", np.float32, "propagate", INF),
        ("max", np.float32, "ignore", "nan"),
        ("min", np.float16, "ignore", "nan"),
        ("max", np.int8, "propagate", -128),
        ("min", np.int8, "ignore", 127),
        ("max", np.uint8, "propagate", 0),
        ("min", np.uint64, "propagate", 2**64 - 1),
    ],
)
def test_a_window_without_any_valid_tap_gives_the_identity(mode, dtype, nan, identity):
    """A dilated window may step over the only element: the identity, index -1."""
    found = pooled_with_indices([7], windows_of(2, 1, 1, 2), mode, dtype, nan=nan)
    assert found == ([identity], [-1])


def test_the_plane_of_torchs_heap_corruption_has_only_valid_indices():
    """1x9, kernel 2, padding 1, dilation 2: no window has a valid tap, so all indices are -1."""
    window = SlidingWindow.of(2, 2, 1, 1, 2)
    values, indices = reference.pool(np.ones((1, 9)), window, "max", return_indices=True)
    assert values.shape == (1, 9)
    assert (values == -INF).all()
    assert (indices == -1).all()


def test_indices_are_flat_over_the_unpadded_plane():
    """An index counts the plane's own elements, each plane from zero, in the dtype asked for."""
    x = np.zeros((2, 3, 4, 5), np.float32)
    x[..., 2, 3] = 1
    window = SlidingWindow.of(2, (4, 5), padding=((1, 0), (2, 0)))
    _, indices = reference.pool(x, window, "max", return_indices=True, index_dtype=np.int32)
    assert indices.dtype == np.int32
    assert indices.shape == (2, 3, 1, 1)
    plain = reference.pool(x, SlidingWindow.of(2, (4, 5)), "max", return_indices=True)[1]
    assert (plain == 2 * 5 + 3).all()


def test_the_divisor_counts_padding_or_not():
    """count_include_pad counts the padding, but never an overhang beyond it."""
    x, window = row([3, 3, 3, 3, 3]), windows_of(3, 2, 1, ceil_mode=True)
    assert reference.pool(x, window, "avg").tolist() == [2, 3, 2]
    assert reference.pool(x, window, "avg", count_include_pad=False).tolist() == [3, 3, 3]
    overhang = windows_of(2, ceil_mode=True)
    assert reference.pool(x, overhang, "avg").tolist() == [3, 3, 3]
    assert reference.pool(x, overhang, "avg", divisor_override=-3).tolist() == [-2, -2, -1]


def test_a_window_wholly_in_padding_averages_to_nan_or_zero():
    """Without a counted tap there is no average: NaN, and 0 for integers; sums are 0."""
    window = windows_of(2, 2, ((2, 0),))
    found = reference.pool(row([4, 6]), window, "avg", count_include_pad=False)
    assert np.isnan(found[0])
    assert found[1] == 5
    found = reference.pool(row([4, 6], np.int16), window, "avg", count_include_pad=False)
    assert_exact(found, row([0, 5], np.int16))
    assert reference.pool(row([4, 6]), window, "avg").tolist() == [0, 5]
    assert reference.pool(row([4, 6]), window, "sum").tolist() == [0, 10]


def test_integers_divide_toward_zero():
    """(-1 - 2) / 2 is -1, as in C and PyTorch, not -2 as in Python."""
    assert reference.pool(row([-1, -2], np.int32), windows_of(2), "avg").tolist() == [-1]
    found = reference.pool(row([1, 2], np.int32), windows_of(2), "avg", divisor_override=-2)
    assert found.tolist() == [-1]
    assert reference.pool(row([3, 4], np.uint8), windows_of(2), "avg").tolist() == [3]


def test_integers_accumulate_modulo_two_to_the_64():
    """(2^62 + 2^62) / 2 is -2^62; smaller types accumulate without overflow."""
    assert reference.pool(row([2**62] * 2, np.int64), windows_of(2), "avg").tolist() == [-(2**62)]
    assert reference.pool(row([127] * 4, np.int8), windows_of(4), "avg").tolist() == [127]
    big = row([2**64 - 1, 3], np.uint64)
    assert reference.pool(big, windows_of(2), "avg").tolist() == [1]


def test_integer_sums_narrow_modulo_their_bits():
    """A sum has the input's dtype, modulo 2^bits, or a wider one that is asked for."""
    assert_exact(reference.pool(row([100] * 2, np.int8), windows_of(2), "sum"), row([-56], np.int8))
    wide = reference.pool(row([100] * 2, np.int8), windows_of(2), "sum", dtype=np.int32)
    assert_exact(wide, row([200], np.int32))
    assert_exact(reference.pool(row([200, 100], np.uint8), windows_of(2), "sum"), row([44], "u1"))


def test_half_precision_rounds_once():
    """2048 + 1 + 1 in float16 is 2050: the sum runs wider and is rounded at the end."""
    found = reference.pool(row([2048, 1, 1], np.float16), windows_of(3), "sum")
    assert_exact(found, row([2050], np.float16))
    assert_exact(
        reference.pool(row([60000, 60000], np.float16), windows_of(2), "avg"),
        row([60000], np.float16),
    )


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_rounded_result_is_within_its_own_bound(case):
    """Rounding the exact average to the dtype stays inside the bound, for every case."""
    x = random_values(np.random.default_rng(3), case.shape, np.float16, "normal")
    assert_sum_close(reference.pool(x, case.window, "avg"), x, case.window)
    assert_sum_close(reference.pool(x, case.window, "sum"), x, case.window, "sum")


def test_a_result_outside_the_bound_is_refused():
    """The comparison the tests rely on turns red two bounds away from the truth, and for NaN."""
    x = random_values(np.random.default_rng(4), (2, 40), np.float32, "normal")
    window = windows_of(4)
    good = reference.pool(x, window, "avg")
    assert_sum_close(good, x, window)
    for wrong in (2 * reference.sum_bound(x, window).astype(np.float32), np.float32(NAN)):
        bad = good.copy()
        bad[1, 3] += np.broadcast_to(wrong, good.shape)[1, 3]
        with pytest.raises(AssertionError, match=r"first at \(1, 3\)"):
            assert_sum_close(bad, x, window)
    with pytest.raises(AssertionError, match="dtype"):
        assert_sum_close(good.astype(np.float64), x, window)


def test_a_difference_is_held_to_what_its_reference_names(monkeypatch):
    """Of magnitudes a difference is no bound: the reference names a mode whose result is one."""
    monkeypatch.setattr(modes, "REFERENCES", dict(reference.REFERENCES))
    monkeypatch.setattr(modes, "_MAGNITUDES", {})

    @reference.register("gap", magnitude="max")
    def gap(taps):
        return reference.largest(taps)[0] - reference.smallest(taps)[0]

    bound = reference.sum_bound(row([-3, 3, 1]), windows_of(2, 1, ((0, 2),)), "gap")
    tiny = np.finfo(np.float32).smallest_subnormal / 2
    assert bound.tolist() == [2 * n * 2.0**-23 + tiny for n in (3, 3, 1, 0)]


def test_an_exact_comparison_sees_values_dtypes_and_shapes():
    """Exact means the same dtype, shape and elements, with NaN matching NaN only."""
    one = row([1, NAN, 0.0])
    assert_exact(one, row([1, NAN, -0.0]))
    for other in (row([1, NAN, 1]), row([1, 2, 0]), one.astype(np.float64), one[None], one[:2]):
        with pytest.raises(AssertionError):
            assert_exact(other, one)


def test_strides_do_not_matter():
    """A view of any layout pools like its contiguous copy; leading axes may be any number."""
    x = np.random.default_rng(5).standard_normal((4, 6, 8, 10, 3)).astype(np.float32)
    view = np.moveaxis(x, -1, 2)[::-1, ::2, :, 1:, ::-2]
    window = SlidingWindow.of(2, 3, 2, 1)
    assert_exact(reference.pool(view, window), reference.pool(view.copy(), window))
    assert reference.pool(x[0, 0, :, :, 0], window).shape == (4, 5)


def test_what_cannot_be_pooled_is_an_error():
    """The oracle refuses what the law refuses."""
    window = windows_of(2)
    with pytest.raises(ArgumentTypeError, match="complex64"):
        reference.pool(row([1, 2], np.complex64), window)
    with pytest.raises(ArgumentValueError, match="divisor_override must not be 0"):
        reference.pool(row([1, 2]), window, "avg", divisor_override=0)
    with pytest.raises(ArgumentValueError, match="-2 is negative"):
        reference.pool(row([1, 2], np.uint8), window, "avg", divisor_override=-2)
    with pytest.raises(ArgumentValueError, match="no indices"):
        reference.pool(row([1, 2]), window, "avg", return_indices=True)
    with pytest.raises(ArgumentValueError, match="'skip'"):
        reference.pool(row([1, 2]), window, nan="skip")
    with pytest.raises(ArgumentValueError, match="empty spatial axis"):
        reference.pool(np.ones((3, 0)), windows_of(2, padding=1))
    with pytest.raises(ArgumentValueError, match="too large for uint8"):
        reference.pool(np.ones(300), window, return_indices=True, index_dtype=np.uint8)
    with pytest.raises(ArgumentTypeError, match="int8"):
        reference.pool(row([1, 2], np.int32), window, "sum", dtype=np.int8)
    with pytest.raises(ArgumentTypeError, match="float64"):
        reference.pool(row([1, 2], np.int32), window, "sum", dtype=np.float64)


def test_tiny_results_may_be_rounded() -> None:
    """A result among the subnormals, rounded as well as it can be, is within the bound."""
    x = np.array([2.1e-05], np.float16)
    window = SlidingWindow.of(1, 1)
    exact = float(x[0]) / -3
    bound = reference.sum_bound(x, window, divisor_override=-3)
    assert 0 < abs(float(np.float16(exact)) - exact) <= bound[0]
    assert abs(float(np.nextafter(np.float16(exact), np.float16(0))) - exact) > bound[0]
