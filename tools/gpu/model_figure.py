"""The figure of the model: cases by cards, a cell's colour its share of a copy's speed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from ..demo import GRAY, INK, save

#: Inches: a cell with two shares or with one, left of the cells and above them, and below.
WIDTHS, HEIGHT, LEFT, ABOVE, BELOW = (1.05, 0.68), 0.2, 2.3, 1.0, 0.3
DPI = 90
NOTE = "By the model, no measurement: memory, first-level cache and instructions overlap perfectly."


class Shared(Protocol):
    """What has a share of a copy's speed."""

    @property
    def case(self) -> str:
        """The case's name."""

    @property
    def card(self) -> str:
        """The card's."""

    @property
    def share(self) -> float:
        """The share."""


class Cell(NamedTuple):
    """A case on a card, and its share of a copy's speed."""

    case: str
    card: str
    share: float


def draw(path: Path, found: Sequence[Shared], before: Sequence[Shared] = ()) -> None:
    """Draw a record; a cell says its share in percent if less than 100, and an older one."""
    from matplotlib import colormaps
    from matplotlib.figure import Figure

    cases = list(dict.fromkeys(j.case for j in found))
    cards = list(dict.fromkeys(j.card for j in found))
    old = {(j.case, j.card): j for j in before}
    width = LEFT + WIDTHS[not before] * len(cards) + 0.2
    height = ABOVE + HEIGHT * len(cases) + BELOW
    figure = Figure(figsize=(width, height), facecolor="white")
    place = (LEFT / width, BELOW / height, 1 - (LEFT + 0.2) / width, 1 - (ABOVE + BELOW) / height)
    axes = figure.add_axes(place)
    colours = colormaps["RdYlGn"]
    for j in found:
        x, y = cards.index(j.card), cases.index(j.case)
        earlier = old.get((j.case, j.card))
        halves = [j] if earlier is None else [earlier, j]
        for n, half in enumerate(halves):
            part = 0.96 / len(halves)
            colour = colours(0.15 + 0.6 * min(half.share, 1.0))
            axes.barh(y, part, 0.9, left=x + 0.02 + n * part, color=colour, zorder=1)
        text = " → ".join(f"{half.share:.0%}" for half in halves)
        if text == "100%":
            continue
        axes.text(x + 0.5, y, text, ha="center", va="center", fontsize=6.5, color=INK, zorder=2)
    axes.set_xlim(0, len(cards))
    axes.set_ylim(len(cases) - 0.5, -0.5)
    axes.set_yticks(range(len(cases)), cases, fontsize=7)
    axes.set_xticks([n + 0.5 for n in range(len(cards))], cards, fontsize=7.5)
    axes.tick_params(length=0, top=True, labeltop=True, bottom=False, labelbottom=False)
    for side in axes.spines.values():
        side.set_visible(False)
    title = "Speed as a share of a copy's" + (", before → after" if before else "")
    figure.text(0.2 / width, 1 - 0.36 / height, title, fontsize=13, color=INK, fontweight="bold")
    figure.text(0.2 / width, 1 - 0.6 / height, NOTE, fontsize=7.5, color=GRAY)
    save(figure, path, DPI)
