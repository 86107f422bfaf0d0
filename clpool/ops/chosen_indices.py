"""Gradients that flow to the taps that indices name, and the check of these indices.

A gradient's kernel checks the index of every window that has a tap, as it reads it. Before a
caller's ``out`` is written, and for windows without taps, a kernel checks indices alone.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache, partial
from typing import Any

import numpy as np
import pyopencl as cl

from .. import families
from ..dtypes import ELEMENT_TYPES, element_type
from ..errors import ArgumentValueError
from ..problem.listed import CoveringWindow
from ..problem.own_window import OwnWindow, tapless
from ..problem.problem import Problem
from ..runtime.arrays import AnyArray, to_host
from ..runtime.dispatch import execute_with_indices, find_plan
from ..runtime.validate import check_indices
from ..tuning import CACHES


def call_with_indices(
    grad: AnyArray,
    indices: AnyArray,
    problem: Callable[..., Problem],
    arguments: tuple[Any, ...],
    data_format: str,
    out: AnyArray | None,
    queue: cl.CommandQueue | None,
) -> Any:
    """Call a gradient that reads indices; a fresh result is waited for.

    Args:
        problem: makes the gradient's problem of ``arguments``, the indices' dtype and
            ``data_format``.

    Raises:
        ArgumentValueError: an index is none of the taps of its own window, nor -1 where that has
            none; the message names its plane. ``out`` is left as it was.
    """
    arguments = (*arguments, check_indices(indices, grad), data_format)
    plan, on = find_plan(grad, problem, arguments, queue, "grad")
    check = partial(_check_taps, indices, grad, problem, arguments, queue)

    def refuse(result: AnyArray) -> None:
        check()

    result = execute_with_indices(plan, grad, out, on, {"indices": indices}, refuse)
    window = plan.problem.window
    if out is None and isinstance(window, CoveringWindow):
        for part in _tapless_parts(window, plan.problem.spatial):
            check(part)
    return result


@cache
def _tap_check(gradient: Callable[..., Problem]) -> Callable[..., Problem]:
    """The maker of the problem that flags indices outside the taps of their own windows.

    Args:
        gradient: makes the problem of the gradient that reads them.
    """

    def problem(
        shape: tuple[int, ...],
        dtype: np.dtype,
        grad_shape: tuple[int, ...],
        grad_dtype: str,
        axis: int,
        first: int,
        *arguments: Any,
    ) -> Problem:
        """The problem of the indices from output ``first`` of one array axis on."""
        whole = gradient(grad_shape, ELEMENT_TYPES[grad_dtype].numpy, *arguments)
        window: Any = whole.window
        outputs = tuple(shape[n] for n in whole.spatial)
        begins = tuple(first * (n == axis) for n in whole.spatial)
        return Problem(
            shape=shape,
            dtype=element_type(dtype),
            out=ELEMENT_TYPES["uint8"],
            spatial=whole.spatial,
            window=OwnWindow(window, outputs, begins),
            mode=families.LOOK,
            input_index=dtype.name,
        )

    return problem


@lru_cache(CACHES.tapless)
def _tapless_parts(window: CoveringWindow, spatial: tuple[int, ...]) -> list[tuple[int, int, int]]:
    """The outputs whose windows have no tap: an array axis, the first output and the end."""
    return [(spatial[axis], first, last) for axis, first, last in tapless(window)]


def _check_taps(
    indices: AnyArray,
    grad: AnyArray,
    problem: Callable[..., Problem],
    arguments: tuple[Any, ...],
    queue: cl.CommandQueue | None,
    part: tuple[int, int, int] | None = None,
) -> None:
    """Check that indices are taps of their own windows: all, or those of a part of one axis.

    Raises:
        ArgumentValueError: naming an index that its pooling cannot have chosen.
    """
    axis, first = 0, 0
    if part is not None:
        axis, first, last = part
        indices = indices[(slice(None),) * axis + (slice(first, last),)]

    def refuse(flags: AnyArray) -> None:
        flagged, values = to_host(flags), to_host(indices)
        for at in map(tuple, np.argwhere(flagged)[:1].tolist()):
            spatial = plan.problem.spatial
            output = tuple(n + first * (a == axis) for a, n in enumerate(at) if a in spatial)
            plane = tuple(n for a, n in enumerate(at) if a not in spatial)
            raise ArgumentValueError(
                f"indices holds {values[at]} in plane {plane} for output {output}, whose window "
                "has no such tap; allowed: one of its taps, or -1 if it has none"
            )

    shape, dtype = tuple(grad.shape), element_type(grad.dtype, "grad").name
    arguments = (shape, dtype, axis, first, *arguments)
    plan, on = find_plan(indices, _tap_check(problem), arguments, queue, "indices")
    execute_with_indices(plan, indices, None, on, {}, refuse)
