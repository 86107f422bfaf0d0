"""CPU tensors as numpy arrays and back, over the same memory; bfloat16 by views of int16."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from ...dtypes import ELEMENT_TYPES
from ...errors import ArgumentTypeError
from ...schedule.layout import dense_strides, innermost


def array_of(tensor: torch.Tensor, name: str = "x") -> np.ndarray:
    """The numpy array over a CPU tensor's memory, of the tensor's strides.

    Args:
        tensor: a dense CPU tensor; whether it requires a gradient does not matter.
        name: what errors call it.

    Raises:
        ArgumentTypeError: another device or layout, or a dtype without a numpy face.

    Example:
        >>> t = torch.zeros(2, 3)
        >>> array_of(t)[0, 1] = 5
        >>> t[0, 1].item()
        5.0
    """
    try:
        if tensor.dtype is torch.bfloat16:
            bits: np.ndarray = tensor.view(torch.int16).numpy(force=True)
            return bits.view(ELEMENT_TYPES["bfloat16"].numpy)
        if tensor.device.type == "cpu":
            return tensor.numpy(force=True)
    except (TypeError, RuntimeError) as error:
        raise ArgumentTypeError(f"{name} must be a dense CPU tensor: {error}") from error
    raise ArgumentTypeError(f"{name} must be a CPU tensor, got one on {tensor.device}")


def tensor_of(array: np.ndarray) -> torch.Tensor:
    """The tensor over a numpy array's memory, of the array's strides.

    Example:
        >>> tensor_of(np.arange(3))
        tensor([0, 1, 2])
    """
    if array.dtype.name == "bfloat16":
        return torch.from_numpy(array.view(np.int16)).view(torch.bfloat16)
    return torch.from_numpy(array)


def admitted(tensor: torch.Tensor, ndim: int) -> torch.Tensor:
    """The tensor itself if one of its axes is dense, else a contiguous copy, as of an expanded one.

    Args:
        tensor: of any strides.
        ndim: the number of its last axes that are pooled.
    """
    if tensor.is_contiguous():
        return tensor
    strides, spatial = tensor.stride(), range(tensor.dim() - ndim, tensor.dim())
    if 0 in strides or not innermost(tuple(tensor.shape), strides, spatial):
        return tensor.contiguous()
    return tensor


def empty_result(
    tensor: torch.Tensor, shape: Sequence[Any], ndim: int, dtype: torch.dtype | None = None
) -> torch.Tensor:
    """A tensor as clpool allocates a result of this shape: dense, its axes in the input's order.

    Args:
        tensor: the first input, admitted.
        shape: the result's.
        ndim: the number of pooled axes.
        dtype: the result's, None for the input's.
    """
    if tensor.is_contiguous():
        return tensor.new_empty(shape, dtype=dtype)
    strides, spatial = tensor.stride(), range(tensor.dim() - ndim, tensor.dim())
    inner = innermost(tuple(tensor.shape), strides, spatial)[0]
    dense = dense_strides(tuple(shape), strides, inner)
    return tensor.new_empty_strided(shape, dense, dtype=dtype)
