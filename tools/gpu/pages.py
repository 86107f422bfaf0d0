"""The kept table for people: a page of the documents, and its figure."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from .entries import PLACES, Entry, Key, Place, Table
from .kept import ROOT, read
from .model_figure import Cell, draw

PAGE, FIGURE = ROOT / "docs/gpu-cases.md", ROOT / "docs/gpu-cases.png"
#: The entries of the kernels before these; they stay as they are.
FIRST = ROOT / "tests/tools/gpu/first.json"
#: A card for each target: its instructions are held against that one's budget.
BUDGETS: tuple[Place, ...] = (
    ("RTX 3060", "sm_86"),
    ("H200", "sm_90"),
    ("MI210", "gfx90a"),
    ("RX 6700", "gfx1030"),
    ("Arc A770", "dg2"),
    ("UHD 620", "skl"),
)
_OWN = tuple(place for place in PLACES if place != ("RTX 3060", "sm_75"))
HEAD = """\
# Cases on cards

What the kernels of [every case](../tools/gpu/cases.py) cost on GPUs, by the
[model](gpu.md#the-model-of-a-launch): no measurement. `python -m clpool.tools.gpu gate --keep`
writes this page from [the kept table](../tests/tools/gpu/kept.json), which says more: registers,
bytes that were spilled.

![Cases by cards: a launch's speed as a share of a copy's, in colours](gpu-cases.png)

## Share of a copy's speed

In percent, at most. Memory is the limit, or *i* the instructions, *c* the first-level cache; *?*
stands where no compiler tells the instructions, and *-* where a card has no float64.

"""
BUDGET = """
## Instructions against the budget

Instructions of an output over those that the card issues while memory moves the output's bytes,
every lane in use: 1.0 is as fast as memory, if nothing else is in the way.

"""
LANES = """
## Lanes

Results over those that the lanes of a card's waves could store, in percent; of kernels whose
work-items work together the lanes that access memory. Of the cases where that is not all.

"""
BEFORE = """
## Before these kernels

The share of a copy's speed that the kernels before these had, and these have: then a work-item was
for one output, or for a vector of them, in groups of 64 x 4 (revision d973565).

"""


def text(table: Table, first: Table) -> str:
    """The page.

    Args:
        first: the entries of the kernels before these, of some cases.
    """
    cases = list(dict.fromkeys(key[0] for key in table))

    def filled(show: Callable[[Entry], str]) -> Callable[[Key], str]:
        return lambda key: show(table[key]) if key in table else "-"

    def since(key: Key) -> str:
        return f"{_share(first[key])} → {_share(table[key])}" if key in table else "-"

    lanes = [c for c in cases if any(_lanes(table.get((c, *place))) < 99 for place in _OWN)]
    known = [
        c for c in cases if all((c, *place) in first for place in BUDGETS if (c, *place) in table)
    ]
    return (
        HEAD
        + _grid(cases, _OWN, filled(_share))
        + BUDGET
        + _grid(cases, BUDGETS, filled(lambda e: "?" if e.load is None else f"{e.load:.2f}"))
        + LANES
        + _grid(lanes, _OWN, filled(lambda e: f"{_lanes(e):.0f}"))
        + (BEFORE + _grid(known, BUDGETS, since) if known else "")
    )


def _share(entry: Entry) -> str:
    """A share, and its limit where that is not memory."""
    if entry.share is None:
        return "?"
    limit = {"memory": "", "cache": " c", "issue": " i"}[entry.limit]
    return f"{entry.share:.0%}".rstrip("%") + limit + ("" if entry.each is not None else " ?")


def _lanes(entry: Entry | None) -> float:
    """The useful lanes in percent; the busy ones, where work-items work together."""
    if entry is None or entry.lanes is None:
        return 100
    return 100 * (entry.lanes if entry.useful is None else entry.useful)


def _grid(cases: list[str], places: tuple[Place, ...], cell: Callable[[Key], str]) -> str:
    """Cases by places."""
    names = " | ".join(card for card, _ in places)
    lines = [f"| case | {names} |", "|---" + "|--:" * len(places) + "|"]
    for case in cases:
        cells = " | ".join(cell((case, *place)) for place in places)
        lines.append(f"| {case} | {cells} |")
    return "\n".join(lines) + "\n"


def write(table: Table, page: Path = PAGE, figure: Path = FIGURE) -> None:
    """The page and the figure into their files; no figure without matplotlib."""
    page.write_text(text(table, read(FIRST)), encoding="utf-8")
    cells = [
        Cell(case, card, e.share) for (case, card, _), e in table.items() if e.share is not None
    ]
    try:
        draw(figure, cells)
    except ModuleNotFoundError as error:
        print(f"no figure: {error}")
