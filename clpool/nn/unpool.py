"""Modules that put maxima back where they came from."""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType
from typing import Any, ClassVar

from ..ops import unpool
from ..problem.window import SlidingWindow
from ..runtime.arrays import AnyArray
from .module import Module


@dataclass(eq=False, repr=False)
class _MaxUnpool(Module):
    home: ClassVar[ModuleType] = unpool
    family = "max_unpool"
    shown = ("kernel_size", "stride", "padding")

    kernel_size: Any
    stride: Any = None
    padding: Any = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        SlidingWindow.of(self.ndim, self.kernel_size, self.stride, self.padding)
        if self.stride is None:
            self.stride = self.kernel_size
        self.spread(*self.shown)

    def __call__(
        self, x: AnyArray, indices: AnyArray, output_size: Any = None, **keywords: Any
    ) -> Any:
        """Put the values ``x`` where ``indices`` say; takes the function's keywords."""
        return super().__call__(x, indices=indices, output_size=output_size, **keywords)


class MaxUnpool1d(_MaxUnpool, ndim=1):
    """The inverse of :class:`MaxPool1d` but for zeros; see :func:`clpool.max_unpool1d`.

    Example:
        >>> y, indices = clpool.nn.MaxPool1d(2, return_indices=True)(np.array([[1.0, 3, 4, 2]]))
        >>> MaxUnpool1d(2)(y, indices)
        array([[0., 3., 4., 0.]])
    """


class MaxUnpool2d(_MaxUnpool, ndim=2):
    """The inverse of :class:`MaxPool2d` but for zeros; see :func:`clpool.max_unpool2d`."""


class MaxUnpool3d(_MaxUnpool, ndim=3):
    """The inverse of :class:`MaxPool3d` but for zeros; see :func:`clpool.max_unpool3d`."""
