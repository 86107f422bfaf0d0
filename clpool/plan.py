"""A pooling problem made runnable: its spec, its kernel, and how it is launched.

A :class:`Plan` belongs to one shape, dtype, set of parameters and context. For every layout in
memory that it meets it keeps one launch: the kernel, its range, and the packed geometry of each
part the problem is cut into. A call on numpy arrays that lie as others did finds all of that, and
whatever else follows from how they lie, as one :class:`clpool.routes.Route`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import pyopencl as cl
import pyopencl.array as cla

from . import arrays, checks, device, tuning
from .arrays import AnyArray
from .dtypes import element_type
from .errors import ArgumentTypeError, ArgumentValueError
from .geometry import Shape
from .launch import Launch, relaid, run_arrays
from .layout import dense_strides
from .listed import packed
from .modes import ARGUMENTS, OWN
from .problem import Problem
from .render import render
from .routes import Route, lie
from .spec import KernelSpec
from .specialise import dense_spec, specialise

#: So many layouts of arrays are remembered by one plan.
_MOST_LAYOUTS = 256


class Plan:
    """A pooling call whose parameters are settled: ``plan(x)`` computes it.

    Made by :func:`clpool.plan`, or by the ``plan`` method of a module of :mod:`clpool.nn`.

    Example:
        >>> import numpy as np, clpool
        >>> plan = clpool.plan((1, 3, 4, 4), np.float32, window=(2, 2))
        >>> plan(np.ones((1, 3, 4, 4), np.float32)).shape
        (1, 3, 2, 2)
    """

    def __init__(self, problem: Problem, queue: cl.CommandQueue) -> None:
        computes_double = "float64" in (problem.dtype.name, problem.out.name)
        if computes_double and not device.has_fp64(queue.device):
            raise ArgumentTypeError(
                f"x has dtype float64, which {queue.device.name.strip()} cannot compute; "
                "convert it to float32 or choose a device with fp64 (clpool devices)"
            )
        self.problem = problem
        self.queue = queue
        self.output_shape = problem.output_shape
        self._wrapped = device.shares_host_memory(queue.device)
        self._page = device.wrapped_from(queue.device)
        self._forced = dict(tuning.forced_key())
        self._dtypes = [problem.out.numpy] + ([np.dtype(problem.index)] if problem.index else [])
        self._is_empty = 0 in problem.shape or 0 in problem.output_shape
        self._launches: dict[Any, Launch] = {}
        self._routes: dict[Any, Route] = {}
        self._own_lists: cl.Buffer | None = None

    @property
    def bytes_moved(self) -> int:
        """Bytes read and written at least: the input, the values and the indices, once each."""
        return self.problem.bytes_moved

    @property
    def spec(self) -> KernelSpec:
        """What the kernel for dense, aligned arrays is specialised on."""
        return dense_spec(self.problem, self.queue.device, self._forced)

    @property
    def variant(self) -> str:
        """The kernel's variant, one of :data:`clpool.tuning.VARIANTS`."""
        return self.spec.variant

    @property
    def label(self) -> str:
        """The kernel's name, which spells what it is specialised on."""
        return self.spec.label

    @property
    def source(self) -> str:
        """The kernel's generated OpenCL source."""
        return render(self.spec)

    def __repr__(self) -> str:
        shapes = f"{self.problem.shape} -> {self.output_shape}"
        return f"<clpool.Plan {self.label} {shapes} on {self.queue.device.name.strip()}>"

    def __call__(
        self,
        x: AnyArray,
        out: Any = None,
        queue: cl.CommandQueue | None = None,
        wait_for: Sequence[cl.Event] | None = None,
        *,
        sources: Mapping[str, AnyArray] | None = None,
        lists: np.ndarray | None = None,
    ) -> Any:
        """Pool ``x``: a numpy array at once, a pyopencl array asynchronously on its queue.

        Args:
            x: an array of the plan's shape and dtype.
            out: an array for the result, or (values, indices); returned as given.
            queue: the queue to run on, of the plan's context.
            wait_for: events to wait for, besides those of the arrays.
            sources: what a gradient reads besides ``x`` (:data:`clpool.modes.TAKES`).
            lists: bounds of windows (:func:`clpool.listed.packed`) where every call has its own;
                leading axes are those of the planes.

        Raises:
            ArgumentValueError, ArgumentTypeError: something differs from what was planned.
        """
        device.refuse_forked_child()
        checks.check_kind(x, "x")
        checks.check_queue(queue)
        checks.check_events(wait_for)
        problem = self.problem
        if tuple(x.shape) != problem.shape or element_type(x.dtype) is not problem.dtype:
            raise ArgumentValueError(
                f"x has shape {tuple(x.shape)} and dtype {x.dtype}, the plan is for "
                f"{problem.shape} and {problem.dtype.name}"
            )
        return self.run(x, out, queue, wait_for, sources or {}, lists)

    def run(
        self,
        x: AnyArray,
        out: Any,
        queue: cl.CommandQueue | None,
        wait_for: Sequence[cl.Event] | None,
        sources: Mapping[str, AnyArray],
        lists: np.ndarray | None,
    ) -> Any:
        """What calling the plan does once ``x``, ``queue`` and ``wait_for`` have been checked."""
        given = checks.check_results(out, x, self.output_shape, self._dtypes)
        run = self._run_host if isinstance(x, np.ndarray) else self._run_device
        results = run(x, sources, lists, given, queue, wait_for)
        if out is not None:
            return out
        return tuple(results) if self.problem.index else results[0]

    def _run_host(
        self,
        x: np.ndarray,
        sources: Mapping[str, np.ndarray],
        lists: np.ndarray | None,
        given: list[np.ndarray],
        queue: cl.CommandQueue | None,
        wait_for: Sequence[cl.Event] | None,
    ) -> list[np.ndarray]:
        """Pool in host memory, wrapped or by way of device buffers, and wait."""
        if queue is None:
            queue = self.queue
        elif queue is not self.queue:
            checks.check_context(queue.context, self.queue.context, "queue")
        if self._is_empty:
            x = arrays.admit_host(x, self.problem.spatial, self._wrapped)
            _, strides = arrays.output_strides(self.problem, arrays.strides_of(x), given)
            make = partial(arrays.empty_host, self.output_shape, strides)
            results = given or [make(dtype) for dtype in self._dtypes]
            for result in results:
                result[...] = 0  # nothing flows from an empty gradient
            return results
        reads = [x]
        if sources:
            reads += [sources[name] for name in sorted(sources, key=OWN.__contains__)]
        pitches = None if lists is None else arrays.pitches_of(lists, self.problem)
        lying, addresses = lie(reads, given, pitches, self._page)
        route = self._routes.get(lying)
        if route is None:
            route, reads, addresses = self._prepare(x, sources, given, pitches)
        results = given or route.fresh()
        targets = route.fresh() if given and route.detour else results
        if targets is not given:
            addresses[len(reads) :] = map(arrays.address, targets)
        route.run(addresses, self._lists(lists) if route.listed else None, queue, wait_for)
        if targets is not results:
            for result, target in zip(results, targets, strict=True):
                result[...] = target
        return results

    def _prepare(
        self,
        x: np.ndarray,
        sources: Mapping[str, np.ndarray],
        given: list[np.ndarray],
        pitches: Shape | None,
    ) -> tuple[Route, list[np.ndarray], list[int]]:
        """For arrays that lie as none before: the route, what it reads, and all addresses.

        Arrays that kernels cannot read are copied; the route is that of the copies.
        """
        x = arrays.admit_host(x, self.problem.spatial, self._wrapped)
        x_strides = arrays.strides_of(x)
        checks.check_lie(given)
        inner, y_strides = arrays.output_strides(self.problem, x_strides, given)
        detour = not self._wrapped and not all(map(arrays.is_dense, given))
        if detour:
            y_strides = dense_strides(self.output_shape, y_strides, inner)
        laid = arrays.laid_out
        inputs = [x, *(laid(a, x_strides) for name, a in sources.items() if name not in OWN)]
        own = [laid(a, y_strides) for name, a in sources.items() if name in OWN]
        reads = [*inputs, *own]
        lying, addresses = lie(reads, given, pitches, self._page)
        route = self._routes.get(lying)
        if route is None:
            launch = self._launch(x_strides, y_strides, inner, lying[0], pitches)
            fresh = (self.output_shape, y_strides, self._dtypes)
            begins = lying[-len(addresses) :] if self._page > 1 else [0] * len(addresses)
            route = Route(launch, inputs, own, fresh, self._wrapped, detour, begins, self._page)
            _keep(self._routes, lying, route)
        return route, reads, addresses

    def _run_device(
        self,
        x: cla.Array,
        sources: Mapping[str, cla.Array],
        lists: np.ndarray | None,
        given: list[cla.Array],
        queue: cl.CommandQueue | None,
        wait_for: Sequence[cl.Event] | None,
    ) -> list[cla.Array]:
        """Start pooling of pyopencl arrays; events say when it has ended."""
        queue = queue or x.queue or self.queue
        owners: dict[str, Any] = {"queue": queue, "x": x, **sources}
        owners |= zip(("out", "out[1]"), given, strict=False)
        for name, owner in owners.items():
            checks.check_context(owner.context, self.queue.context, ARGUMENTS.get(name, name))
        checks.check_lie(given)
        x_strides = arrays.strides_of(x)
        inner, y_strides = arrays.output_strides(self.problem, x_strides, given)
        make = arrays.empty_device(queue, self.output_shape, y_strides, x)
        results = given or [make(dtype) for dtype in self._dtypes]
        if self._is_empty:
            for result in results if 0 not in self.output_shape else []:
                result.fill(0)  # nothing flows from an empty gradient
            return results
        needed = {name: y_strides if name in OWN else x_strides for name in sources}
        laid = {n: relaid(array, needed[n], queue, wait_for) for n, array in sources.items()}
        inputs = [x, *(array for name, array in laid.items() if name not in OWN)]
        own = [array for name, array in laid.items() if name in OWN]
        aligned = arrays.aligned_bytes(*inputs, *own, results[0])
        # Indices are written 16 bytes at a time.
        if len(results) > 1 and arrays.aligned_bytes(results[1]) < 16:
            aligned = min(aligned, 8)
        launch = self._launch(
            x_strides, y_strides, inner, aligned, arrays.pitches_of(lists, self.problem)
        )
        listed = self._lists(lists) if launch.listed else None
        run_arrays(launch, inputs, own, listed, results, queue, wait_for)
        return results

    def _lists(self, lists: np.ndarray | None) -> cl.Buffer:
        """The lists on the device: those of this call, or the plan's own, made once."""
        if lists is not None:
            return arrays.constant(self.queue.context, lists)
        if self._own_lists is None:
            window, lengths = self.problem.window, self.problem.lengths
            own = packed(window.bounds(lengths), window.counts)
            self._own_lists = arrays.constant(self.queue.context, own)
        return self._own_lists

    def _launch(
        self,
        x_strides: Shape,
        y_strides: Shape,
        inner: int | None,
        aligned: int,
        pitches: Shape | None,
    ) -> Launch:
        key = (x_strides, y_strides, inner, aligned, pitches)
        launch = self._launches.get(key)
        if launch is None:
            unit, laid = self.queue.device, key[:4]
            spec, parts = specialise(self.problem, unit, *laid, self._forced, pitches)
            launch = Launch(spec, parts, self.queue.context)
            _keep(self._launches, key, launch)
        return launch


def _keep(found: dict[Any, Any], key: Any, value: Any) -> None:
    """Remember what was worked out; all is forgotten when it has become too much."""
    if len(found) >= _MOST_LAYOUTS:
        found.clear()
    found[key] = value
