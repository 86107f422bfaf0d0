"""Argument binding for pyopencl arrays of one memory layout.

A :class:`DeviceBinding` serves every call on arrays of its layout. Inputs of a gradient are copied
where their strides are not those that the kernel needs; nothing else is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyopencl as cl
import pyopencl.array as cla

from .. import modes
from ..dtypes import element_type
from ..problem.problem import Problem
from ..problem.window import Shape, SlidingWindow
from ..schedule import flat_blocks
from ..schedule.layout import COARSEST
from ..schedule.placement import Layout
from . import arrays
from .arrays import host_address
from .descent import Descent
from .launch import Extra, Launch, Launches


def layout_key(
    reads: Sequence[cla.Array], outs: Sequence[cla.Array], list_strides: Shape | None
) -> tuple[Any, ...]:
    """The layout key of these arrays: strides, offsets, alignment."""
    key: list[Any] = [list_strides]
    for array in (*reads, *outs):
        key += array.strides, array.offset, host_address(array) % COARSEST
    return tuple(key)


class DeviceBinding:
    """A launch for arrays of one memory layout, with the packed geometry of each chunk.

    Args:
        descent: the launch, and its replacements when the device refuses it.
        reads: the inputs, of the strides that the kernel needs: those of the first one, then
            ``output_aligned`` arrays of the results' strides.
        outs: the caller's result arrays, empty where results are allocated.
        allocated: the shape, the strides in elements, and the dtypes of allocated results.
    """

    def __init__(
        self,
        descent: Descent,
        reads: Sequence[cla.Array],
        output_aligned: int,
        outs: Sequence[cla.Array],
        allocated: tuple[Shape, Shape, Sequence[np.dtype]],
    ) -> None:
        launch = descent.launch
        self.takes_extra = launch.takes_extra
        self._descent = descent
        self._allocated = allocated
        self._strides = [arrays.strides_of(array) for array in reads]
        inputs = reads[: len(reads) - output_aligned]
        start = _offset(reads[0])
        offsets = {"x_offset": start}
        offsets |= zip(("y_offset", "index_offset"), map(_offset, outs), strict=False)
        for name, array in zip(launch.spec.tap_sources, inputs[1:], strict=True):
            offsets[f"{name}_shift"] = _offset(array) - start
        for array in reads[len(inputs) :]:
            offsets["output_aligned_offset"] = _offset(array)
        self._offsets = offsets
        self._bind(launch)

    def _bind(self, launch: Launch) -> None:
        """Pack the geometry of a launch, which later calls enqueue."""
        members = launch.built.members
        chunks = [(chunk, chunk.packed(members, **self._offsets)) for chunk in launch.chunks]
        self._bound = launch, chunks

    @property
    def launch(self) -> Launch:
        """The launch that the next call enqueues."""
        return self._bound[0]

    def allocate(self, queue: cl.CommandQueue, like: cla.Array) -> list[cla.Array]:
        """Allocate the results, by the allocator of another array."""
        shape, strides, dtypes = self._allocated
        return [arrays.empty_device(queue, shape, strides, dtype, like) for dtype in dtypes]

    def with_needed_strides(
        self,
        reads: Sequence[cla.Array],
        queue: cl.CommandQueue,
        wait_for: Sequence[cl.Event] | None,
    ) -> list[cla.Array]:
        """The inputs, copied where their strides are not those that the kernel needs."""
        needed = zip(reads[1:], self._strides[1:], strict=True)
        return [
            reads[0],
            *(with_strides(array, strides, queue, wait_for) for array, strides in needed),
        ]

    def enqueue(
        self,
        reads: Sequence[cla.Array],
        results: Sequence[cla.Array],
        extra: Extra | None,
        queue: cl.CommandQueue,
        wait_for: Sequence[cl.Event] | None,
    ) -> None:
        """Enqueue every chunk; the kernels' events are appended to those of the arrays."""
        touched = [*reads, *results]
        buffers: list[Any] = [array.base_data for array in touched]
        if extra is not None:
            buffers.insert(len(reads), extra)
        before = [list(array.events) for array in touched]
        pending = [event for events in before for event in events] + list(wait_for or ())
        begun: list[cl.Event] = []
        launch, chunks = self._bound
        while True:
            try:
                for chunk, packed in chunks:
                    event = launch.enqueue(queue, chunk, buffers, packed, pending)
                    begun.append(event)
                    # The inputs too: whoever overwrites them must wait until they have been read.
                    for array in touched:
                        array.events.append(event)
                break
            except cl.Error as error:
                self._bind(self._descent.after(launch, error, bool(pending)))
                launch, chunks = self._bound
                pending += begun  # their results are written again
        # Older events are implied by the new ones: drop them.
        for array, events in zip(touched, before, strict=True):
            try:
                for event in events:
                    array.events.remove(event)
            except ValueError:  # another thread removed them first
                continue


def with_strides(
    array: cla.Array,
    strides: Shape,
    queue: cl.CommandQueue,
    wait_for: Sequence[cl.Event] | None,
) -> cla.Array:
    """The array itself if it has these strides, else a copy of these strides.

    The copy is made by pooling windows of one element.
    """
    present = arrays.strides_of(array)
    if present == strides or array.size <= 1:
        return array
    element = element_type(array.dtype)
    copy = arrays.spanning_device(queue, strides, array)
    problem = Problem(
        shape=array.shape,
        dtype=element,
        out=element,
        spatial=(len(array.shape) - 1,),
        window=SlidingWindow.of(1, 1),
        mode=modes.find("max"),
    )
    far = is_far(array) or is_far(copy)
    descent = Launches(problem, queue, {}).find(Layout(present, strides, None, 1, far=far))
    allocated = (array.shape, strides, [array.dtype])
    binding = DeviceBinding(descent, [array], 0, [copy], allocated)
    binding.enqueue([array], [copy], None, queue, wait_for)
    return copy


def is_far(array: cla.Array) -> bool:
    """Whether an array reaches to an element of its buffer whose offset takes 64 bits."""
    return _offset(array) + arrays.last_offset(array) >= flat_blocks.NARROW


def _offset(array: cla.Array) -> int:
    """The elements before an array in its buffer."""
    return int(array.offset // array.dtype.itemsize)
