"""Pooling operators for any OpenCL device.

numpy in, numpy out; ``pyopencl.array.Array`` in, ``Array`` out. The functions carry PyTorch's
names and give PyTorch's numbers.
"""

# Written by `make stubs` from the live signatures and docstrings: not edited by hand.

from typing import Literal, SupportsFloat, SupportsIndex, overload

import numpy as np
import pyopencl as cl
from numpy.typing import DTypeLike

from clpool import errors, modes, nn, reference, tuning
from clpool.ops.parameter_types import (
    ArrayT,
    Boundaries,
    DataFormat,
    IndexDType,
    NanPolicy,
    OutputSize,
    Padding,
    Ratio,
    Samples,
    Seed,
    Shape,
    Size,
)
from clpool.runtime.device import DeviceInfo, default_device, devices, set_default_device
from clpool.runtime.plan import Plan
from clpool.runtime.result_memory import release_memory

__version__: str

def adaptive_avg_pool1d(
    x: ArrayT,
    output_size: OutputSize,
    *,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The average of each of ``output_size`` windows of (N, C, L) or (C, L).

    Output j of o covers ``floor(j * i / o)`` to ``ceil((j + 1) * i / o)`` of i elements.

    Args:
        x: the input, of any float or integer dtype.
        output_size: an int or one per axis; None keeps an axis, 0 gives an empty result.
        out, data_format, queue: see :mod:`clpool.ops.pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

    Example:
        >>> x = np.arange(4, dtype=np.float32).reshape(1, 1, 4)
        >>> adaptive_avg_pool1d(x, 1).ravel()
        array([1.5], dtype=float32)
    """

def adaptive_avg_pool1d_backward(
    grad: ArrayT,
    input_shape: Shape,
    *,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The gradient of :func:`clpool.adaptive_avg_pool1d`: it flows in equal parts to every tap.

    Args:
        grad: the gradient of the averages, (N, C, L) or (C, L), of a float dtype.
        input_shape: the shape of the pooling's input.
        out, data_format, queue: see :mod:`clpool.ops.pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

    Example:
        >>> grad = np.ones((1, 1, 2), np.float32)
        >>> float(adaptive_avg_pool1d_backward(grad, (1, 1, 4)).sum())
        2.0
    """

def adaptive_avg_pool2d(
    x: ArrayT,
    output_size: OutputSize,
    *,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The average of each of ``output_size`` windows of (N, C, H, W) or (C, H, W).

    Output j of o covers ``floor(j * i / o)`` to ``ceil((j + 1) * i / o)`` of i elements.

    Args:
        x: the input, of any float or integer dtype.
        output_size: an int or one per axis; None keeps an axis, 0 gives an empty result.
        out, data_format, queue: see :mod:`clpool.ops.pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

    Example:
        >>> x = np.arange(16, dtype=np.float32).reshape(1, 1, 4, 4)
        >>> adaptive_avg_pool2d(x, 1).ravel()
        array([7.5], dtype=float32)
    """

def adaptive_avg_pool2d_backward(
    grad: ArrayT,
    input_shape: Shape,
    *,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The gradient of :func:`clpool.adaptive_avg_pool2d`: it flows in equal parts to every tap.

    Args:
        grad: the gradient of the averages, (N, C, H, W) or (C, H, W), of a float dtype.
        input_shape: the shape of the pooling's input.
        out, data_format, queue: see :mod:`clpool.ops.pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

    Example:
        >>> grad = np.ones((1, 1, 2, 2), np.float32)
        >>> float(adaptive_avg_pool2d_backward(grad, (1, 1, 4, 4)).sum())
        4.0
    """

def adaptive_avg_pool3d(
    x: ArrayT,
    output_size: OutputSize,
    *,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The average of each of ``output_size`` windows of (N, C, D, H, W) or (C, D, H, W).

    Output j of o covers ``floor(j * i / o)`` to ``ceil((j + 1) * i / o)`` of i elements.

    Args:
        x: the input, of any float or integer dtype.
        output_size: an int or one per axis; None keeps an axis, 0 gives an empty result.
        out, data_format, queue: see :mod:`clpool.ops.pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

    Example:
        >>> x = np.arange(64, dtype=np.float32).reshape(1, 1, 4, 4, 4)
        >>> adaptive_avg_pool3d(x, 1).ravel()
        array([31.5], dtype=float32)
    """

def adaptive_avg_pool3d_backward(
    grad: ArrayT,
    input_shape: Shape,
    *,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The gradient of :func:`clpool.adaptive_avg_pool3d`: it flows in equal parts to every tap.

    Args:
        grad: the gradient of the averages, (N, C, D, H, W) or (C, D, H, W), of a float dtype.
        input_shape: the shape of the pooling's input.
        out, data_format, queue: see :mod:`clpool.ops.pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

    Example:
        >>> grad = np.ones((1, 1, 2, 2, 2), np.float32)
        >>> float(adaptive_avg_pool3d_backward(grad, (1, 1, 4, 4, 4)).sum())
        8.0
    """

@overload
def adaptive_max_pool1d(
    x: ArrayT,
    output_size: OutputSize,
    return_indices: Literal[False] = False,
    *,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    nan: NanPolicy = "propagate",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The largest value of each of ``output_size`` windows of (N, C, L) or (C, L).

    Output j of o covers ``floor(j * i / o)`` to ``ceil((j + 1) * i / o)`` of i elements.

    Args:
        x: the input, of any float or integer dtype.
        output_size: an int or one per axis; None keeps an axis, 0 gives an empty result.
        return_indices: return (values, indices): the flat index of each value in its plane,
            the first of equals.
        out, data_format, nan, index_dtype, queue: see :mod:`clpool.ops.pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

    Example:
        >>> x = np.arange(4, dtype=np.float32).reshape(1, 1, 4)
        >>> adaptive_max_pool1d(x, 1).ravel()
        array([3.], dtype=float32)
    """

@overload
def adaptive_max_pool1d(
    x: ArrayT,
    output_size: OutputSize,
    return_indices: Literal[True],
    *,
    out: tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    nan: NanPolicy = "propagate",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> tuple[ArrayT, ArrayT]:
    """The largest value of each of ``output_size`` windows of (N, C, L) or (C, L)."""

@overload
def adaptive_max_pool1d(
    x: ArrayT,
    output_size: OutputSize,
    return_indices: bool,
    *,
    out: ArrayT | tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    nan: NanPolicy = "propagate",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> ArrayT | tuple[ArrayT, ArrayT]:
    """The largest value of each of ``output_size`` windows of (N, C, L) or (C, L)."""

def adaptive_max_pool1d_backward(
    grad: ArrayT,
    indices: ArrayT,
    input_shape: Shape,
    *,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The gradient of :func:`clpool.adaptive_max_pool1d`: it flows to the tap that was chosen.

    Args:
        grad: the gradient of the values, (N, C, L) or (C, L), of a float dtype.
        indices: what ``adaptive_max_pool1d(..., return_indices=True)`` returned.
        input_shape: the shape of the pooling's input.
        out, data_format, queue: see :mod:`clpool.ops.pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument or index and what is allowed.

    Example:
        >>> x = np.arange(4, dtype=np.float32).reshape(1, 1, 4)
        >>> y, indices = clpool.adaptive_max_pool1d(x, 3, return_indices=True)
        >>> float(adaptive_max_pool1d_backward(np.ones_like(y), indices, x.shape).sum()) == y.size
        True
    """

@overload
def adaptive_max_pool2d(
    x: ArrayT,
    output_size: OutputSize,
    return_indices: Literal[False] = False,
    *,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    nan: NanPolicy = "propagate",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The largest value of each of ``output_size`` windows of (N, C, H, W) or (C, H, W).

    Output j of o covers ``floor(j * i / o)`` to ``ceil((j + 1) * i / o)`` of i elements.

    Args:
        x: the input, of any float or integer dtype.
        output_size: an int or one per axis; None keeps an axis, 0 gives an empty result.
        return_indices: return (values, indices): the flat index of each value in its plane,
            the first of equals.
        out, data_format, nan, index_dtype, queue: see :mod:`clpool.ops.pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

    Example:
        >>> x = np.arange(16, dtype=np.float32).reshape(1, 1, 4, 4)
        >>> adaptive_max_pool2d(x, 1).ravel()
        array([15.], dtype=float32)
    """

@overload
def adaptive_max_pool2d(
    x: ArrayT,
    output_size: OutputSize,
    return_indices: Literal[True],
    *,
    out: tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    nan: NanPolicy = "propagate",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> tuple[ArrayT, ArrayT]:
    """The largest value of each of ``output_size`` windows of (N, C, H, W) or (C, H, W)."""

@overload
def adaptive_max_pool2d(
    x: ArrayT,
    output_size: OutputSize,
    return_indices: bool,
    *,
    out: ArrayT | tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    nan: NanPolicy = "propagate",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> ArrayT | tuple[ArrayT, ArrayT]:
    """The largest value of each of ``output_size`` windows of (N, C, H, W) or (C, H, W)."""

def adaptive_max_pool2d_backward(
    grad: ArrayT,
    indices: ArrayT,
    input_shape: Shape,
    *,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The gradient of :func:`clpool.adaptive_max_pool2d`: it flows to the tap that was chosen.

    Args:
        grad: the gradient of the values, (N, C, H, W) or (C, H, W), of a float dtype.
        indices: what ``adaptive_max_pool2d(..., return_indices=True)`` returned.
        input_shape: the shape of the pooling's input.
        out, data_format, queue: see :mod:`clpool.ops.pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument or index and what is allowed.

    Example:
        >>> x = np.arange(16, dtype=np.float32).reshape(1, 1, 4, 4)
        >>> y, indices = clpool.adaptive_max_pool2d(x, 3, return_indices=True)
        >>> float(adaptive_max_pool2d_backward(np.ones_like(y), indices, x.shape).sum()) == y.size
        True
    """

@overload
def adaptive_max_pool3d(
    x: ArrayT,
    output_size: OutputSize,
    return_indices: Literal[False] = False,
    *,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    nan: NanPolicy = "propagate",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The largest value of each of ``output_size`` windows of (N, C, D, H, W) or (C, D, H, W).

    Output j of o covers ``floor(j * i / o)`` to ``ceil((j + 1) * i / o)`` of i elements.

    Args:
        x: the input, of any float or integer dtype.
        output_size: an int or one per axis; None keeps an axis, 0 gives an empty result.
        return_indices: return (values, indices): the flat index of each value in its plane,
            the first of equals.
        out, data_format, nan, index_dtype, queue: see :mod:`clpool.ops.pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

    Example:
        >>> x = np.arange(64, dtype=np.float32).reshape(1, 1, 4, 4, 4)
        >>> adaptive_max_pool3d(x, 1).ravel()
        array([63.], dtype=float32)
    """

@overload
def adaptive_max_pool3d(
    x: ArrayT,
    output_size: OutputSize,
    return_indices: Literal[True],
    *,
    out: tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    nan: NanPolicy = "propagate",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> tuple[ArrayT, ArrayT]:
    """The largest value of each of ``output_size`` windows of (N, C, D, H, W) or (C, D, H, W)."""

@overload
def adaptive_max_pool3d(
    x: ArrayT,
    output_size: OutputSize,
    return_indices: bool,
    *,
    out: ArrayT | tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    nan: NanPolicy = "propagate",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> ArrayT | tuple[ArrayT, ArrayT]:
    """The largest value of each of ``output_size`` windows of (N, C, D, H, W) or (C, D, H, W)."""

def adaptive_max_pool3d_backward(
    grad: ArrayT,
    indices: ArrayT,
    input_shape: Shape,
    *,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The gradient of :func:`clpool.adaptive_max_pool3d`: it flows to the tap that was chosen.

    Args:
        grad: the gradient of the values, (N, C, D, H, W) or (C, D, H, W), of a float dtype.
        indices: what ``adaptive_max_pool3d(..., return_indices=True)`` returned.
        input_shape: the shape of the pooling's input.
        out, data_format, queue: see :mod:`clpool.ops.pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument or index and what is allowed.

    Example:
        >>> x = np.arange(64, dtype=np.float32).reshape(1, 1, 4, 4, 4)
        >>> y, indices = clpool.adaptive_max_pool3d(x, 3, return_indices=True)
        >>> float(adaptive_max_pool3d_backward(np.ones_like(y), indices, x.shape).sum()) == y.size
        True
    """

@overload
def adaptive_min_pool1d(
    x: ArrayT,
    output_size: OutputSize,
    return_indices: Literal[False] = False,
    *,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    nan: NanPolicy = "propagate",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The smallest value of each of ``output_size`` windows of (N, C, L) or (C, L).

    Output j of o covers ``floor(j * i / o)`` to ``ceil((j + 1) * i / o)`` of i elements.

    Args:
        x: the input, of any float or integer dtype.
        output_size: an int or one per axis; None keeps an axis, 0 gives an empty result.
        return_indices: return (values, indices): the flat index of each value in its plane,
            the first of equals.
        out, data_format, nan, index_dtype, queue: see :mod:`clpool.ops.pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

    Example:
        >>> x = np.arange(4, dtype=np.float32).reshape(1, 1, 4)
        >>> adaptive_min_pool1d(x, 1).ravel()
        array([0.], dtype=float32)
    """

@overload
def adaptive_min_pool1d(
    x: ArrayT,
    output_size: OutputSize,
    return_indices: Literal[True],
    *,
    out: tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    nan: NanPolicy = "propagate",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> tuple[ArrayT, ArrayT]:
    """The smallest value of each of ``output_size`` windows of (N, C, L) or (C, L)."""

@overload
def adaptive_min_pool1d(
    x: ArrayT,
    output_size: OutputSize,
    return_indices: bool,
    *,
    out: ArrayT | tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    nan: NanPolicy = "propagate",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> ArrayT | tuple[ArrayT, ArrayT]:
    """The smallest value of each of ``output_size`` windows of (N, C, L) or (C, L)."""

def adaptive_min_pool1d_backward(
    grad: ArrayT,
    indices: ArrayT,
    input_shape: Shape,
    *,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The gradient of :func:`clpool.adaptive_min_pool1d`: it flows to the tap that was chosen.

    Args:
        grad: the gradient of the values, (N, C, L) or (C, L), of a float dtype.
        indices: what ``adaptive_min_pool1d(..., return_indices=True)`` returned.
        input_shape: the shape of the pooling's input.
        out, data_format, queue: see :mod:`clpool.ops.pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument or index and what is allowed.

    Example:
        >>> x = np.arange(4, dtype=np.float32).reshape(1, 1, 4)
        >>> y, indices = clpool.adaptive_min_pool1d(x, 3, return_indices=True)
        >>> float(adaptive_min_pool1d_backward(np.ones_like(y), indices, x.shape).sum()) == y.size
        True
    """

@overload
def adaptive_min_pool2d(
    x: ArrayT,
    output_size: OutputSize,
    return_indices: Literal[False] = False,
    *,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    nan: NanPolicy = "propagate",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The smallest value of each of ``output_size`` windows of (N, C, H, W) or (C, H, W).

    Output j of o covers ``floor(j * i / o)`` to ``ceil((j + 1) * i / o)`` of i elements.

    Args:
        x: the input, of any float or integer dtype.
        output_size: an int or one per axis; None keeps an axis, 0 gives an empty result.
        return_indices: return (values, indices): the flat index of each value in its plane,
            the first of equals.
        out, data_format, nan, index_dtype, queue: see :mod:`clpool.ops.pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

    Example:
        >>> x = np.arange(16, dtype=np.float32).reshape(1, 1, 4, 4)
        >>> adaptive_min_pool2d(x, 1).ravel()
        array([0.], dtype=float32)
    """

@overload
def adaptive_min_pool2d(
    x: ArrayT,
    output_size: OutputSize,
    return_indices: Literal[True],
    *,
    out: tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    nan: NanPolicy = "propagate",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> tuple[ArrayT, ArrayT]:
    """The smallest value of each of ``output_size`` windows of (N, C, H, W) or (C, H, W)."""

@overload
def adaptive_min_pool2d(
    x: ArrayT,
    output_size: OutputSize,
    return_indices: bool,
    *,
    out: ArrayT | tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    nan: NanPolicy = "propagate",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> ArrayT | tuple[ArrayT, ArrayT]:
    """The smallest value of each of ``output_size`` windows of (N, C, H, W) or (C, H, W)."""

def adaptive_min_pool2d_backward(
    grad: ArrayT,
    indices: ArrayT,
    input_shape: Shape,
    *,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The gradient of :func:`clpool.adaptive_min_pool2d`: it flows to the tap that was chosen.

    Args:
        grad: the gradient of the values, (N, C, H, W) or (C, H, W), of a float dtype.
        indices: what ``adaptive_min_pool2d(..., return_indices=True)`` returned.
        input_shape: the shape of the pooling's input.
        out, data_format, queue: see :mod:`clpool.ops.pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument or index and what is allowed.

    Example:
        >>> x = np.arange(16, dtype=np.float32).reshape(1, 1, 4, 4)
        >>> y, indices = clpool.adaptive_min_pool2d(x, 3, return_indices=True)
        >>> float(adaptive_min_pool2d_backward(np.ones_like(y), indices, x.shape).sum()) == y.size
        True
    """

@overload
def adaptive_min_pool3d(
    x: ArrayT,
    output_size: OutputSize,
    return_indices: Literal[False] = False,
    *,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    nan: NanPolicy = "propagate",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The smallest value of each of ``output_size`` windows of (N, C, D, H, W) or (C, D, H, W).

    Output j of o covers ``floor(j * i / o)`` to ``ceil((j + 1) * i / o)`` of i elements.

    Args:
        x: the input, of any float or integer dtype.
        output_size: an int or one per axis; None keeps an axis, 0 gives an empty result.
        return_indices: return (values, indices): the flat index of each value in its plane,
            the first of equals.
        out, data_format, nan, index_dtype, queue: see :mod:`clpool.ops.pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

    Example:
        >>> x = np.arange(64, dtype=np.float32).reshape(1, 1, 4, 4, 4)
        >>> adaptive_min_pool3d(x, 1).ravel()
        array([0.], dtype=float32)
    """

@overload
def adaptive_min_pool3d(
    x: ArrayT,
    output_size: OutputSize,
    return_indices: Literal[True],
    *,
    out: tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    nan: NanPolicy = "propagate",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> tuple[ArrayT, ArrayT]:
    """The smallest value of each of ``output_size`` windows of (N, C, D, H, W) or (C, D, H, W)."""

@overload
def adaptive_min_pool3d(
    x: ArrayT,
    output_size: OutputSize,
    return_indices: bool,
    *,
    out: ArrayT | tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    nan: NanPolicy = "propagate",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> ArrayT | tuple[ArrayT, ArrayT]:
    """The smallest value of each of ``output_size`` windows of (N, C, D, H, W) or (C, D, H, W)."""

def adaptive_min_pool3d_backward(
    grad: ArrayT,
    indices: ArrayT,
    input_shape: Shape,
    *,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The gradient of :func:`clpool.adaptive_min_pool3d`: it flows to the tap that was chosen.

    Args:
        grad: the gradient of the values, (N, C, D, H, W) or (C, D, H, W), of a float dtype.
        indices: what ``adaptive_min_pool3d(..., return_indices=True)`` returned.
        input_shape: the shape of the pooling's input.
        out, data_format, queue: see :mod:`clpool.ops.pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument or index and what is allowed.

    Example:
        >>> x = np.arange(64, dtype=np.float32).reshape(1, 1, 4, 4, 4)
        >>> y, indices = clpool.adaptive_min_pool3d(x, 3, return_indices=True)
        >>> float(adaptive_min_pool3d_backward(np.ones_like(y), indices, x.shape).sum()) == y.size
        True
    """

def avg_pool1d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: SupportsIndex | None = None,
    *,
    dilation: Size = 1,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The average of each window of (N, C, L) or (C, L).

    Args:
        x: the input; integers are summed in 64 bits and divided toward zero.
        kernel_size, stride, padding, dilation: elements, an int or one per axis. The stride
            is the kernel_size unless given; an int padding is at most half of kernel_size.
        ceil_mode: whether a last, partial window is kept.
        count_include_pad: whether taps in the padding count in the divisor.
        divisor_override: the divisor, instead of a count of taps; not 0.
        out, data_format, queue: see :mod:`clpool.ops.pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

    Example:
        >>> x = np.arange(4, dtype=np.float32).reshape(1, 1, 4)
        >>> avg_pool1d(x, 2).ravel()
        array([0.5, 2.5], dtype=float32)
    """

def avg_pool1d_backward(
    grad: ArrayT,
    input_shape: Shape,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: SupportsIndex | None = None,
    *,
    dilation: Size = 1,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The gradient of :func:`clpool.avg_pool1d`: it flows in equal parts to every tap.

    Args:
        grad: the gradient of the averages, (N, C, L) or (C, L), of a float dtype.
        input_shape: the shape of the pooling's input.
        kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override, dilation:
            as in the pooling.
        out, data_format, queue: see :mod:`clpool.ops.pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

    Example:
        >>> grad = np.ones((1, 1, 2), np.float32)
        >>> float(avg_pool1d_backward(grad, (1, 1, 4), 2).sum())
        2.0
    """

def avg_pool2d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: SupportsIndex | None = None,
    *,
    dilation: Size = 1,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The average of each window of (N, C, H, W) or (C, H, W).

    Args:
        x: the input; integers are summed in 64 bits and divided toward zero.
        kernel_size, stride, padding, dilation: elements, an int or one per axis. The stride
            is the kernel_size unless given; an int padding is at most half of kernel_size.
        ceil_mode: whether a last, partial window is kept.
        count_include_pad: whether taps in the padding count in the divisor.
        divisor_override: the divisor, instead of a count of taps; not 0.
        out, data_format, queue: see :mod:`clpool.ops.pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

    Example:
        >>> x = np.arange(16, dtype=np.float32).reshape(1, 1, 4, 4)
        >>> avg_pool2d(x, 2).ravel()
        array([ 2.5,  4.5, 10.5, 12.5], dtype=float32)
    """

def avg_pool2d_backward(
    grad: ArrayT,
    input_shape: Shape,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: SupportsIndex | None = None,
    *,
    dilation: Size = 1,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The gradient of :func:`clpool.avg_pool2d`: it flows in equal parts to every tap.

    Args:
        grad: the gradient of the averages, (N, C, H, W) or (C, H, W), of a float dtype.
        input_shape: the shape of the pooling's input.
        kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override, dilation:
            as in the pooling.
        out, data_format, queue: see :mod:`clpool.ops.pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

    Example:
        >>> grad = np.ones((1, 1, 2, 2), np.float32)
        >>> float(avg_pool2d_backward(grad, (1, 1, 4, 4), 2).sum())
        4.0
    """

def avg_pool3d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: SupportsIndex | None = None,
    *,
    dilation: Size = 1,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The average of each window of (N, C, D, H, W) or (C, D, H, W).

    Args:
        x: the input; integers are summed in 64 bits and divided toward zero.
        kernel_size, stride, padding, dilation: elements, an int or one per axis. The stride
            is the kernel_size unless given; an int padding is at most half of kernel_size.
        ceil_mode: whether a last, partial window is kept.
        count_include_pad: whether taps in the padding count in the divisor.
        divisor_override: the divisor, instead of a count of taps; not 0.
        out, data_format, queue: see :mod:`clpool.ops.pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

    Example:
        >>> x = np.arange(64, dtype=np.float32).reshape(1, 1, 4, 4, 4)
        >>> avg_pool3d(x, 2).ravel()
        array([10.5, 12.5, 18.5, 20.5, 42.5, 44.5, 50.5, 52.5], dtype=float32)
    """

def avg_pool3d_backward(
    grad: ArrayT,
    input_shape: Shape,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: SupportsIndex | None = None,
    *,
    dilation: Size = 1,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The gradient of :func:`clpool.avg_pool3d`: it flows in equal parts to every tap.

    Args:
        grad: the gradient of the averages, (N, C, D, H, W) or (C, D, H, W), of a float dtype.
        input_shape: the shape of the pooling's input.
        kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override, dilation:
            as in the pooling.
        out, data_format, queue: see :mod:`clpool.ops.pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

    Example:
        >>> grad = np.ones((1, 1, 2, 2, 2), np.float32)
        >>> float(avg_pool3d_backward(grad, (1, 1, 4, 4, 4), 2).sum())
        8.0
    """

def fractional_avg_pool2d(
    x: ArrayT,
    kernel_size: Size | None = None,
    output_size: Size | None = None,
    output_ratio: Ratio | None = None,
    return_indices: Literal[False] = False,
    _random_samples: Samples | None = None,
    *,
    seed: Seed | None = None,
    sequences: Boundaries | None = None,
    overlapping: bool = False,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The average of windows of (N, C, H, W) or (C, H, W) at random starts (Graham 2014).

    ``alpha = (n - k) / (o - 1)``; window j of an axis starts at
    ``int((j + u) * alpha) - int(u * alpha)``, the last one at ``n - k``.

    Args:
        x: the input; any float dtype, integers too.
        kernel_size: k, an int or one per axis.
        output_size, output_ratio: o, or o / n between 0 and 1; exactly one of them.
        return_indices: return (values, indices); for the maximum only.
        _random_samples: u, of shape (N, C, 2), in PyTorch's order of axes (W, H).
        seed: draws the samples: the same seed, the same windows.
        sequences: TensorFlow's form instead of all these, a rising sequence from 0 to n per
            axis; cell c is ``seq[c]`` to ``seq[c + 1] - 1``.
        overlapping: whether the element at a boundary belongs to both cells (sequences).
        out, data_format, queue: see :mod:`clpool.ops.pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

    Example:
        >>> x = np.arange(16, dtype=np.float32).reshape(1, 1, 4, 4)
        >>> fractional_avg_pool2d(x, 2, output_size=2, seed=1).shape
        (1, 1, 2, 2)
    """

def fractional_avg_pool2d_backward(
    grad: ArrayT,
    input_shape: Shape,
    kernel_size: Size | None = None,
    _random_samples: Samples | None = None,
    *,
    seed: Seed | None = None,
    sequences: Boundaries | None = None,
    overlapping: bool = False,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The gradient of :func:`clpool.fractional_avg_pool2d`: it flows in equal parts to every tap.

    Args:
        grad: the gradient of the averages, (N, C, H, W) or (C, H, W), of a float dtype.
        input_shape: the shape of the pooling's input.
        kernel_size, _random_samples, seed, sequences, overlapping: as in the pooling.
        out, data_format, queue: see :mod:`clpool.ops.pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

    Example:
        >>> grad = np.ones((1, 1, 2, 2), np.float32)
        >>> float(fractional_avg_pool2d_backward(grad, (1, 1, 4, 4), 2, seed=1).sum())
        4.0
    """

def fractional_avg_pool3d(
    x: ArrayT,
    kernel_size: Size | None = None,
    output_size: Size | None = None,
    output_ratio: Ratio | None = None,
    return_indices: Literal[False] = False,
    _random_samples: Samples | None = None,
    *,
    seed: Seed | None = None,
    sequences: Boundaries | None = None,
    overlapping: bool = False,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The average of windows of (N, C, D, H, W) or (C, D, H, W) at random starts (Graham 2014).

    ``alpha = (n - k) / (o - 1)``; window j of an axis starts at
    ``int((j + u) * alpha) - int(u * alpha)``, the last one at ``n - k``.

    Args:
        x: the input; any float dtype, integers too.
        kernel_size: k, an int or one per axis.
        output_size, output_ratio: o, or o / n between 0 and 1; exactly one of them.
        return_indices: return (values, indices); for the maximum only.
        _random_samples: u, of shape (N, C, 3), in PyTorch's order of axes (T, H, W).
        seed: draws the samples: the same seed, the same windows.
        sequences: TensorFlow's form instead of all these, a rising sequence from 0 to n per
            axis; cell c is ``seq[c]`` to ``seq[c + 1] - 1``.
        overlapping: whether the element at a boundary belongs to both cells (sequences).
        out, data_format, queue: see :mod:`clpool.ops.pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

    Example:
        >>> x = np.arange(64, dtype=np.float32).reshape(1, 1, 4, 4, 4)
        >>> fractional_avg_pool3d(x, 2, output_size=2, seed=1).shape
        (1, 1, 2, 2, 2)
    """

def fractional_avg_pool3d_backward(
    grad: ArrayT,
    input_shape: Shape,
    kernel_size: Size | None = None,
    _random_samples: Samples | None = None,
    *,
    seed: Seed | None = None,
    sequences: Boundaries | None = None,
    overlapping: bool = False,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The gradient of :func:`clpool.fractional_avg_pool3d`: it flows in equal parts to every tap.

    Args:
        grad: the gradient of the averages, (N, C, D, H, W) or (C, D, H, W), of a float dtype.
        input_shape: the shape of the pooling's input.
        kernel_size, _random_samples, seed, sequences, overlapping: as in the pooling.
        out, data_format, queue: see :mod:`clpool.ops.pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

    Example:
        >>> grad = np.ones((1, 1, 2, 2, 2), np.float32)
        >>> float(fractional_avg_pool3d_backward(grad, (1, 1, 4, 4, 4), 2, seed=1).sum())
        8.0
    """

@overload
def fractional_max_pool2d(
    x: ArrayT,
    kernel_size: Size | None = None,
    output_size: Size | None = None,
    output_ratio: Ratio | None = None,
    return_indices: Literal[False] = False,
    _random_samples: Samples | None = None,
    *,
    seed: Seed | None = None,
    sequences: Boundaries | None = None,
    overlapping: bool = False,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The largest value of windows of (N, C, H, W) or (C, H, W) at random starts (Graham 2014).

    ``alpha = (n - k) / (o - 1)``; window j of an axis starts at
    ``int((j + u) * alpha) - int(u * alpha)``, the last one at ``n - k``.

    Args:
        x: the input; any float dtype, integers too.
        kernel_size: k, an int or one per axis.
        output_size, output_ratio: o, or o / n between 0 and 1; exactly one of them.
        return_indices: return (values, indices); for the maximum only.
        _random_samples: u, of shape (N, C, 2), in PyTorch's order of axes (W, H).
        seed: draws the samples: the same seed, the same windows.
        sequences: TensorFlow's form instead of all these, a rising sequence from 0 to n per
            axis; cell c is ``seq[c]`` to ``seq[c + 1] - 1``.
        overlapping: whether the element at a boundary belongs to both cells (sequences).
        out, data_format, queue: see :mod:`clpool.ops.pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

    Example:
        >>> x = np.arange(16, dtype=np.float32).reshape(1, 1, 4, 4)
        >>> fractional_max_pool2d(x, 2, output_size=2, seed=1).shape
        (1, 1, 2, 2)
    """

@overload
def fractional_max_pool2d(
    x: ArrayT,
    kernel_size: Size | None,
    output_size: Size | None,
    output_ratio: Ratio | None,
    return_indices: Literal[True],
    _random_samples: Samples | None = None,
    *,
    seed: Seed | None = None,
    sequences: Boundaries | None = None,
    overlapping: bool = False,
    out: tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> tuple[ArrayT, ArrayT]:
    """The largest value of windows of (N, C, H, W) or (C, H, W) at random starts (Graham 2014)."""

@overload
def fractional_max_pool2d(
    x: ArrayT,
    kernel_size: Size | None = None,
    output_size: Size | None = None,
    output_ratio: Ratio | None = None,
    *,
    return_indices: Literal[True],
    _random_samples: Samples | None = None,
    seed: Seed | None = None,
    sequences: Boundaries | None = None,
    overlapping: bool = False,
    out: tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> tuple[ArrayT, ArrayT]:
    """The largest value of windows of (N, C, H, W) or (C, H, W) at random starts (Graham 2014)."""

@overload
def fractional_max_pool2d(
    x: ArrayT,
    kernel_size: Size | None,
    output_size: Size | None,
    output_ratio: Ratio | None,
    return_indices: bool,
    _random_samples: Samples | None = None,
    *,
    seed: Seed | None = None,
    sequences: Boundaries | None = None,
    overlapping: bool = False,
    out: ArrayT | tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> ArrayT | tuple[ArrayT, ArrayT]:
    """The largest value of windows of (N, C, H, W) or (C, H, W) at random starts (Graham 2014)."""

@overload
def fractional_max_pool2d(
    x: ArrayT,
    kernel_size: Size | None = None,
    output_size: Size | None = None,
    output_ratio: Ratio | None = None,
    *,
    return_indices: bool,
    _random_samples: Samples | None = None,
    seed: Seed | None = None,
    sequences: Boundaries | None = None,
    overlapping: bool = False,
    out: ArrayT | tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> ArrayT | tuple[ArrayT, ArrayT]:
    """The largest value of windows of (N, C, H, W) or (C, H, W) at random starts (Graham 2014)."""

def fractional_max_pool2d_backward(
    grad: ArrayT,
    indices: ArrayT,
    input_shape: Shape,
    kernel_size: Size,
    *,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The gradient of :func:`clpool.fractional_max_pool2d`: it flows to the tap that was chosen.

    Args:
        grad: the gradient of the values, (N, C, H, W) or (C, H, W), of a float dtype.
        indices: what ``fractional_max_pool2d(..., return_indices=True)`` returned.
        input_shape: the shape of the pooling's input.
        kernel_size: as in the pooling.
        out, data_format, queue: see :mod:`clpool.ops.pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument or index and what is allowed.

    Example:
        >>> x = np.arange(16, dtype=np.float32).reshape(1, 1, 4, 4)
        >>> y, indices = fractional_max_pool2d(x, 2, 2, None, True, seed=1)
        >>> float(fractional_max_pool2d_backward(np.ones_like(y), indices, x.shape, 2).sum()) == y.size
        True
    """

@overload
def fractional_max_pool3d(
    x: ArrayT,
    kernel_size: Size | None = None,
    output_size: Size | None = None,
    output_ratio: Ratio | None = None,
    return_indices: Literal[False] = False,
    _random_samples: Samples | None = None,
    *,
    seed: Seed | None = None,
    sequences: Boundaries | None = None,
    overlapping: bool = False,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The largest value of windows of (N, C, D, H, W) or (C, D, H, W) at random starts (Graham 2014).

    ``alpha = (n - k) / (o - 1)``; window j of an axis starts at
    ``int((j + u) * alpha) - int(u * alpha)``, the last one at ``n - k``.

    Args:
        x: the input; any float dtype, integers too.
        kernel_size: k, an int or one per axis.
        output_size, output_ratio: o, or o / n between 0 and 1; exactly one of them.
        return_indices: return (values, indices); for the maximum only.
        _random_samples: u, of shape (N, C, 3), in PyTorch's order of axes (T, H, W).
        seed: draws the samples: the same seed, the same windows.
        sequences: TensorFlow's form instead of all these, a rising sequence from 0 to n per
            axis; cell c is ``seq[c]`` to ``seq[c + 1] - 1``.
        overlapping: whether the element at a boundary belongs to both cells (sequences).
        out, data_format, queue: see :mod:`clpool.ops.pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

    Example:
        >>> x = np.arange(64, dtype=np.float32).reshape(1, 1, 4, 4, 4)
        >>> fractional_max_pool3d(x, 2, output_size=2, seed=1).shape
        (1, 1, 2, 2, 2)
    """

@overload
def fractional_max_pool3d(
    x: ArrayT,
    kernel_size: Size | None,
    output_size: Size | None,
    output_ratio: Ratio | None,
    return_indices: Literal[True],
    _random_samples: Samples | None = None,
    *,
    seed: Seed | None = None,
    sequences: Boundaries | None = None,
    overlapping: bool = False,
    out: tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> tuple[ArrayT, ArrayT]:
    """The largest value of windows of (N, C, D, H, W) or (C, D, H, W) at random starts (Graham 2014)."""

@overload
def fractional_max_pool3d(
    x: ArrayT,
    kernel_size: Size | None = None,
    output_size: Size | None = None,
    output_ratio: Ratio | None = None,
    *,
    return_indices: Literal[True],
    _random_samples: Samples | None = None,
    seed: Seed | None = None,
    sequences: Boundaries | None = None,
    overlapping: bool = False,
    out: tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> tuple[ArrayT, ArrayT]:
    """The largest value of windows of (N, C, D, H, W) or (C, D, H, W) at random starts (Graham 2014)."""

@overload
def fractional_max_pool3d(
    x: ArrayT,
    kernel_size: Size | None,
    output_size: Size | None,
    output_ratio: Ratio | None,
    return_indices: bool,
    _random_samples: Samples | None = None,
    *,
    seed: Seed | None = None,
    sequences: Boundaries | None = None,
    overlapping: bool = False,
    out: ArrayT | tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> ArrayT | tuple[ArrayT, ArrayT]:
    """The largest value of windows of (N, C, D, H, W) or (C, D, H, W) at random starts (Graham 2014)."""

@overload
def fractional_max_pool3d(
    x: ArrayT,
    kernel_size: Size | None = None,
    output_size: Size | None = None,
    output_ratio: Ratio | None = None,
    *,
    return_indices: bool,
    _random_samples: Samples | None = None,
    seed: Seed | None = None,
    sequences: Boundaries | None = None,
    overlapping: bool = False,
    out: ArrayT | tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> ArrayT | tuple[ArrayT, ArrayT]:
    """The largest value of windows of (N, C, D, H, W) or (C, D, H, W) at random starts (Graham 2014)."""

def fractional_max_pool3d_backward(
    grad: ArrayT,
    indices: ArrayT,
    input_shape: Shape,
    kernel_size: Size,
    *,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The gradient of :func:`clpool.fractional_max_pool3d`: it flows to the tap that was chosen.

    Args:
        grad: the gradient of the values, (N, C, D, H, W) or (C, D, H, W), of a float dtype.
        indices: what ``fractional_max_pool3d(..., return_indices=True)`` returned.
        input_shape: the shape of the pooling's input.
        kernel_size: as in the pooling.
        out, data_format, queue: see :mod:`clpool.ops.pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument or index and what is allowed.

    Example:
        >>> x = np.arange(64, dtype=np.float32).reshape(1, 1, 4, 4, 4)
        >>> y, indices = fractional_max_pool3d(x, 2, 2, None, True, seed=1)
        >>> float(fractional_max_pool3d_backward(np.ones_like(y), indices, x.shape, 2).sum()) == y.size
        True
    """

def global_avg_pool(
    x: ArrayT,
    *,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The average of every plane of (N, C, ...), as ONNX's GlobalAveragePool.

    Args:
        x: the input, of one to three spatial axes; they have length 1 in the result.
        out, data_format, queue: see :mod:`clpool.ops.pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

    Example:
        >>> global_avg_pool(np.arange(6.0).reshape(1, 2, 3)).ravel()
        array([1., 4.])
    """

def global_avg_pool_backward(
    grad: ArrayT,
    input_shape: Shape,
    *,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The gradient of :func:`clpool.global_avg_pool`: it flows in equal parts to every element.

    Args:
        grad: the gradient of the averages, (N, C, 1, ...), of a float dtype.
        input_shape: the shape of the pooling's input.
        out, data_format, queue: see :mod:`clpool.ops.pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

    Example:
        >>> global_avg_pool_backward(np.ones((1, 1, 1)), (1, 1, 4))
        array([[[0.25, 0.25, 0.25, 0.25]]])
    """

def global_lp_pool(
    x: ArrayT,
    norm_type: SupportsFloat = 2,
    *,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The p-norm of the magnitudes of every plane of (N, C, ...), as ONNX's GlobalLpPool.

    Args:
        x: the input, of a float dtype and one to three spatial axes; they have length 1 in the
            result.
        norm_type: p, any number but 0.
        out, data_format, queue: see :mod:`clpool.ops.pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

    Example:
        >>> float(global_lp_pool(np.array([[[3.0, -4.0]]])).item())
        5.0
    """

def global_lp_pool_backward(
    grad: ArrayT,
    x: ArrayT,
    y: ArrayT,
    norm_type: SupportsFloat = 2,
    *,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The gradient of :func:`clpool.global_lp_pool`: ``sign(x) * (|x| / y)^(p-1)`` flows to x.

    Args:
        grad: the gradient of the norms, (N, C, 1, ...), of a float dtype.
        x, y: the pooling's input and its result, of the same dtype.
        norm_type: p, finite and not 0.
        out, data_format, queue: see :mod:`clpool.ops.pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

    Example:
        >>> x = np.array([[[3.0, -4.0]]])
        >>> global_lp_pool_backward(np.ones((1, 1, 1)), x, global_lp_pool(x))
        array([[[ 0.6, -0.8]]])
    """

@overload
def global_max_pool(
    x: ArrayT,
    return_indices: Literal[False] = False,
    *,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    nan: NanPolicy = "propagate",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The largest value of every plane of (N, C, ...), as ONNX's GlobalMaxPool.

    Args:
        x: the input, of one to three spatial axes; they have length 1 in the result.
        return_indices: return (values, indices), as :func:`clpool.adaptive_max_pool2d` does.
        out, data_format, nan, index_dtype, queue: see :mod:`clpool.ops.pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

    Example:
        >>> global_max_pool(np.arange(6).reshape(1, 2, 3)).ravel()
        array([2, 5])
    """

@overload
def global_max_pool(
    x: ArrayT,
    return_indices: Literal[True],
    *,
    out: tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    nan: NanPolicy = "propagate",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> tuple[ArrayT, ArrayT]:
    """The largest value of every plane of (N, C, ...), as ONNX's GlobalMaxPool."""

@overload
def global_max_pool(
    x: ArrayT,
    return_indices: bool,
    *,
    out: ArrayT | tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    nan: NanPolicy = "propagate",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> ArrayT | tuple[ArrayT, ArrayT]:
    """The largest value of every plane of (N, C, ...), as ONNX's GlobalMaxPool."""

def global_max_pool_backward(
    grad: ArrayT,
    indices: ArrayT,
    input_shape: Shape,
    *,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The gradient of :func:`clpool.global_max_pool`: it flows to the tap that was chosen.

    Args:
        grad: the gradient of the values, (N, C, 1, ...), of a float dtype.
        indices: what ``global_max_pool(..., return_indices=True)`` returned.
        input_shape: the shape of the pooling's input.
        out, data_format, queue: see :mod:`clpool.ops.pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument or index and what is allowed.

    Example:
        >>> y, indices = clpool.global_max_pool(np.array([[[1.0, 4.0, 2.0]]]), True)
        >>> global_max_pool_backward(np.ones_like(y), indices, (1, 1, 3))
        array([[[0., 1., 0.]]])
    """

def lp_pool1d(
    x: ArrayT,
    norm_type: SupportsFloat,
    kernel_size: Size,
    stride: Size | None = None,
    ceil_mode: bool = False,
    *,
    padding: Padding = 0,
    dilation: Size = 1,
    signed: bool = True,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The p-norm of each window of (N, C, L) or (C, L): ``(sum of x^p)^(1/p)``.

    Args:
        x: the input, of any float dtype.
        norm_type: p, any number but 0; infinity gives the largest magnitude, minus infinity
            the smallest.
        kernel_size, stride, padding, dilation: elements, an int or one per axis. The stride
            is the kernel_size unless given; an int padding is at most half of kernel_size.
        ceil_mode: whether a last, partial window is kept.
        signed: as PyTorch: powers keep their sign (an odd p of a negative sum, or a broken p
            of a negative x, gives NaN), and a window that overhangs under ceil_mode is scaled
            to a full one. Else as ONNX: ``(sum of |x|^p)^(1/p)`` of the taps there are.
        out, data_format, queue: see :mod:`clpool.ops.pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

    Example:
        >>> x = np.full((1, 1, 4), 3, dtype=np.float32)
        >>> float(lp_pool1d(x, 1, 4).ravel()[0])
        12.0
    """

def lp_pool1d_backward(
    grad: ArrayT,
    x: ArrayT,
    y: ArrayT,
    norm_type: SupportsFloat,
    kernel_size: Size,
    stride: Size | None = None,
    ceil_mode: bool = False,
    *,
    padding: Padding = 0,
    dilation: Size = 1,
    signed: bool = True,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The gradient of :func:`clpool.lp_pool1d`: ``x^(p-1) / y^(p-1)`` of it flows to x.

    Args:
        grad: the gradient of the norms, (N, C, L) or (C, L), of a float dtype.
        x, y: the pooling's input and its result, of the same dtype.
        norm_type: p, finite and not 0.
        kernel_size, stride, ceil_mode, padding, dilation, signed: as in the pooling.
        out, data_format, queue: see :mod:`clpool.ops.pool`.

    Returns:
        The gradient of x; 0 flows where y is 0, where there is none.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

    Example:
        >>> x = np.full((1, 1, 4), 3, dtype=np.float32)
        >>> y = lp_pool1d(x, 1, 4)
        >>> float(lp_pool1d_backward(np.ones_like(y), x, y, 1, 4).sum())
        4.0
    """

def lp_pool2d(
    x: ArrayT,
    norm_type: SupportsFloat,
    kernel_size: Size,
    stride: Size | None = None,
    ceil_mode: bool = False,
    *,
    padding: Padding = 0,
    dilation: Size = 1,
    signed: bool = True,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The p-norm of each window of (N, C, H, W) or (C, H, W): ``(sum of x^p)^(1/p)``.

    Args:
        x: the input, of any float dtype.
        norm_type: p, any number but 0; infinity gives the largest magnitude, minus infinity
            the smallest.
        kernel_size, stride, padding, dilation: elements, an int or one per axis. The stride
            is the kernel_size unless given; an int padding is at most half of kernel_size.
        ceil_mode: whether a last, partial window is kept.
        signed: as PyTorch: powers keep their sign (an odd p of a negative sum, or a broken p
            of a negative x, gives NaN), and a window that overhangs under ceil_mode is scaled
            to a full one. Else as ONNX: ``(sum of |x|^p)^(1/p)`` of the taps there are.
        out, data_format, queue: see :mod:`clpool.ops.pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

    Example:
        >>> x = np.full((1, 1, 4, 4), 3, dtype=np.float32)
        >>> float(lp_pool2d(x, 1, 4).ravel()[0])
        48.0
    """

def lp_pool2d_backward(
    grad: ArrayT,
    x: ArrayT,
    y: ArrayT,
    norm_type: SupportsFloat,
    kernel_size: Size,
    stride: Size | None = None,
    ceil_mode: bool = False,
    *,
    padding: Padding = 0,
    dilation: Size = 1,
    signed: bool = True,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The gradient of :func:`clpool.lp_pool2d`: ``x^(p-1) / y^(p-1)`` of it flows to x.

    Args:
        grad: the gradient of the norms, (N, C, H, W) or (C, H, W), of a float dtype.
        x, y: the pooling's input and its result, of the same dtype.
        norm_type: p, finite and not 0.
        kernel_size, stride, ceil_mode, padding, dilation, signed: as in the pooling.
        out, data_format, queue: see :mod:`clpool.ops.pool`.

    Returns:
        The gradient of x; 0 flows where y is 0, where there is none.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

    Example:
        >>> x = np.full((1, 1, 4, 4), 3, dtype=np.float32)
        >>> y = lp_pool2d(x, 1, 4)
        >>> float(lp_pool2d_backward(np.ones_like(y), x, y, 1, 4).sum())
        16.0
    """

def lp_pool3d(
    x: ArrayT,
    norm_type: SupportsFloat,
    kernel_size: Size,
    stride: Size | None = None,
    ceil_mode: bool = False,
    *,
    padding: Padding = 0,
    dilation: Size = 1,
    signed: bool = True,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The p-norm of each window of (N, C, D, H, W) or (C, D, H, W): ``(sum of x^p)^(1/p)``.

    Args:
        x: the input, of any float dtype.
        norm_type: p, any number but 0; infinity gives the largest magnitude, minus infinity
            the smallest.
        kernel_size, stride, padding, dilation: elements, an int or one per axis. The stride
            is the kernel_size unless given; an int padding is at most half of kernel_size.
        ceil_mode: whether a last, partial window is kept.
        signed: as PyTorch: powers keep their sign (an odd p of a negative sum, or a broken p
            of a negative x, gives NaN), and a window that overhangs under ceil_mode is scaled
            to a full one. Else as ONNX: ``(sum of |x|^p)^(1/p)`` of the taps there are.
        out, data_format, queue: see :mod:`clpool.ops.pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

    Example:
        >>> x = np.full((1, 1, 4, 4, 4), 3, dtype=np.float32)
        >>> float(lp_pool3d(x, 1, 4).ravel()[0])
        192.0
    """

def lp_pool3d_backward(
    grad: ArrayT,
    x: ArrayT,
    y: ArrayT,
    norm_type: SupportsFloat,
    kernel_size: Size,
    stride: Size | None = None,
    ceil_mode: bool = False,
    *,
    padding: Padding = 0,
    dilation: Size = 1,
    signed: bool = True,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The gradient of :func:`clpool.lp_pool3d`: ``x^(p-1) / y^(p-1)`` of it flows to x.

    Args:
        grad: the gradient of the norms, (N, C, D, H, W) or (C, D, H, W), of a float dtype.
        x, y: the pooling's input and its result, of the same dtype.
        norm_type: p, finite and not 0.
        kernel_size, stride, ceil_mode, padding, dilation, signed: as in the pooling.
        out, data_format, queue: see :mod:`clpool.ops.pool`.

    Returns:
        The gradient of x; 0 flows where y is 0, where there is none.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

    Example:
        >>> x = np.full((1, 1, 4, 4, 4), 3, dtype=np.float32)
        >>> y = lp_pool3d(x, 1, 4)
        >>> float(lp_pool3d_backward(np.ones_like(y), x, y, 1, 4).sum())
        64.0
    """

@overload
def max_pool1d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    return_indices: Literal[False] = False,
    *,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    nan: NanPolicy = "propagate",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The largest value of each window of (N, C, L) or (C, L); NaN wins, unless it is ignored.

    Args:
        x: the input, of any float or integer dtype.
        kernel_size, stride, padding, dilation: elements, an int or one per axis. The stride
            is the kernel_size unless given; an int padding is at most half of kernel_size.
        ceil_mode: whether a last, partial window is kept.
        return_indices: return (values, indices): the flat index of each value in its
            unpadded plane, the first of equals; -1 for a window without any valid tap.
        out, data_format, nan, index_dtype, queue: see :mod:`clpool.ops.pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

    Example:
        >>> x = np.arange(4, dtype=np.float32).reshape(1, 1, 4)
        >>> max_pool1d(x, 2).ravel()
        array([1., 3.], dtype=float32)
    """

@overload
def max_pool1d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None,
    padding: Padding,
    dilation: Size,
    ceil_mode: bool,
    return_indices: Literal[True],
    *,
    out: tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    nan: NanPolicy = "propagate",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> tuple[ArrayT, ArrayT]:
    """The largest value of each window of (N, C, L) or (C, L); NaN wins, unless it is ignored."""

@overload
def max_pool1d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    *,
    return_indices: Literal[True],
    out: tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    nan: NanPolicy = "propagate",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> tuple[ArrayT, ArrayT]:
    """The largest value of each window of (N, C, L) or (C, L); NaN wins, unless it is ignored."""

@overload
def max_pool1d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None,
    padding: Padding,
    dilation: Size,
    ceil_mode: bool,
    return_indices: bool,
    *,
    out: ArrayT | tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    nan: NanPolicy = "propagate",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> ArrayT | tuple[ArrayT, ArrayT]:
    """The largest value of each window of (N, C, L) or (C, L); NaN wins, unless it is ignored."""

@overload
def max_pool1d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    *,
    return_indices: bool,
    out: ArrayT | tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    nan: NanPolicy = "propagate",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> ArrayT | tuple[ArrayT, ArrayT]:
    """The largest value of each window of (N, C, L) or (C, L); NaN wins, unless it is ignored."""

def max_pool1d_backward(
    grad: ArrayT,
    indices: ArrayT,
    input_shape: Shape,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    *,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The gradient of :func:`clpool.max_pool1d`: it flows to the tap that was chosen.

    Args:
        grad: the gradient of the values, (N, C, L) or (C, L), of a float dtype.
        indices: what ``max_pool1d(..., return_indices=True)`` returned: -1 where no tap is.
        input_shape: the shape of the pooling's input.
        kernel_size, stride, padding, dilation, ceil_mode: as in the pooling.
        out, data_format, queue: see :mod:`clpool.ops.pool`.

    Returns:
        The gradient of the input; overlapping windows add up.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument or index and what is allowed.

    Example:
        >>> x = np.arange(4, dtype=np.float32).reshape(1, 1, 4)
        >>> y, indices = clpool.max_pool1d(x, 2, return_indices=True)
        >>> float(max_pool1d_backward(np.ones_like(y), indices, x.shape, 2).sum()) == y.size
        True
    """

@overload
def max_pool2d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    return_indices: Literal[False] = False,
    *,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    nan: NanPolicy = "propagate",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The largest value of each window of (N, C, H, W) or (C, H, W); NaN wins, unless it is ignored.

    Args:
        x: the input, of any float or integer dtype.
        kernel_size, stride, padding, dilation: elements, an int or one per axis. The stride
            is the kernel_size unless given; an int padding is at most half of kernel_size.
        ceil_mode: whether a last, partial window is kept.
        return_indices: return (values, indices): the flat index of each value in its
            unpadded plane, the first of equals; -1 for a window without any valid tap.
        out, data_format, nan, index_dtype, queue: see :mod:`clpool.ops.pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

    Example:
        >>> x = np.arange(16, dtype=np.float32).reshape(1, 1, 4, 4)
        >>> max_pool2d(x, 2).ravel()
        array([ 5.,  7., 13., 15.], dtype=float32)
    """

@overload
def max_pool2d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None,
    padding: Padding,
    dilation: Size,
    ceil_mode: bool,
    return_indices: Literal[True],
    *,
    out: tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    nan: NanPolicy = "propagate",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> tuple[ArrayT, ArrayT]:
    """The largest value of each window of (N, C, H, W) or (C, H, W); NaN wins, unless it is ignored."""

@overload
def max_pool2d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    *,
    return_indices: Literal[True],
    out: tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    nan: NanPolicy = "propagate",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> tuple[ArrayT, ArrayT]:
    """The largest value of each window of (N, C, H, W) or (C, H, W); NaN wins, unless it is ignored."""

@overload
def max_pool2d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None,
    padding: Padding,
    dilation: Size,
    ceil_mode: bool,
    return_indices: bool,
    *,
    out: ArrayT | tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    nan: NanPolicy = "propagate",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> ArrayT | tuple[ArrayT, ArrayT]:
    """The largest value of each window of (N, C, H, W) or (C, H, W); NaN wins, unless it is ignored."""

@overload
def max_pool2d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    *,
    return_indices: bool,
    out: ArrayT | tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    nan: NanPolicy = "propagate",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> ArrayT | tuple[ArrayT, ArrayT]:
    """The largest value of each window of (N, C, H, W) or (C, H, W); NaN wins, unless it is ignored."""

def max_pool2d_backward(
    grad: ArrayT,
    indices: ArrayT,
    input_shape: Shape,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    *,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The gradient of :func:`clpool.max_pool2d`: it flows to the tap that was chosen.

    Args:
        grad: the gradient of the values, (N, C, H, W) or (C, H, W), of a float dtype.
        indices: what ``max_pool2d(..., return_indices=True)`` returned: -1 where no tap is.
        input_shape: the shape of the pooling's input.
        kernel_size, stride, padding, dilation, ceil_mode: as in the pooling.
        out, data_format, queue: see :mod:`clpool.ops.pool`.

    Returns:
        The gradient of the input; overlapping windows add up.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument or index and what is allowed.

    Example:
        >>> x = np.arange(16, dtype=np.float32).reshape(1, 1, 4, 4)
        >>> y, indices = clpool.max_pool2d(x, 2, return_indices=True)
        >>> float(max_pool2d_backward(np.ones_like(y), indices, x.shape, 2).sum()) == y.size
        True
    """

@overload
def max_pool3d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    return_indices: Literal[False] = False,
    *,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    nan: NanPolicy = "propagate",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The largest value of each window of (N, C, D, H, W) or (C, D, H, W); NaN wins, unless it is ignored.

    Args:
        x: the input, of any float or integer dtype.
        kernel_size, stride, padding, dilation: elements, an int or one per axis. The stride
            is the kernel_size unless given; an int padding is at most half of kernel_size.
        ceil_mode: whether a last, partial window is kept.
        return_indices: return (values, indices): the flat index of each value in its
            unpadded plane, the first of equals; -1 for a window without any valid tap.
        out, data_format, nan, index_dtype, queue: see :mod:`clpool.ops.pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

    Example:
        >>> x = np.arange(64, dtype=np.float32).reshape(1, 1, 4, 4, 4)
        >>> max_pool3d(x, 2).ravel()
        array([21., 23., 29., 31., 53., 55., 61., 63.], dtype=float32)
    """

@overload
def max_pool3d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None,
    padding: Padding,
    dilation: Size,
    ceil_mode: bool,
    return_indices: Literal[True],
    *,
    out: tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    nan: NanPolicy = "propagate",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> tuple[ArrayT, ArrayT]:
    """The largest value of each window of (N, C, D, H, W) or (C, D, H, W); NaN wins, unless it is ignored."""

@overload
def max_pool3d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    *,
    return_indices: Literal[True],
    out: tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    nan: NanPolicy = "propagate",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> tuple[ArrayT, ArrayT]:
    """The largest value of each window of (N, C, D, H, W) or (C, D, H, W); NaN wins, unless it is ignored."""

@overload
def max_pool3d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None,
    padding: Padding,
    dilation: Size,
    ceil_mode: bool,
    return_indices: bool,
    *,
    out: ArrayT | tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    nan: NanPolicy = "propagate",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> ArrayT | tuple[ArrayT, ArrayT]:
    """The largest value of each window of (N, C, D, H, W) or (C, D, H, W); NaN wins, unless it is ignored."""

@overload
def max_pool3d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    *,
    return_indices: bool,
    out: ArrayT | tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    nan: NanPolicy = "propagate",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> ArrayT | tuple[ArrayT, ArrayT]:
    """The largest value of each window of (N, C, D, H, W) or (C, D, H, W); NaN wins, unless it is ignored."""

def max_pool3d_backward(
    grad: ArrayT,
    indices: ArrayT,
    input_shape: Shape,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    *,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The gradient of :func:`clpool.max_pool3d`: it flows to the tap that was chosen.

    Args:
        grad: the gradient of the values, (N, C, D, H, W) or (C, D, H, W), of a float dtype.
        indices: what ``max_pool3d(..., return_indices=True)`` returned: -1 where no tap is.
        input_shape: the shape of the pooling's input.
        kernel_size, stride, padding, dilation, ceil_mode: as in the pooling.
        out, data_format, queue: see :mod:`clpool.ops.pool`.

    Returns:
        The gradient of the input; overlapping windows add up.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument or index and what is allowed.

    Example:
        >>> x = np.arange(64, dtype=np.float32).reshape(1, 1, 4, 4, 4)
        >>> y, indices = clpool.max_pool3d(x, 2, return_indices=True)
        >>> float(max_pool3d_backward(np.ones_like(y), indices, x.shape, 2).sum()) == y.size
        True
    """

def max_unpool1d(
    x: ArrayT,
    indices: ArrayT,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    output_size: Shape | None = None,
    *,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The values of (N, C, L) or (C, L) where a pooling's indices say, among zeros.

    Args:
        x: the values, of any float or integer dtype.
        indices: int64 or int32, of x's shape: flat places in the output's planes. Of several
            values for one place the last in row-major order stays.
        kernel_size, stride, padding: the pooling's, which give the output's length
            ``(i - 1) * s + k - 2 * p``.
        output_size: the length wanted, less than a stride away from that; 1 numbers, or
            a whole shape.
        out, data_format, queue: see :mod:`clpool.ops.pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed. An
            index outside of its plane too; ``out`` is left as it was.

    Example:
        >>> x = np.arange(4, dtype=np.float32).reshape(1, 1, 4)
        >>> y, indices = clpool.max_pool1d(x, 2, return_indices=True)
        >>> float(max_unpool1d(y, indices, 2).max())
        3.0
    """

def max_unpool1d_backward(
    grad: ArrayT,
    indices: ArrayT,
    *,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The gradient of :func:`clpool.max_unpool1d`: what flowed to the place of each value.

    Args:
        grad: the gradient of the unpooled (N, C, L) or (C, L), of a float dtype.
        indices: as in the unpooling; every one of several for a place gets its gradient.
        out, data_format, queue: see :mod:`clpool.ops.pool`.

    Returns:
        The gradient of the values, of the shape of ``indices``.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed. An
            index outside of its plane too; ``out`` is left as it was.

    Example:
        >>> grad = np.ones((1, 1, 4), np.float32)
        >>> float(max_unpool1d_backward(grad, np.zeros((1, 1, 1), np.int64)).sum())
        1.0
    """

def max_unpool2d(
    x: ArrayT,
    indices: ArrayT,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    output_size: Shape | None = None,
    *,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The values of (N, C, H, W) or (C, H, W) where a pooling's indices say, among zeros.

    Args:
        x: the values, of any float or integer dtype.
        indices: int64 or int32, of x's shape: flat places in the output's planes. Of several
            values for one place the last in row-major order stays.
        kernel_size, stride, padding: the pooling's, which give the output's length
            ``(i - 1) * s + k - 2 * p``.
        output_size: the length wanted, less than a stride away from that; 2 numbers, or
            a whole shape.
        out, data_format, queue: see :mod:`clpool.ops.pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed. An
            index outside of its plane too; ``out`` is left as it was.

    Example:
        >>> x = np.arange(16, dtype=np.float32).reshape(1, 1, 4, 4)
        >>> y, indices = clpool.max_pool2d(x, 2, return_indices=True)
        >>> float(max_unpool2d(y, indices, 2).max())
        15.0
    """

def max_unpool2d_backward(
    grad: ArrayT,
    indices: ArrayT,
    *,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The gradient of :func:`clpool.max_unpool2d`: what flowed to the place of each value.

    Args:
        grad: the gradient of the unpooled (N, C, H, W) or (C, H, W), of a float dtype.
        indices: as in the unpooling; every one of several for a place gets its gradient.
        out, data_format, queue: see :mod:`clpool.ops.pool`.

    Returns:
        The gradient of the values, of the shape of ``indices``.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed. An
            index outside of its plane too; ``out`` is left as it was.

    Example:
        >>> grad = np.ones((1, 1, 4, 4), np.float32)
        >>> float(max_unpool2d_backward(grad, np.zeros((1, 1, 1, 1), np.int64)).sum())
        1.0
    """

def max_unpool3d(
    x: ArrayT,
    indices: ArrayT,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    output_size: Shape | None = None,
    *,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The values of (N, C, D, H, W) or (C, D, H, W) where a pooling's indices say, among zeros.

    Args:
        x: the values, of any float or integer dtype.
        indices: int64 or int32, of x's shape: flat places in the output's planes. Of several
            values for one place the last in row-major order stays.
        kernel_size, stride, padding: the pooling's, which give the output's length
            ``(i - 1) * s + k - 2 * p``.
        output_size: the length wanted, less than a stride away from that; 3 numbers, or
            a whole shape.
        out, data_format, queue: see :mod:`clpool.ops.pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed. An
            index outside of its plane too; ``out`` is left as it was.

    Example:
        >>> x = np.arange(64, dtype=np.float32).reshape(1, 1, 4, 4, 4)
        >>> y, indices = clpool.max_pool3d(x, 2, return_indices=True)
        >>> float(max_unpool3d(y, indices, 2).max())
        63.0
    """

def max_unpool3d_backward(
    grad: ArrayT,
    indices: ArrayT,
    *,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The gradient of :func:`clpool.max_unpool3d`: what flowed to the place of each value.

    Args:
        grad: the gradient of the unpooled (N, C, D, H, W) or (C, D, H, W), of a float dtype.
        indices: as in the unpooling; every one of several for a place gets its gradient.
        out, data_format, queue: see :mod:`clpool.ops.pool`.

    Returns:
        The gradient of the values, of the shape of ``indices``.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed. An
            index outside of its plane too; ``out`` is left as it was.

    Example:
        >>> grad = np.ones((1, 1, 4, 4, 4), np.float32)
        >>> float(max_unpool3d_backward(grad, np.zeros((1, 1, 1, 1, 1), np.int64)).sum())
        1.0
    """

@overload
def median_pool1d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    return_indices: Literal[False] = False,
    *,
    average: bool = False,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The median of each window of (N, C, L) or (C, L), the lower of the two middle taps of an even count.

    Taps in the padding are absent; NaN propagates, and a window without any tap gives NaN, of
    integers 0.

    Args:
        x: the input, of any float or integer dtype.
        kernel_size, stride, padding, dilation: elements, an int or one per axis. The stride
            is the kernel_size unless given; an int padding is at most half of kernel_size.
        ceil_mode: whether a last, partial window is kept.
        return_indices: return (values, indices): the flat index of each value in its plane,
            the first of equals; -1 for a window without any valid tap.
        average: the mean of the two middle taps instead, for floats only.
        out, data_format, index_dtype, queue: see :mod:`clpool.ops.pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

    Example:
        >>> x = np.arange(4, dtype=np.float32).reshape(1, 1, 4)
        >>> float(median_pool1d(x, 4).item())
        1.0
    """

@overload
def median_pool1d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None,
    padding: Padding,
    dilation: Size,
    ceil_mode: bool,
    return_indices: Literal[True],
    *,
    average: bool = False,
    out: tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> tuple[ArrayT, ArrayT]:
    """The median of each window of (N, C, L) or (C, L), the lower of the two middle taps of an even count."""

@overload
def median_pool1d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    *,
    return_indices: Literal[True],
    average: bool = False,
    out: tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> tuple[ArrayT, ArrayT]:
    """The median of each window of (N, C, L) or (C, L), the lower of the two middle taps of an even count."""

@overload
def median_pool1d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None,
    padding: Padding,
    dilation: Size,
    ceil_mode: bool,
    return_indices: bool,
    *,
    average: bool = False,
    out: ArrayT | tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> ArrayT | tuple[ArrayT, ArrayT]:
    """The median of each window of (N, C, L) or (C, L), the lower of the two middle taps of an even count."""

@overload
def median_pool1d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    *,
    return_indices: bool,
    average: bool = False,
    out: ArrayT | tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> ArrayT | tuple[ArrayT, ArrayT]:
    """The median of each window of (N, C, L) or (C, L), the lower of the two middle taps of an even count."""

def median_pool1d_backward(
    grad: ArrayT,
    indices: ArrayT,
    input_shape: Shape,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    *,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The gradient of :func:`clpool.median_pool1d`: it flows to the tap that was chosen.

    Args:
        grad: the gradient of the medians, (N, C, L) or (C, L), of a float dtype.
        indices: what ``median_pool1d(..., return_indices=True)`` returned: -1 where no tap is.
        input_shape: the shape of the pooling's input.
        kernel_size, stride, padding, dilation, ceil_mode: as in the pooling.
        out, data_format, queue: see :mod:`clpool.ops.pool`.

    Returns:
        The gradient of the input; overlapping windows add up.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument or index and what is allowed.

    Example:
        >>> x = np.arange(4, dtype=np.float32).reshape(1, 1, 4)
        >>> y, indices = clpool.median_pool1d(x, 2, return_indices=True)
        >>> float(median_pool1d_backward(np.ones_like(y), indices, x.shape, 2).sum()) == y.size
        True
    """

@overload
def median_pool2d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    return_indices: Literal[False] = False,
    *,
    average: bool = False,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The median of each window of (N, C, H, W) or (C, H, W), the lower of the two middle taps of an even count.

    Taps in the padding are absent; NaN propagates, and a window without any tap gives NaN, of
    integers 0.

    Args:
        x: the input, of any float or integer dtype.
        kernel_size, stride, padding, dilation: elements, an int or one per axis. The stride
            is the kernel_size unless given; an int padding is at most half of kernel_size.
        ceil_mode: whether a last, partial window is kept.
        return_indices: return (values, indices): the flat index of each value in its plane,
            the first of equals; -1 for a window without any valid tap.
        average: the mean of the two middle taps instead, for floats only.
        out, data_format, index_dtype, queue: see :mod:`clpool.ops.pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

    Example:
        >>> x = np.arange(16, dtype=np.float32).reshape(1, 1, 4, 4)
        >>> float(median_pool2d(x, 4).item())
        7.0
    """

@overload
def median_pool2d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None,
    padding: Padding,
    dilation: Size,
    ceil_mode: bool,
    return_indices: Literal[True],
    *,
    average: bool = False,
    out: tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> tuple[ArrayT, ArrayT]:
    """The median of each window of (N, C, H, W) or (C, H, W), the lower of the two middle taps of an even count."""

@overload
def median_pool2d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    *,
    return_indices: Literal[True],
    average: bool = False,
    out: tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> tuple[ArrayT, ArrayT]:
    """The median of each window of (N, C, H, W) or (C, H, W), the lower of the two middle taps of an even count."""

@overload
def median_pool2d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None,
    padding: Padding,
    dilation: Size,
    ceil_mode: bool,
    return_indices: bool,
    *,
    average: bool = False,
    out: ArrayT | tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> ArrayT | tuple[ArrayT, ArrayT]:
    """The median of each window of (N, C, H, W) or (C, H, W), the lower of the two middle taps of an even count."""

@overload
def median_pool2d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    *,
    return_indices: bool,
    average: bool = False,
    out: ArrayT | tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> ArrayT | tuple[ArrayT, ArrayT]:
    """The median of each window of (N, C, H, W) or (C, H, W), the lower of the two middle taps of an even count."""

def median_pool2d_backward(
    grad: ArrayT,
    indices: ArrayT,
    input_shape: Shape,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    *,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The gradient of :func:`clpool.median_pool2d`: it flows to the tap that was chosen.

    Args:
        grad: the gradient of the medians, (N, C, H, W) or (C, H, W), of a float dtype.
        indices: what ``median_pool2d(..., return_indices=True)`` returned: -1 where no tap is.
        input_shape: the shape of the pooling's input.
        kernel_size, stride, padding, dilation, ceil_mode: as in the pooling.
        out, data_format, queue: see :mod:`clpool.ops.pool`.

    Returns:
        The gradient of the input; overlapping windows add up.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument or index and what is allowed.

    Example:
        >>> x = np.arange(16, dtype=np.float32).reshape(1, 1, 4, 4)
        >>> y, indices = clpool.median_pool2d(x, 2, return_indices=True)
        >>> float(median_pool2d_backward(np.ones_like(y), indices, x.shape, 2).sum()) == y.size
        True
    """

@overload
def median_pool3d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    return_indices: Literal[False] = False,
    *,
    average: bool = False,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The median of each window of (N, C, D, H, W) or (C, D, H, W), the lower of the two middle taps of an even count.

    Taps in the padding are absent; NaN propagates, and a window without any tap gives NaN, of
    integers 0.

    Args:
        x: the input, of any float or integer dtype.
        kernel_size, stride, padding, dilation: elements, an int or one per axis. The stride
            is the kernel_size unless given; an int padding is at most half of kernel_size.
        ceil_mode: whether a last, partial window is kept.
        return_indices: return (values, indices): the flat index of each value in its plane,
            the first of equals; -1 for a window without any valid tap.
        average: the mean of the two middle taps instead, for floats only.
        out, data_format, index_dtype, queue: see :mod:`clpool.ops.pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

    Example:
        >>> x = np.arange(64, dtype=np.float32).reshape(1, 1, 4, 4, 4)
        >>> float(median_pool3d(x, 4).item())
        31.0
    """

@overload
def median_pool3d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None,
    padding: Padding,
    dilation: Size,
    ceil_mode: bool,
    return_indices: Literal[True],
    *,
    average: bool = False,
    out: tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> tuple[ArrayT, ArrayT]:
    """The median of each window of (N, C, D, H, W) or (C, D, H, W), the lower of the two middle taps of an even count."""

@overload
def median_pool3d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    *,
    return_indices: Literal[True],
    average: bool = False,
    out: tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> tuple[ArrayT, ArrayT]:
    """The median of each window of (N, C, D, H, W) or (C, D, H, W), the lower of the two middle taps of an even count."""

@overload
def median_pool3d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None,
    padding: Padding,
    dilation: Size,
    ceil_mode: bool,
    return_indices: bool,
    *,
    average: bool = False,
    out: ArrayT | tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> ArrayT | tuple[ArrayT, ArrayT]:
    """The median of each window of (N, C, D, H, W) or (C, D, H, W), the lower of the two middle taps of an even count."""

@overload
def median_pool3d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    *,
    return_indices: bool,
    average: bool = False,
    out: ArrayT | tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> ArrayT | tuple[ArrayT, ArrayT]:
    """The median of each window of (N, C, D, H, W) or (C, D, H, W), the lower of the two middle taps of an even count."""

def median_pool3d_backward(
    grad: ArrayT,
    indices: ArrayT,
    input_shape: Shape,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    *,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The gradient of :func:`clpool.median_pool3d`: it flows to the tap that was chosen.

    Args:
        grad: the gradient of the medians, (N, C, D, H, W) or (C, D, H, W), of a float dtype.
        indices: what ``median_pool3d(..., return_indices=True)`` returned: -1 where no tap is.
        input_shape: the shape of the pooling's input.
        kernel_size, stride, padding, dilation, ceil_mode: as in the pooling.
        out, data_format, queue: see :mod:`clpool.ops.pool`.

    Returns:
        The gradient of the input; overlapping windows add up.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument or index and what is allowed.

    Example:
        >>> x = np.arange(64, dtype=np.float32).reshape(1, 1, 4, 4, 4)
        >>> y, indices = clpool.median_pool3d(x, 2, return_indices=True)
        >>> float(median_pool3d_backward(np.ones_like(y), indices, x.shape, 2).sum()) == y.size
        True
    """

@overload
def min_pool1d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    return_indices: Literal[False] = False,
    *,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    nan: NanPolicy = "propagate",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The smallest value of each window of (N, C, L) or (C, L); NaN wins, unless it is ignored.

    Args:
        x: the input, of any float or integer dtype.
        kernel_size, stride, padding, dilation: elements, an int or one per axis. The stride
            is the kernel_size unless given; an int padding is at most half of kernel_size.
        ceil_mode: whether a last, partial window is kept.
        return_indices: return (values, indices): the flat index of each value in its
            unpadded plane, the first of equals; -1 for a window without any valid tap.
        out, data_format, nan, index_dtype, queue: see :mod:`clpool.ops.pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

    Example:
        >>> x = np.arange(4, dtype=np.float32).reshape(1, 1, 4)
        >>> min_pool1d(x, 2).ravel()
        array([0., 2.], dtype=float32)
    """

@overload
def min_pool1d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None,
    padding: Padding,
    dilation: Size,
    ceil_mode: bool,
    return_indices: Literal[True],
    *,
    out: tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    nan: NanPolicy = "propagate",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> tuple[ArrayT, ArrayT]:
    """The smallest value of each window of (N, C, L) or (C, L); NaN wins, unless it is ignored."""

@overload
def min_pool1d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    *,
    return_indices: Literal[True],
    out: tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    nan: NanPolicy = "propagate",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> tuple[ArrayT, ArrayT]:
    """The smallest value of each window of (N, C, L) or (C, L); NaN wins, unless it is ignored."""

@overload
def min_pool1d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None,
    padding: Padding,
    dilation: Size,
    ceil_mode: bool,
    return_indices: bool,
    *,
    out: ArrayT | tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    nan: NanPolicy = "propagate",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> ArrayT | tuple[ArrayT, ArrayT]:
    """The smallest value of each window of (N, C, L) or (C, L); NaN wins, unless it is ignored."""

@overload
def min_pool1d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    *,
    return_indices: bool,
    out: ArrayT | tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    nan: NanPolicy = "propagate",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> ArrayT | tuple[ArrayT, ArrayT]:
    """The smallest value of each window of (N, C, L) or (C, L); NaN wins, unless it is ignored."""

def min_pool1d_backward(
    grad: ArrayT,
    indices: ArrayT,
    input_shape: Shape,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    *,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The gradient of :func:`clpool.min_pool1d`: it flows to the tap that was chosen.

    Args:
        grad: the gradient of the values, (N, C, L) or (C, L), of a float dtype.
        indices: what ``min_pool1d(..., return_indices=True)`` returned: -1 where no tap is.
        input_shape: the shape of the pooling's input.
        kernel_size, stride, padding, dilation, ceil_mode: as in the pooling.
        out, data_format, queue: see :mod:`clpool.ops.pool`.

    Returns:
        The gradient of the input; overlapping windows add up.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument or index and what is allowed.

    Example:
        >>> x = np.arange(4, dtype=np.float32).reshape(1, 1, 4)
        >>> y, indices = clpool.min_pool1d(x, 2, return_indices=True)
        >>> float(min_pool1d_backward(np.ones_like(y), indices, x.shape, 2).sum()) == y.size
        True
    """

@overload
def min_pool2d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    return_indices: Literal[False] = False,
    *,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    nan: NanPolicy = "propagate",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The smallest value of each window of (N, C, H, W) or (C, H, W); NaN wins, unless it is ignored.

    Args:
        x: the input, of any float or integer dtype.
        kernel_size, stride, padding, dilation: elements, an int or one per axis. The stride
            is the kernel_size unless given; an int padding is at most half of kernel_size.
        ceil_mode: whether a last, partial window is kept.
        return_indices: return (values, indices): the flat index of each value in its
            unpadded plane, the first of equals; -1 for a window without any valid tap.
        out, data_format, nan, index_dtype, queue: see :mod:`clpool.ops.pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

    Example:
        >>> x = np.arange(16, dtype=np.float32).reshape(1, 1, 4, 4)
        >>> min_pool2d(x, 2).ravel()
        array([ 0.,  2.,  8., 10.], dtype=float32)
    """

@overload
def min_pool2d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None,
    padding: Padding,
    dilation: Size,
    ceil_mode: bool,
    return_indices: Literal[True],
    *,
    out: tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    nan: NanPolicy = "propagate",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> tuple[ArrayT, ArrayT]:
    """The smallest value of each window of (N, C, H, W) or (C, H, W); NaN wins, unless it is ignored."""

@overload
def min_pool2d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    *,
    return_indices: Literal[True],
    out: tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    nan: NanPolicy = "propagate",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> tuple[ArrayT, ArrayT]:
    """The smallest value of each window of (N, C, H, W) or (C, H, W); NaN wins, unless it is ignored."""

@overload
def min_pool2d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None,
    padding: Padding,
    dilation: Size,
    ceil_mode: bool,
    return_indices: bool,
    *,
    out: ArrayT | tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    nan: NanPolicy = "propagate",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> ArrayT | tuple[ArrayT, ArrayT]:
    """The smallest value of each window of (N, C, H, W) or (C, H, W); NaN wins, unless it is ignored."""

@overload
def min_pool2d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    *,
    return_indices: bool,
    out: ArrayT | tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    nan: NanPolicy = "propagate",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> ArrayT | tuple[ArrayT, ArrayT]:
    """The smallest value of each window of (N, C, H, W) or (C, H, W); NaN wins, unless it is ignored."""

def min_pool2d_backward(
    grad: ArrayT,
    indices: ArrayT,
    input_shape: Shape,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    *,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The gradient of :func:`clpool.min_pool2d`: it flows to the tap that was chosen.

    Args:
        grad: the gradient of the values, (N, C, H, W) or (C, H, W), of a float dtype.
        indices: what ``min_pool2d(..., return_indices=True)`` returned: -1 where no tap is.
        input_shape: the shape of the pooling's input.
        kernel_size, stride, padding, dilation, ceil_mode: as in the pooling.
        out, data_format, queue: see :mod:`clpool.ops.pool`.

    Returns:
        The gradient of the input; overlapping windows add up.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument or index and what is allowed.

    Example:
        >>> x = np.arange(16, dtype=np.float32).reshape(1, 1, 4, 4)
        >>> y, indices = clpool.min_pool2d(x, 2, return_indices=True)
        >>> float(min_pool2d_backward(np.ones_like(y), indices, x.shape, 2).sum()) == y.size
        True
    """

@overload
def min_pool3d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    return_indices: Literal[False] = False,
    *,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    nan: NanPolicy = "propagate",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The smallest value of each window of (N, C, D, H, W) or (C, D, H, W); NaN wins, unless it is ignored.

    Args:
        x: the input, of any float or integer dtype.
        kernel_size, stride, padding, dilation: elements, an int or one per axis. The stride
            is the kernel_size unless given; an int padding is at most half of kernel_size.
        ceil_mode: whether a last, partial window is kept.
        return_indices: return (values, indices): the flat index of each value in its
            unpadded plane, the first of equals; -1 for a window without any valid tap.
        out, data_format, nan, index_dtype, queue: see :mod:`clpool.ops.pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

    Example:
        >>> x = np.arange(64, dtype=np.float32).reshape(1, 1, 4, 4, 4)
        >>> min_pool3d(x, 2).ravel()
        array([ 0.,  2.,  8., 10., 32., 34., 40., 42.], dtype=float32)
    """

@overload
def min_pool3d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None,
    padding: Padding,
    dilation: Size,
    ceil_mode: bool,
    return_indices: Literal[True],
    *,
    out: tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    nan: NanPolicy = "propagate",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> tuple[ArrayT, ArrayT]:
    """The smallest value of each window of (N, C, D, H, W) or (C, D, H, W); NaN wins, unless it is ignored."""

@overload
def min_pool3d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    *,
    return_indices: Literal[True],
    out: tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    nan: NanPolicy = "propagate",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> tuple[ArrayT, ArrayT]:
    """The smallest value of each window of (N, C, D, H, W) or (C, D, H, W); NaN wins, unless it is ignored."""

@overload
def min_pool3d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None,
    padding: Padding,
    dilation: Size,
    ceil_mode: bool,
    return_indices: bool,
    *,
    out: ArrayT | tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    nan: NanPolicy = "propagate",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> ArrayT | tuple[ArrayT, ArrayT]:
    """The smallest value of each window of (N, C, D, H, W) or (C, D, H, W); NaN wins, unless it is ignored."""

@overload
def min_pool3d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    *,
    return_indices: bool,
    out: ArrayT | tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    nan: NanPolicy = "propagate",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> ArrayT | tuple[ArrayT, ArrayT]:
    """The smallest value of each window of (N, C, D, H, W) or (C, D, H, W); NaN wins, unless it is ignored."""

def min_pool3d_backward(
    grad: ArrayT,
    indices: ArrayT,
    input_shape: Shape,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    *,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The gradient of :func:`clpool.min_pool3d`: it flows to the tap that was chosen.

    Args:
        grad: the gradient of the values, (N, C, D, H, W) or (C, D, H, W), of a float dtype.
        indices: what ``min_pool3d(..., return_indices=True)`` returned: -1 where no tap is.
        input_shape: the shape of the pooling's input.
        kernel_size, stride, padding, dilation, ceil_mode: as in the pooling.
        out, data_format, queue: see :mod:`clpool.ops.pool`.

    Returns:
        The gradient of the input; overlapping windows add up.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument or index and what is allowed.

    Example:
        >>> x = np.arange(64, dtype=np.float32).reshape(1, 1, 4, 4, 4)
        >>> y, indices = clpool.min_pool3d(x, 2, return_indices=True)
        >>> float(min_pool3d_backward(np.ones_like(y), indices, x.shape, 2).sum()) == y.size
        True
    """

@overload
def mode_pool1d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    return_indices: Literal[False] = False,
    *,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The most frequent value of each window of (N, C, L) or (C, L), of equally frequent ones the smallest.

    Taps in the padding are absent; a window without any tap gives 0.

    Args:
        x: the input, of any integer dtype.
        kernel_size, stride, padding, dilation: elements, an int or one per axis, at most 1024
            taps. The stride is the kernel_size unless given; an int padding is at most half of
            kernel_size.
        ceil_mode: whether a last, partial window is kept.
        return_indices: return (values, indices): the flat index of each value in its plane,
            the first of equals; -1 for a window without any valid tap.
        out, data_format, index_dtype, queue: see :mod:`clpool.ops.pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

    Example:
        >>> x = np.arange(4).reshape(1, 1, 4) // 3
        >>> int(mode_pool1d(x, 4).item())
        0
    """

@overload
def mode_pool1d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None,
    padding: Padding,
    dilation: Size,
    ceil_mode: bool,
    return_indices: Literal[True],
    *,
    out: tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> tuple[ArrayT, ArrayT]:
    """The most frequent value of each window of (N, C, L) or (C, L), of equally frequent ones the smallest."""

@overload
def mode_pool1d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    *,
    return_indices: Literal[True],
    out: tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> tuple[ArrayT, ArrayT]:
    """The most frequent value of each window of (N, C, L) or (C, L), of equally frequent ones the smallest."""

@overload
def mode_pool1d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None,
    padding: Padding,
    dilation: Size,
    ceil_mode: bool,
    return_indices: bool,
    *,
    out: ArrayT | tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> ArrayT | tuple[ArrayT, ArrayT]:
    """The most frequent value of each window of (N, C, L) or (C, L), of equally frequent ones the smallest."""

@overload
def mode_pool1d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    *,
    return_indices: bool,
    out: ArrayT | tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> ArrayT | tuple[ArrayT, ArrayT]:
    """The most frequent value of each window of (N, C, L) or (C, L), of equally frequent ones the smallest."""

@overload
def mode_pool2d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    return_indices: Literal[False] = False,
    *,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The most frequent value of each window of (N, C, H, W) or (C, H, W), of equally frequent ones the smallest.

    Taps in the padding are absent; a window without any tap gives 0.

    Args:
        x: the input, of any integer dtype.
        kernel_size, stride, padding, dilation: elements, an int or one per axis, at most 1024
            taps. The stride is the kernel_size unless given; an int padding is at most half of
            kernel_size.
        ceil_mode: whether a last, partial window is kept.
        return_indices: return (values, indices): the flat index of each value in its plane,
            the first of equals; -1 for a window without any valid tap.
        out, data_format, index_dtype, queue: see :mod:`clpool.ops.pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

    Example:
        >>> x = np.arange(16).reshape(1, 1, 4, 4) // 3
        >>> int(mode_pool2d(x, 4).item())
        0
    """

@overload
def mode_pool2d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None,
    padding: Padding,
    dilation: Size,
    ceil_mode: bool,
    return_indices: Literal[True],
    *,
    out: tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> tuple[ArrayT, ArrayT]:
    """The most frequent value of each window of (N, C, H, W) or (C, H, W), of equally frequent ones the smallest."""

@overload
def mode_pool2d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    *,
    return_indices: Literal[True],
    out: tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> tuple[ArrayT, ArrayT]:
    """The most frequent value of each window of (N, C, H, W) or (C, H, W), of equally frequent ones the smallest."""

@overload
def mode_pool2d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None,
    padding: Padding,
    dilation: Size,
    ceil_mode: bool,
    return_indices: bool,
    *,
    out: ArrayT | tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> ArrayT | tuple[ArrayT, ArrayT]:
    """The most frequent value of each window of (N, C, H, W) or (C, H, W), of equally frequent ones the smallest."""

@overload
def mode_pool2d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    *,
    return_indices: bool,
    out: ArrayT | tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> ArrayT | tuple[ArrayT, ArrayT]:
    """The most frequent value of each window of (N, C, H, W) or (C, H, W), of equally frequent ones the smallest."""

@overload
def mode_pool3d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    return_indices: Literal[False] = False,
    *,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The most frequent value of each window of (N, C, D, H, W) or (C, D, H, W), of equally frequent ones the smallest.

    Taps in the padding are absent; a window without any tap gives 0.

    Args:
        x: the input, of any integer dtype.
        kernel_size, stride, padding, dilation: elements, an int or one per axis, at most 1024
            taps. The stride is the kernel_size unless given; an int padding is at most half of
            kernel_size.
        ceil_mode: whether a last, partial window is kept.
        return_indices: return (values, indices): the flat index of each value in its plane,
            the first of equals; -1 for a window without any valid tap.
        out, data_format, index_dtype, queue: see :mod:`clpool.ops.pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

    Example:
        >>> x = np.arange(64).reshape(1, 1, 4, 4, 4) // 3
        >>> int(mode_pool3d(x, 4).item())
        0
    """

@overload
def mode_pool3d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None,
    padding: Padding,
    dilation: Size,
    ceil_mode: bool,
    return_indices: Literal[True],
    *,
    out: tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> tuple[ArrayT, ArrayT]:
    """The most frequent value of each window of (N, C, D, H, W) or (C, D, H, W), of equally frequent ones the smallest."""

@overload
def mode_pool3d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    *,
    return_indices: Literal[True],
    out: tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> tuple[ArrayT, ArrayT]:
    """The most frequent value of each window of (N, C, D, H, W) or (C, D, H, W), of equally frequent ones the smallest."""

@overload
def mode_pool3d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None,
    padding: Padding,
    dilation: Size,
    ceil_mode: bool,
    return_indices: bool,
    *,
    out: ArrayT | tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> ArrayT | tuple[ArrayT, ArrayT]:
    """The most frequent value of each window of (N, C, D, H, W) or (C, D, H, W), of equally frequent ones the smallest."""

@overload
def mode_pool3d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    *,
    return_indices: bool,
    out: ArrayT | tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> ArrayT | tuple[ArrayT, ArrayT]:
    """The most frequent value of each window of (N, C, D, H, W) or (C, D, H, W), of equally frequent ones the smallest."""

def plan(
    shape: Shape,
    dtype: DTypeLike,
    window: Size,
    mode: str = "max",
    stride: Size | None = None,
    padding: Padding = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
    *,
    count_include_pad: bool = True,
    divisor_override: SupportsIndex | None = None,
    nan: NanPolicy = "propagate",
    index_dtype: IndexDType = np.int64,
    result_dtype: DTypeLike | None = None,
    data_format: DataFormat = "channels_first",
    ndim: int | None = None,
    queue: cl.CommandQueue | None = None,
) -> Plan:
    """A :class:`Plan` for arrays of this shape and dtype, with the parameters of :func:`pool`.

    With a ``ndim`` of 1 to 3, the shapes and limits are those of the functions named for it, as
    :func:`clpool.max_pool2d` is for 2; ``window`` is their ``kernel_size`` then.

    Example:
        >>> plan((8, 32, 32), np.float32, (2, 2)).output_shape
        (8, 16, 16)
    """

@overload
def pool(
    x: ArrayT,
    window: Shape,
    mode: str = "max",
    stride: Size | None = None,
    padding: Padding = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    return_indices: Literal[False] = False,
    *,
    count_include_pad: bool = True,
    divisor_override: SupportsIndex | None = None,
    nan: NanPolicy = "propagate",
    index_dtype: IndexDType = np.int64,
    dtype: DTypeLike | None = None,
    data_format: DataFormat = "channels_first",
    out: ArrayT | None = None,
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """Combine every window of the last ``len(window)`` axes of an n-dimensional array.

    Args:
        x: any array of at least ``len(window)`` axes; "channels_last" pools those before the
            last one.
        window: elements per window, a sequence of one to three ints, one per pooled axis.
        mode: "max", "min", "sum", "avg", or a mode that was registered.
        stride, padding, dilation: per axis; no limit is set on padding.
        dtype: for "sum", a wider dtype of the same kind for the result.

    Example:
        >>> import numpy as np
        >>> pool(np.arange(6.0), (3,), "sum", stride=1)
        array([ 3.,  6.,  9., 12.])
    """

@overload
def pool(
    x: ArrayT,
    window: Shape,
    mode: str,
    stride: Size | None,
    padding: Padding,
    dilation: Size,
    ceil_mode: bool,
    return_indices: Literal[True],
    *,
    count_include_pad: bool = True,
    divisor_override: SupportsIndex | None = None,
    nan: NanPolicy = "propagate",
    index_dtype: IndexDType = np.int64,
    dtype: DTypeLike | None = None,
    data_format: DataFormat = "channels_first",
    out: tuple[ArrayT, ArrayT] | None = None,
    queue: cl.CommandQueue | None = None,
) -> tuple[ArrayT, ArrayT]:
    """Combine every window of the last ``len(window)`` axes of an n-dimensional array."""

@overload
def pool(
    x: ArrayT,
    window: Shape,
    mode: str = "max",
    stride: Size | None = None,
    padding: Padding = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    *,
    return_indices: Literal[True],
    count_include_pad: bool = True,
    divisor_override: SupportsIndex | None = None,
    nan: NanPolicy = "propagate",
    index_dtype: IndexDType = np.int64,
    dtype: DTypeLike | None = None,
    data_format: DataFormat = "channels_first",
    out: tuple[ArrayT, ArrayT] | None = None,
    queue: cl.CommandQueue | None = None,
) -> tuple[ArrayT, ArrayT]:
    """Combine every window of the last ``len(window)`` axes of an n-dimensional array."""

@overload
def pool(
    x: ArrayT,
    window: Shape,
    mode: str,
    stride: Size | None,
    padding: Padding,
    dilation: Size,
    ceil_mode: bool,
    return_indices: bool,
    *,
    count_include_pad: bool = True,
    divisor_override: SupportsIndex | None = None,
    nan: NanPolicy = "propagate",
    index_dtype: IndexDType = np.int64,
    dtype: DTypeLike | None = None,
    data_format: DataFormat = "channels_first",
    out: ArrayT | tuple[ArrayT, ArrayT] | None = None,
    queue: cl.CommandQueue | None = None,
) -> ArrayT | tuple[ArrayT, ArrayT]:
    """Combine every window of the last ``len(window)`` axes of an n-dimensional array."""

@overload
def pool(
    x: ArrayT,
    window: Shape,
    mode: str = "max",
    stride: Size | None = None,
    padding: Padding = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    *,
    return_indices: bool,
    count_include_pad: bool = True,
    divisor_override: SupportsIndex | None = None,
    nan: NanPolicy = "propagate",
    index_dtype: IndexDType = np.int64,
    dtype: DTypeLike | None = None,
    data_format: DataFormat = "channels_first",
    out: ArrayT | tuple[ArrayT, ArrayT] | None = None,
    queue: cl.CommandQueue | None = None,
) -> ArrayT | tuple[ArrayT, ArrayT]:
    """Combine every window of the last ``len(window)`` axes of an n-dimensional array."""

def soft_pool1d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    *,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The average of each window of (N, C, L) or (C, L), each tap weighted by its exponential.

    ``sum((w / W) * x)`` with ``w = exp(x - max)`` and W the sum of those (Stergiou et al.
    2021). It lies between the window's smallest and largest tap; a tap of -inf counts for
    nothing, NaN or +inf gives NaN.

    Args:
        x: the input, of any float dtype.
        kernel_size, stride, padding, dilation: elements, an int or one per axis. The stride
            is the kernel_size unless given; an int padding is at most half of kernel_size.
        ceil_mode: whether a last, partial window is kept.
        out, data_format, queue: see :mod:`clpool.ops.pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

    Example:
        >>> x = np.full((1, 1, 4), 3, dtype=np.float32)
        >>> float(soft_pool1d(x, 4).item())
        3.0
    """

def soft_pool1d_backward(
    grad: ArrayT,
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    *,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The gradient of :func:`clpool.soft_pool1d`: ``g * (w / W) * (1 + x - y)`` to every tap.

    Args:
        grad: the gradient of the averages, (N, C, L) or (C, L), of a float dtype.
        x: the pooling's input, of the same dtype.
        kernel_size, stride, padding, dilation, ceil_mode: as in the pooling.
        out, data_format, queue: see :mod:`clpool.ops.pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

    Example:
        >>> x = np.full((1, 1, 4), 3, dtype=np.float32)
        >>> float(soft_pool1d_backward(np.ones((1, 1, 1), np.float32), x, 4).sum())
        1.0
    """

def soft_pool2d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    *,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The average of each window of (N, C, H, W) or (C, H, W), each tap weighted by its exponential.

    ``sum((w / W) * x)`` with ``w = exp(x - max)`` and W the sum of those (Stergiou et al.
    2021). It lies between the window's smallest and largest tap; a tap of -inf counts for
    nothing, NaN or +inf gives NaN.

    Args:
        x: the input, of any float dtype.
        kernel_size, stride, padding, dilation: elements, an int or one per axis. The stride
            is the kernel_size unless given; an int padding is at most half of kernel_size.
        ceil_mode: whether a last, partial window is kept.
        out, data_format, queue: see :mod:`clpool.ops.pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

    Example:
        >>> x = np.full((1, 1, 4, 4), 3, dtype=np.float32)
        >>> float(soft_pool2d(x, 4).item())
        3.0
    """

def soft_pool2d_backward(
    grad: ArrayT,
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    *,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The gradient of :func:`clpool.soft_pool2d`: ``g * (w / W) * (1 + x - y)`` to every tap.

    Args:
        grad: the gradient of the averages, (N, C, H, W) or (C, H, W), of a float dtype.
        x: the pooling's input, of the same dtype.
        kernel_size, stride, padding, dilation, ceil_mode: as in the pooling.
        out, data_format, queue: see :mod:`clpool.ops.pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

    Example:
        >>> x = np.full((1, 1, 4, 4), 3, dtype=np.float32)
        >>> float(soft_pool2d_backward(np.ones((1, 1, 1, 1), np.float32), x, 4).sum())
        1.0
    """

def soft_pool3d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    *,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The average of each window of (N, C, D, H, W) or (C, D, H, W), each tap weighted by its exponential.

    ``sum((w / W) * x)`` with ``w = exp(x - max)`` and W the sum of those (Stergiou et al.
    2021). It lies between the window's smallest and largest tap; a tap of -inf counts for
    nothing, NaN or +inf gives NaN.

    Args:
        x: the input, of any float dtype.
        kernel_size, stride, padding, dilation: elements, an int or one per axis. The stride
            is the kernel_size unless given; an int padding is at most half of kernel_size.
        ceil_mode: whether a last, partial window is kept.
        out, data_format, queue: see :mod:`clpool.ops.pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

    Example:
        >>> x = np.full((1, 1, 4, 4, 4), 3, dtype=np.float32)
        >>> float(soft_pool3d(x, 4).item())
        3.0
    """

def soft_pool3d_backward(
    grad: ArrayT,
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    *,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The gradient of :func:`clpool.soft_pool3d`: ``g * (w / W) * (1 + x - y)`` to every tap.

    Args:
        grad: the gradient of the averages, (N, C, D, H, W) or (C, D, H, W), of a float dtype.
        x: the pooling's input, of the same dtype.
        kernel_size, stride, padding, dilation, ceil_mode: as in the pooling.
        out, data_format, queue: see :mod:`clpool.ops.pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

    Example:
        >>> x = np.full((1, 1, 4, 4, 4), 3, dtype=np.float32)
        >>> float(soft_pool3d_backward(np.ones((1, 1, 1, 1, 1), np.float32), x, 4).sum())
        1.0
    """

@overload
def stochastic_pool1d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    return_indices: Literal[False] = False,
    *,
    training: bool = True,
    seed: Seed | None = None,
    clamp: bool = False,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """One tap of each window of (N, C, L) or (C, L), drawn with its share of the window's sum.

    The random number of an output follows from the seed and the output's place alone
    (Philox4x32-10, 24 bits), and sums run in row-major order: the same seed draws the same
    taps on every device (Zeiler and Fergus 2013).

    Args:
        x: the input, of any float dtype, nowhere negative.
        kernel_size, stride, padding, dilation: elements, an int or one per axis. The stride
            is the kernel_size unless given; an int padding is at most half of kernel_size.
        ceil_mode: whether a last, partial window is kept.
        return_indices: return (values, indices): the flat index of each tap in its plane.
        training: False gives what is drawn on average, ``sum((a / S) * a)``, instead.
        seed: from 0 to 2^64 - 1; None takes one at random.
        clamp: take negative elements as 0 instead of refusing them.
        out, data_format, index_dtype, queue: see :mod:`clpool.ops.pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed; a
            negative element too, before anything is written.

    Example:
        >>> x = np.full((1, 1, 4), 3, dtype=np.float32)
        >>> float(stochastic_pool1d(x, 4, seed=1).item())
        3.0
    """

@overload
def stochastic_pool1d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None,
    padding: Padding,
    dilation: Size,
    ceil_mode: bool,
    return_indices: Literal[True],
    *,
    training: bool = True,
    seed: Seed | None = None,
    clamp: bool = False,
    out: tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> tuple[ArrayT, ArrayT]:
    """One tap of each window of (N, C, L) or (C, L), drawn with its share of the window's sum."""

@overload
def stochastic_pool1d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    *,
    return_indices: Literal[True],
    training: bool = True,
    seed: Seed | None = None,
    clamp: bool = False,
    out: tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> tuple[ArrayT, ArrayT]:
    """One tap of each window of (N, C, L) or (C, L), drawn with its share of the window's sum."""

@overload
def stochastic_pool1d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None,
    padding: Padding,
    dilation: Size,
    ceil_mode: bool,
    return_indices: bool,
    *,
    training: bool = True,
    seed: Seed | None = None,
    clamp: bool = False,
    out: ArrayT | tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> ArrayT | tuple[ArrayT, ArrayT]:
    """One tap of each window of (N, C, L) or (C, L), drawn with its share of the window's sum."""

@overload
def stochastic_pool1d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    *,
    return_indices: bool,
    training: bool = True,
    seed: Seed | None = None,
    clamp: bool = False,
    out: ArrayT | tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> ArrayT | tuple[ArrayT, ArrayT]:
    """One tap of each window of (N, C, L) or (C, L), drawn with its share of the window's sum."""

def stochastic_pool1d_backward(
    grad: ArrayT,
    indices: ArrayT,
    input_shape: Shape,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    *,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The gradient of :func:`clpool.stochastic_pool1d` in training: it flows to the tap drawn.

    Args:
        grad: the gradient of the values, (N, C, L) or (C, L), of a float dtype.
        indices: what ``stochastic_pool1d(..., return_indices=True)`` returned: -1 where no tap is.
        input_shape: the shape of the pooling's input.
        kernel_size, stride, padding, dilation, ceil_mode: as in the pooling.
        out, data_format, queue: see :mod:`clpool.ops.pool`.

    Returns:
        The gradient of the input; overlapping windows add up.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument or index and what is allowed.

    Example:
        >>> x = np.arange(4, dtype=np.float32).reshape(1, 1, 4)
        >>> y, indices = clpool.stochastic_pool1d(x, 2, return_indices=True, seed=1)
        >>> float(stochastic_pool1d_backward(np.ones_like(y), indices, x.shape, 2).sum()) == y.size
        True
    """

def stochastic_pool1d_inference_backward(
    grad: ArrayT,
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    *,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The gradient of :func:`clpool.stochastic_pool1d`: ``g * (2 * x - y) / S`` to every tap.

    Args:
        grad: the gradient of the averages, (N, C, L) or (C, L), of a float dtype.
        x: the pooling's input, of the same dtype.
        kernel_size, stride, padding, dilation, ceil_mode: as in the pooling.
        out, data_format, queue: see :mod:`clpool.ops.pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

    Example:
        >>> x = np.full((1, 1, 4), 3, dtype=np.float32)
        >>> float(stochastic_pool1d_inference_backward(np.ones((1, 1, 1), np.float32), x, 4).sum())
        1.0
    """

@overload
def stochastic_pool2d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    return_indices: Literal[False] = False,
    *,
    training: bool = True,
    seed: Seed | None = None,
    clamp: bool = False,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """One tap of each window of (N, C, H, W) or (C, H, W), drawn with its share of the window's sum.

    The random number of an output follows from the seed and the output's place alone
    (Philox4x32-10, 24 bits), and sums run in row-major order: the same seed draws the same
    taps on every device (Zeiler and Fergus 2013).

    Args:
        x: the input, of any float dtype, nowhere negative.
        kernel_size, stride, padding, dilation: elements, an int or one per axis. The stride
            is the kernel_size unless given; an int padding is at most half of kernel_size.
        ceil_mode: whether a last, partial window is kept.
        return_indices: return (values, indices): the flat index of each tap in its plane.
        training: False gives what is drawn on average, ``sum((a / S) * a)``, instead.
        seed: from 0 to 2^64 - 1; None takes one at random.
        clamp: take negative elements as 0 instead of refusing them.
        out, data_format, index_dtype, queue: see :mod:`clpool.ops.pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed; a
            negative element too, before anything is written.

    Example:
        >>> x = np.full((1, 1, 4, 4), 3, dtype=np.float32)
        >>> float(stochastic_pool2d(x, 4, seed=1).item())
        3.0
    """

@overload
def stochastic_pool2d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None,
    padding: Padding,
    dilation: Size,
    ceil_mode: bool,
    return_indices: Literal[True],
    *,
    training: bool = True,
    seed: Seed | None = None,
    clamp: bool = False,
    out: tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> tuple[ArrayT, ArrayT]:
    """One tap of each window of (N, C, H, W) or (C, H, W), drawn with its share of the window's sum."""

@overload
def stochastic_pool2d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    *,
    return_indices: Literal[True],
    training: bool = True,
    seed: Seed | None = None,
    clamp: bool = False,
    out: tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> tuple[ArrayT, ArrayT]:
    """One tap of each window of (N, C, H, W) or (C, H, W), drawn with its share of the window's sum."""

@overload
def stochastic_pool2d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None,
    padding: Padding,
    dilation: Size,
    ceil_mode: bool,
    return_indices: bool,
    *,
    training: bool = True,
    seed: Seed | None = None,
    clamp: bool = False,
    out: ArrayT | tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> ArrayT | tuple[ArrayT, ArrayT]:
    """One tap of each window of (N, C, H, W) or (C, H, W), drawn with its share of the window's sum."""

@overload
def stochastic_pool2d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    *,
    return_indices: bool,
    training: bool = True,
    seed: Seed | None = None,
    clamp: bool = False,
    out: ArrayT | tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> ArrayT | tuple[ArrayT, ArrayT]:
    """One tap of each window of (N, C, H, W) or (C, H, W), drawn with its share of the window's sum."""

def stochastic_pool2d_backward(
    grad: ArrayT,
    indices: ArrayT,
    input_shape: Shape,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    *,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The gradient of :func:`clpool.stochastic_pool2d` in training: it flows to the tap drawn.

    Args:
        grad: the gradient of the values, (N, C, H, W) or (C, H, W), of a float dtype.
        indices: what ``stochastic_pool2d(..., return_indices=True)`` returned: -1 where no tap is.
        input_shape: the shape of the pooling's input.
        kernel_size, stride, padding, dilation, ceil_mode: as in the pooling.
        out, data_format, queue: see :mod:`clpool.ops.pool`.

    Returns:
        The gradient of the input; overlapping windows add up.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument or index and what is allowed.

    Example:
        >>> x = np.arange(16, dtype=np.float32).reshape(1, 1, 4, 4)
        >>> y, indices = clpool.stochastic_pool2d(x, 2, return_indices=True, seed=1)
        >>> float(stochastic_pool2d_backward(np.ones_like(y), indices, x.shape, 2).sum()) == y.size
        True
    """

def stochastic_pool2d_inference_backward(
    grad: ArrayT,
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    *,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The gradient of :func:`clpool.stochastic_pool2d`: ``g * (2 * x - y) / S`` to every tap.

    Args:
        grad: the gradient of the averages, (N, C, H, W) or (C, H, W), of a float dtype.
        x: the pooling's input, of the same dtype.
        kernel_size, stride, padding, dilation, ceil_mode: as in the pooling.
        out, data_format, queue: see :mod:`clpool.ops.pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

    Example:
        >>> x = np.full((1, 1, 4, 4), 3, dtype=np.float32)
        >>> float(stochastic_pool2d_inference_backward(np.ones((1, 1, 1, 1), np.float32), x, 4).sum())
        1.0
    """

@overload
def stochastic_pool3d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    return_indices: Literal[False] = False,
    *,
    training: bool = True,
    seed: Seed | None = None,
    clamp: bool = False,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """One tap of each window of (N, C, D, H, W) or (C, D, H, W), drawn with its share of the window's sum.

    The random number of an output follows from the seed and the output's place alone
    (Philox4x32-10, 24 bits), and sums run in row-major order: the same seed draws the same
    taps on every device (Zeiler and Fergus 2013).

    Args:
        x: the input, of any float dtype, nowhere negative.
        kernel_size, stride, padding, dilation: elements, an int or one per axis. The stride
            is the kernel_size unless given; an int padding is at most half of kernel_size.
        ceil_mode: whether a last, partial window is kept.
        return_indices: return (values, indices): the flat index of each tap in its plane.
        training: False gives what is drawn on average, ``sum((a / S) * a)``, instead.
        seed: from 0 to 2^64 - 1; None takes one at random.
        clamp: take negative elements as 0 instead of refusing them.
        out, data_format, index_dtype, queue: see :mod:`clpool.ops.pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed; a
            negative element too, before anything is written.

    Example:
        >>> x = np.full((1, 1, 4, 4, 4), 3, dtype=np.float32)
        >>> float(stochastic_pool3d(x, 4, seed=1).item())
        3.0
    """

@overload
def stochastic_pool3d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None,
    padding: Padding,
    dilation: Size,
    ceil_mode: bool,
    return_indices: Literal[True],
    *,
    training: bool = True,
    seed: Seed | None = None,
    clamp: bool = False,
    out: tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> tuple[ArrayT, ArrayT]:
    """One tap of each window of (N, C, D, H, W) or (C, D, H, W), drawn with its share of the window's sum."""

@overload
def stochastic_pool3d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    *,
    return_indices: Literal[True],
    training: bool = True,
    seed: Seed | None = None,
    clamp: bool = False,
    out: tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> tuple[ArrayT, ArrayT]:
    """One tap of each window of (N, C, D, H, W) or (C, D, H, W), drawn with its share of the window's sum."""

@overload
def stochastic_pool3d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None,
    padding: Padding,
    dilation: Size,
    ceil_mode: bool,
    return_indices: bool,
    *,
    training: bool = True,
    seed: Seed | None = None,
    clamp: bool = False,
    out: ArrayT | tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> ArrayT | tuple[ArrayT, ArrayT]:
    """One tap of each window of (N, C, D, H, W) or (C, D, H, W), drawn with its share of the window's sum."""

@overload
def stochastic_pool3d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    *,
    return_indices: bool,
    training: bool = True,
    seed: Seed | None = None,
    clamp: bool = False,
    out: ArrayT | tuple[ArrayT, ArrayT] | None = None,
    data_format: DataFormat = "channels_first",
    index_dtype: IndexDType = np.int64,
    queue: cl.CommandQueue | None = None,
) -> ArrayT | tuple[ArrayT, ArrayT]:
    """One tap of each window of (N, C, D, H, W) or (C, D, H, W), drawn with its share of the window's sum."""

def stochastic_pool3d_backward(
    grad: ArrayT,
    indices: ArrayT,
    input_shape: Shape,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    *,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The gradient of :func:`clpool.stochastic_pool3d` in training: it flows to the tap drawn.

    Args:
        grad: the gradient of the values, (N, C, D, H, W) or (C, D, H, W), of a float dtype.
        indices: what ``stochastic_pool3d(..., return_indices=True)`` returned: -1 where no tap is.
        input_shape: the shape of the pooling's input.
        kernel_size, stride, padding, dilation, ceil_mode: as in the pooling.
        out, data_format, queue: see :mod:`clpool.ops.pool`.

    Returns:
        The gradient of the input; overlapping windows add up.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument or index and what is allowed.

    Example:
        >>> x = np.arange(64, dtype=np.float32).reshape(1, 1, 4, 4, 4)
        >>> y, indices = clpool.stochastic_pool3d(x, 2, return_indices=True, seed=1)
        >>> float(stochastic_pool3d_backward(np.ones_like(y), indices, x.shape, 2).sum()) == y.size
        True
    """

def stochastic_pool3d_inference_backward(
    grad: ArrayT,
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    *,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The gradient of :func:`clpool.stochastic_pool3d`: ``g * (2 * x - y) / S`` to every tap.

    Args:
        grad: the gradient of the averages, (N, C, D, H, W) or (C, D, H, W), of a float dtype.
        x: the pooling's input, of the same dtype.
        kernel_size, stride, padding, dilation, ceil_mode: as in the pooling.
        out, data_format, queue: see :mod:`clpool.ops.pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

    Example:
        >>> x = np.full((1, 1, 4, 4, 4), 3, dtype=np.float32)
        >>> float(stochastic_pool3d_inference_backward(np.ones((1, 1, 1, 1, 1), np.float32), x, 4).sum())
        1.0
    """

def sum_pool1d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    ceil_mode: bool = False,
    *,
    dilation: Size = 1,
    dtype: DTypeLike | None = None,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The sum of each window of (N, C, L) or (C, L).

    Args:
        x: the input; integers wrap modulo two to the power of the result's bits.
        kernel_size, stride, padding, dilation: elements, an int or one per axis. The stride
            is the kernel_size unless given; an int padding is at most half of kernel_size.
        ceil_mode: whether a last, partial window is kept.
        dtype: a wider dtype of the same kind for the result.
        out, data_format, queue: see :mod:`clpool.ops.pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

    Example:
        >>> x = np.arange(4, dtype=np.float32).reshape(1, 1, 4)
        >>> sum_pool1d(x, 2).ravel()
        array([1., 5.], dtype=float32)
    """

def sum_pool1d_backward(
    grad: ArrayT,
    input_shape: Shape,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    ceil_mode: bool = False,
    *,
    dilation: Size = 1,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The gradient of :func:`clpool.sum_pool1d`: it flows to every tap.

    Args:
        grad: the gradient of the sums, (N, C, L) or (C, L), of a float dtype.
        input_shape: the shape of the pooling's input.
        kernel_size, stride, padding, ceil_mode, dilation: as in the pooling.
        out, data_format, queue: see :mod:`clpool.ops.pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

    Example:
        >>> grad = np.ones((1, 1, 2), np.float32)
        >>> float(sum_pool1d_backward(grad, (1, 1, 4), 2).sum())
        4.0
    """

def sum_pool2d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    ceil_mode: bool = False,
    *,
    dilation: Size = 1,
    dtype: DTypeLike | None = None,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The sum of each window of (N, C, H, W) or (C, H, W).

    Args:
        x: the input; integers wrap modulo two to the power of the result's bits.
        kernel_size, stride, padding, dilation: elements, an int or one per axis. The stride
            is the kernel_size unless given; an int padding is at most half of kernel_size.
        ceil_mode: whether a last, partial window is kept.
        dtype: a wider dtype of the same kind for the result.
        out, data_format, queue: see :mod:`clpool.ops.pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

    Example:
        >>> x = np.arange(16, dtype=np.float32).reshape(1, 1, 4, 4)
        >>> sum_pool2d(x, 2).ravel()
        array([10., 18., 42., 50.], dtype=float32)
    """

def sum_pool2d_backward(
    grad: ArrayT,
    input_shape: Shape,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    ceil_mode: bool = False,
    *,
    dilation: Size = 1,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The gradient of :func:`clpool.sum_pool2d`: it flows to every tap.

    Args:
        grad: the gradient of the sums, (N, C, H, W) or (C, H, W), of a float dtype.
        input_shape: the shape of the pooling's input.
        kernel_size, stride, padding, ceil_mode, dilation: as in the pooling.
        out, data_format, queue: see :mod:`clpool.ops.pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

    Example:
        >>> grad = np.ones((1, 1, 2, 2), np.float32)
        >>> float(sum_pool2d_backward(grad, (1, 1, 4, 4), 2).sum())
        16.0
    """

def sum_pool3d(
    x: ArrayT,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    ceil_mode: bool = False,
    *,
    dilation: Size = 1,
    dtype: DTypeLike | None = None,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The sum of each window of (N, C, D, H, W) or (C, D, H, W).

    Args:
        x: the input; integers wrap modulo two to the power of the result's bits.
        kernel_size, stride, padding, dilation: elements, an int or one per axis. The stride
            is the kernel_size unless given; an int padding is at most half of kernel_size.
        ceil_mode: whether a last, partial window is kept.
        dtype: a wider dtype of the same kind for the result.
        out, data_format, queue: see :mod:`clpool.ops.pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

    Example:
        >>> x = np.arange(64, dtype=np.float32).reshape(1, 1, 4, 4, 4)
        >>> sum_pool3d(x, 2).ravel()
        array([ 84., 100., 148., 164., 340., 356., 404., 420.], dtype=float32)
    """

def sum_pool3d_backward(
    grad: ArrayT,
    input_shape: Shape,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    ceil_mode: bool = False,
    *,
    dilation: Size = 1,
    out: ArrayT | None = None,
    data_format: DataFormat = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> ArrayT:
    """The gradient of :func:`clpool.sum_pool3d`: it flows to every tap.

    Args:
        grad: the gradient of the sums, (N, C, D, H, W) or (C, D, H, W), of a float dtype.
        input_shape: the shape of the pooling's input.
        kernel_size, stride, padding, ceil_mode, dilation: as in the pooling.
        out, data_format, queue: see :mod:`clpool.ops.pool`.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

    Example:
        >>> grad = np.ones((1, 1, 2, 2, 2), np.float32)
        >>> float(sum_pool3d_backward(grad, (1, 1, 4, 4, 4), 2).sum())
        64.0
    """

__all__ = [
    "DeviceInfo",
    "Plan",
    "adaptive_avg_pool1d",
    "adaptive_avg_pool1d_backward",
    "adaptive_avg_pool2d",
    "adaptive_avg_pool2d_backward",
    "adaptive_avg_pool3d",
    "adaptive_avg_pool3d_backward",
    "adaptive_max_pool1d",
    "adaptive_max_pool1d_backward",
    "adaptive_max_pool2d",
    "adaptive_max_pool2d_backward",
    "adaptive_max_pool3d",
    "adaptive_max_pool3d_backward",
    "adaptive_min_pool1d",
    "adaptive_min_pool1d_backward",
    "adaptive_min_pool2d",
    "adaptive_min_pool2d_backward",
    "adaptive_min_pool3d",
    "adaptive_min_pool3d_backward",
    "avg_pool1d",
    "avg_pool1d_backward",
    "avg_pool2d",
    "avg_pool2d_backward",
    "avg_pool3d",
    "avg_pool3d_backward",
    "default_device",
    "devices",
    "errors",
    "fractional_avg_pool2d",
    "fractional_avg_pool2d_backward",
    "fractional_avg_pool3d",
    "fractional_avg_pool3d_backward",
    "fractional_max_pool2d",
    "fractional_max_pool2d_backward",
    "fractional_max_pool3d",
    "fractional_max_pool3d_backward",
    "global_avg_pool",
    "global_avg_pool_backward",
    "global_lp_pool",
    "global_lp_pool_backward",
    "global_max_pool",
    "global_max_pool_backward",
    "lp_pool1d",
    "lp_pool1d_backward",
    "lp_pool2d",
    "lp_pool2d_backward",
    "lp_pool3d",
    "lp_pool3d_backward",
    "max_pool1d",
    "max_pool1d_backward",
    "max_pool2d",
    "max_pool2d_backward",
    "max_pool3d",
    "max_pool3d_backward",
    "max_unpool1d",
    "max_unpool1d_backward",
    "max_unpool2d",
    "max_unpool2d_backward",
    "max_unpool3d",
    "max_unpool3d_backward",
    "median_pool1d",
    "median_pool1d_backward",
    "median_pool2d",
    "median_pool2d_backward",
    "median_pool3d",
    "median_pool3d_backward",
    "min_pool1d",
    "min_pool1d_backward",
    "min_pool2d",
    "min_pool2d_backward",
    "min_pool3d",
    "min_pool3d_backward",
    "mode_pool1d",
    "mode_pool2d",
    "mode_pool3d",
    "modes",
    "nn",
    "plan",
    "pool",
    "reference",
    "release_memory",
    "set_default_device",
    "soft_pool1d",
    "soft_pool1d_backward",
    "soft_pool2d",
    "soft_pool2d_backward",
    "soft_pool3d",
    "soft_pool3d_backward",
    "stochastic_pool1d",
    "stochastic_pool1d_backward",
    "stochastic_pool1d_inference_backward",
    "stochastic_pool2d",
    "stochastic_pool2d_backward",
    "stochastic_pool2d_inference_backward",
    "stochastic_pool3d",
    "stochastic_pool3d_backward",
    "stochastic_pool3d_inference_backward",
    "sum_pool1d",
    "sum_pool1d_backward",
    "sum_pool2d",
    "sum_pool2d_backward",
    "sum_pool3d",
    "sum_pool3d_backward",
    "tuning",
]
