"""Modules of windows that slide: all that does not say how large its output is."""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType
from typing import Any, ClassVar

from ..ops import lp, order_statistics, sliding, soft, stochastic
from ..ops.pool import plan
from ..problem.arguments import check_divisor, norm_of
from ..problem.window import SlidingWindow
from ..runtime.plan import Plan
from .module import Module


@dataclass(eq=False, repr=False)
class Sliding(Module):
    """A window that slides, and its stride."""

    kernel_size: Any
    stride: Any = None

    def __post_init__(self) -> None:
        super().__post_init__()
        names = ("kernel_size", "stride", "padding", "dilation", "ceil_mode")
        given = {name: getattr(self, name) for name in names if hasattr(self, name)}
        SlidingWindow.of(self.ndim, **given, half_limit=True)
        if self.stride is None:
            self.stride = self.kernel_size


class Planned(Module):
    """A registered mode, whose plans can be held."""

    mode: ClassVar[str]

    def plan(self, shape: tuple[int, ...], dtype: Any, **keywords: Any) -> Plan:
        """A :class:`clpool.runtime.plan.Plan` of this module for arrays of one shape and dtype."""
        parameters = dict(vars(self))
        window = parameters.pop("kernel_size")
        return plan(shape, dtype, window, self.mode, ndim=self.ndim, **parameters, **keywords)


@dataclass(eq=False, repr=False)
class Selecting(Sliding):
    """One tap of each window, with its index where that is asked for."""

    shown = ("kernel_size", "stride", "padding", "dilation", "ceil_mode")
    flags = ("return_indices",)

    padding: Any = 0
    dilation: Any = 1
    return_indices: bool = False
    ceil_mode: bool = False


class _MaxPool(Selecting, Planned):
    home: ClassVar[ModuleType] = sliding
    family = "max_pool"
    mode = "max"


class MaxPool1d(_MaxPool, ndim=1):
    """Max pooling of (N, C, L); see :func:`clpool.max_pool1d`.

    Example:
        >>> MaxPool1d(3, stride=2)
        MaxPool1d(kernel_size=3, stride=2, padding=0, dilation=1, ceil_mode=False)
    """


class MaxPool2d(_MaxPool, ndim=2):
    """Max pooling of (N, C, H, W); see :func:`clpool.max_pool2d`.

    Example:
        >>> MaxPool2d(2)(np.zeros((1, 3, 8, 8), np.float32)).shape
        (1, 3, 4, 4)
    """


class MaxPool3d(_MaxPool, ndim=3):
    """Max pooling of (N, C, D, H, W); see :func:`clpool.max_pool3d`."""


class _MinPool(_MaxPool):
    family = "min_pool"
    mode = "min"


class MinPool1d(_MinPool, ndim=1):
    """Min pooling of (N, C, L); see :func:`clpool.min_pool1d`."""


class MinPool2d(_MinPool, ndim=2):
    """Min pooling of (N, C, H, W); see :func:`clpool.min_pool2d`."""


class MinPool3d(_MinPool, ndim=3):
    """Min pooling of (N, C, D, H, W); see :func:`clpool.min_pool3d`."""


@dataclass(eq=False, repr=False)
class _SumPool(Sliding, Planned):
    home: ClassVar[ModuleType] = sliding
    family = "sum_pool"
    mode = "sum"
    shown = ("kernel_size", "stride", "padding")

    padding: Any = 0
    ceil_mode: bool = False


class SumPool1d(_SumPool, ndim=1):
    """Sum pooling of (N, C, L); see :func:`clpool.sum_pool1d`."""


class SumPool2d(_SumPool, ndim=2):
    """Sum pooling of (N, C, H, W); see :func:`clpool.sum_pool2d`.

    Example:
        >>> SumPool2d(2)(np.ones((1, 1, 2, 4), np.float32))
        array([[[[4., 4.]]]], dtype=float32)
    """


class SumPool3d(_SumPool, ndim=3):
    """Sum pooling of (N, C, D, H, W); see :func:`clpool.sum_pool3d`."""


@dataclass(eq=False, repr=False)
class _AvgPool(_SumPool):
    family = "avg_pool"
    mode = "avg"
    flags = ("count_include_pad",)

    count_include_pad: bool = True


class AvgPool1d(_AvgPool, ndim=1):
    """Average pooling of (N, C, L); see :func:`clpool.avg_pool1d`.

    Example:
        >>> AvgPool1d(3, stride=2)
        AvgPool1d(kernel_size=(3,), stride=(2,), padding=(0,))
    """

    def __post_init__(self) -> None:
        super().__post_init__()
        self.spread(*self.shown)


@dataclass(eq=False, repr=False)
class _DividedPool(_AvgPool):
    divisor_override: int | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        check_divisor(self.divisor_override)


class AvgPool2d(_DividedPool, ndim=2):
    """Average pooling of (N, C, H, W); see :func:`clpool.avg_pool2d`."""


class AvgPool3d(_DividedPool, ndim=3):
    """Average pooling of (N, C, D, H, W); see :func:`clpool.avg_pool3d`."""


@dataclass(eq=False, repr=False)
class _LPPool(Module):
    home: ClassVar[ModuleType] = lp
    family = "lp_pool"
    shown = ("norm_type", "kernel_size", "stride", "ceil_mode")

    norm_type: float
    kernel_size: Any
    stride: Any = None
    ceil_mode: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        norm_of(self.norm_type)
        SlidingWindow.of(self.ndim, self.kernel_size, self.stride, ceil_mode=self.ceil_mode)


class LPPool1d(_LPPool, ndim=1):
    """Lp pooling of (N, C, L); see :func:`clpool.lp_pool1d`."""


class LPPool2d(_LPPool, ndim=2):
    """Lp pooling of (N, C, H, W); see :func:`clpool.lp_pool2d`.

    Example:
        >>> LPPool2d(2, (1, 2))(np.array([[[3.0, -4.0]]]))
        array([[[5.]]])
    """


class LPPool3d(_LPPool, ndim=3):
    """Lp pooling of (N, C, D, H, W); see :func:`clpool.lp_pool3d`."""


@dataclass(eq=False, repr=False)
class _SoftPool(Sliding):
    home: ClassVar[ModuleType] = soft
    family = "soft_pool"
    shown = Selecting.shown

    padding: Any = 0
    dilation: Any = 1
    ceil_mode: bool = False


class SoftPool1d(_SoftPool, ndim=1):
    """Soft pooling of (N, C, L); see :func:`clpool.soft_pool1d`."""


class SoftPool2d(_SoftPool, ndim=2):
    """Soft pooling of (N, C, H, W); see :func:`clpool.soft_pool2d`.

    Example:
        >>> SoftPool2d(2)(np.full((1, 2, 4), 3.0))
        array([[[3., 3.]]])
    """


class SoftPool3d(_SoftPool, ndim=3):
    """Soft pooling of (N, C, D, H, W); see :func:`clpool.soft_pool3d`."""


class _StochasticPool(Selecting):
    home: ClassVar[ModuleType] = stochastic
    family = "stochastic_pool"


class StochasticPool1d(_StochasticPool, ndim=1):
    """Stochastic pooling of (N, C, L); see :func:`clpool.stochastic_pool1d`."""


class StochasticPool2d(_StochasticPool, ndim=2):
    """Stochastic pooling of (N, C, H, W); see :func:`clpool.stochastic_pool2d`.

    Example:
        >>> StochasticPool2d((1, 2))(np.array([[[1.0, 3.0]]]), training=False)
        array([[[2.5]]])
    """


class StochasticPool3d(_StochasticPool, ndim=3):
    """Stochastic pooling of (N, C, D, H, W); see :func:`clpool.stochastic_pool3d`."""


class _MedianPool(Selecting):
    home: ClassVar[ModuleType] = order_statistics
    family = "median_pool"


class MedianPool1d(_MedianPool, ndim=1):
    """Median pooling of (N, C, L); see :func:`clpool.median_pool1d`."""


class MedianPool2d(_MedianPool, ndim=2):
    """Median pooling of (N, C, H, W); see :func:`clpool.median_pool2d`."""


class MedianPool3d(_MedianPool, ndim=3):
    """Median pooling of (N, C, D, H, W); see :func:`clpool.median_pool3d`."""


class _ModePool(_MedianPool):
    family = "mode_pool"


class ModePool1d(_ModePool, ndim=1):
    """Pooling of (N, C, L) to the most frequent; see :func:`clpool.mode_pool1d`."""


class ModePool2d(_ModePool, ndim=2):
    """Pooling of (N, C, H, W) to the most frequent; see :func:`clpool.mode_pool2d`.

    Example:
        >>> ModePool2d(2)(np.array([[[7, 2, 7, 1], [2, 7, 1, 5]]]))
        array([[[2, 1]]])
    """


class ModePool3d(_ModePool, ndim=3):
    """Pooling of (N, C, D, H, W) to the most frequent; see :func:`clpool.mode_pool3d`."""
