"""From the arguments of a call to its problem: medians and most frequent values.

Every function checks all that is not an array, and names what it refuses.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from .. import families, modes
from ..dtypes import element_type
from ..errors import ArgumentTypeError, ArgumentValueError
from .arguments import check_flag, index_type
from .forward import slides
from .problem import Problem
from .window import SlidingWindow

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
    mode = families.median(prod(window.kernel), average)
    return _problem(shape, dtype, spatial, window, mode, return_indices, index_dtype)


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
    mode = families.frequent(taps)
    return _problem(shape, dtype, spatial, window, mode, return_indices, index_dtype)


def _problem(
    shape: tuple[int, ...],
    dtype: np.dtype,
    spatial: tuple[int, ...],
    window: SlidingWindow,
    mode: modes.Mode,
    return_indices: bool,
    index_dtype: Any,
) -> Problem:
    check_flag("return_indices", return_indices)
    element = element_type(dtype)
    if element.kind not in mode.kinds:
        raise ArgumentTypeError(
            f"x has dtype {dtype}, but {mode.name} pooling takes only "
            f"{', '.join(sorted(mode.kinds))} elements"
        )
    lengths = tuple(shape[axis] for axis in spatial)
    return Problem(
        shape=shape,
        dtype=element,
        out=element,
        spatial=spatial,
        window=window,
        mode=mode,
        index=index_type(index_dtype, lengths, mode) if return_indices else None,
    )
