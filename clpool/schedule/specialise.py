"""Maps a problem to a device and a layout: a kernel's spec, and the chunks it is launched on."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from .. import tuning
from ..codegen.spec import KernelSpec
from ..errors import DeviceError
from ..problem.listed import WholePlane
from ..problem.problem import Problem, Window
from ..problem.window import Shape, SlidingWindow
from ..tuning import ScheduleThresholds, TuningParams
from . import flat_blocks, legalise, shared_reads, streaming, unpooling
from .chunks import Chunk, chunks_of
from .device_traits import DeviceTraits
from .geometry import Geometry
from .layout import COARSEST, arrange, dense_strides


def dense_spec(problem: Problem, traits: DeviceTraits, forced: dict[str, Any]) -> KernelSpec:
    """The spec for dense, aligned arrays."""
    return specialise(problem, traits, *dense_layout(problem), forced)[0]


def dense_layout(problem: Problem) -> tuple[Shape, Shape, int, int]:
    """The layout of dense, aligned arrays, as ``specialise`` takes it."""
    shape = problem.shape
    channels_last = problem.spatial[-1] != len(shape) - 1
    strides = dense_strides(shape, tuple(range(len(shape), 0, -1)), len(shape) - 1)
    inner = len(shape) - 1 if channels_last else problem.spatial[-1]
    y_strides = dense_strides(problem.output_shape, strides, inner)
    return strides, y_strides, inner, COARSEST


def specialise(
    problem: Problem,
    traits: DeviceTraits,
    x_strides: Shape,
    y_strides: Shape,
    inner: int | None,
    aligned: int,
    forced: dict[str, Any],
    list_strides: Shape | None = None,
    most: int | None = None,
    far: bool = False,
    streamed: bool = False,
) -> tuple[KernelSpec, list[Chunk]]:
    """The spec for arrays of these strides, and the chunks the problem is cut into.

    Args:
        traits: of the device.
        inner: the dense axis of both arrays, None if there is none.
        aligned: the arrays start at multiples of this many bytes.
        forced: the tuning parameters that are not chosen here.
        list_strides: see :func:`clpool.schedule.geometry.arrange`.
        most: elements of an array that a chunk touches at most; None, as the device allows.
        far: whether arrays reach beyond 2^31 elements of their buffers.
        streamed: whether chunks are copied to the device one after the other: as small as is quick.

    Raises:
        DeviceError: not even one window fits into a buffer of the device.
    """
    window, mode = problem.window, problem.mode
    most = most_elements(problem, traits) if most is None else most
    part = streaming.part_elements(problem) if streamed else None
    cut = partial(_cut, traits=traits, most=most, part=part)
    along_row, given = inner == problem.spatial[-1], inner
    spec = _spec(problem, traits, "first" if along_row else "last")
    schedule = forced.get("schedule", tuning.SCHEDULE)
    params = tuning.choose(
        traits.tuning_class,
        max(spec.accumulator_size, spec.position_size if spec.index else 1),
        problem.taps,
        mode.uses_math,
        forced,
        _alone(problem, schedule),
        traits.register_bytes,
        _spread(problem, spec, along_row, traits.register_bytes, schedule),
    )
    spec = replace(spec, thresholds=params.source)
    if params.variant == "runs" and not (along_row and _has_runs(problem)):
        params = replace(params, variant="rows")
    arrays = (problem.shape, x_strides, problem.output_shape, y_strides, problem.spatial)
    if isinstance(window, WholePlane) and params.variant in ("outputs", "group", "tile"):

        def arranged(windows: Window, dense: bool) -> tuple[bool, bool, list[Geometry]]:
            whole = arrange(*arrays, inner if dense else None, windows)
            chunks = cut(whole)
            return whole.is_wide(), not far and flat_blocks.is_narrow(chunks, 1, 0), chunks

        lanes = forced.get("width")
        moving = unpooling.moving(spec, window, params, traits, arranged, aligned, lanes)
        if moving is not None:
            return moving[0], chunks_of(problem, traits, moving[0], params, moving[1])
        params = replace(params, variant="direct")
    if params.variant in ("outputs", "group", "tile"):
        # Channels that have bounds of their own are planes apart.
        whole = arrange(*arrays, inner if list_strides is None else None, window, list_strides)
        chunks = cut(whole, flat_blocks.NARROW - 1)
        wide = replace(spec, wide=whole.is_wide())
        shared = shared_reads.sharing(problem, traits, wide, params, chunks, aligned, far, forced)
        if shared is not None:
            return shared, chunks_of(problem, traits, shared, params, chunks)
        params = replace(
            params, variant="direct", width=params.width if params.variant == "outputs" else 1
        )
    flat = _is_flat(problem, traits, params)
    # Kernels that address single elements need no dense axis.
    rows = along_row and params.variant in ("rows", "runs") and not mode.skeleton
    in_rows = window.kind == "covering" and rows
    listed_rows = window.kind == "listed" and not window.gradient and rows
    by_elements = window.kind != "sliding"
    apart = along_row or list_strides is not None
    alone = spec.by_planes or (by_elements and apart and not in_rows and not listed_rows)
    if alone and not (flat and along_row):
        inner = None
    if mode.draws:
        list_strides = problem.plane_strides()
    whole = arrange(*arrays, inner, window, list_strides)
    chunks = cut(whole, flat_blocks.NARROW - 1 if flat else None)
    if in_rows:
        spec = legalise.covering(replace(spec, wide=whole.is_wide()), params, chunks)
        if spec.layout == "last":
            whole = arrange(*arrays, None, window, list_strides)
            chunks = cut(whole)
    else:
        spec = replace(spec, layout="first" if inner == problem.spatial[-1] else "last")
    spec = legalise.tuned(replace(spec, wide=whole.is_wide()), params, whole, chunks, aligned)
    if spec.template == "direct" and not flat:
        single = {**forced, "variant": "direct", "width": 1}
        return specialise(
            *(problem, traits, x_strides, y_strides, given, aligned, single),
            *(list_strides, most, far, streamed),
        )
    if flat:
        narrow = not far and flat_blocks.is_narrow(chunks, *shared_reads.numbers(problem, spec))
        spec = flat_blocks.counted(spec, narrow)
    return spec, chunks_of(problem, traits, spec, params, chunks)


def _is_flat(problem: Problem, traits: DeviceTraits, params: TuningParams) -> bool:
    """Whether a flat index counts the work-items of a kernel of single outputs.

    CPUs' compilers make vectors of neighbouring columns, which a flat index hides.
    """
    gpu = problem.mode.skeleton in ("rank", "draw", "look") and traits.device_class == "gpu"
    return params.variant == "direct" and (problem.mode.skeleton is None or gpu)


def _spread(
    problem: Problem,
    spec: KernelSpec,
    along_row: bool,
    register_bytes: int,
    known: ScheduleThresholds,
) -> bool:
    """Whether vectors along a row are spread over :data:`clpool.tuning.SPREAD` registers.

    Those of neighbouring windows are, where a row has several of them; those of one axis;
    those of positions wider than values; and without positions those of listed windows and of
    the gradients of averages.
    """
    window = problem.window
    if not along_row:
        return problem.index is not None and spec.accumulator_size < spec.position_size
    size = max(spec.accumulator_size, spec.position_size if spec.index else 1)
    row = problem.output_shape[problem.spatial[-1]]
    if window.sliding is not None and window.sliding.stride[-1] == 1:
        return row * size >= known.spread_vectors * tuning.SPREAD * register_bytes
    if window.ndim == 1 and window.kind == "sliding":
        return True
    if problem.index is not None:
        return spec.accumulator_size < spec.position_size
    return window.kind in ("covering", "listed") and not problem.input_index


def _has_runs(problem: Problem) -> bool:
    """Whether windows are blocks without gaps, whose taps are all that is read."""
    window = problem.window
    if window.gradient or problem.mode.skeleton:
        return False
    return window.sliding is None or set(window.sliding.dilation) == {1}


def _alone(problem: Problem, known: ScheduleThresholds) -> bool:
    """Whether the windows of a line have little to share, so that each is reduced by itself.

    Lines of few outputs, and windows of long rows where there is no other row to share.
    """
    window, row = problem.window, problem.spatial[-1]
    outputs = problem.output_shape[row]
    if isinstance(window, SlidingWindow):
        return outputs < known.few_outputs
    long = window.ndim == 1 and problem.shape[row] >= known.long_window * outputs
    return window.kind == "listed" and (outputs == 1 or long)


def _spec(problem: Problem, traits: DeviceTraits, layout: str) -> KernelSpec:
    """The spec as far as the problem alone defines it."""
    window, mode = problem.window, problem.mode
    kernel = stride = dilation = (0,) * window.ndim
    if sliding := window.sliding:
        kernel, stride, dilation = sliding.kernel, sliding.stride, sliding.dilation
    return KernelSpec(
        mode=mode,
        kernel=kernel,
        stride=stride,
        dilation=dilation,
        window=window.kind,
        dtype=problem.dtype,
        out=problem.out,
        layout=layout,
        index=problem.index,
        input_index=problem.input_index,
        nan=problem.nan if mode.selects and problem.dtype.is_float else "propagate",
        divisor=problem.divisor_class()[0],
        dialect=traits.dialect,
    )


def most_elements(problem: Problem, traits: DeviceTraits) -> int:
    """The elements one buffer may hold on this device."""
    size = streaming.widest_bytes(problem)
    most = traits.allocation_bytes
    if not traits.shares_host_memory():
        most = min(most, traits.memory_bytes // tuning.SCHEDULE.device_part)
    if most < size:
        raise DeviceError(f"{traits.name} offers buffers of {most} bytes only")
    return most // size


def _cut(
    whole: Geometry,
    counted: int | None = None,
    *,
    traits: DeviceTraits,
    most: int,
    part: int | None,
) -> list[Geometry]:
    """The chunks of a problem whose buffers the device allows, of ``counted`` elements at most.

    Of ``part`` elements, where such chunks are worth streaming.
    """
    chunks = list(whole.chunks(min(most, counted or most)))
    if part is not None:
        chunks = streaming.parts(chunks, part)
    for chunk in chunks:
        for verb, (first, last) in (("reads", chunk.x_span()), ("writes", chunk.y_span())):
            if last - first >= most:
                raise DeviceError(
                    f"one window {verb} {last - first + 1} elements, but {traits.name} "
                    f"allows {most} in one buffer"
                )
    return chunks
