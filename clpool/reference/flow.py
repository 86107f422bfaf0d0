"""What flows from the outputs of a pooling to its input.

Each element sums, over the windows it lies in, what flows to it from there. Sums run wider than
the gradient's dtype and are rounded once.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from ..errors import ArgumentValueError
from .precision import floats_only, wide_float
from .taps import Array, Taps


def window_gradient(grad: Array, taps: Taps) -> Array:
    """``grad`` as wide floats, checked to be one value per window of ``taps``.

    Raises:
        ArgumentTypeError: it holds no floats.
        ArgumentValueError: it has another shape than the pooling's result.
    """
    grad = floats_only("a gradient", grad, "grad")
    if grad.shape != taps.shape:
        raise ArgumentValueError(f"grad has shape {grad.shape}, the pooling's result {taps.shape}")
    return grad.astype(wide_float(grad.dtype))


def scattered(taps: Taps, flows: Iterable[Array], dtype: Any) -> Array:
    """The sum, per element of ``taps.x``, of the gradients of the taps at it.

    Args:
        taps: the windows.
        flows: per tap, in the order of :meth:`Taps.places`, what every window sends to it.
        dtype: the dtype to sum in.
    """
    planes = math.prod(taps.leading)
    result = np.zeros((planes, math.prod(taps.lengths)), dtype)
    rows = np.arange(planes)[:, None]
    for (valid, offsets), flow in zip(taps.places(), flows, strict=True):
        sent = np.where(valid, flow, 0).reshape(planes, math.prod(taps.outputs))
        places = np.broadcast_to(offsets, taps.shape).reshape(sent.shape)
        np.add.at(result, (rows, places), sent)
    return result.reshape(taps.x.shape)
