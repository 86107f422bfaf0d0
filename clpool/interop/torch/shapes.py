"""The shapes of results, of numbers or of symbols."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Shape = tuple[Any, ...]


def per_axis(value: Any, ndim: int) -> Sequence[Any]:
    """One value per axis, of one or of that many."""
    if isinstance(value, (tuple, list)):
        return value if len(value) != 1 else value * ndim
    return (value,) * ndim


def sliding(ndim: int, tensors: Mapping[str, Any], parameters: Mapping[str, Any]) -> Shape:
    """``floor((i + 2p - extent + (s - 1 if ceil_mode)) / s) + 1`` of each axis, as in PyTorch."""
    x = tensors["x"]
    kernel = per_axis(parameters["kernel_size"], ndim)
    stride = per_axis(parameters["stride"], ndim) or kernel
    padding, dilation = (per_axis(parameters[key], ndim) for key in ("padding", "dilation"))
    ceil_mode = parameters["ceil_mode"]
    shape = list(x.shape[: x.dim() - ndim])
    axes = zip(x.shape[x.dim() - ndim :], kernel, stride, padding, dilation, strict=True)
    for i, k, s, p, d in axes:
        o = (i + 2 * p - d * (k - 1) - 1 + (s - 1 if ceil_mode else 0)) // s + 1
        shape.append(o - 1 if ceil_mode and (o - 1) * s >= i + p else o)
    return tuple(shape)


def sized(ndim: int, tensors: Mapping[str, Any], parameters: Mapping[str, Any]) -> Shape:
    """The planes of the input, of the length ``output_size``."""
    x = tensors["x"]
    return (*x.shape[: x.dim() - ndim], *per_axis(parameters["output_size"], ndim))


def whole(ndim: int, tensors: Mapping[str, Any], parameters: Mapping[str, Any]) -> Shape:
    """One element per plane."""
    return (*tensors["x"].shape[:2], *(1,) * ndim)


def given(ndim: int, tensors: Mapping[str, Any], parameters: Mapping[str, Any]) -> Shape:
    """``input_shape``."""
    return tuple(parameters["input_shape"])


def of_input(ndim: int, tensors: Mapping[str, Any], parameters: Mapping[str, Any]) -> Shape:
    """The shape of the pooling's input."""
    return tuple(tensors["x"].shape)


def of_indices(ndim: int, tensors: Mapping[str, Any], parameters: Mapping[str, Any]) -> Shape:
    """The shape of the indices."""
    return tuple(tensors["indices"].shape)
