"""An array without its elements: ``float32[16, 64, 112, 112]``, with the order of its axes."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ..dtypes import ELEMENT_TYPES, element_type
from ..errors import ArgumentValueError
from ..runtime.arrays import AnyArray


class ArrayForm(NamedTuple):
    """The dtype and the shape of an array, and its axes from the outermost in memory inwards.

    Example:
        >>> str(ArrayForm.of(np.zeros((2, 3, 4), np.float32).transpose(0, 2, 1)))
        'float32[2, 4, 3].order(0, 2, 1)'
    """

    dtype: str
    shape: tuple[int, ...]
    order: tuple[int, ...]

    @classmethod
    def dense(cls, dtype: str, shape: tuple[int, ...]) -> ArrayForm:
        """The form of an array whose last axis is the innermost."""
        return cls(dtype, shape, tuple(range(len(shape))))

    @classmethod
    def of(cls, x: AnyArray) -> ArrayForm:
        """The form of a numpy or a pyopencl array; axes of one element stay where they are."""
        shape = tuple(int(n) for n in x.shape)
        axes = [axis for axis, n in enumerate(shape) if n > 1]
        order = list(range(len(shape)))
        inwards = sorted(axes, key=lambda axis: -abs(x.strides[axis]))
        for place, axis in zip(axes, inwards, strict=True):
            order[place] = axis
        return cls(element_type(x.dtype).name, shape, tuple(order))

    def resized(self, shape: tuple[int, ...]) -> ArrayForm:
        """The form of another shape of as many axes, in the same order."""
        if len(shape) != len(self.shape):
            raise ArgumentValueError(f"shape must have {len(self.shape)} lengths, got {shape}")
        return self._replace(shape=shape)

    @property
    def numpy(self) -> np.dtype[Any]:
        """The numpy dtype."""
        try:
            return ELEMENT_TYPES[self.dtype].numpy
        except ImportError as error:
            raise ArgumentValueError(f"{self} needs the package ml_dtypes ({error})") from error

    def empty(self) -> np.ndarray:
        """An array of this form whose elements are not set."""
        memory = np.empty([self.shape[axis] for axis in self.order], self.numpy)
        return memory.transpose(np.argsort(self.order))

    def laid_out(self, values: Any) -> np.ndarray:
        """An array of this form with these elements."""
        found = self.empty()
        found[...] = values
        return found

    def __str__(self) -> str:
        lengths = ", ".join(map(str, self.shape)) or "()"
        if self.order == tuple(range(len(self.shape))):
            return f"{self.dtype}[{lengths}]"
        return f"{self.dtype}[{lengths}].order({', '.join(map(str, self.order))})"
