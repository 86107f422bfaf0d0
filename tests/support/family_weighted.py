"""Soft and stochastic pooling and their gradients: how to call each, and what it must give."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from cases import random_values
from expected import computed, exactly, within
from family import L1, L2, L3, Operator
from family_gradients import Selected

from clpool import reference
from clpool.problem.window import SlidingWindow

SEED = 2**40 + 7

#: Roundings for each tap of an average by weights: OpenCL's exp may err by 3 units in the last
#: place, its argument and the product of two, their sum and the share of it by half a unit each;
#: what is off in the weights is off in their sum too.
WEIGHED = 12


def _largest(x: np.ndarray, window: Any) -> np.ndarray:
    """The largest magnitude among the finite taps of every window."""
    sizes = np.where(np.isfinite(x), np.abs(x.astype(np.float64)), 0)
    return np.maximum(reference.pool(sizes, window, "max"), 0)


@dataclass(frozen=True)
class Weighted(Operator):
    """Averages by weights of the taps' own: exponentials ("soft"), or their sizes ("share")."""

    kind: str = "soft"

    def arrays(self, rng, dtype, kind, leading):
        """What it is called with: nothing negative where weights are sizes, unless clamped."""
        x = random_values(rng, (*leading, *self.lengths), dtype, kind)
        return [x if self.kind == "soft" or self.keywords.get("clamp") else np.abs(x)]

    @property
    def looks(self) -> bool:
        """What is drawn from must not be negative."""
        return self.kind == "share" and not self.keywords.get("clamp")

    def expected(self, arrays):
        """What must come back."""
        (x,) = arrays
        if self.kind == "soft":
            values = reference.soft_pool(x, self.window, exact=True)
        else:
            clamp = self.keywords.get("clamp", False)
            values = reference.stochastic_inference(x, self.window, clamp, exact=True)
        relative = WEIGHED * prod(self.window.kernel) * computed(x.dtype)
        with np.errstate(invalid="ignore"):
            rounded = reference.epsilon(x.dtype) * np.abs(values)
        return within(values, relative * _largest(x, self.window) + rounded, x.dtype)


@dataclass(frozen=True)
class Drawn(Operator):
    """A tap of every window, drawn with its share of the sum, and its index."""

    selects = True

    def arrays(self, rng, dtype, kind, leading):
        """What it is called with."""
        x = random_values(rng, (*leading, *self.lengths), dtype, kind)
        return [x if self.keywords.get("clamp") else np.abs(x)]

    @property
    def looks(self) -> bool:
        """What is drawn from must not be negative."""
        return not self.keywords.get("clamp")

    def expected(self, arrays):
        """What must come back."""
        clamp = self.keywords.get("clamp", False)
        values, indices = reference.stochastic_pool(arrays[0], self.window, SEED, clamp)
        return exactly(values, indices.astype(self.keywords.get("index_dtype", "int64")))


@dataclass(frozen=True)
class DrawnGradient(Selected):
    """The gradient of what was drawn."""

    def chosen(self, x):
        """The index of the tap that was drawn in every window."""
        return reference.stochastic_pool(np.abs(x), self.window, SEED)[1]


@dataclass(frozen=True)
class WeightedGradient(Operator):
    """The gradient of :class:`Weighted`."""

    kind: str = "soft"

    def arrays(self, rng, dtype, kind, leading):
        """What it is called with."""
        x = random_values(rng, (*leading, *self.lengths), dtype, kind)
        x = x if self.kind == "soft" else np.abs(x)
        outputs = self.window.output_shape(self.lengths)
        return [random_values(rng, (*leading, *outputs), dtype, "normal"), x]

    def before(self, arrays, shape):
        """No shape: x tells it."""
        return tuple(arrays)

    def expected(self, arrays):
        """What must come back."""
        grad, x = arrays
        soft = self.kind == "soft"
        backward = reference.soft_pool_backward if soft else reference.stochastic_inference_backward
        values = backward(grad, x, self.window, exact=True)
        # No tap has a larger share of the weights than the window's largest weight has.
        with np.errstate(all="ignore"):
            wide = x.astype(np.float64)
            weights = np.where(np.isfinite(wide), np.exp(wide) if soft else wide, 0)
        whole = reference.pool(weights, self.window, "sum")
        share = _largest(weights, self.window) / np.where(whole == 0, 1, whole)
        flows = np.abs(grad.astype(np.float64)) * share
        flows *= 1 + 2 * _largest(x, self.window) if soft else 3
        sizes = reference.sum_pool_backward(flows, x.shape, self.window, exact=True)
        ones = np.ones(grad.shape)
        terms = reference.sum_pool_backward(ones, x.shape, self.window, exact=True)
        relative = (WEIGHED * prod(self.window.kernel) + terms) * computed(x.dtype)
        with np.errstate(invalid="ignore"):
            rounded = reference.epsilon(x.dtype) * np.abs(values)
        return within(values, relative * sizes + rounded, x.dtype)


def _window(lengths: tuple[int, ...], parameters: tuple[Any, ...]) -> SlidingWindow:
    return SlidingWindow.of(len(lengths), *parameters)


def soft(lengths: tuple[int, ...], *parameters: Any) -> Operator:
    """Soft pooling with a window of kernel, stride, padding, dilation and ceil_mode."""
    name = f"soft_pool{len(lengths)}d"
    return Weighted(name, lengths, _window(lengths, parameters), parameters)


def soft_gradient(lengths: tuple[int, ...], *parameters: Any) -> Operator:
    """The gradient of :func:`soft`."""
    name = f"soft_pool{len(lengths)}d_backward"
    return WeightedGradient(name, lengths, _window(lengths, parameters), parameters)


def drawn(lengths: tuple[int, ...], *parameters: Any, **keywords: Any) -> Operator:
    """Stochastic pooling in training, with indices."""
    name, given = f"stochastic_pool{len(lengths)}d", {"seed": SEED, **keywords}
    return Drawn(name, lengths, _window(lengths, parameters), (*parameters, True), given)


def drawn_gradient(lengths: tuple[int, ...], *parameters: Any, index: str = "int64") -> Operator:
    """The gradient of :func:`drawn`."""
    name, window = f"stochastic_pool{len(lengths)}d_backward", _window(lengths, parameters)
    return DrawnGradient(name, lengths, window, parameters, index_dtype=index)


def share(lengths: tuple[int, ...], *parameters: Any, **keywords: Any) -> Operator:
    """Stochastic pooling in inference, which averages."""
    name, given = f"stochastic_pool{len(lengths)}d", {"training": False, **keywords}
    return Weighted(name, lengths, _window(lengths, parameters), parameters, given, "share")


def share_gradient(lengths: tuple[int, ...], *parameters: Any) -> Operator:
    """The gradient of :func:`share`."""
    name = f"stochastic_pool{len(lengths)}d_inference_backward"
    window = _window(lengths, parameters)
    return WeightedGradient(name, lengths, window, parameters, kind="share")


FORWARD: tuple[Operator, ...] = (
    soft(L1, 4, 3, 2, 1, True),
    soft(L2, (3, 2), (2, 1), (1, 0), (1, 2), False),
    soft(L3, 2, 2, 1, 1, True),
    drawn(L1, 4, 3, 2, 1, True, index_dtype="int32"),
    drawn(L2, (3, 2), (2, 1), (1, 0), (1, 2), False, clamp=True),
    drawn(L3, 2, 2, 1, 1, True),
    share(L1, 4, 3, 2, 1, True, clamp=True),
    share(L2, (3, 2), (2, 1), (1, 0), (1, 2), False),
    share(L3, 2, 2, 1, 1, True),
)

GRADIENTS: tuple[Operator, ...] = (
    soft_gradient(L1, 4, 3, 2, 1, True),
    soft_gradient(L2, (3, 2), (2, 1), (1, 0), (1, 2), False),
    soft_gradient(L3, 2, 2, 1, 1, True),
    drawn_gradient(L1, 4, 3, 2, 1, True, index="int32"),
    drawn_gradient(L2, (3, 2), (2, 1), (1, 0), (1, 2), False),
    drawn_gradient(L3, 2, 2, 1, 1, True),
    share_gradient(L1, 4, 3, 2, 1, True),
    share_gradient(L2, (3, 2), (2, 1), (1, 0), (1, 2), False),
    share_gradient(L3, 2, 2, 1, 1, True),
)
