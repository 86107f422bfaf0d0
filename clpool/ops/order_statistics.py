"""Order statistics: the median and the most frequent value of windows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyopencl as cl

from ..problem import order_statistics
from ..runtime.arrays import AnyArray
from ..runtime.dispatch import call
from .signature import named


def _median(ndim: int) -> Callable[..., Any]:
    def function(
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
        arguments = (ndim, parameters, average, return_indices, index_dtype, data_format)
        return call(x, order_statistics.median, arguments, out, queue)

    return named(function, f"median_pool{ndim}d", ndim, middle=f"{4.0**ndim / 2 - 1}")


def _frequent(ndim: int) -> Callable[..., Any]:
    def function(
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
        arguments = (ndim, parameters, return_indices, index_dtype, data_format)
        return call(x, order_statistics.frequent, arguments, out, queue)

    return named(function, f"mode_pool{ndim}d", ndim, most=str(order_statistics.MOST_TAPS))


median_pool1d, median_pool2d, median_pool3d = map(_median, (1, 2, 3))
mode_pool1d, mode_pool2d, mode_pool3d = map(_frequent, (1, 2, 3))
