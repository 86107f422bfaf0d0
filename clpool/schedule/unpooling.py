"""Unpooling and its gradient on GPUs: blocks of outputs, or work-groups for segments of planes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ..codegen.spec import KernelSpec, scalar_size
from ..dtypes import ELEMENT_TYPES
from ..problem.listed import CoveringWindow, WholePlane
from ..problem.own_window import tapless
from ..tuning import LAUNCH, TuningParams
from . import channel_blocks, flat_blocks
from .device_traits import DeviceTraits
from .flat_blocks import NARROW, blocks
from .geometry import Geometry
from .vectors import Vectors

#: Lays a problem out in memory and cuts it into chunks, with these windows; whether an axis is the
#: innermost one, or none is. Returns whether positions need 64 bits, and offsets fit into 32, too.
Cut = Callable[[WholePlane | CoveringWindow, bool], tuple[bool, bool, list[Geometry]]]

Found = tuple[KernelSpec, list[Geometry]]


def moving(
    spec: KernelSpec,
    window: WholePlane,
    params: TuningParams,
    traits: DeviceTraits,
    cut: Cut,
    aligned: int,
    lanes: int | None,
) -> Found | None:
    """The spec that moves elements by index, and its chunks; None where other kernels must serve.

    Elements are moved as integers of their size.

    Args:
        window: of the problem.
        aligned: the arrays start at multiples of this many bytes.
        lanes: elements of a vector, where they are forced.
    """
    bits = ELEMENT_TYPES[f"uint{8 * spec.dtype.size}"]
    spec = replace(spec, dtype=bits, out=bits, variant="outputs")
    vectors = Vectors((), aligned, lanes or flat_blocks.most_lanes(spec, params), lanes is not None)
    if spec.mode.skeleton == "take":
        return _taking(*_sized(spec, *cut(window, True)), params, vectors)
    found = None
    if params.variant == "outputs" and window.likely is not None:
        found = _in_windows(spec, window, params, cut, vectors)
    return found or _anywhere(*_sized(spec, *cut(window, False)), params, traits)


def segment_items(traits: DeviceTraits, params: TuningParams, chunk: Geometry) -> int:
    """The work-items of the work-group of a segment, no more than a plane has elements."""
    most = min(LAUNCH.group_items, params.group_limit, traits.max_group)
    elements = max(chunk.plane_lengths())
    return min(most, traits.max_items[0], 1 << max(elements - 1, 1).bit_length())


def _sized(spec: KernelSpec, wide: bool, narrow: bool, chunks: list[Geometry]) -> Found:
    """The spec with the types of positions and offsets that these chunks need."""
    return replace(spec, wide=wide, narrow=narrow), chunks


def _in_windows(
    spec: KernelSpec,
    window: WholePlane,
    params: TuningParams,
    cut: Cut,
    vectors: Vectors,
) -> Found | None:
    """The spec of outputs that look for their own index in the windows that cover them.

    Every window must have a tap: then some output looks at its index.
    """
    sliding = window.likely
    if sliding is None or tapless(covering := CoveringWindow(sliding, window.outputs)):
        return None
    spec, chunks = _sized(spec, *cut(covering, True))
    spec = replace(
        spec,
        window="covering",
        kernel=sliding.kernel,
        stride=sliding.stride,
        dilation=sliding.dilation,
    )
    found = flat_blocks.blocked(spec, params, replace(vectors, chunks=chunks))
    return (found, chunks) if found else None


def _taking(
    spec: KernelSpec, chunks: list[Geometry], params: TuningParams, vectors: Vectors
) -> Found | None:
    """The spec of blocks of outputs along a row, or along the channels, and of more in turn."""
    last, vectors = spec.layout == "last", replace(vectors, chunks=chunks)
    sizes = spec.dtype.size, scalar_size(spec.input_index_storage)
    tried = channel_blocks.widths(vectors, params.schedule.filled) if last else vectors.tried

    def whole(width: int) -> bool:
        fits = width > 1 and all(min(16, width * size) <= vectors.aligned for size in sizes)
        return fits and all(chunk.writes_at(width) for chunk in chunks)

    anywhere = params.schedule.unaligned_lanes if last else 1
    width = next(n for n in tried if n <= anywhere or whole(n))
    several = _several(spec, chunks, max(vectors.lanes // width, 1))
    block = [1] * spec.ndim
    block[-1] = several if last else width
    if not last and spec.ndim > 1:
        block[-2] = several
    phase = 0 if whole(width) else None
    spec = replace(spec, block=tuple(block), width=width, alignment_phase=phase)
    return (spec, chunks) if _fit(spec, chunks) else None


def _several(spec: KernelSpec, chunks: list[Geometry], most: int) -> int:
    """The rows of a block, or its pixels: as few as fill four fifths of the blocks."""
    axis = 2 if spec.layout == "last" else 1
    tried = (most >> n for n in range(most.bit_length()))
    return next(n for n in tried if all(flat_blocks.fills(c.spatial[axis], n) for c in chunks))


def _anywhere(
    spec: KernelSpec, chunks: list[Geometry], params: TuningParams, traits: DeviceTraits
) -> Found | None:
    """The spec of segments of planes, whose places have an integer each in local memory."""
    tile = params.schedule.segment_places
    while tile > 1 and 8 * tile > traits.local_bytes:
        tile //= 2
    spec = replace(
        spec, variant="group", layout="first", block=(1,) * spec.ndim, width=1, tile=tile
    )
    items = LAUNCH.group_items
    fits = not spec.wide and all(blocks(spec, chunk)[0] * items < NARROW for chunk in chunks)
    return (spec, chunks) if fits else None


def _fit(spec: KernelSpec, chunks: list[Geometry]) -> bool:
    """Whether positions and a flat index over blocks fit into 32 bits."""
    return not spec.wide and all(blocks(spec, chunk)[0] < NARROW for chunk in chunks)
