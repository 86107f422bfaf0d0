"""A pooling problem: shapes, dtypes, mode and window, without arrays or a layout."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import prod

import numpy as np

from ..dtypes import ElementType
from ..modes import Mode
from .listed import AdaptiveWindow, CoveringWindow, ListedWindow, WholePlane
from .own_window import OwnWindow
from .window import Shape, SlidingWindow

Window = SlidingWindow | CoveringWindow | AdaptiveWindow | ListedWindow | OwnWindow | WholePlane


@dataclass(frozen=True)
class Problem:
    """One pooling call, without its arrays.

    ``spatial`` are the pooled axes of ``shape``; ``divisor`` is an average's given divisor,
    or None to count taps, those in the padding too if ``count_include_pad``. ``input_index`` is the
    dtype of the indices that a gradient of selected taps reads, ``power`` a norm's exponent.
    """

    shape: Shape
    dtype: ElementType
    out: ElementType
    spatial: tuple[int, ...]
    window: Window
    mode: Mode
    nan: str = "propagate"
    index: str | None = None
    divisor: int | None = None
    count_include_pad: bool = True
    input_index: str | None = None
    power: float = 0.0

    @property
    def lengths(self) -> Shape:
        """The input's lengths on the pooled axes."""
        return tuple(self.shape[axis] for axis in self.spatial)

    @cached_property
    def output_shape(self) -> Shape:
        """The result's shape."""
        shape = list(self.shape)
        lengths = self.window.output_shape(self.lengths)
        for axis, length in zip(self.spatial, lengths, strict=True):
            shape[axis] = length
        return tuple(shape)

    @cached_property
    def result_dtypes(self) -> list[np.dtype]:
        """The dtypes of the results: values, and indices if the problem has any."""
        return [self.out.numpy] + ([np.dtype(self.index)] if self.index else [])

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to read, or nothing to write."""
        return 0 in self.shape or 0 in self.output_shape

    @property
    def bytes_moved(self) -> int:
        """Bytes read and written at least: the input, the values and the indices, once each."""
        index = int(self.index.removeprefix("int")) // 8 if self.index else 0
        read = int(self.input_index.removeprefix("int")) // 8 if self.input_index else 0
        inputs = prod(self.shape) * (self.dtype.size + read)
        return inputs + prod(self.output_shape) * (self.out.size + index)

    @property
    def taps(self) -> int:
        """The most taps of a window; 0 where every call lists others."""
        if sliding := self.window.sliding:
            return prod(sliding.kernel)
        bounds = self.window.bounds(self.lengths) or ()
        return prod(int((b[..., 1] - b[..., 0]).max(initial=0)) for b in bounds) if bounds else 0

    def divisor_class(self) -> tuple[str | None, int]:
        """How a kernel finds the divisor, and the divisor if it is one for all windows."""
        if not self.mode.divides and "count" not in self.mode.inputs:
            return None, 1
        if self.divisor is not None:
            return "given", self.divisor
        if self.window.counts is not None:
            return "listed", 1
        if not isinstance(self.window, SlidingWindow):
            return "valid", 1
        if self.window.counts_vary(self.lengths, self.count_include_pad):
            return ("padded" if self.count_include_pad else "valid"), 1
        return "given", prod(self.window.kernel)

    def power_bits(self, accumulator: str) -> int:
        """The exponent as a kernel of this accumulator reads it: an integer's bits."""
        if accumulator == "double":
            return int(np.float64(self.power).view(np.int64))
        return int(np.float32(self.power).view(np.int32))

    def plane_strides(self) -> Shape:
        """Strides, in planes, of the axes of a channels-first result; 0 for spatial axes."""
        size = prod(self.output_shape[axis] for axis in self.spatial)
        strides = [0] * len(self.shape)
        for axis in reversed(range(len(self.shape))):
            if axis not in self.spatial:
                strides[axis] = size
                size *= self.shape[axis]
        return tuple(strides)
