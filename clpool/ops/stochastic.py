"""Stochastic pooling, one tap drawn of every window, and the gradient of its expectation."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

import numpy as np
import pyopencl as cl

from ..errors import ArgumentValueError
from ..problem import forward
from ..problem.arguments import check_flag, seed_of
from ..runtime.arrays import AnyArray, to_host
from ..runtime.dispatch import find_plan
from .plane_extremes import extremes_of_planes
from .signature import named
from .soft import WINDOW, weighted_gradient


def _stochastic(ndim: int) -> Callable[..., Any]:
    def function(
        x: AnyArray,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        dilation: Any = 1,
        ceil_mode: bool = False,
        return_indices: bool = False,
        *,
        training: bool = True,
        seed: int | None = None,
        clamp: bool = False,
        out: Any = None,
        data_format: str = "channels_first",
        index_dtype: Any = np.int64,
        queue: cl.CommandQueue | None = None,
    ) -> Any:
        """One tap of each window of {axes}, drawn with its share of the window's sum.

        The random number of an output follows from the seed and the output's place alone
        (Philox4x32-10, 24 bits), and sums run in row-major order: the same seed draws the same
        taps on every device (Zeiler and Fergus 2013).

        Args:
            x: the input, of any float dtype, nowhere negative.
            {window}
            return_indices: return (values, indices): the flat index of each tap in its plane.
            training: False gives what is drawn on average, ``sum((a / S) * a)``, instead.
            seed: from 0 to 2^64 - 1; None takes one at random.
            clamp: take negative elements as 0 instead of refusing them.
            out, data_format, index_dtype, queue: see :mod:`clpool.ops.pool`.

        Raises:
            ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed; a
                negative element too, before anything is written.

        Example:
            >>> x = np.full({shape}, 3, dtype=np.float32)
            >>> float({name}(x, 4, seed=1).item())
            3.0
        """
        for name, flag in (("training", training), ("clamp", clamp)):
            check_flag(name, flag)
        drawn = seed_of(secrets.randbits(64) if seed is None else seed)
        parameters = (kernel_size, stride, padding, dilation, ceil_mode)
        if not training:
            if return_indices:
                raise ArgumentValueError(
                    "return_indices is for training=True: an average has no index"
                )
            check_flag("return_indices", return_indices)
        draw = (ndim, parameters, return_indices, index_dtype, data_format)
        average = (ndim, "share", "window_mean", parameters, False, data_format)
        problem, arguments = (forward.draw, draw) if training else (forward.weighted, average)
        plan, on = find_plan(x, problem, arguments, queue)
        if not clamp:
            _refuse_negative(x, plan.problem.spatial, queue)
        return plan.execute(x, out, on, None, {}, None, drawn if training else None)

    return named(function, f"stochastic_pool{ndim}d", ndim, window=WINDOW)


def _refuse_negative(x: AnyArray, spatial: tuple[int, ...], queue: cl.CommandQueue | None) -> None:
    """Check that no element is negative, by the least element of each plane.

    Raises:
        ArgumentValueError: naming a negative element and its plane.
    """
    if 0 in x.shape:
        return
    least = to_host(extremes_of_planes(x, spatial, queue, nan="ignore", modes=("min",))[0])
    if (least < 0).any():
        at = tuple(int(n) for n in np.argwhere(least < 0)[0])
        plane = tuple(n for axis, n in enumerate(at) if axis not in spatial)
        raise ArgumentValueError(
            f"x holds {least[at]} in plane {plane}, but stochastic pooling draws by size: allowed "
            "are elements of at least 0, or clamp=True"
        )


stochastic_pool1d, stochastic_pool2d, stochastic_pool3d = map(_stochastic, (1, 2, 3))
(
    stochastic_pool1d_inference_backward,
    stochastic_pool2d_inference_backward,
    stochastic_pool3d_inference_backward,
) = (
    weighted_gradient(
        "share", ndim, f"stochastic_pool{ndim}d", f"stochastic_pool{ndim}d_inference_backward"
    )
    for ndim in (1, 2, 3)
)
