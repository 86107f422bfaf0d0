"""The teams of work-items that share the taps of an output (group): how many, and how arranged."""

from __future__ import annotations

from dataclasses import replace
from math import prod

from ..codegen.spec import KernelSpec
from ..problem.window import Shape
from ..tuning import TuningParams
from . import flat_blocks
from .device_traits import DeviceTraits
from .geometry import Geometry, SpatialAxis
from .vectors import Vectors


def grouped(
    spec: KernelSpec,
    params: TuningParams,
    traits: DeviceTraits,
    vectors: Vectors,
    taps: int,
) -> KernelSpec:
    """The spec of teams.

    A team has a work-item for every :attr:`SourceThresholds.team_taps` taps, or for every
    :attr:`SourceThresholds.team_loads` aligned vectors of a plane, and teams fill a work-group: of
    neighbouring outputs, or of neighbouring channels. Where these leave units without work and
    windows are large, several work-groups have a portion of the taps each.

    Args:
        vectors: of channels, or of taps.
        taps: of one window.
    """
    known, chunks = spec.thresholds, vectors.chunks
    most = min(params.group_limit, traits.max_group, *traits.max_items[:2], known.group_items)
    inner = chunks[0].inner
    layout = "last" if inner > 1 else "first"
    width = vectors.of_channels() if layout == "last" else 1
    # Neighbouring channels are read by neighbouring work-items.
    beside = _neighbours(inner // width, min(most, known.team_row)) if layout == "last" else 1
    planes = set(spec.dilation) <= {0, 1} and all(map(_whole, chunks))
    loads = _loads(spec, vectors) if planes and layout == "first" else 1
    each = known.team_loads * loads if loads > 1 else known.team_taps
    members = min(max(taps // each, 1), most // beside)
    members = 1 << (members.bit_length() - 1)
    teams = beside if layout == "last" else most // members
    whole = vectors.at_multiples(spec, width)
    found = replace(
        spec,
        variant="group",
        layout=layout,
        block=(1,) * spec.ndim,
        width=width,
        loads=loads,
        alignment_phase=0 if whole or loads > 1 else None,
        tile=members,
        thresholds=replace(known, group_items=members * teams),
        whole_planes=planes,
    )
    counts = [portions_of(found, params, traits, chunk) for chunk in chunks]
    states = (n * flat_blocks.blocks(found, c)[0] for n, c in zip(counts, chunks, strict=True))
    return replace(found, in_portions=max(counts) > 1 and max(states) < flat_blocks.NARROW)


def portions_of(
    spec: KernelSpec, params: TuningParams, traits: DeviceTraits, chunk: Geometry
) -> int:
    """The portions of the taps of an output: as many as leave each unit some work-groups.

    A portion has :attr:`ScheduleThresholds.portion_taps` taps at least, and a row of them.
    """
    known, axes = params.schedule, chunk.spatial[3 - spec.ndim :]
    lengths = [min(axis.extent, axis.n_in) for axis in axes]
    teams = -(-(chunk.inner // spec.width) // (spec.thresholds.group_items // spec.tile))
    groups = flat_blocks.blocks(spec, chunk)[0] * teams
    most = prod(lengths) // known.portion_taps
    if spec.ndim > 1 and not spec.whole_planes:
        most = min(most, prod(lengths[:-1]))
    return max(min(-(-known.unit_groups * traits.multiprocessors // groups), most), 1)


def _neighbours(vectors: int, most: int) -> int:
    """The vectors of channels of a work-group: those that leave the fewest work-items idle."""
    counts = range(max(min(vectors, most) // 2, 1), min(vectors, most) + 1)
    return min(counts, key=lambda n: (-(-vectors // n) * n, -n))


def members(portions: int) -> dict[str, int]:
    """The values of the geometry's members that a kernel of portions needs."""
    factor, shift = flat_blocks.reciprocal(portions)
    return {"portions": portions, "factor_portions": factor, "shift_portions": shift}


def joined_range(spec: KernelSpec, chunk: Geometry) -> Shape:
    """The work-items that join the states of portions: a work-group per output, or vector."""
    return (flat_blocks.blocks(spec, chunk)[0] * (chunk.inner // spec.width) * spec.tile,)


def range_of(spec: KernelSpec, chunk: Geometry, portions: int) -> tuple[Shape, Shape]:
    """The work-items that a chunk needs, and their work-group."""
    outputs, members = flat_blocks.blocks(spec, chunk)[0] * portions, spec.tile
    teams = spec.thresholds.group_items // members
    if spec.layout == "last":
        return (chunk.inner // spec.width, outputs * members), (teams, members)
    return (members, outputs), (members, teams)


def _loads(spec: KernelSpec, vectors: Vectors) -> int:
    """The taps of the aligned vectors that planes without gaps consist of; 1 where they do not."""

    def whole(lanes: int) -> bool:
        fits = spec.aligned_bytes(lanes) <= vectors.aligned
        return fits and all(chunk.reads_planes_at(lanes) for chunk in vectors.chunks)

    return next(lanes for lanes in vectors.tried if lanes == 1 or whole(lanes))


def _whole(chunk: Geometry) -> bool:
    """Whether windows are planes whose elements have one stride."""
    length = None
    for axis in reversed(chunk.spatial):
        if not _covers(axis) or (length is not None and axis.n_in > 1 and axis.x_stride != length):
            return False
        length = axis.n_in * (axis.x_stride if length is None else length)
    return True


def _covers(axis: SpatialAxis) -> bool:
    """Whether the one window of an axis has all of its elements."""
    if axis.n_out != 1 or axis.pad:
        return False
    if axis.bounds is not None:
        return bool((axis.bounds == [0, axis.n_in]).all())
    return axis.window == "sliding" and axis.extent >= axis.n_in == axis.padded_end
