"""The oracle over listed windows, and unpooling: PyTorch's results, or right by hand."""

import itertools
import math

import numpy as np
import pytest
from cases import assert_exact, random_values

from clpool import reference
from clpool.errors import ArgumentValueError
from clpool.problem.listed import AdaptiveWindow, ListedWindow, sequence_bounds
from clpool.problem.window import SlidingWindow

NAN, INF = np.nan, np.inf


def normal(shape):
    """Values without surprise, in float64."""
    return np.random.default_rng(1).standard_normal(shape)


@pytest.mark.parametrize(
    ("lengths", "outputs"),
    [((10,), (3,)), ((3,), (7,)), ((7, 9), (3, 4)), ((5, 4), (None, 1)), ((5, 4, 7), (2, 6, 3))],
)
@pytest.mark.parametrize("kind", ["special", "normal"])
def test_adaptive_windows_are_pytorchs(torch, lengths, outputs, kind):
    """Maxima, their indices and averages, also where the output is longer than the input."""
    x = random_values(np.random.default_rng(1), (2, 3, *lengths), np.float64, kind)
    ndim, window = len(lengths), AdaptiveWindow.of(len(lengths), outputs)
    size = window.output_shape(lengths)
    functions = torch.nn.functional
    best, at = getattr(functions, f"adaptive_max_pool{ndim}d")(torch.tensor(x), size, True)
    values, indices = reference.pool(x, window, "max", return_indices=True)
    assert_exact(values, best.numpy())
    assert_exact(indices, at.numpy())
    mean = getattr(functions, f"adaptive_avg_pool{ndim}d")(torch.tensor(x), size).numpy()
    np.testing.assert_allclose(reference.pool(x, window, "avg"), mean, rtol=1e-12, atol=1e-13)


def test_an_adaptive_output_of_zero_is_empty():
    """No output, no window; the dtype stays."""
    x, window = np.ones((2, 5, 4), np.float32), AdaptiveWindow.of(2, (0, 3))
    for mode in ("max", "avg", "sum"):
        assert_exact(reference.pool(x, window, mode), np.ones((2, 0, 3), np.float32))
    assert reference.median_pool(x, window)[0].shape == (2, 0, 3)
    assert reference.lp_pool(x, window, 2).shape == (2, 0, 3)


@pytest.mark.parametrize("mode", ["max", "min", "sum", "avg"])
def test_every_plane_may_have_windows_of_its_own(mode):
    """Bounds with leading axes pool each plane as it would be pooled alone."""
    rng, x = np.random.default_rng(2), normal((2, 3, 6, 5))
    bounds = [np.sort(rng.integers(0, n + 1, (2, 3, o, 2)), -1) for n, o in ((6, 4), (5, 2))]
    indices = {"return_indices": True} if mode in ("max", "min") else {}
    together = reference.pool(x, ListedWindow.of(*bounds), mode, **indices)
    for plane in itertools.product(range(2), range(3)):
        window = ListedWindow.of(*(b[plane] for b in bounds))
        alone = reference.pool(x[plane], window, mode, **indices)
        pairs = zip(together, alone, strict=True) if indices else [(together, alone)]
        for whole, part in pairs:
            assert_exact(whole[plane], part)
    with pytest.raises(ArgumentValueError, match="do not fit"):
        reference.pool(x[:1], ListedWindow.of(*bounds), mode)


def test_listed_averages_divide_by_their_windows_count():
    """The count of the window's taps, or a given divisor; an empty window has no average."""
    window = ListedWindow.of(np.array([[0, 3], [2, 4], [1, 1]]))
    x = np.array([1.0, 2.0, 6.0, 8.0])
    assert_exact(reference.pool(x, window, "avg"), np.array([3, 7, NAN]))
    assert reference.pool(x, window, "avg", divisor_override=-1).tolist() == [-9, -14, 0]
    assert reference.pool(x.astype(np.int8), window, "avg").tolist() == [3, 7, 0]
    assert reference.pool(x, window, "max", return_indices=True)[1].tolist() == [2, 3, -1]
    magnitudes = np.array([9 * 3 / 3, 14 * 2 / 2])
    bound = reference.sum_bound(x, window)[:2]
    np.testing.assert_allclose(bound, magnitudes * np.finfo(np.float64).eps)


def test_tensorflows_sequences():
    """The example of TensorFlow's documentation: the element at 2 belongs to both cells."""
    x = np.array([20.0, 5, 16, 3, 7])
    bounds = sequence_bounds("row_sequence", [0, 2, 5], 5, overlapping=True)
    np.testing.assert_allclose(
        reference.pool(x, ListedWindow.of(bounds), "avg"), [41 / 3, 26 / 3], rtol=1e-15
    )


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(
    ("lengths", "kernel", "outputs"),
    [((9, 12), (2, 3), (4, 5)), ((5, 7), (5, 1), (1, 7)), ((8, 9, 7), (2, 3, 2), (4, 1, 3))],
)
def test_fractional_maxima_are_pytorchs(torch, lengths, kernel, outputs, dtype):
    """The same samples give the same windows, with a batch and without."""
    x = normal((2, 3, *lengths)).astype(dtype)
    samples = np.random.default_rng(3).random((2, 3, len(lengths))).astype(dtype)
    function = getattr(torch.nn.functional, f"fractional_max_pool{len(lengths)}d")
    for image, drawn in ((x, samples), (x[0], samples[:1])):
        best, at = function(
            torch.tensor(image),
            kernel,
            outputs,
            return_indices=True,
            _random_samples=torch.tensor(drawn),
        )
        values, indices = reference.fractional_max_pool(image, kernel, outputs, drawn)
        assert_exact(values, best.numpy())
        assert_exact(indices, at.numpy())


def test_fractional_windows_must_fit():
    """An output too long for its axis, or samples of another shape, are refused."""
    with pytest.raises(ArgumentValueError, match="output length 3"):
        reference.fractional_max_pool(np.ones((1, 4, 4)), (3, 2), (3, 2), np.ones((1, 1, 2)))
    with pytest.raises(ArgumentValueError, match="samples"):
        reference.fractional_max_pool(np.ones((2, 4, 4)), (2, 2), (2, 2), np.ones((2, 1, 2)))


def test_regions_of_interest():
    """Cells cover a region with floor and ceil, clipped to the image; an empty one gives 0."""
    x = -np.arange(1.0, 49).reshape(2, 1, 4, 6).astype(np.float32)
    rois = np.array(
        [[0, 0, 0, 5, 3], [1, 2, 1, 4, 3], [0, 4, 2, 9, 9], [1, 3, 3, 1, 1], [0, 0.5, 1.5, 2.5, 2]]
    )
    found = reference.roi_max_pool(x, rois, (2, 2))
    for result, (image, *corners) in zip(found, rois, strict=True):
        x1, y1, x2, y2 = (math.floor(c + 0.5) for c in corners)
        high, wide = max(y2 - y1 + 1, 1), max(x2 - x1 + 1, 1)
        for a, b in itertools.product(range(2), range(2)):
            rows = slice(y1 + math.floor(a * high / 2), y1 + math.ceil((a + 1) * high / 2))
            columns = slice(x1 + math.floor(b * wide / 2), x1 + math.ceil((b + 1) * wide / 2))
            assert result[0, a, b] == x[int(image), 0, rows, columns].max(initial=-INF) or (
                result[0, a, b] == 0 and x[int(image), 0, rows, columns].size == 0
            )
    halved = reference.roi_max_pool(x, np.array([[0, 0, 0, 10, 6]]), (2, 2), 0.5)
    assert_exact(halved, found[:1])
    with pytest.raises(ArgumentValueError, match="batch index"):
        reference.roi_max_pool(x, np.array([[2, 0, 0, 1, 1]]), (1, 1))


@pytest.mark.parametrize("ndim", [1, 2, 3])
def test_unpooling_is_pytorchs(torch, ndim):
    """Values go back to their places in the plane they came from."""
    lengths = (6, 9, 7)[:ndim]
    x = normal((2, 3, *lengths))
    values, indices = reference.pool(x, SlidingWindow.of(ndim, 2), "max", return_indices=True)
    function = getattr(torch.nn.functional, f"max_unpool{ndim}d")
    expected = function(torch.tensor(values), torch.tensor(indices), 2, output_size=lengths).numpy()
    assert_exact(reference.max_unpool(values, indices, lengths), expected)


def test_of_duplicates_the_last_stays_and_strangers_are_refused():
    """Row-major order decides; an index outside the plane is named with its plane."""
    x, indices = np.array([[1, 2, 3], [4, 5, 6]]), np.array([[0, 0, 2], [1, 1, 1]])
    assert reference.max_unpool(x, indices, (3,)).tolist() == [[2, 0, 3], [0, 6, 0]]
    for stranger in (3, -1):
        indices[1, 2] = stranger
        with pytest.raises(ArgumentValueError, match=f"index {stranger} in plane 1"):
            reference.max_unpool(x, indices, (3,))
    with pytest.raises(ArgumentValueError, match="one shape"):
        reference.max_unpool(x, indices[:1], (3,))
