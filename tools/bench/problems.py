"""The cases' inputs, and the answers they must get.

The answers come from :mod:`clpool.reference`, which shares no code with the kernels, and every
contender's result is held against them before it is timed. Arrays here have their channels first,
whatever their layout in memory is.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from clpool import reference
from clpool.problem.listed import AdaptiveWindow, ListedWindow

from ..fuzz.draws import allowed
from ..fuzz.report import Mismatch, equal
from .cases import Case


@dataclass
class Problem:
    """A case with its arrays and answers.

    Args:
        case: what is computed.
        sources: the arrays that are read, by name: "x", or "grad", with "indices" where an
            operator reads them; "samples" are no array of the input's size.
        answers: what must come out, and how far from it a result may be (None: equal).
    """

    case: Case
    sources: dict[str, np.ndarray]
    answers: list[tuple[str, np.ndarray, np.ndarray | None]]
    samples: np.ndarray | None = None
    pooled_from: np.ndarray | None = field(default=None, repr=False)

    @property
    def dtype(self) -> np.dtype[Any]:
        """The element type."""
        return next(iter(self.sources.values())).dtype

    @property
    def result_shape(self) -> tuple[int, ...]:
        """The shape of every result."""
        return self.answers[0][1].shape

    @property
    def bytes_moved(self) -> int:
        """Bytes that must be read and written at least: every array once."""
        count = math.prod(self.result_shape)
        results = count * (self.dtype.itemsize + 8 * (len(self.answers) - 1))
        return sum(source.nbytes for source in self.sources.values()) + results

    def check(self, results: list[np.ndarray]) -> None:
        """Compare results, channels first, with the answers.

        Raises:
            Mismatch: a value is not what it must be; the message names the first.
        """
        for found, (name, expected, bound) in zip(results, self.answers, strict=True):
            if bound is None:
                equal(name, found, expected)
                continue
            if (found.dtype, found.shape) != (self.dtype, expected.shape):
                raise Mismatch(f"{name}: {found.dtype} {found.shape}, expected {expected.shape}")
            good = np.abs(found.astype(np.float64) - expected) <= bound
            if not good.all():
                at = tuple(int(i) for i in np.argwhere(~good)[0])
                raise Mismatch(
                    f"{name}: {int((~good).sum())} of {good.size} beyond the bound, the first at "
                    f"{at}: got {found[at]!r}, exact {expected[at]!r}, allowed {bound[at]:.2g}"
                )


def memory_of(case: Case, x: np.ndarray) -> np.ndarray:
    """An array that is channels first, as it lies in memory: dense, in the case's layout."""
    return np.ascontiguousarray(np.moveaxis(x, 1, -1) if case.channels_last else x)


def problem_of(case: Case, seed: int = 0) -> Problem:
    """Inputs drawn from a seed, and the answers to them."""
    rng = np.random.default_rng(seed)
    if case.dtype == "uint8":
        x = rng.integers(0, 256, case.shape, np.uint8)
    else:
        x = rng.standard_normal(case.shape, np.float32).astype(_numpy(case.dtype))
    operator = case.operator
    if operator in ("max_backward", "avg_backward"):
        return _gradient(case, x, rng.standard_normal(case.pooled_shape, np.float32))
    if operator == "unpool":
        values, indices = reference.pool(x, case.window, return_indices=True)
        answer = np.zeros_like(x).reshape(*x.shape[:2], -1)
        flat = indices.reshape(*x.shape[:2], -1)
        np.put_along_axis(answer, flat, values.reshape(flat.shape), -1)
        sources = {"x": values, "indices": indices}
        return Problem(case, sources, [("values", answer.reshape(x.shape), None)])
    samples = None
    if operator == "fractional_max":
        samples = rng.random((*case.shape[:2], case.ndim)).astype(x.dtype)
    return Problem(case, {"x": x}, _answers(case, x, samples), samples)


def _answers(case: Case, x: np.ndarray, samples: np.ndarray | None) -> list[Any]:
    """What pooling must give."""
    mode = case.operator.rpartition("_")[2]
    if samples is not None:
        found = reference.fractional_max_pool(x, (case.kernel,) * case.ndim, case.output, samples)
        return [("values", found[0], None)]
    window = case.window
    if isinstance(window, AdaptiveWindow):
        window = ListedWindow.of(*window.bounds(case.sizes))
    if mode == "max":
        values, indices = reference.pool(x, window, return_indices=True)
        return [("values", values, None)] + [("indices", indices, None)] * case.indices
    if mode == "lp":
        exact = reference.lp_pool(x, window, case.norm, exact=True)
        return [("norms", exact, allowed(x.dtype, case.kernel**case.ndim + 16 * case.norm, exact))]
    exact = reference.pool(x, window, mode, exact=True)
    return [("averages", exact, reference.sum_bound(x, window, mode))]


def _gradient(case: Case, x: np.ndarray, grad: np.ndarray) -> Problem:
    """A gradient's problem: what flowed to the outputs, and what must flow back."""
    terms = case.kernel**case.ndim
    sources = {"grad": grad}
    if case.operator == "max_backward":
        _, sources["indices"] = reference.pool(x, case.window, return_indices=True)
        exact, most = (
            reference.max_pool_backward(g, sources["indices"], x.shape, case.ndim, exact=True)
            for g in (grad, np.abs(grad))
        )
    else:
        exact, most = (
            reference.avg_pool_backward(g, x.shape, case.window, exact=True)
            for g in (grad, np.abs(grad))
        )
    bound = allowed(grad.dtype, terms, most)
    return Problem(case, sources, [("gradient", exact, bound)], pooled_from=x)


def _numpy(dtype: str) -> Any:
    if dtype != "bfloat16":
        return np.dtype(dtype)
    import ml_dtypes

    return np.dtype(ml_dtypes.bfloat16)
