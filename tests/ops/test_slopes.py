"""Gradients are the slopes of their operators, measured by central differences."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pytest

import clpool
from clpool.runtime import capabilities, device

LENGTHS = {1: (11,), 2: (5, 6), 3: (4, 3, 5)}
#: Windows that overlap and are padded; some are dilated or cut off at the end.
WINDOWS = {
    1: (3, 2, 1, 2, True),
    2: ((3, 2), (1, 2), (1, 0), (1, 2)),
    3: (2, (1, 2, 1), 1, 1, True),
}
#: A norm, whether powers keep their sign, and which window.
NORMS = ((2, True, 0), (3, True, 0), (2.5, False, 0), (-1.5, False, 1), (1, True, 1), (4, True, 1))
CELLS = {"sequences": ((0, 1, 4, 5), (0, 3, 4, 6)), "overlapping": True}
SAMPLES = {ndim: np.random.default_rng(5).random((1, 1, ndim)) for ndim in (2, 3)}
STEP = 1e-5


@dataclass(frozen=True)
class Slope:
    """A pooling of x and its gradient, by their names in clpool.

    Args:
        pooling: the pooling's name.
        gradient: the gradient's name.
        ndim: the number of x's spatial axes.
        given: what the pooling takes behind x.
        known: what the gradient takes behind that of the result y: made of x, y and the indices.
        more: what both take by name, and ``only`` what the pooling takes.
        values: of x; "signed", "positive", or "apart", so that a step changes no order.
        selects: whether there are indices.
    """

    pooling: str
    gradient: str
    ndim: int
    given: tuple[Any, ...]
    known: Callable[..., tuple[Any, ...]]
    more: dict[str, Any]
    only: dict[str, Any]
    values: str
    selects: bool

    @property
    def facets(self) -> tuple[str, ...]:
        """What a test meets with it: the gradient, of any ndim, and the ndim."""
        return self.gradient.replace(f"{self.ndim}d", ""), f"{self.ndim}d"

    def __str__(self) -> str:
        named = {n: v for n, v in {**self.more, **self.only}.items() if n != "_random_samples"}
        shown = [str(a) for a in self.given if not isinstance(a, np.ndarray)]
        shown += [f"{name}={value}" for name, value in named.items()]
        return "-".join([self.gradient, *shown]).replace(" ", "")

    def x(self, rng: np.random.Generator) -> np.ndarray:
        """The point to step from."""
        shape = (1, 1, *LENGTHS[self.ndim])
        size = int(np.prod(shape))
        if self.values == "apart":
            return (rng.permutation(size) - size / 2).reshape(shape)
        x = rng.uniform(0.5, 2, shape)
        return x if self.values == "positive" else x * rng.choice([-1, 1], shape)

    def pooled(self, x: np.ndarray) -> tuple[np.ndarray, Any]:
        """The result, and the indices if there are any."""
        function = getattr(clpool, self.pooling)
        if self.selects:
            return function(x, *self.given, **self.more, **self.only, return_indices=True)
        return function(x, *self.given, **self.more, **self.only), None

    def flowed(self, w: np.ndarray, *arrays: Any) -> np.ndarray:
        """What flows to x."""
        return getattr(clpool, self.gradient)(w, *self.known(*arrays), **self.more)


def slope(
    pooling: str,
    known: Callable[..., tuple[Any, ...]],
    given: tuple[Any, ...] = (),
    ndim: int = 2,
    values: str = "signed",
    selects: bool = False,
    gradient: str = "",
    only: dict[str, Any] | None = None,
    **more: Any,
) -> Slope:
    """A slope; a "#" in the names stands for the ndim."""
    names = [n.replace("#", f"{ndim}d") for n in (pooling, gradient or f"{pooling}_backward")]
    return Slope(*names, ndim, given, known, more, only or {}, values, selects)


def spread(pooling: str, *given: Any, back: Any = None, **more: Any) -> Slope:
    """Of what flows to every tap, whatever x is."""
    last = given if back is None else back
    return slope(pooling, lambda x, y, i: (x.shape, *last), given, **more)


def weighed(pooling: str, *given: Any, **more: Any) -> Slope:
    """Of what depends on x."""
    return slope(pooling, lambda x, y, i: (x, *given), given, **more)


def norm(pooling: str, *given: Any, **more: Any) -> Slope:
    """Of what depends on x and on the result."""
    return slope(pooling, lambda x, y, i: (x, y, *given), given, **more)


def selected(
    pooling: str, *given: Any, back: Any = None, values: str = "apart", **more: Any
) -> Slope:
    """Of what flows to the taps that were selected."""
    known = partial(_selected, given if back is None else back)
    return slope(pooling, known, given, values=values, selects=True, **more)


def _selected(last: Any, x: np.ndarray, y: np.ndarray, indices: np.ndarray) -> tuple[Any, ...]:
    return (indices, x.shape, *last)


def unpooled(ndim: int) -> Slope:
    """Of values that are put at places of which no two are the same."""
    size = int(np.prod(LENGTHS[ndim]))
    places = np.random.default_rng(3).permutation(2**ndim * size)[:size]
    places = places.reshape(1, 1, *LENGTHS[ndim])
    return slope("max_unpool#", lambda x, y, i: (places,), (places, 2), ndim)


def slopes() -> list[Slope]:
    """All that are measured."""
    first, second = (3, 2, 1, True), ((2, 3), 1, 0, False)
    found = [
        spread("avg_pool#", *first, True),
        spread("avg_pool#", *first, False),
        spread("avg_pool#", *second, True),
        spread("sum_pool#", *first),
        spread("sum_pool#", *second),
        spread("adaptive_avg_pool#", 3, back=()),
        spread("adaptive_avg_pool#", (4, 9), back=()),
        spread("adaptive_avg_pool#", 4, back=(), ndim=1),
        spread("adaptive_avg_pool#", (2, None, 7), back=(), ndim=3),
        spread("global_avg_pool"),
        spread("fractional_avg_pool#", **CELLS),
        norm("global_lp_pool"),
        norm("lp_pool#", 3, 3, 2, ndim=1, values="positive", padding=1),
        norm("lp_pool#", 2, 2, (1, 2, 1), True, ndim=3),
        selected("global_max_pool"),
        selected("min_pool#", *WINDOWS[2]),
        selected("adaptive_min_pool#", (3, 4), back=()),
        selected("adaptive_max_pool#", 4, back=(), ndim=1),
        selected("adaptive_max_pool#", (4, 9), back=()),
        selected("adaptive_max_pool#", (2, None, 7), back=(), ndim=3),
    ]
    for p, signed, place in NORMS:
        kernel, stride, padding, ceil_mode = (first, second)[place]
        roots = signed and p != 4  # roots of negative sums are NaN
        more: dict[str, Any] = {"padding": padding, "signed": signed}
        more["values"] = "positive" if roots else "signed"
        found.append(norm("lp_pool#", p, kernel, stride, ceil_mode, **more))
    for ndim, outputs in ((2, 3), (3, (2, 1, 3))):
        sizes, samples = (2, outputs), SAMPLES[ndim]
        given, back = (*sizes, None, False, samples), (2, samples)
        found.append(spread("fractional_avg_pool#", *given, back=back, ndim=ndim))
        only = {"_random_samples": samples}
        found.append(selected("fractional_max_pool#", *sizes, back=(2,), ndim=ndim, only=only))
    for ndim, window in WINDOWS.items():
        share = {"only": {"training": False}, "values": "positive"}
        name = "stochastic_pool#_inference_backward"
        seeds: Any = {"only": {"seed": 6}, "values": "positive"}
        found += [
            weighed("soft_pool#", *window, ndim=ndim),
            weighed("stochastic_pool#", *window, ndim=ndim, gradient=name, **share),
            selected("stochastic_pool#", *window, ndim=ndim, **seeds),
            selected("max_pool#", *window, ndim=ndim),
            selected("median_pool#", *window, ndim=ndim),
            unpooled(ndim),
        ]
    for ndim in (1, 3):
        found += [spread(f"{mode}_pool#", 2, 1, 1, ndim=ndim) for mode in ("avg", "sum")]
    return found


@pytest.mark.parametrize("slope", slopes(), ids=str)
def test_gradients_by_central_differences(slope: Slope) -> None:
    """A gradient is the slope of its pooling, measured in float64."""
    if not capabilities.has_fp64(device.default_device()):
        pytest.skip("the device has no float64")
    rng = np.random.default_rng(8)
    x = slope.x(rng)
    y, indices = slope.pooled(x)
    w = rng.uniform(0.5, 2, y.shape) * rng.choice([-1, 1], y.shape)
    measured = np.zeros(x.size)
    for at, step in enumerate(STEP * np.eye(x.size)):
        for sign in (1, -1):
            end, chosen = slope.pooled(x + sign * step.reshape(x.shape))
            assert not slope.selects or (chosen == indices).all(), "a step selects other taps"
            measured[at] += sign * (w * end).sum() / (2 * STEP)
    assert np.abs(measured).max() > 0.01, "nothing flows"
    found = slope.flowed(w, x, y, indices)
    np.testing.assert_allclose(found, measured.reshape(x.shape), rtol=1e-7, atol=2e-8)


def test_every_gradient_is_measured() -> None:
    """No gradient goes without, in one ndim at least."""
    gradients = [name for name in clpool.__all__ if name.endswith("_backward")]
    stems, measured = (
        {re.sub(r"\dd", "", name) for name in names}
        for names in (gradients, [one.gradient for one in slopes()])
    )
    assert stems == measured
