"""Executes a plan on numpy or pyopencl arrays; caches argument bindings per memory layout."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyopencl as cl
import pyopencl.array as cla

from ..modes import ARGUMENTS
from ..problem.problem import Problem
from ..problem.window import Shape
from ..schedule.layout import NONTEMPORAL, dense_strides
from ..schedule.placement import Layout
from . import arrays, device_binding, host_binding, traits, uncached, validate
from .device_binding import DeviceBinding, with_strides
from .host_binding import HostBinding
from .launch import Launch, Launches, keep
from .result_memory import address
from .staging import StagedCall


def _inputs(
    problem: Problem, x: Any, sources: Mapping[str, Any], lists: np.ndarray | None
) -> tuple[list[Any], int, Shape | None]:
    """The inputs in the order of arguments, how many are aligned to results, strides of lists."""
    aligned = problem.mode.output_aligned
    reads = [x, *[sources[name] for name in sorted(sources, key=aligned.__contains__)]]
    list_strides = None if lists is None else arrays.list_strides_of(lists, problem)
    return reads, len(aligned.intersection(sources)), list_strides


class HostExecutor:
    """Executes a plan on numpy arrays, and waits."""

    def __init__(self, launches: Launches) -> None:
        self._launches = launches
        self._problem = launches.problem
        self._output_aligned = launches.problem.mode.output_aligned
        device = traits.traits_of(launches.queue.device)
        self._wrapped = device.shares_host_memory()
        self._page = device.page_bytes if self._wrapped else device.zero_copy_bytes or 1
        # Small arrays are copied wherever they begin in a page: no part of their layout key.
        small = launches.problem.bytes_moved < host_binding.LEAST_WRAPPED
        self._key_page = 1 if small else self._page
        self._is_empty = launches.problem.is_empty
        self.bindings: dict[Any, HostBinding] = {}
        self._staged: dict[tuple[Shape, ...], StagedCall] = {}

    def execute(
        self,
        x: np.ndarray,
        sources: Mapping[str, np.ndarray],
        lists: np.ndarray | None,
        seed: int | None,
        outs: list[np.ndarray],
        queue: cl.CommandQueue | None,
        wait_for: Sequence[cl.Event] | None,
    ) -> list[np.ndarray]:
        """The results, once computed: ``outs``, or allocated arrays."""
        if queue is None:
            queue = self._launches.queue
        elif queue is not self._launches.queue:
            validate.check_context(queue.context, self._launches.queue.context, "queue")
            validate.check_device(queue, self._launches.queue)
        if self._is_empty:
            return self._empty(x, outs)
        reads = [x]
        if sources:
            reads += [
                sources[name] for name in sorted(sources, key=self._output_aligned.__contains__)
            ]
        strides = tuple([array.strides for array in (*reads, *outs)])
        staged = self._staged.get(strides)
        if staged is not None and not wait_for:
            results = outs or staged.allocate()
            try:
                if staged.try_launch(reads, results, queue, seed):
                    return results
            except cl.Error:  # the binding meets it too, and takes another kernel
                staged = None
                self._staged.pop(strides, None)
        list_strides = None if lists is None else arrays.list_strides_of(lists, self._problem)
        key, addresses = host_binding.layout_key(reads, outs, list_strides, self._key_page)
        binding = self.bindings.get(key)
        if binding is None:
            output_aligned = len(self._output_aligned.intersection(sources))
            binding, reads, addresses = self._bind(reads, output_aligned, outs, list_strides)
        results = outs or binding.allocate()
        targets = binding.allocate() if outs and binding.via_temporary else results
        if targets is not outs:
            addresses[len(reads) :] = map(address, targets)
        extra = self._launches.extra(lists, seed) if binding.takes_extra else None
        binding.launch_and_wait(addresses, extra, queue, wait_for)
        if binding.is_small and staged is None:
            keep(self._staged, strides, binding.staged())
        if targets is not results:
            for result, target in zip(results, targets, strict=True):
                result[...] = target
        return results

    def prepare(
        self,
        x: np.ndarray,
        sources: Mapping[str, np.ndarray],
        lists: np.ndarray | None,
        outs: list[np.ndarray],
    ) -> tuple[Layout, Launch]:
        """The launch for arrays of this layout, built if need be and not enqueued."""
        reads, output_aligned, list_strides = _inputs(self._problem, x, sources, lists)
        binding, _, _ = self._bind(reads, output_aligned, outs, list_strides)
        return self._launches.layout_of(binding.launch), binding.launch

    def _bind(
        self,
        reads: list[np.ndarray],
        output_aligned: int,
        outs: list[np.ndarray],
        list_strides: Shape | None,
    ) -> tuple[HostBinding, list[np.ndarray], list[int]]:
        """Build the binding for a layout seen for the first time.

        Inputs that kernels cannot read in place are copied; the binding is of the copies. The last
        ``output_aligned`` inputs get the strides of the results, the others those of the first.

        Returns:
            The binding, the inputs or their copies, and the addresses of these and of ``outs``.
        """
        x = arrays.admit_host(reads[0], self._problem.spatial, self._wrapped)
        x_strides = arrays.strides_of(x)
        validate.check_layout(outs)
        inner, y_strides = arrays.output_strides(self._problem, x_strides, outs)
        via_temporary = not self._wrapped and not all(map(arrays.is_dense, outs))
        if via_temporary:
            y_strides = dense_strides(self._problem.output_shape, y_strides, inner)
        needed = [x_strides] * (len(reads) - 1 - output_aligned) + [y_strides] * output_aligned
        reads = [x, *map(arrays.with_strides, reads[1:], needed)]
        key, addresses = host_binding.layout_key(reads, outs, list_strides, self._key_page)
        binding = self.bindings.get(key)
        if binding is None:
            layout = Layout(x_strides, y_strides, inner, key[0], list_strides)
            streamed = not self._wrapped and self._page == 1
            descent = self._launches.find(layout._replace(streamed=streamed))
            allocated = (self._problem.output_shape, y_strides, self._problem.result_dtypes)
            paged = self._key_page > 1
            page_offsets = key[-len(addresses) :] if paged else [0] * len(addresses)
            binding = HostBinding(
                descent,
                reads,
                output_aligned,
                allocated,
                self._wrapped,
                via_temporary,
                page_offsets,
                self._page,
            )
            keep(self.bindings, key, binding)
        return binding, reads, addresses

    def _empty(self, x: np.ndarray, outs: list[np.ndarray]) -> list[np.ndarray]:
        """The results of an empty input or output: zeros, as of the gradient of nothing."""
        x = arrays.admit_host(x, self._problem.spatial, self._wrapped)
        _, strides = arrays.output_strides(self._problem, arrays.strides_of(x), outs)
        shape = self._problem.output_shape
        results = outs or [
            arrays.empty_host(shape, strides, dtype) for dtype in self._problem.result_dtypes
        ]
        for result in results:
            result[...] = 0
        return results


class DeviceExecutor:
    """Executes a plan on pyopencl arrays, asynchronously."""

    def __init__(self, launches: Launches) -> None:
        self._launches = launches
        self._problem = launches.problem
        self._output_aligned = launches.problem.mode.output_aligned
        self._is_empty = launches.problem.is_empty
        self.bindings: dict[Any, DeviceBinding] = {}

    def execute(
        self,
        x: cla.Array,
        sources: Mapping[str, cla.Array],
        lists: np.ndarray | None,
        seed: int | None,
        outs: Sequence[cla.Array],
        queue: cl.CommandQueue | None,
        wait_for: Sequence[cl.Event] | None,
    ) -> Sequence[cla.Array]:
        """The results, ``outs`` or allocated arrays; their events are those of the kernels."""
        queue = queue or x.queue or self._launches.queue
        names = sorted(sources, key=self._output_aligned.__contains__) if sources else []
        reads = [x, *[sources[name] for name in names]]
        context = self._launches.queue.context
        owners: list[Any] = [queue, *reads, *outs]
        for owner, name in zip(owners, ("queue", "x", *names, "out", "out[1]"), strict=False):
            if owner.context is not context:
                validate.check_context(owner.context, context, ARGUMENTS.get(name, name))
        if queue is not self._launches.queue:
            validate.check_device(queue, self._launches.queue)
        if self._is_empty:
            return self._empty(x, outs, queue)
        list_strides = None if lists is None else arrays.list_strides_of(lists, self._problem)
        key = device_binding.layout_key(reads, outs, list_strides)
        binding = self.bindings.get(key)
        if binding is None:
            output_aligned = len(self._output_aligned.intersection(sources))
            binding, reads = self._bind(reads, output_aligned, outs, list_strides, queue, wait_for)
            keep(self.bindings, key, binding)
        elif sources:
            reads = binding.with_needed_strides(reads, queue, wait_for)
        results = outs or binding.allocate(queue, x)
        # Memory of an allocator over host memory may begin anywhere: bind it as if it were given.
        if not outs and any(map(arrays.host_address, results)):
            return self.execute(x, sources, lists, seed, results, queue, wait_for)
        extra = self._launches.extra(lists, seed) if binding.takes_extra else None
        binding.enqueue(reads, results, extra, queue, wait_for)
        return results

    def prepare(
        self,
        x: cla.Array,
        sources: Mapping[str, cla.Array],
        lists: np.ndarray | None,
        outs: Sequence[cla.Array],
    ) -> tuple[Layout, Launch]:
        """The launch for arrays of this layout, built if need be and not enqueued."""
        reads, output_aligned, list_strides = _inputs(self._problem, x, sources, lists)
        queue = self._launches.queue
        binding, _ = self._bind(reads, output_aligned, outs, list_strides, queue, None)
        return self._launches.layout_of(binding.launch), binding.launch

    def _bind(
        self,
        reads: list[cla.Array],
        output_aligned: int,
        outs: Sequence[cla.Array],
        list_strides: Shape | None,
        queue: cl.CommandQueue,
        wait_for: Sequence[cl.Event] | None,
    ) -> tuple[DeviceBinding, list[cla.Array]]:
        """Build the binding for a layout seen for the first time.

        The last ``output_aligned`` inputs get the strides of the results, the others those of the
        first.

        Returns:
            The binding, and the inputs or their copies.
        """
        validate.check_layout(outs)
        x_strides = arrays.strides_of(reads[0])
        inner, y_strides = arrays.output_strides(self._problem, x_strides, outs)
        needed = [x_strides] * (len(reads) - output_aligned) + [y_strides] * output_aligned
        reads = [with_strides(a, s, queue, wait_for) for a, s in zip(reads, needed, strict=True)]
        aligned = min(map(arrays.aligned_bytes, [*reads, *outs[:1]]))
        if len(outs) > 1 and arrays.aligned_bytes(outs[1]) < NONTEMPORAL:
            aligned = min(aligned, NONTEMPORAL // 2)
        far = any(map(device_binding.is_far, [*reads, *outs]))
        layout = Layout(x_strides, y_strides, inner, aligned, list_strides, far)
        descent = self._launches.find(layout)
        allocated = (self._problem.output_shape, y_strides, self._problem.result_dtypes)
        return DeviceBinding(descent, reads, output_aligned, outs, allocated), reads

    def _empty(
        self, x: cla.Array, outs: Sequence[cla.Array], queue: cl.CommandQueue
    ) -> Sequence[cla.Array]:
        """The results of an empty input or output: zeros, as of the gradient of nothing."""
        validate.check_layout(outs)
        _, strides = arrays.output_strides(self._problem, arrays.strides_of(x), outs)
        results = outs or [
            arrays.empty_device(queue, self._problem.output_shape, strides, dtype, x)
            for dtype in self._problem.result_dtypes
        ]
        for result in results if 0 not in self._problem.output_shape else []:
            with uncached.without_caches():  # fill is a kernel of pyopencl's
                result.fill(0)
        return results
