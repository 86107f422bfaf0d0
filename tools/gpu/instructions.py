"""The instructions of a card's kernel, for the bound: of its assembly, executed item by item."""

from __future__ import annotations

from math import prod

from clpool.codegen.render import render
from clpool.codegen.spec import KernelSpec
from clpool.problem.problem import Problem
from clpool.schedule.chunks import Chunk

from .arrays import launch_of
from .bound import Instructions
from .compile import Job, compiled
from .counts import executed
from .devices import Card
from .item import Counts, EmulationError
from .toolchain import Toolchain


def instructions(
    problem: Problem, spec: KernelSpec, chunk: Chunk, card: Card, tools: Toolchain
) -> Instructions | None:
    """Those of an item with work; None where the card has no offline compiler or no emulator."""
    if not card.target:
        return None
    source = render(spec)
    found = compiled(Job(spec.label, source, card.target), tools)
    if found.error:
        return None
    try:
        counts = executed(
            found, launch_of(problem, spec, chunk, source), prod(problem.output_shape)
        )
    except EmulationError:
        return None
    return of_counts(counts, prod(chunk.group) if "barrier(" in source else 1)


def of_counts(counts: Counts, items: int = 1) -> Instructions:
    """Those of an item, from the counts of so many."""
    load, store = (max(widths, default=128) // 8 for widths in (counts.loads, counts.stores))
    return Instructions(
        all=counts.instructions / items, double=counts.doubles / items, widest=(load, store)
    )
