"""The oracle's other operators: equal to PyTorch where it has them, right by hand elsewhere."""

import itertools
from collections import Counter

import numpy as np
import pytest
from cases import assert_exact, random_values

from clpool import reference
from clpool.errors import ArgumentTypeError, ArgumentValueError
from clpool.problem.listed import AdaptiveWindow
from clpool.problem.window import SlidingWindow

NAN, INF = np.nan, np.inf

#: Rank, kernel, stride, ceil_mode of windows that PyTorch's lp_pool takes.
LP_WINDOWS = [(1, 3, 2, True), (2, (3, 2), (2, 3), True), (2, 2, 1, False), (3, 2, 2, True)]
LENGTHS = (6, 9, 7)


def normal(shape):
    """Values without surprise, in float64."""
    return np.random.default_rng(1).standard_normal(shape)


def by_window(x, window):
    """Per output of a plane (or row), the values of its taps and their flat offsets."""
    taps = [(v.ravel(), m.ravel(), o.ravel()) for v, m, o in reference.Taps(x, window)]
    for output in range(taps[0][0].size):
        valid = [(v[output], o[output]) for v, m, o in taps if m[output]]
        yield np.array([v for v, _ in valid], x.dtype), [int(o) for _, o in valid]


# Lp


@pytest.mark.parametrize(("ndim", "kernel", "stride", "ceil"), LP_WINDOWS)
@pytest.mark.parametrize("norm", [1, 2, 3, 0.5, 2.5, -1, -2])
def test_signed_norms_are_pytorchs(torch, ndim, kernel, stride, ceil, norm):
    """The sign, the NaN and the scale of an overhanging window."""
    x = normal((2, 3, *LENGTHS[:ndim]))
    function = getattr(torch.nn.functional, f"lp_pool{ndim}d")
    window = SlidingWindow.of(ndim, kernel, stride, ceil_mode=ceil)
    with np.errstate(invalid="ignore"):
        expected = function(torch.tensor(x), float(norm), kernel, stride, ceil).numpy()
    np.testing.assert_allclose(reference.lp_pool(x, window, norm), expected, rtol=1e-10)


def test_unsigned_norms_take_magnitudes_and_are_never_scaled():
    """ONNX's rule: the norm of the taps there are, under padding and ceil_mode too."""
    x = np.array([-3.0, 4.0, -12.0])
    window = SlidingWindow.of(1, 2, 2, ceil_mode=True)
    assert reference.lp_pool(x, window, 2, signed=False).tolist() == [5, 12]
    assert reference.lp_pool(x, window, 1, signed=False).tolist() == [7, 12]
    np.testing.assert_allclose(reference.lp_pool(x, window, 2), [5, 12 * 2**0.5], rtol=1e-15)
    assert reference.lp_pool(x, AdaptiveWindow.of(1, 1), 2, signed=False).tolist() == [13]
    padded = SlidingWindow.of(1, 2, 2, ((2, 1),))
    assert reference.lp_pool(x, padded, 1, signed=False).tolist() == [0, 7, 12]
    assert reference.lp_pool(x, padded, -1, signed=False).tolist() == [INF, 12 / 7, 12]


@pytest.mark.parametrize("signed", [True, False])
def test_infinite_norms_are_extrema_of_magnitudes(signed):
    """The largest or smallest magnitude of the valid taps, NaN propagating."""
    x, window = np.array([-3.0, 2.0, NAN, 1.0, -INF]), SlidingWindow.of(1, 2, 1, ((2, 0),))
    top = reference.lp_pool(x, window, INF, signed)
    assert_exact(top, np.array([0, 3, 3, NAN, NAN, INF]))
    bottom = reference.lp_pool(x, window, -INF, signed)
    assert_exact(bottom, np.array([INF, 3, 2, NAN, NAN, 1]))


def test_half_norms_are_computed_wider():
    """300^2 overflows float16, the norm does not; the result is rounded once."""
    x = np.array([300, 400], np.float16)
    assert_exact(reference.lp_pool(x, SlidingWindow.of(1, 2), 2), np.array([500], np.float16))
    exact = reference.lp_pool(x, SlidingWindow.of(1, 2), 3, exact=True)
    assert exact.dtype == np.float64


def test_norms_are_checked():
    """A norm of 0 has no meaning, nor has one of integers."""
    window = SlidingWindow.of(1, 2)
    for norm, error in ((0, ArgumentValueError), (NAN, ArgumentValueError), ("2", TypeError)):
        with pytest.raises(error, match="norm"):
            reference.lp_pool(np.ones(4), window, norm)
    with pytest.raises(ArgumentTypeError, match="floats"):
        reference.lp_pool(np.ones(4, np.int32), window, 2)


# Soft


def test_soft_pooling_is_a_weighted_average():
    """The definition, window by window; half precision is rounded once."""
    x, window = 3 * normal((7, 9)), SlidingWindow.of(2, 3, 2, 1)
    expected = []
    for taps, _ in by_window(x, window):
        weights = np.exp(taps)
        expected.append((weights * taps).sum() / weights.sum())
    found = reference.soft_pool(x, window)
    np.testing.assert_allclose(found.ravel(), expected, rtol=1e-13)
    same = np.full((1000, 3), np.linspace(0.1, 0.2, 1000)[:, None], np.float32)
    inside = reference.soft_pool(same, SlidingWindow.of(1, 3), exact=True)
    assert_exact(inside, same[:, :1].astype(np.float64))
    half = reference.soft_pool(x.astype(np.float16), window)
    exact = reference.soft_pool(x.astype(np.float16), window, exact=True)
    assert_exact(half, exact.astype(np.float16))


def test_soft_pooling_of_extremes():
    """Finite inputs stay finite and inside their range; infinities and NaN have their rule."""
    big = np.finfo(np.float64).max
    for row, expected in [
        ([big, big, big], big),
        ([-big, -big, -big], -big),
        ([big, -big, 0], big),
        ([0.1, 0.1, 0.1], 0.1),
        ([-INF, 2, -INF], 2),
        ([-INF, -INF, -INF], -INF),
        ([INF, 1, 2], NAN),
        ([NAN, 1, -INF], NAN),
    ]:
        found = reference.soft_pool(np.array(row, np.float64), SlidingWindow.of(1, 3))
        assert_exact(found, np.array([expected], np.float64))
    assert reference.soft_pool(np.ones(1), SlidingWindow.of(1, 2, 2, ((2, 1),))).tolist() == [
        -INF,
        1,
    ]


# Stochastic


@pytest.mark.parametrize(
    ("counter", "key", "words"),
    [
        ((0, 0, 0, 0), (0, 0), "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
        ((2**32 - 1,) * 4, (2**32 - 1,) * 2, "408f276d 41c83b0e a20bc7c6 6d5451fd"),
        (
            (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
            (0xA4093822, 0x299F31D0),
            "d16cfe09 94fdcceb 5001e420 24126ea1",
        ),
    ],
)
def test_philox_known_answers(counter, key, words):
    """The vectors that Random123 publishes for philox4x32 with 10 rounds."""
    assert " ".join(f"{word:08x}" for word in reference.philox4x32(counter, key)) == words


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_stochastic_picks(dtype):
    """Window by window: the first tap whose running sum exceeds u times the whole sum."""
    x = np.abs(normal((8, 9))).astype(dtype)
    x[x < 0.3] = 0
    window, seed = SlidingWindow.of(2, 3, 2, 1), 2**40 + 5
    values, indices = reference.stochastic_pool(x, window, seed)
    real = np.float64 if dtype == "float64" else np.float32
    key = (seed & 0xFFFFFFFF, seed >> 32)
    for flat, (taps, offsets) in enumerate(by_window(x, window)):
        word = int(reference.philox4x32([flat, 0, 0, 0], key)[0])
        sums = list(itertools.accumulate(taps, lambda a, b: real(a) + real(b), initial=real(0)))
        limit = real((word >> 8) * 2.0**-24) * sums[-1]
        pick = next(tap for tap, running in enumerate(sums[1:]) if running > limit)
        assert indices.flat[flat] == offsets[pick]
        assert values.flat[flat] == taps[pick]
    assert values.dtype == x.dtype


def test_stochastic_sums_have_the_precision_of_their_dtype():
    """A quarter vanishes next to 2^23 in float32, and is a tap to pick in float64."""
    seed = 7
    limit = int(reference.philox4x32([0, 0, 0, 0], (seed, 0))[0] >> 8)
    assert 2**23 <= limit < 2**24
    row = [limit, 0.25, 2**24 - limit]
    for dtype, pick in (("float32", 2), ("float64", 1)):
        found = reference.stochastic_pool(np.array(row, dtype), SlidingWindow.of(1, 3), seed)
        assert found[1].tolist() == [pick]


def test_stochastic_picks_follow_the_shares():
    """A tap with three quarters of the sum is drawn three times out of four."""
    x = np.tile(np.array([1.0, 0.0, 3.0], np.float32), 8000)
    values, indices = reference.stochastic_pool(x, SlidingWindow.of(1, 3), seed=7)
    assert abs((values == 3).mean() - 0.75) < 0.02
    assert not (indices % 3 == 1).any()
    again = reference.stochastic_pool(x, SlidingWindow.of(1, 3), seed=8)[1]
    assert (again != indices).any()


def test_stochastic_edges():
    """Zeros, infinities, NaN, subnormal sums, negative elements, and windows without a tap."""
    window, tiny = SlidingWindow.of(1, 3), np.float32(1e-45)
    for row, pick in [
        ([0, 0, 0], 0),
        ([1, INF, INF], 1),
        ([NAN, 5, NAN], 2),
        ([0, tiny, 0], 1),
    ]:
        x = np.tile(np.array(row, np.float32), 16)
        values, indices = reference.stochastic_pool(x, window, seed=3)
        assert (indices == pick + 3 * np.arange(16)).all()
        assert_exact(values, np.full(16, row[pick], np.float32))
    with pytest.raises(ArgumentValueError, match=r"-1.0 at \(1,\)"):
        reference.stochastic_pool(np.array([1.0, -1.0, 0]), window, seed=0)
    clamped = reference.stochastic_pool(np.array([-1.0, -2.0, -3.0]), window, 0, clamp=True)
    assert [r.tolist() for r in clamped] == [[0], [0]]
    empty = reference.stochastic_pool(np.ones(1), SlidingWindow.of(1, 2, 2, ((2, 1),)), 0)
    assert [r.tolist() for r in empty] == [[0, 1], [-1, 0]]
    for seed, error in ((-1, ArgumentValueError), (2**64, ArgumentValueError), (1.0, TypeError)):
        with pytest.raises(error, match="seed"):
            reference.stochastic_pool(np.ones(3), window, seed)


def test_stochastic_inference_is_the_mean_of_the_picks():
    """sum((a / S) * a) per window, 0 where nothing is active."""
    x, window = np.abs(normal((6, 7))), SlidingWindow.of(2, 2, 2, 1)
    expected = [(t * t).sum() / t.sum() for t, _ in by_window(x, window)]
    found = reference.stochastic_inference(x, window)
    np.testing.assert_allclose(found.ravel(), expected, rtol=1e-14)
    assert reference.stochastic_inference(np.zeros(2), SlidingWindow.of(1, 2)).tolist() == [0]
    both = reference.stochastic_inference(np.array([-1.0, 2.0]), SlidingWindow.of(1, 2), clamp=True)
    assert both.tolist() == [2]


# Rank


@pytest.mark.parametrize("kernel", [(3, 2), (3, 3)])
@pytest.mark.parametrize("dtype", ["float64", "float16", "bfloat16", "int8", "uint64"])
@pytest.mark.parametrize("kind", ["special", "ties"])
def test_medians(dtype, kernel, kind):
    """The lower middle value and the first tap that equals it; the last NaN of any."""
    if dtype == "bfloat16":
        dtype = pytest.importorskip("ml_dtypes", reason="the extra 'bfloat16'").bfloat16
    x = random_values(np.random.default_rng(4), (7, 8), dtype, kind)
    window = SlidingWindow.of(2, kernel, 2, 1)
    values, indices = reference.median_pool(x, window)
    assert values.dtype == x.dtype
    for flat, (taps, offsets) in enumerate(by_window(x, window)):
        nans = [tap for tap, value in enumerate(taps) if value != value]
        middle = sorted(taps)[(len(taps) - 1) // 2]
        pick = nans[-1] if nans else list(taps).index(middle)
        assert indices.flat[flat] == offsets[pick]
        assert_exact(values.flat[flat : flat + 1].copy(), taps[pick : pick + 1])


def test_medians_of_even_counts_are_pytorchs(torch):
    """torch.median takes the lower of the two middle values as well."""
    x = normal((3, 6, 8))
    windows = torch.tensor(x).unfold(1, 2, 2).unfold(2, 2, 2).reshape(3, 3, 4, 4)
    found, _ = reference.median_pool(x, SlidingWindow.of(2, 2))
    assert_exact(found, windows.median(dim=-1).values.numpy())


def test_averaged_medians():
    """The mean of the two middle values, which one count has and the other does not."""
    x = np.array([[5.0, 1, 4, 2], [3, NAN, 1, 0]])
    found = reference.median_pool(x, SlidingWindow.of(1, 4), average=True)
    assert_exact(found, np.array([[3], [NAN]]))
    assert reference.median_pool(x[0], SlidingWindow.of(1, 3), average=True).tolist() == [4]
    largest = np.full(2, np.finfo(np.float64).max)
    assert_exact(reference.median_pool(largest, SlidingWindow.of(1, 2), True), largest[:1])
    assert reference.median_pool(np.array([NAN, 1, NAN, 2]), SlidingWindow.of(1, 4))[1] == [2]
    with pytest.raises(ArgumentTypeError, match="floats"):
        reference.median_pool(np.ones(4, np.int32), SlidingWindow.of(1, 2), average=True)


def test_windows_without_a_tap_have_no_rank():
    """NaN for floats, 0 for integers, and the index -1."""
    window = SlidingWindow.of(1, 2, 2, ((2, 0),))
    values, indices = reference.median_pool(np.array([2.0, 1.0]), window)
    assert_exact(values, np.array([NAN, 1]))
    assert indices.tolist() == [-1, 1]
    for function in (reference.median_pool, reference.mode_pool):
        values, indices = function(np.array([2, 2]), window)
        assert (values.tolist(), indices.tolist()) == ([0, 2], [-1, 0])


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int64", "uint64"])
def test_most_frequent_values(dtype):
    """Ties go to the smallest value, the index to its first occurrence."""
    x = random_values(np.random.default_rng(5), (9, 8), dtype, "special")
    window = SlidingWindow.of(2, 3, 2, 1)
    values, indices = reference.mode_pool(x, window)
    assert values.dtype == x.dtype
    for flat, (taps, offsets) in enumerate(by_window(x, window)):
        times = Counter(taps.tolist())
        best = min(times, key=lambda value: (-times[value], value))
        assert values.flat[flat] == best
        assert indices.flat[flat] == offsets[taps.tolist().index(best)]
    with pytest.raises(ArgumentTypeError, match="integers"):
        reference.mode_pool(np.ones(4), SlidingWindow.of(1, 2))
