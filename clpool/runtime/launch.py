"""Kernels with the chunks of a problem they are launched on, one launch for each memory layout."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

import numpy as np
import pyopencl as cl

from .. import tuning
from ..codegen.spec import KernelSpec
from ..errors import BuildError, DeviceError
from ..problem.listed import packed
from ..problem.problem import Problem
from ..schedule.chunks import Chunk
from ..schedule.ladder import Override
from ..schedule.placement import Layout, dense_layout
from ..schedule.specialise import specialise
from ..tuning import CACHES, HOST
from . import arrays, memo, pocl_threads, programs, traits, tuned
from .descent import Descent, Specialised, expected
from .error_flag import ErrorFlag

#: Bytes read and written from which the device's threads are bound to a CPU each.
LARGE = HOST.pinned_bytes
#: An argument besides the caller's arrays: the bounds of windows, or a seed.
Extra = cl.Buffer | np.uint64
#: The layouts that one plan caches launches and bindings of.
MOST_LAYOUTS = CACHES.layouts

_Made = TypeVar("_Made")


class Launch:
    """A kernel and the chunks of a problem in one layout; a lock guards the kernel's arguments."""

    def __init__(
        self,
        spec: KernelSpec,
        chunks: list[Chunk],
        context: cl.Context,
        device: cl.Device,
        large: bool = False,
        error_flag: ErrorFlag | None = None,
    ) -> None:
        pocl_threads.release()
        self.spec = spec
        self.chunks = chunks
        self.takes_extra = spec.lists or spec.mode.draws
        self.context = context
        self.built = programs.build(spec, context, device, chunks[0].group)
        self._error_flag = error_flag
        self.kernel = self.new_kernel()
        self._lock = threading.Lock()
        self._packed: bytes | None = None
        self._portions = Portions(self, context) if spec.in_portions else None
        self._large = large
        self._begun = False

    def new_kernel(self) -> cl.Kernel:
        """A new cl.Kernel (its arguments are not thread-safe); the error flag is already bound."""
        kernel = self.built.kernel()
        if self._error_flag is not None:
            kernel.set_arg(kernel.num_args - 1, self._error_flag.buffer)
        return kernel

    def enqueue(
        self,
        queue: cl.CommandQueue,
        chunk: Chunk,
        buffers: Sequence[Any],
        packed: bytes,
        wait: Any,
        waits: bool = False,
    ) -> cl.Event:
        """Enqueue one chunk; returns the event of its last launch, which follows the others.

        Args:
            waits: whether to wait while two launches are pending, so that an interrupt is heard.
        """
        kernel, portions = self.kernel, self._portions
        with self._lock:
            if portions is not None:
                buffers, wait = [*buffers, portions.states], [*(wait or ()), *portions.unfinished()]
            if self._large:
                if self._begun:
                    pocl_threads.spread()
                self._begun = True  # PoCL compiles in the first launch
            for number, buffer in enumerate(buffers):
                kernel.set_arg(number, buffer)
            if packed != self._packed:  # arguments persist in a kernel
                self._packed = None
                kernel.set_arg(len(buffers), packed)
                self._packed = packed
            if chunk.launches:
                event = _enqueue_in_turn(queue, kernel, chunk, wait, waits)
            else:
                event = cl.enqueue_nd_range_kernel(
                    queue, kernel, chunk.size, chunk.group, None, wait
                )
            return (
                event if portions is None else portions.join(queue, chunk, buffers, packed, event)
            )


class Portions:
    """The states of portions of a launch, and the kernel that joins them.

    One call after the other uses the states.
    """

    def __init__(self, launch: Launch, context: cl.Context) -> None:
        self.kernel = launch.built.kernel("_joined")
        self.group = (launch.spec.tile,)
        size = max(chunk.states for chunk in launch.chunks)
        self.states = cl.Buffer(context, cl.mem_flags.READ_WRITE, size)
        self._pending: list[cl.Event] = []

    def unfinished(self) -> list[cl.Event]:
        """The event of the call before, unless it has completed or failed."""
        return [event for event in self._pending if event.command_execution_status > 0]

    def join(
        self,
        queue: cl.CommandQueue,
        chunk: Chunk,
        buffers: Sequence[Any],
        packed: bytes,
        made: cl.Event,
    ) -> cl.Event:
        """Enqueue the kernel that joins the states of a chunk, after the one that made them."""
        for number, buffer in enumerate((*buffers, packed)):
            self.kernel.set_arg(number, buffer)
        event = cl.enqueue_nd_range_kernel(
            queue, self.kernel, chunk.joined, self.group, None, [made]
        )
        self._pending = [event]
        return event


def _enqueue_in_turn(
    queue: cl.CommandQueue, kernel: cl.Kernel, chunk: Chunk, wait: Any, waits: bool
) -> cl.Event:
    """Enqueue the launches of a chunk, each after the one before; returns the last one's event."""
    begun: list[cl.Event] = []
    try:
        for offset, size in chunk.launches:
            wait = begun[-1:] or wait
            begun.append(cl.enqueue_nd_range_kernel(queue, kernel, size, chunk.group, offset, wait))
            if waits and len(begun) > 1:
                begun.pop(0).wait()
    except cl.Error:
        with suppress(cl.Error):
            cl.wait_for_events(begun)  # what replaces the kernel writes the same memory
        raise
    return begun[-1]


class Launches:
    """The launches of a problem on a queue's device, cached by memory layout.

    Args:
        override: tuning parameters that replace the chosen ones, empty for the default kernels;
            None, those of the thread, or where it has none, those of records.
    """

    def __init__(
        self, problem: Problem, queue: cl.CommandQueue, override: Override | None = None
    ) -> None:
        self.problem = problem
        self.queue = queue
        self.override = dict(tuning.forced_key()) or None if override is None else override
        self.error_flag = ErrorFlag(queue) if problem.mode.refuses else None
        self._descents: dict[Any, Descent] = {}
        self._lists: cl.Buffer | None = None

    def __iter__(self) -> Iterator[Launch]:
        return (descent.launch for descent in self._descents.values())

    def __len__(self) -> int:
        return len(self._descents)

    def layout_of(self, launch: Launch) -> Layout:
        """The layout that a launch of these was made for."""
        return next(layout for layout, d in self._descents.items() if d.launch is launch)

    def find(self, layout: Layout) -> Descent:
        """The launch for a layout."""
        descent = self._descents.get(layout)
        if descent is None:
            descent = self._with_choice(layout, partial(self._descent, layout))
            keep(self._descents, layout, descent)
        return descent

    def _descent(self, layout: Layout, choice: Override) -> Descent:
        """The descent of a layout, from the kernel of tuned parameters where there are some."""
        large = self.problem.bytes_moved >= LARGE
        context, device = self.queue.context, self.queue.device
        flag = self.error_flag
        start = partial(Launch, context=context, device=device, large=large, error_flag=flag)
        specialised = self._specialised(layout)
        return Descent(self.queue, specialised, start, bool(self.override), choice)

    def _with_choice(self, layout: Layout, made: Callable[[Override], _Made]) -> _Made:
        """What is made of the choice of records for a layout; of none, where it is of no use."""
        if self.override is not None:
            return made({})
        choice = tuned.override_for(self.problem, self.queue.device, layout)
        try:
            return made(choice)
        except (cl.Error, BuildError, DeviceError):  # of every kernel
            raise
        except Exception as error:
            if not choice:
                raise
            tuned.warn_of(error)
            return made({})

    def dense_spec(self) -> KernelSpec:
        """The spec for dense, aligned arrays: of the kernel that has been launched, if one has."""
        dense = dense_layout(self.problem)
        for layout in (dense._replace(streamed=True), dense):
            if layout in self._descents:
                return self._descents[layout].launch.spec
        return self.expected_spec(dense)

    def expected_spec(self, layout: Layout) -> KernelSpec:
        """The spec for a layout of the first kernel that has not been refused."""
        specialised, overridden = self._specialised(layout), bool(self.override)
        return self._with_choice(
            layout, lambda choice: expected(self.queue, specialised, overridden, choice)
        )

    def _specialised(self, layout: Layout) -> Specialised:
        """A layout's spec and chunks, as a function of the tuning parameters."""
        problem, override = self.problem, self.override or {}
        device = traits.traits_of(self.queue.device)

        def specialised(rung: Override, most: int | None) -> tuple[KernelSpec, list[Chunk]]:
            return specialise(problem, device, layout, {**override, **rung}, most)

        return specialised

    def extra(self, lists: np.ndarray | None, seed: int | None) -> Extra:
        """The argument between a kernel's inputs and its results: a seed, or bounds of windows.

        Bounds are the call's, or the problem's, whose buffer is made once.
        """
        if seed is not None:
            return np.uint64(seed)
        if lists is not None:
            return arrays.constant(self.queue.context, lists)
        if self._lists is None:
            window, lengths = self.problem.window, self.problem.lengths
            bounds = packed(window.bounds(lengths), window.counts)
            self._lists = arrays.constant(self.queue.context, bounds)
        return self._lists


def keep(cache: dict[Any, Any], key: Any, value: Any) -> None:
    """Cache a launch or a binding of a layout, and discard the oldest of too many."""
    memo.keep(cache, key, value, MOST_LAYOUTS)
