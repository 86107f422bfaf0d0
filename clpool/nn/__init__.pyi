"""Pooling modules: PyTorch's parameters held, called on arrays.

Each has the name, the parameters, the defaults and the repr of PyTorch's module where that has it;
the others are named alike. A bad parameter is refused by the constructor.
"""

# Written by `make stubs` from the live signatures and docstrings: not edited by hand.

from typing import Any, SupportsFloat, SupportsIndex

import numpy as np
import pyopencl as cl
from numpy.typing import DTypeLike

from clpool.nn.module import Module
from clpool.ops.parameter_types import (
    ArrayT,
    Boundaries,
    DataFormat,
    IndexDType,
    NanPolicy,
    OutputSize,
    Padding,
    Ratio,
    Samples,
    Seed,
    Shape,
    Size,
)
from clpool.runtime.plan import Plan

class AdaptiveAvgPool1d(Module):
    """Average pooling of (N, C, L) to a size; see :func:`clpool.adaptive_avg_pool1d`."""

    output_size: OutputSize

    def __init__(self, output_size: OutputSize) -> None: ...
    def __call__(
        self,
        x: ArrayT,
        *,
        out: ArrayT | None = None,
        data_format: DataFormat = "channels_first",
        queue: cl.CommandQueue | None = None,
    ) -> ArrayT:
        """Pool an array; takes the keyword-only arguments of the function of the same name."""

class AdaptiveAvgPool2d(Module):
    """Average pooling of (N, C, H, W) to a size; see :func:`clpool.adaptive_avg_pool2d`.

    Example:
        >>> AdaptiveAvgPool2d((7, None))(np.zeros((1, 3, 32, 24), np.float32)).shape
        (1, 3, 7, 24)
    """

    output_size: OutputSize

    def __init__(self, output_size: OutputSize) -> None: ...
    def __call__(
        self,
        x: ArrayT,
        *,
        out: ArrayT | None = None,
        data_format: DataFormat = "channels_first",
        queue: cl.CommandQueue | None = None,
    ) -> ArrayT:
        """Pool an array; takes the keyword-only arguments of the function of the same name."""

class AdaptiveAvgPool3d(Module):
    """Average pooling of (N, C, D, H, W) to a size; see :func:`clpool.adaptive_avg_pool3d`."""

    output_size: OutputSize

    def __init__(self, output_size: OutputSize) -> None: ...
    def __call__(
        self,
        x: ArrayT,
        *,
        out: ArrayT | None = None,
        data_format: DataFormat = "channels_first",
        queue: cl.CommandQueue | None = None,
    ) -> ArrayT:
        """Pool an array; takes the keyword-only arguments of the function of the same name."""

class AdaptiveMaxPool1d(Module):
    """Max pooling of (N, C, L) to a size; see :func:`clpool.adaptive_max_pool1d`."""

    output_size: OutputSize
    return_indices: bool

    def __init__(self, output_size: OutputSize, return_indices: bool = False) -> None: ...
    def __call__(
        self,
        x: ArrayT,
        *,
        out: ArrayT | tuple[ArrayT, ArrayT] | None = None,
        data_format: DataFormat = "channels_first",
        nan: NanPolicy = "propagate",
        index_dtype: IndexDType = np.int64,
        queue: cl.CommandQueue | None = None,
    ) -> ArrayT | Any:
        """Pool an array; takes the keyword-only arguments of the function of the same name."""

class AdaptiveMaxPool2d(Module):
    """Max pooling of (N, C, H, W) to a size; see :func:`clpool.adaptive_max_pool2d`."""

    output_size: OutputSize
    return_indices: bool

    def __init__(self, output_size: OutputSize, return_indices: bool = False) -> None: ...
    def __call__(
        self,
        x: ArrayT,
        *,
        out: ArrayT | tuple[ArrayT, ArrayT] | None = None,
        data_format: DataFormat = "channels_first",
        nan: NanPolicy = "propagate",
        index_dtype: IndexDType = np.int64,
        queue: cl.CommandQueue | None = None,
    ) -> ArrayT | Any:
        """Pool an array; takes the keyword-only arguments of the function of the same name."""

class AdaptiveMaxPool3d(Module):
    """Max pooling of (N, C, D, H, W) to a size; see :func:`clpool.adaptive_max_pool3d`."""

    output_size: OutputSize
    return_indices: bool

    def __init__(self, output_size: OutputSize, return_indices: bool = False) -> None: ...
    def __call__(
        self,
        x: ArrayT,
        *,
        out: ArrayT | tuple[ArrayT, ArrayT] | None = None,
        data_format: DataFormat = "channels_first",
        nan: NanPolicy = "propagate",
        index_dtype: IndexDType = np.int64,
        queue: cl.CommandQueue | None = None,
    ) -> ArrayT | Any:
        """Pool an array; takes the keyword-only arguments of the function of the same name."""

class AdaptiveMinPool1d(Module):
    """Min pooling of (N, C, L) to a size; see :func:`clpool.adaptive_min_pool1d`."""

    output_size: OutputSize
    return_indices: bool

    def __init__(self, output_size: OutputSize, return_indices: bool = False) -> None: ...
    def __call__(
        self,
        x: ArrayT,
        *,
        out: ArrayT | tuple[ArrayT, ArrayT] | None = None,
        data_format: DataFormat = "channels_first",
        nan: NanPolicy = "propagate",
        index_dtype: IndexDType = np.int64,
        queue: cl.CommandQueue | None = None,
    ) -> ArrayT | Any:
        """Pool an array; takes the keyword-only arguments of the function of the same name."""

class AdaptiveMinPool2d(Module):
    """Min pooling of (N, C, H, W) to a size; see :func:`clpool.adaptive_min_pool2d`."""

    output_size: OutputSize
    return_indices: bool

    def __init__(self, output_size: OutputSize, return_indices: bool = False) -> None: ...
    def __call__(
        self,
        x: ArrayT,
        *,
        out: ArrayT | tuple[ArrayT, ArrayT] | None = None,
        data_format: DataFormat = "channels_first",
        nan: NanPolicy = "propagate",
        index_dtype: IndexDType = np.int64,
        queue: cl.CommandQueue | None = None,
    ) -> ArrayT | Any:
        """Pool an array; takes the keyword-only arguments of the function of the same name."""

class AdaptiveMinPool3d(Module):
    """Min pooling of (N, C, D, H, W) to a size; see :func:`clpool.adaptive_min_pool3d`."""

    output_size: OutputSize
    return_indices: bool

    def __init__(self, output_size: OutputSize, return_indices: bool = False) -> None: ...
    def __call__(
        self,
        x: ArrayT,
        *,
        out: ArrayT | tuple[ArrayT, ArrayT] | None = None,
        data_format: DataFormat = "channels_first",
        nan: NanPolicy = "propagate",
        index_dtype: IndexDType = np.int64,
        queue: cl.CommandQueue | None = None,
    ) -> ArrayT | Any:
        """Pool an array; takes the keyword-only arguments of the function of the same name."""

class AvgPool1d(Module):
    """Average pooling of (N, C, L); see :func:`clpool.avg_pool1d`.

    Example:
        >>> AvgPool1d(3, stride=2)
        AvgPool1d(kernel_size=(3,), stride=(2,), padding=(0,))
    """

    kernel_size: Size
    stride: Size | None
    padding: Padding
    ceil_mode: bool
    count_include_pad: bool

    def __init__(
        self,
        kernel_size: Size,
        stride: Size | None = None,
        padding: Padding = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
    ) -> None: ...
    def __call__(
        self,
        x: ArrayT,
        *,
        divisor_override: SupportsIndex | None = None,
        dilation: Size = 1,
        out: ArrayT | None = None,
        data_format: DataFormat = "channels_first",
        queue: cl.CommandQueue | None = None,
    ) -> ArrayT:
        """Pool an array; takes the keyword-only arguments of the function of the same name."""

    def plan(
        self,
        shape: Shape,
        dtype: DTypeLike,
        *,
        dilation: Size = 1,
        divisor_override: SupportsIndex | None = None,
        nan: NanPolicy = "propagate",
        index_dtype: IndexDType = np.int64,
        result_dtype: DTypeLike | None = None,
        data_format: DataFormat = "channels_first",
        queue: cl.CommandQueue | None = None,
    ) -> Plan:
        """A :class:`clpool.runtime.plan.Plan` of this module for arrays of one shape and dtype."""

class AvgPool2d(Module):
    """Average pooling of (N, C, H, W); see :func:`clpool.avg_pool2d`."""

    kernel_size: Size
    stride: Size | None
    padding: Padding
    ceil_mode: bool
    count_include_pad: bool
    divisor_override: SupportsIndex | None

    def __init__(
        self,
        kernel_size: Size,
        stride: Size | None = None,
        padding: Padding = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        divisor_override: SupportsIndex | None = None,
    ) -> None: ...
    def __call__(
        self,
        x: ArrayT,
        *,
        dilation: Size = 1,
        out: ArrayT | None = None,
        data_format: DataFormat = "channels_first",
        queue: cl.CommandQueue | None = None,
    ) -> ArrayT:
        """Pool an array; takes the keyword-only arguments of the function of the same name."""

    def plan(
        self,
        shape: Shape,
        dtype: DTypeLike,
        *,
        dilation: Size = 1,
        nan: NanPolicy = "propagate",
        index_dtype: IndexDType = np.int64,
        result_dtype: DTypeLike | None = None,
        data_format: DataFormat = "channels_first",
        queue: cl.CommandQueue | None = None,
    ) -> Plan:
        """A :class:`clpool.runtime.plan.Plan` of this module for arrays of one shape and dtype."""

class AvgPool3d(Module):
    """Average pooling of (N, C, D, H, W); see :func:`clpool.avg_pool3d`."""

    kernel_size: Size
    stride: Size | None
    padding: Padding
    ceil_mode: bool
    count_include_pad: bool
    divisor_override: SupportsIndex | None

    def __init__(
        self,
        kernel_size: Size,
        stride: Size | None = None,
        padding: Padding = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        divisor_override: SupportsIndex | None = None,
    ) -> None: ...
    def __call__(
        self,
        x: ArrayT,
        *,
        dilation: Size = 1,
        out: ArrayT | None = None,
        data_format: DataFormat = "channels_first",
        queue: cl.CommandQueue | None = None,
    ) -> ArrayT:
        """Pool an array; takes the keyword-only arguments of the function of the same name."""

    def plan(
        self,
        shape: Shape,
        dtype: DTypeLike,
        *,
        dilation: Size = 1,
        nan: NanPolicy = "propagate",
        index_dtype: IndexDType = np.int64,
        result_dtype: DTypeLike | None = None,
        data_format: DataFormat = "channels_first",
        queue: cl.CommandQueue | None = None,
    ) -> Plan:
        """A :class:`clpool.runtime.plan.Plan` of this module for arrays of one shape and dtype."""

class FractionalMaxPool2d(Module):
    """Max pooling of (N, C, H, W) at random starts; see :func:`clpool.fractional_max_pool2d`.

    Example:
        >>> FractionalMaxPool2d(2, output_ratio=0.7)(np.zeros((1, 3, 32, 32), np.float32)).shape
        (1, 3, 22, 22)
    """

    kernel_size: Size
    output_size: Size | None
    output_ratio: Ratio | None
    return_indices: bool
    _random_samples: Samples | None

    def __init__(
        self,
        kernel_size: Size,
        output_size: Size | None = None,
        output_ratio: Ratio | None = None,
        return_indices: bool = False,
        _random_samples: Samples | None = None,
    ) -> None: ...
    def __call__(
        self,
        x: ArrayT,
        *,
        seed: Seed | None = None,
        sequences: Boundaries | None = None,
        overlapping: bool = False,
        out: ArrayT | tuple[ArrayT, ArrayT] | None = None,
        data_format: DataFormat = "channels_first",
        queue: cl.CommandQueue | None = None,
    ) -> ArrayT | Any:
        """Pool an array; takes the keyword-only arguments of the function of the same name."""

class FractionalMaxPool3d(Module):
    """Max pooling of (N, C, D, H, W) at random starts; see :func:`clpool.fractional_max_pool3d`."""

    kernel_size: Size
    output_size: Size | None
    output_ratio: Ratio | None
    return_indices: bool
    _random_samples: Samples | None

    def __init__(
        self,
        kernel_size: Size,
        output_size: Size | None = None,
        output_ratio: Ratio | None = None,
        return_indices: bool = False,
        _random_samples: Samples | None = None,
    ) -> None: ...
    def __call__(
        self,
        x: ArrayT,
        *,
        seed: Seed | None = None,
        sequences: Boundaries | None = None,
        overlapping: bool = False,
        out: ArrayT | tuple[ArrayT, ArrayT] | None = None,
        data_format: DataFormat = "channels_first",
        queue: cl.CommandQueue | None = None,
    ) -> ArrayT | Any:
        """Pool an array; takes the keyword-only arguments of the function of the same name."""

class LPPool1d(Module):
    """Lp pooling of (N, C, L); see :func:`clpool.lp_pool1d`."""

    norm_type: SupportsFloat
    kernel_size: Size
    stride: Size | None
    ceil_mode: bool

    def __init__(
        self,
        norm_type: SupportsFloat,
        kernel_size: Size,
        stride: Size | None = None,
        ceil_mode: bool = False,
    ) -> None: ...
    def __call__(
        self,
        x: ArrayT,
        *,
        padding: Padding = 0,
        dilation: Size = 1,
        signed: bool = True,
        out: ArrayT | None = None,
        data_format: DataFormat = "channels_first",
        queue: cl.CommandQueue | None = None,
    ) -> ArrayT:
        """Pool an array; takes the keyword-only arguments of the function of the same name."""

class LPPool2d(Module):
    """Lp pooling of (N, C, H, W); see :func:`clpool.lp_pool2d`.

    Example:
        >>> LPPool2d(2, (1, 2))(np.array([[[3.0, -4.0]]]))
        array([[[5.]]])
    """

    norm_type: SupportsFloat
    kernel_size: Size
    stride: Size | None
    ceil_mode: bool

    def __init__(
        self,
        norm_type: SupportsFloat,
        kernel_size: Size,
        stride: Size | None = None,
        ceil_mode: bool = False,
    ) -> None: ...
    def __call__(
        self,
        x: ArrayT,
        *,
        padding: Padding = 0,
        dilation: Size = 1,
        signed: bool = True,
        out: ArrayT | None = None,
        data_format: DataFormat = "channels_first",
        queue: cl.CommandQueue | None = None,
    ) -> ArrayT:
        """Pool an array; takes the keyword-only arguments of the function of the same name."""

class LPPool3d(Module):
    """Lp pooling of (N, C, D, H, W); see :func:`clpool.lp_pool3d`."""

    norm_type: SupportsFloat
    kernel_size: Size
    stride: Size | None
    ceil_mode: bool

    def __init__(
        self,
        norm_type: SupportsFloat,
        kernel_size: Size,
        stride: Size | None = None,
        ceil_mode: bool = False,
    ) -> None: ...
    def __call__(
        self,
        x: ArrayT,
        *,
        padding: Padding = 0,
        dilation: Size = 1,
        signed: bool = True,
        out: ArrayT | None = None,
        data_format: DataFormat = "channels_first",
        queue: cl.CommandQueue | None = None,
    ) -> ArrayT:
        """Pool an array; takes the keyword-only arguments of the function of the same name."""

class MaxPool1d(Module):
    """Max pooling of (N, C, L); see :func:`clpool.max_pool1d`.

    Example:
        >>> MaxPool1d(3, stride=2)
        MaxPool1d(kernel_size=3, stride=2, padding=0, dilation=1, ceil_mode=False)
    """

    kernel_size: Size
    stride: Size | None
    padding: Padding
    dilation: Size
    return_indices: bool
    ceil_mode: bool

    def __init__(
        self,
        kernel_size: Size,
        stride: Size | None = None,
        padding: Padding = 0,
        dilation: Size = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
    ) -> None: ...
    def __call__(
        self,
        x: ArrayT,
        *,
        out: ArrayT | tuple[ArrayT, ArrayT] | None = None,
        data_format: DataFormat = "channels_first",
        nan: NanPolicy = "propagate",
        index_dtype: IndexDType = np.int64,
        queue: cl.CommandQueue | None = None,
    ) -> ArrayT | Any:
        """Pool an array; takes the keyword-only arguments of the function of the same name."""

    def plan(
        self,
        shape: Shape,
        dtype: DTypeLike,
        *,
        count_include_pad: bool = True,
        divisor_override: SupportsIndex | None = None,
        nan: NanPolicy = "propagate",
        index_dtype: IndexDType = np.int64,
        result_dtype: DTypeLike | None = None,
        data_format: DataFormat = "channels_first",
        queue: cl.CommandQueue | None = None,
    ) -> Plan:
        """A :class:`clpool.runtime.plan.Plan` of this module for arrays of one shape and dtype."""

class MaxPool2d(Module):
    """Max pooling of (N, C, H, W); see :func:`clpool.max_pool2d`.

    Example:
        >>> MaxPool2d(2)(np.zeros((1, 3, 8, 8), np.float32)).shape
        (1, 3, 4, 4)
    """

    kernel_size: Size
    stride: Size | None
    padding: Padding
    dilation: Size
    return_indices: bool
    ceil_mode: bool

    def __init__(
        self,
        kernel_size: Size,
        stride: Size | None = None,
        padding: Padding = 0,
        dilation: Size = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
    ) -> None: ...
    def __call__(
        self,
        x: ArrayT,
        *,
        out: ArrayT | tuple[ArrayT, ArrayT] | None = None,
        data_format: DataFormat = "channels_first",
        nan: NanPolicy = "propagate",
        index_dtype: IndexDType = np.int64,
        queue: cl.CommandQueue | None = None,
    ) -> ArrayT | Any:
        """Pool an array; takes the keyword-only arguments of the function of the same name."""

    def plan(
        self,
        shape: Shape,
        dtype: DTypeLike,
        *,
        count_include_pad: bool = True,
        divisor_override: SupportsIndex | None = None,
        nan: NanPolicy = "propagate",
        index_dtype: IndexDType = np.int64,
        result_dtype: DTypeLike | None = None,
        data_format: DataFormat = "channels_first",
        queue: cl.CommandQueue | None = None,
    ) -> Plan:
        """A :class:`clpool.runtime.plan.Plan` of this module for arrays of one shape and dtype."""

class MaxPool3d(Module):
    """Max pooling of (N, C, D, H, W); see :func:`clpool.max_pool3d`."""

    kernel_size: Size
    stride: Size | None
    padding: Padding
    dilation: Size
    return_indices: bool
    ceil_mode: bool

    def __init__(
        self,
        kernel_size: Size,
        stride: Size | None = None,
        padding: Padding = 0,
        dilation: Size = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
    ) -> None: ...
    def __call__(
        self,
        x: ArrayT,
        *,
        out: ArrayT | tuple[ArrayT, ArrayT] | None = None,
        data_format: DataFormat = "channels_first",
        nan: NanPolicy = "propagate",
        index_dtype: IndexDType = np.int64,
        queue: cl.CommandQueue | None = None,
    ) -> ArrayT | Any:
        """Pool an array; takes the keyword-only arguments of the function of the same name."""

    def plan(
        self,
        shape: Shape,
        dtype: DTypeLike,
        *,
        count_include_pad: bool = True,
        divisor_override: SupportsIndex | None = None,
        nan: NanPolicy = "propagate",
        index_dtype: IndexDType = np.int64,
        result_dtype: DTypeLike | None = None,
        data_format: DataFormat = "channels_first",
        queue: cl.CommandQueue | None = None,
    ) -> Plan:
        """A :class:`clpool.runtime.plan.Plan` of this module for arrays of one shape and dtype."""

class MaxUnpool1d(Module):
    """The inverse of :class:`MaxPool1d` but for zeros; see :func:`clpool.max_unpool1d`.

    Example:
        >>> y, indices = clpool.nn.MaxPool1d(2, return_indices=True)(np.array([[1.0, 3, 4, 2]]))
        >>> MaxUnpool1d(2)(y, indices)
        array([[0., 3., 4., 0.]])
    """

    kernel_size: Size
    stride: Size | None
    padding: Padding

    def __init__(
        self, kernel_size: Size, stride: Size | None = None, padding: Padding = 0
    ) -> None: ...
    def __call__(
        self,
        x: ArrayT,
        indices: ArrayT,
        output_size: Shape | None = None,
        *,
        out: ArrayT | None = None,
        data_format: DataFormat = "channels_first",
        queue: cl.CommandQueue | None = None,
    ) -> ArrayT:
        """Put the values ``x`` where ``indices`` say; takes the function's keywords."""

class MaxUnpool2d(Module):
    """The inverse of :class:`MaxPool2d` but for zeros; see :func:`clpool.max_unpool2d`."""

    kernel_size: Size
    stride: Size | None
    padding: Padding

    def __init__(
        self, kernel_size: Size, stride: Size | None = None, padding: Padding = 0
    ) -> None: ...
    def __call__(
        self,
        x: ArrayT,
        indices: ArrayT,
        output_size: Shape | None = None,
        *,
        out: ArrayT | None = None,
        data_format: DataFormat = "channels_first",
        queue: cl.CommandQueue | None = None,
    ) -> ArrayT:
        """Put the values ``x`` where ``indices`` say; takes the function's keywords."""

class MaxUnpool3d(Module):
    """The inverse of :class:`MaxPool3d` but for zeros; see :func:`clpool.max_unpool3d`."""

    kernel_size: Size
    stride: Size | None
    padding: Padding

    def __init__(
        self, kernel_size: Size, stride: Size | None = None, padding: Padding = 0
    ) -> None: ...
    def __call__(
        self,
        x: ArrayT,
        indices: ArrayT,
        output_size: Shape | None = None,
        *,
        out: ArrayT | None = None,
        data_format: DataFormat = "channels_first",
        queue: cl.CommandQueue | None = None,
    ) -> ArrayT:
        """Put the values ``x`` where ``indices`` say; takes the function's keywords."""

class MedianPool1d(Module):
    """Median pooling of (N, C, L); see :func:`clpool.median_pool1d`."""

    kernel_size: Size
    stride: Size | None
    padding: Padding
    dilation: Size
    return_indices: bool
    ceil_mode: bool

    def __init__(
        self,
        kernel_size: Size,
        stride: Size | None = None,
        padding: Padding = 0,
        dilation: Size = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
    ) -> None: ...
    def __call__(
        self,
        x: ArrayT,
        *,
        average: bool = False,
        out: ArrayT | tuple[ArrayT, ArrayT] | None = None,
        data_format: DataFormat = "channels_first",
        index_dtype: IndexDType = np.int64,
        queue: cl.CommandQueue | None = None,
    ) -> ArrayT | Any:
        """Pool an array; takes the keyword-only arguments of the function of the same name."""

class MedianPool2d(Module):
    """Median pooling of (N, C, H, W); see :func:`clpool.median_pool2d`."""

    kernel_size: Size
    stride: Size | None
    padding: Padding
    dilation: Size
    return_indices: bool
    ceil_mode: bool

    def __init__(
        self,
        kernel_size: Size,
        stride: Size | None = None,
        padding: Padding = 0,
        dilation: Size = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
    ) -> None: ...
    def __call__(
        self,
        x: ArrayT,
        *,
        average: bool = False,
        out: ArrayT | tuple[ArrayT, ArrayT] | None = None,
        data_format: DataFormat = "channels_first",
        index_dtype: IndexDType = np.int64,
        queue: cl.CommandQueue | None = None,
    ) -> ArrayT | Any:
        """Pool an array; takes the keyword-only arguments of the function of the same name."""

class MedianPool3d(Module):
    """Median pooling of (N, C, D, H, W); see :func:`clpool.median_pool3d`."""

    kernel_size: Size
    stride: Size | None
    padding: Padding
    dilation: Size
    return_indices: bool
    ceil_mode: bool

    def __init__(
        self,
        kernel_size: Size,
        stride: Size | None = None,
        padding: Padding = 0,
        dilation: Size = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
    ) -> None: ...
    def __call__(
        self,
        x: ArrayT,
        *,
        average: bool = False,
        out: ArrayT | tuple[ArrayT, ArrayT] | None = None,
        data_format: DataFormat = "channels_first",
        index_dtype: IndexDType = np.int64,
        queue: cl.CommandQueue | None = None,
    ) -> ArrayT | Any:
        """Pool an array; takes the keyword-only arguments of the function of the same name."""

class MinPool1d(Module):
    """Min pooling of (N, C, L); see :func:`clpool.min_pool1d`."""

    kernel_size: Size
    stride: Size | None
    padding: Padding
    dilation: Size
    return_indices: bool
    ceil_mode: bool

    def __init__(
        self,
        kernel_size: Size,
        stride: Size | None = None,
        padding: Padding = 0,
        dilation: Size = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
    ) -> None: ...
    def __call__(
        self,
        x: ArrayT,
        *,
        out: ArrayT | tuple[ArrayT, ArrayT] | None = None,
        data_format: DataFormat = "channels_first",
        nan: NanPolicy = "propagate",
        index_dtype: IndexDType = np.int64,
        queue: cl.CommandQueue | None = None,
    ) -> ArrayT | Any:
        """Pool an array; takes the keyword-only arguments of the function of the same name."""

    def plan(
        self,
        shape: Shape,
        dtype: DTypeLike,
        *,
        count_include_pad: bool = True,
        divisor_override: SupportsIndex | None = None,
        nan: NanPolicy = "propagate",
        index_dtype: IndexDType = np.int64,
        result_dtype: DTypeLike | None = None,
        data_format: DataFormat = "channels_first",
        queue: cl.CommandQueue | None = None,
    ) -> Plan:
        """A :class:`clpool.runtime.plan.Plan` of this module for arrays of one shape and dtype."""

class MinPool2d(Module):
    """Min pooling of (N, C, H, W); see :func:`clpool.min_pool2d`."""

    kernel_size: Size
    stride: Size | None
    padding: Padding
    dilation: Size
    return_indices: bool
    ceil_mode: bool

    def __init__(
        self,
        kernel_size: Size,
        stride: Size | None = None,
        padding: Padding = 0,
        dilation: Size = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
    ) -> None: ...
    def __call__(
        self,
        x: ArrayT,
        *,
        out: ArrayT | tuple[ArrayT, ArrayT] | None = None,
        data_format: DataFormat = "channels_first",
        nan: NanPolicy = "propagate",
        index_dtype: IndexDType = np.int64,
        queue: cl.CommandQueue | None = None,
    ) -> ArrayT | Any:
        """Pool an array; takes the keyword-only arguments of the function of the same name."""

    def plan(
        self,
        shape: Shape,
        dtype: DTypeLike,
        *,
        count_include_pad: bool = True,
        divisor_override: SupportsIndex | None = None,
        nan: NanPolicy = "propagate",
        index_dtype: IndexDType = np.int64,
        result_dtype: DTypeLike | None = None,
        data_format: DataFormat = "channels_first",
        queue: cl.CommandQueue | None = None,
    ) -> Plan:
        """A :class:`clpool.runtime.plan.Plan` of this module for arrays of one shape and dtype."""

class MinPool3d(Module):
    """Min pooling of (N, C, D, H, W); see :func:`clpool.min_pool3d`."""

    kernel_size: Size
    stride: Size | None
    padding: Padding
    dilation: Size
    return_indices: bool
    ceil_mode: bool

    def __init__(
        self,
        kernel_size: Size,
        stride: Size | None = None,
        padding: Padding = 0,
        dilation: Size = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
    ) -> None: ...
    def __call__(
        self,
        x: ArrayT,
        *,
        out: ArrayT | tuple[ArrayT, ArrayT] | None = None,
        data_format: DataFormat = "channels_first",
        nan: NanPolicy = "propagate",
        index_dtype: IndexDType = np.int64,
        queue: cl.CommandQueue | None = None,
    ) -> ArrayT | Any:
        """Pool an array; takes the keyword-only arguments of the function of the same name."""

    def plan(
        self,
        shape: Shape,
        dtype: DTypeLike,
        *,
        count_include_pad: bool = True,
        divisor_override: SupportsIndex | None = None,
        nan: NanPolicy = "propagate",
        index_dtype: IndexDType = np.int64,
        result_dtype: DTypeLike | None = None,
        data_format: DataFormat = "channels_first",
        queue: cl.CommandQueue | None = None,
    ) -> Plan:
        """A :class:`clpool.runtime.plan.Plan` of this module for arrays of one shape and dtype."""

class ModePool1d(Module):
    """Pooling of (N, C, L) to the most frequent; see :func:`clpool.mode_pool1d`."""

    kernel_size: Size
    stride: Size | None
    padding: Padding
    dilation: Size
    return_indices: bool
    ceil_mode: bool

    def __init__(
        self,
        kernel_size: Size,
        stride: Size | None = None,
        padding: Padding = 0,
        dilation: Size = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
    ) -> None: ...
    def __call__(
        self,
        x: ArrayT,
        *,
        out: ArrayT | tuple[ArrayT, ArrayT] | None = None,
        data_format: DataFormat = "channels_first",
        index_dtype: IndexDType = np.int64,
        queue: cl.CommandQueue | None = None,
    ) -> ArrayT | Any:
        """Pool an array; takes the keyword-only arguments of the function of the same name."""

class ModePool2d(Module):
    """Pooling of (N, C, H, W) to the most frequent; see :func:`clpool.mode_pool2d`.

    Example:
        >>> ModePool2d(2)(np.array([[[7, 2, 7, 1], [2, 7, 1, 5]]]))
        array([[[2, 1]]])
    """

    kernel_size: Size
    stride: Size | None
    padding: Padding
    dilation: Size
    return_indices: bool
    ceil_mode: bool

    def __init__(
        self,
        kernel_size: Size,
        stride: Size | None = None,
        padding: Padding = 0,
        dilation: Size = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
    ) -> None: ...
    def __call__(
        self,
        x: ArrayT,
        *,
        out: ArrayT | tuple[ArrayT, ArrayT] | None = None,
        data_format: DataFormat = "channels_first",
        index_dtype: IndexDType = np.int64,
        queue: cl.CommandQueue | None = None,
    ) -> ArrayT | Any:
        """Pool an array; takes the keyword-only arguments of the function of the same name."""

class ModePool3d(Module):
    """Pooling of (N, C, D, H, W) to the most frequent; see :func:`clpool.mode_pool3d`."""

    kernel_size: Size
    stride: Size | None
    padding: Padding
    dilation: Size
    return_indices: bool
    ceil_mode: bool

    def __init__(
        self,
        kernel_size: Size,
        stride: Size | None = None,
        padding: Padding = 0,
        dilation: Size = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
    ) -> None: ...
    def __call__(
        self,
        x: ArrayT,
        *,
        out: ArrayT | tuple[ArrayT, ArrayT] | None = None,
        data_format: DataFormat = "channels_first",
        index_dtype: IndexDType = np.int64,
        queue: cl.CommandQueue | None = None,
    ) -> ArrayT | Any:
        """Pool an array; takes the keyword-only arguments of the function of the same name."""

class SoftPool1d(Module):
    """Soft pooling of (N, C, L); see :func:`clpool.soft_pool1d`."""

    kernel_size: Size
    stride: Size | None
    padding: Padding
    dilation: Size
    ceil_mode: bool

    def __init__(
        self,
        kernel_size: Size,
        stride: Size | None = None,
        padding: Padding = 0,
        dilation: Size = 1,
        ceil_mode: bool = False,
    ) -> None: ...
    def __call__(
        self,
        x: ArrayT,
        *,
        out: ArrayT | None = None,
        data_format: DataFormat = "channels_first",
        queue: cl.CommandQueue | None = None,
    ) -> ArrayT:
        """Pool an array; takes the keyword-only arguments of the function of the same name."""

class SoftPool2d(Module):
    """Soft pooling of (N, C, H, W); see :func:`clpool.soft_pool2d`.

    Example:
        >>> SoftPool2d(2)(np.full((1, 2, 4), 3.0))
        array([[[3., 3.]]])
    """

    kernel_size: Size
    stride: Size | None
    padding: Padding
    dilation: Size
    ceil_mode: bool

    def __init__(
        self,
        kernel_size: Size,
        stride: Size | None = None,
        padding: Padding = 0,
        dilation: Size = 1,
        ceil_mode: bool = False,
    ) -> None: ...
    def __call__(
        self,
        x: ArrayT,
        *,
        out: ArrayT | None = None,
        data_format: DataFormat = "channels_first",
        queue: cl.CommandQueue | None = None,
    ) -> ArrayT:
        """Pool an array; takes the keyword-only arguments of the function of the same name."""

class SoftPool3d(Module):
    """Soft pooling of (N, C, D, H, W); see :func:`clpool.soft_pool3d`."""

    kernel_size: Size
    stride: Size | None
    padding: Padding
    dilation: Size
    ceil_mode: bool

    def __init__(
        self,
        kernel_size: Size,
        stride: Size | None = None,
        padding: Padding = 0,
        dilation: Size = 1,
        ceil_mode: bool = False,
    ) -> None: ...
    def __call__(
        self,
        x: ArrayT,
        *,
        out: ArrayT | None = None,
        data_format: DataFormat = "channels_first",
        queue: cl.CommandQueue | None = None,
    ) -> ArrayT:
        """Pool an array; takes the keyword-only arguments of the function of the same name."""

class StochasticPool1d(Module):
    """Stochastic pooling of (N, C, L); see :func:`clpool.stochastic_pool1d`."""

    kernel_size: Size
    stride: Size | None
    padding: Padding
    dilation: Size
    return_indices: bool
    ceil_mode: bool

    def __init__(
        self,
        kernel_size: Size,
        stride: Size | None = None,
        padding: Padding = 0,
        dilation: Size = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
    ) -> None: ...
    def __call__(
        self,
        x: ArrayT,
        *,
        training: bool = True,
        seed: Seed | None = None,
        clamp: bool = False,
        out: ArrayT | tuple[ArrayT, ArrayT] | None = None,
        data_format: DataFormat = "channels_first",
        index_dtype: IndexDType = np.int64,
        queue: cl.CommandQueue | None = None,
    ) -> ArrayT | Any:
        """Pool an array; takes the keyword-only arguments of the function of the same name."""

class StochasticPool2d(Module):
    """Stochastic pooling of (N, C, H, W); see :func:`clpool.stochastic_pool2d`.

    Example:
        >>> StochasticPool2d((1, 2))(np.array([[[1.0, 3.0]]]), training=False)
        array([[[2.5]]])
    """

    kernel_size: Size
    stride: Size | None
    padding: Padding
    dilation: Size
    return_indices: bool
    ceil_mode: bool

    def __init__(
        self,
        kernel_size: Size,
        stride: Size | None = None,
        padding: Padding = 0,
        dilation: Size = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
    ) -> None: ...
    def __call__(
        self,
        x: ArrayT,
        *,
        training: bool = True,
        seed: Seed | None = None,
        clamp: bool = False,
        out: ArrayT | tuple[ArrayT, ArrayT] | None = None,
        data_format: DataFormat = "channels_first",
        index_dtype: IndexDType = np.int64,
        queue: cl.CommandQueue | None = None,
    ) -> ArrayT | Any:
        """Pool an array; takes the keyword-only arguments of the function of the same name."""

class StochasticPool3d(Module):
    """Stochastic pooling of (N, C, D, H, W); see :func:`clpool.stochastic_pool3d`."""

    kernel_size: Size
    stride: Size | None
    padding: Padding
    dilation: Size
    return_indices: bool
    ceil_mode: bool

    def __init__(
        self,
        kernel_size: Size,
        stride: Size | None = None,
        padding: Padding = 0,
        dilation: Size = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
    ) -> None: ...
    def __call__(
        self,
        x: ArrayT,
        *,
        training: bool = True,
        seed: Seed | None = None,
        clamp: bool = False,
        out: ArrayT | tuple[ArrayT, ArrayT] | None = None,
        data_format: DataFormat = "channels_first",
        index_dtype: IndexDType = np.int64,
        queue: cl.CommandQueue | None = None,
    ) -> ArrayT | Any:
        """Pool an array; takes the keyword-only arguments of the function of the same name."""

class SumPool1d(Module):
    """Sum pooling of (N, C, L); see :func:`clpool.sum_pool1d`."""

    kernel_size: Size
    stride: Size | None
    padding: Padding
    ceil_mode: bool

    def __init__(
        self,
        kernel_size: Size,
        stride: Size | None = None,
        padding: Padding = 0,
        ceil_mode: bool = False,
    ) -> None: ...
    def __call__(
        self,
        x: ArrayT,
        *,
        dilation: Size = 1,
        dtype: DTypeLike | None = None,
        out: ArrayT | None = None,
        data_format: DataFormat = "channels_first",
        queue: cl.CommandQueue | None = None,
    ) -> ArrayT:
        """Pool an array; takes the keyword-only arguments of the function of the same name."""

    def plan(
        self,
        shape: Shape,
        dtype: DTypeLike,
        *,
        dilation: Size = 1,
        count_include_pad: bool = True,
        divisor_override: SupportsIndex | None = None,
        nan: NanPolicy = "propagate",
        index_dtype: IndexDType = np.int64,
        result_dtype: DTypeLike | None = None,
        data_format: DataFormat = "channels_first",
        queue: cl.CommandQueue | None = None,
    ) -> Plan:
        """A :class:`clpool.runtime.plan.Plan` of this module for arrays of one shape and dtype."""

class SumPool2d(Module):
    """Sum pooling of (N, C, H, W); see :func:`clpool.sum_pool2d`.

    Example:
        >>> SumPool2d(2)(np.ones((1, 1, 2, 4), np.float32))
        array([[[[4., 4.]]]], dtype=float32)
    """

    kernel_size: Size
    stride: Size | None
    padding: Padding
    ceil_mode: bool

    def __init__(
        self,
        kernel_size: Size,
        stride: Size | None = None,
        padding: Padding = 0,
        ceil_mode: bool = False,
    ) -> None: ...
    def __call__(
        self,
        x: ArrayT,
        *,
        dilation: Size = 1,
        dtype: DTypeLike | None = None,
        out: ArrayT | None = None,
        data_format: DataFormat = "channels_first",
        queue: cl.CommandQueue | None = None,
    ) -> ArrayT:
        """Pool an array; takes the keyword-only arguments of the function of the same name."""

    def plan(
        self,
        shape: Shape,
        dtype: DTypeLike,
        *,
        dilation: Size = 1,
        count_include_pad: bool = True,
        divisor_override: SupportsIndex | None = None,
        nan: NanPolicy = "propagate",
        index_dtype: IndexDType = np.int64,
        result_dtype: DTypeLike | None = None,
        data_format: DataFormat = "channels_first",
        queue: cl.CommandQueue | None = None,
    ) -> Plan:
        """A :class:`clpool.runtime.plan.Plan` of this module for arrays of one shape and dtype."""

class SumPool3d(Module):
    """Sum pooling of (N, C, D, H, W); see :func:`clpool.sum_pool3d`."""

    kernel_size: Size
    stride: Size | None
    padding: Padding
    ceil_mode: bool

    def __init__(
        self,
        kernel_size: Size,
        stride: Size | None = None,
        padding: Padding = 0,
        ceil_mode: bool = False,
    ) -> None: ...
    def __call__(
        self,
        x: ArrayT,
        *,
        dilation: Size = 1,
        dtype: DTypeLike | None = None,
        out: ArrayT | None = None,
        data_format: DataFormat = "channels_first",
        queue: cl.CommandQueue | None = None,
    ) -> ArrayT:
        """Pool an array; takes the keyword-only arguments of the function of the same name."""

    def plan(
        self,
        shape: Shape,
        dtype: DTypeLike,
        *,
        dilation: Size = 1,
        count_include_pad: bool = True,
        divisor_override: SupportsIndex | None = None,
        nan: NanPolicy = "propagate",
        index_dtype: IndexDType = np.int64,
        result_dtype: DTypeLike | None = None,
        data_format: DataFormat = "channels_first",
        queue: cl.CommandQueue | None = None,
    ) -> Plan:
        """A :class:`clpool.runtime.plan.Plan` of this module for arrays of one shape and dtype."""

__all__ = [
    "AdaptiveAvgPool1d",
    "AdaptiveAvgPool2d",
    "AdaptiveAvgPool3d",
    "AdaptiveMaxPool1d",
    "AdaptiveMaxPool2d",
    "AdaptiveMaxPool3d",
    "AdaptiveMinPool1d",
    "AdaptiveMinPool2d",
    "AdaptiveMinPool3d",
    "AvgPool1d",
    "AvgPool2d",
    "AvgPool3d",
    "FractionalMaxPool2d",
    "FractionalMaxPool3d",
    "LPPool1d",
    "LPPool2d",
    "LPPool3d",
    "MaxPool1d",
    "MaxPool2d",
    "MaxPool3d",
    "MaxUnpool1d",
    "MaxUnpool2d",
    "MaxUnpool3d",
    "MedianPool1d",
    "MedianPool2d",
    "MedianPool3d",
    "MinPool1d",
    "MinPool2d",
    "MinPool3d",
    "ModePool1d",
    "ModePool2d",
    "ModePool3d",
    "SoftPool1d",
    "SoftPool2d",
    "SoftPool3d",
    "StochasticPool1d",
    "StochasticPool2d",
    "StochasticPool3d",
    "SumPool1d",
    "SumPool2d",
    "SumPool3d",
]
