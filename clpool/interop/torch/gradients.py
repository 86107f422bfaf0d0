"""The gradients of operators, and of gradients, as autograd takes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from .kernels import complete
from .operators import OPERATORS, Operator

Formula = Callable[..., Any]


def formula_of(operator: Operator, call: Callable[[str], Any]) -> tuple[Formula, Formula] | None:
    """The ``backward`` and ``setup_context`` of an operator; None where there is no gradient.

    Args:
        operator: the operator.
        call: an operator of torch by its name.
    """
    if operator.tensors[0] == "grad":
        return _of_gradient(operator, call)
    return None if operator.gradient is None else _of_pooling(operator, call)


def _of_pooling(operator: Operator, call: Callable[[str], Any]) -> tuple[Formula, Formula]:
    """The gradient of a pooling: its ``..._backward``."""
    gradient = OPERATORS[operator.gradient or ""]
    wanted = gradient.tensors[1:]
    # Without indices of its own a pooling is repeated with them.
    repeated = "indices" in wanted and not {"indices"} & _known(operator)
    saved = operator.tensors if repeated else wanted

    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        arguments = complete(operator, inputs)
        results = output if isinstance(output, tuple) else (output,)
        tensors = {**dict(zip(("y", "indices"), results, strict=False)), **arguments}
        ctx.save_for_backward(*(tensors[name] for name in saved))
        ctx.parameters = [arguments[parameter.name] for parameter in operator.parameters]
        ctx.shape = inputs[0].shape
        if operator.has_indices:
            ctx.mark_non_differentiable(output[1])

    def backward(ctx: Any, grad: Any, *others: Any) -> Any:
        tensors = dict(zip(saved, ctx.saved_tensors, strict=True))
        if repeated:
            inputs = [tensors[name] for name in operator.tensors]
            tensors["indices"] = call(operator.indexed or "")(*inputs, *ctx.parameters)[1]
        names = (parameter.name for parameter in operator.parameters)
        known = {**dict(zip(names, ctx.parameters, strict=True)), "input_shape": ctx.shape}
        parameters = [known[parameter.name] for parameter in gradient.parameters]
        found = call(gradient.name)(grad, *(tensors[name] for name in wanted), *parameters)
        return found, *_nothing(operator)

    return backward, setup_context


def _of_gradient(operator: Operator, call: Callable[[str], Any]) -> tuple[Formula, Formula]:
    """The gradient of a gradient by ``grad``, in which it is linear: its transpose."""
    saved = [name for name in operator.tensors[1:] if operator.adjoint]

    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        arguments = complete(operator, inputs)
        ctx.save_for_backward(*(arguments[name] for name in saved))
        ctx.arguments = {
            parameter.name: arguments[parameter.name] for parameter in operator.parameters
        }
        ctx.shape = inputs[0].shape

    def backward(ctx: Any, grad: Any) -> Any:
        tensors = dict(zip(saved, ctx.saved_tensors, strict=True))
        ndim = operator.ndim or len(ctx.shape) - 2
        if operator.adjoint is None:
            raise NotImplementedError(
                f"clpool::{operator.name} has no gradient: its pooling can be differentiated once"
            )
        if operator.adjoint == "gather":
            found = _gathered(grad, tensors["indices"], ndim)
        elif operator.adjoint == "scatter":
            found = _scattered(grad, tensors["indices"], ctx.shape, ndim)
        else:
            pooling = OPERATORS[operator.adjoint]
            known = {**ctx.arguments, "output_size": ctx.shape[len(ctx.shape) - ndim :]}
            inputs = [tensors[name] for name in pooling.tensors[1:]]
            parameters = [known[parameter.name] for parameter in pooling.parameters]
            found = call(pooling.name)(grad, *inputs, *parameters)
        return found, *_nothing(operator)

    return backward, setup_context


def _known(operator: Operator) -> set[str]:
    """The tensors that a pooling has: its inputs and its results."""
    return {*operator.tensors, "y"} | ({"indices"} if operator.has_indices else set())


def _nothing(operator: Operator) -> tuple[None, ...]:
    """The gradients of all arguments behind the first."""
    return (None,) * (len(operator.tensors) + len(operator.parameters) - 1)


def _gathered(values: torch.Tensor, indices: torch.Tensor, ndim: int) -> torch.Tensor:
    """The values at the places of indices, 0 at -1."""
    places = indices.flatten(-ndim).long()
    taken = values.flatten(-ndim).gather(-1, places.clamp(min=0))
    return torch.where(places < 0, torch.zeros_like(taken), taken).view(indices.shape)


def _scattered(values: torch.Tensor, indices: torch.Tensor, shape: Any, ndim: int) -> torch.Tensor:
    """The sums of the values whose indices name a place, of this shape."""
    planes = values.new_zeros(shape).flatten(-ndim)
    places = indices.flatten(-ndim).long()
    return planes.scatter_add(-1, places, values.flatten(-ndim)).view(shape)
