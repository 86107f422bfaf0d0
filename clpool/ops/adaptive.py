"""Adaptive and global pooling: windows that share the input among so many outputs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyopencl as cl

from ..problem import forward
from ..runtime.arrays import AnyArray
from ..runtime.dispatch import call
from .signature import named, spatial_ndim


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


adaptive_avg_pool1d, adaptive_avg_pool2d, adaptive_avg_pool3d = map(_averaging, (1, 2, 3))
adaptive_max_pool1d, adaptive_max_pool2d, adaptive_max_pool3d = (
    _selecting("max", ndim, "largest") for ndim in (1, 2, 3)
)
adaptive_min_pool1d, adaptive_min_pool2d, adaptive_min_pool3d = (
    _selecting("min", ndim, "smallest") for ndim in (1, 2, 3)
)


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


def extremes_of_planes(
    x: AnyArray,
    spatial: tuple[int, ...],
    queue: cl.CommandQueue | None = None,
    nan: str = "propagate",
    modes: tuple[str, ...] = ("min", "max"),
) -> list[Any]:
    """The least and the largest element of every plane, batched or not."""
    data_format = "channels_first" if spatial[-1] == len(x.shape) - 1 else "channels_last"
    arguments = (1, False, np.int64, nan, data_format)
    return [
        call(x, forward.adaptive, (len(spatial), mode, *arguments), None, queue) for mode in modes
    ]
