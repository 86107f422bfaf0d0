"""Maps a problem to a device and a layout: a kernel's spec, and the chunks it is launched on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from .. import tuning
from ..codegen.spec import KernelSpec
from ..problem.listed import WholePlane
from ..problem.problem import Problem, Window
from ..problem.window import SlidingWindow
from ..tuning import ScheduleThresholds, TuningParams
from . import flat_blocks, legalise, shared_reads, unpooling
from .chunks import Chunk, chunks_of
from .device_traits import DeviceTraits
from .geometry import Geometry
from .placement import Layout, Placement, dense_layout

#: Variants whose work-items share what they read; ``direct`` serves where their spec is None.
SHARING = ("outputs", "group", "tile")

Specialised = tuple[KernelSpec, list[Chunk]]


def dense_spec(problem: Problem, traits: DeviceTraits, forced: dict[str, Any]) -> KernelSpec:
    """The spec for dense, aligned arrays."""
    return specialise(problem, traits, dense_layout(problem), forced)[0]


def specialise(
    problem: Problem,
    traits: DeviceTraits,
    layout: Layout,
    forced: dict[str, Any],
    most: int | None = None,
) -> Specialised:
    """The spec for arrays of this layout, and the chunks the problem is cut into.

    Args:
        traits: of the device.
        forced: the tuning parameters that are not chosen here.
        most: elements of an array that a chunk touches at most; None, as the device allows.

    Raises:
        DeviceError: not even one window fits into a buffer of the device.
    """
    place = Placement(problem, traits, layout, most)
    spec = _spec(problem, traits, "first" if place.along_row else "last")
    params = _params(place, spec, forced)
    spec = replace(spec, thresholds=params.source)
    if params.variant in SHARING:
        window = problem.window
        if isinstance(window, WholePlane):
            found = _moving(place, window, spec, params, forced)
        else:
            found = _sharing(place, spec, params, forced)
        if found is not None:
            return found
        whole = isinstance(window, WholePlane) or params.variant == "outputs"
        params = replace(params, variant="direct", width=params.width if whole else 1)
    found = _single(place, spec, params)
    if found is None:
        return specialise(
            problem, traits, layout, {**forced, "variant": "direct", "width": 1}, most
        )
    return found


def _params(place: Placement, spec: KernelSpec, forced: dict[str, Any]) -> TuningParams:
    """The tuning parameters of the device's class for a problem, or the forced ones."""
    problem, traits = place.problem, place.traits
    schedule = forced.get("schedule", tuning.SCHEDULE)
    params = tuning.choose(
        traits.tuning_class,
        max(spec.accumulator_size, spec.position_size if spec.index else 1),
        problem.taps,
        problem.mode.uses_math,
        forced,
        _alone(problem, schedule),
        traits.register_bytes,
        _spread(problem, spec, place.along_row, traits.register_bytes, schedule),
        traits.units,
    )
    if params.variant == "runs" and not (place.along_row and _has_runs(problem)):
        params = replace(params, variant="rows")
    return params


def _moving(
    place: Placement,
    window: WholePlane,
    spec: KernelSpec,
    params: TuningParams,
    forced: dict[str, Any],
) -> Specialised | None:
    """The spec of work-items that move elements by index; None where other kernels must serve."""
    problem, traits, layout = place.problem, place.traits, place.layout

    def cut(windows: Window, dense: bool) -> tuple[bool, bool, list[Geometry]]:
        whole = place.arranged(layout.inner if dense else None, window=windows)
        chunks = place.cut(whole)
        return whole.is_wide(), not layout.far and flat_blocks.is_narrow(chunks, 1, 0), chunks

    lanes = forced.get("width")
    found = unpooling.moving(spec, window, params, traits, cut, layout.aligned, lanes)
    if found is None:
        return None
    return found[0], chunks_of(problem, traits, found[0], params, found[1])


def _sharing(
    place: Placement, spec: KernelSpec, params: TuningParams, forced: dict[str, Any]
) -> Specialised | None:
    """The spec of work-items that share what they read; None where other kernels must serve."""
    layout = place.layout
    # Channels that have bounds of their own are planes apart.
    whole = place.arranged(layout.inner if layout.lists is None else None, layout.lists)
    chunks = place.cut(whole, flat_blocks.NARROW - 1)
    spec = replace(spec, wide=whole.is_wide())
    found = shared_reads.sharing(place, spec, params, chunks, forced)
    if found is None:
        return None
    return found, chunks_of(place.problem, place.traits, found, params, chunks)


def _single(place: Placement, spec: KernelSpec, params: TuningParams) -> Specialised | None:
    """The spec of work-items that share nothing; None where a flat index should count outputs."""
    problem, traits, layout = place.problem, place.traits, place.layout
    window, mode = problem.window, problem.mode
    flat = _is_flat(problem, traits, params)
    # Kernels that address single elements need no dense axis.
    rows = place.along_row and params.variant in ("rows", "runs") and not mode.skeleton
    in_rows = window.kind == "covering" and rows
    listed_rows = window.kind == "listed" and not window.gradient and rows
    by_elements = window.kind != "sliding"
    apart = place.along_row or layout.lists is not None
    alone = spec.by_planes or (by_elements and apart and not in_rows and not listed_rows)
    inner = None if alone and not (flat and place.along_row) else layout.inner
    lists = problem.plane_strides() if mode.draws else layout.lists
    whole = place.arranged(inner, lists)
    chunks = place.cut(whole, flat_blocks.NARROW - 1 if flat else None)
    if in_rows:
        spec = legalise.covering(replace(spec, wide=whole.is_wide()), params, chunks)
        if spec.layout == "last":
            whole = place.arranged(None, lists)
            chunks = place.cut(whole)
    else:
        spec = replace(spec, layout="first" if inner == problem.spatial[-1] else "last")
    spec = replace(spec, wide=whole.is_wide())
    spec = legalise.tuned(spec, params, whole, chunks, layout.aligned)
    if spec.template == "direct" and not flat:
        return None
    if flat:
        narrow = not layout.far
        narrow = narrow and flat_blocks.is_narrow(chunks, *shared_reads.numbers(problem, spec))
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
