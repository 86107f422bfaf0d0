"""The rows of outputs that work-groups of GPUs reduce by listed windows (tile_listed).

A work-group has a state in local memory for every column of the input, in each of its rows of
outputs, which are counted through all planes. How many rows these are is an argument of the kernel.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import prod

from ..codegen.spec import KernelSpec
from ..problem.problem import Problem
from ..problem.window import Shape
from ..tuning import TuningParams
from . import flat_blocks
from .device_traits import DeviceTraits
from .geometry import Geometry


def fits(chunks: Sequence[Geometry], params: TuningParams) -> bool:
    """Whether windows are so wide that neighbouring ones begin far apart."""
    least = params.schedule.listed_columns
    return all(chunk.spatial[2].n_in >= least * chunk.spatial[2].n_out for chunk in chunks)


def tiled(
    problem: Problem,
    spec: KernelSpec,
    params: TuningParams,
    traits: DeviceTraits,
    chunks: Sequence[Geometry],
) -> KernelSpec | None:
    """The spec of rows of outputs; None of gradients, and where no row fits into local memory."""
    known = params.schedule
    if problem.window.gradient or spec.layout == "last" or spec.wide or not spec.narrow:
        return None
    if not problem.dtype.is_float and not 0 < problem.taps < known.listed_taps:
        return None  # sums of small integers have 32 bits
    items = min(params.most_items, traits.max_group, traits.max_items[0])
    spec = replace(spec, variant="tile", width=1, block=(1,) * spec.ndim)
    states = min(known.listed_states, traits.local_bytes // 4 // spec.stored_state_size)
    thresholds = replace(spec.thresholds, group_items=min(items, spec.thresholds.group_items))
    spec = replace(spec, tile=states, thresholds=thresholds)
    longest = max(chunk.spatial[2].n_in for chunk in chunks)
    return spec if longest <= states and flat_blocks.countable(spec, chunks) else None


def _rows(chunk: Geometry) -> int:
    """The rows of outputs of all planes."""
    return prod(axis.n_out for axis in chunk.spatial[:2]) * chunk.outer_length


def _lines(spec: KernelSpec, traits: DeviceTraits, chunk: Geometry) -> int:
    """The rows of a tile: an output for each work-item, and two work-groups for each unit."""
    row, enough = chunk.spatial[2], 2 * traits.multiprocessors
    most = min(spec.tile // row.n_in, spec.thresholds.group_items // row.n_out)
    return max(min(most, _rows(chunk) // enough), 1)


def range_of(spec: KernelSpec, traits: DeviceTraits, chunk: Geometry) -> tuple[Shape, Shape]:
    """The work-items that a chunk needs, and their work-group."""
    items = spec.thresholds.group_items
    return (-(-_rows(chunk) // _lines(spec, traits, chunk)) * items,), (items,)


def members(spec: KernelSpec, traits: DeviceTraits, chunk: Geometry) -> dict[str, int]:
    """The values of the geometry's members that a kernel of rows of outputs needs."""
    row = chunk.spatial[2]
    values = flat_blocks.members(spec, chunk)
    values |= {"lines": _lines(spec, traits, chunk), "rows": _rows(chunk)}
    for name, length in (("valid_w", row.n_in), ("tile_w", row.n_out)):
        values[name] = length
        values[f"factor_{name}"], values[f"shift_{name}"] = flat_blocks.reciprocal(length)
    return values
