"""The instructions of a card's kernel, for the bound: those of the table of kernels."""

from __future__ import annotations

from math import prod

from clpool.codegen.render import render
from clpool.codegen.spec import KernelSpec
from clpool.schedule.chunks import Chunk

from .bound import Instructions
from .cases import Case
from .devices import Card
from .item import Counts
from .static import Work, rows
from .toolchain import Toolchain


def instructions(
    case: Case, spec: KernelSpec, chunk: Chunk, card: Card, tools: Toolchain
) -> Instructions | None:
    """Those of an item with work; None where they cannot be counted."""
    if not card.target:
        return None
    source = render(spec)
    (row,) = rows([Work(case, card.target, card, spec, chunk, source, 1)], tools)
    if row.counts is None:
        return None
    return of_counts(row.counts, prod(chunk.group) if "barrier(" in source else 1)


def of_counts(counts: Counts, items: int = 1) -> Instructions:
    """Those of an item, from the counts of so many."""
    load, store = (max(widths, default=128) // 8 for widths in (counts.loads, counts.stores))
    return Instructions(
        all=counts.instructions / items, double=counts.doubles / items, widest=(load, store)
    )
