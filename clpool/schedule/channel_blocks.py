"""The blocks of channels-last: a vector of channels, and the pixels and rows that share taps.

Any number of channels is taken in vectors: where it is no multiple of one, the last vector lies
over the one before, and stores the same there. Of the blocks that fit into registers and have
little beside the result, that one is chosen whose outputs take the fewest instructions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product
from math import prod

from ..codegen.item_block import ItemBlock
from ..codegen.spec import KernelSpec
from ..tuning import ScheduleThresholds
from .geometry import Geometry, SpatialAxis
from .vectors import Vectors


def best(spec: KernelSpec, known: ScheduleThresholds, vectors: Vectors) -> KernelSpec | None:
    """The spec with the block of the fewest instructions an output; None where none fits."""
    fitting = [
        form
        for form in _forms(spec, known, vectors)
        if (block := ItemBlock(form)).register_bytes <= known.item_registers
        and block.combinations <= known.item_taps
    ]

    def order(form: KernelSpec) -> tuple[float, ...]:
        # Pixels of one work-item lie between those of its neighbours.
        return -form.width * vectors.fixed, instructions(form, known), form.block[-1]

    return min(fitting, key=order, default=None)


def instructions(spec: KernelSpec, known: ScheduleThresholds) -> float:
    """About how many instructions an output takes, beside those that all blocks take for it."""
    block = ItemBlock(spec)
    outputs = prod(spec.block)
    units = len(block.rows) * len(block.units)
    vectors = known.vector_instructions * (units + outputs)
    elements = known.element_instructions * units * spec.width
    return (known.item_instructions + vectors + elements) / (outputs * spec.width)


def widths(vectors: Vectors, share: float) -> list[int]:
    """The lanes of vectors of channels, the most first, of which little lies over another."""
    counts = [chunk.inner for chunk in vectors.chunks]
    return [
        n
        for n in vectors.tried
        if n == 1 or all(n <= count and _whole(count, n) >= share for count in counts)
    ]


def filled(spec: KernelSpec, chunks: Sequence[Geometry]) -> float:
    """The share of the outputs of blocks that exist, of the chunk where it is least."""
    return min(
        prod(
            _whole(axis.n_out, count)
            for axis, count in zip(_pooled(spec, chunk), spec.block, strict=True)
        )
        * _whole(chunk.inner, spec.width)
        for chunk in chunks
    )


def _forms(spec: KernelSpec, known: ScheduleThresholds, vectors: Vectors) -> Iterator[KernelSpec]:
    """The spec with each block that is tried, the widest vectors first."""
    base = spec.stride if spec.window == "covering" else (1,) * spec.ndim
    large = spec.mode.uses_math or spec.template == "rank_outputs"
    most = known.math_outputs if large else known.item_outputs
    chunks, fixed = vectors.chunks, vectors.fixed
    least = min(known.filled, filled(replace(spec, block=base, width=1), chunks))
    for width in widths(vectors, known.filled):
        phase = 0 if vectors.at_multiples(spec, width) else None
        if phase is None and width > known.unaligned_lanes and not fixed:
            continue
        for steps in product(*known.item_steps[-spec.ndim :]):
            block = (*base[: -len(steps)], *_scaled(base[-len(steps) :], steps))
            small = width * prod(block) <= most or set(steps) == {1}
            form = replace(spec, block=block, width=width, loads=1, alignment_phase=phase)
            if small and (fixed or filled(form, chunks) >= least):
                yield form


def _scaled(base: Sequence[int], steps: Sequence[int]) -> tuple[int, ...]:
    return tuple(length * step for length, step in zip(base, steps, strict=True))


def _whole(length: int, count: int) -> float:
    """The share of whole groups of so many that a length fills."""
    return length / (-(-length // count) * count) if length else 1.0


def _pooled(spec: KernelSpec, chunk: Geometry) -> Sequence[SpatialAxis]:
    return chunk.spatial[3 - spec.ndim :]
