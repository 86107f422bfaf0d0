"""The extremes of planes, for checks of an array's elements on its device."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyopencl as cl

from ..problem import forward
from ..runtime.arrays import AnyArray
from ..runtime.dispatch import call


def extremes_of_planes(
    x: AnyArray,
    spatial: tuple[int, ...],
    queue: cl.CommandQueue | None = None,
    nan: str = "propagate",
    modes: tuple[str, ...] = ("min", "max"),
) -> list[Any]:
    """The extremes of every plane, batched or not: an array for each of ``modes``."""
    data_format = "channels_first" if spatial[-1] == len(x.shape) - 1 else "channels_last"
    arguments = (1, False, np.int64, nan, data_format)
    return [
        call(x, forward.adaptive, (len(spatial), mode, *arguments), None, queue) for mode in modes
    ]
