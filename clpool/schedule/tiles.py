"""The tiles of planes that work-groups reduce in local memory (tile): how large, and which launch.

A tile has whole planes, or a part of one with its halo. Its outputs along an axis are a multiple of
a strip's, which a work-item reduces at a time; how many is an argument of the kernel.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import prod

from ..codegen.spec import KernelSpec
from ..codegen.window_runs import runs_of
from ..problem.problem import Problem
from ..problem.window import Shape
from ..tuning import LAUNCH, ScheduleThresholds, TuningParams
from . import flat_blocks
from .device_traits import DeviceTraits
from .geometry import Geometry
from .vectors import Vectors


@dataclass(frozen=True)
class Tile:
    """The tiles of a chunk.

    Args:
        outputs, spans: along each axis, of one tile; spans are of the input, halo included.
        counts: tiles along each axis.
        pitch: elements from a row to the next, in local memory.
        planes: of one tile.
    """

    outputs: Shape
    spans: Shape
    counts: Shape
    pitch: int
    planes: int = 1

    @property
    def rows(self) -> int:
        """The rows of input of one plane."""
        return prod(self.spans[:-1])

    @property
    def cost(self) -> int:
        """A measure of the work on a plane: elements that are read, reduced along, and down."""
        along = self.rows * self.outputs[-1]
        return prod(self.counts) * (self.rows * self.spans[-1] + along + prod(self.outputs))


def shared(problem: Problem) -> float:
    """The windows that an element of the input lies in, on average; 0 where none slides."""
    sliding = problem.window.sliding
    if sliding is None or problem.window.kind != "sliding":
        return 0
    found = 1.0
    pads = sliding.pads(problem.lengths)
    outputs = sliding.output_shape(problem.lengths)
    windows = zip(sliding.kernel, sliding.stride, sliding.dilation, strict=True)
    for size, count, (pad, _), window in zip(problem.lengths, outputs, pads, windows, strict=True):
        found *= sum(_valid(size, count, pad, *window)) / max(size, 1)
    return found


def least(spec: KernelSpec, known: ScheduleThresholds) -> int:
    """The windows that an element lies in, from which on tiles are better than blocks.

    Blocks of dilated windows have few taps in common; tiles of narrow elements and of indices have
    as many instructions as before.
    """
    apart = max(spec.dilation) > 1 and spec.ndim > 1
    plain = spec.dtype.size == 4 and spec.index is None
    return known.tile_windows_dilated if apart and plain else known.tile_windows


def _valid(
    size: int, outputs: int, pad: int, kernel: int, stride: int, dilation: int
) -> Iterator[int]:
    """Of tap 0, 1, ... of the windows along an axis how many lie inside the input."""
    for place in (k * dilation - pad for k in range(kernel)):
        first, stop = max(-(place // stride), 0), -((place - size) // stride)
        yield max(min(stop, outputs) - first, 0)


def tiled(
    spec: KernelSpec,
    params: TuningParams,
    traits: DeviceTraits,
    vectors: Vectors,
) -> KernelSpec | None:
    """The spec of tiles; None where no tile fits into half of local memory, or windows are none."""
    if spec.layout == "last" or spec.window != "sliding" or not spec.narrow:
        return None
    known, chunks = params.schedule, vectors.chunks
    lanes = min(vectors.lanes, known.strips[0])
    spec = replace(spec, variant="tile")
    items = min(params.most_items, traits.max_group, traits.max_items[0])
    extents = (d * (k - 1) + 1 for k, d in zip(spec.kernel, spec.dilation, strict=True))
    wanted = max(known.tile_elements, known.tile_extents * prod(extents))
    allowed = min(known.tile_bytes, traits.local_bytes // 2) // spec.state_size
    spec = replace(
        spec,
        width=lanes,
        tile=min(wanted, allowed) // lanes * lanes,
        thresholds=replace(spec.thresholds, group_items=min(items, spec.thresholds.group_items)),
    )
    if lanes > 1 and flat_blocks.takes_vectors(spec, vectors, lanes):
        phase = -chunks[0].spatial[2].pad % lanes
        spec = replace(spec, loads=lanes, alignment_phase=phase)
    tried = [_strips(spec, axis, chunks, known) for axis in range(spec.ndim)]
    for strips in sorted(product(*tried), key=lambda sizes: (-prod(sizes), -sizes[-1])):
        found = replace(spec, block=strips)
        if all(any(_tiles(found, chunk)) for chunk in chunks):
            return found
    return None


def _strips(
    spec: KernelSpec, axis: int, chunks: Sequence[Geometry], known: ScheduleThresholds
) -> list[int]:
    """The outputs of a strip along an axis that are tried, the most first.

    Their states fit into registers. Along the row they are whole vectors.
    """
    stride, extent = spec.stride[axis], spec.dilation[axis] * (spec.kernel[axis] - 1) + 1
    least = spec.width if axis == spec.ndim - 1 else 1
    sizes = [
        n
        for n in known.strips
        if n >= least and ((n - 1) * stride + extent) * spec.state_size <= known.item_registers
    ]
    axes = [chunk.spatial[3 - spec.ndim + axis] for chunk in chunks]
    full = [n for n in sizes if all(flat_blocks.fills(one, n) for one in axes)]
    return [n for n in sizes if least <= n <= max([*full, known.strip_overhang])]


def _tiles(spec: KernelSpec, chunk: Geometry) -> Iterator[Tile]:
    """The tiles of one plane that fit into local memory."""
    axes = chunk.spatial[3 - spec.ndim :]
    runs = runs_of(spec)
    spans = [runs[axis].extent for axis in spec.axes]
    spans[-1] = -(-(spans[-1] + (spec.alignment_phase or 0)) // spec.width) * spec.width
    tried = [_lengths(axis.n_out, strip) for axis, strip in zip(axes, spec.block, strict=True)]
    for outputs in product(*tried):
        each = zip(outputs, spec.block, spec.stride, spans, strict=True)
        span = tuple((n - strip) * stride + least for n, strip, stride, least in each)
        vectors = span[-1] // spec.width
        pitch = (vectors + 1 - vectors % 2) * spec.width
        counts = tuple(-(-axis.n_out // n) for axis, n in zip(axes, outputs, strict=True))
        tile = Tile(outputs, span, counts, pitch)
        if tile.rows * pitch <= spec.tile:
            yield tile


def _lengths(outputs: int, strip: int) -> list[int]:
    """The outputs of a tile along an axis that are tried: whole strips, and equal shares."""
    shares = (-(-outputs // n) for n in range(1, 9))
    powers = (strip << n for n in range((outputs // strip + 1).bit_length()))
    return sorted({-(-n // strip) * strip for n in (*shares, *powers)})


def tile_of(spec: KernelSpec, traits: DeviceTraits, chunk: Geometry) -> Tile:
    """The tiles of a chunk: the cheapest, of as many planes as fit, and of enough work-groups."""
    enough, planes = 2 * traits.multiprocessors, max(chunk.outer_length, 1)

    def cost(tile: Tile) -> float:
        return tile.cost * max(enough / (prod(tile.counts) * planes), 1)

    best = min(_tiles(spec, chunk), key=cost)
    most = min(spec.tile // (best.rows * best.pitch), planes * prod(best.counts) // enough)
    return replace(best, planes=max(min(most, _inner(chunk)), 1))


def _inner(chunk: Geometry) -> int:
    """The length of the inner batch axis, whose planes a tile has several of."""
    return chunk.outer[-1].length if chunk.outer else 1


def valid(spec: KernelSpec, tile: Tile, chunk: Geometry) -> Shape:
    """The elements of a tile along each axis that may lie in the input.

    Where states have an index or fields all rows may: beside the plane they are made along it.
    """
    lengths = [axis.n_in for axis in chunk.spatial[3 - spec.ndim :]]
    if spec.index or spec.mode.fields:
        lengths[:-1] = tile.spans[:-1]
    return tuple(map(min, tile.spans, lengths))


def columns_of(tile: Tile, chunk: Geometry) -> int:
    """The outputs of a row of a tile, at most."""
    return min(tile.outputs[-1], chunk.spatial[2].n_out)


def items_of(spec: KernelSpec, tile: Tile, chunk: Geometry) -> int:
    """The work-items of a group: the power of two from which on each has a strip."""
    along = prod(valid(spec, tile, chunk)[:-1]) * (tile.outputs[-1] // spec.block[-1])
    lines = prod(tile.outputs[:-1]) // spec.block[0] if spec.ndim > 1 else 1
    strips = tile.planes * max(along, lines * columns_of(tile, chunk))
    items = LAUNCH.lockstep
    while items < strips:
        items *= 2
    return min(items, spec.thresholds.group_items)


def range_of(spec: KernelSpec, traits: DeviceTraits, chunk: Geometry) -> tuple[Shape, Shape]:
    """The work-items that a chunk needs, and their work-group."""
    tile = tile_of(spec, traits, chunk)
    items, inner = items_of(spec, tile, chunk), _inner(chunk)
    blocks = chunk.outer_length // max(inner, 1) * -(-inner // tile.planes)
    return (prod(tile.counts) * blocks * items,), (items,)


def members(spec: KernelSpec, traits: DeviceTraits, chunk: Geometry, items: int) -> dict[str, int]:
    """The values of the geometry's members that a kernel of tiles needs, in groups of ``items``."""
    tile = tile_of(spec, traits, chunk)
    here = valid(spec, tile, chunk)
    values = {
        "items": items,
        "planes": tile.planes,
        "blocks_planes": -(-_inner(chunk) // tile.planes),
        "lines": tile.planes * prod(here[:-1]),
        "slices": tile.planes * prod(tile.spans[:-2]),
        "units": -(-here[-1] // spec.loads),
        "columns": columns_of(tile, chunk),
        "pitch": tile.pitch,
    }
    each = zip(spec.axes, tile.outputs, tile.spans, here, tile.counts, spec.block, strict=True)
    for axis, outputs, span, inside, count, strip in each:
        values |= {f"tile_{axis}": outputs, f"span_{axis}": span, f"blocks_{axis}": count}
        values[f"valid_{axis}"] = inside
        values[f"strips_{axis}"] = outputs // strip
    for name, divisor in list(values.items()):
        values[f"factor_{name}"], values[f"shift_{name}"] = flat_blocks.reciprocal(divisor)
    return values
