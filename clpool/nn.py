"""Pooling modules: PyTorch's parameters held, called on arrays."""

from __future__ import annotations

from typing import Any, ClassVar

from . import fronts
from .arguments import check_divisor, check_flag
from .arrays import AnyArray
from .functional import plan
from .plan import Plan
from .window import SlidingWindow


class _Pool:
    """The parameters of one pooling function; they pickle, and no device state does."""

    rank: ClassVar[int]
    mode: ClassVar[str]
    shown: ClassVar[tuple[str, ...]] = ("kernel_size", "stride", "padding")

    def __init__(self, **parameters: Any) -> None:
        if parameters["stride"] is None:
            parameters["stride"] = parameters["kernel_size"]
        # A mistake is reported where it is made, not at the first call.
        window = ("kernel_size", "stride", "padding", "dilation", "ceil_mode")
        checked = {name: parameters[name] for name in window if name in parameters}
        SlidingWindow.of(self.rank, **checked, half_limit=True)
        for name in ("return_indices", "count_include_pad"):
            check_flag(name, parameters.get(name, False))
        check_divisor(parameters.get("divisor_override"))
        self.__dict__.update(parameters)

    def __call__(self, x: AnyArray, **keywords: Any) -> Any:
        """Pool ``x``; takes the keyword-only arguments of the function of the same name."""
        function = getattr(fronts, f"{self.mode}_pool{self.rank}d")
        return function(x, **self.__dict__, **keywords)

    def plan(self, shape: tuple[int, ...], dtype: Any, **keywords: Any) -> Plan:
        """A :class:`clpool.plan.Plan` of this module for arrays of one shape and dtype."""
        parameters = dict(self.__dict__)
        window = parameters.pop("kernel_size")
        return plan(shape, dtype, window, self.mode, rank=self.rank, **parameters, **keywords)

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={getattr(self, name)}" for name in self.shown)
        return f"{type(self).__name__}({shown})"


class _MaxPool(_Pool):
    mode = "max"
    shown = ("kernel_size", "stride", "padding", "dilation", "ceil_mode")

    def __init__(
        self,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        dilation: Any = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
    ) -> None:
        super().__init__(
            kernel_size=kernel_size,
            stride=stride,
            padding=padding,
            dilation=dilation,
            return_indices=return_indices,
            ceil_mode=ceil_mode,
        )


class _AvgPool(_Pool):
    mode = "avg"

    def __init__(
        self,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        divisor_override: int | None = None,
    ) -> None:
        super().__init__(
            kernel_size=kernel_size,
            stride=stride,
            padding=padding,
            ceil_mode=ceil_mode,
            count_include_pad=count_include_pad,
            divisor_override=divisor_override,
        )


class MaxPool1d(_MaxPool):
    """Max pooling of (N, C, L); see :func:`clpool.max_pool1d`.

    Example:
        >>> MaxPool1d(3, stride=2)
        MaxPool1d(kernel_size=3, stride=2, padding=0, dilation=1, ceil_mode=False)
    """

    rank = 1


class MaxPool2d(_MaxPool):
    """Max pooling of (N, C, H, W); see :func:`clpool.max_pool2d`.

    Example:
        >>> import numpy as np
        >>> MaxPool2d(2)(np.zeros((1, 3, 8, 8), np.float32)).shape
        (1, 3, 4, 4)
    """

    rank = 2


class MaxPool3d(_MaxPool):
    """Max pooling of (N, C, D, H, W); see :func:`clpool.max_pool3d`."""

    rank = 3


class AvgPool1d(_AvgPool):
    """Average pooling of (N, C, L); see :func:`clpool.avg_pool1d`.

    Example:
        >>> AvgPool1d(3, stride=2)
        AvgPool1d(kernel_size=(3,), stride=(2,), padding=(0,))
    """

    rank = 1

    def __init__(
        self,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
    ) -> None:
        super().__init__(kernel_size, stride, padding, ceil_mode, count_include_pad)
        # PyTorch keeps tuples here, and shows them.
        for name in self.shown:
            value = getattr(self, name)
            setattr(self, name, value if hasattr(value, "__len__") else (value,))


class AvgPool2d(_AvgPool):
    """Average pooling of (N, C, H, W); see :func:`clpool.avg_pool2d`."""

    rank = 2


class AvgPool3d(_AvgPool):
    """Average pooling of (N, C, D, H, W); see :func:`clpool.avg_pool3d`."""

    rank = 3
