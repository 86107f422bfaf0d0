"""From a call's arguments to its plan: made once, cached, executed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pyopencl as cl

from .. import tuning
from ..problem import forward
from ..problem.problem import Problem
from ..problem.window import Shape
from ..tuning import CACHES
from . import contexts, device, memo, tuned
from .arrays import AnyArray
from .plan import Plan
from .validate import check_kind, check_queue

_MOST_PLANS = CACHES.plans

#: Types whose ``==`` is safe in a cache key beside the type (a list's type hides its elements').
_PLAIN = frozenset({tuple, int, float, bool, str, type, type(None)})

_plans: dict[Any, Plan] = {}


@contexts.forgets
def _forget(context: cl.Context) -> None:
    """Discard the plans of a context."""
    memo.discard(_plans, lambda plan: plan.queue.context == context)


#: The queue of the last call, with its context and its device.
_last: tuple[Any, Any, Any] = (None, None, None)


def sliding(
    shape: Shape, dtype: np.dtype, ndim: int | None, mode: str, data_format: str, *arguments: Any
) -> Problem:
    """The problem of a sliding window, for :func:`call`; ndim None is the n-dimensional core.

    ``arguments`` are the parameters and the options of :func:`clpool.problem.forward.sliding`,
    flat: plain values are the quickest cache key.
    """
    return forward.sliding(shape, dtype, ndim, mode, arguments[:5], arguments[5:], data_format)


def call(
    x: AnyArray,
    problem: Callable[..., Problem],
    arguments: tuple[Any, ...],
    out: Any,
    queue: cl.CommandQueue | None,
    name: str = "x",
    sources: Mapping[str, AnyArray] | None = None,
    lists: np.ndarray | None = None,
    seed: int | None = None,
) -> Any:
    """Find or make the plan of a call, and execute it.

    Args:
        x, problem, arguments, queue, name: see :func:`find_plan`.
        out: as the public functions take it.
        sources, lists, seed: the plan's further inputs.
    """
    plan, queue = find_plan(x, problem, arguments, queue, name)
    return plan.execute(x, out, queue, None, sources or {}, lists, seed)


def find_plan(
    x: AnyArray,
    problem: Callable[..., Problem],
    arguments: tuple[Any, ...],
    queue: cl.CommandQueue | None,
    name: str = "x",
) -> tuple[Plan, cl.CommandQueue]:
    """The plan of a call, from the cache or new, and the queue to execute it on.

    Args:
        x: the array, called ``name`` in errors.
        problem: makes the problem of an array's shape and dtype, and of ``arguments``.
        queue: the caller's, None for the array's own or the default device's.

    Raises:
        ArgumentTypeError, ArgumentValueError: an argument that ``problem`` refuses.
    """
    check_kind(x, name)
    if queue is not None:
        check_queue(queue)
    elif not isinstance(x, np.ndarray):
        queue = x.queue
    if queue is None:
        queue = device.default_queue()
    else:
        device.refuse_forked_child()
    global _last
    last = _last
    if last[0] is not queue:
        _last = last = queue, queue.context, queue.device
    # By type too, because 2.0 and True are refused where the equal 2 and 1 are not.
    types = tuple(map(type, arguments))
    if tuple in types:
        types = _nested_types(arguments)
    key = (arguments, types, problem, *last[1:], x.shape, x.dtype, tuning.forced_key(), tuned.state)
    try:
        plan = _plans.get(key)
    except TypeError:  # a list, say, has no hash
        plan = None
    return plan or _find_or_make(key, queue), queue


def execute_with_indices(
    plan: Plan,
    x: AnyArray,
    out: AnyArray | None,
    queue: cl.CommandQueue,
    sources: Mapping[str, AnyArray],
    refuse: Callable[[AnyArray], None],
) -> Any:
    """Execute a plan whose kernel reads indices and skips wrong ones.

    Args:
        refuse: raises if an index is wrong. Called with ``out`` before it is written; with a fresh
            result, which is dropped then, only if the kernel skipped an index.
    """
    if out is not None:
        refuse(out)
    result = plan.execute(x, out, queue, None, sources, None)
    if out is not None and not plan.trusts_windows:
        return result
    if not plan.has_skipped(result):
        return result
    anywhere = plan.for_any_index()
    memo.replace(_plans, plan, anywhere)  # its error flag is sticky
    if out is None:
        refuse(result)
    # No index is wrong: one is a place beside its own window.
    return anywhere.execute(x, out, queue, None, sources, None) if anywhere else result


def _nested_types(arguments: tuple[Any, ...]) -> tuple[type, ...]:
    """The types of a call's values, then those of the elements of its tuples, at any depth."""
    types: list[type] = []
    tuples = [arguments]
    for values in tuples:  # grows meanwhile
        found = [*map(type, values)]
        types += found
        if tuple in found:
            tuples += [value for value in values if type(value) is tuple]
    return tuple(types)


def _find_or_make(key: tuple[Any, ...], queue: cl.CommandQueue) -> Plan:
    """The plan of a key that the cache does not hold as it is; made if need be.

    Arguments of other types than :data:`_PLAIN` are keyed by their repr.
    """
    arguments, types, problem, _, _, shape, dtype, *_ = key
    if not _PLAIN.issuperset(types):
        key = (repr(arguments), *key[1:])
    plan = _plans.get(key)
    if plan is None:
        asked = problem(tuple(shape), dtype, *arguments)
        try:
            plan = Plan(asked, queue)
        except cl.Error as error:
            if contexts.is_lost(error, queue):
                contexts.discard(queue.context)  # the next call makes another
            raise
        plan = memo.keep(_plans, key, plan, _MOST_PLANS)
    return plan
