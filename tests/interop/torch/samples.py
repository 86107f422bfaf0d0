"""Calls of every operator of the namespace ``clpool``: small, of distinct values, of any ndim."""

from __future__ import annotations

import math
from typing import Any

import torch

from clpool.interop.torch.library import op
from clpool.interop.torch.operators import OPERATORS, Operator

#: What an operator is called with, by the parameter's name.
VALUES: dict[str, Any] = {"kernel_size": 3, "stride": 2, "padding": 1, "norm_type": 3.0}

FORWARD = sorted(name for name, o in OPERATORS.items() if o.tensors[0] == "x")
GRADIENTS = sorted(name for name, o in OPERATORS.items() if o.tensors[0] == "grad")

LENGTH = 6


def of_floats(name: str) -> bool:
    """Whether an operator takes floats, as all but the most frequent do."""
    return not name.startswith("mode")


def image(name: str, *, dtype: torch.dtype = torch.float64, batch: bool = True) -> torch.Tensor:
    """Distinct positive values about one, a step of 1/64 or more apart."""
    ndim = OPERATORS[name].ndim or 2
    shape = [*([2] if batch or OPERATORS[name].ndim is None else []), 2, *[LENGTH] * ndim]
    order = torch.randperm(math.prod(shape), generator=torch.Generator().manual_seed(1))
    if not of_floats(name):
        return (order % 5).reshape(shape)
    return (order.to(torch.float64) / 64 + 0.5).reshape(shape).to(dtype)


def arguments(name: str, x: torch.Tensor) -> list[Any]:
    """What follows an operator's input: its other tensors and its parameters."""
    operator = OPERATORS[name]
    ndim = operator.ndim or 2
    behind: list[Any] = []
    for tensor in operator.tensors[1:]:
        if tensor == "seed":
            behind.append(torch.tensor(3))
        elif tensor == "random_samples":
            planes = x.shape[: x.dim() - ndim]
            samples = torch.linspace(0.1, 0.9, math.prod(planes) * ndim, dtype=torch.float64)
            behind.append(samples.reshape(*(1,) * (2 - len(planes)), *planes, ndim).to(x.dtype))
        else:
            behind.append(places(x, ndim))
    known = {**VALUES, "output_size": [4] * ndim}
    if "unpool" in name:
        known |= {"kernel_size": 2, "stride": 2, "padding": 0, "output_size": [12] * ndim}
    if name.startswith("fractional"):
        known["kernel_size"] = 2
    for parameter in operator.parameters:
        if parameter.name in known:
            behind.append(known[parameter.name])
        else:
            behind.append(parameter.default)
    return behind


def places(x: torch.Tensor, ndim: int) -> torch.Tensor:
    """The indices of a max pooling by 2 of the plane twice as long: one in each of its windows."""
    plane = torch.zeros(*x.shape[: x.dim() - ndim], *(2 * n for n in x.shape[x.dim() - ndim :]))
    return op(f"max_pool{ndim}d_with_indices")(plane, 2)[1]


def gradient_arguments(name: str, x: torch.Tensor) -> tuple[torch.Tensor, list[Any]]:
    """A gradient's ``grad``, and what follows it, from a call of its pooling."""
    gradient = OPERATORS[name]
    pooling = pooling_of(gradient)
    behind = arguments(pooling.name, x)
    found = op(pooling.name)(x, *behind)
    results = found if isinstance(found, tuple) else (found,)
    names = [*pooling.tensors[1:], *(parameter.name for parameter in pooling.parameters)]
    known = {**dict(zip(("y", "indices"), results, strict=False)), "x": x}
    known |= dict(zip(names, behind, strict=True))
    known["input_shape"] = list(x.shape)
    wanted = [*gradient.tensors[1:], *(parameter.name for parameter in gradient.parameters)]
    return torch.cos(results[0]), [known[key] for key in wanted]


def pooling_of(gradient: Operator) -> Operator:
    """The pooling of a gradient, with indices where that has them."""
    name = gradient.name.removesuffix("_backward")
    return OPERATORS.get(f"{name}_with_indices", OPERATORS[name])
