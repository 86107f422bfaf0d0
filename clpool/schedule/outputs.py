"""The blocks of outputs that GPU work-items compute: how many along each axis, and how they load.

A row is read in vectors where every row starts at a multiple of one, else element by element, by
neighbouring work-items.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import prod

from ..codegen.item_block import ItemBlock
from ..codegen.spec import KernelSpec
from ..tuning import TuningParams
from .geometry import Geometry, SpatialAxis

#: A number below which offsets and sizes fit into 32 bits.
NARROW = 2**31


def blocked(
    spec: KernelSpec, params: TuningParams, parts: Sequence[Geometry], aligned: int, lanes: int
) -> KernelSpec | None:
    """The spec of blocks; None where windows are too large, or parts do not share a kernel.

    Args:
        parts: of the problem, which all have the spec's kernel.
        aligned: the arrays start at multiples of this many bytes.
        lanes: elements of a vector, at most; see :func:`most_lanes`.
    """
    phases = {tuple(a.pad % s for a, s in _pooled(spec, part)) for part in parts}
    empty = any(axis.n_in < 1 for part in parts for axis in part.spatial)
    if empty or (spec.window == "covering" and len(phases) > 1):
        return None
    if spec.window == "covering":
        spec = replace(spec, phases=phases.pop())
    spec = replace(spec, variant="outputs")
    known = params.schedule
    for width in (lanes >> n for n in range(lanes.bit_length())):
        if width > 1 and not _takes_vectors(spec, parts, width, aligned):
            continue
        for rows in _rows_tried(spec, parts, width):
            found = _shaped(spec, parts, width, rows, aligned)
            block = ItemBlock(found)
            small = block.register_bytes <= known.item_registers
            if small and block.combinations <= known.item_taps:
                return found if blocks(found, parts[0])[0] < NARROW else None
    return None


def most_lanes(spec: KernelSpec, params: TuningParams) -> int:
    """The elements of a load or a store of :attr:`ScheduleThresholds.item_bytes` bytes."""
    carried = 4 if spec.index or spec.chosen else 1
    size = max(spec.dtype.size, spec.out.size, carried)
    return max(params.schedule.item_bytes // size, 1)


def _pooled(spec: KernelSpec, part: Geometry) -> list[tuple[SpatialAxis, int]]:
    """The pooled axes with their strides."""
    return list(zip(part.spatial[3 - spec.rank :], spec.stride, strict=True))


def blocks(spec: KernelSpec, part: Geometry) -> tuple[int, dict[str, int]]:
    """The blocks of a part in all, and by the letter of an axis: channels "c", row "w", ..."""
    own = dict(zip(spec.axes, part.spatial[3 - spec.rank :], strict=True))
    counts = {
        name: -(-own[name].n_out // size) for name, size in zip(spec.axes, spec.block, strict=True)
    }
    if spec.layout == "last":
        counts["c"] = part.inner // spec.width
    return prod(counts.values()) * part.outer_length, counts


def fields(spec: KernelSpec, part: Geometry) -> dict[str, int]:
    """The values of the geometry's members that a flat index over blocks needs."""
    every, counts = blocks(spec, part)
    inner = part.outer[-1].length if part.outer else 1
    values = {"blocks": every}
    for name, count in {**counts, "outer": inner}.items():
        values[f"factor_{name}"], values[f"shift_{name}"] = reciprocal(count)
        if name != "outer":
            values[f"blocks_{name}"] = count
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


def is_narrow(parts: Sequence[Geometry], divisor: int, power: int) -> bool:
    """Whether all offsets and sizes of these parts fit into 32 bits, and these numbers."""
    spans = (end for part in parts for span in (part.x_span(), part.y_span()) for end in span)
    sizes = (value for part in parts for value in part.fields(divisor, power).values())
    return all(-NARROW <= value < NARROW for numbers in (spans, sizes) for value in numbers)


def _takes_vectors(
    spec: KernelSpec, parts: Sequence[Geometry], lanes: int, aligned: int
) -> bool:
    """Whether rows, or channels, are whole vectors at multiples of their bytes."""
    size = max(spec.dtype.size, spec.out.size)
    if spec.layout == "last":
        return all(part.inner % lanes == 0 for part in parts)
    if lanes * size > aligned:
        return False
    if spec.window == "covering":
        stride = spec.stride[-1]
        return lanes % stride == 0 and all(part.writes_at(lanes) for part in parts)
    pads = {part.spatial[2].pad % lanes for part in parts}
    return len(pads) == 1 and all(part.multiple_of(lanes) for part in parts)


def _rows_tried(spec: KernelSpec, parts: Sequence[Geometry], width: int) -> list[int]:
    """The rows of outputs of a block, or the pixels of channels, the most first.

    Several where windows share elements, or where a vector is one element; as few as fill four
    fifths of the blocks. Of a gradient whole strides.
    """
    last = spec.layout == "last"
    if spec.rank == 1 and not last:
        return [1]
    axis = -1 if last else -2
    extent = spec.dilation[axis] * (spec.kernel[axis] - 1) + 1
    step = spec.stride[axis] if spec.window == "covering" else 1
    shares = spec.stride[axis] < extent
    most = (2 if shares else 1) if last or width > 1 else 4
    tried = [n * step for n in (4, 2, 1) if n <= most]
    return [n for n in tried if n == step or all(_fills(p.spatial[axis], n) for p in parts)]


def _fills(axis: SpatialAxis, count: int) -> bool:
    """Whether at least four fifths of the outputs of blocks of so many exist."""
    return 5 * axis.n_out >= 4 * count * -(-axis.n_out // count)


def _shaped(
    spec: KernelSpec, parts: Sequence[Geometry], width: int, rows: int, aligned: int
) -> KernelSpec:
    """The spec with blocks of so many vectors, or pixels."""
    covering, last = spec.window == "covering", spec.layout == "last"
    block = list(spec.stride) if covering else [1] * spec.rank
    pads = [part.spatial[2].pad for part in parts]
    if last:
        block[-1] = rows
        whole = width > 1 and all(part.multiple_of(width) for part in parts)
        loads, shift = 1, 0 if whole else None
    else:
        block[-1] = max(width, block[-1])
        if spec.rank > 1:
            block[-2] = rows
        loads, shift = width, -pads[0] % width if width > 1 else None
    if covering and not last and width > 1:
        # Outputs of the pooling are read in vectors, where a block's own are whole ones.
        starts = {(pad - spec.phases[-1]) // spec.stride[-1] for pad in pads}
        loads = width // spec.stride[-1]
        whole = loads > 1 and len({start % loads for start in starts}) == 1
        whole = whole and aligned >= 16
        loads = loads if whole and all(part.reads_at(loads) for part in parts) else 1
        shift = starts.pop() % loads
    return replace(spec, block=tuple(block), width=width, loads=loads, shift=shift)
