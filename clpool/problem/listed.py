"""Windows whose bounds are listed one by one: adaptive, global, fractional, given sequences.

A list of bounds is an int64 array of shape (..., outputs, 2): where each window of one axis begins,
and where it ends (exclusive). Leading axes, where there are any, are those of the planes.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from ..errors import ArgumentTypeError, ArgumentValueError
from .window import SlidingWindow, integer, is_sequence

Bounds = np.ndarray[Any, np.dtype[np.signedinteger[Any]]]


@dataclass(frozen=True)
class AdaptiveWindow:
    """Windows that share an axis as evenly as whole elements allow (PyTorch's formula).

    Output j of o covers ``floor(j * i / o)`` to ``ceil((j + 1) * i / o)`` of i elements. None in
    ``outputs`` keeps the input's length, 0 makes the result empty, more than i repeat elements.
    """

    outputs: tuple[int | None, ...]

    kind: ClassVar[str] = "listed"
    sliding: ClassVar[None] = None
    gradient: ClassVar[bool] = False
    counts: ClassVar[None] = None

    @classmethod
    def of(cls, ndim: int, output_size: Any) -> AdaptiveWindow:
        """Check and normalise an ``output_size``: an int or None, or one per axis.

        Raises:
            ArgumentTypeError: a value is neither an int nor None.
            ArgumentValueError: a value is negative, or there are not as many as axes.

        Example:
            >>> AdaptiveWindow.of(2, (7, None)).output_shape((32, 24))
            (7, 24)
        """
        if isinstance(output_size, str) or not is_sequence(output_size):
            sizes = [output_size] * ndim
        elif len(output_size) == ndim:
            sizes = list(output_size)
        else:
            raise ArgumentValueError(
                f"output_size must be an int or {ndim} of them, got {output_size!r}"
            )
        return cls(tuple(None if s is None else integer("output_size", s, least=0) for s in sizes))

    @property
    def ndim(self) -> int:
        """The number of spatial axes."""
        return len(self.outputs)

    def output_shape(self, lengths: Sequence[int]) -> tuple[int, ...]:
        """The output's length on each axis for an input of these lengths."""
        pairs = zip(lengths, self.outputs, strict=True)
        return tuple(i if o is None else o for i, o in pairs)

    def bounds(self, lengths: Sequence[int]) -> tuple[Bounds, ...]:
        """The bounds of every window of each axis, for an input of these lengths."""
        pairs = zip(lengths, self.output_shape(lengths), strict=True)
        return tuple(
            np.array([(j * i // o, -(-(j + 1) * i // o)) for j in range(o)], np.int64).reshape(o, 2)
            for i, o in pairs
        )


@dataclass(frozen=True, eq=False)
class ListedWindow:
    """Windows with bounds of their own, one array of shape (..., outputs, 2) per axis.

    Args:
        outputs: the output's length on each axis.
        listed: the bounds; None where every call brings others.
        gradient: whether the windows are those of outputs that cover an element.
        counts: of each output, a factor per axis of what its average was divided by; or the bounds
            of its window, where the gradient flows to the tap that was chosen.
        kernel: the length of windows on each axis, where all have the same.
    """

    outputs: tuple[int, ...]
    listed: tuple[Bounds, ...] | None = None
    gradient: bool = False
    counts: tuple[Bounds, ...] | None = None
    kernel: tuple[int, ...] | None = None

    kind: ClassVar[str] = "listed"
    sliding: ClassVar[None] = None

    @classmethod
    def of(cls, *bounds: Bounds) -> ListedWindow:
        """The windows of these bounds, one array per axis."""
        return cls(tuple(b.shape[-2] for b in bounds), bounds)

    @property
    def ndim(self) -> int:
        """The number of spatial axes."""
        return len(self.outputs)

    def output_shape(self, lengths: Sequence[int]) -> tuple[int, ...]:
        """The output's length on each axis; the input's lengths do not matter."""
        return self.outputs

    def bounds(self, lengths: Sequence[int]) -> tuple[Bounds, ...] | None:
        """The bounds of every window of each axis."""
        return self.listed


@dataclass(frozen=True, eq=False)
class CoveringWindow:
    """The outputs of a sliding window that cover an element: the inputs of its gradient.

    Args:
        sliding: the sliding window.
        lengths: the spatial lengths of its input.
        counts: what each output's average was divided by, a factor per axis.
    """

    sliding: SlidingWindow
    lengths: tuple[int, ...]
    counts: tuple[Bounds, ...] | None = None

    kind: ClassVar[str] = "covering"
    gradient: ClassVar[bool] = True

    @property
    def ndim(self) -> int:
        """The number of spatial axes."""
        return len(self.lengths)

    def output_shape(self, lengths: Sequence[int]) -> tuple[int, ...]:
        """The lengths of the gradient, those of the pooling's input."""
        return self.lengths

    def bounds(self, lengths: Sequence[int]) -> None:
        """None: the windows follow from stride and extent, nothing is listed."""


@dataclass(frozen=True)
class WholePlane:
    """No windows at all: planes of these lengths are written from whole planes of the input.

    Args:
        outputs: the lengths.
        likely: the windows of the pooling that the indices are likely to come from: then those lie
            in their own windows. None where nothing is known of them.
    """

    outputs: tuple[int, ...]
    likely: SlidingWindow | None = None

    kind: ClassVar[str] = "plane"
    sliding: ClassVar[None] = None
    gradient: ClassVar[bool] = False
    counts: ClassVar[None] = None

    @property
    def ndim(self) -> int:
        """The number of spatial axes."""
        return len(self.outputs)

    def output_shape(self, lengths: Sequence[int]) -> tuple[int, ...]:
        """The output's length on each axis; the input's lengths do not matter."""
        return self.outputs

    def bounds(self, lengths: Sequence[int]) -> None:
        """None: there is nothing to bound."""


def packed(bounds: Sequence[Bounds] | None, counts: Sequence[Bounds] | None) -> np.ndarray:
    """The lists as a kernel reads them: per axis its bounds, then its counts, as int32."""
    parts: list[np.ndarray] = []
    for axis in range(len(bounds or counts or ())):
        if bounds is not None:
            *planes, outputs, _ = bounds[axis].shape
            parts.append(bounds[axis].reshape(*planes, 2 * outputs))
        if counts is not None:
            parts.append(counts[axis].reshape(-1))
    return np.ascontiguousarray(np.concatenate(parts, axis=-1), np.int32)


def fractional_bounds(length: int, outputs: int, kernel: int, samples: np.ndarray) -> Bounds:
    """The bounds of fractional windows on one axis (Graham 2014, as in PyTorch).

    ``alpha = (n - k) / (o - 1)``; window j starts at ``int((j + u) * alpha) - int(u * alpha)``, the
    last at ``n - k``. All in float64 for samples of float64, in float32 otherwise.

    Args:
        length, outputs, kernel: n, o and k.
        samples: u, between 0 and 1, of any shape.

    Returns:
        The bounds, of shape (*samples.shape, outputs, 2).

    Example:
        >>> fractional_bounds(9, 3, 2, np.float32(0.5))[:, 0]
        array([0, 4, 7], dtype=int32)
    """
    real: Any = np.float64 if samples.dtype == np.float64 else np.float32
    u: Any = samples.astype(real)[..., None]
    bounds = np.empty((*samples.shape, outputs, 2), np.int32)
    bounds[..., -1, 0] = length - kernel
    if outputs > 1:
        alpha = real(length - kernel) / real(outputs - 1)
        places = np.arange(outputs - 1, dtype=real) + u
        places *= alpha
        np.subtract(places.astype(np.int32), (u * alpha).astype(np.int32), bounds[..., :-1, 0])
    np.add(bounds[..., 0], kernel, bounds[..., 1])
    return bounds


def sequence_bounds(name: str, sequence: Any, length: int, overlapping: bool) -> Bounds:
    """The bounds of TensorFlow's pooling sequences: cell c is ``seq[c]`` to ``seq[c + 1] - 1``.

    With ``overlapping`` the element at the boundary belongs to both cells; the last element of
    the axis is the last cell's only.

    Raises:
        ArgumentTypeError: the sequence holds no integers.
        ArgumentValueError: it does not rise strictly from 0 to ``length``.

    Example:
        >>> sequence_bounds("row_sequence", [0, 2, 4, 5], 5, overlapping=True)[:, 1]
        array([3, 5, 5])
    """
    if not is_sequence(sequence) or isinstance(sequence, str):
        raise ArgumentTypeError(f"{name} must be a sequence of ints, got {sequence!r}")
    places = [integer(name, place, least=0) for place in sequence]
    rising = all(a < b for a, b in itertools.pairwise(places))
    if len(places) < 2 or places[0] != 0 or places[-1] != length or not rising:
        raise ArgumentValueError(
            f"{name} must rise from 0 to the input's length {length}, got {places}"
        )
    ends = [min(end + overlapping, length) for end in places[1:]]
    return np.array(list(zip(places[:-1], ends, strict=True)), np.int64).reshape(-1, 2)


def covering(bounds: Bounds, length: int) -> Bounds:
    """The windows covering each element of an axis: first and last (exclusive).

    The bounds must not fall from one window to the next, so that these windows are neighbours.

    Returns:
        An array of shape (..., length, 2); first and last are equal for an element in no window.
    """
    first, last = (_passed(bounds[..., side], length) for side in (1, 0))
    return np.stack([np.minimum(first, last), last], axis=-1)


def _passed(places: Bounds, length: int) -> Bounds:
    """How many of the places on the last axis are at most 0, 1, ... length - 1."""
    *planes, outputs = places.shape
    rows = places.reshape(math.prod(planes), outputs)
    passed = np.zeros((len(rows), length + 1), np.int64)
    np.add.at(passed, (np.arange(len(rows))[:, None], rows.clip(0, length)), 1)
    return passed.cumsum(axis=1)[:, :length].reshape(*planes, length)
