"""What must flow to every element of a pooling's input, by :mod:`clpool.reference`."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from .. import reference
from ..problem.listed import CoveringWindow
from ..problem.problem import Problem
from ..problem.window import SlidingWindow
from ..reference.taps import Array, Window
from .expectation import Expected, computed, flowing, within

#: OpenCL's pow may err by 16 units in the last place.
POW = 16

#: Roundings for each tap of an average by weights: OpenCL's exp may err by 3 units in the last
#: place, its argument and the product of two, their sum and the share of it by half a unit each;
#: what is off in the weights is off in their sum too.
WEIGHED = 12


def gradient(
    problem: Problem, window: Window, grad: Array, sources: dict[str, Array], shape: Any
) -> list[Expected] | None:
    """A gradient of an input of this shape, pooled axes last; None of a mode that has no oracle."""
    name = problem.mode.name
    if name == "select_backward":
        return _selected(grad, sources["indices"], shape, window.ndim)
    if name in ("sum", "avg_backward"):
        return _spread(problem, window, grad, shape)
    if name in ("soft_backward", "share_backward"):
        return _weighted(name == "soft_backward", window, grad, sources["forward_input"])
    if name.startswith("lp_backward"):
        return _norm(problem, window, grad, sources)
    return None


def largest_size(x: Array, window: Window) -> Array:
    """The largest magnitude among the finite taps of every window."""
    sizes = np.where(np.isfinite(x), np.abs(x.astype(np.float64)), 0)
    return np.maximum(reference.pool(sizes, window, "max"), 0)


def _selected(grad: Array, indices: Array, shape: Any, ndim: int) -> list[Expected]:
    def flows(values: Array) -> Array:
        return reference.max_pool_backward(values, indices, shape, ndim, exact=True)

    return flowing(grad, flows)


def _spread(problem: Problem, window: Window, grad: Array, shape: Any) -> list[Expected] | None:
    """The gradient of sums or averages."""

    def summed(values: Array) -> Array:
        return reference.sum_pool_backward(values, shape, window, exact=True)

    if problem.mode.name == "sum":
        return flowing(grad, summed)
    options: dict[str, Any] = {"divisor_override": problem.divisor}
    own = problem.window
    if problem.divisor is None and isinstance(own, CoveringWindow):
        padded = own.sliding.tap_counts(own.lengths, True)
        options["count_include_pad"] = own.counts is None or _equal(own.counts, padded)

    def averaged(values: Array) -> Array:
        return reference.avg_pool_backward(values, shape, window, exact=True, **options)

    return flowing(grad, averaged, summed)


def _equal(counts: Any, others: Any) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(counts, others, strict=True))


def _weighted(soft: bool, window: Window, grad: Array, x: Array) -> list[Expected]:
    """The gradient of averages by exponentials, or by the taps' own sizes."""
    if soft:
        values = reference.soft_pool_backward(grad, x, window, exact=True)
    else:
        values = reference.stochastic_inference_backward(grad, x, window, True, exact=True)
    # No tap has a larger share of the weights than the window's largest weight has.
    with np.errstate(all="ignore"):
        wide = x.astype(np.float64)
        # Exponentials of larger numbers would overflow.
        excess = max(np.where(np.isfinite(wide), wide, 0).max(initial=0) - 700, 0)
        weights = np.where(np.isfinite(wide), np.exp(wide - excess) if soft else wide, 0)
    whole = reference.pool(weights, window, "sum")
    share = largest_size(weights, window) / np.where(whole == 0, 1, whole)
    flows = np.abs(grad.astype(np.float64)) * share
    flows *= 1 + 2 * largest_size(x, window) if soft else 3
    sizes = reference.sum_pool_backward(flows, x.shape, window, exact=True)
    ones = np.ones(grad.shape)
    terms = reference.sum_pool_backward(ones, x.shape, window, exact=True)
    relative = (WEIGHED * taps_of(window, x.shape) + terms) * computed(x.dtype)
    with np.errstate(invalid="ignore"):
        rounded = reference.epsilon(x.dtype) * np.abs(values)
    return within(values, relative * sizes + rounded, grad.dtype)


def _norm(
    problem: Problem, window: Window, grad: Array, sources: dict[str, Array]
) -> list[Expected]:
    """The gradient of norms."""
    x, y = sources["forward_input"], sources["forward_output"]
    norm, signed = problem.power, problem.mode.option("sign") == "signed"
    values = reference.lp_pool_backward(grad, x, y, window, norm, signed, exact=True)
    g, a, b = (np.abs(array.astype(np.float64)) for array in (grad, x, y))
    with np.errstate(all="ignore"):
        sizes = np.abs(reference.lp_pool_backward(g, a, b, window, norm, signed, exact=True))
        ones = np.ones(grad.shape)
        terms = reference.sum_pool_backward(ones, x.shape, window, exact=True)
        units = POW + 3 * abs(norm - 1) + 4
        relative = terms * reference.epsilon(x.dtype) + units * computed(x.dtype)
    return within(values, relative * sizes, grad.dtype)


def taps_of(window: Window, shape: Any) -> int:
    """The most taps of a window over an input of this shape, pooled axes last."""
    if isinstance(window, SlidingWindow):
        return prod(window.kernel)
    bounds = window.bounds(shape[len(shape) - window.ndim :]) or ()
    return prod(int((b[..., 1] - b[..., 0]).max(initial=0)) for b in bounds)
