"""The kept table for people: a page of the documents, and its figure."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from .entries import PLACES, Entry, Place, Table
from .kept import ROOT
from .model_figure import Cell, draw

PAGE, FIGURE = ROOT / "docs/gpu-cases.md", ROOT / "docs/gpu-cases.png"
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


def text(table: Table) -> str:
    """The page."""
    cases = list(dict.fromkeys(key[0] for key in table))
    lanes = [
        case
        for case in cases
        if any((entry := table.get((case, *p))) and _useful(entry) for p in _OWN)
    ]
    return (
        HEAD
        + _grid(table, cases, _OWN, _share)
        + BUDGET
        + _grid(table, cases, BUDGETS, lambda e: "?" if e.load is None else f"{e.load:.2f}")
        + LANES
        + _grid(table, lanes, _OWN, lambda e: _useful(e) or "100")
    )


def _share(entry: Entry) -> str:
    """A share, and its limit where that is not memory."""
    if entry.share is None:
        return "?"
    limit = {"memory": "", "cache": " c", "issue": " i"}[entry.limit]
    return f"{entry.share:.0%}".rstrip("%") + limit + ("" if entry.each is not None else " ?")


def _useful(entry: Entry) -> str:
    """The useful or busy lanes in percent, "" where nearly all are."""
    part = entry.lanes if entry.useful is None else entry.useful
    return "" if part is None or part > 0.985 else f"{100 * part:.0f}"


def _grid(
    table: Table, cases: list[str], places: tuple[Place, ...], cell: Callable[[Entry], str]
) -> str:
    """Cases by places."""
    lines = [
        f"| case | {' | '.join(card for card, _ in places)} |",
        "|---" + "|--:" * len(places) + "|",
    ]
    for case in cases:
        found = (table.get((case, *place)) for place in places)
        lines.append(f"| {case} | {' | '.join(cell(e) if e else '-' for e in found)} |")
    return "\n".join(lines) + "\n"


def write(table: Table, page: Path = PAGE, figure: Path = FIGURE) -> None:
    """The page and the figure into their files; no figure without matplotlib."""
    page.write_text(text(table), encoding="utf-8")
    cells = [
        Cell(case, card, e.share) for (case, card, _), e in table.items() if e.share is not None
    ]
    try:
        draw(figure, cells)
    except ModuleNotFoundError as error:
        print(f"no figure: {error}")
