"""Indices as ONNX counts them, through the whole tensor, and as clpool does, in each plane."""

from __future__ import annotations

import math

import numpy as np
import pyopencl as cl

from ...errors import ArgumentTypeError, ArgumentValueError
from ...ops.unpool import max_unpool1d, max_unpool2d, max_unpool3d
from ...problem.forward import unpooled_lengths
from ...problem.window import SlidingWindow

UNPOOLINGS = (max_unpool1d, max_unpool2d, max_unpool3d)


def flat_indices(places: np.ndarray, shape: tuple[int, ...], column_major: bool) -> np.ndarray:
    """The indices through a tensor of places in its planes: ``plane * D1 * ... * Dn + place``.

    Args:
        places: of (N, C, ...); -1 for none stays.
        shape: the tensor's.
        column_major: whether the first spatial axis is the one counted through first.
    """
    inside = places
    if column_major:
        at = np.unravel_index(np.maximum(places, 0), shape[2:])
        inside = np.asarray(np.ravel_multi_index(at, shape[2:], order="F"))
    return np.where(places < 0, places, inside + _begins(shape))


def unpooled(
    x: np.ndarray, indices: np.ndarray, window: SlidingWindow, queue: cl.CommandQueue | None
) -> np.ndarray:
    """Values of (N, C, ...) at their indices, ``(i - 1) * s + k - begin - end`` long on each axis.

    Raises:
        ArgumentValueError, ArgumentTypeError: indices are not int64 of x's shape, or one lies
            outside of the result.
    """
    if indices.dtype != np.int64:
        raise ArgumentTypeError(f"I has dtype {indices.dtype}; allowed: int64")
    if indices.shape != x.shape:
        raise ArgumentValueError(f"I has shape {indices.shape}; allowed: X's, {x.shape}")
    lengths = unpooled_lengths(window, x.shape[2:], None)
    shape = (*x.shape[:2], *lengths)
    plane, total = math.prod(lengths), math.prod(shape)
    outside = indices[(indices < 0) | (indices >= total)]
    if outside.size:
        raise ArgumentValueError(f"I holds {outside[0]}; allowed: 0 to {total - 1}")
    if 0 in x.shape:
        return np.zeros(shape, x.dtype)
    places = indices - _begins(shape)
    if ((places >= 0) & (places < plane)).all():
        function = UNPOOLINGS[window.ndim - 1]
        return function(x, places, window.kernel, window.stride, window.padding, queue=queue)
    # Values leave their planes: the tensor is one plane, of the length (count - 1) + k - begin.
    row, count = (1, 1, -1), x.size
    kernel, padding = max(total - count + 1, 1), ((max(count - total, 0), 0),)
    y = max_unpool1d(x.reshape(row), indices.reshape(row), kernel, 1, padding, queue=queue)
    return y.reshape(shape)


def _begins(shape: tuple[int, ...]) -> np.ndarray:
    """The index of the first element of every plane, of the tensor's ndim."""
    planes = np.arange(math.prod(shape[:2]), dtype=np.int64) * math.prod(shape[2:])
    return planes.reshape(*shape[:2], *[1] * len(shape[2:]))
