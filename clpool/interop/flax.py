"""Pooling under flax's names: channels last, strides of 1, any number of batch axes or none.

Averages count the padding, unless ``count_include_pad`` is False; a window longer than its input
gives an empty result. At most three axes are pooled, and padding is not negative.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyopencl.array as cla

from ..errors import ArgumentTypeError, ArgumentValueError
from ..ops.exchange import of_any_kind
from ..problem.arguments import check_flag
from ..problem.window import SlidingWindow, is_sequence
from ..runtime.arrays import AnyArray
from .conventions import check_input, check_reach, pooled, sizes, spatial_lengths

__all__ = ["avg_pool", "max_pool", "min_pool", "pool"]

_PADDINGS = ("VALID", "SAME", "SAME_LOWER")

#: The modes of numpy's and jax's functions by their names, and what each begins with.
_REDUCTIONS = {
    **dict.fromkeys(("max", "maximum"), ("max", -np.inf)),
    **dict.fromkeys(("min", "minimum"), ("min", np.inf)),
    "add": ("sum", 0.0),
}


@of_any_kind
def max_pool(
    inputs: AnyArray, window_shape: Any, strides: Any = None, padding: Any = "VALID"
) -> AnyArray:
    """The largest value of each window of (..., spatial, C), as ``flax.nnx.max_pool``.

    Args:
        inputs: batch axes, as many as there are, those pooled, and channels.
        window_shape: elements per window, a sequence of one to three ints.
        strides: elements between windows, as many ints; 1 unless given.
        padding: "VALID", "SAME", "SAME_LOWER" or a (low, high) pair per pooled axis.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

    Example:
        >>> from clpool.interop import flax
        >>> x = np.arange(16.0).reshape(1, 4, 4, 1)
        >>> flax.max_pool(x, (2, 2), strides=(2, 2)).ravel()
        array([ 5.,  7., 13., 15.])
    """
    return _pool(inputs, "max", window_shape, strides, padding)


@of_any_kind
def min_pool(
    inputs: AnyArray, window_shape: Any, strides: Any = None, padding: Any = "VALID"
) -> AnyArray:
    """The smallest value of each window of (..., spatial, C), as ``flax.nnx.min_pool``.

    Arguments and errors are those of :func:`max_pool`.

    Example:
        >>> from clpool.interop import flax
        >>> flax.min_pool(np.arange(4.0).reshape(4, 1), (2,)).ravel()
        array([0., 1., 2.])
    """
    return _pool(inputs, "min", window_shape, strides, padding)


@of_any_kind
def avg_pool(
    inputs: AnyArray,
    window_shape: Any,
    strides: Any = None,
    padding: Any = "VALID",
    count_include_pad: bool = True,
) -> AnyArray:
    """The average of each window of (..., spatial, C) of floats, as ``flax.nnx.avg_pool``.

    Arguments and errors are those of :func:`max_pool`; ``count_include_pad`` divides by the
    window's size, "SAME" included, otherwise by the number of taps inside the input.

    Example:
        >>> from clpool.interop import flax
        >>> flax.avg_pool(np.ones((3, 1)), (2,), padding="SAME").ravel()
        array([1. , 1. , 0.5])
    """
    check_flag("count_include_pad", count_include_pad)
    return _pool(inputs, "avg", window_shape, strides, padding, count_include_pad)


@of_any_kind
def pool(
    inputs: AnyArray,
    init: Any,
    reduce_fn: Any,
    window_shape: Any,
    strides: Any,
    padding: Any,
) -> AnyArray:
    """Reduce each window of (..., spatial, C), as ``flax.nnx.pool`` by a function known by name.

    Args:
        init: -inf of a maximum, inf of a minimum, 0 of a sum.
        reduce_fn: the maximum, the minimum or the sum of jax or of numpy, as ``jax.lax.max``,
            ``jax.numpy.minimum`` or ``numpy.add``; a kernel calls no other function.
        inputs, window_shape, strides, padding: as of :func:`max_pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

    Example:
        >>> from clpool.interop import flax
        >>> flax.pool(np.arange(4.0).reshape(4, 1), 0.0, np.add, (2,), (2,), "VALID").ravel()
        array([1., 5.])
    """
    module = str(getattr(reduce_fn, "__module__", None)).partition(".")[0]
    known = isinstance(reduce_fn, np.ufunc) or module == "jax"
    name = getattr(reduce_fn, "__name__", "")
    if not known or name not in _REDUCTIONS:
        raise ArgumentTypeError(
            "reduce_fn must be the max, min or add of jax.lax, or the maximum, minimum or add of "
            f"jax.numpy or numpy, got {reduce_fn!r}"
        )
    mode, identity = _REDUCTIONS[name]
    if np.ndim(init) != 0 or not hasattr(init, "__float__") or float(init) != identity:
        raise ArgumentValueError(f"init must be {identity} for {name}, got {init!r}")
    return _pool(inputs, mode, window_shape, strides, padding)


def _pool(
    inputs: AnyArray,
    mode: str,
    window_shape: Any,
    strides: Any,
    padding: Any,
    count_include_pad: bool = True,
) -> AnyArray:
    check_input(inputs, "inputs", floats=mode == "avg")
    window = _window(window_shape, strides, padding)
    if len(inputs.shape) <= window.ndim:
        raise ArgumentValueError(
            f"inputs has {len(inputs.shape)} axes (shape {tuple(inputs.shape)}), fewer than the "
            f"{window.ndim + 1} of window_shape {window.kernel} and channels"
        )
    lengths = spatial_lengths(inputs, window.ndim, last=True)
    axes = zip(lengths, window.pads(lengths), window.kernel, window.stride, strict=True)
    outputs = tuple(max((n + sum(pads) - k) // s + 1, 0) for n, pads, k, s in axes)
    if 0 in outputs:
        shape = (*inputs.shape[: -window.ndim - 1], *outputs, inputs.shape[-1])
        if isinstance(inputs, np.ndarray):
            return np.empty(shape, inputs.dtype)
        return cla.Array(inputs.queue, shape, inputs.dtype, allocator=inputs.allocator)
    check_reach(inputs, "inputs", "window_shape", window, last=True)
    return pooled(inputs, mode, window, True, count_include_pad)


def _window(window_shape: Any, strides: Any, padding: Any) -> SlidingWindow:
    if isinstance(window_shape, str) or not is_sequence(window_shape):
        raise ArgumentTypeError(f"window_shape must be a sequence of ints, got {window_shape!r}")
    ndim = len(window_shape)
    if not 1 <= ndim <= 3:
        raise ArgumentValueError(f"window_shape must have 1 to 3 ints, got {window_shape!r}")
    kernel = sizes("window_shape", window_shape, ndim)
    unset = strides is None or (is_sequence(strides) and len(strides) == 0)
    steps = (1,) * ndim if unset else sizes("strides", strides, ndim, number=False)
    if isinstance(padding, str):
        if padding.upper() not in _PADDINGS:
            raise ArgumentValueError(
                f"padding must be one of {', '.join(map(repr, _PADDINGS))} or a (low, high) pair "
                f"per pooled axis, got {padding!r}"
            )
        return SlidingWindow.of(ndim, kernel, steps, padding.lower())
    if not is_sequence(padding) or not all(map(is_sequence, padding)):
        raise ArgumentTypeError(
            f"padding must be a name or a (low, high) pair per pooled axis, got {padding!r}"
        )
    return SlidingWindow.of(ndim, kernel, steps, tuple(map(tuple, padding)))
