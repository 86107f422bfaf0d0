"""Argument binding for numpy arrays of one memory layout.

A :class:`HostBinding` serves every call on arrays of its layout. A device that shares the host's
memory gets buffers over the arrays themselves; to others the arrays are copied.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from contextlib import suppress
from math import gcd, prod
from typing import Any

import numpy as np
import pyopencl as cl

from ..errors import ClpoolError, DeviceError
from ..problem.window import Shape
from ..schedule.layout import COARSEST, NONTEMPORAL
from ..tuning import HOST
from . import device_memory, result_memory
from .descent import Descent, is_shortage
from .launch import Extra, Launch
from .pipeline import Pipeline
from .result_memory import address
from .slots import Step
from .staging import MOST_BYTES, MOST_UNALIGNED_BYTES, ArrayLayout, StagedCall

_READ = cl.mem_flags.READ_ONLY | cl.mem_flags.USE_HOST_PTR
_WRITE = cl.mem_flags.READ_WRITE | cl.mem_flags.USE_HOST_PTR

#: Bytes of the smallest array that is wrapped from a page on.
LEAST_WRAPPED = HOST.wrapped_bytes


def layout_key(
    reads: Sequence[np.ndarray],
    outs: Sequence[np.ndarray],
    list_strides: Shape | None,
    page: int = 1,
) -> tuple[tuple[Any, ...], list[int]]:
    """The layout key of these arrays (alignment, strides, dtypes) and their addresses.

    The first entry is the alignment of inputs and values in bytes, at most :data:`COARSEST`; less
    than :data:`NONTEMPORAL` where indices are not aligned to that; 0 where an array is not aligned
    to its elements. With a ``page`` of more than one byte the last entries are the arrays' offsets
    in their pages, 0 for arrays below :data:`LEAST_WRAPPED`.
    """
    every = (*reads, *outs)
    addresses = [address(array) for array in every]
    aligned = gcd(COARSEST, *addresses[: len(reads) + 1])
    if aligned < 8 and any(start % a.itemsize for a, start in zip(every, addresses, strict=True)):
        aligned = 0
    elif len(outs) > 1 and addresses[-1] % NONTEMPORAL:
        aligned = min(aligned, NONTEMPORAL // 2)
    key: list[Any] = [aligned, list_strides]
    for array in every:
        key += array.strides, array.dtype
    if page > 1:
        each = zip(every, addresses, strict=True)
        key += [start % page if a.nbytes >= LEAST_WRAPPED else 0 for a, start in each]
    return tuple(key), addresses


class HostBinding:
    """A launch for arrays of one memory layout, with the byte range of each chunk in each array.

    Args:
        descent: the launch, and its replacements when the device refuses it.
        reads: the inputs: those of the strides of the first one, then ``output_aligned`` arrays
            of the results' strides.
        allocated: the shape, the strides in elements, and the dtypes of allocated results.
        wrapped: whether kernels read and write host memory in place.
        via_temporary: compute into an allocated temporary, then copy to ``out``.
        page_offsets: the bytes between the start of a page and each present array.
        page: the alignment that wrapped memory needs, in bytes; 1 where any will do, or none is.
    """

    def __init__(
        self,
        descent: Descent,
        reads: Sequence[np.ndarray],
        output_aligned: int,
        allocated: tuple[Shape, Shape, Sequence[np.dtype]],
        wrapped: bool,
        via_temporary: bool,
        page_offsets: Sequence[int],
        page: int,
    ) -> None:
        launch = descent.launch
        self.takes_extra = launch.takes_extra
        self._listed = launch.spec.lists
        self.via_temporary = via_temporary
        self._descent = descent
        self._wrapped = wrapped
        shape, strides, dtypes = allocated
        self._results: list[ArrayLayout] = [
            (shape, tuple(s * d.itemsize for s in strides), d) for d in dtypes
        ]
        self._inputs: list[ArrayLayout] = [(a.shape, a.strides, a.dtype) for a in reads]
        names = ["x_offset", *(f"{name}_shift" for name in launch.spec.tap_sources)]
        inputs = reads[: len(reads) - output_aligned]
        uses = [(_READ, "x", name, a.dtype) for name, a in zip(names, inputs, strict=True)]
        uses += [(_READ, "y", "output_aligned_offset", a.dtype) for a in reads[len(inputs) :]]
        written = zip(("y_offset", "index_offset"), dtypes, strict=False)
        uses += [(_WRITE, "y", name, dtype) for name, dtype in written]
        # Allocated results begin at a page, or are small enough to be copied.
        self._page_offsets = [0] * len(uses)
        given = page_offsets[: len(reads)] if via_temporary else page_offsets
        self._page_offsets[: len(given)] = given
        self._uses, self._page = uses, page
        # Of what a GPU reads where it lies the page is part of the range, never of a result's.
        self._pages = [page if wrapped else 1] * len(uses)
        if not wrapped:
            sizes = [array.nbytes for array in reads]
            self._pages[: len(sizes)] = [page if n >= LEAST_WRAPPED else 1 for n in sizes]
        self._bind(launch)

    def _bind(self, launch: Launch) -> None:
        """Work out the byte ranges of a launch, which later calls enqueue."""
        memory = self._uses, self._page_offsets, self._pages
        steps = [Step(chunk, launch.built.members, *memory) for chunk in launch.chunks]
        self._bound = launch, steps
        small = self._wrapped and not (self._listed or launch.spec.in_portions) and len(steps) == 1
        self.is_small = small and self._is_worth_copying(steps[0])

    @property
    def launch(self) -> Launch:
        """The launch that the next call enqueues."""
        return self._bound[0]

    def staged(self) -> StagedCall:
        """The same call through the staging buffers, if :attr:`is_small`."""
        launch, (step,) = self._bound
        return StagedCall(launch, step.chunk, self._inputs, self._results, step.packed)

    def _is_worth_copying(self, step: Step) -> bool:
        """Whether all arrays together are small, and results have no gaps."""
        first, last = step.chunk.geometry.y_span()
        size = sum(ctypes.sizeof(memory) for _, _, memory in step.ranges)
        at_start = all(start == 0 for _, start, _ in step.ranges)
        most = MOST_BYTES if self._page == 1 else MOST_UNALIGNED_BYTES
        return at_start and last - first + 1 == prod(self._results[0][0]) and size <= most

    def allocate(self) -> list[np.ndarray]:
        """Allocate the results."""
        return [result_memory.empty(*layout) for layout in self._results]

    def launch_and_wait(
        self,
        addresses: Sequence[int],
        extra: Extra | None,
        queue: cl.CommandQueue,
        wait_for: Sequence[cl.Event] | None,
    ) -> None:
        """Launch every chunk on the arrays at these addresses, in the order of arguments; wait."""
        if not self._wrapped:
            return self._copy_and_wait(addresses, extra, queue, wait_for)
        launch, steps = self._bound
        # Kernels use the caller's memory until they complete, also if waiting is interrupted.
        try:
            for step in steps:
                self._launch_wrapped(launch, step, addresses, extra, queue, wait_for)
                if launch.built.unsaved:
                    launch.built.save()
            return None
        except cl.Error as error:
            with suppress(cl.Error):
                queue.finish()
            self._bind(self._descent.after(launch, error, bool(wait_for)))
        except BaseException:
            queue.finish()
            raise
        return self.launch_and_wait(addresses, extra, queue, wait_for)

    def _launch_wrapped(
        self,
        launch: Launch,
        step: Step,
        addresses: Sequence[int],
        extra: Extra | None,
        queue: cl.CommandQueue,
        wait_for: Sequence[cl.Event] | None,
    ) -> None:
        """Enqueue one chunk on buffers over the caller's memory, and wait."""
        context = launch.context
        buffers: list[Any] = []
        for (flags, start, memory), first in zip(step.ranges, addresses, strict=True):
            buffers.append(cl.Buffer(context, flags, 0, memory.from_address(first + start)))
        if extra is not None:
            buffers.insert(len(self._inputs), extra)
        launch.enqueue(queue, step.chunk, buffers, step.packed, wait_for).wait()

    def _copy_and_wait(
        self,
        addresses: Sequence[int],
        extra: Extra | None,
        queue: cl.CommandQueue,
        wait_for: Sequence[cl.Event] | None,
    ) -> None:
        """Launch every chunk on copies of the arrays at these addresses; wait."""
        collected, released = 0, False
        while True:
            launch, steps = self._bound
            pipeline = Pipeline(launch, steps, queue, self._page)
            try:
                if wait_for:
                    cl.wait_for_events(list(wait_for))
                pipeline.run(addresses, len(self._inputs), extra)
                return
            except cl.Error as error:
                pipeline.abandon()
                collected += pipeline.collected
                # Drivers may notice at a launch that memory is too small: once with all there is.
                if device_memory.release() and not released and is_shortage(error):
                    released = True
                    continue
                try:
                    self._bind(self._descent.after(launch, error, bool(wait_for)))
                except (cl.Error, ClpoolError) as final:
                    if not collected:
                        raise
                    raise DeviceError(
                        f"{final}\nAn out that was given holds some of the results."
                    ) from final
            except BaseException:
                pipeline.abandon()
                raise
