"""Lp pooling: the norm of the taps of each window, and its gradient."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyopencl as cl

from ..problem import backward, forward
from ..problem.arguments import norm_of
from ..runtime.arrays import AnyArray
from ..runtime.dispatch import call
from ..runtime.validate import check_like
from .signature import named, public, spatial_ndim


def _pooling(ndim: int) -> Callable[..., Any]:
    def function(
        x: AnyArray,
        norm_type: float,
        kernel_size: Any,
        stride: Any = None,
        ceil_mode: bool = False,
        *,
        padding: Any = 0,
        dilation: Any = 1,
        signed: bool = True,
        out: Any = None,
        data_format: str = "channels_first",
        queue: cl.CommandQueue | None = None,
    ) -> Any:
        """The p-norm of each window of {axes}: ``(sum of x^p)^(1/p)``.

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
            >>> x = np.full({shape}, 3, dtype=np.float32)
            >>> float({name}(x, 1, 4).ravel()[0])
            {sum}
        """
        parameters = (kernel_size, stride, padding, dilation, ceil_mode)
        arguments = (ndim, norm_of(norm_type), parameters, signed, data_format)
        return call(x, forward.lp, arguments, out, queue)

    return named(function, f"lp_pool{ndim}d", ndim, sum=f"{3.0 * 4**ndim}")


def _gradient(ndim: int) -> Callable[..., Any]:
    def function(
        grad: AnyArray,
        x: AnyArray,
        y: AnyArray,
        norm_type: float,
        kernel_size: Any,
        stride: Any = None,
        ceil_mode: bool = False,
        *,
        padding: Any = 0,
        dilation: Any = 1,
        signed: bool = True,
        out: Any = None,
        data_format: str = "channels_first",
        queue: cl.CommandQueue | None = None,
    ) -> Any:
        """The gradient of :func:`clpool.{forward}`: ``x^(p-1) / y^(p-1)`` of it flows to x.

        Args:
            grad: the gradient of the norms, {axes}, of a float dtype.
            x, y: the pooling's input and its result, of the same dtype.
            norm_type: p, finite and not 0.
            kernel_size, stride, ceil_mode, padding, dilation, signed: as in the pooling.
            out, data_format, queue: see :mod:`clpool.ops.pool`.

        Returns:
            The gradient of x; 0 flows where y is 0, where there is none.

        Raises:
            ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

        Example:
            >>> x = np.full({shape}, 3, dtype=np.float32)
            >>> y = {forward}(x, 1, 4)
            >>> float({name}(np.ones_like(y), x, y, 1, 4).sum())
            {count}.0
        """
        check_like("y", y, grad, dtype=True)
        check_like("x", x, grad, dtype=True, shape=False)
        parameters = (kernel_size, stride, padding, dilation, ceil_mode)
        shape = tuple(x.shape)
        arguments = (ndim, norm_of(norm_type), shape, parameters, signed, data_format)
        sources = {"forward_output": y, "forward_input": x}
        return call(grad, backward.lp, arguments, out, queue, "grad", sources)

    pooling = f"lp_pool{ndim}d"
    return named(function, f"{pooling}_backward", ndim, forward=pooling)


lp_pool1d, lp_pool2d, lp_pool3d = map(_pooling, (1, 2, 3))
lp_pool1d_backward, lp_pool2d_backward, lp_pool3d_backward = map(_gradient, (1, 2, 3))


@public
def global_lp_pool(
    x: AnyArray,
    norm_type: float = 2,
    *,
    out: Any = None,
    data_format: str = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> Any:
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
    arguments = (spatial_ndim(x), norm_of(norm_type), None, False, data_format)
    return call(x, forward.lp, arguments, out, queue)


@public
def global_lp_pool_backward(
    grad: AnyArray,
    x: AnyArray,
    y: AnyArray,
    norm_type: float = 2,
    *,
    out: Any = None,
    data_format: str = "channels_first",
    queue: cl.CommandQueue | None = None,
) -> Any:
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
    check_like("y", y, grad, dtype=True)
    check_like("x", x, grad, dtype=True, shape=False)
    ndim = spatial_ndim(grad, "grad")
    arguments = (ndim, norm_of(norm_type), tuple(x.shape), None, False, data_format)
    sources = {"forward_output": y, "forward_input": x}
    return call(grad, backward.lp, arguments, out, queue, "grad", sources)
