"""A problem whose arrays lie somewhere in memory, on a device: its geometry, cut into chunks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from .. import tuning
from ..errors import DeviceError
from ..problem.problem import Problem, Window
from ..problem.window import Shape
from . import streaming
from .device_traits import DeviceTraits
from .geometry import Geometry
from .layout import COARSEST, arrange, dense_strides


class Layout(NamedTuple):
    """How the arrays of a problem lie in memory.

    Args:
        x, y: the strides of the input and of the result, in elements.
        inner: the dense axis of both arrays, None if there is none.
        aligned: the arrays start at multiples of this many bytes.
        lists: see :func:`clpool.schedule.layout.arrange`.
        far: whether arrays reach beyond 2^31 elements of their buffers.
        streamed: whether chunks are copied to the device one after the other: as small as is quick.
    """

    x: Shape
    y: Shape
    inner: int | None
    aligned: int
    lists: Shape | None = None
    far: bool = False
    streamed: bool = False


def dense_layout(problem: Problem) -> Layout:
    """The layout of dense, aligned arrays."""
    shape = problem.shape
    channels_last = problem.spatial[-1] != len(shape) - 1
    strides = dense_strides(shape, tuple(range(len(shape), 0, -1)), len(shape) - 1)
    inner = len(shape) - 1 if channels_last else problem.spatial[-1]
    y_strides = dense_strides(problem.output_shape, strides, inner)
    return Layout(strides, y_strides, inner, COARSEST)


@dataclass(frozen=True)
class Placement:
    """A problem, the layout of its arrays, and a device.

    Args:
        limit: elements of an array that a chunk touches at most; None, as the device allows.
    """

    problem: Problem
    traits: DeviceTraits
    layout: Layout
    limit: int | None = None

    @property
    def along_row(self) -> bool:
        """Whether the dense axis is the row."""
        return self.layout.inner == self.problem.spatial[-1]

    @cached_property
    def most(self) -> int:
        """The elements of an array that a chunk touches at most."""
        return most_elements(self.problem, self.traits) if self.limit is None else self.limit

    def arranged(
        self, inner: int | None, lists: Shape | None = None, window: Window | None = None
    ) -> Geometry:
        """The geometry of the whole problem with this dense axis, or of another window."""
        problem, layout = self.problem, self.layout
        arrays = (problem.shape, layout.x, problem.output_shape, layout.y, problem.spatial)
        return arrange(*arrays, inner, window or problem.window, lists)

    def cut(self, whole: Geometry, counted: int | None = None) -> list[Geometry]:
        """Chunks whose buffers the device allows, of ``counted`` elements at most.

        Streamed ones are smaller, where that is quicker.

        Raises:
            DeviceError: not even one window fits into a buffer of the device.
        """
        most = self.most
        chunks = list(whole.chunks(min(most, counted or most)))
        if self.layout.streamed:
            chunks = streaming.parts(chunks, streaming.part_elements(self.problem))
        for chunk in chunks:
            for verb, (first, last) in (("reads", chunk.x_span()), ("writes", chunk.y_span())):
                if last - first >= most:
                    raise DeviceError(
                        f"one window {verb} {last - first + 1} elements, but {self.traits.name} "
                        f"allows {most} in one buffer"
                    )
        return chunks


def most_elements(problem: Problem, traits: DeviceTraits) -> int:
    """The elements one buffer may hold on this device."""
    size = streaming.widest_bytes(problem)
    most = traits.allocation_bytes
    if not traits.shares_host_memory():
        most = min(most, traits.memory_bytes // tuning.SCHEDULE.device_part)
    if most < size:
        raise DeviceError(f"{traits.name} offers buffers of {most} bytes only")
    return most // size
