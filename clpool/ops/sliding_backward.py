"""The gradients of pooling, in gather form: what flows to each element is summed in window order.

No atomics and no zero-fill pass: every element is written once, with the same bits on every run.
``grad`` is the gradient of the result, as its shape; the gradient of the input comes back, in the
memory layout of ``grad``. An index must be one of the taps of its own window.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyopencl as cl

from ..errors import ArgumentValueError
from ..problem import backward
from ..runtime.arrays import AnyArray
from ..runtime.dispatch import run
from ..runtime.validate import check_indices
from .chosen_indices import run_chosen
from .signature import named, spatial_rank


def _selecting(mode: str, rank: int) -> Callable[..., Any]:
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
            grad: the gradient of the values, {axes}, of a float dtype.
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
            >>> y, indices = clpool.{forward}(x, 2, return_indices=True)
            >>> float({name}(np.ones_like(y), indices, x.shape, 2).sum()) == y.size
            True
        """
        chosen = check_indices(indices, grad)
        parameters = (kernel_size, stride, padding, dilation, ceil_mode)
        call = (rank, "select", input_shape, parameters, True, None, chosen, data_format)
        return run_chosen(grad, indices, backward.sliding, call, out, queue)

    forward = f"{mode}_pool{rank}d"
    return named(front, f"{forward}_backward", rank, forward=forward)


def _averaging(rank: int) -> Callable[..., Any]:
    def front(
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
        call = (rank, "avg", input_shape, parameters, *options)
        return run(grad, backward.sliding, call, out, queue, "grad")

    words = {"twos": ", ".join(["2"] * rank), "outputs": f"{2.0**rank}"}
    return named(front, f"avg_pool{rank}d_backward", rank, forward=f"avg_pool{rank}d", **words)


def _summing(rank: int) -> Callable[..., Any]:
    def front(
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
        call = (rank, "sum", input_shape, parameters, True, None, None, data_format)
        return run(grad, backward.sliding, call, out, queue, "grad")

    words = {"twos": ", ".join(["2"] * rank)}
    return named(front, f"sum_pool{rank}d_backward", rank, forward=f"sum_pool{rank}d", **words)


def _adaptive_selecting(mode: str, rank: int) -> Callable[..., Any]:
    def front(
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
        chosen = check_indices(indices, grad)
        call = (rank, "select", input_shape, chosen, data_format)
        return run_chosen(grad, indices, backward.adaptive, call, out, queue)

    forward = f"adaptive_{mode}_pool{rank}d"
    return named(front, f"{forward}_backward", rank, forward=forward)


def _adaptive_averaging(rank: int) -> Callable[..., Any]:
    def front(
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
        call = (rank, "avg", input_shape, None, data_format)
        return run(grad, backward.adaptive, call, out, queue, "grad")

    words = {"twos": ", ".join(["2"] * rank), "outputs": f"{2.0**rank}"}
    forward = f"adaptive_avg_pool{rank}d"
    return named(front, f"{forward}_backward", rank, forward=forward, **words)


max_pool1d_backward, max_pool2d_backward, max_pool3d_backward = (
    _selecting("max", rank) for rank in (1, 2, 3)
)
min_pool1d_backward, min_pool2d_backward, min_pool3d_backward = (
    _selecting("min", rank) for rank in (1, 2, 3)
)
(adaptive_max_pool1d_backward, adaptive_max_pool2d_backward, adaptive_max_pool3d_backward) = (
    _adaptive_selecting("max", rank) for rank in (1, 2, 3)
)
(adaptive_min_pool1d_backward, adaptive_min_pool2d_backward, adaptive_min_pool3d_backward) = (
    _adaptive_selecting("min", rank) for rank in (1, 2, 3)
)
(avg_pool1d_backward, avg_pool2d_backward, avg_pool3d_backward) = map(_averaging, (1, 2, 3))
(sum_pool1d_backward, sum_pool2d_backward, sum_pool3d_backward) = map(_summing, (1, 2, 3))
(adaptive_avg_pool1d_backward, adaptive_avg_pool2d_backward, adaptive_avg_pool3d_backward) = map(
    _adaptive_averaging, (1, 2, 3)
)


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
    chosen = check_indices(indices, grad)
    call = (_global_rank(grad, data_format), "select", input_shape, chosen, data_format)
    return run_chosen(grad, indices, backward.adaptive, call, out, queue)


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
    call = (_global_rank(grad, data_format), "avg", input_shape, None, data_format)
    return run(grad, backward.adaptive, call, out, queue, "grad")


def _global_rank(grad: AnyArray, data_format: str) -> int:
    """The number of spatial axes of a global pooling's result, on which it has length 1."""
    rank = spatial_rank(grad, "grad")
    lengths = grad.shape[1:-1] if data_format == "channels_last" else grad.shape[2:]
    if any(length != 1 for length in lengths):
        raise ArgumentValueError(
            f"grad has shape {tuple(grad.shape)}, but the result of global pooling has length 1 on "
            "every spatial axis"
        )
    return rank
