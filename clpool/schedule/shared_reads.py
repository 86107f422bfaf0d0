"""The kernels of GPUs whose work-items share what they read: blocks, tiles, teams."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ..codegen.spec import KernelSpec
from ..problem.problem import Problem
from ..tuning import TuningParams
from . import flat_blocks, legalise, listed_blocks, listed_tiles, teams, tiles
from .geometry import Geometry
from .placement import Placement
from .vectors import Vectors


def numbers(problem: Problem, spec: KernelSpec) -> tuple[int, int]:
    """The numbers among a geometry's members that are no sizes: a divisor, an exponent's bits."""
    return problem.divisor_class()[1], problem.power_bits(spec.accumulator)


def sharing(
    place: Placement,
    spec: KernelSpec,
    params: TuningParams,
    chunks: Sequence[Geometry],
    forced: dict[str, Any],
) -> KernelSpec | None:
    """The spec of work-items that share what they read; None where other kernels must serve."""
    problem, traits, layout = place.problem, place.traits, place.layout
    if problem.window.kind == "own" or flat_blocks.is_empty(chunks):
        return None
    middles = flat_blocks.has_middles(spec, params)
    if problem.mode.skeleton and not middles:
        return None
    narrow = not layout.far and flat_blocks.is_narrow(chunks, *numbers(problem, spec))
    spec = replace(spec, narrow=narrow)
    lanes = forced.get("width") or flat_blocks.most_lanes(spec, params)
    # Blocks and tiles have sums of small integers in 32 bits.
    in_teams = params.variant == "group" and not problem.window.gradient
    summed = spec if in_teams else replace(spec, variant="outputs")
    lanes = legalise.in_registers(summed, lanes, params.registers)
    shared = 0 if middles or "variant" in forced else tiles.shared(problem)
    vectors = Vectors(chunks, layout.aligned, lanes, "width" in forced)
    if problem.window.kind == "listed" and params.variant != "group":
        wide = "variant" not in forced and listed_tiles.fits(chunks, params)
        found = listed_tiles.tiled(problem, spec, params, traits, chunks)
        if params.variant == "tile" or (found and wide):
            return found
    if params.variant == "tile" or shared >= tiles.least(spec, params.schedule):
        found = tiles.tiled(spec, params, traits, vectors)
        if found or params.variant == "tile":
            return found
    if in_teams:
        return teams.grouped(spec, params, traits, vectors, problem.taps)
    if problem.window.kind == "listed":
        return listed_blocks.listed(problem, spec, params, traits, vectors)
    if problem.window.sliding is None:
        return None
    found = flat_blocks.blocked(spec, params, vectors)
    if found is None and shared >= params.schedule.tile_windows_alone:
        found = tiles.tiled(spec, params, traits, vectors)
    return found
