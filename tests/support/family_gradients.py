"""The gradients of all operators: how to call each, and what must flow to every element."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from cases import random_values
from expected import computed, flowing, within
from family import POW, Fractional, Operator

from clpool import reference


@dataclass(frozen=True)
class Selected(Operator):
    """The gradient of what selects taps: it flows to them alone."""

    mode: str = "max"
    index_dtype: str = "int64"
    looks = True

    def windows(self, leading: tuple[int, ...], dtype: Any) -> Any:
        """The windows of the pooling."""
        return self.window

    def chosen(self, x: np.ndarray) -> np.ndarray:
        """The index of the tap that the pooling of ``x`` chose in every window."""
        window = self.windows(x.shape[: -self.ndim], x.dtype)
        return reference.pool(x, window, self.mode, return_indices=True)[1]

    def arrays(self, rng, dtype, kind, leading):
        """What it is called with."""
        indices = self.chosen(random_values(rng, (*leading, *self.lengths), np.float32, "ties"))
        grad = random_values(rng, indices.shape, dtype, kind)
        return [grad, indices.astype(self.index_dtype)]

    def expected(self, arrays):
        """What must come back."""
        grad, indices = arrays
        shape = (*grad.shape[: -self.ndim], *self.lengths)

        def flows(values: np.ndarray) -> np.ndarray:
            return reference.max_pool_backward(values, indices, shape, self.ndim, exact=True)

        return flowing(grad, flows)


@dataclass(frozen=True)
class FractionalSelected(Selected):
    """The gradient of fractional maxima."""

    kernel: tuple[int, ...] = ()
    outputs: tuple[int, ...] = ()

    def windows(self, leading, dtype):
        """The windows of every plane."""
        sizes = ("max", self.kernel, self.outputs)
        return Fractional("", self.lengths, None, (), {}, *sizes).windows(leading, dtype)


@dataclass(frozen=True)
class Spread(Operator):
    """The gradient of sums and averages: it flows to every tap."""

    mode: str = "avg"

    def windows(self, leading: tuple[int, ...], dtype: Any) -> Any:
        """The windows of the pooling."""
        return self.window

    def arrays(self, rng, dtype, kind, leading):
        """What it is called with."""
        outputs = self.windows(leading, dtype).output_shape(self.lengths)
        return [random_values(rng, (*leading, *outputs), dtype, kind)]

    def expected(self, arrays):
        """What must come back."""
        (grad,) = arrays
        leading = grad.shape[: -self.ndim]
        shape, window = (*leading, *self.lengths), self.windows(leading, grad.dtype)
        names = {"count_include_pad", "divisor_override"} & set(self.keywords)
        options = {name: self.keywords[name] for name in names}

        def summed(values: np.ndarray) -> np.ndarray:
            return reference.sum_pool_backward(values, shape, window, exact=True)

        def averaged(values: np.ndarray) -> np.ndarray:
            return reference.avg_pool_backward(values, shape, window, exact=True, **options)

        return flowing(grad, averaged if self.mode == "avg" else summed, summed)


@dataclass(frozen=True)
class FractionalSpread(Spread):
    """The gradient of fractional averages."""

    kernel: tuple[int, ...] = ()
    outputs: tuple[int, ...] = ()

    def _pooling(self) -> Fractional:
        return Fractional("", self.lengths, None, (), {}, "avg", self.kernel, self.outputs)

    def windows(self, leading, dtype):
        """The windows of every plane."""
        return self._pooling().windows(leading, dtype)

    def more(self, leading, dtype):
        """The samples of these planes."""
        return self._pooling().more(leading, dtype)


@dataclass(frozen=True)
class NormGradient(Operator):
    """The gradient of norms."""

    norm: float = 2
    signed: bool = True

    def arrays(self, rng, dtype, kind, leading):
        """What it is called with."""
        x = random_values(rng, (*leading, *self.lengths), dtype, kind)
        if self.signed and self.norm % 2 != 0 and self.norm != 1:
            x = np.abs(x)  # powers of negative numbers may have no root
        y = reference.lp_pool(x, self.window, self.norm, self.signed)
        return [random_values(rng, y.shape, dtype, "normal"), x, y]

    def before(self, arrays, shape):
        """No shape: arrays tell it."""
        return tuple(arrays)

    def expected(self, arrays):
        """What must come back."""
        grad, x, y = arrays
        options = (self.window, self.norm, self.signed)
        values = reference.lp_pool_backward(grad, x, y, *options, exact=True)
        wide = [np.abs(a.astype(np.float64)) for a in (grad, x, y)]
        sizes = np.abs(reference.lp_pool_backward(*wide, *options, exact=True))
        ones = np.ones(grad.shape)
        terms = reference.sum_pool_backward(ones, x.shape, self.window, exact=True)
        units = POW + 3 * abs(self.norm - 1) + 4
        relative = terms * reference.epsilon(x.dtype) + units * computed(x.dtype)
        return within(values, relative * sizes, grad.dtype)


@dataclass(frozen=True)
class WeightedGradient(Operator):
    """The gradient of averages by weights of the taps' own: exponentials, or themselves."""

    @property
    def soft(self) -> bool:
        """Whether the weights are exponentials."""
        return self.function.startswith("soft")

    def arrays(self, rng, dtype, kind, leading):
        """What it is called with."""
        x = random_values(rng, (*leading, *self.lengths), dtype, "normal")
        x = x if self.soft else np.abs(x)
        outputs = self.window.output_shape(self.lengths)
        return [random_values(rng, (*leading, *outputs), dtype, "normal"), x]

    def before(self, arrays, shape):
        """No shape: arrays tell it."""
        return tuple(arrays)

    def expected(self, arrays):
        """What must come back."""
        grad, x = arrays
        if self.soft:
            values = reference.soft_pool_backward(grad, x, self.window, exact=True)
            size = np.abs(grad).max() * (1 + np.abs(x).max())
        else:
            values = reference.stochastic_inference_backward(grad, x, self.window, exact=True)
            size = np.abs(values).max() + np.abs(grad).max()
        return within(values, np.full(x.shape, 64 * reference.epsilon(x.dtype) * size), grad.dtype)
