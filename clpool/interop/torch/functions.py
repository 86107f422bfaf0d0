"""Functions of tensors: those of ``torch.nn.functional`` under its names, and clpool's others.

Each takes CPU tensors and clpool's arguments in clpool's order, which are torch's where that has
the function; the first is called ``input``.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import torch

from ...errors import ArgumentTypeError, ArgumentValueError
from ...ops.signature import FUNCTIONS as POOLING
from .arguments import preparation
from .library import op
from .operators import OPERATORS, Operator

#: Arguments of clpool's functions that tensors have no use for, or that operators of torch lack.
_LEFT_OUT = {
    *("out", "queue", "data_format", "index_dtype", "dtype"),
    *("sequences", "overlapping"),
}

_DOCUMENT = """The operator :func:`clpool.{name}` of CPU tensors, with autograd.

    Args:
        input: a tensor {axes}; its layout, channels-last too, is the result's.
        {others}: as in clpool{seeds}.

    Returns:
        A tensor over memory of its own{pair}.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

    Example:
        >>> x = torch.ones({shape})
        >>> tuple({call}.shape)
        ({result})
    """

_AXES = {1: "(N, C, L) or (C, L)", 2: "(N, C, H, W) or (C, H, W)", 3: "(N, C, D, H, W) or (C, ...)"}


def _signature(name: str) -> inspect.Signature:
    """The signature of a function of tensors."""
    given = inspect.signature(POOLING[name]).parameters.values()
    kept = [
        parameter.replace(annotation=inspect.Parameter.empty)
        for parameter in given
        if parameter.name not in _LEFT_OUT
        and not (name.startswith("fractional") and parameter.name == "seed")
        and not ("avg" in name and parameter.name == "return_indices")
    ]
    return inspect.Signature([kept[0].replace(name="input"), *kept[1:]])


def _document(name: str, operator: Operator, parameters: list[str]) -> str:
    """The docstring of a function of tensors."""
    ndim = operator.ndim or 2
    x = f"torch.ones({', '.join(['1', '1', *['4'] * ndim])})"
    first = "x"
    if "unpool" in name:
        first = f"*max_pool{operator.ndim}d(x, 2, return_indices=True)"
    behind = {"global": "", "lp": ", 2, 2", "fractional": ", 2, 2"}.get(
        name.partition("_")[0], ", 2"
    )
    behind = ", 2" if name == "global_lp_pool" else behind
    length = "1" if operator.ndim is None else "4" if "unpool" in name else "2"
    if "mode" in name:
        x += ".long()"
    return _DOCUMENT.replace("torch.ones({shape})", x).format(
        name=name,
        axes=_AXES.get(operator.ndim or 0, "(N, C, ...) of 3 to 5 axes"),
        others=", ".join(parameters) or "no other",
        seeds="; random numbers are torch's" if {"seed", "_random_samples"} & {*parameters} else "",
        pair=", or (values, indices)" if "return_indices" in parameters else "",
        call=f"{name}({first}{behind})",
        result=", ".join(["1", "1", *[length] * ndim]),
    )


def _function(name: str) -> Callable[..., Any]:
    """The function of tensors of an operator."""
    operator = OPERATORS[name]
    signature = _signature(name)
    parameters = [*signature.parameters.values()]
    places = [p.name for p in parameters if p.kind is not inspect.Parameter.KEYWORD_ONLY]
    places[0] = "x"
    defaults = {p.name: p.default for p in parameters if p.default is not inspect.Parameter.empty}
    needed = [place for place in places if place not in defaults]
    names = {*places, *defaults}
    order = (*operator.tensors, *(parameter.name for parameter in operator.parameters))
    prepare = preparation(name)

    def function(*places_given: Any, **keywords: Any) -> Any:
        if "input" in keywords:
            keywords = {**keywords, "x": keywords["input"]}
            del keywords["input"]
        if len(places_given) > len(places):
            raise ArgumentTypeError(f"{name} takes {len(places)} arguments by place{signature}")
        given = dict(zip(places, places_given, strict=False))
        for key in keywords:
            if key in given or key not in names:
                raise ArgumentTypeError(f"{name} cannot take {key!r}; it has {signature}")
        given = {**defaults, **given, **keywords}
        for place in needed:
            if place not in given:
                raise ArgumentTypeError(f"{name} needs {place}; it has {signature}")
        x = given["x"]
        if not isinstance(x, torch.Tensor):
            raise ArgumentTypeError(f"input must be a torch.Tensor, got {type(x).__name__}")
        prepare(given, operator.pooled_axes(x))
        asked = given.get("return_indices", False)
        chosen = name
        if not given.get("training", True):
            if asked:
                raise ArgumentValueError("return_indices must be False where training is False")
            chosen = f"{name}_inference"
        elif asked or (operator.indexed and x.requires_grad and torch.is_grad_enabled()):
            chosen = f"{name}_with_indices"
        found = op(chosen)(*(given[key] for key in order if key != "seed" or chosen in _SEEDED))
        return found[0] if isinstance(found, tuple) and not asked else found

    function.__name__ = function.__qualname__ = name
    function.__module__ = __name__
    function.__signature__ = signature  # type: ignore[attr-defined]
    others = [parameter.name for parameter in parameters[1:]]
    function.__doc__ = _document(name, operator, others)
    return function


#: Operators that take a seed.
_SEEDED = {name for name, operator in OPERATORS.items() if "seed" in operator.tensors}

#: Every function of tensors, by its name.
FUNCTIONS: dict[str, Callable[..., Any]] = {
    name: _function(name)
    for name, operator in OPERATORS.items()
    if operator.tensors[0] != "grad" and name in POOLING
}

globals().update(FUNCTIONS)
__all__ = sorted(FUNCTIONS)
