"""What must come back from a device: exactly, or as near as sums of floats can be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from cases import assert_exact

from clpool import reference

Flows = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Expected:
    """One array that must come back: exactly, or where ``bound`` is given as near to it."""

    values: np.ndarray
    dtype: np.dtype
    bound: np.ndarray | None = None

    def check(self, found: Any, context: str) -> None:
        """Fail unless the array is what was expected."""
        assert isinstance(found, np.ndarray), context
        if self.bound is None:
            assert_exact(found, self.values, context)
            return
        assert (found.dtype, found.shape) == (self.dtype, self.values.shape), context
        wide, bound = found.astype(np.float64), self.bound
        with np.errstate(invalid="ignore"):
            near = np.isfinite(wide) & (np.abs(wide - self.values) <= bound)
        same = (wide == self.values) | ((wide != wide) & (self.values != self.values))
        wrong = ~np.where(np.isfinite(self.values), near, same)
        if wrong.any():
            at = tuple(int(i) for i in np.argwhere(wrong)[0])
            raise AssertionError(
                f"{context}: {int(wrong.sum())} of {wrong.size} differ, the first at {at}: "
                f"got {wide[at]!r}, expected {self.values[at]!r}, bound {bound[at]:.3g}"
            )


def exactly(*arrays: np.ndarray) -> list[Expected]:
    """Arrays that must come back as they are."""
    return [Expected(array, array.dtype) for array in arrays]


def within(values: np.ndarray, errors: np.ndarray, dtype: np.dtype) -> list[Expected]:
    """A float array that may err by so much, and by the rounding of a subnormal."""
    return [Expected(values, dtype, errors + reference.smallest_subnormal(dtype) / 2)]


def computed(dtype: np.dtype) -> float:
    """The spacing at 1 of the type that elements of this dtype are computed in."""
    return max(reference.epsilon(dtype) if dtype.itemsize > 2 else 2.0**-23, 2.0**-52)


def averages(x: np.ndarray, window: Any) -> list[Expected]:
    """The averages of windows, within the bound of sums."""
    if x.dtype.kind in "iu":
        return exactly(reference.pool(x, window, "avg"))
    values = reference.pool(x, window, "avg", exact=True)
    bound = np.broadcast_to(reference.sum_bound(x, window), values.shape)
    return [Expected(values, x.dtype, bound)]


def flowing(grad: np.ndarray, flows: Any, ones: Any = None) -> list[Expected]:
    """A gradient that is linear in ``grad``, within the bound of sums; ``ones`` counts terms."""
    terms = (ones or flows)(np.ones(grad.shape))
    with np.errstate(all="ignore"):
        sizes = np.abs(flows(np.abs(grad.astype(np.float64))))
        return within(flows(grad), terms * reference.epsilon(grad.dtype) * sizes, grad.dtype)
