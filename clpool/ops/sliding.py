"""Sliding windows: max, min, avg and sum pooling in 1D, 2D and 3D.

Each family is one function, made for one to three axes; :mod:`clpool.ops.pool` describes the
keywords that PyTorch lacks.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyopencl as cl

from ..runtime.arrays import AnyArray
from ..runtime.dispatch import call, sliding
from .signature import named


def _selecting(mode: str, ndim: int, which: str, example: str) -> Callable[..., Any]:
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
        nan: str = "propagate",
        index_dtype: Any = np.int64,
        queue: cl.CommandQueue | None = None,
    ) -> Any:
        """The {which} value of each window of {axes}; NaN wins, unless it is ignored.

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
            >>> x = np.arange({count}, dtype=np.float32).reshape{shape}
            >>> {name}(x, 2).ravel()
            array({example}, dtype=float32)
        """
        parameters = (kernel_size, stride, padding, dilation, ceil_mode)
        options = (True, None, nan, return_indices, index_dtype, None)
        arguments = (ndim, mode, data_format, *parameters, *options)
        return call(x, sliding, arguments, out, queue)

    return named(function, f"{mode}_pool{ndim}d", ndim, which=which, example=example)


def _averaging(ndim: int, example: str) -> Callable[..., Any]:
    def function(
        x: AnyArray,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        divisor_override: int | None = None,
        *,
        dilation: Any = 1,
        out: Any = None,
        data_format: str = "channels_first",
        queue: cl.CommandQueue | None = None,
    ) -> Any:
        """The average of each window of {axes}.

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
            >>> x = np.arange({count}, dtype=np.float32).reshape{shape}
            >>> {name}(x, 2).ravel()
            array({example}, dtype=float32)
        """
        parameters = (kernel_size, stride, padding, dilation, ceil_mode)
        options = (count_include_pad, divisor_override, "propagate", False, np.int64, None)
        arguments = (ndim, "avg", data_format, *parameters, *options)
        return call(x, sliding, arguments, out, queue)

    return named(function, f"avg_pool{ndim}d", ndim, example=example)


def _summing(ndim: int, example: str) -> Callable[..., Any]:
    def function(
        x: AnyArray,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        ceil_mode: bool = False,
        *,
        dilation: Any = 1,
        dtype: Any = None,
        out: Any = None,
        data_format: str = "channels_first",
        queue: cl.CommandQueue | None = None,
    ) -> Any:
        """The sum of each window of {axes}.

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
            >>> x = np.arange({count}, dtype=np.float32).reshape{shape}
            >>> {name}(x, 2).ravel()
            array({example}, dtype=float32)
        """
        parameters = (kernel_size, stride, padding, dilation, ceil_mode)
        options = (True, None, "propagate", False, np.int64, dtype)
        arguments = (ndim, "sum", data_format, *parameters, *options)
        return call(x, sliding, arguments, out, queue)

    return named(function, f"sum_pool{ndim}d", ndim, example=example)


max_pool1d = _selecting("max", 1, "largest", "[1., 3.]")
max_pool2d = _selecting("max", 2, "largest", "[ 5.,  7., 13., 15.]")
max_pool3d = _selecting("max", 3, "largest", "[21., 23., 29., 31., 53., 55., 61., 63.]")
min_pool1d = _selecting("min", 1, "smallest", "[0., 2.]")
min_pool2d = _selecting("min", 2, "smallest", "[ 0.,  2.,  8., 10.]")
min_pool3d = _selecting("min", 3, "smallest", "[ 0.,  2.,  8., 10., 32., 34., 40., 42.]")
avg_pool1d = _averaging(1, "[0.5, 2.5]")
avg_pool2d = _averaging(2, "[ 2.5,  4.5, 10.5, 12.5]")
avg_pool3d = _averaging(3, "[10.5, 12.5, 18.5, 20.5, 42.5, 44.5, 50.5, 52.5]")
sum_pool1d = _summing(1, "[1., 5.]")
sum_pool2d = _summing(2, "[10., 18., 42., 50.]")
sum_pool3d = _summing(3, "[ 84., 100., 148., 164., 340., 356., 404., 420.]")
