"""Kernels on layouts: built once for each, and launched for each part of a problem."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
import pyopencl as cl

from .. import tuning
from ..codegen.spec import KernelSpec
from ..problem.listed import packed
from ..problem.problem import Problem
from ..problem.window import Shape
from ..schedule.ladder import Wish
from ..schedule.specialise import Part, dense_layout, specialise
from ..tuning import HOST
from . import arrays, memo, pocl_threads, programs, traits
from .descent import Descent, Specialised, expected
from .error_flag import Refusals

#: Bytes read and written from which the device's threads are bound to a CPU each.
LARGE = HOST.pinned_bytes
#: An argument that is no array of the caller's.
More = cl.Buffer | np.uint64
#: So many layouts of arrays are remembered by one plan.
MOST_LAYOUTS = 256


class Launch:
    """A kernel and the parts of a problem in one layout; one caller at a time sets arguments."""

    def __init__(
        self,
        spec: KernelSpec,
        parts: list[Part],
        context: cl.Context,
        large: bool = False,
        refusals: Refusals | None = None,
    ) -> None:
        pocl_threads.release()
        self.spec = spec
        self.parts = parts
        self.takes_more = spec.lists or spec.mode.draws
        self.context = context
        self.built = programs.build(spec, context, parts[0].group)
        self._refusals = refusals
        self.kernel = self.new_kernel()
        self._lock = threading.Lock()
        self._packed: bytes | None = None
        self._large = large
        self._begun = False

    def new_kernel(self) -> cl.Kernel:
        """A kernel object of its own, whose arguments are one caller's but for the last."""
        kernel = self.built.kernel()
        if self._refusals is not None:
            kernel.set_arg(kernel.num_args - 1, self._refusals.buffer)
        return kernel

    def enqueue(
        self,
        queue: cl.CommandQueue,
        part: Part,
        buffers: Sequence[Any],
        packed: bytes,
        wait: Any,
    ) -> cl.Event:
        """Start one part; returns its event."""
        kernel = self.kernel
        with self._lock:
            if self._large:
                if self._begun:
                    pocl_threads.spread()
                self._begun = True  # the first time, PoCL compiles
            for number, buffer in enumerate(buffers):
                kernel.set_arg(number, buffer)
            if packed != self._packed:  # a kernel keeps its arguments
                self._packed = None
                kernel.set_arg(len(buffers), packed)
                self._packed = packed
            return cl.enqueue_nd_range_kernel(queue, kernel, part.size, part.group, None, wait)


class Launches:
    """The launches of a problem on a queue's device, one for every layout that was met.

    Args:
        forced: tuning parameters that are not chosen; None, those of the thread.
    """

    def __init__(
        self, problem: Problem, queue: cl.CommandQueue, forced: Wish | None = None
    ) -> None:
        self.problem = problem
        self.queue = queue
        self.forced = dict(tuning.forced_key()) if forced is None else forced
        self.refusals = Refusals(queue) if problem.mode.refuses else None
        self._found: dict[Any, Descent] = {}
        self._lists: cl.Buffer | None = None

    def __iter__(self) -> Iterator[Launch]:
        return (descent.launch for descent in self._found.values())

    def __len__(self) -> int:
        return len(self._found)

    def find(
        self,
        x_strides: Shape,
        y_strides: Shape,
        inner: int | None,
        aligned: int,
        pitches: Shape | None,
    ) -> Descent:
        """Holds the launch for arrays of a layout, whose description ``specialise`` takes."""
        key = (x_strides, y_strides, inner, aligned, pitches)
        descent = self._found.get(key)
        if descent is None:
            large = self.problem.bytes_moved >= LARGE
            context, refusals = self.queue.context, self.refusals
            start = partial(Launch, context=context, large=large, refusals=refusals)
            descent = Descent(self.queue, self._specialised(key), start, bool(self.forced))
            keep(self._found, key, descent)
        return descent

    def dense_spec(self) -> KernelSpec:
        """The spec of the kernel for dense, aligned arrays: the one that runs, where one has."""
        key = (*dense_layout(self.problem), None)
        if key in self._found:
            return self._found[key].launch.spec
        return expected(self.queue.context, self._specialised(key), bool(self.forced))

    def _specialised(self, key: tuple[Any, ...]) -> Specialised:
        """The kernels of a layout by their tuning parameters."""
        problem, forced = self.problem, self.forced
        device = traits.traits_of(self.queue.device)
        x, y, inner, aligned, pitches = key

        def specialised(wish: Wish, most: int | None) -> tuple[KernelSpec, list[Part]]:
            wish = {**forced, **wish}
            return specialise(problem, device, x, y, inner, aligned, wish, pitches, most)

        return specialised

    def more(self, lists: np.ndarray | None, seed: int | None) -> More:
        """What a kernel takes between what it reads and what it writes: a seed, or lists.

        Lists are those of a call, or the problem's own, made once.
        """
        if seed is not None:
            return np.uint64(seed)
        if lists is not None:
            return arrays.constant(self.queue.context, lists)
        if self._lists is None:
            window, lengths = self.problem.window, self.problem.lengths
            own = packed(window.bounds(lengths), window.counts)
            self._lists = arrays.constant(self.queue.context, own)
        return self._lists


def keep(found: dict[Any, Any], key: Any, value: Any) -> None:
    """Remember what was worked out of a layout, and forget the oldest of too many."""
    memo.keep(found, key, value, MOST_LAYOUTS)
