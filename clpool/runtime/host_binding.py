"""numpy arrays on their way to a kernel and back: what follows from how they lie, found once.

A :class:`HostRoute` is what calls on arrays that lie alike have in common. On a device that shares
the host's memory arrays are wrapped in place; to others they travel through device buffers.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from contextlib import suppress
from math import gcd, prod
from typing import Any

import numpy as np
import pyopencl as cl

from ..problem.window import Shape
from ..schedule.specialise import Part
from . import result_memory
from .descent import Descent
from .launch import Launch, More
from .result_memory import address
from .staging import MOST_BYTES, MOST_UNALIGNED_BYTES, Made, Staged

_READ = cl.mem_flags.READ_ONLY | cl.mem_flags.USE_HOST_PTR
_WRITE = cl.mem_flags.READ_WRITE | cl.mem_flags.USE_HOST_PTR

#: Bytes of the smallest array that is wrapped from a page on: smaller ones begin anywhere in one,
#: so that every call would need a route of its own, and are copied as fast.
LEAST_WRAPPED = 2**17


def lie(
    reads: Sequence[np.ndarray],
    results: Sequence[np.ndarray],
    pitches: Shape | None,
    page: int = 1,
) -> tuple[tuple[Any, ...], list[int]]:
    """How arrays lie in memory, which is a route's key, and the addresses where they begin.

    The first entry is the bytes, up to 64, of whose multiples all arrays begin, or 8 where indices
    do not at those of 16; 0 where one is not even aligned to its elements. The last entries are
    the bytes from where pages begin, if these have more than one, and arrays are worth it.
    """
    every = (*reads, *results)
    addresses = [address(array) for array in every]
    aligned = gcd(64, *addresses[: len(reads) + 1])
    if aligned < 8 and any(start % a.itemsize for a, start in zip(every, addresses, strict=True)):
        aligned = 0
    elif len(results) > 1 and addresses[-1] % 16:  # indices are written 16 bytes at a time
        aligned = min(aligned, 8)
    lying: list[Any] = [aligned, pitches]
    for array in every:
        lying += array.strides, array.dtype
    if page > 1:
        each = zip(every, addresses, strict=True)
        lying += [start % page if a.nbytes >= LEAST_WRAPPED else 0 for a, start in each]
    return tuple(lying), addresses


class HostRoute:
    """A launch, and the bytes that each of its parts touches of arrays that lie in one way.

    Args:
        descent: the kernel and its parts, and what takes their place when they are refused.
        reads: arrays that are read: inputs, which lie as the first of them does, and behind them
            ``own`` arrays, which lie as the results do.
        made: the shape, the strides in elements, and the dtypes of results that are made.
        wrapped: whether kernels reach the host's memory.
        detour: whether results that are given are written by way of made ones.
        begins: bytes from where a page begins to each array that there is already.
        page: bytes of whose multiples wrapped memory must begin.
    """

    def __init__(
        self,
        descent: Descent,
        reads: Sequence[np.ndarray],
        own: int,
        made: tuple[Shape, Shape, Sequence[np.dtype]],
        wrapped: bool,
        detour: bool,
        begins: Sequence[int],
        page: int,
    ) -> None:
        launch = descent.launch
        self.takes_more = launch.takes_more
        self._listed = launch.spec.lists
        self.detour = detour
        self._descent = descent
        self._wrapped = wrapped
        self._run = self._run_wrapped if wrapped else self._run_copied
        self._reads = len(reads)
        shape, strides, dtypes = made
        self._fresh = [(shape, tuple(s * d.itemsize for s in strides), d) for d in dtypes]
        self._read: list[Made] = [(a.shape, a.strides, a.dtype) for a in reads]
        names = ["x_offset", *(f"{name}_shift" for name in launch.spec.tap_sources)]
        inputs = reads[: len(reads) - own]
        uses = [(_READ, "x", name, a.dtype) for name, a in zip(names, inputs, strict=True)]
        uses += [(_READ, "y", "own_offset", a.dtype) for a in reads[len(inputs) :]]
        written = zip(("y_offset", "index_offset"), dtypes, strict=False)
        uses += [(_WRITE, "y", name, dtype) for name, dtype in written]
        # What is made later begins at a page, or is too small to matter.
        self._begins = [0] * len(uses)
        if not detour:
            self._begins[: len(begins)] = begins
        self._uses, self._page = uses, page if wrapped else 1
        self._take(launch)

    def _take(self, launch: Launch) -> None:
        """Make the calls to come those of this launch."""
        lying = launch.built.members, self._uses, self._begins, self._page
        steps = [_Step(part, *lying) for part in launch.parts]
        self._taken = launch, steps
        small = self._wrapped and not self._listed and len(steps) == 1
        self.is_small = small and self._is_worth_copying(steps[0])

    def staged(self) -> Staged:
        """The same through memory that stays, where it is all about few bytes."""
        launch, (step,) = self._taken
        return Staged(launch, step.part, self._read, self._fresh, step.packed)

    def _is_worth_copying(self, step: _Step) -> bool:
        """Whether it is all about few bytes, and results have no gaps."""
        first, last = step.part.geometry.y_span()
        size = sum(ctypes.sizeof(memory) for _, _, memory in step.stretches)
        begin = all(start == 0 for _, start, _ in step.stretches)
        most = MOST_BYTES if self._page == 1 else MOST_UNALIGNED_BYTES
        return begin and last - first + 1 == prod(self._fresh[0][0]) and size <= most

    def fresh(self) -> list[np.ndarray]:
        """Arrays for results."""
        return [result_memory.empty(*what) for what in self._fresh]

    def run(
        self,
        addresses: Sequence[int],
        more: More | None,
        queue: cl.CommandQueue,
        wait_for: Sequence[cl.Event] | None,
    ) -> None:
        """Pool what begins at these addresses, in the order of the kernel's arguments, and wait."""
        launch, steps = self._taken
        # The caller's memory is in use until all has ended, also if waiting is interrupted.
        try:
            for step in steps:
                self._run(launch, step, addresses, more, queue, wait_for)
                if launch.built.unsaved:
                    launch.built.save()
            return
        except cl.Error as error:
            with suppress(cl.Error):
                queue.finish()
            self._take(self._descent.after(launch, error, bool(wait_for)))
        except BaseException:
            queue.finish()
            raise
        self.run(addresses, more, queue, wait_for)

    def _run_wrapped(
        self,
        launch: Launch,
        step: _Step,
        addresses: Sequence[int],
        more: More | None,
        queue: cl.CommandQueue,
        wait_for: Sequence[cl.Event] | None,
    ) -> None:
        context = launch.context
        buffers: list[Any] = []
        for (flags, start, memory), first in zip(step.stretches, addresses, strict=True):
            buffers.append(cl.Buffer(context, flags, 0, memory.from_address(first + start)))
        if more is not None:
            buffers.insert(self._reads, more)
        launch.enqueue(queue, step.part, buffers, step.packed, wait_for).wait()

    def _run_copied(
        self,
        launch: Launch,
        step: _Step,
        addresses: Sequence[int],
        more: More | None,
        queue: cl.CommandQueue,
        wait_for: Sequence[cl.Event] | None,
    ) -> None:
        context = launch.context
        buffers: list[Any] = []
        copied, written = [], []
        for (flags, start, memory), first in zip(step.stretches, addresses, strict=True):
            host = memory.from_address(first + start)
            buffer = cl.Buffer(context, flags & ~cl.mem_flags.USE_HOST_PTR, ctypes.sizeof(host))
            buffers.append(buffer)
            if flags == _READ:
                copied.append(
                    cl.enqueue_copy(queue, buffer, host, is_blocking=False, wait_for=wait_for)
                )
            else:
                written.append((host, buffer))
        if more is not None:
            buffers.insert(self._reads, more)
        event = launch.enqueue(queue, step.part, buffers, step.packed, copied)
        for host, buffer in written:
            cl.enqueue_copy(queue, host, buffer, wait_for=[event])


class _Step:
    """One part of a launch: the kernel's geometry, and the stretch of memory of every buffer.

    A stretch is how it is used, the bytes from an array's first element to its beginning, and a
    type of as many bytes as it has. It begins where a page does, if it must.
    """

    def __init__(
        self,
        part: Part,
        members: Sequence[str],
        uses: Sequence[tuple[int, str, str, np.dtype]],
        begins: Sequence[int],
        page: int,
    ) -> None:
        spans = {"x": part.geometry.x_span(), "y": part.geometry.y_span()}
        self.part = part
        self.stretches = []
        starts: dict[str, int] = {}
        for (flags, side, name, dtype), begin in zip(uses, begins, strict=True):
            (first, last), size = spans[side], dtype.itemsize
            before = (begin + first * size) % page
            length = (last - first + 1) * size + before
            self.stretches.append((flags, first * size - before, ctypes.c_char * length))
            starts[name] = before // size - first
            if name.endswith("_shift"):  # from where the input's element lies in its own buffer
                starts[name] -= starts["x_offset"]
        self.packed = part.packed(members, **starts)
