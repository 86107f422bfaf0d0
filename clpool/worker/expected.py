"""What a problem must give, by :mod:`clpool.reference`: of every mode and kind of window.

From the problem and its arrays alone, not from the call that made it. Sums and averages of floats
are bounded, everything else is exact.
"""

from __future__ import annotations

from math import inf
from typing import Any

import numpy as np

from .. import reference
from ..modes import MODES
from ..problem.problem import Problem
from ..reference.taps import Array, Taps, Window
from .expectation import Expected, bounded_by, computed, exactly, within
from .expected_gradients import POW, WEIGHED, gradient, largest_size, taps_of
from .windows import own_windows, pooling_window

Sources = dict[str, Array]


def expected(
    problem: Problem,
    x: Array,
    sources: Sources | None = None,
    lists: Array | None = None,
    seed: int | None = None,
) -> list[Expected] | None:
    """The results of a problem: the values, and the indices where it has any.

    Args:
        problem: what is computed.
        x, sources, lists, seed: what its plan is executed with.

    Returns:
        None where there is no oracle: of a registered mode without an entry in
        :data:`clpool.reference.REFERENCES`.
    """
    shape = problem.output_shape
    if problem.is_empty:
        return [Expected(np.zeros(shape, dtype), dtype) for dtype in problem.result_dtypes]
    others = tuple(axis for axis in range(len(shape)) if axis not in problem.spatial)
    order = (*others, *problem.spatial)
    moved = {name: array.transpose(order) for name, array in (sources or {}).items()}
    outputs = tuple(shape[axis] for axis in order)
    found = _moved(problem, x.transpose(order), moved, lists, seed, outputs)
    back = tuple(int(n) for n in np.argsort(order))
    return None if found is None else [one.transposed(back) for one in found]


def _moved(
    problem: Problem,
    x: Array,
    sources: Sources,
    lists: Array | None,
    seed: int | None,
    shape: tuple[int, ...],
) -> list[Expected] | None:
    """The results of arrays whose pooled axes are the last; ``shape`` is the values'."""
    skeleton, ndim = problem.mode.skeleton, len(problem.spatial)
    if skeleton == "scatter":
        return exactly(reference.max_unpool(x, sources["indices"], shape[len(shape) - ndim :]))
    if skeleton == "take":
        return exactly(reference.max_unpool_backward(x, sources["indices"], ndim))
    if skeleton == "look":
        return _strays(problem, x)
    window = pooling_window(problem, lists)
    if window is None:
        return None
    if problem.window.gradient:
        return gradient(problem, window, x, sources, shape)
    if skeleton == "draw":
        return _indexed(problem, reference.stochastic_pool(x, window, seed or 0, True))
    if skeleton == "rank":
        return _ranked(problem, x, window)
    return _reduced(problem, x, window)


def _reduced(problem: Problem, x: Array, window: Window) -> list[Expected] | None:
    """The results of modes whose taps are combined one by one."""
    name = problem.mode.name
    if name in ("soft", "share") and MODES.get(name) is not problem.mode:
        return _weighted(problem, x, window)
    if name.startswith("lp_") and MODES.get(name) is not problem.mode:
        return _norm(problem, x, window)
    return _registered(problem, x, window) if name in reference.REFERENCES else None


def _registered(problem: Problem, x: Array, window: Window) -> list[Expected]:
    """The results of a registered mode."""
    mode, options, more = problem.mode, dict[str, Any](), dict[str, Any]()
    if mode.divides:
        options["count_include_pad"] = problem.count_include_pad
        options["divisor_override"] = problem.divisor
    if mode.widens:
        options["dtype"] = problem.out.numpy
    if problem.index:
        more = {"index_dtype": problem.index, "return_indices": True}
    bounded = problem.dtype.is_float and not mode.selects
    found = reference.pool(x, window, mode.name, nan=problem.nan, exact=bounded, **options, **more)
    if problem.index:
        return exactly(*found)
    if not bounded:
        return exactly(found)
    return bounded_by(
        found, reference.sum_bound(x, window, mode.name, **options), problem.out.numpy
    )


def _indexed(problem: Problem, found: tuple[Array, Array]) -> list[Expected]:
    """Values, and indices where the problem has any."""
    values, indices = found
    return exactly(values, indices.astype(problem.index)) if problem.index else exactly(values)


def _ranked(problem: Problem, x: Array, window: Window) -> list[Expected]:
    """Medians and most frequent values."""
    if problem.mode.name == "mode":
        return _indexed(problem, reference.mode_pool(x, window))
    if problem.mode.option("gives") == "mean":
        return exactly(reference.median_pool(x, window, average=True))
    return _indexed(problem, reference.median_pool(x, window))


def _weighted(problem: Problem, x: Array, window: Window) -> list[Expected]:
    """Averages by weights of the taps' own, or the sums of these weights."""
    soft, dtype = problem.mode.name == "soft", problem.out.numpy
    relative = WEIGHED * taps_of(window, x.shape) * computed(x.dtype)
    if problem.mode.option("gives") == "weight_sum":
        values, free = _weight_sums(x, window) if soft else (_sizes(x, window), None)
        errors = (relative + reference.epsilon(dtype)) * np.abs(np.nan_to_num(values))
        return within(values, errors, dtype, free)
    if soft:
        values = reference.soft_pool(x, window, exact=True)
    else:
        values = reference.stochastic_inference(x, window, True, exact=True)
    with np.errstate(invalid="ignore"):
        rounded = reference.epsilon(dtype) * np.abs(values)
    return within(values, relative * largest_size(x, window) + rounded, dtype)


def _weight_sums(x: Array, window: Window) -> tuple[Array, Array]:
    """The sums of exponentials relative to the largest; free where that is NaN or infinite."""
    largest = reference.pool(x, window, "max", exact=True)
    total = np.zeros(largest.shape)
    with np.errstate(all="ignore"):
        for values, valid, _ in Taps(x, window):
            wide = values.astype(np.float64)
            live = valid & (wide != -inf)
            total += np.where(live, np.exp(wide - largest), 0)
    return total, np.isnan(largest) | (largest == inf)


def _sizes(x: Array, window: Window) -> Array:
    """The sums of the taps that are positive."""
    with np.errstate(invalid="ignore"):
        positive = np.where(x < 0, x.dtype.type(0), x)
    return np.asarray(reference.pool(positive, window, "sum", exact=True))


def _norm(problem: Problem, x: Array, window: Window) -> list[Expected]:
    """The norms of windows."""
    norm = problem.power
    if norm in (inf, -inf):
        return exactly(reference.lp_pool(x, window, norm))
    signed = problem.mode.option("sign") == "signed"
    values = reference.lp_pool(x, window, norm, signed, exact=True)
    wide = x.astype(np.float64)
    with np.errstate(all="ignore"):
        sizes = reference.pool(np.abs(wide) ** norm, window, "sum")
        powers = reference.pool(wide**norm, window, "sum") if signed else sizes
        condition = sizes / np.abs(powers)
        units = 0 if norm == 1 else POW
        eps = computed(x.dtype)
        taps = taps_of(window, x.shape)
        relative = (taps + units + 2) * eps * condition / abs(norm) + units * eps
        errors = np.abs(values) * (relative + reference.epsilon(x.dtype))
    return within(values, np.nan_to_num(errors).astype(np.float64), x.dtype)


def _strays(problem: Problem, indices: Array) -> list[Expected] | None:
    """Whether each index is none of the taps of its own window, nor -1 where that has none."""
    own: Any = problem.window
    found = own_windows(problem)
    if found is None:
        return None
    window, lengths = found
    planes = indices.shape[: indices.ndim - len(lengths)]
    taps = Taps(np.zeros((*(1,) * len(planes), *lengths), np.int8), window)
    part = tuple(slice(f, f + o) for f, o in zip(own.first, own.outputs, strict=True))
    good = np.zeros(indices.shape, bool)
    absent = np.ones(own.outputs, bool)
    for valid, offsets in taps.places():
        good |= valid[part] & (indices == offsets[part])
        absent &= ~valid[part]
    return exactly((~(good | (absent & (indices == -1)))).astype(np.uint8))
