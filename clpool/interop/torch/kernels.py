"""What the operators compute on CPU tensors, on symbols, and on tensors that vmap batches."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from ...errors import ArgumentValueError
from .memory import admitted, array_of, empty_result, tensor_of
from .operators import REQUIRED, Operator

#: Tensors that are not of the input's planes: their batch is N x C, or there is none.
_SAMPLES, _SEED = "random_samples", "seed"


def complete(operator: Operator, given: tuple[Any, ...]) -> dict[str, Any]:
    """The arguments of a call by their names, defaults included."""
    parameters = operator.parameters
    behind = len(given) - len(operator.tensors)
    defaults = [parameter.default for parameter in parameters[behind:]]
    if REQUIRED in defaults:
        missing = parameters[behind + defaults.index(REQUIRED)].name
        raise ArgumentValueError(f"{operator.name} needs {missing}")
    names = (*operator.tensors, *(parameter.name for parameter in parameters))
    return dict(zip(names, (*given, *defaults), strict=True))


def on_cpu(operator: Operator) -> Callable[..., Any]:
    """The kernel of CPU tensors: clpool's function on the arrays over their memory."""
    tensors, function, keywords = operator.tensors, operator.function, operator.keywords

    def kernel(*given: Any) -> Any:
        arguments = complete(operator, given)
        ndim = operator.pooled_axes(given[0])
        for name, value in arguments.items():
            if type(value) is list:
                arguments[name] = tuple(value)
        for name in tensors:
            if name == _SEED:
                arguments[name] = int(arguments[name])
            elif name == _SAMPLES:
                arguments["_random_samples"] = array_of(arguments.pop(name), name)
            else:
                arguments[name] = array_of(admitted(arguments[name], ndim), name)
        result = function(**arguments, **keywords)
        if type(result) is tuple:
            return tensor_of(result[0]), tensor_of(result[1])
        return tensor_of(result)

    return kernel


def on_symbols(operator: Operator) -> Callable[..., Any]:
    """The kernel of tensors without memory: shapes, strides and dtypes."""

    def kernel(*given: Any) -> Any:
        arguments = complete(operator, given)
        ndim = operator.pooled_axes(given[0])
        shape = operator.shape(ndim, arguments, arguments)
        first = admitted(given[0], ndim)
        values = empty_result(first, shape, ndim)
        if operator.has_indices:
            return values, empty_result(first, shape, ndim, torch.int64)
        return values

    return kernel


def batched(operator: Operator, call: Callable[..., Any]) -> Callable[..., Any]:
    """The rule of vmap: the batched axis is a part of the batch.

    Args:
        operator: the operator.
        call: the operator of torch.
    """

    def rule(info: Any, in_dims: tuple[Any, ...], *given: Any) -> Any:
        arguments = complete(operator, given)
        first = given[0].dim() - (in_dims[0] is not None)
        ndim = operator.ndim or first - 2
        has_batch, size = first == ndim + 2, info.batch_size
        for name, dim in zip(operator.tensors, in_dims, strict=False):
            arguments[name] = _folded(name, arguments[name], dim, size, has_batch)
        if "input_shape" in arguments:
            shape = [*arguments["input_shape"]]
            arguments["input_shape"] = (
                [size * shape[0], *shape[1:]] if has_batch else [size, *shape]
            )
        result = call(*arguments.values())

        def split(tensor: torch.Tensor) -> torch.Tensor:
            return tensor.unflatten(0, (size, -1)) if has_batch else tensor

        if isinstance(result, tuple):
            return tuple(map(split, result)), (0,) * len(result)
        return split(result), 0

    return rule


def _folded(
    name: str, tensor: torch.Tensor, dim: int | None, size: int, has_batch: bool
) -> torch.Tensor:
    """A tensor of a call with its axis ``dim`` as a part of its batch."""
    if name == _SEED:
        if dim is not None:
            raise ArgumentValueError("seed must not be batched by vmap: one seed serves a call")
        return tensor
    whole = tensor.expand(size, *tensor.shape) if dim is None else tensor.movedim(dim, 0)
    return whole.flatten(0, 1) if has_batch or name == _SAMPLES else whole
