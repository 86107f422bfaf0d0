"""A pooling problem made runnable: its spec, its kernel, and how it is launched.

A :class:`Plan` belongs to one shape, dtype, set of parameters and context. For every layout in
memory that it meets it keeps one launch: the kernel, its range, and the packed geometry of each
part the problem is cut into.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any

import numpy as np
import pyopencl as cl

from . import arrays, checks, device, tuning
from .arrays import AnyArray
from .errors import ArgumentTypeError, ArgumentValueError
from .geometry import Shape
from .launch import Launch, Operands, relaid, run_arrays, run_copied, run_wrapped
from .layout import dense_strides, innermost
from .listed import packed
from .modes import ARGUMENTS, OWN
from .problem import Problem
from .render import render
from .spec import KernelSpec
from .specialise import dense_spec, specialise


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
        self._forced = dict(tuning.forced_key())
        self._launches: dict[Any, Launch] = {}
        self._own_lists: cl.Buffer | None = None

    @property
    def bytes_moved(self) -> int:
        """Bytes read and written at least: the input, the values and the indices, once each."""
        outputs = prod(self.output_shape)
        index = int(self.problem.index.removeprefix("int")) // 8 if self.problem.index else 0
        chosen = int(self.problem.chosen.removeprefix("int")) // 8 if self.problem.chosen else 0
        inputs = prod(self.problem.shape) * (self.problem.dtype.size + chosen)
        return inputs + outputs * (self.problem.out.size + index)

    @property
    def spec(self) -> KernelSpec:
        """What the kernel for dense, aligned arrays is specialised on."""
        return dense_spec(self.problem, self.queue.device, self._forced)

    @property
    def variant(self) -> str:
        """The kernel's variant: "direct" or "rows"."""
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
        if tuple(x.shape) != self.problem.shape or x.dtype.name != self.problem.dtype.name:
            raise ArgumentValueError(
                f"x has shape {tuple(x.shape)} and dtype {x.dtype}, the plan is for "
                f"{self.problem.shape} and {self.problem.dtype.name}"
            )
        values, indices = self._outputs(out, x)
        if arrays.is_host(x):
            queue = self.queue if queue is None else queue
            self._check_context(queue.context, "queue")
            results = self._run_host(x, sources or {}, lists, values, indices, queue, wait_for)
        else:
            results = self._run_device(x, sources or {}, lists, values, indices, queue, wait_for)
        if not self.problem.index:
            return results[0] if out is None else out
        return tuple(results) if out is None else out

    def _outputs(self, out: Any, x: AnyArray) -> tuple[AnyArray, AnyArray]:
        """Check what the caller gave for results: values and indices, or None for each."""
        if out is None:
            return None, None
        index = self.problem.index
        if index and not (isinstance(out, (tuple, list)) and len(out) == 2):
            raise ArgumentTypeError(
                "out must be a pair (values, indices) with return_indices=True, "
                f"got {type(out).__name__}"
            )
        values, indices = out if index else (out, None)
        checks.check_out(values, x, self.output_shape, self.problem.out.numpy, "out")
        if index:
            checks.check_out(indices, x, self.output_shape, np.dtype(index), "out[1]")
            checks.check_apart(indices, values, "out[1]", "out[0]")
            checks.check_same_layout(indices, values, "out[1]", "out[0]")
        return values, indices

    def _run_host(
        self,
        x: np.ndarray,
        sources: Mapping[str, np.ndarray],
        lists: np.ndarray | None,
        values: np.ndarray | None,
        indices: np.ndarray | None,
        queue: cl.CommandQueue,
        wait_for: Sequence[cl.Event] | None,
    ) -> list[np.ndarray]:
        """Pool in host memory, wrapped or by way of device buffers, and wait."""
        x = arrays.admit_host(x, self.problem.spatial, self._wrapped)
        x_strides = arrays.strides_of(x)
        inner, y_strides = self._output_strides(x_strides, values)
        dtypes = [self.problem.out.numpy]
        dtypes += [np.dtype(self.problem.index)] if self.problem.index else []
        given = [array for array in (values, indices) if array is not None]
        results = given or [arrays.empty_host(self.output_shape, y_strides, d) for d in dtypes]
        if 0 in self.output_shape or 0 in self.problem.shape:
            for result in results:
                result[...] = 0  # nothing flows from an empty gradient
            return results
        targets = results
        if not self._wrapped and not all(arrays.is_dense(result) for result in results):
            y_strides = dense_strides(self.output_shape, y_strides, inner)
            targets = [arrays.empty_host(self.output_shape, y_strides, d) for d in dtypes]
        inputs = [x, *(arrays.laid_out(a, x_strides) for n, a in sources.items() if n not in OWN)]
        own = [arrays.laid_out(a, y_strides) for n, a in sources.items() if n in OWN]
        aligned = arrays.aligned_lanes(*inputs, *own, targets[0])
        launch = self._launch(x_strides, y_strides, inner, aligned, lists)
        operands = Operands(inputs, own, self._lists(launch, lists), targets)
        run = run_wrapped if self._wrapped else run_copied
        for part in launch.parts:
            run(launch, part, operands, queue, wait_for)
        for result, target in zip(results, targets, strict=True):
            if result is not target:
                result[...] = target
        return results

    def _run_device(
        self,
        x: Any,
        sources: Mapping[str, Any],
        lists: np.ndarray | None,
        values: Any,
        indices: Any,
        queue: cl.CommandQueue | None,
        wait_for: Sequence[cl.Event] | None,
    ) -> list[Any]:
        """Start pooling of pyopencl arrays; events say when it has ended."""
        queue = queue or x.queue or self.queue
        owners = {"queue": queue, "x": x, **sources, "out": values, "out[1]": indices}
        for name, owner in owners.items():
            if owner is not None:
                self._check_context(owner.context, ARGUMENTS.get(name, name))
        x_strides = arrays.strides_of(x)
        inner, y_strides = self._output_strides(x_strides, values)
        results = [array for array in (values, indices) if array is not None]
        if not results:
            make = arrays.empty_device(queue, self.output_shape, y_strides, x)
            results = [make(self.problem.out.numpy)]
            results += [make(np.dtype(self.problem.index))] if self.problem.index else []
        if 0 in self.output_shape or 0 in self.problem.shape:
            for result in results if 0 not in self.output_shape else []:
                result.fill(0)  # nothing flows from an empty gradient
            return results
        lie = {name: y_strides if name in OWN else x_strides for name in sources}
        laid = {n: relaid(array, lie[n], queue, wait_for) for n, array in sources.items()}
        inputs = [x, *(array for name, array in laid.items() if name not in OWN)]
        own = [array for name, array in laid.items() if name in OWN]
        aligned = arrays.aligned_lanes(*inputs, *own, results[0])
        launch = self._launch(x_strides, y_strides, inner, aligned, lists)
        operands = Operands(inputs, own, self._lists(launch, lists), results)
        run_arrays(launch, operands, queue, wait_for)
        return results

    def _check_context(self, context: cl.Context, name: str) -> None:
        if context != self.queue.context:
            raise ArgumentValueError(
                f"{name} belongs to another OpenCL context than the plan "
                f"({_devices(context)} instead of {_devices(self.queue.context)}); "
                "all arrays and the queue must share one"
            )

    def _output_strides(self, x_strides: Shape, out: AnyArray) -> tuple[int | None, Shape]:
        """The dense innermost axis and the output's strides, the given array's or fresh ones.

        A pyopencl array without a dense innermost axis (None) is pooled in place, element by
        element; numpy arrays have been copied by now.

        Raises:
            ArgumentValueError: the given array has another innermost axis than the input.
        """
        problem = self.problem
        axes = innermost(problem.shape, x_strides, problem.spatial)
        shape = self.output_shape
        if not axes:
            fresh = dense_strides(shape, x_strides, problem.spatial[-1])
            return None, fresh if out is None else arrays.strides_of(out)
        if out is None:
            return axes[0], dense_strides(shape, x_strides, axes[0])
        strides = arrays.strides_of(out)
        for axis in axes:
            if strides[axis] == 1 or shape[axis] == 1:
                return axis, strides
        expected = dense_strides(shape, x_strides, axes[0])
        size = out.dtype.itemsize
        raise ArgumentValueError(
            f"out has strides {out.strides}, but axis {axes[0]} must be dense in it as it is in "
            f"x; for example strides {tuple(stride * size for stride in expected)}"
        )

    def _lists(self, launch: Launch, lists: np.ndarray | None) -> cl.Buffer | None:
        """The lists on the device: those of this call, or the plan's own, made once."""
        if lists is not None:
            return arrays.constant(self.queue.context, lists)
        if self._own_lists is None and launch.spec.lists:
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
        lists: np.ndarray | None,
    ) -> Launch:
        spatial = self.problem.spatial
        pitches = None if lists is None else arrays.pitches_of(lists, len(x_strides), spatial)
        key = (x_strides, y_strides, inner, aligned, pitches)
        launch = self._launches.get(key)
        if launch is None:
            spec, parts = specialise(
                self.problem,
                self.queue.device,
                x_strides,
                y_strides,
                inner,
                aligned,
                self._forced,
                pitches,
            )
            launch = self._launches[key] = Launch(spec, parts, self.queue.context)
        return launch


def _devices(context: cl.Context) -> str:
    return ", ".join(unit.name.strip() for unit in context.devices)
