"""Modules with an ``output_size``: adaptive and fractional pooling."""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType
from typing import Any, ClassVar

from ..ops import adaptive, fractional
from ..problem.listed import AdaptiveWindow
from .module import Module


@dataclass(eq=False, repr=False)
class _AdaptiveAvgPool(Module):
    home: ClassVar[ModuleType] = adaptive
    family = "adaptive_avg_pool"
    shown = ("output_size",)

    output_size: Any

    def __post_init__(self) -> None:
        super().__post_init__()
        AdaptiveWindow.of(self.ndim, self.output_size)


class AdaptiveAvgPool1d(_AdaptiveAvgPool, ndim=1):
    """Average pooling of (N, C, L) to a size; see :func:`clpool.adaptive_avg_pool1d`."""


class AdaptiveAvgPool2d(_AdaptiveAvgPool, ndim=2):
    """Average pooling of (N, C, H, W) to a size; see :func:`clpool.adaptive_avg_pool2d`.

    Example:
        >>> AdaptiveAvgPool2d((7, None))(np.zeros((1, 3, 32, 24), np.float32)).shape
        (1, 3, 7, 24)
    """


class AdaptiveAvgPool3d(_AdaptiveAvgPool, ndim=3):
    """Average pooling of (N, C, D, H, W) to a size; see :func:`clpool.adaptive_avg_pool3d`."""


@dataclass(eq=False, repr=False)
class _AdaptiveMaxPool(_AdaptiveAvgPool):
    family = "adaptive_max_pool"
    flags = ("return_indices",)

    return_indices: bool = False


class AdaptiveMaxPool1d(_AdaptiveMaxPool, ndim=1):
    """Max pooling of (N, C, L) to a size; see :func:`clpool.adaptive_max_pool1d`."""


class AdaptiveMaxPool2d(_AdaptiveMaxPool, ndim=2):
    """Max pooling of (N, C, H, W) to a size; see :func:`clpool.adaptive_max_pool2d`."""


class AdaptiveMaxPool3d(_AdaptiveMaxPool, ndim=3):
    """Max pooling of (N, C, D, H, W) to a size; see :func:`clpool.adaptive_max_pool3d`."""


class _AdaptiveMinPool(_AdaptiveMaxPool):
    family = "adaptive_min_pool"


class AdaptiveMinPool1d(_AdaptiveMinPool, ndim=1):
    """Min pooling of (N, C, L) to a size; see :func:`clpool.adaptive_min_pool1d`."""


class AdaptiveMinPool2d(_AdaptiveMinPool, ndim=2):
    """Min pooling of (N, C, H, W) to a size; see :func:`clpool.adaptive_min_pool2d`."""


class AdaptiveMinPool3d(_AdaptiveMinPool, ndim=3):
    """Min pooling of (N, C, D, H, W) to a size; see :func:`clpool.adaptive_min_pool3d`."""


@dataclass(eq=False, repr=False)
class _FractionalMaxPool(Module):
    home: ClassVar[ModuleType] = fractional
    family = "fractional_max_pool"
    flags = ("return_indices",)

    kernel_size: Any
    output_size: Any = None
    output_ratio: Any = None
    return_indices: bool = False
    _random_samples: Any = None

    def __post_init__(self) -> None:
        super().__post_init__()
        fractional.check_sizes(self.ndim, self.kernel_size, self.output_size, self.output_ratio)
        self.spread("kernel_size", "output_size", "output_ratio")


class FractionalMaxPool2d(_FractionalMaxPool, ndim=2):
    """Max pooling of (N, C, H, W) at random starts; see :func:`clpool.fractional_max_pool2d`.

    Example:
        >>> FractionalMaxPool2d(2, output_ratio=0.7)(np.zeros((1, 3, 32, 32), np.float32)).shape
        (1, 3, 22, 22)
    """


class FractionalMaxPool3d(_FractionalMaxPool, ndim=3):
    """Max pooling of (N, C, D, H, W) at random starts; see :func:`clpool.fractional_max_pool3d`."""
