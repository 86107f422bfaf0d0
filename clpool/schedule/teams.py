"""The teams of work-items that share the taps of an output (group): how many, and how arranged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..codegen.spec import KernelSpec
from ..problem.window import Shape
from . import flat_blocks
from .geometry import Geometry, SpatialAxis


def grouped(
    spec: KernelSpec, chunks: Sequence[Geometry], aligned: int, lanes: int, taps: int, most: int
) -> KernelSpec:
    """The spec of teams.

    A team has a work-item for every :attr:`SourceThresholds.team_taps` taps, and teams fill a
    work-group: of neighbouring outputs, or of neighbouring channels.

    Args:
        aligned: the arrays start at multiples of this many bytes.
        lanes: channels of a vector, at most.
        taps: of one window.
        most: work-items of a work-group, at most.
    """
    known = spec.thresholds
    most = min(most, known.group_items)
    inner = chunks[0].inner
    layout = "last" if inner > 1 else "first"
    width = lanes if layout == "last" else 1
    while any(chunk.inner % width for chunk in chunks):
        width //= 2
    # Neighbouring channels are read by neighbouring work-items.
    beside = _neighbours(inner // width, min(most, known.team_row)) if layout == "last" else 1
    members = min(max(taps // known.team_taps, 1), most // beside)
    members = 1 << (members.bit_length() - 1)
    teams = beside if layout == "last" else most // members
    whole = width > 1 and all(chunk.multiple_of(width) for chunk in chunks)
    whole = whole and spec.aligned_bytes(width) <= aligned
    return replace(
        spec,
        variant="group",
        layout=layout,
        block=(1,) * spec.ndim,
        width=width,
        alignment_phase=0 if whole else None,
        tile=members,
        thresholds=replace(known, group_items=members * teams),
        whole_planes=set(spec.dilation) <= {0, 1} and all(map(_whole, chunks)),
    )


def _neighbours(vectors: int, most: int) -> int:
    """The vectors of channels of a work-group: those that leave the fewest work-items idle."""
    counts = range(max(min(vectors, most) // 2, 1), min(vectors, most) + 1)
    return min(counts, key=lambda n: (-(-vectors // n) * n, -n))


def range_of(spec: KernelSpec, chunk: Geometry) -> tuple[Shape, Shape]:
    """The work-items that a chunk needs, and their work-group."""
    outputs, members = flat_blocks.blocks(spec, chunk)[0], spec.tile
    teams = spec.thresholds.group_items // members
    if spec.layout == "last":
        return (chunk.inner // spec.width, outputs * members), (teams, members)
    return (members, outputs), (members, teams)


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
