"""Soft pooling, an average weighted by the exponentials of the taps, and its gradient."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyopencl as cl

from ..problem import backward, forward
from ..runtime.arrays import AnyArray
from ..runtime.dispatch import call, find_plan, sliding
from ..runtime.validate import check_like
from .signature import named

WINDOW = """kernel_size, stride, padding, dilation: elements, an int or one per axis. The stride
                is the kernel_size unless given; an int padding is at most half of kernel_size.
            ceil_mode: whether a last, partial window is kept."""


def _soft(ndim: int) -> Callable[..., Any]:
    def function(
        x: AnyArray,
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
        """The average of each window of {axes}, each tap weighted by its exponential.

        ``sum((w / W) * x)`` with ``w = exp(x - max)`` and W the sum of those (Stergiou et al.
        2021). It lies between the window's smallest and largest tap; a tap of -inf counts for
        nothing, NaN or +inf gives NaN.

        Args:
            x: the input, of any float dtype.
            {window}
            out, data_format, queue: see :mod:`clpool.ops.pool`.

        Raises:
            ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

        Example:
            >>> x = np.full({shape}, 3, dtype=np.float32)
            >>> float({name}(x, 4).item())
            3.0
        """
        parameters = (kernel_size, stride, padding, dilation, ceil_mode)
        arguments = (ndim, "soft", "window_mean", parameters, False, data_format)
        return call(x, forward.weighted, arguments, out, queue)

    return named(function, f"soft_pool{ndim}d", ndim, window=WINDOW)


def weighted_gradient(kind: str, ndim: int, pooling: str, name: str) -> Callable[..., Any]:
    """Make the gradient of an average by weights of the taps' own.

    Args:
        kind: the weights, one of :data:`clpool.families.WEIGHTED_BACKWARD`.
        ndim: the number of pooled axes.
        pooling, name: the names of the pooling and of its gradient.
    """

    def function(
        grad: AnyArray,
        x: AnyArray,
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
        """The gradient of :func:`clpool.{forward}`: ``{formula}`` to every tap.

        Args:
            grad: the gradient of the averages, {axes}, of a float dtype.
            x: the pooling's input, of the same dtype.
            kernel_size, stride, padding, dilation, ceil_mode: as in the pooling.
            out, data_format, queue: see :mod:`clpool.ops.pool`.

        Raises:
            ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

        Example:
            >>> x = np.full({shape}, 3, dtype=np.float32)
            >>> float({name}(np.ones({ones}, np.float32), x, 4).sum())
            1.0
        """
        check_like("x", x, grad, dtype=True, shape=False)
        parameters = (kernel_size, stride, padding, dilation, ceil_mode)
        arguments = (ndim, kind, tuple(x.shape), parameters, data_format)
        plan, on = find_plan(grad, backward.weighted, arguments, queue, "grad")
        sources = {}
        if kind == "soft":
            options = (True, None, "propagate", False, np.int64, None)
            maxima = (ndim, "max", data_format, *parameters, *options)
            sources["window_max"] = call(x, sliding, maxima, None, queue)
        for gives in ("window_mean", "weight_sum"):
            average = (ndim, kind, gives, parameters, True, data_format)
            sources[gives] = call(x, forward.weighted, average, None, queue)
        sources["forward_input"] = x
        return plan.execute(grad, out, on, None, sources, None)

    formula = "g * (w / W) * (1 + x - y)" if kind == "soft" else "g * (2 * x - y) / S"
    ones = f"({', '.join(['1'] * (ndim + 2))})"
    return named(function, name, ndim, forward=pooling, formula=formula, ones=ones)


soft_pool1d, soft_pool2d, soft_pool3d = map(_soft, (1, 2, 3))
soft_pool1d_backward, soft_pool2d_backward, soft_pool3d_backward = (
    weighted_gradient("soft", ndim, f"soft_pool{ndim}d", f"soft_pool{ndim}d_backward")
    for ndim in (1, 2, 3)
)
