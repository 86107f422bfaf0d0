"""The table of torch's own pooling on CPUs: each of its operators by a function of clpool.

A row computes torch's results from torch's arguments, or raises for what clpool does not serve.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from ...errors import ArgumentTypeError, ArgumentValueError
from ...ops.signature import FUNCTIONS as POOLING
from .memory import admitted, array_of, tensor_of

Results = tuple[torch.Tensor, ...]


@dataclass(frozen=True)
class Override:
    """Operators of torch that compute one thing.

    ``compute`` takes torch's arguments but for the last ``results`` of an ``out`` form, and the
    keywords of clpool's functions; ``out`` is the overload that writes into given tensors.
    """

    name: str
    out: str
    compute: Callable[..., Results]


def _array(tensor: torch.Tensor, ndim: int, name: str = "x") -> Any:
    """The array of a tensor."""
    return array_of(admitted(tensor, ndim), name)


def _each(value: Sequence[int]) -> Any:
    """One value per axis, or one for all, as clpool takes them."""
    return value[0] if len(value) == 1 else tuple(value)


def _alike(grad: torch.Tensor, like: torch.Tensor) -> torch.Tensor:
    """A gradient in the memory layout of the input, as torch has it."""
    if like.is_contiguous() or like.dim() not in (4, 5):
        return grad
    last = torch.channels_last if like.dim() == 4 else torch.channels_last_3d
    return grad.contiguous(memory_format=last) if like.is_contiguous(memory_format=last) else grad


def _tensors(found: Any) -> Results:
    """The tensors of a result."""
    return tuple(map(tensor_of, found)) if isinstance(found, tuple) else (tensor_of(found),)


def _max(ndim: int) -> tuple[Override, Override]:
    pooling = POOLING[f"max_pool{ndim}d"]
    gradient = POOLING[f"max_pool{ndim}d_backward"]

    def forward(
        x: Any, kernel: Any, stride: Any = (), padding: Any = (0,), dilation: Any = (1,),
        ceil_mode: bool = False, *, queue: Any,
    ) -> Results:  # fmt: skip
        window = (_each(kernel), tuple(stride) and _each(stride), _each(padding), _each(dilation))
        found = pooling(_array(x, ndim), *window, ceil_mode, return_indices=True, queue=queue)
        return _tensors(found)

    def backward(
        grad: Any, x: Any, kernel: Any, stride: Any, padding: Any, dilation: Any,
        ceil_mode: bool, indices: Any, *, queue: Any,
    ) -> Results:  # fmt: skip
        window = (_each(kernel), tuple(stride) and _each(stride), _each(padding), _each(dilation))
        arrays = (_array(_alike(grad, x), ndim, "grad"), _array(indices, ndim, "indices"))
        return _tensors(gradient(*arrays, tuple(x.shape), *window, ceil_mode, queue=queue))

    name = f"max_pool{ndim}d_with_indices"
    return Override(name, "out", forward), Override(f"{name}_backward", "grad_input", backward)


def _avg(ndim: int) -> tuple[Override, Override]:
    pooling = POOLING[f"avg_pool{ndim}d"]
    gradient = POOLING[f"avg_pool{ndim}d_backward"]

    def forward(
        x: Any, kernel: Any, stride: Any = (), padding: Any = (0,), ceil_mode: bool = False,
        count_include_pad: bool = True, divisor_override: Any = None, *, queue: Any,
    ) -> Results:  # fmt: skip
        window = (_each(kernel), tuple(stride) and _each(stride), _each(padding), ceil_mode)
        divisor = (count_include_pad, divisor_override)
        return _tensors(pooling(_array(x, ndim), *window, *divisor, queue=queue))

    def backward(
        grad: Any, x: Any, kernel: Any, stride: Any, padding: Any, ceil_mode: bool,
        count_include_pad: bool, divisor_override: Any, *, queue: Any,
    ) -> Results:  # fmt: skip
        window = (_each(kernel), tuple(stride) and _each(stride), _each(padding), ceil_mode)
        divisor = (count_include_pad, divisor_override)
        array = _array(_alike(grad, x), ndim, "grad")
        return _tensors(gradient(array, tuple(x.shape), *window, *divisor, queue=queue))

    name = f"avg_pool{ndim}d"
    return Override(name, "out", forward), Override(f"{name}_backward", "grad_input", backward)


def _adaptive(mode: str, ndim: int) -> list[Override]:
    pooling = POOLING[f"adaptive_{mode}_pool{ndim}d"]
    gradient = POOLING[f"adaptive_{mode}_pool{ndim}d_backward"]
    selects = mode == "max"

    def forward(x: Any, output_size: Any, *, queue: Any) -> Results:
        keywords = {"return_indices": True} if selects else {}
        found = pooling(_array(x, ndim), _each(output_size), **keywords, queue=queue)
        return _tensors(found)

    def backward(grad: Any, x: Any, indices: Any = None, *, queue: Any) -> Results:
        array = _array(_alike(grad, x), ndim, "grad")
        places = [_array(indices, ndim, "indices")] if selects else []
        return _tensors(gradient(array, *places, tuple(x.shape), queue=queue))

    name = f"adaptive_{mode}_pool{ndim}d"
    if selects:
        return [
            Override(name, "out", forward),
            Override(f"{name}_backward", "grad_input", backward),
        ]
    return [
        Override(f"_{name}", "", forward),
        Override(name, "out", forward),
        Override(f"_{name}_backward", "", backward),
    ] + ([Override(f"{name}_backward", "grad_input", backward)] if ndim == 3 else [])


def _fractional(ndim: int) -> tuple[Override, Override]:
    pooling = POOLING[f"fractional_max_pool{ndim}d"]
    gradient = POOLING[f"fractional_max_pool{ndim}d_backward"]

    def forward(x: Any, kernel: Any, output_size: Any, samples: Any, *, queue: Any) -> Results:
        if samples.dtype not in (torch.float32, torch.float64):
            # Torch finds the windows in the samples' precision, clpool in float32.
            raise ArgumentTypeError(f"random_samples must be float32 or 64, got {samples.dtype}")
        # Of one image torch reads the first samples, if there are more.
        places = array_of(samples[:1] if x.dim() == ndim + 1 else samples, "random_samples")
        sizes = (_each(kernel), _each(output_size), None, True, places)
        return _tensors(pooling(_array(x, ndim), *sizes, queue=queue))

    def backward(
        grad: Any, x: Any, kernel: Any, output_size: Any, indices: Any, *, queue: Any
    ) -> Results:
        arrays = (_array(_alike(grad, x), ndim, "grad"), _array(indices, ndim, "indices"))
        return _tensors(gradient(*arrays, tuple(x.shape), _each(kernel), queue=queue))

    name = f"fractional_max_pool{ndim}d"
    return Override(name, "output", forward), Override(f"{name}_backward", "grad_input", backward)


def _unpool(ndim: int) -> Override:
    unpooling = POOLING[f"max_unpool{ndim}d"]

    def forward(x: Any, indices: Any, output_size: Any, *given: Any, queue: Any) -> Results:
        # Any window serves whose default length is the one wanted: torch passes none to 2d.
        axes = [*zip(x.shape[x.dim() - ndim :], output_size, strict=True)]
        stride = tuple(max(o // max(i, 1), 1) for i, o in axes)
        longer = [o - (i - 1) * s for (i, o), s in zip(axes, stride, strict=True)]
        if min(longer) < 0:
            raise ArgumentValueError(f"output_size {output_size} is no length of an unpooling")
        padding = tuple(int(k == 0) for k in longer)
        kernel = tuple(k + 2 * p for k, p in zip(longer, padding, strict=True))
        arrays = (_array(x, ndim), _array(indices, ndim, "indices"))
        return _tensors(unpooling(*arrays, kernel, stride, padding, queue=queue))

    return Override(f"max_unpool{ndim}d", "out", forward)


#: Every operator of torch that clpool computes.
OVERRIDES: list[Override] = [
    *(row for ndim in (2, 3) for row in (*_max(ndim), *_avg(ndim), *_fractional(ndim))),
    *(row for mode in ("avg", "max") for ndim in (2, 3) for row in _adaptive(mode, ndim)),
    *map(_unpool, (2, 3)),
]
