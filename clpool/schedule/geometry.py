"""The geometry of a problem in memory: one view, outer x D x H x W x inner, for every layout.

Channels-first has ``inner == 1``, channels-last has ``inner == C``; 1D and 2D problems have
``D == 1`` (and ``H == 1``). Everything here counts in elements, not bytes, and knows nothing
of OpenCL. A problem too large for a device is cut into smaller ones, which are offsets too.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from ..codegen.kernel_arguments import MEMBERS
from ..problem.listed import Bounds


@dataclass(frozen=True)
class Level:
    """An axis that is not pooled: its length, and the stride of input, output and lists."""

    length: int
    x_stride: int
    y_stride: int
    list_stride: int = 0


@dataclass(frozen=True)
class SpatialAxis:
    """One pooled axis, or a chunk of it.

    ``pad`` is the padding before the input, ``padded_end`` the position behind the padding after
    it, or behind a gradient's last output, ``begin`` that of the first output (all may lie outside
    the chunk's own arrays), ``flat_stride`` the distance of neighbours in a flat index into the
    whole plane, ``step`` that of outputs in the whole plane of them. ``window`` says how windows
    are found: "sliding" by stride and extent, "covering" those of a sliding window that hold an
    element, "own" each input's own one, "plane" not at all, "listed" by ``bounds``, which the
    kernel finds at ``list_at``; ``counted`` numbers of each window may be listed at ``count_at``.
    """

    n_in: int = 1
    n_out: int = 1
    pad: int = 0
    begin: int = 0
    padded_end: int = 1
    x_stride: int = 0
    y_stride: int = 0
    flat_stride: int = 0
    step: int = 0
    stride: int = 1
    extent: int = 1
    window: str = "sliding"
    list_at: int = 0
    count_at: int = 0
    counted: int = 1
    bounds: Bounds | None = field(default=None, compare=False, repr=False)

    def chunk(self, first: int, stop: int) -> tuple[SpatialAxis, int]:
        """The axis that computes outputs ``first`` to ``stop``, and its first input element."""
        begin, end, pad = self._needed(first, stop)
        own = self.window == "own"
        return replace(
            self,
            n_in=end - begin,
            n_out=stop - first,
            pad=pad,
            begin=self.begin - first * (not own),
            padded_end=self.padded_end - {"own": 0, "covering": first}.get(self.window, begin),
            list_at=self.list_at + 2 * first,
            count_at=self.count_at + self.counted * begin,
            bounds=None if self.bounds is None else self.bounds[..., first:stop, :],
        ), begin

    def _needed(self, first: int, stop: int) -> tuple[int, int, int]:
        """The input that these outputs need, begin and end, and their ``pad`` there."""
        if self.window == "own":
            return first, stop, self.pad - first * self.stride
        last = max(self.n_in - 1, 0)  # where nothing is needed, a chunk begins inside all the same
        if self.window == "sliding":
            start = first * self.stride - self.pad
            begin = min(max(start, 0), last)
            end = min(max((stop - 1) * self.stride + self.extent - self.pad, begin), self.n_in)
            return begin, end, begin - start
        if self.window == "covering":
            place = first + self.pad
            begin = max(min(-(-(place - self.extent + 1) // self.stride), place // self.stride), 0)
            begin = min(begin, last)
            end = min(max((stop - 1 + self.pad) // self.stride + 1, begin), self.n_in)
            return begin, end, place - begin * self.stride
        if self.bounds is None:
            return 0, self.n_in, self.pad
        some = self.bounds[..., first:stop, :].reshape(-1, 2)
        some = some[some[:, 0] < some[:, 1]]
        begin = int(some[:, 0].min(initial=last + self.pad)) - self.pad
        end = max(int(some[:, 1].max(initial=0)) - self.pad, begin)
        return begin, end, self.pad + begin


@dataclass(frozen=True)
class Geometry:
    """The geometry of a problem or of a chunk of one: the run-time arguments of a kernel.

    Flat positions (``origin`` and the strides of the axes) are those of the input's plane, in a
    ``gradient`` of the output's.
    """

    outer: tuple[Level, ...]
    spatial: tuple[SpatialAxis, SpatialAxis, SpatialAxis]
    inner: int = 1
    x_offset: int = 0
    y_offset: int = 0
    list_offset: int = 0
    origin: int = 0
    gradient: bool = False

    @property
    def outer_length(self) -> int:
        """The number of planes."""
        return math.prod(level.length for level in self.outer)

    @property
    def result_length(self) -> int:
        """The number of outputs."""
        return self.outer_length * math.prod(axis.n_out for axis in self.spatial) * self.inner

    def plane_lengths(self) -> tuple[int, int]:
        """The elements of a plane of input, and those of a plane of output."""
        lengths = ((axis.n_in, axis.n_out) for axis in self.spatial)
        inputs, outputs = zip(*lengths, strict=True)
        return math.prod(inputs), math.prod(outputs)

    def x_span(self) -> tuple[int, int]:
        """First and last input element touched, relative to the array's first element."""
        levels = [(level.length, level.x_stride) for level in self.outer]
        axes = [(axis.n_in, axis.x_stride) for axis in self.spatial]
        return _span(self.x_offset, [*levels, *axes, (self.inner, 1)])

    def y_span(self) -> tuple[int, int]:
        """First and last output element touched, relative to the array's first element."""
        levels = [(level.length, level.y_stride) for level in self.outer]
        axes = [(axis.n_out, axis.y_stride) for axis in self.spatial]
        return _span(self.y_offset, [*levels, *axes, (self.inner, 1)])

    def list_span(self) -> tuple[int, int]:
        """First and last number of the lists, or of drawn outputs, relative to their first."""
        levels = [(level.length, level.list_stride) for level in self.outer]
        axes = [(axis.n_out + axis.list_at, max(axis.step, 2)) for axis in self.spatial]
        return _span(self.list_offset, [*levels, *axes])

    def is_wide(self) -> bool:
        """Whether positions inside one plane need 64 bits."""
        first, last = replace(self, outer=(), x_offset=0).x_span()
        y_first, y_last = replace(self, outer=(), y_offset=0).y_span()
        flat = sum(axis.flat_stride * max(axis.n_in, axis.n_out, 1) for axis in self.spatial)
        furthest = max(abs(a.pad) + a.n_in + abs(a.padded_end) + a.extent for a in self.spatial)
        return max(last - first, y_last - y_first, flat, furthest) >= 2**31 - 2**16

    def multiple_of(self, lanes: int) -> bool:
        """Whether every row of input and output starts at a multiple of ``lanes`` elements."""
        rows = self.spatial if self.inner > 1 else self.spatial[:2]
        width = self.spatial[2]
        lengths = [self.inner] if self.inner > 1 else [width.n_in, width.n_out]
        strides = [p for place in (*self.outer, *rows) for p in (place.x_stride, place.y_stride)]
        numbers = [*strides, *lengths, self.x_offset, self.y_offset]
        return all(number % lanes == 0 for number in numbers)

    def writes_at(self, lanes: int) -> bool:
        """Whether every row of output starts at a multiple of ``lanes`` elements."""
        places = (*self.outer, *(self.spatial if self.inner > 1 else self.spatial[:2]))
        strides = [place.y_stride for place in places]
        rest = self.inner if self.inner > 1 else self.spatial[2].n_out
        return all(number % lanes == 0 for number in (*strides, self.y_offset, rest))

    def reads_at(self, lanes: int) -> bool:
        """Whether every row of input starts at a multiple of ``lanes`` elements."""
        places = (*self.outer, *(self.spatial if self.inner > 1 else self.spatial[:2]))
        rest = self.inner if self.inner > 1 else self.spatial[2].n_in
        numbers = [*(place.x_stride for place in places), self.x_offset, rest]
        return all(number % lanes == 0 for number in numbers)

    def reads_planes_at(self, lanes: int) -> bool:
        """Whether planes of one stride are dense, from a multiple of ``lanes`` to another."""
        length = self.plane_lengths()[0]
        dense = self.spatial[2].x_stride == 1
        numbers = (length, self.x_offset, *(level.x_stride for level in self.outer))
        return dense and all(number % lanes == 0 for number in numbers)

    def has_dense_planes(self, lanes: int) -> bool:
        """Whether planes of output have no gaps, and start and end at multiples of ``lanes``."""
        length = 1
        for axis in reversed(self.spatial):
            if axis.y_stride != length and axis.n_out > 1:
                return False
            length *= axis.n_out
        starts = [self.y_offset, *(level.y_stride for level in self.outer)]
        return all(number % lanes == 0 for number in (length, *starts))

    def chunks(self, most: int) -> Iterator[Geometry]:
        """The problem cut into chunks that touch at most ``most`` elements of each array.

        The outer axes are cut first, then the first spatial axis that has more than one output,
        with the halo its windows share. A chunk keeps at most two outer levels, which is what
        kernels take, and fewer than 2^31 planes. A single window beyond ``most`` stays whole.
        """
        fits = max(_length(self.x_span()), _length(self.y_span())) <= most
        if fits and len(self.outer) <= 2 and self.outer_length < 2**31:
            yield self
            return
        for number, level in enumerate(self.outer):
            if level.length > 1:
                middle = level.length // 2
                for first, stop in ((0, middle), (middle, level.length)):
                    levels = list(self.outer)
                    levels[number] = replace(level, length=stop - first)
                    kept = tuple(entry for entry in levels if entry.length > 1)
                    yield from replace(
                        self,
                        outer=kept,
                        x_offset=self.x_offset + first * level.x_stride,
                        y_offset=self.y_offset + first * level.y_stride,
                        list_offset=self.list_offset + first * level.list_stride,
                    ).chunks(most)
                return
        for number, axis in enumerate(self.spatial):
            if axis.n_out > 1 and axis.window != "plane":
                middle = axis.n_out // 2
                for first, stop in ((0, middle), (middle, axis.n_out)):
                    chunk, begin = axis.chunk(first, stop)
                    origin = 0 if axis.window == "own" else first if self.gradient else begin
                    spatial = list(self.spatial)
                    spatial[number] = chunk
                    yield from replace(
                        self,
                        spatial=(spatial[0], spatial[1], spatial[2]),
                        x_offset=self.x_offset + begin * axis.x_stride,
                        y_offset=self.y_offset + first * axis.y_stride,
                        origin=self.origin + origin * axis.flat_stride,
                    ).chunks(most)
                return
        yield self

    def members(self, divisor: int = 1, power: int = 0) -> dict[str, int]:
        """The values of :data:`MEMBERS`, offsets relative to the arrays' first elements.

        ``power`` holds the bits of a norm's exponent.
        """
        outer = (Level(1, 0, 0),) * (2 - len(self.outer)) + self.outer
        values = {
            "x_offset": self.x_offset,
            "y_offset": self.y_offset,
            "index_offset": self.y_offset,
            "origin": self.origin,
            "divisor": divisor,
            "inner": self.inner,
            **{name: 0 for name in MEMBERS if name.endswith("_shift")},
            "output_aligned_offset": self.y_offset,
            "power": power,
            "list_offset": self.list_offset,
        }
        for number, level in enumerate(outer):
            values[f"outer{number}"] = level.length
            values[f"x_outer{number}"] = level.x_stride
            values[f"y_outer{number}"] = level.y_stride
            values[f"list_outer{number}"] = level.list_stride
        for name, axis in zip("dhw", self.spatial, strict=True):
            values |= {f"in_{name}": axis.n_in, f"out_{name}": axis.n_out}
            values |= {f"pad_{name}": axis.pad, f"begin_{name}": axis.begin}
            values[f"padded_end_{name}"] = axis.padded_end
            values |= {f"x_{name}": axis.x_stride, f"y_{name}": axis.y_stride}
            values[f"flat_{name}"] = axis.flat_stride
            values[f"step_{name}"] = axis.step
            values |= {f"list_{name}": axis.list_at, f"count_{name}": axis.count_at}
        return values


def _span(offset: int, axes: Sequence[tuple[int, int]]) -> tuple[int, int]:
    distances = [(max(length, 1) - 1) * stride for length, stride in axes]
    first = offset + sum(far for far in distances if far < 0)
    return first, offset + sum(far for far in distances if far > 0)


def _length(span: tuple[int, int]) -> int:
    return span[1] - span[0] + 1
