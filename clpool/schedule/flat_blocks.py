"""The blocks of outputs that work-items of GPUs compute, counted by a flat index.

A row is read in vectors where every row starts at a multiple of one, else element by element, by
neighbouring work-items. Channels-last has blocks of its own, of :mod:`channel_blocks`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import prod

from ..codegen.item_block import ItemBlock
from ..codegen.spec import KernelSpec
from ..tuning import ScheduleThresholds, TuningParams
from . import channel_blocks
from .geometry import Geometry, SpatialAxis
from .vectors import Vectors

#: A number below which offsets and sizes fit into 32 bits.
NARROW = 2**31


def blocked(spec: KernelSpec, params: TuningParams, vectors: Vectors) -> KernelSpec | None:
    """The spec of blocks; None where windows are too large, or chunks do not share a kernel."""
    chunks, known = vectors.chunks, params.schedule
    phases = {tuple(a.pad % s for a, s in _pooled(spec, chunk)) for chunk in chunks}
    if spec.window == "covering" and len(phases) > 1:
        return None
    if spec.window == "covering":
        spec = replace(spec, phases=phases.pop())
    spec = replace(spec, variant="outputs")
    taps = known.selected_taps if spec.template == "rank_outputs" else known.item_taps
    # An item has every tap of a window, and every element of a gradient's stride.
    if prod(spec.kernel) > known.item_taps:
        return None
    if spec.window == "covering" and prod(spec.stride) > known.item_registers:
        return None
    if spec.layout == "last":
        found = channel_blocks.best(spec, known, vectors)
        return found if found and countable(found, chunks) else None
    wide_indices = spec.window == "covering" and spec.input_index == "int64"
    if wide_indices and spec.dtype.size >= 4 and not vectors.fixed:
        # Work-items side by side read their indices side by side, in a load each.
        pair = known.item_bytes // 8 * spec.stride[-1]
        vectors = replace(vectors, lanes=min(vectors.lanes, pair))
    for width in vectors.tried:
        if width > 1 and not takes_vectors(spec, vectors, width):
            continue
        for rows in _rows_tried(spec, known, chunks, width):
            found = _shaped(spec, vectors, width, rows)
            block = ItemBlock(found)
            small = block.register_bytes <= known.item_registers
            if small and block.combinations <= taps:
                return found if countable(found, chunks) else None
    return None


def has_middles(spec: KernelSpec, params: TuningParams) -> bool:
    """Whether blocks select the middle taps of their windows by networks."""
    few = prod(spec.kernel) <= params.schedule.network_taps
    median = spec.mode.skeleton == "rank" and spec.mode.name == "median"
    usual = params.variant == "outputs" and spec.window == "sliding" and spec.index is None
    return median and usual and params.network and few


def counted(spec: KernelSpec, narrow: bool) -> KernelSpec:
    """The spec with an output, or a vector of channels, per work-item of a flat index."""
    return replace(spec, block=(1,) * spec.ndim, narrow=narrow)


def most_lanes(spec: KernelSpec, params: TuningParams) -> int:
    """The elements of a load or a store of :attr:`ScheduleThresholds.item_bytes` bytes."""
    carried = 4 if spec.index or spec.input_index else 1
    size = max(spec.dtype.size, spec.out.size, carried)
    return max(params.schedule.item_bytes // size, 1)


def _pooled(spec: KernelSpec, chunk: Geometry) -> list[tuple[SpatialAxis, int]]:
    """The pooled axes with their strides."""
    return list(zip(chunk.spatial[3 - spec.ndim :], spec.stride, strict=True))


def blocks(spec: KernelSpec, chunk: Geometry) -> tuple[int, dict[str, int]]:
    """The blocks of a chunk in all, and by the letter of an axis: channels "c", row "w", ..."""
    if spec.template == "scatter_group":
        counts = {"w": -(-chunk.plane_lengths()[1] // spec.tile)}
        return counts["w"] * chunk.outer_length, counts
    own = dict(zip(spec.axes, chunk.spatial[3 - spec.ndim :], strict=True))
    counts = {
        name: -(-own[name].n_out // size) for name, size in zip(spec.axes, spec.block, strict=True)
    }
    if spec.has_channels and spec.template not in ("group", "tile", "tile_listed", "scatter_group"):
        counts["c"] = -(-chunk.inner // spec.width)
    if spec.template == "outputs_listed":
        return prod(counts.values()) * chunk.outer_length // spec.tile, counts
    return prod(counts.values()) * chunk.outer_length, counts


def planes_in(chunk: Geometry) -> int:
    """The length of the inner batch axis, whose planes a work-item may have several of."""
    return chunk.outer[-1].length if chunk.outer else 1


def countable(spec: KernelSpec, chunks: Sequence[Geometry]) -> bool:
    """Whether a flat index counts the blocks of every chunk."""
    return all(blocks(spec, chunk)[0] < NARROW for chunk in chunks)


def members(spec: KernelSpec, chunk: Geometry) -> dict[str, int]:
    """The values of the geometry's members that a flat index over blocks needs."""
    every, counts = blocks(spec, chunk)
    values = {"blocks": every}
    for name, count in {**counts, "outer": planes_in(chunk)}.items():
        values[f"factor_{name}"], values[f"shift_{name}"] = reciprocal(count)
        if name != "outer":
            values[f"blocks_{name}"] = count
    if spec.template == "outputs_listed":
        dividing = {"blocks_planes": max(planes_in(chunk) // spec.tile, 1)}
        own = zip("dhw", chunk.spatial, strict=True)
        dividing |= {f"flat_{name}": axis.flat_stride for name, axis in own}
        values["blocks_planes"] = dividing["blocks_planes"]
        for name, count in dividing.items():
            values[f"factor_{name}"], values[f"shift_{name}"] = reciprocal(max(count, 1))
    return values


def reciprocal(divisor: int) -> tuple[int, int]:
    """A factor and a shift: n / divisor = (n * factor >> 31) >> shift of every n below 2^31.

    Example:
        >>> factor, shift = reciprocal(7)
        >>> (1000 * factor >> 31) >> shift
        142
    """
    shift = (max(divisor, 1) - 1).bit_length()
    return (2 ** (31 + shift)) // max(divisor, 1) + 1, shift


def is_empty(chunks: Sequence[Geometry]) -> bool:
    """Whether a chunk has no element to read."""
    return any(axis.n_in < 1 for chunk in chunks for axis in chunk.spatial)


def is_narrow(chunks: Sequence[Geometry], divisor: int, power: int) -> bool:
    """Whether all offsets and sizes of these chunks fit into 32 bits, and these numbers.

    Offsets are counted from the first element of an array, and from the lowest one.
    """
    spans = [s for c in chunks for s in (c.x_span(), c.y_span(), c.list_span())]
    lengths = (last - min(first, 0) for first, last in spans)
    sizes = (value for chunk in chunks for value in chunk.members(divisor, power).values())
    return all(-NARROW <= value < NARROW for numbers in (lengths, sizes) for value in numbers)


def takes_vectors(spec: KernelSpec, vectors: Vectors, lanes: int) -> bool:
    """Whether rows are whole vectors at multiples of their bytes."""
    chunks = vectors.chunks
    if spec.window == "covering":
        fits = spec.aligned_bytes(lanes) <= vectors.aligned and lanes % spec.stride[-1] == 0
        return fits and all(chunk.writes_at(lanes) for chunk in chunks)
    pads = {chunk.spatial[2].pad % lanes for chunk in chunks}
    return len(pads) == 1 and vectors.at_multiples(spec, lanes)


def _rows_tried(
    spec: KernelSpec, known: ScheduleThresholds, chunks: Sequence[Geometry], width: int
) -> list[int]:
    """The rows of outputs of a block, the most first.

    Several where windows share elements, or where a vector is one element; as few as fill four
    fifths of the blocks. Of pairs as many as of single elements, where rows are so long that
    work-items side by side read neighbouring pairs; of short rows, whose neighbours are of other
    planes, seven: networks end with planes of seven rows, or of multiples. Of a gradient whole
    strides.
    """
    if spec.template == "rank_outputs" or spec.ndim == 1:
        return [1]
    extent = spec.dilation[-2] * (spec.kernel[-2] - 1) + 1
    step = spec.stride[-2] if spec.window == "covering" else 1
    shares = spec.stride[-2] < extent
    most = (2 if shares else 1) if width > 1 else 4
    rows = [chunk.spatial[2].n_out for chunk in chunks]
    if width == 2 and shares and min(rows) >= known.pairs * width:
        most = 4
    if width == 1 and shares and max(rows) <= known.short_row:
        most = 7
    tried = [n * step for n in (7, 4, 2, 1) if n <= most]
    return [n for n in tried if n == step or all(fills(c.spatial[-2], n) for c in chunks)]


def fills(axis: SpatialAxis, count: int) -> bool:
    """Whether at least four fifths of the outputs of blocks of so many exist."""
    return 5 * axis.n_out >= 4 * count * -(-axis.n_out // count)


def _shaped(spec: KernelSpec, vectors: Vectors, width: int, rows: int) -> KernelSpec:
    """The spec with blocks of so many vectors."""
    chunks = vectors.chunks
    covering = spec.window == "covering"
    block = list(spec.stride) if covering else [1] * spec.ndim
    pads = [chunk.spatial[2].pad for chunk in chunks]
    block[-1] = max(width, block[-1])
    if spec.ndim > 1:
        block[-2] = rows
    loads, phase = width, -pads[0] % width if width > 1 else None
    if covering and width > 1:
        # Outputs of the pooling are read in vectors, where a block's own are whole ones.
        starts = {(pad - spec.phases[-1]) // spec.stride[-1] for pad in pads}
        loads = width // spec.stride[-1]
        whole = loads > 1 and len({start % loads for start in starts}) == 1
        whole = whole and vectors.aligned >= 16
        loads = loads if whole and all(chunk.reads_at(loads) for chunk in chunks) else 1
        phase = starts.pop() % loads
    return replace(spec, block=tuple(block), width=width, loads=loads, alignment_phase=phase)
