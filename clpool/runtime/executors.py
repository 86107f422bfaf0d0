"""Calls of one problem, on arrays however they lie: the routes that are known, and new ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyopencl as cl
import pyopencl.array as cla

from ..modes import ARGUMENTS, OWN
from ..problem.window import Shape
from ..schedule.layout import dense_strides
from . import arrays, device_binding, host_binding, traits, uncached, validate
from .device_binding import DeviceRoute, relaid
from .host_binding import HostRoute
from .launch import Launches, keep
from .result_memory import address
from .staging import Staged


class HostCalls:
    """Calls on numpy arrays, which wait for their results."""

    def __init__(self, launches: Launches) -> None:
        self._launches = launches
        self._problem = launches.problem
        device = traits.traits_of(launches.queue.device)
        self._wrapped = device.shares_host_memory()
        self._page = device.page_bytes
        # Where small arrays begin in a page makes no difference, so that it is no part of a key.
        small = launches.problem.bytes_moved < host_binding.LEAST_WRAPPED
        self._seen_page = 1 if small else self._page
        self._is_empty = launches.problem.is_empty
        self.routes: dict[Any, HostRoute] = {}
        self._staged: dict[tuple[Shape, ...], Staged] = {}

    def run(
        self,
        x: np.ndarray,
        sources: Mapping[str, np.ndarray],
        lists: np.ndarray | None,
        seed: int | None,
        given: list[np.ndarray],
        queue: cl.CommandQueue | None,
        wait_for: Sequence[cl.Event] | None,
    ) -> list[np.ndarray]:
        """Pool in host memory, wrapped or by way of device buffers, and wait."""
        if queue is None:
            queue = self._launches.queue
        elif queue is not self._launches.queue:
            validate.check_context(queue.context, self._launches.queue.context, "queue")
        if self._is_empty:
            return self._empty(x, given)
        reads = [x]
        if sources:
            reads += [sources[name] for name in sorted(sources, key=OWN.__contains__)]
        strides = tuple([array.strides for array in (*reads, *given)])
        staged = self._staged.get(strides)
        if staged is not None and not wait_for:
            results = given or staged.fresh()
            try:
                if staged.run(reads, results, queue, seed):
                    return results
            except cl.Error:  # the route meets it too, and takes another kernel
                staged = None
                self._staged.pop(strides, None)
        pitches = arrays.pitches_of(lists, self._problem)
        lying, addresses = host_binding.lie(reads, given, pitches, self._seen_page)
        route = self.routes.get(lying)
        if route is None:
            own = len(OWN.intersection(sources))
            route, reads, addresses = self._prepare(reads, own, given, pitches)
        results = given or route.fresh()
        targets = route.fresh() if given and route.detour else results
        if targets is not given:
            addresses[len(reads) :] = map(address, targets)
        more = self._launches.more(lists, seed) if route.takes_more else None
        route.run(addresses, more, queue, wait_for)
        if route.is_small and staged is None:  # for the next time
            keep(self._staged, strides, route.staged())
        if targets is not results:
            for result, target in zip(results, targets, strict=True):
                result[...] = target
        return results

    def _prepare(
        self,
        reads: list[np.ndarray],
        own: int,
        given: list[np.ndarray],
        pitches: Shape | None,
    ) -> tuple[HostRoute, list[np.ndarray], list[int]]:
        """For arrays that lie as none before: the route, what it reads, and all addresses.

        Arrays that kernels cannot read are copied; the route is that of the copies. The last
        ``own`` of those that are read lie as the results do.
        """
        x = arrays.admit_host(reads[0], self._problem.spatial, self._wrapped)
        x_strides = arrays.strides_of(x)
        validate.check_lie(given)
        inner, y_strides = arrays.output_strides(self._problem, x_strides, given)
        detour = not self._wrapped and not all(map(arrays.is_dense, given))
        if detour:
            y_strides = dense_strides(self._problem.output_shape, y_strides, inner)
        needed = [x_strides] * (len(reads) - 1 - own) + [y_strides] * own
        reads = [x, *map(arrays.laid_out, reads[1:], needed)]
        lying, addresses = host_binding.lie(reads, given, pitches, self._seen_page)
        route = self.routes.get(lying)
        if route is None:
            descent = self._launches.find(x_strides, y_strides, inner, lying[0], pitches)
            fresh = (self._problem.output_shape, y_strides, self._problem.result_dtypes)
            begins = lying[-len(addresses) :] if self._seen_page > 1 else [0] * len(addresses)
            route = HostRoute(descent, reads, own, fresh, self._wrapped, detour, begins, self._page)
            keep(self.routes, lying, route)
        return route, reads, addresses

    def _empty(self, x: np.ndarray, given: list[np.ndarray]) -> list[np.ndarray]:
        """The results where there is nothing to pool; nothing flows from an empty gradient."""
        x = arrays.admit_host(x, self._problem.spatial, self._wrapped)
        _, strides = arrays.output_strides(self._problem, arrays.strides_of(x), given)
        shape = self._problem.output_shape
        results = given or [
            arrays.empty_host(shape, strides, dtype) for dtype in self._problem.result_dtypes
        ]
        for result in results:
            result[...] = 0
        return results


class DeviceCalls:
    """Calls on pyopencl arrays, whose events say when they have ended."""

    def __init__(self, launches: Launches) -> None:
        self._launches = launches
        self._problem = launches.problem
        self._is_empty = launches.problem.is_empty
        self.routes: dict[Any, DeviceRoute] = {}

    def run(
        self,
        x: cla.Array,
        sources: Mapping[str, cla.Array],
        lists: np.ndarray | None,
        seed: int | None,
        given: Sequence[cla.Array],
        queue: cl.CommandQueue | None,
        wait_for: Sequence[cl.Event] | None,
    ) -> Sequence[cla.Array]:
        """Start pooling of pyopencl arrays; events say when it has ended."""
        queue = queue or x.queue or self._launches.queue
        names = sorted(sources, key=OWN.__contains__) if sources else []
        reads = [x, *[sources[name] for name in names]]
        home = self._launches.queue.context
        owners: list[Any] = [queue, *reads, *given]
        for owner, name in zip(owners, ("queue", "x", *names, "out", "out[1]"), strict=False):
            if owner.context is not home:
                validate.check_context(owner.context, home, ARGUMENTS.get(name, name))
        if self._is_empty:
            return self._empty(x, given, queue)
        pitches = arrays.pitches_of(lists, self._problem)
        lying = device_binding.lie(reads, given, pitches)
        route = self.routes.get(lying)
        if route is None:
            own = len(OWN.intersection(sources))
            route, reads = self._prepare(reads, own, given, pitches, queue, wait_for)
            keep(self.routes, lying, route)
        elif sources:
            reads = route.laid(reads, queue, wait_for)
        results = given or route.fresh(queue, x)
        if not given and any(map(arrays.host_address, results)):  # an allocator's, at any address
            return self.run(x, sources, lists, seed, results, queue, wait_for)
        more = self._launches.more(lists, seed) if route.takes_more else None
        route.run(reads, results, more, queue, wait_for)
        return results

    def _prepare(
        self,
        reads: list[cla.Array],
        own: int,
        given: Sequence[cla.Array],
        pitches: Shape | None,
        queue: cl.CommandQueue,
        wait_for: Sequence[cl.Event] | None,
    ) -> tuple[DeviceRoute, list[cla.Array]]:
        """For arrays that lie as none before: the route, and what it reads, the last ones own."""
        validate.check_lie(given)
        x_strides = arrays.strides_of(reads[0])
        inner, y_strides = arrays.output_strides(self._problem, x_strides, given)
        needed = [x_strides] * (len(reads) - own) + [y_strides] * own
        reads = [relaid(a, s, queue, wait_for) for a, s in zip(reads, needed, strict=True)]
        aligned = min(map(arrays.aligned_bytes, [*reads, *given[:1]]))
        # Indices are written 16 bytes at a time.
        if len(given) > 1 and arrays.aligned_bytes(given[1]) < 16:
            aligned = min(aligned, 8)
        descent = self._launches.find(x_strides, y_strides, inner, aligned, pitches)
        made = (self._problem.output_shape, y_strides, self._problem.result_dtypes)
        return DeviceRoute(descent, reads, own, given, made), reads

    def _empty(
        self, x: cla.Array, given: Sequence[cla.Array], queue: cl.CommandQueue
    ) -> Sequence[cla.Array]:
        """The results where there is nothing to pool; nothing flows from an empty gradient."""
        validate.check_lie(given)
        _, strides = arrays.output_strides(self._problem, arrays.strides_of(x), given)
        results = given or [
            arrays.empty_device(queue, self._problem.output_shape, strides, dtype, x)
            for dtype in self._problem.result_dtypes
        ]
        for result in results if 0 not in self._problem.output_shape else []:
            with uncached.without_caches():  # by a kernel of pyopencl's
                result.fill(0)
        return results
