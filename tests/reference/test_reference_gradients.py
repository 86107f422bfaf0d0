"""The oracle's gradients: PyTorch's where it has them, numerical ones elsewhere."""

import numpy as np
import pytest
from cases import assert_exact

from clpool import reference
from clpool.errors import ArgumentTypeError, ArgumentValueError
from clpool.problem.listed import AdaptiveWindow, ListedWindow
from clpool.problem.window import SlidingWindow

LENGTHS = (6, 9, 5)

#: The kinds of windows there are, by what is special about them.
WINDOWS = {
    "overlapping": SlidingWindow.of(1, 3, 2, 1),
    "overhanging": SlidingWindow.of(2, (3, 2), (2, 3), ((2, 0), (1, 1)), ceil_mode=True),
    "dilated": SlidingWindow.of(2, 2, 1, 0, (2, 1)),
    "apart": SlidingWindow.of(3, 2, (1, 2, 3)),
    "adaptive": AdaptiveWindow.of(2, (4, 11)),
    "listed": ListedWindow.of(np.array([[0, 4], [4, 4], [3, 6]]), np.array([[2, 9], [0, 1]])),
}
every_window = pytest.mark.parametrize("window", WINDOWS.values(), ids=WINDOWS)


def inputs(window, seed=1, positive=False):
    """Distinct values for a window, without a zero among them."""
    rng = np.random.default_rng(seed)
    x = rng.permutation(np.linspace(0.2, 3, 2 * np.prod(LENGTHS[: window.ndim])))
    signs = 1 if positive else rng.choice([-1, 1], x.shape)
    return (signs * x).reshape(2, *LENGTHS[: window.ndim])


def gradient_for(result, seed=2):
    """A gradient for every element of a result; 0 where the result itself is not finite."""
    drawn = np.random.default_rng(seed).standard_normal(result.shape)
    return np.where(np.isfinite(result), drawn, 0)


def assert_derivative(function, backward, x):
    """``backward`` is the derivative of ``function``, by central differences at some elements."""
    grad, step = gradient_for(function(x)), 1e-6
    found = backward(grad, x)
    for at in np.random.default_rng(3).permutation(list(np.ndindex(x.shape)))[:24]:
        up, down = x.copy(), x.copy()
        up[tuple(at)] += step
        down[tuple(at)] -= step
        with np.errstate(invalid="ignore"):
            change = (function(up) - function(down)) / (2 * step)
        expected = np.where(grad != 0, grad * change, 0).sum()
        np.testing.assert_allclose(found[tuple(at)], expected, rtol=1e-6, atol=1e-6)


def assert_autograd(torch, function, x, grad, found):
    """``found`` is what PyTorch's own backward gives for ``x`` and ``grad``."""
    tensor = torch.tensor(x, requires_grad=True)
    function(tensor).backward(torch.tensor(grad))
    np.testing.assert_allclose(found, tensor.grad.numpy(), rtol=1e-10, atol=1e-12)


# PyTorch's


@pytest.mark.parametrize("ndim", [1, 2, 3])
def test_max_gradients_are_pytorchs(torch, ndim):
    """Overlapping windows that chose the same element add up."""
    window = SlidingWindow.of(ndim, 3, 1, 1)
    x = inputs(window)
    values, indices = reference.pool(x, window, "max", return_indices=True)
    grad = gradient_for(values)
    function = getattr(torch.nn.functional, f"max_pool{ndim}d")
    found = reference.max_pool_backward(grad, indices, x.shape, ndim)
    assert_autograd(torch, lambda t: function(t, 3, 1, 1), x, grad, found)


@pytest.mark.parametrize("ndim", [1, 2, 3])
def test_adaptive_gradients_are_pytorchs(torch, ndim):
    """Maxima and averages, also where the output is longer than the input."""
    sizes = (4, 11, 3)[:ndim]
    window = AdaptiveWindow.of(ndim, sizes)
    x = inputs(window)
    values, indices = reference.pool(x, window, "max", return_indices=True)
    grad = gradient_for(values)
    best, mean = (
        getattr(torch.nn.functional, f"adaptive_{mode}_pool{ndim}d") for mode in ("max", "avg")
    )
    found = reference.max_pool_backward(grad, indices, x.shape, ndim)
    assert_autograd(torch, lambda t: best(t, sizes), x, grad, found)
    found = reference.avg_pool_backward(grad, x.shape, window)
    assert_autograd(torch, lambda t: mean(t, sizes), x, grad, found)


@pytest.mark.parametrize("divisor", [None, 3, -2])
@pytest.mark.parametrize("include", [True, False])
@pytest.mark.parametrize("ndim", [2, 3])
def test_average_gradients_are_pytorchs(torch, ndim, include, divisor):
    """Every kind of divisor, under padding and ceil_mode."""
    window = SlidingWindow.of(ndim, 3, 2, 1, ceil_mode=True)
    x = inputs(window)
    grad = gradient_for(reference.pool(x, window, "avg"))
    function = getattr(torch.nn.functional, f"avg_pool{ndim}d")
    found = reference.avg_pool_backward(grad, x.shape, window, include, divisor)
    assert_autograd(torch, lambda t: function(t, 3, 2, 1, True, include, divisor), x, grad, found)


def test_fractional_gradients_are_pytorchs(torch):
    """They are those of a maximum, through the indices."""
    x = inputs(SlidingWindow.of(2, 1))[None]
    samples = np.random.default_rng(3).random((1, 2, 2))
    values, indices = reference.fractional_max_pool(x, (2, 3), (4, 5), samples)
    grad = gradient_for(values)
    found = reference.max_pool_backward(grad, indices, x.shape, 2)
    function = torch.nn.functional.fractional_max_pool2d
    drawn = torch.tensor(samples)
    assert_autograd(
        torch, lambda t: function(t, (2, 3), (4, 5), _random_samples=drawn), x, grad, found
    )


@pytest.mark.parametrize("norm", [1, 2, 3, 0.5, 2.5, -1])
@pytest.mark.parametrize("ndim", [1, 2, 3])
def test_signed_norm_gradients_are_pytorchs(torch, ndim, norm):
    """A window that overhangs under ceil_mode is scaled, and so is its gradient."""
    window = SlidingWindow.of(ndim, 3, 2, ceil_mode=True)
    x = inputs(window, positive=norm != 2)
    y = reference.lp_pool(x, window, norm)
    grad = gradient_for(y)
    function = getattr(torch.nn.functional, f"lp_pool{ndim}d")
    found = reference.lp_pool_backward(grad, x, y, window, norm)
    assert_autograd(torch, lambda t: function(t, float(norm), 3, 2, True), x, grad, found)


@pytest.mark.parametrize("ndim", [1, 2, 3])
def test_unpooling_gradients_are_pytorchs(torch, ndim):
    """The gradient at the index, for duplicates too."""
    x, size = np.arange(1.0, 9).reshape(2, *[1] * (ndim - 1), 4), (1,) * (ndim - 1) + (9,)
    indices = np.array([0, 3, 3, 8, 7, 1, 1, 1]).reshape(x.shape)
    grad = gradient_for(reference.max_unpool(x, indices, size))
    function = getattr(torch.nn.functional, f"max_unpool{ndim}d")
    index, kernel = torch.tensor(indices), (1,) * (ndim - 1) + (2,)
    found = reference.max_unpool_backward(grad, indices, ndim)
    assert_autograd(torch, lambda t: function(t, index, kernel, output_size=size), x, grad, found)


# Numerical


@every_window
@pytest.mark.parametrize("mode", ["max", "min", "sum", "avg"])
def test_pooling_gradients(mode, window):
    """The derivative of the oracle's own pooling, for every kind of window."""

    def backward(grad, x):
        if mode in ("max", "min"):
            indices = reference.pool(x, window, mode, return_indices=True)[1]
            return reference.max_pool_backward(grad, indices, x.shape, window.ndim)
        if mode == "sum":
            return reference.sum_pool_backward(grad, x.shape, window)
        return reference.avg_pool_backward(grad, x.shape, window)

    assert_derivative(lambda x: reference.pool(x, window, mode), backward, inputs(window))


@every_window
def test_median_gradients(window):
    """They flow to the chosen element."""

    def backward(grad, x):
        indices = reference.median_pool(x, window)[1]
        return reference.max_pool_backward(grad, indices, x.shape, window.ndim)

    assert_derivative(lambda x: reference.median_pool(x, window)[0], backward, inputs(window))


@every_window
@pytest.mark.parametrize(
    ("norm", "signed"),
    [(1, False), (2, False), (3, False), (-2, False), (2.5, False), (2, True)],
)
def test_norm_gradients(norm, signed, window):
    """Unsigned norms of either sign's elements, and the signed one of an even order."""

    def function(x):
        return reference.lp_pool(x, window, norm, signed)

    def backward(grad, x):
        return reference.lp_pool_backward(grad, x, function(x), window, norm, signed)

    assert_derivative(function, backward, inputs(window))


@every_window
def test_soft_gradients(window):
    """A tap pulls by its value and by its weight."""
    assert_derivative(
        lambda x: reference.soft_pool(x, window),
        lambda grad, x: reference.soft_pool_backward(grad, x, window),
        inputs(window),
    )


@every_window
@pytest.mark.parametrize("clamp", [True, False])
def test_stochastic_inference_gradients(window, clamp):
    """A tap pulls by its value and by its share; a clamped one not at all."""
    assert_derivative(
        lambda x: reference.stochastic_inference(x, window, clamp),
        lambda grad, x: reference.stochastic_inference_backward(grad, x, window, clamp),
        inputs(window, positive=not clamp),
    )


# By hand


def test_gradients_that_go_nowhere():
    """An index of -1, a window of zeros under a norm, of -inf or of nothing active."""
    one = np.array([1.0])
    window = SlidingWindow.of(1, 2)
    assert reference.max_pool_backward(one, np.array([-1]), (2,), 1).tolist() == [0, 0]
    zeros = np.zeros(2)
    for norm, signed in ((2, True), (2, False), (1, False), (0.5, False)):
        found = reference.lp_pool_backward(one, zeros, zeros[:1], window, norm, signed)
        assert found.tolist() == [0, 0]
    assert reference.soft_pool_backward(one, zeros - np.inf, window).tolist() == [0, 0]
    assert reference.stochastic_inference_backward(one, zeros, window).tolist() == [0, 0]
    mixed = reference.soft_pool_backward(one, np.array([-np.inf, 3.0]), window)
    assert mixed.tolist() == [0, 1]


def test_soft_gradients_of_large_values():
    """The slope's 1 is not lost among values of which it is less than half a unit."""
    for size in (2.0**53, -(2.0**60), 1e300):
        x = np.full(4, size)
        found = reference.soft_pool_backward(np.ones(1), x, SlidingWindow.of(1, 4))
        assert found.tolist() == [0.25] * 4, size


def test_a_zero_among_others_has_no_power():
    """0^0 is 1 for the signed norm of order 1; an unsigned zero has no sign to follow."""
    x, y, one, window = np.array([0.0, 2.0]), np.array([2.0]), np.ones(1), SlidingWindow.of(1, 2)
    assert reference.lp_pool_backward(one, x, y, window, 1).tolist() == [1, 1]
    assert reference.lp_pool_backward(one, x, y, window, 1, signed=False).tolist() == [0, 1]
    assert reference.lp_pool_backward(one, x, y, window, 0.5, signed=False).tolist() == [0, 1]


def test_gradients_are_rounded_once():
    """Sums of half gradients run wider; ``exact`` leaves them so."""
    grad, window = np.array([2048, 1, 1], np.float16), SlidingWindow.of(1, 3, 1, ((2, 2),))
    found = reference.sum_pool_backward(grad, (1,), window)
    assert_exact(found, np.array([2050], np.float16))
    tenth = np.array([0.1], np.float16)
    exact = reference.avg_pool_backward(tenth, (3,), SlidingWindow.of(1, 3), exact=True)
    assert_exact(exact, np.full(3, float(tenth[0]) / 3))


def test_mistakes_are_told():
    """Integers have no gradient, and shapes must fit."""
    window, indices = SlidingWindow.of(1, 2), np.array([0, 9])
    with pytest.raises(ArgumentTypeError, match="floats"):
        reference.sum_pool_backward(np.array([1, 2]), (4,), window)
    with pytest.raises(ArgumentTypeError, match="floats"):
        reference.max_pool_backward(np.array([1, 2]), indices, (4,), 1)
    with pytest.raises(ArgumentValueError, match="outside"):
        reference.max_pool_backward(np.ones(2), indices, (4,), 1)
    with pytest.raises(ArgumentValueError, match="do not fit"):
        reference.max_pool_backward(np.ones(3), indices, (4,), 1)
    with pytest.raises(ArgumentValueError, match="shape"):
        reference.avg_pool_backward(np.ones(3), (4,), window)
    with pytest.raises(ArgumentValueError, match="divisor_override"):
        reference.avg_pool_backward(np.ones(2), (4,), window, divisor_override=0)
    with pytest.raises(ArgumentValueError, match="finite"):
        reference.lp_pool_backward(np.ones(1), np.ones(2), np.ones(1), window, -np.inf)
    with pytest.raises(ArgumentValueError, match="index 9"):
        reference.max_unpool_backward(np.ones(4), indices, 1)
