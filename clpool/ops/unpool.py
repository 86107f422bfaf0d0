"""Unpooling: values go back to where the maxima of a pooling came from, zeros elsewhere."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pyopencl as cl

from ..errors import ArgumentValueError
from ..problem import backward, forward
from ..runtime.arrays import AnyArray, is_host
from ..runtime.dispatch import run
from ..runtime.validate import check_indices
from .adaptive import extremes_of_planes
from .signature import named

#: Indices, the shape of what they lead into, its spatial axes, and the queue to look on.
Places = tuple[AnyArray, tuple[int, ...], tuple[int, ...], "cl.CommandQueue | None"]


def _pooling(rank: int) -> Callable[..., Any]:
    def front(
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
            output_size: the length wanted, less than a stride away from that; {rank} numbers, or
                a whole shape.
            out, data_format, queue: see :mod:`clpool.ops.pool`.

        Raises:
            ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed. An
                index outside of its plane too; ``out`` is left as it was.

        Example:
            >>> x = np.arange({count}, dtype=np.float32).reshape{shape}
            >>> y, indices = clpool.max_pool{rank}d(x, 2, return_indices=True)
            >>> float({name}(y, indices, 2).max())
            {largest}
        """
        chosen = check_indices(indices, x, "x")
        parameters = (kernel_size, stride, padding)
        call = (rank, parameters, output_size, chosen, data_format)
        problem = forward.unpool(tuple(x.shape), x.dtype, *call)
        places = (indices, problem.output_shape, problem.spatial, queue)
        return _run(places, x, forward.unpool, call, out, queue, sources={"chosen": indices})

    return named(front, f"max_unpool{rank}d", rank, largest=f"{4.0**rank - 1}")


def _gradient(rank: int) -> Callable[..., Any]:
    def front(
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
        chosen = check_indices(indices, grad, "grad", shape=False)
        call = (rank, tuple(indices.shape), chosen, data_format)
        problem = backward.unpool(tuple(grad.shape), grad.dtype, *call)
        places = (indices, tuple(grad.shape), problem.spatial, queue)
        sources = {"place": indices}
        return _run(places, grad, backward.unpool, call, out, queue, "grad", sources)

    pooling = f"max_unpool{rank}d"
    ones = f"({', '.join(['1'] * (rank + 2))})"
    return named(front, f"{pooling}_backward", rank, forward=pooling, ones=ones)


max_unpool1d, max_unpool2d, max_unpool3d = map(_pooling, (1, 2, 3))
max_unpool1d_backward, max_unpool2d_backward, max_unpool3d_backward = map(_gradient, (1, 2, 3))


def _run(
    places: Places,
    x: AnyArray,
    problem: Callable[..., Any],
    call: tuple[Any, ...],
    out: AnyArray | None,
    queue: cl.CommandQueue | None,
    name: str = "x",
    sources: Mapping[str, AnyArray] | None = None,
) -> Any:
    """Call what follows indices, as :func:`clpool.runtime.dispatch.run` does, unless one is wrong.

    A given result is not touched then, so that all indices are read twice. A fresh one is seen by
    nobody before its kernel has said that it left none out: (16, 64, 56, 56) to 112x112 take 0.78
    of the time (PoCL 3.0).
    """
    if out is not None:
        _check_places(*places)
        return run(x, problem, call, out, queue, name, sources)

    def refuse(result: AnyArray) -> None:
        _check_places(*places)

    return run(x, problem, call, None, queue, name, sources, refuse=refuse)


def _check_places(
    indices: AnyArray,
    shape: tuple[int, ...],
    spatial: tuple[int, ...],
    queue: cl.CommandQueue | None,
) -> None:
    """Refuse an index outside of a plane: the device finds each plane's least and largest.

    Raises:
        ArgumentValueError: naming the index and its plane.
    """
    size = math.prod(shape[axis] for axis in spatial)
    if 0 in indices.shape or size == 0:  # nothing goes into a plane without places
        return
    # Read as unsigned, an index below the first place lies behind the last one.
    unsigned = indices.view(np.dtype(f"{indices.dtype.byteorder}u{indices.dtype.itemsize}"))
    (largest,) = extremes_of_planes(unsigned, spatial, queue, modes=("max",))
    if ((largest if is_host(largest) else largest.get()) < size).all():
        return
    for found in extremes_of_planes(indices, spatial, queue):
        extremes = found if is_host(found) else found.get()
        wrong = (extremes < 0) | (extremes >= size)
        if wrong.any():
            at = tuple(int(n) for n in np.argwhere(wrong)[0])
            plane = tuple(n for axis, n in enumerate(at) if axis not in spatial)
            raise ArgumentValueError(
                f"indices holds {extremes[at]} in plane {plane}, whose places are 0 to {size - 1}"
            )
