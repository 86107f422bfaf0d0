"""The figure of records: gains with their intervals, and the race of one family."""

from __future__ import annotations

import importlib
import statistics
from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from ..errors import ArgumentValueError, ClpoolError

INK, GRAY, FAINT = "#1a1a1a", "#767676", "#e6e6e6"
WON, STANDS, FIELD = "#0b6e99", "#9a9aa8", "#c9c9d2"

#: Inches: a row of the gains, the race, and what lies above, between, below, left and right.
ROW, RACE, ABOVE, BETWEEN, BELOW, LEFT, RIGHT = 0.3, 2.9, 1.0, 1.2, 0.75, 3.3, 3.5
WIDTH, DPI = 12.0, 130
#: Letters of a family's and of a choice's name, at most.
NAME, CHOICE = 42, 42
#: Candidates of a race that are named, at most.
NAMED = 6

Values = Mapping[str, Any]


def figure(records: Sequence[Values], path: Path) -> None:
    """Draw the gain of every record, and the race of the one that gained most.

    Args:
        records: as their JSON has them.
        path: an image file; its suffix says of which kind.

    Raises:
        ArgumentValueError: there is no record.
        ClpoolError: Matplotlib is not installed.
    """
    if not records:
        raise ArgumentValueError("records must be one and more, got none")
    drawn = _matplotlib().Figure(facecolor="white")
    ordered = sorted(records, key=lambda r: (r["device"]["key"], -_ratio(r)))
    raced = max((r for r in ordered if _histories(r)), key=_ratio, default=None)
    devices = [list(rows) for _, rows in groupby(ordered, lambda r: r["device"]["key"])]
    rows = ROW * (len(ordered) + (len(devices) if len(devices) > 1 else 0))
    height = ABOVE + rows + BELOW + (BETWEEN + RACE if raced else 0)
    drawn.set_size_inches(WIDTH, height)
    across = (LEFT / WIDTH, (WIDTH - LEFT - RIGHT) / WIDTH)
    gains = drawn.add_axes((across[0], 1 - (ABOVE + rows) / height, across[1], rows / height))
    _gains(gains, devices)
    _heading(drawn, height, ordered)
    if raced:
        race = drawn.add_axes(
            (0.75 / WIDTH, BELOW / height, (WIDTH - 0.75 - RIGHT) / WIDTH, RACE / height)
        )
        _race(race, raced)
        top = (BELOW + RACE) / height
        _title(drawn, top, height, f"The race of {_short(_label(raced), 80)}", 0.62, 12)
        text = "Median ratio so far to the default; a line ends where its candidate leaves."
        _title(drawn, top, height, text, 0.38, 9, GRAY)
    path.parent.mkdir(parents=True, exist_ok=True)
    drawn.savefig(path, dpi=DPI)


def _heading(drawn: Any, height: float, records: Sequence[Values]) -> None:
    """What is drawn, on which device, and how many were tuned."""
    devices = {r["device"]["key"]: r["device"] for r in records}
    won = sum(r["winner"] is not None for r in records)
    about = f"{won} of {len(records)} families tuned"
    if len(devices) == 1:
        device = next(iter(devices.values()))
        about += "  ·  " + ", ".join(filter(None, (device.get("name"), device.get("platform"))))
    top = 1 - ABOVE / height
    _title(drawn, top, height, "How much faster tuned kernels are than the default", 0.7, 14)
    _title(
        drawn, top, height, "Median ratio of times, and the interval that decided", 0.47, 9, GRAY
    )
    _title(drawn, top, height, about, 0.27, 9, GRAY)


def _title(
    drawn: Any, top: float, height: float, text: str, above: float, size: float, colour: str = INK
) -> None:
    """A line of text so many inches above a panel."""
    weight = "bold" if size > 10 else "normal"
    drawn.text(0.3 / WIDTH, top + above / height, text, fontsize=size, color=colour, weight=weight)


def _gains(axes: Any, devices: Sequence[Sequence[Values]]) -> None:
    """A row for each record: its ratio, the interval, and the choice."""
    at, several = 0, len(devices) > 1
    for rows in devices:
        if several:
            _text(axes, -0.02, at, rows[0]["device"].get("name", ""), ha="right", weight="bold")
            at += 1
        for record in rows:
            _gain(axes, at, record)
            at += 1
    axes.set_ylim(at - 0.5, -0.5)
    axes.set_yticks([])
    _logarithmic(axes.xaxis, [r["duel"] for rows in devices for r in rows if _ratio(r) != 0])
    axes.axvline(1, color=INK, lw=1, zorder=1)
    axes.grid(axis="x", color=FAINT, lw=0.8)
    _bare(axes)


def _gain(axes: Any, at: int, record: Values) -> None:
    """One row."""
    won, duel = record["winner"] is not None, record["duel"]
    colour = WON if won else STANDS
    name = _short(_label(record), NAME)
    _text(axes, -0.02, at, name, ha="right", color=INK if won else GRAY)
    if duel.get("ratio") is None:
        _text(axes, 1.02, at, duel.get("reason", "no duel"), color=GRAY)
        return
    low, high = duel.get("low") or duel["ratio"], duel.get("high") or duel["ratio"]
    axes.plot([low, high], [at, at], color=colour, lw=3.2, solid_capstyle="butt", zorder=2)
    axes.plot([duel["ratio"]], [at], "o", color=colour, ms=6.5, mec="white", mew=1, zorder=3)
    ratio = f"{duel['ratio']:.2f}"
    _text(axes, 1.02, at, ratio, color=colour, weight="bold" if won else "normal")
    reason = duel.get("reason", "")
    stands = "default stands" + (f": {reason}" if reason not in ("", "not faster") else "")
    told = _told(record["winner"]) if won else stands
    noisy = ", noisy" if duel.get("noisy") else ""
    _text(axes, 1.11, at, _short(told, CHOICE) + noisy, color=INK if won else GRAY)


def _race(axes: Any, record: Values) -> None:
    """The running median of every candidate, the winner's in colour."""
    lines = []
    for candidate in record["all"]:
        history = candidate.get("history") or []
        if history and candidate["choice"]:
            medians = [statistics.median(history[: n + 1]) for n in range(len(history))]
            won = dict(candidate["choice"]) == dict(record["winner"] or {})
            lines.append((medians, won, _told(candidate["choice"])))
    for medians, won, _ in lines:
        style = {"color": WON, "lw": 2.6, "zorder": 3} if won else {"color": FIELD, "lw": 1.1}
        axes.plot(range(1, len(medians) + 1), medians, **style)
        size = 6 if won else 3.5
        axes.plot(len(medians), medians[-1], "o", ms=size, color=style["color"], zorder=4)
    last = max(len(medians) for medians, *_ in lines)
    axes.set_xlim(1, last + 0.2)
    axes.set_xlabel("round", fontsize=9, color=GRAY)
    axes.set_xticks([n for n in range(1, last + 1) if n == 1 or n % (5 if last > 10 else 1) == 0])
    _logarithmic(axes.yaxis, [{"ratio": ratio} for medians, *_ in lines for ratio in medians])
    axes.axhline(1, color=INK, lw=1, zorder=2)
    axes.grid(axis="y", color=FAINT, lw=0.8)
    _bare(axes)
    _names(axes, [(m[-1], won, name) for m, won, name in lines if len(m) == last], last)


def _names(axes: Any, ends: Sequence[tuple[float, bool, str]], last: int) -> None:
    """The names of the fastest at the end, the winner's too, beside their lines and apart."""
    to_axes = axes.transData + axes.transAxes.inverted()
    ranked = sorted(ends, key=lambda end: (not end[1], -end[0]))[:NAMED]
    below = 1.05
    for ratio, won, name in sorted(ranked, reverse=True):
        place = min(to_axes.transform((last, ratio))[1], below - 0.17 / RACE)
        below = place
        style = {"color": WON, "weight": "bold"} if won else {"color": GRAY}
        axes.text(1.015, place, f"{ratio:.2f}   {_short(name, CHOICE)}", va="center", fontsize=8.5,
                  transform=axes.transAxes, **style)  # fmt: skip


def _logarithmic(axis: Any, duels: Sequence[Values]) -> None:
    """A logarithmic axis that holds intervals and 1, with few ticks."""
    numbers = [d[name] for d in duels for name in ("ratio", "low", "high") if d.get(name)]
    low, high = min([1.0, *numbers]), max([1.0, *numbers])
    low, high = max(low, 0.25), min(high, 40.0)
    room = max((high / low) ** 0.06, 1.02)
    limits = (low / room, high * room)
    axis.axes.set(**{f"{axis.axis_name}scale": "log", f"{axis.axis_name}lim": limits})
    for step in (0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10):
        ticks = [round(n * step, 2) for n in range(1, int(limits[1] / step) + 1)]
        ticks = sorted({1.0, *(tick for tick in ticks if tick >= limits[0])})
        if len(ticks) <= 8:
            break
    axis.set_ticks(ticks, labels=[f"{tick:g}" for tick in ticks])
    axis.set_ticks([], minor=True)


def _bare(axes: Any) -> None:
    """No frame, no tick marks."""
    axes.set_axisbelow(True)
    axes.tick_params(axis="both", which="both", length=0, labelcolor=GRAY, labelsize=8)
    for side in axes.spines.values():
        side.set_visible(False)


def _text(axes: Any, x: float, row: int, text: str, **style: Any) -> None:
    """A text beside a row."""
    axes.text(x, row, text, transform=axes.get_yaxis_transform(), va="center_baseline",
              **{"fontsize": 9, "color": INK, **style})  # fmt: skip


def _ratio(record: Values) -> float:
    """The ratio of a record's winner; of a default that stands, one below all of them."""
    ratio = record["duel"].get("ratio") or 0.0
    return ratio if record["winner"] is not None else min(ratio, 1.0) / 1000


def _label(record: Values) -> str:
    return str(record["family"]["label"])


def _histories(record: Values) -> bool:
    """Whether a record tells how some candidate did in the race."""
    return any(each.get("history") for each in record.get("all", ()) if each["choice"])


def _told(choice: Values) -> str:
    """A choice for people.

    Example:
        >>> _told({"variant": "rows", "width": 8, "source.prefetch_bytes": 2048})
        'rows, width 8, prefetch bytes 2048'
    """
    parts = []
    for name, value in choice.items():
        words = name.rpartition(".")[2].replace("_", " ")
        plain = "×".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
        parts.append(plain if name == "variant" else f"{words} {plain}")
    return ", ".join(parts) or "default"


def _short(text: str, most: int) -> str:
    """A text of a few letters."""
    return text if len(text) <= most else text[: most - 1].rstrip(" ,") + "…"


def _matplotlib() -> Any:
    """Matplotlib's module of figures.

    Raises:
        ClpoolError: it is not installed.
    """
    try:
        return importlib.import_module("matplotlib.figure")
    except ImportError as error:
        raise ClpoolError("a figure needs Matplotlib: pip install 'clpool[image]'") from error
