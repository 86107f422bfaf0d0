"""The outputs of a work-item of GPUs whose windows are listed (outputs_listed).

An item has some rows of a column, in several planes: bounds are the same in all planes, and
neighbouring rows of a gradient, or of a result larger than its input, share taps.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product

from ..codegen.spec import KernelSpec
from ..problem.problem import Problem
from ..tuning import LAUNCH, TuningParams
from . import flat_blocks
from .device_traits import DeviceTraits
from .geometry import Geometry
from .vectors import Vectors


def listed(
    problem: Problem,
    spec: KernelSpec,
    params: TuningParams,
    traits: DeviceTraits,
    vectors: Vectors,
) -> KernelSpec | None:
    """The spec of blocks; None where windows are too large, or positions need 64 bits."""
    known, chunks = params.schedule, vectors.chunks
    # Sums of small integers have 32 bits, which windows of any size might exceed.
    taps = problem.taps or known.listed_taps * (not problem.dtype.is_float)
    if spec.wide or taps >= known.listed_taps:
        return None
    width = vectors.of_channels() if spec.layout == "last" else 1
    spec = replace(spec, variant="outputs", width=width)
    spec = replace(spec, alignment_phase=0 if vectors.at_multiples(spec, width) else None)
    enough = known.unit_groups * LAUNCH.group_items * traits.multiprocessors
    # What flows alike to every element takes few registers beside the states.
    alike = problem.window.gradient and not {"indices", "forward_input"} & set(spec.mode.inputs)
    states = known.item_states_alike if alike else known.item_states
    for rows, planes in _tried(spec, params, chunks):
        block = [1] * spec.ndim
        if spec.ndim > 1:
            block[-2] = rows
        found = replace(spec, block=tuple(block), tile=planes)
        items = sum(flat_blocks.blocks(found, chunk)[0] for chunk in chunks)
        fits = rows * planes * width * spec.state_size <= states
        if (fits and items >= enough) or rows * planes == 1:
            return found if flat_blocks.countable(found, chunks) else None
    return None


def _tried(
    spec: KernelSpec, params: TuningParams, chunks: Sequence[Geometry]
) -> Iterator[tuple[int, int]]:
    """Rows and planes of an item, the most outputs first, of those the most planes.

    Planes are whole shares of the inner batch axis, one where each has lists of its own.
    """
    known, axes = params.schedule, [chunk.spatial[1] for chunk in chunks]
    shares = any(
        chunk.gradient or axis.n_out > axis.n_in for chunk, axis in zip(chunks, axes, strict=True)
    )
    rows, planes = [1], [1]
    if spec.ndim > 1 and shares:
        rows = [n for n in known.listed_rows if all(flat_blocks.fills(axis, n) for axis in axes)]
    if not any(level.list_stride for chunk in chunks for level in chunk.outer):
        counts = [flat_blocks.planes_in(chunk) for chunk in chunks]
        planes = [n for n in known.listed_planes if not any(count % n for count in counts)]
    pairs = product(rows, planes)
    yield from sorted(pairs, key=lambda pair: (-pair[0] * pair[1], -pair[1]))
