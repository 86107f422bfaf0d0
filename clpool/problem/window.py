"""Which taps an output sees: the geometry of pooling windows, without any device."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from ..errors import ArgumentTypeError, ArgumentValueError

Shape = tuple[int, ...]
Pads = tuple[tuple[int, int], ...]

#: No window is longer, and no step wider: kernels hold these numbers as literals.
_MOST = 2**31 - 1

#: Paddings given by name; their amounts follow from the input's lengths.
NAMED_PADDINGS = ("valid", "same", "same_lower")


@dataclass(frozen=True)
class SlidingWindow:
    """A window of fixed size that slides in steps of ``stride`` over every spatial axis.

    Glossary: ``extent = dilation * (kernel - 1) + 1`` is the length a window covers, a *tap*
    is one element of a window. ``padding`` holds (begin, end) pairs, one per axis, or one of
    ``"valid"``, ``"same"``, ``"same_lower"``.
    """

    kernel: tuple[int, ...]
    stride: tuple[int, ...]
    padding: Pads | str
    dilation: tuple[int, ...]
    ceil_mode: bool = False

    kind: ClassVar[str] = "sliding"
    gradient: ClassVar[bool] = False
    counts: ClassVar[None] = None

    @classmethod
    def of(
        cls,
        ndim: int,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        dilation: Any = 1,
        ceil_mode: bool = False,
        *,
        half_limit: bool = False,
    ) -> SlidingWindow:
        """Check and normalise the arguments of a pooling function.

        Args:
            ndim: the number of spatial axes, 1 to 3.
            kernel_size: elements per window, an int or one per axis.
            stride: elements between windows; ``None`` or empty means ``kernel_size``.
            padding: an int, one int per axis, (begin, end) pairs per axis, or a name.
            dilation: elements between the taps of a window.
            ceil_mode: whether a last, partial window is kept.
            half_limit: PyTorch's rule, padding at most half of ``kernel_size``. It binds the
                symmetric forms (ints); pairs and names follow ONNX and TensorFlow, which
                set no limit.

        Raises:
            ArgumentTypeError: a value is no integer.
            ArgumentValueError: a value is out of range or a sequence has a wrong length.

        Example:
            >>> SlidingWindow.of(2, 3, stride=2, padding=1).output_shape((112, 112))
            (56, 56)
        """
        kernel = per_axis("kernel_size", kernel_size, ndim, least=1)
        unset = stride is None or (isinstance(stride, Sequence) and len(stride) == 0)
        strides = kernel if unset else per_axis("stride", stride, ndim, least=1)
        dilations = per_axis("dilation", dilation, ndim, least=1)
        if not isinstance(ceil_mode, bool):
            raise ArgumentTypeError(f"ceil_mode must be True or False, got {ceil_mode!r}")
        pads = _pads(padding, ndim, kernel, half_limit)
        return cls(kernel, strides, pads, dilations, ceil_mode)

    @property
    def ndim(self) -> int:
        """The number of spatial axes."""
        return len(self.kernel)

    @property
    def extent(self) -> tuple[int, ...]:
        """The length a window covers on each axis, gaps of the dilation included."""
        return tuple(d * (k - 1) + 1 for k, d in zip(self.kernel, self.dilation, strict=True))

    @property
    def sliding(self) -> SlidingWindow:
        """The sliding window that defines the taps: the window itself."""
        return self

    def bounds(self, lengths: Sequence[int]) -> None:
        """None: the windows follow from stride and extent, nothing is listed."""

    def pads(self, lengths: Sequence[int]) -> Pads:
        """The (begin, end) padding of each axis for an input of these lengths.

        The named forms follow TensorFlow: ``same`` gives ``ceil(i / stride)`` outputs and
        puts the odd element of padding at the end, ``same_lower`` at the begin.
        """
        if not isinstance(self.padding, str):
            return self.padding
        if self.padding == "valid":
            return ((0, 0),) * self.ndim
        pads = []
        for i, s, extent in zip(lengths, self.stride, self.extent, strict=True):
            total = max((-(-i // s) - 1) * s + extent - i, 0)
            small, large = total // 2, total - total // 2
            pads.append((small, large) if self.padding == "same" else (large, small))
        return tuple(pads)

    def output_shape(self, lengths: Sequence[int]) -> tuple[int, ...]:
        """The output's length on each axis for an input of these lengths (PyTorch's formula).

        ``floor((i + pb + pe - extent + (s - 1 if ceil_mode)) / s) + 1``, less one where
        ceil_mode would start the last window in the end padding.

        Raises:
            ArgumentValueError: an output length would be smaller than 1.
        """
        outputs, pads = self.output_lengths(lengths), self.pads(lengths)
        for axis, (i, o, (begin, end)) in enumerate(zip(lengths, outputs, pads, strict=True)):
            if o < 1:
                raise ArgumentValueError(
                    f"the output would have length {o} on spatial axis {axis}: input length {i} "
                    f"with padding {begin} + {end} is shorter than the window's extent "
                    f"{self.extent[axis]} (kernel_size {self.kernel[axis]}, dilation "
                    f"{self.dilation[axis]})"
                )
        return outputs

    def output_lengths(self, lengths: Sequence[int]) -> tuple[int, ...]:
        """The formula of :meth:`output_shape`; lengths below 1 are not refused."""
        outputs = []
        axes = zip(lengths, self.pads(lengths), self.stride, self.extent, strict=True)
        for i, (begin, end), s, extent in axes:
            o = (i + begin + end - extent + (s - 1 if self.ceil_mode else 0)) // s + 1
            if self.ceil_mode and (o - 1) * s >= i + begin:
                o -= 1
            outputs.append(o)
        return tuple(outputs)

    def fitted(self, lengths: Sequence[int]) -> SlidingWindow:
        """The same window, without a stride so far beyond the input that numbers overflow.

        Beyond the padded input and the extent there is one output whatever the stride is. Ordinary
        strides stay, since a kernel is built for each.
        """
        axes = zip(lengths, self.pads(lengths), self.extent, strict=True)
        most = [max(i + begin + end + extent, 2**16) for i, (begin, end), extent in axes]
        strides = tuple(min(s, limit) for s, limit in zip(self.stride, most, strict=True))
        return self if strides == self.stride else replace(self, stride=strides)

    def counts_vary(self, lengths: Sequence[int], padded: bool) -> bool:
        """Whether windows differ in their number of taps, so that an average's divisor does.

        ``padded`` counts the taps in the padding too (count_include_pad); then only a window
        that overhangs the padding's end under ceil_mode has fewer.
        """
        outputs = self.output_shape(lengths)
        axes = zip(lengths, outputs, self.pads(lengths), self.stride, self.extent, strict=True)
        for i, o, (begin, end), s, extent in axes:
            overhang = (o - 1) * s + extent - begin > i + (end if padded else 0)
            if overhang or (begin > 0 and not padded):
                return True
        return False

    def tap_counts(self, lengths: Sequence[int], padded: bool) -> tuple[np.ndarray, ...]:
        """The taps that count in the windows of each axis, an array per axis.

        ``padded`` counts those before the end of the padding, else those inside the input.
        """
        counts = []
        axes = zip(lengths, self.output_shape(lengths), self.pads(lengths), strict=True)
        for axis, (i, o, (begin, end)) in enumerate(axes):
            k, d = self.kernel[axis], self.dilation[axis]
            start = np.arange(o) * self.stride[axis] - begin
            stop = i + end if padded else i
            counted = np.clip(-((start - stop) // d), 0, k)
            counts.append(counted if padded else counted - np.clip(-(start // d), 0, k))
        return tuple(counts)


def integer(name: str, value: Any, least: int) -> int:
    """``value`` as an int; floats and bools are refused rather than rounded."""
    try:
        number = operator.index(value)
    except TypeError:
        number = None
    if number is None or isinstance(value, bool):
        raise ArgumentTypeError(f"{name} must be an integer, got {value!r}")
    if number < least:
        raise ArgumentValueError(f"{name} must be at least {least}, got {number}")
    if number > _MOST:
        raise ArgumentValueError(f"{name} must be at most {_MOST}, got {number}")
    return number


def is_sequence(value: Any) -> bool:
    """Whether an argument has one value per axis rather than one for all."""
    # numpy arrays of any ndim have __len__ and __index__; those of ndim 0 are numbers.
    is_number = getattr(value, "ndim", 1) == 0
    return hasattr(value, "__len__") and hasattr(value, "__getitem__") and not is_number


def per_axis(name: str, value: Any, ndim: int, least: int) -> tuple[int, ...]:
    """One int per axis, from an int, a sequence of one, or a sequence of ``ndim`` ints."""
    if isinstance(value, str) or not is_sequence(value):
        return (integer(name, value, least),) * ndim
    if len(value) not in (1, ndim):
        raise ArgumentValueError(
            f"{name} must be an int or {ndim} int(s), got {len(value)} values: {value!r}"
        )
    numbers = tuple(integer(name, v, least) for v in value)
    return numbers * ndim if len(numbers) == 1 else numbers


def _pads(padding: Any, ndim: int, kernel: tuple[int, ...], half_limit: bool) -> Pads | str:
    if isinstance(padding, str):
        if padding not in NAMED_PADDINGS:
            raise ArgumentValueError(
                f"padding {padding!r} is unknown; allowed: ints, (begin, end) pairs, "
                f"{', '.join(map(repr, NAMED_PADDINGS))}"
            )
        return padding
    if is_sequence(padding) and len(padding) > 0 and all(is_sequence(p) for p in padding):
        if len(padding) != ndim or any(len(pair) != 2 for pair in padding):
            raise ArgumentValueError(
                f"padding must hold {ndim} (begin, end) pair(s), got {padding!r}"
            )
        begin_end = [[integer("padding", p, least=0) for p in pair] for pair in padding]
        return tuple((begin, end) for begin, end in begin_end)
    amounts = per_axis("padding", padding, ndim, least=0)
    for axis, (p, k) in enumerate(zip(amounts, kernel, strict=True)):
        if half_limit and p > k // 2:
            raise ArgumentValueError(
                f"padding {p} exceeds half of kernel_size {k} on axis {axis} (at most {k // 2}); "
                "give (begin, end) pairs to pad further"
            )
    return tuple((p, p) for p in amounts)
