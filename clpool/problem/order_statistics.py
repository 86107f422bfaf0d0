"""From the arguments of a call to its problem: medians and most frequent values.

Every function checks all that is not an array, and names what it refuses.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from .. import families
from ..errors import ArgumentValueError
from .arguments import check_flag
from .forward import of_window, slides
from .problem import Problem

#: The most taps of a window whose most frequent value is sought: its keys are private to an item,
#: 8 KiB for the widest integers.
MOST_TAPS = 1024


def median(
    shape: tuple[int, ...],
    dtype: np.dtype,
    ndim: int,
    parameters: tuple[Any, ...],
    average: bool,
    return_indices: bool,
    index_dtype: Any,
    data_format: str,
) -> Problem:
    """The middle tap of every window, or the average of its two middle ones."""
    check_flag("average", average)
    if average and return_indices:
        raise ArgumentValueError(
            "return_indices must be False with average=True: a mean of two taps has no index"
        )
    spatial, window = slides(shape, ndim, parameters, data_format)
    mode = families.median(average)
    return of_window(shape, dtype, spatial, window, mode, return_indices, index_dtype)


def frequent(
    shape: tuple[int, ...],
    dtype: np.dtype,
    ndim: int,
    parameters: tuple[Any, ...],
    return_indices: bool,
    index_dtype: Any,
    data_format: str,
) -> Problem:
    """The most frequent tap of every window."""
    spatial, window = slides(shape, ndim, parameters, data_format)
    taps = prod(window.kernel)
    if taps > MOST_TAPS:
        raise ArgumentValueError(
            f"kernel_size {window.kernel} has {taps} taps; mode pooling sorts windows of at most "
            f"{MOST_TAPS}"
        )
    mode = families.frequent()
    return of_window(shape, dtype, spatial, window, mode, return_indices, index_dtype)
