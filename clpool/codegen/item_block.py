"""The block of outputs of one work-item, and the input elements that its windows share.

Along an axis output *j* of a block has taps at fixed distances from the block's first element of
input, its base: j * stride + k * dilation of a sliding window. Of a gradient element *j* is covered
by the outputs at (phase + j - k * dilation) / stride, where that is whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import prod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .spec import KernelSpec


@dataclass(frozen=True)
class AxisBlock:
    """A block along one axis of a spec, by the axis' number."""

    spec: KernelSpec
    axis: int

    @cached_property
    def name(self) -> str:
        """The axis: "d", "h" or "w"."""
        return self.spec.axes[self.axis]

    @cached_property
    def outputs(self) -> int:
        """The outputs of the block."""
        return self.spec.block[self.axis]

    @cached_property
    def taps(self) -> tuple[tuple[int, ...], ...]:
        """The distances of each output's taps from the base, ascending."""
        spec, axis = self.spec, self.axis
        kernel, stride, dilation = spec.kernel[axis], spec.stride[axis], spec.dilation[axis]
        taps = []
        for output in range(self.outputs):
            if spec.window == "covering":
                places = (spec.phases[axis] + output - k * dilation for k in range(kernel))
                taps.append(tuple(sorted(p // stride for p in places if p % stride == 0)))
            else:
                taps.append(tuple(output * stride + k * dilation for k in range(kernel)))
        return tuple(taps)

    @cached_property
    def distances(self) -> tuple[int, ...]:
        """The distances that any output has a tap at, ascending."""
        return tuple(sorted({place for own in self.taps for place in own}))

    def begins(self, place: int) -> bool:
        """Whether the window of the output at a distance has its first tap in the block.

        Of a gradient; a tap beside the plane counts.
        """
        first = place * self.spec.stride[self.axis] - self.spec.phases[self.axis]
        return 0 <= first < self.outputs

    def number(self, distance: int) -> int:
        """The number of a distance among :attr:`distances`."""
        return self.distances.index(distance)


@dataclass(frozen=True)
class ItemBlock:
    """The block of a spec: its axes, its rows of input, and the vectors its taps are joined to."""

    spec: KernelSpec

    @cached_property
    def axes(self) -> tuple[AxisBlock, ...]:
        """The block along every pooled axis."""
        return tuple(AxisBlock(self.spec, axis) for axis in range(self.spec.ndim))

    @cached_property
    def row(self) -> AxisBlock:
        """The block along the row."""
        return self.axes[-1]

    @cached_property
    def rows(self) -> list[tuple[int, ...]]:
        """The rows of input that are read, each by its distances along the outer axes."""
        return list(product(*(axis.distances for axis in self.axes[:-1])))

    @cached_property
    def outputs(self) -> list[tuple[int, ...]]:
        """The rows of outputs, each by its numbers along the outer axes."""
        return list(product(*(range(axis.outputs) for axis in self.axes[:-1])))

    def rows_of(self, output: tuple[int, ...]) -> list[int]:
        """The numbers of the rows that a row of outputs has taps in, ascending."""
        own = (axis.taps[n] for axis, n in zip(self.axes[:-1], output, strict=True))
        return [self.rows.index(place) for place in product(*own)]

    @cached_property
    def vectors(self) -> list[list[int]]:
        """The columns of every vector of outputs: all, or one where lanes are channels."""
        count = self.row.outputs
        alone = self.spec.layout == "last" or self.spec.width == 1
        return [[n] for n in range(count)] if alone else [list(range(count))]

    @cached_property
    def maps_early(self) -> bool:
        """Whether elements are mapped as they are read, alike for all windows."""
        return self.spec.mode.maps and not {"forward_input", "indices"} & set(self.spec.mode.inputs)

    @cached_property
    def early(self) -> bool:
        """Whether elements beside the plane become the identity as they are read."""
        mode = self.spec.mode
        late = mode.moves or (mode.maps and not self.maps_early)
        return mode.whole or not (self.spec.index or mode.fields or late)

    @cached_property
    def orders(self) -> bool:
        """Whether taps are put in order."""
        return self.spec.template == "rank_outputs"

    def taps(self, outputs: list[int]) -> list[list[int | None]]:
        """The distances of tap 0, 1, ... of these columns; None where a column has no such tap."""
        own = [self.row.taps[output] for output in outputs]
        most = max(map(len, own))
        return [[taps[k] if k < len(taps) else None for taps in own] for k in range(most)]

    @cached_property
    def chunks(self) -> list[int]:
        """The distances of the aligned vectors that a row is read in; none where it is elements."""
        spec = self.spec
        if spec.loads == 1:
            return []
        least, most = self.row.distances[0], self.row.distances[-1]
        first = -spec.alignment_phase if spec.alignment_phase else 0
        first += (least - first) // spec.loads * spec.loads
        return list(range(first, most + 1, spec.loads))

    @cached_property
    def units(self) -> list[int]:
        """The distances of what a row is read in: aligned vectors, else elements."""
        return self.chunks or list(self.row.distances)

    def lanes_of_unit(self, unit: int) -> list[int | None]:
        """The distances of a unit's elements; None of those that no output has a tap at."""
        if not self.chunks:
            return [self.units[unit]]
        places = range(self.units[unit], self.units[unit] + self.spec.loads)
        return [place if place in self.row.distances else None for place in places]

    @cached_property
    def register_bytes(self) -> int:
        """Bytes of an item's elements as they are read, of one row as accumulators, of states.

        Halves of channels are computed with as they are read.
        """
        spec = self.spec
        covering, last = spec.window == "covering", spec.layout == "last"
        lanes = len(self.row.distances) if covering and not last else len(self.units) * spec.loads
        row = lanes * (spec.width if last else 1)
        states = len(self.outputs) * len(self.vectors) * spec.width * spec.state_size
        indices = spec.position_size if spec.input_index else 0
        beside = (len(spec.tap_sources) - (indices > 0)) * spec.accumulator_size
        halves = spec.layout == "last" and spec.dtype.is_float
        element = max(spec.dtype.size, spec.accumulator_size) if halves else spec.dtype.size
        read = element + indices + beside
        return len(self.rows) * row * read + row * spec.accumulator_size + states

    @cached_property
    def combinations(self) -> int:
        """Taps of all outputs of an item, a measure of its code."""
        return prod(sum(map(len, axis.taps)) for axis in self.axes)
