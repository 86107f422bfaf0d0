"""The n-dimensional core, ``pool`` and ``plan``, and the keywords that all operators share.

numpy in, numpy out; ``pyopencl.array.Array`` in, ``Array`` out on the same queue. Calls on Arrays
are asynchronous, except those that read indices, which raise on a wrong one.
PyTorch's parameters come first; the others are keyword-only:

- ``out``: an array for the result, or (values, indices) where indices are returned. It has the
  result's shape and dtype, and the same innermost axis in memory as the input.
- ``data_format``: "channels_first" (N, C, ...) or "channels_last" (N, ..., C).
- ``nan``: "propagate" (a NaN wins, as in PyTorch) or "ignore" (a NaN never replaces a value).
- ``index_dtype``: int64 or int32.
- ``padding`` also takes (begin, end) pairs per axis, "valid", "same" and "same_lower".
- ``queue``: where to run; for numpy arrays it also chooses the device.

Errors derive from :class:`clpool.errors.ClpoolError`, and are ``ValueError`` or ``TypeError``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyopencl as cl

from ..problem import forward
from ..problem.arguments import dtype_of, shape_of
from ..runtime import device
from ..runtime.arrays import AnyArray
from ..runtime.dispatch import call, sliding
from ..runtime.plan import Plan
from ..runtime.validate import check_queue
from .signature import public


@public
def pool(
    x: AnyArray,
    window: Any,
    mode: str = "max",
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
    *,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
    nan: str = "propagate",
    index_dtype: Any = np.int64,
    dtype: Any = None,
    data_format: str = "channels_first",
    out: Any = None,
    queue: cl.CommandQueue | None = None,
) -> Any:
    """Combine every window of the last ``len(window)`` axes of an n-dimensional array.

    Args:
        x: any array of at least ``len(window)`` axes; "channels_last" pools those before the
            last one.
        window: elements per window, a sequence of one to three ints, one per pooled axis.
        mode: "max", "min", "sum", "avg", or a mode that was registered.
        stride, padding, dilation: per axis; no limit is set on padding.
        dtype: for "sum", a wider dtype of the same kind for the result.

    Example:
        >>> import numpy as np
        >>> pool(np.arange(6.0), (3,), "sum", stride=1)
        array([ 3.,  6.,  9., 12.])
    """
    parameters = (window, stride, padding, dilation, ceil_mode)
    options = (count_include_pad, divisor_override, nan, return_indices, index_dtype, dtype)
    return call(x, sliding, (None, mode, data_format, *parameters, *options), out, queue)


def plan(
    shape: tuple[int, ...],
    dtype: Any,
    window: Any,
    mode: str = "max",
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
    *,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
    nan: str = "propagate",
    index_dtype: Any = np.int64,
    result_dtype: Any = None,
    data_format: str = "channels_first",
    ndim: int | None = None,
    queue: cl.CommandQueue | None = None,
) -> Plan:
    """A :class:`Plan` for arrays of this shape and dtype, with the parameters of :func:`pool`.

    With a ``ndim`` of 1 to 3, the shapes and limits are those of the functions named for it, as
    :func:`clpool.max_pool2d` is for 2; ``window`` is their ``kernel_size`` then.

    Example:
        >>> plan((8, 32, 32), np.float32, (2, 2)).output_shape
        (8, 16, 16)
    """
    options = (count_include_pad, divisor_override, nan, return_indices, index_dtype, result_dtype)
    parameters = (window, stride, padding, dilation, ceil_mode)
    check_queue(queue)
    problem = forward.sliding(
        shape_of(shape), dtype_of("dtype", dtype), ndim, mode, parameters, options, data_format
    )
    return Plan(problem, queue or device.default_queue())
