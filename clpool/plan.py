"""A pooling problem made runnable: its spec, its kernel, and how it is launched.

A :class:`Plan` belongs to one shape, dtype, set of parameters and context. For every layout in
memory that it meets it keeps one launch: the kernel, its range, and the packed geometry of each
part the problem is cut into.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import Any

import numpy as np
import pyopencl as cl

from . import arrays, build, device, tuning
from .arrays import AnyArray
from .dtypes import ElementType
from .errors import ArgumentTypeError, ArgumentValueError, DeviceError
from .geometry import FIELDS, Geometry, Shape, arrange, dense_strides, innermost
from .modes import Mode
from .render import render
from .spec import KernelSpec
from .window import SlidingWindow

_PACKED = np.dtype([(name, np.int64) for name in FIELDS])


@dataclass(frozen=True)
class Problem:
    """What is to be computed, wherever the arrays lie.

    ``spatial`` are the pooled axes of ``shape``; ``divisor`` is an average's given divisor,
    or None to count taps, those in the padding too if ``count_include_pad``.
    """

    shape: Shape
    dtype: ElementType
    out: ElementType
    spatial: tuple[int, ...]
    window: SlidingWindow
    mode: Mode
    nan: str = "propagate"
    index: str | None = None
    divisor: int | None = None
    count_include_pad: bool = True

    @property
    def lengths(self) -> Shape:
        """The input's lengths on the pooled axes."""
        return tuple(self.shape[axis] for axis in self.spatial)

    @property
    def output_shape(self) -> Shape:
        """The result's shape."""
        shape = list(self.shape)
        lengths = self.window.output_shape(self.lengths)
        for axis, length in zip(self.spatial, lengths, strict=True):
            shape[axis] = length
        return tuple(shape)

    def divisor_class(self) -> tuple[str | None, int]:
        """How a kernel finds the divisor, and the divisor if it is one for all windows."""
        if not self.mode.divides:
            return None, 1
        if self.divisor is not None:
            return "given", self.divisor
        if self.window.counts_vary(self.lengths, self.count_include_pad):
            return ("padded" if self.count_include_pad else "valid"), 1
        return "given", prod(self.window.kernel)


@dataclass(frozen=True)
class _Part:
    """One launch of a kernel: its geometry and its range."""

    geometry: Geometry
    divisor: int
    bands: int
    size: Shape
    group: Shape

    def packed(self, x_offset: int, y_offset: int, index_offset: int) -> np.ndarray:
        """The kernel's last argument, offsets counted from the start of each buffer."""
        fields = self.geometry.fields(self.divisor, self.bands)
        fields["x_offset"] += x_offset
        fields["y_offset"] += y_offset
        fields["index_offset"] += index_offset
        return np.array(tuple(fields[name] for name in FIELDS), dtype=_PACKED)


class _Launch:
    """A kernel and the parts of a problem in one layout; one caller at a time sets arguments."""

    def __init__(self, spec: KernelSpec, parts: list[_Part], context: cl.Context) -> None:
        self.spec = spec
        self.parts = parts
        self.built = build.build(spec, context)
        self.kernel = self.built.kernel()
        self.lock = threading.Lock()

    def enqueue(
        self, queue: cl.CommandQueue, part: _Part, buffers: Sequence[Any], packed: Any, wait: Any
    ) -> cl.Event:
        """Start one part; returns its event."""
        with self.lock:
            for number, buffer in enumerate(buffers):
                self.kernel.set_arg(number, buffer)
            self.kernel.set_arg(len(buffers), packed)
            event = cl.enqueue_nd_range_kernel(
                queue, self.kernel, part.size, part.group, wait_for=wait
            )
            self.built.save()
        return event


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
        if problem.dtype.name == "float64" or problem.out.name == "float64":
            if not device.has_fp64(queue.device):
                raise ArgumentTypeError(
                    f"x has dtype float64, which {queue.device.name.strip()} cannot compute; "
                    "convert it to float32 or choose a device with fp64 (clpool devices)"
                )
        self.problem = problem
        self.queue = queue
        self.output_shape = problem.output_shape
        self._wrapped = device.shares_host_memory(queue.device)
        self._forced = tuning.forced_key()
        self._launches: dict[Any, _Launch] = {}

    @property
    def bytes_moved(self) -> int:
        """Bytes read and written at least: the input, the values and the indices, once each."""
        outputs = prod(self.output_shape)
        index = int(self.problem.index.removeprefix("int")) // 8 if self.problem.index else 0
        inputs = prod(self.problem.shape) * self.problem.dtype.size
        return inputs + outputs * (self.problem.out.size + index)

    @property
    def spec(self) -> KernelSpec:
        """What the kernel for dense, aligned arrays is specialised on."""
        return self._dense_spec()[0]

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
    ) -> Any:
        """Pool ``x``: a numpy array at once, a pyopencl array asynchronously on its queue.

        Args:
            x: an array of the plan's shape and dtype.
            out: an array for the result, or (values, indices); returned as given.
            queue: the queue to run on, of the plan's context.
            wait_for: events to wait for, besides those of the arrays.

        Raises:
            ArgumentValueError, ArgumentTypeError: something differs from what was planned.
        """
        device.refuse_forked_child()
        arrays.check_kind(x, "x")
        if tuple(x.shape) != self.problem.shape or x.dtype.name != self.problem.dtype.name:
            raise ArgumentValueError(
                f"x has shape {tuple(x.shape)} and dtype {x.dtype}, the plan is for "
                f"{self.problem.shape} and {self.problem.dtype.name}"
            )
        values, indices = self._outputs(out, x)
        if arrays.is_host(x):
            queue = self.queue if queue is None else queue
            self._check_context(queue.context, "queue")
            results = self._run_host(x, values, indices, queue, wait_for)
        else:
            results = self._run_device(x, values, indices, queue, wait_for)
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
        arrays.check_out(values, x, self.output_shape, self.problem.out.numpy, "out")
        if index:
            arrays.check_out(indices, x, self.output_shape, np.dtype(index), "out[1]")
            arrays.check_apart(indices, values, "out[1]", "out[0]")
            if arrays.strides_of(indices) != arrays.strides_of(values) and values.size > 1:
                raise ArgumentValueError(
                    f"out[1] has strides {indices.strides}, not the layout of out[0] with "
                    f"strides {values.strides}"
                )
        return values, indices

    def _run_host(
        self,
        x: np.ndarray,
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
        if 0 in self.output_shape:
            return results
        targets = results
        if not self._wrapped and not all(arrays.is_dense(result) for result in results):
            y_strides = dense_strides(self.output_shape, y_strides, inner)
            targets = [arrays.empty_host(self.output_shape, y_strides, d) for d in dtypes]
        launch = self._launch(x_strides, y_strides, inner, self._lanes_aligned(x, targets[0]))
        run = self._wrapped_part if self._wrapped else self._copied_part
        for part in launch.parts:
            run(launch, part, x, targets, queue, wait_for)
        for result, target in zip(results, targets, strict=True):
            if result is not target:
                result[...] = target
        return results

    def _wrapped_part(
        self,
        launch: _Launch,
        part: _Part,
        x: np.ndarray,
        results: Sequence[np.ndarray],
        queue: cl.CommandQueue,
        wait_for: Sequence[cl.Event] | None,
    ) -> None:
        x_span, y_span = part.geometry.x_span(), part.geometry.y_span()
        buffers = [arrays.wrap(queue.context, x, x_span, write=False)]
        buffers += [arrays.wrap(queue.context, r, y_span, write=True) for r in results]
        packed = part.packed(-x_span[0], -y_span[0], -y_span[0])
        # The caller's memory is in use until the kernel has ended, also if waiting is interrupted.
        try:
            launch.enqueue(queue, part, buffers, packed, wait_for).wait()
        except BaseException:
            queue.finish()
            raise

    def _copied_part(
        self,
        launch: _Launch,
        part: _Part,
        x: np.ndarray,
        results: Sequence[np.ndarray],
        queue: cl.CommandQueue,
        wait_for: Sequence[cl.Event] | None,
    ) -> None:
        flags = cl.mem_flags
        x_span, y_span = part.geometry.x_span(), part.geometry.y_span()
        source = arrays.span_of(x, x_span)
        targets = [arrays.span_of(result, y_span) for result in results]
        try:
            buffers = [cl.Buffer(queue.context, flags.READ_ONLY, source.nbytes)]
            copied = cl.enqueue_copy(
                queue, buffers[0], source, is_blocking=False, wait_for=wait_for
            )
            buffers += [cl.Buffer(queue.context, flags.READ_WRITE, t.nbytes) for t in targets]
            packed = part.packed(-x_span[0], -y_span[0], -y_span[0])
            event = launch.enqueue(queue, part, buffers, packed, [copied])
            for target, buffer in zip(targets, buffers[1:], strict=True):
                cl.enqueue_copy(queue, target, buffer, wait_for=[event])
        except BaseException:
            queue.finish()
            raise

    def _run_device(
        self,
        x: Any,
        values: Any,
        indices: Any,
        queue: cl.CommandQueue | None,
        wait_for: Sequence[cl.Event] | None,
    ) -> list[Any]:
        """Start pooling of pyopencl arrays; events say when it has ended."""
        queue = queue or x.queue or self.queue
        for owner, name in ((queue, "queue"), (x, "x"), (values, "out"), (indices, "out[1]")):
            if owner is not None:
                self._check_context(owner.context, name)
        x_strides = arrays.strides_of(x)
        inner, y_strides = self._output_strides(x_strides, values)
        results = [array for array in (values, indices) if array is not None]
        if not results:
            make = arrays.empty_device(queue, self.output_shape, y_strides, x)
            results = [make(self.problem.out.numpy)]
            results += [make(np.dtype(self.problem.index))] if self.problem.index else []
        if 0 in self.output_shape:
            return results
        launch = self._launch(x_strides, y_strides, inner, self._lanes_aligned(x, results[0]))
        offsets = [array.offset // array.dtype.itemsize for array in (x, *results)]
        buffers = [array.base_data for array in (x, *results)]
        pending = [event for array in (x, *results) for event in array.events]
        pending += list(wait_for or ())
        for part in launch.parts:
            packed = part.packed(offsets[0], offsets[1], offsets[-1])
            event = launch.enqueue(queue, part, buffers, packed, pending)
            # The input too: whoever overwrites it must wait until it has been read.
            for array in (x, *results):
                array.add_event(event)
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

    def _lanes_aligned(self, *operands: AnyArray) -> int:
        """The lanes, 1, 2 or 4, of the widest vector that every array's start is aligned to."""
        for lanes in (4, 2):
            starts = [
                (a.ctypes.data if isinstance(a, np.ndarray) else a.offset, a.dtype.itemsize)
                for a in operands
            ]
            if all(start % (lanes * size) == 0 for start, size in starts):
                return lanes
        return 1

    def _launch(self, x_strides: Shape, y_strides: Shape, inner: int | None, aligned: int) -> _Launch:
        key = (x_strides, y_strides, inner, aligned)
        launch = self._launches.get(key)
        if launch is None:
            spec, params, whole, parts = self._specialise(x_strides, y_strides, inner, aligned)
            divisor = self.problem.divisor_class()[1]
            ready = [_range(spec, params, part, divisor) for part in parts]
            launch = self._launches[key] = _Launch(spec, ready, self.queue.context)
        return launch

    def _dense_spec(self) -> tuple[KernelSpec, Any, Geometry, list[Geometry]]:
        shape = self.problem.shape
        channels_last = self.problem.spatial[-1] != len(shape) - 1
        strides = dense_strides(shape, tuple(range(len(shape), 0, -1)), len(shape) - 1)
        inner = len(shape) - 1 if channels_last else self.problem.spatial[-1]
        y_strides = dense_strides(self.output_shape, strides, inner)
        return self._specialise(strides, y_strides, inner, 4)

    def _specialise(
        self, x_strides: Shape, y_strides: Shape, inner: int | None, aligned: int
    ) -> tuple[KernelSpec, Any, Geometry, list[Geometry]]:
        """The spec for one layout, with its tuning, the whole geometry and its parts."""
        problem, window, mode = self.problem, self.problem.window, self.problem.mode
        whole = arrange(
            problem.shape, x_strides, self.output_shape, y_strides, problem.spatial, inner, window
        )
        layout = "first" if inner == problem.spatial[-1] else "last"
        spec = KernelSpec(
            mode=mode,
            kernel=window.kernel,
            stride=window.stride,
            dilation=window.dilation,
            dtype=problem.dtype,
            out=problem.out,
            layout=layout,
            index=problem.index,
            nan=problem.nan if mode.selects and problem.dtype.is_float else "propagate",
            divisor=problem.divisor_class()[0],
            wide=whole.is_wide(),
            dialect=device.dialect(self.queue.device),
        )
        params = tuning.choose(
            device.device_class(self.queue.device),
            layout,
            spec.accumulator_size,
            window.reach[-1],
            prod(window.kernel),
            dict(self._forced),
        )
        most = self._most_elements()
        parts = list(whole.parts(most))
        for part in parts:
            first, last = part.x_span()
            if last - first >= most:
                raise DeviceError(
                    f"one window reads {last - first + 1} elements, but "
                    f"{self.queue.device.name.strip()} allows {most} in one buffer"
                )
        return _tuned(spec, params, whole, parts, aligned), params, whole, parts

    def _most_elements(self) -> int:
        """The elements one buffer may hold on this device."""
        unit = self.queue.device
        size = max(self.problem.dtype.size, self.problem.out.size, 8 if self.problem.index else 1)
        most = unit.max_mem_alloc_size
        if not self._wrapped:
            most = min(most, unit.global_mem_size // 4)
        if most < size:
            raise DeviceError(f"{unit.name} offers buffers of {most} bytes only")
        return most // size


def _tuned(
    spec: KernelSpec, params: Any, whole: Geometry, parts: list[Geometry], aligned: int
) -> KernelSpec:
    """The spec with its variant, and with vectors where the problem's memory allows them."""
    width, shift = params.width, None
    if params.variant == "direct":
        if spec.layout == "last" and whole.inner % width:
            width = 1
        pads = {part.spatial[2].pad % width for part in parts} if spec.layout == "first" else {0}
        fits = width <= aligned and all(part.multiple_of(width) for part in (whole, *parts))
        if width > 1 and fits and len(pads) == 1:
            shift = -pads.pop() % width
    return replace(spec, variant=params.variant, width=width, tile=params.tile, shift=shift)


def _range(spec: KernelSpec, params: Any, geometry: Geometry, divisor: int) -> _Part:
    """The range of one part: items and groups of its variant."""
    lines = geometry.spatial[0].n_out * geometry.spatial[1].n_out
    planes = geometry.outer_length
    if spec.variant == "rows":
        bands = min(lines, max(1, -(-params.items // planes)))
        return _Part(geometry, divisor, bands, (planes * bands,), (1,))
    width = geometry.spatial[2].n_out
    if spec.layout == "last":
        columns = width * (geometry.inner // spec.width)
    else:
        columns = -(-width // spec.width)
    group = params.group
    size = tuple(-(-n // g) * g for n, g in zip((columns, lines, planes), group, strict=True))
    return _Part(geometry, divisor, 1, size, group)


def _devices(context: cl.Context) -> str:
    return ", ".join(unit.name.strip() for unit in context.devices)

