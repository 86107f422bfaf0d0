"""The kernels that a problem's choices of tuning parameters lead to on a device, each once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from math import prod

from ..codegen.render import render
from ..codegen.spec import KernelSpec
from ..errors import ClpoolError
from ..problem.problem import Problem
from ..tuning import WIDTHS, Choice, override_of
from ..tuning.space import LARGE, MATH_BYTES, SPACES
from .chunks import Chunk
from .device_traits import DeviceTraits
from .placement import Layout
from .specialise import specialise


@dataclass(frozen=True)
class Candidate:
    """A kernel and its range, and the least choice that leads to them.

    Args:
        kernel: the digest of the source, whatever the kernel's name.
    """

    choice: Choice
    spec: KernelSpec
    chunks: list[Chunk]
    kernel: str


def candidates(
    problem: Problem, traits: DeviceTraits, layout: Layout, effort: str = "standard"
) -> list[Candidate]:
    """The kernels of a problem, the default one first, without duplicates.

    Two choices are one candidate where sources, ranges, work-groups and launches are equal.

    Args:
        effort: one of :data:`clpool.tuning.space.EFFORTS`.
    """
    digests: dict[KernelSpec, str] = {}
    met: set[object] = set()
    found = []
    for choice in _choices(problem, traits, layout, effort):
        try:
            override = override_of(choice, traits.units)
            spec, chunks = specialise(problem, traits, layout, override)
        except ClpoolError:  # no chunk fits
            continue
        if spec not in digests:
            digests[spec] = _digest(spec)
        launches = tuple((c.size, c.group, c.launches, c.blocks, c.joined) for c in chunks)
        key = digests[spec], launches
        if key not in met:
            met.add(key)
            found.append(Candidate(choice, spec, chunks, digests[spec]))
    return found


def _choices(
    problem: Problem, traits: DeviceTraits, layout: Layout, effort: str
) -> Iterator[Choice]:
    """The default choice, then those of every variant, the default variant's first."""
    yield {}
    spec, chunks = specialise(problem, traits, layout, {})
    results = problem.out.size * prod(problem.output_shape)
    size = max(spec.accumulator_size, spec.position_size if spec.index else 0)
    row = chunks[0].geometry.spatial[2].n_out
    space = SPACES[traits.device_class]
    for variant in sorted(space, key=lambda name: name != spec.variant):
        for choice in space[variant].choices(variant, effort, results >= LARGE):
            if variant == spec.variant:
                choice = {name: value for name, value in choice.items() if name != "variant"}
            if choice.get("tile", 0) >= row:
                continue
            width = _lanes(choice, size, problem.mode.uses_math)
            if width is not None:
                yield width


def _lanes(choice: Choice, size: int, uses_math: bool) -> Choice | None:
    """The choice with lanes in place of a vector's bytes; None where no vector has these."""
    if "bytes" not in choice:
        return choice
    lanes = choice["bytes"] // size
    if lanes not in WIDTHS or (uses_math and choice["bytes"] > MATH_BYTES):
        return None
    return {("width" if name == "bytes" else name): value for name, value in choice.items()} | {
        "width": lanes
    }


def _digest(spec: KernelSpec) -> str:
    """The digest of a source without its kernel's name."""
    source = render(spec).replace(spec.label, "kernel")
    return hashlib.sha256(source.encode()).hexdigest()[:16]
