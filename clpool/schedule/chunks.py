"""The chunks of a problem on a device: what each computes, its range and its launches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import prod

import numpy as np

from ..codegen.spec import KernelSpec
from ..problem.problem import Problem
from ..problem.window import Shape
from ..tuning import LAUNCH, TuningParams
from . import flat_blocks, listed_tiles, teams, tiles, unpooling
from .device_traits import DeviceTraits, KernelLimits, fit_group
from .geometry import Geometry
from .launch import cut, group_for, groups_of


@dataclass(frozen=True)
class Chunk:
    """A chunk of a problem that one range of work-items computes.

    Args:
        size, group: the range and the work-group, in work-items.
        power: the bits of a norm's exponent.
        blocks: the members of a flat index over blocks of outputs.
        narrow: whether the geometry's members have 32 bits.
        joined: the range that joins the states of portions, in work-groups of a team; empty, where
            taps are not in portions.
        states: the bytes of these states.
        launches: the offset and the size of each launch; empty, where one launch has the range.
    """

    geometry: Geometry
    divisor: int
    size: Shape
    group: Shape
    launches: tuple[tuple[Shape, Shape], ...] = ()
    power: int = 0
    blocks: tuple[tuple[str, int], ...] = ()
    narrow: bool = False
    joined: Shape = ()
    states: int = 0

    def packed(self, members: Sequence[str], **starts: int) -> bytes:
        """The members of the kernel's geometry, with offsets from where each buffer starts."""
        values = self.geometry.members(self.divisor, self.power) | dict(self.blocks)
        for name, start in starts.items():
            values[name] += start
        numbers = np.array([values[name] for name in members], np.int64)
        # A factor of 32 bits may have the sign bit set.
        return numbers.astype(np.uint32 if self.narrow else np.int64).tobytes()


def chunks_of(
    problem: Problem,
    traits: DeviceTraits,
    spec: KernelSpec,
    params: TuningParams,
    geometries: list[Geometry],
) -> list[Chunk]:
    """The chunks of these geometries: their ranges, in groups of one size, and their launches."""
    ranges = [_range(traits, spec, params, geometry) for geometry in geometries]
    given = [group for _, group in ranges if group is not None]
    group = max(given, key=prod) if given else _group(traits, params, ranges[0][0])
    taps = _taps_of_item(problem, spec)
    power = problem.power_bits(spec.accumulator)
    divisor = problem.divisor_class()[1]
    chunks = []
    for geometry, (extents, wished) in zip(geometries, ranges, strict=True):
        groups = groups_of(extents, wished or group)
        size = tuple(n * items for n, items in zip(groups, group, strict=True))
        blocks = tuple(_blocks(traits, spec, params, geometry, group).items())
        own = -(-taps // dict(blocks)["portions"]) if spec.in_portions else taps
        launches = cut(traits, size, group, own) if traits.device_class == "gpu" else ()
        chunk = Chunk(geometry, divisor, size, group, launches, power, blocks, spec.narrow)
        if spec.in_portions:
            joined, portions = teams.joined_range(spec, geometry), dict(blocks)["portions"]
            states = prod(joined) // spec.tile * portions * spec.stored_state_size
            chunk = replace(chunk, joined=joined, states=states)
        chunks.append(chunk)
    return chunks


def _blocks(
    traits: DeviceTraits, spec: KernelSpec, params: TuningParams, geometry: Geometry, group: Shape
) -> dict[str, int]:
    """The members of the geometry that a flat index over blocks of outputs, or tiles, needs."""
    if spec.template == "tile":
        return tiles.members(spec, traits, geometry, prod(group))
    if spec.template == "tile_listed":
        return listed_tiles.members(spec, traits, geometry)
    values = flat_blocks.members(spec, geometry) if spec.block else {}
    if spec.in_portions:
        values |= teams.members(teams.portions_of(spec, params, traits, geometry))
    return values


def _range(
    traits: DeviceTraits, spec: KernelSpec, params: TuningParams, geometry: Geometry
) -> tuple[Shape, Shape | None]:
    """The work-items that a chunk needs, and their group, None where any will do."""
    lines = geometry.spatial[0].n_out * geometry.spatial[1].n_out
    planes, width = geometry.outer_length, geometry.spatial[2].n_out
    if spec.template == "scatter_group":
        items = unpooling.segment_items(traits, params, geometry)
        return (flat_blocks.blocks(spec, geometry)[0] * items,), (items,)
    if spec.template == "group":
        portions = teams.portions_of(spec, params, traits, geometry) if spec.in_portions else 1
        return teams.range_of(spec, geometry, portions)
    if spec.template == "tile":
        return tiles.range_of(spec, traits, geometry)
    if spec.template == "tile_listed":
        return listed_tiles.range_of(spec, traits, geometry)
    if spec.block:
        return (flat_blocks.blocks(spec, geometry)[0],), None
    if spec.template == "scatter":
        return (planes,), (1,)
    if spec.template == "rows_listed":
        # Batches of rows are full but for an item's last.
        share = -(-lines * planes // (params.items * spec.width)) * spec.width
        return (-(-lines * planes // share),), (1,)
    if spec.variant in ("rows", "runs"):
        return (min(params.items, lines * planes),), (1,)
    if spec.layout == "last":
        return (width * (geometry.inner // spec.width), lines, planes), None
    return (-(-width // spec.width), lines, planes), None


def _group(traits: DeviceTraits, params: TuningParams, extents: Shape) -> Shape:
    """The work-group for a range: the one wished for as far as it fits, or one by the range."""
    if params.group is not None:
        limits = KernelLimits(params.group_limit)
        if len(extents) == 1:
            return (min(prod(params.group), limits.group, traits.max_group, traits.max_items[0]),)
        return fit_group(traits, limits, params.group)[: len(extents)]
    row, rows, planes = (*extents, 1, 1)[:3]
    return group_for(traits, params.group_limit, (row, rows, planes))[: len(extents)]


def _taps_of_item(problem: Problem, spec: KernelSpec) -> int:
    """The taps that a work-item reads, or as many steps."""
    if spec.template == "scatter":  # one after the other, each in a line of its own
        lengths = (problem.output_shape[axis] for axis in problem.spatial)
        return LAUNCH.line_taps * (prod(problem.lengths) + prod(lengths))
    if spec.template == "scatter_group":
        steps = prod(problem.lengths) + 2 * spec.tile
        return LAUNCH.line_taps * -(-steps // LAUNCH.group_items)
    taps = problem.taps or prod(problem.lengths)
    if spec.template == "group":
        return -(-taps // spec.tile)
    if spec.template == "rank":  # a key is found bit by bit
        return 8 * spec.accumulator_size * taps
    if spec.variant == "outputs":
        planes = spec.tile if spec.template == "outputs_listed" else 1
        return planes * prod(spec.block) * (taps if spec.window != "plane" else 1)
    if spec.template == "tile_listed":
        return -(-spec.tile // spec.thresholds.group_items) * taps
    if spec.template == "tile":
        return spec.tile // spec.thresholds.group_items * sum(spec.kernel)
    return spec.width * (taps if spec.window != "plane" and spec.template != "look" else 1)
