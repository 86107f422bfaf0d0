"""A result that must come back from a device: exactly, or as near as sums of floats can be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..reference import epsilon, smallest_subnormal
from ..reference.taps import Array

Flows = Callable[[Array], Array]


@dataclass(frozen=True)
class Expected:
    """One result: exactly, or where ``bound`` is given as near to it.

    Args:
        values: the result, of ``dtype``; in float64 where there is a bound.
        dtype: of the result.
        bound: how far each element may be from the value.
        free: elements that may be anything.
    """

    values: Array
    dtype: np.dtype[Any]
    bound: Array | None = None
    free: Array | None = None

    def check(self, found: Array) -> str:
        """Where and how an array differs, at its first place; "" where it does not."""
        if (found.dtype, found.shape) != (self.dtype, self.values.shape):
            return (
                f"dtype {found.dtype} and shape {found.shape}, "
                f"expected {self.dtype} and {self.values.shape}"
            )
        wrong = self._wrong(found)
        if self.free is not None:
            wrong &= ~self.free
        if not wrong.any():
            return ""
        at = tuple(int(n) for n in np.unravel_index(int(wrong.argmax()), wrong.shape))
        text = f"{int(wrong.sum())} of {wrong.size} elements differ, the first at {at}: "
        text += f"got {found[at]!r}, expected {self.values[at]!r}"
        return text if self.bound is None else f"{text}, allowed {self.bound[at]:.3g}"

    def _wrong(self, found: Array) -> Array:
        """The elements that differ; NaN equals NaN."""
        expected = self.values
        with np.errstate(invalid="ignore"):
            if self.bound is None:
                same = (found == expected) | ((found != found) & (expected != expected))
                return np.asarray(~same)
            wide = found.astype(np.float64)
            near = np.isfinite(wide) & (np.abs(wide - expected) <= self.bound)
            same = (wide == expected) | ((wide != wide) & (expected != expected))
        return np.asarray(~np.where(np.isfinite(expected), near, same))

    def transposed(self, axes: tuple[int, ...]) -> Expected:
        """The same with its axes in another order."""
        bound, free = (None if a is None else a.transpose(axes) for a in (self.bound, self.free))
        return Expected(self.values.transpose(axes), self.dtype, bound, free)


def exactly(*arrays: Array) -> list[Expected]:
    """Arrays that must come back as they are."""
    return [Expected(array, array.dtype) for array in arrays]


def within(
    values: Array, errors: Array, dtype: np.dtype[Any], free: Array | None = None
) -> list[Expected]:
    """A float array that may err by so much, and by the rounding of a subnormal."""
    return bounded_by(values, errors + smallest_subnormal(dtype) / 2, dtype, free)


def bounded_by(
    values: Array, bound: Array, dtype: np.dtype[Any], free: Array | None = None
) -> list[Expected]:
    """A float array that may err by a bound, unless its dtype rounds a value to an infinity."""
    with np.errstate(over="ignore", invalid="ignore"):
        rounded = values.astype(dtype).astype(np.float64)
    exact = np.where(np.isinf(rounded), rounded, values)
    return [Expected(exact, dtype, np.broadcast_to(bound, exact.shape), free)]


def computed(dtype: np.dtype[Any]) -> float:
    """The spacing at 1 of the type that elements of this dtype are computed in."""
    return max(epsilon(dtype) if dtype.itemsize > 2 else 2.0**-23, 2.0**-52)


def flowing(grad: Array, flows: Flows, ones: Flows | None = None) -> list[Expected]:
    """A gradient that is linear in ``grad``, within the bound of sums.

    Args:
        grad: the gradient of the results.
        flows: the exact gradient of the input, of a gradient of the results.
        ones: counts terms, of a gradient of ones; ``flows`` unless given.
    """
    terms = (ones or flows)(np.ones(grad.shape))
    with np.errstate(all="ignore"):
        sizes = np.abs(flows(np.abs(grad.astype(np.float64))))
        return within(flows(grad), terms * epsilon(grad.dtype) * sizes, grad.dtype)
