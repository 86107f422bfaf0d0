"""Adaptive and global pooling: windows that follow from the output size."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyopencl as cl

from ..errors import ArgumentValueError
from ..problem import backward, forward
from ..runtime.arrays import AnyArray
from ..runtime.dispatch import call
from ..runtime.validate import check_indices
from .chosen_indices import call_with_indices
from .signature import named, public, spatial_ndim


def _averaging(ndim: int) -> Callable[..., Any]:
    def function(
        x: AnyArray,
        output_size: Any,
        *,
        out: Any = None,
        data_format: str = "channels_first",
        queue: cl.CommandQueue | None = None,
    ) -> Any:
        """The average of each of ``output_size`` windows of {axes}.

        Output j of o covers ``floor(j * i / o)`` to ``ceil((j + 1) * i / o)`` of i elements.

        Args:
            x: the input, of any float or integer dtype.
            output_size: an int or one per axis; None keeps an axis, 0 gives an empty result.
            out, data_format, queue: see :mod:`clpool.ops.pool`.

        Raises:
            ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

        Example:
            >>> x = np.arange({count}, dtype=np.float32).reshape{shape}
            >>> {name}(x, 1).ravel()
            array([{middle}], dtype=float32)
        """
        arguments = (ndim, "avg", output_size, False, np.int64, "propagate", data_format)
        return call(x, forward.adaptive, arguments, out, queue)

    return named(function, f"adaptive_avg_pool{ndim}d", ndim, middle=str((4**ndim - 1) / 2))


def _selecting(mode: str, ndim: int, which: str) -> Callable[..., Any]:
    def function(
        x: AnyArray,
        output_size: Any,
        return_indices: bool = False,
        *,
        out: Any = None,
        data_format: str = "channels_first",
        nan: str = "propagate",
        index_dtype: Any = np.int64,
        queue: cl.CommandQueue | None = None,
    ) -> Any:
        """The {which} value of each of ``output_size`` windows of {axes}.

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
            >>> x = np.arange({count}, dtype=np.float32).reshape{shape}
            >>> {name}(x, 1).ravel()
            array([{found}], dtype=float32)
        """
        arguments = (ndim, mode, output_size, return_indices, index_dtype, nan, data_format)
        return call(x, forward.adaptive, arguments, out, queue)

    found = f"{4**ndim - 1 if mode == 'max' else 0}."
    return named(function, f"adaptive_{mode}_pool{ndim}d", ndim, which=which, found=found)


def _selecting_gradient(mode: str, ndim: int) -> Callable[..., Any]:
    def function(
        grad: AnyArray,
        indices: AnyArray,
        input_shape: Any,
        *,
        out: Any = None,
        data_format: str = "channels_first",
        queue: cl.CommandQueue | None = None,
    ) -> Any:
        """The gradient of :func:`clpool.{forward}`: it flows to the tap that was chosen.

        Args:
            grad: the gradient of the values, {axes}, of a float dtype.
            indices: what ``{forward}(..., return_indices=True)`` returned.
            input_shape: the shape of the pooling's input.
            out, data_format, queue: see :mod:`clpool.ops.pool`.

        Raises:
            ArgumentValueError, ArgumentTypeError: naming the argument or index and what is allowed.

        Example:
            >>> x = np.arange({count}, dtype=np.float32).reshape{shape}
            >>> y, indices = clpool.{forward}(x, 3, return_indices=True)
            >>> float({name}(np.ones_like(y), indices, x.shape).sum()) == y.size
            True
        """
        arguments = (ndim, "select", input_shape)
        return call_with_indices(
            grad, indices, backward.adaptive, arguments, data_format, out, queue
        )

    forward = f"adaptive_{mode}_pool{ndim}d"
    return named(function, f"{forward}_backward", ndim, forward=forward)


def _averaging_gradient(ndim: int) -> Callable[..., Any]:
    def function(
        grad: AnyArray,
        input_shape: Any,
        *,
        out: Any = None,
        data_format: str = "channels_first",
        queue: cl.CommandQueue | None = None,
    ) -> Any:
        """The gradient of :func:`clpool.{forward}`: it flows in equal parts to every tap.

        Args:
            grad: the gradient of the averages, {axes}, of a float dtype.
            input_shape: the shape of the pooling's input.
            out, data_format, queue: see :mod:`clpool.ops.pool`.

        Raises:
            ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

        Example:
            >>> grad = np.ones((1, 1, {twos}), np.float32)
            >>> float({name}(grad, {shape}).sum())
            {outputs}
        """
        arguments = (ndim, "avg", input_shape, None, data_format)
        return call(grad, backward.adaptive, arguments, out, queue, "grad")

    words = {"twos": ", ".join(["2"] * ndim), "outputs": f"{2.0**ndim}"}
    forward = f"adaptive_avg_pool{ndim}d"
    return named(function, f"{forward}_backward", ndim, forward=forward, **words)


adaptive_avg_pool1d, adaptive_avg_pool2d, adaptive_avg_pool3d = map(_averaging, (1, 2, 3))
adaptive_max_pool1d, adaptive_max_pool2d, adaptive_max_pool3d = (
    _selecting("max", ndim, "largest") for ndim in (1, 2, 3)
)
adaptive_min_pool1d, adaptive_min_pool2d, adaptive_min_pool3d = (
    _selecting("min", ndim, "smallest") for ndim in (1, 2, 3)
)
(adaptive_max_pool1d_backward, adaptive_max_pool2d_backward, adaptive_max_pool3d_backward) = (
    _selecting_gradient("max", ndim) for ndim in (1, 2, 3)
)
(adaptive_min_pool1d_backward, adaptive_min_pool2d_backward, adaptive_min_pool3d_backward) = (
    _selecting_gradient("min", ndim) for ndim in (1, 2, 3)
)
(adaptive_avg_pool1d_backward, adaptive_avg_pool2d_backward, adaptive_avg_pool3d_backward) = map(
    _averaging_gradient, (1, 2, 3)
)


@public
def global_max_pool(
    x: AnyArray,
    return_indices: bool = False,
    *,
    out: Any = None,
    data_format: str = "channels_first",
    nan: str = "propagate",
    index_dtype: Any = np.int64,
    queue: cl.CommandQueue | None = None,
) -> Any:
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
    arguments = (spatial_ndim(x), "max", 1, return_indices, index_dtype, nan, data_format)
    return call(x, forward.adaptive, arguments, out, queue)


@public
def global_avg_pool(
    x: AnyArray,
    *,
    out: Any = None,
    data_format: str = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> Any:
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
    arguments = (spatial_ndim(x), "avg", 1, False, np.int64, "propagate", data_format)
    return call(x, forward.adaptive, arguments, out, queue)


@public
def global_max_pool_backward(
    grad: AnyArray,
    indices: AnyArray,
    input_shape: Any,
    *,
    out: Any = None,
    data_format: str = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> Any:
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
    check_indices(indices, grad)
    arguments = (_global_ndim(grad, data_format), "select", input_shape)
    return call_with_indices(grad, indices, backward.adaptive, arguments, data_format, out, queue)


@public
def global_avg_pool_backward(
    grad: AnyArray,
    input_shape: Any,
    *,
    out: Any = None,
    data_format: str = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> Any:
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
    arguments = (_global_ndim(grad, data_format), "avg", input_shape, None, data_format)
    return call(grad, backward.adaptive, arguments, out, queue, "grad")


def _global_ndim(grad: AnyArray, data_format: str) -> int:
    """The number of spatial axes of a global pooling's result, checked to have length 1."""
    ndim = spatial_ndim(grad, "grad")
    lengths = grad.shape[1:-1] if data_format == "channels_last" else grad.shape[2:]
    if any(length != 1 for length in lengths):
        raise ArgumentValueError(
            f"grad has shape {tuple(grad.shape)}, but the result of global pooling has length 1 on "
            "every spatial axis"
        )
    return ndim
