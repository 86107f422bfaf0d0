"""From the arguments of a function of tensors to those of its operator, by their names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from ...errors import ArgumentTypeError, ArgumentValueError
from ...ops.fractional import check_sizes
from .shapes import per_axis

Arguments = dict[str, Any]


def sliding(given: Arguments, ndim: int) -> None:
    """The window; a p-norm too."""
    if given["stride"] is None:
        given["stride"] = ()
    if "norm_type" in given:
        given["norm_type"] = float(given["norm_type"])


def stochastic(given: Arguments, ndim: int) -> None:
    """The window, and in training the seed as a tensor, from torch's generator if it is None."""
    sliding(given, ndim)
    seed = given["seed"]
    if not given["training"]:
        return
    if seed is None:
        given["seed"] = torch.randint(2**63 - 1, ())
    elif isinstance(seed, int) and not isinstance(seed, bool):
        given["seed"] = torch.tensor(seed)
    elif not isinstance(seed, torch.Tensor):
        raise ArgumentTypeError(f"seed must be an int, a tensor of one or None, got {seed!r}")


def adaptive(given: Arguments, ndim: int) -> None:
    """The lengths of the output; None keeps the input's."""
    size, x = given["output_size"], given["x"]
    if isinstance(size, (tuple, list)) and len(size) not in (1, ndim):
        raise ArgumentValueError(f"output_size must be one int or {ndim} of them, got {size!r}")
    axes = zip(x.shape[x.dim() - ndim :], per_axis(size, ndim), strict=True)
    given["output_size"] = [n if length is None else length for n, length in axes]


def fractional(given: Arguments, ndim: int) -> None:
    """The lengths of the output, and the samples, drawn by torch's generator if there are none."""
    x, output_size = given["x"], given["output_size"]
    sizes = check_sizes(ndim, given["kernel_size"], output_size, given["output_ratio"])
    given["kernel_size"], lengths, ratios = sizes
    if lengths is None:
        spatial = x.shape[x.dim() - ndim :]
        lengths = tuple(int(n * ratio) for n, ratio in zip(spatial, ratios, strict=True))
    given["output_size"] = lengths
    samples = given["_random_samples"]
    if samples is None:
        planes = x.shape[: x.dim() - ndim]
        dtype = x.dtype if x.dtype.is_floating_point else torch.float32
        samples = torch.rand((*(1,) * (2 - len(planes)), *planes, ndim), dtype=dtype)
    given["random_samples"] = samples


def unpool(given: Arguments, ndim: int) -> None:
    """The lengths of the output, ``(i - 1) * s + k - 2p`` by default."""
    sliding(given, ndim)
    x, size = given["x"], given["output_size"]
    if size is None:
        kernel = per_axis(given["kernel_size"], ndim)
        strides = per_axis(given["stride"], ndim) or kernel
        padding = per_axis(given["padding"], ndim)
        axes = zip(x.shape[x.dim() - ndim :], kernel, strides, padding, strict=True)
        given["output_size"] = [(i - 1) * s + k - 2 * p for i, k, s, p in axes]
    elif len(size) == ndim + 2:
        given["output_size"] = size[2:]


def whole(given: Arguments, ndim: int) -> None:
    """Of whole planes: nothing to prepare but a p-norm."""
    if "norm_type" in given:
        given["norm_type"] = float(given["norm_type"])


#: What prepares the arguments of a family, by the first word of its name.
PREPARE: dict[str, Callable[[Arguments, int], None]] = {
    "adaptive": adaptive,
    "fractional": fractional,
    "global": whole,
    "stochastic": stochastic,
}


def preparation(name: str) -> Callable[[Arguments, int], None]:
    """What prepares the arguments of a function."""
    return unpool if "unpool" in name else PREPARE.get(name.partition("_")[0], sliding)
