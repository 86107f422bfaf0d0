"""Gradients that flow to the taps that a pooling chose, and the indices that it cannot have chosen.

A gradient's kernel looks at the index of every window that has a tap, as it reads it. Before a
result that is given, and for windows in the padding, a kernel looks at indices alone.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any

import numpy as np
import pyopencl as cl

from .. import families
from ..dtypes import ELEMENT_TYPES, element_type
from ..errors import ArgumentValueError
from ..problem.listed import CoveringWindow
from ..problem.own_window import OwnWindow, tapless
from ..problem.problem import Problem
from ..problem.window import Shape
from ..runtime.arrays import AnyArray, is_host
from ..runtime.dispatch import run

#: So many calls are remembered by which of their windows have no tap.
_MOST = 1024


def run_chosen(
    grad: AnyArray,
    indices: AnyArray,
    problem: Callable[..., Problem],
    call: tuple[Any, ...],
    out: AnyArray | None,
    queue: cl.CommandQueue | None,
) -> Any:
    """Call a gradient that reads indices, as :func:`clpool.runtime.dispatch.run` does.

    Waits for a fresh result, which nobody sees where an index is refused; a given one is not
    touched then.

    Raises:
        ArgumentValueError: an index is none of the taps of its own window, nor -1 where that has
            none; it is named with its plane.
    """
    looked = (indices, grad, problem, call, queue)
    if out is not None:
        _look(*looked)
        return run(grad, problem, call, out, queue, "grad", {"chosen": indices})

    def refuse(result: AnyArray) -> None:
        _look(*looked)

    result = run(grad, problem, call, None, queue, "grad", {"chosen": indices}, refuse=refuse)
    for part in _unseen(problem, tuple(grad.shape), grad.dtype, call):
        _look(*looked, part)
    return result


@cache
def _looking(gradient: Callable[..., Problem]) -> Callable[..., Problem]:
    """What makes the problem whether indices are none of the taps of their own windows.

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
        *call: Any,
    ) -> Problem:
        """The problem of indices from output ``first`` of an axis of the array on."""
        whole = gradient(grad_shape, ELEMENT_TYPES[grad_dtype].numpy, *call)
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
            chosen=dtype.name,
        )

    return problem


def _unseen(
    problem: Callable[..., Problem], shape: Shape, dtype: np.dtype, call: tuple[Any, ...]
) -> list[tuple[int, int, int]]:
    """The outputs whose windows hold no element: an axis of the array, and from where to where."""
    try:
        return _known_unseen(problem, shape, dtype, call)
    except TypeError:  # a list, say, has no hash
        return _known_unseen.__wrapped__(problem, shape, dtype, call)


@lru_cache(_MOST)
def _known_unseen(
    problem: Callable[..., Problem], shape: Shape, dtype: np.dtype, call: tuple[Any, ...]
) -> list[tuple[int, int, int]]:
    made = problem(shape, dtype, *call)
    if not isinstance(made.window, CoveringWindow):
        return []
    return [(made.spatial[axis], first, last) for axis, first, last in tapless(made.window)]


def _look(
    indices: AnyArray,
    grad: AnyArray,
    problem: Callable[..., Problem],
    call: tuple[Any, ...],
    queue: cl.CommandQueue | None,
    part: tuple[int, int, int] | None = None,
) -> None:
    """Refuse an index that its pooling cannot have chosen: of all, or of a part of one axis."""
    axis, first = 0, 0
    if part is not None:
        axis, first, last = part
        indices = indices[(slice(None),) * axis + (slice(first, last),)]

    def refuse(flags: AnyArray) -> None:
        astray, places = (a if is_host(a) else a.get() for a in (flags, indices))
        for at in map(tuple, np.argwhere(astray)[:1].tolist()):
            spatial = problem(tuple(grad.shape), grad.dtype, *call).spatial
            output = tuple(n + first * (a == axis) for a, n in enumerate(at) if a in spatial)
            plane = tuple(n for a, n in enumerate(at) if a not in spatial)
            raise ArgumentValueError(
                f"indices holds {places[at]} in plane {plane} for output {output}, whose window "
                "has no such tap; allowed: one of its taps, or -1 if it has none"
            )

    shape, dtype = tuple(grad.shape), element_type(grad.dtype, "grad").name
    looking = _looking(problem)
    run(indices, looking, (shape, dtype, axis, first, *call), None, queue, "indices", refuse=refuse)
