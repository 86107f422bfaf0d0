"""Unpooling: values go back to where the maxima of a pooling came from, zeros elsewhere."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pyopencl as cl

from ..errors import ArgumentValueError
from ..problem import backward, forward
from ..runtime.arrays import AnyArray, to_host
from ..runtime.dispatch import execute_with_indices, find_plan
from ..runtime.validate import check_indices
from .plane_extremes import extremes_of_planes
from .signature import named


def _pooling(ndim: int) -> Callable[..., Any]:
    def function(
        x: AnyArray,
        indices: AnyArray,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        output_size: Any = None,
        *,
        out: Any = None,
        data_format: str = "channels_first",
        queue: cl.CommandQueue | None = None,
    ) -> Any:
        """The values of {axes} where a pooling's indices say, among zeros.

        Args:
            x: the values, of any float or integer dtype.
            indices: int64 or int32, of x's shape: flat places in the output's planes. Of several
                values for one place the last in row-major order stays.
            kernel_size, stride, padding: the pooling's, which give the output's length
                ``(i - 1) * s + k - 2 * p``.
            output_size: the length wanted, less than a stride away from that; {ndim} numbers, or
                a whole shape.
            out, data_format, queue: see :mod:`clpool.ops.pool`.

        Raises:
            ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed. An
                index outside of its plane too; ``out`` is left as it was.

        Example:
            >>> x = np.arange({count}, dtype=np.float32).reshape{shape}
            >>> y, indices = clpool.max_pool{ndim}d(x, 2, return_indices=True)
            >>> float({name}(y, indices, 2).max())
            {largest}
        """
        input_index = check_indices(indices, x, "x")
        parameters = (kernel_size, stride, padding)
        arguments = (ndim, parameters, output_size, input_index, data_format)
        plan, on = find_plan(x, forward.unpool, arguments, queue)
        refuse = _refusing(indices, plan.problem.output_shape, plan.problem.spatial, queue)
        return execute_with_indices(plan, x, out, on, {"indices": indices}, refuse)

    return named(function, f"max_unpool{ndim}d", ndim, largest=f"{4.0**ndim - 1}")


def _gradient(ndim: int) -> Callable[..., Any]:
    def function(
        grad: AnyArray,
        indices: AnyArray,
        *,
        out: Any = None,
        data_format: str = "channels_first",
        queue: cl.CommandQueue | None = None,
    ) -> Any:
        """The gradient of :func:`clpool.{forward}`: what flowed to the place of each value.

        Args:
            grad: the gradient of the unpooled {axes}, of a float dtype.
            indices: as in the unpooling; every one of several for a place gets its gradient.
            out, data_format, queue: see :mod:`clpool.ops.pool`.

        Returns:
            The gradient of the values, of the shape of ``indices``.

        Raises:
            ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed. An
                index outside of its plane too; ``out`` is left as it was.

        Example:
            >>> grad = np.ones({shape}, np.float32)
            >>> float({name}(grad, np.zeros({ones}, np.int64)).sum())
            1.0
        """
        input_index = check_indices(indices, grad, "grad", shape=False)
        arguments = (ndim, tuple(indices.shape), input_index, data_format)
        plan, on = find_plan(grad, backward.unpool, arguments, queue, "grad")
        refuse = _refusing(indices, tuple(grad.shape), plan.problem.spatial, queue)
        return execute_with_indices(plan, grad, out, on, {"indices": indices}, refuse)

    pooling = f"max_unpool{ndim}d"
    ones = f"({', '.join(['1'] * (ndim + 2))})"
    return named(function, f"{pooling}_backward", ndim, forward=pooling, ones=ones)


max_unpool1d, max_unpool2d, max_unpool3d = map(_pooling, (1, 2, 3))
max_unpool1d_backward, max_unpool2d_backward, max_unpool3d_backward = map(_gradient, (1, 2, 3))


def _refusing(
    indices: AnyArray,
    shape: tuple[int, ...],
    spatial: tuple[int, ...],
    queue: cl.CommandQueue | None,
) -> Callable[[AnyArray], None]:
    """The check of indices that :func:`clpool.runtime.dispatch.execute_with_indices` takes."""

    def refuse(result: AnyArray) -> None:
        _check_inside(indices, shape, spatial, queue)

    return refuse


def _check_inside(
    indices: AnyArray,
    shape: tuple[int, ...],
    spatial: tuple[int, ...],
    queue: cl.CommandQueue | None,
) -> None:
    """Check that indices are inside their planes, by each plane's least and largest.

    Args:
        shape, spatial: the array that they point into, and its spatial axes.

    Raises:
        ArgumentValueError: naming an index outside and its plane.
    """
    size = math.prod(shape[axis] for axis in spatial)
    if 0 in indices.shape or size == 0:  # empty planes take nothing
        return
    # As unsigned, a negative index is larger than any inside: one maximum tells.
    unsigned = indices.view(np.dtype(f"{indices.dtype.byteorder}u{indices.dtype.itemsize}"))
    (largest,) = extremes_of_planes(unsigned, spatial, queue, modes=("max",))
    if (to_host(largest) < size).all():
        return
    for found in extremes_of_planes(indices, spatial, queue):
        extremes = to_host(found)
        wrong = (extremes < 0) | (extremes >= size)
        if wrong.any():
            at = tuple(int(n) for n in np.argwhere(wrong)[0])
            plane = tuple(n for axis, n in enumerate(at) if axis not in spatial)
            raise ArgumentValueError(
                f"indices holds {extremes[at]} in plane {plane}, whose places are 0 to {size - 1}"
            )
