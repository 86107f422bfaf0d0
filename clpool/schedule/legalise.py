"""Legalises the tuned parameters: vector width, tile and stores that a memory layout allows.

Vectors are not longer than rows, rows of states fit on a thread's stack, and aligned or
nontemporal stores need aligned addresses.
"""

from __future__ import annotations

from dataclasses import replace
from math import prod

from ..codegen.gradient_rows import CoveringRows
from ..codegen.spec import KernelSpec
from ..families import looped
from ..tuning import WIDEST_TYPE, WIDTHS, TuningParams
from .geometry import Geometry


def tuned(
    spec: KernelSpec, params: TuningParams, whole: Geometry, chunks: list[Geometry], aligned: int
) -> KernelSpec:
    """The spec with its variant, and with vectors where the problem's memory allows them."""
    alignment_phase, variant, tile = None, params.variant, params.tile
    width = in_registers(spec, params.width, params.registers)
    if spec.mode.skeleton == "scatter":
        return _scattered(spec, params, whole, chunks, aligned)
    few_taps = prod(spec.kernel) <= params.schedule.network_taps
    if spec.mode.skeleton == "rank" and not (params.network and few_taps):
        spec = replace(spec, mode=looped(spec.mode))
    if spec.mode.skeleton and (spec.mode.skeleton not in ("take", "look") or variant != "rows"):
        variant = "direct"
    if spec.mode.skeleton == "look":
        return replace(spec, variant=variant, width=1)
    if spec.layout == "last" and whole.inner == 1:
        width = 1
    if variant == "rows" and not (spec.window == "listed" and spec.layout == "first"):
        clang = spec.dialect == "clang" and spec.window == "sliding"
        most = max(WIDTHS) if clang else WIDEST_TYPE
        shortest = whole.inner if spec.layout == "last" else whole.spatial[2].n_out
        width = min(width, most, 2 ** (max(shortest, 1).bit_length() - 1))
    width = min(width, WIDEST_TYPE) if variant == "runs" else width
    if variant == "rows" and spec.layout == "first" and spec.window == "listed":
        variant, width, tile = _listed_rows(spec, params, whole, chunks, min(width, WIDEST_TYPE))
    elif spec.template == "rows_covering":
        variant, width, tile = "rows", spec.width, spec.tile
    elif variant == "rows" and spec.layout == "first":
        most = _rows_tile(spec, params, width)
        tile = max(min(tile, most), width)
        if spec.lines > params.schedule.direct_lines or most < width:
            variant, width = "direct", 1
    if variant == "direct":
        if spec.layout == "first" or whole.inner % width or spec.mode.skeleton:
            width = 1
        fits = spec.aligned_bytes(width) <= aligned
        fits = fits and all(chunk.multiple_of(width) for chunk in (whole, *chunks))
        if width > 1 and fits:
            alignment_phase = 0
    lanes = params.schedule.nontemporal_bytes // spec.out.size
    nontemporal = (
        variant == "rows"
        and not spec.mode.skeleton
        and width >= lanes
        and _nontemporal(spec, params, whole, aligned)
        and all(chunk.writes_at(lanes) for chunk in (whole, *chunks))
    )
    return replace(
        spec,
        variant=variant,
        width=width,
        tile=tile,
        alignment_phase=alignment_phase,
        nontemporal=nontemporal,
    )


def covering(spec: KernelSpec, params: TuningParams, chunks: list[Geometry]) -> KernelSpec:
    """The spec in rows, if all chunks have one phase and rows fit, or by elements ("last")."""
    stride = spec.stride[-1]
    # A narrow row should fill its vectors.
    narrowest = min(chunk.spatial[2].n_out for chunk in chunks) // stride
    width = in_registers(spec, params.width, params.registers)
    width = max(min(width, WIDEST_TYPE, 1 << max(narrowest, 1).bit_length() - 1), 2)
    phases = {chunk.spatial[2].pad % stride for chunk in chunks}
    rows = replace(
        spec,
        variant="rows",
        width=width,
        tile=-(-params.tile // width) * width,
        phases=(0,) * (spec.ndim - 1) + (phases.pop(),),
    )
    rows = replace(rows, tile=CoveringRows(rows).tile)
    return rows if rows.tile >= width and not phases else replace(spec, layout="last")


def in_registers(spec: KernelSpec, width: int, register_bytes: int) -> int:
    """The lanes of a vector, at most those of a register where it must lie in one."""
    carried = spec.index or spec.input_index
    size = max(spec.accumulator_size, spec.position_size if carried else 0)
    return min(width, max(register_bytes // size, 1)) if spec.single else width


def _rows_tile(spec: KernelSpec, params: TuningParams, width: int) -> int:
    """The columns of a tile for which kept rows and a long row fit on a thread's stack."""
    kept = spec.slots + 1
    long_row = spec.stride[-1] if spec.long_row else 0
    beside = 2 * (spec.dilation[-1] * (spec.kernel[-1] - 1) + 1 + width) * (long_row > 0)
    states = params.schedule.stack_bytes // spec.state_size - beside
    return states // (kept + long_row) // width * width


def _listed_rows(
    spec: KernelSpec, params: TuningParams, whole: Geometry, chunks: list[Geometry], width: int
) -> tuple[str, int, int]:
    """The variant, vectors' width and tile of columns for rows whose windows are listed."""
    row = whole.spatial[2]
    shortest = min(chunk.spatial[2].n_in for chunk in chunks)
    narrow = width
    while narrow > max(shortest, 1):
        narrow //= 2
    row_class = 1 << (row.n_in + narrow - 2).bit_length()  # not the row itself: sizes are arguments
    states = params.schedule.listed_bytes // (narrow * spec.state_size)
    tile = min(params.tile, row_class, states)
    tile = max(tile // narrow, 1) * narrow
    # A window of a tile's width may start anywhere in it.
    fits = shortest > 0 and (row.n_in <= tile or row.extent + narrow <= tile)
    return ("rows", narrow, tile) if fits else ("runs", width, tile)


def _scattered(
    spec: KernelSpec, params: TuningParams, whole: Geometry, chunks: list[Geometry], aligned: int
) -> KernelSpec:
    """The spec of planes that values are put into: on a thread's stack first, where they fit."""
    known = params.schedule
    tile = known.stack_bytes // spec.out.size
    size = prod(axis.n_out for axis in whole.spatial)
    widths = (known.piece_bytes // spec.out.size, known.nontemporal_bytes // spec.out.size)
    fitting = [n for n in widths if all(chunk.has_dense_planes(n) for chunk in chunks)]
    nontemporal = (
        params.variant == "rows"
        and size <= tile
        and bool(fitting)
        and _nontemporal(spec, params, whole, aligned)
    )
    width, tile = (fitting[0], tile) if nontemporal else (1, spec.tile)
    return replace(spec, variant="direct", nontemporal=nontemporal, width=width, tile=tile)


def _nontemporal(spec: KernelSpec, params: TuningParams, whole: Geometry, aligned: int) -> bool:
    """Whether the result is worth bypassing the cache, and starts where that is allowed."""
    large = whole.result_length * spec.out.size >= params.nontemporal
    return large and spec.dialect == "clang" and aligned >= params.schedule.nontemporal_bytes
