"""From a call's arguments to its plan, which is made once and kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pyopencl as cl

from .. import tuning
from ..problem import forward
from ..problem.problem import Problem
from ..problem.window import Shape
from . import device, memo
from .arrays import AnyArray
from .plan import Plan
from .validate import check_kind, check_queue

_MOST_PLANS = 4096

#: Equal values of one of these types are the same value: a float is an exponent, never a zero.
_PLAIN = frozenset({tuple, int, float, bool, str, type, type(None)})

_plans: dict[Any, Plan] = {}


def sliding(
    shape: Shape, dtype: np.dtype, rank: int | None, mode: str, data_format: str, *call: Any
) -> Problem:
    """The problem of a window that slides, for :func:`run`; rank None is the n-dimensional core.

    ``call`` is the parameters and the options of :func:`clpool.problem.forward.sliding`, in one
    row: of plain values, which are quickest to compare.
    """
    return forward.sliding(shape, dtype, rank, mode, call[:5], call[5:], data_format)


def run(
    x: AnyArray,
    problem: Callable[..., Problem],
    call: tuple[Any, ...],
    out: Any,
    queue: cl.CommandQueue | None,
    name: str = "x",
    sources: Mapping[str, AnyArray] | None = None,
    lists: np.ndarray | None = None,
    seed: int | None = None,
    refuse: Callable[[Any], None] | None = None,
) -> Any:
    """Find or make the plan of a call, and call it.

    Args:
        x: the array, called ``name`` in errors.
        problem: makes the problem of an array's shape and dtype, and of the tuple ``call``.
        out, queue: as the public functions take them.
        sources, lists, seed: what else the plan is called with.
        refuse: raises what there is to say of indices, where the kernel left out some; called with
            the result.
    """
    check_kind(x, name)
    if queue is not None:
        check_queue(queue)
    home = x.queue if queue is None and not isinstance(x, np.ndarray) else queue
    if home is None:
        home = device.default_queue()
    else:
        device.refuse_forked_child()
    # By type too, because 2.0 and True are refused where the equal 2 and 1 are not.
    kinds = tuple(map(type, call))
    if tuple in kinds:
        kinds = _types(call)
    key = (call, kinds, problem, home.context, x.shape, x.dtype, tuning.forced_key())
    try:
        found = _plans.get(key)
    except TypeError:  # a list, say, has no hash
        found = None
    if found is None:
        found = _find(key, home)
    result = found.run(x, out, home, None, sources or {}, lists, seed)
    if refuse is not None and found.has_refused(result):
        memo.forget(_plans, found)  # it will not say so of other calls
        refuse(result)
    return result


def _types(call: tuple[Any, ...]) -> tuple[type, ...]:
    """The types of a call's values, and behind them those of what its tuples hold."""
    types: list[type] = []
    tuples = [call]
    for values in tuples:  # which grow meanwhile
        kinds = [*map(type, values)]
        types += kinds
        if tuple in kinds:
            tuples += [value for value in values if type(value) is tuple]
    return tuple(types)


def _find(key: tuple[Any, ...], home: cl.CommandQueue) -> Plan:
    """The plan of a call whose values and their types are not known; made if need be.

    Where types do not tell all, as that of a list does not, a call is known by its repr.
    """
    call, kinds, problem, _, shape, dtype, _ = key
    if not _PLAIN.issuperset(kinds):
        key = (repr(call), *key[1:])
    found = _plans.get(key)
    if found is None:
        made = Plan(problem(tuple(shape), dtype, *call), home)
        found = memo.keep(_plans, key, made, _MOST_PLANS)
    return found
