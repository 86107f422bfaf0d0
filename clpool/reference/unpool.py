"""Max unpooling: values go back to where a max pooling took them from."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ..dtypes import element_type
from ..errors import ArgumentValueError
from .precision import floats_only
from .taps import Array


def max_unpool(x: Array, indices: Array, output_lengths: Sequence[int]) -> Array:
    """Every element at its index of an output plane, and 0 elsewhere.

    Of several elements with the same index the last in row-major order stays.

    Args:
        x: an array whose last axes, as many as ``output_lengths``, are the spatial ones.
        indices: of the same shape, flat offsets in the output's plane.
        output_lengths: the output's spatial lengths.

    Raises:
        ArgumentValueError: shapes differ, or an index lies outside its plane.

    Example:
        >>> max_unpool(np.array([5.0, 6.0, 7.0]), np.array([1, 3, 1]), (4,))
        array([0., 7., 0., 6.])
    """
    lengths = tuple(output_lengths)
    if x.shape != indices.shape or x.ndim < len(lengths):
        raise ArgumentValueError(
            f"x {x.shape} and indices {indices.shape} must have one shape of {len(lengths)} or "
            "more axes"
        )
    leading = x.shape[: x.ndim - len(lengths)]
    flat = _plane_indices(indices, len(lengths), math.prod(lengths))
    result = np.zeros((len(flat), math.prod(lengths)), element_type(x.dtype).numpy)
    for target, values, at in zip(result, x.reshape(flat.shape), flat, strict=True):
        for value, index in zip(values, at, strict=True):
            target[index] = value
    return result.reshape(*leading, *lengths)


def max_unpool_backward(grad: Array, indices: Array, ndim: int) -> Array:
    """The gradient of every element of :func:`max_unpool`'s input: that at its index.

    Duplicates all get it, also those that were overwritten, as in PyTorch.

    Args:
        grad: what flows to the output.
        indices: those of the unpooling.
        ndim: the number of spatial axes, which are the last.

    Raises:
        ArgumentTypeError: ``grad`` holds no floats.
        ArgumentValueError: shapes do not fit, or an index lies outside its plane.

    Example:
        >>> max_unpool_backward(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1, 3, 1]), 1)
        array([2., 4., 2.])
    """
    grad = floats_only("a gradient", grad, "grad")
    if grad.ndim != indices.ndim or grad.shape[:-ndim] != indices.shape[:-ndim]:
        raise ArgumentValueError(f"grad {grad.shape} does not fit indices {indices.shape}")
    lengths = grad.shape[grad.ndim - ndim :]
    flat = _plane_indices(indices, ndim, math.prod(lengths))
    planes = grad.reshape(len(flat), math.prod(lengths))
    return np.take_along_axis(planes, flat, 1).reshape(indices.shape)


def _plane_indices(indices: Array, ndim: int, size: int) -> Array:
    """``indices`` as (planes, elements), each checked to lie inside a plane of ``size``."""
    split = indices.ndim - ndim
    flat = indices.reshape(math.prod(indices.shape[:split]), math.prod(indices.shape[split:]))
    wrong = np.argwhere((flat < 0) | (flat >= size))
    if len(wrong):
        plane, element = wrong[0]
        raise ArgumentValueError(
            f"index {flat[plane, element]} in plane {plane} lies outside the output's {size} "
            "elements"
        )
    return flat
