"""Rank pooling: the median and the most frequent value of windows, and the median's gradient."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyopencl as cl

from ..problem import backward, order_statistics
from ..runtime.arrays import AnyArray
from ..runtime.dispatch import run
from ..runtime.validate import check_indices
from .chosen_indices import run_chosen
from .signature import named


def _median(rank: int) -> Callable[..., Any]:
    def front(
        x: AnyArray,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        dilation: Any = 1,
        ceil_mode: bool = False,
        return_indices: bool = False,
        *,
        average: bool = False,
        out: Any = None,
        data_format: str = "channels_first",
        index_dtype: Any = np.int64,
        queue: cl.CommandQueue | None = None,
    ) -> Any:
        """The median of each window of {axes}, the lower of the two middle taps of an even count.

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
            >>> x = np.arange({count}, dtype=np.float32).reshape{shape}
            >>> float({name}(x, 4).item())
            {middle}
        """
        parameters = (kernel_size, stride, padding, dilation, ceil_mode)
        call = (rank, parameters, average, return_indices, index_dtype, data_format)
        return run(x, order_statistics.median, call, out, queue)

    return named(front, f"median_pool{rank}d", rank, middle=f"{4.0**rank / 2 - 1}")


def _frequent(rank: int) -> Callable[..., Any]:
    def front(
        x: AnyArray,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        dilation: Any = 1,
        ceil_mode: bool = False,
        return_indices: bool = False,
        *,
        out: Any = None,
        data_format: str = "channels_first",
        index_dtype: Any = np.int64,
        queue: cl.CommandQueue | None = None,
    ) -> Any:
        """The most frequent value of each window of {axes}, of equally frequent ones the smallest.

        Taps in the padding are absent; a window without any tap gives 0.

        Args:
            x: the input, of any integer dtype.
            kernel_size, stride, padding, dilation: elements, an int or one per axis, at most {most}
                taps. The stride is the kernel_size unless given; an int padding is at most half of
                kernel_size.
            ceil_mode: whether a last, partial window is kept.
            return_indices: return (values, indices): the flat index of each value in its plane,
                the first of equals; -1 for a window without any valid tap.
            out, data_format, index_dtype, queue: see :mod:`clpool.ops.pool`.

        Raises:
            ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

        Example:
            >>> x = np.arange({count}).reshape{shape} // 3
            >>> int({name}(x, 4).item())
            0
        """
        parameters = (kernel_size, stride, padding, dilation, ceil_mode)
        call = (rank, parameters, return_indices, index_dtype, data_format)
        return run(x, order_statistics.frequent, call, out, queue)

    return named(front, f"mode_pool{rank}d", rank, most=str(order_statistics.MOST_TAPS))


def _gradient(rank: int) -> Callable[..., Any]:
    def front(
        grad: AnyArray,
        indices: AnyArray,
        input_shape: Any,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        dilation: Any = 1,
        ceil_mode: bool = False,
        *,
        out: Any = None,
        data_format: str = "channels_first",
        queue: cl.CommandQueue | None = None,
    ) -> Any:
        """The gradient of :func:`clpool.{forward}`: it flows to the tap that was chosen.

        Args:
            grad: the gradient of the medians, {axes}, of a float dtype.
            indices: what ``{forward}(..., return_indices=True)`` returned: -1 where no tap is.
            input_shape: the shape of the pooling's input.
            kernel_size, stride, padding, dilation, ceil_mode: as in the pooling.
            out, data_format, queue: see :mod:`clpool.ops.pool`.

        Raises:
            ArgumentValueError, ArgumentTypeError: naming the argument or index and what is allowed.

        Example:
            >>> x = np.arange({count}, dtype=np.float32).reshape{shape}
            >>> y, indices = {forward}(x, 2, return_indices=True)
            >>> float({name}(np.ones_like(y), indices, x.shape, 2).sum()) == y.size
            True
        """
        chosen = check_indices(indices, grad)
        parameters = (kernel_size, stride, padding, dilation, ceil_mode)
        call = (rank, "select", input_shape, parameters, True, None, chosen, data_format)
        return run_chosen(grad, indices, backward.sliding, call, out, queue)

    forward = f"median_pool{rank}d"
    return named(front, f"{forward}_backward", rank, forward=forward)


median_pool1d, median_pool2d, median_pool3d = map(_median, (1, 2, 3))
median_pool1d_backward, median_pool2d_backward, median_pool3d_backward = map(_gradient, (1, 2, 3))
mode_pool1d, mode_pool2d, mode_pool3d = map(_frequent, (1, 2, 3))
