"""What PyTorch answers on the CPU, for arrays of numpy."""

from __future__ import annotations

from typing import Any

import numpy as np


def max_pool(
    x: np.ndarray,
    ndim: int,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
) -> tuple[np.ndarray, np.ndarray]:
    """PyTorch's maxima and their int64 offsets.

    The tensor is contiguous, whatever ``x`` is: on channels_last_3d PyTorch's own indices
    are wrong. Where a window holds no valid tap, so is its index (it names no element).
    """
    import torch

    function = getattr(torch.nn.functional, f"max_pool{ndim}d")
    values, indices = function(
        to_torch(x), kernel_size, stride, padding, dilation, ceil_mode, return_indices=True
    )
    return from_torch(values), indices.numpy()


def avg_pool(
    x: np.ndarray,
    ndim: int,
    kernel_size: tuple[int, ...],
    stride: Any = None,
    padding: tuple[int, ...] = (0,),
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> np.ndarray | None:
    """PyTorch's averages; ``None`` where it has none (3D in half precision, most integers)."""
    import torch

    try:
        if ndim > 1:
            pooled = getattr(torch.nn.functional, f"avg_pool{ndim}d")(
                to_torch(x),
                kernel_size,
                stride,
                padding,
                ceil_mode,
                count_include_pad,
                divisor_override,
            )
        elif divisor_override is None:
            pooled = torch.nn.functional.avg_pool1d(
                to_torch(x), kernel_size, stride, padding, ceil_mode, count_include_pad
            )
        else:  # avg_pool1d takes no divisor: pool planes one element high
            pooled = torch.nn.functional.avg_pool2d(
                to_torch(x).unsqueeze(-2),
                (1, *kernel_size),
                None if stride is None else (1, *stride),
                (0, *padding),
                ceil_mode,
                count_include_pad,
                divisor_override,
            ).squeeze(-2)
    except (NotImplementedError, RuntimeError) as error:
        if "not implemented for" in str(error):
            return None
        raise
    return from_torch(pooled)


def to_torch(x: np.ndarray) -> Any:
    """A contiguous tensor of the elements of ``x``."""
    import torch

    x = np.array(x, order="C")  # a copy: no tensor writes into a caller's array
    if x.dtype.name == "bfloat16":
        return torch.from_numpy(x.view(np.int16)).view(torch.bfloat16)
    return torch.from_numpy(x)


def from_torch(tensor: Any) -> np.ndarray:
    """The elements of a tensor as a numpy array."""
    import torch

    if tensor.dtype != torch.bfloat16:
        return tensor.numpy()
    import ml_dtypes

    return tensor.contiguous().view(torch.int16).numpy().view(ml_dtypes.bfloat16)
