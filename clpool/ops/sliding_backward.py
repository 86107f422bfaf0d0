"""The gradients of pooling, as gathers: each input element sums over the windows that cover it.

No atomics and no zero-fill pass: every element is written once, summed in window order, with the
same bits on every run. ``grad`` has the shape of the pooling's result; the gradient of the input
has the memory layout of ``grad``. An index must be one of the taps of its own window.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyopencl as cl

from ..problem import backward
from ..runtime.arrays import AnyArray
from ..runtime.dispatch import call
from .chosen_indices import call_with_indices
from .signature import named


def _selecting(pooling: str, ndim: int, flows: str, **words: str) -> Callable[..., Any]:
    def function(
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
        """The gradient of :func:`clpool.{forward}`{flows}.

        Args:
            grad: the gradient of the {values}, {axes}, of a float dtype.
            indices: what ``{forward}(..., return_indices=True)`` returned: -1 where no tap is.
            input_shape: the shape of the pooling's input.
            kernel_size, stride, padding, dilation, ceil_mode: as in the pooling.
            out, data_format, queue: see :mod:`clpool.ops.pool`.

        Returns:
            The gradient of the input; overlapping windows add up.

        Raises:
            ArgumentValueError, ArgumentTypeError: naming the argument or index and what is allowed.

        Example:
            >>> x = np.arange({count}, dtype=np.float32).reshape{shape}
            >>> y, indices = clpool.{forward}(x, 2, return_indices=True{seed})
            >>> float({name}(np.ones_like(y), indices, x.shape, 2).sum()) == y.size
            True
        """
        parameters = (kernel_size, stride, padding, dilation, ceil_mode)
        arguments = (ndim, "select", input_shape, parameters, True, None)
        return call_with_indices(
            grad, indices, backward.sliding, arguments, data_format, out, queue
        )

    forward = f"{pooling}_pool{ndim}d"
    words = {"forward": forward, "flows": flows, "values": "values", "seed": ""} | words
    return named(function, f"{forward}_backward", ndim, **words)


def _averaging(ndim: int) -> Callable[..., Any]:
    def function(
        grad: AnyArray,
        input_shape: Any,
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
        """The gradient of :func:`clpool.{forward}`: it flows in equal parts to every tap.

        Args:
            grad: the gradient of the averages, {axes}, of a float dtype.
            input_shape: the shape of the pooling's input.
            kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override, dilation:
                as in the pooling.
            out, data_format, queue: see :mod:`clpool.ops.pool`.

        Raises:
            ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

        Example:
            >>> grad = np.ones((1, 1, {twos}), np.float32)
            >>> float({name}(grad, {shape}, 2).sum())
            {outputs}
        """
        parameters = (kernel_size, stride, padding, dilation, ceil_mode)
        options = (count_include_pad, divisor_override, None, data_format)
        arguments = (ndim, "avg", input_shape, parameters, *options)
        return call(grad, backward.sliding, arguments, out, queue, "grad")

    words = {"twos": ", ".join(["2"] * ndim), "outputs": f"{2.0**ndim}"}
    return named(function, f"avg_pool{ndim}d_backward", ndim, forward=f"avg_pool{ndim}d", **words)


def _summing(ndim: int) -> Callable[..., Any]:
    def function(
        grad: AnyArray,
        input_shape: Any,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        ceil_mode: bool = False,
        *,
        dilation: Any = 1,
        out: Any = None,
        data_format: str = "channels_first",
        queue: cl.CommandQueue | None = None,
    ) -> Any:
        """The gradient of :func:`clpool.{forward}`: it flows to every tap.

        Args:
            grad: the gradient of the sums, {axes}, of a float dtype.
            input_shape: the shape of the pooling's input.
            kernel_size, stride, padding, ceil_mode, dilation: as in the pooling.
            out, data_format, queue: see :mod:`clpool.ops.pool`.

        Raises:
            ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

        Example:
            >>> grad = np.ones((1, 1, {twos}), np.float32)
            >>> float({name}(grad, {shape}, 2).sum())
            {count}.0
        """
        parameters = (kernel_size, stride, padding, dilation, ceil_mode)
        arguments = (ndim, "sum", input_shape, parameters, True, None, None, data_format)
        return call(grad, backward.sliding, arguments, out, queue, "grad")

    words = {"twos": ", ".join(["2"] * ndim)}
    return named(function, f"sum_pool{ndim}d_backward", ndim, forward=f"sum_pool{ndim}d", **words)


_CHOSEN = ": it flows to the tap that was chosen"
max_pool1d_backward, max_pool2d_backward, max_pool3d_backward = (
    _selecting("max", ndim, _CHOSEN) for ndim in (1, 2, 3)
)
min_pool1d_backward, min_pool2d_backward, min_pool3d_backward = (
    _selecting("min", ndim, _CHOSEN) for ndim in (1, 2, 3)
)
median_pool1d_backward, median_pool2d_backward, median_pool3d_backward = (
    _selecting("median", ndim, _CHOSEN, values="medians") for ndim in (1, 2, 3)
)
stochastic_pool1d_backward, stochastic_pool2d_backward, stochastic_pool3d_backward = (
    _selecting("stochastic", ndim, " in training: it flows to the tap drawn", seed=", seed=1")
    for ndim in (1, 2, 3)
)
(avg_pool1d_backward, avg_pool2d_backward, avg_pool3d_backward) = map(_averaging, (1, 2, 3))
(sum_pool1d_backward, sum_pool2d_backward, sum_pool3d_backward) = map(_summing, (1, 2, 3))
