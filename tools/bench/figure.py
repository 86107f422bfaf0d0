"""Figures of a benchmark: bars of the cases' times over the floor's, or lines of rates by size.

``python -m clpool.tools.bench.figure record.json figure.png`` draws a record again.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..demo import GRAY, INK, save
from .record import Outcome

COLOURS = {
    "clpool": "#0b6e99",
    "torch": "#e8995a",
    "onnxruntime": "#a9a9b8",
    "OpenVINO": "#c6a8d8",
    "JAX": "#a3c585",
}
OTHER = "#d0d0d0"

#: Inches: a bar, the room between two cases, above and below the panels, and left of them.
BAR, ROOM, ABOVE, BELOW, LEFT = 0.135, 0.17, 1.42, 0.72, 2.35
#: The longest bar's ratio: longer ones are cut, with their number.
LONGEST = 100
#: With more cases than this there are two columns.
ONE_COLUMN = 12
DPI = 130


def draw(path: Path, about: dict[str, Any], outcomes: Sequence[Outcome]) -> None:
    """The figure of a record, by its kind."""
    (draw_sizes if about.get("sizes") else draw_cases)(path, about, outcomes)


def draw_cases(path: Path, about: dict[str, Any], outcomes: Sequence[Outcome]) -> None:
    """Horizontal bars: the fastest contender of each library, its median over the floor's."""
    from matplotlib.figure import Figure

    columns = _columns(outcomes)
    inches = max(sum(map(_height, column)) for column in columns)
    width, height = 7.1 * len(columns), inches + ABOVE + BELOW
    figure = Figure(figsize=(width, height), facecolor="white")
    ratios = [o.ratio(t) for o in outcomes for t in o.libraries().values()]
    limits = (min(0.5, 0.8 * min(ratios)), min(2 * max(4, *ratios), LONGEST))
    for number, column in enumerate(columns):
        share = sum(map(_height, column)) / height
        left = (7.1 * number + LEFT) / width
        axes = figure.add_axes((left, 1 - ABOVE / height - share, 4.5 / width, share))
        _bars(axes, column, limits)
    _heading(
        figure,
        about,
        "Pooling, next to a plain copy of as many bytes",
        "Median time over that of the copy, log scale: shorter is faster, 1 is as fast as a copy.",
        sorted({name for o in outcomes for name in o.libraries()}, key=_rank),
    )
    save(figure, path, DPI)


def draw_sizes(path: Path, about: dict[str, Any], outcomes: Sequence[Outcome]) -> None:
    """Lines: GB/s against the size of the input."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9.2, 5.6), facecolor="white")
    axes = figure.add_axes((0.075, 0.16, 0.79, 0.65))
    names = sorted({name for outcome in outcomes for name in outcome.libraries()}, key=_rank)
    ends = []
    for name in ("copy", *names):
        points = [
            (at, outcome.rate(outcome.floor if name == "copy" else outcome.libraries()[name]))
            for at, outcome in enumerate(outcomes)
            if name == "copy" or name in outcome.libraries()
        ]
        style: dict[str, Any] = {"color": _colour(name), "lw": 2.6 if name == "clpool" else 1.6}
        if name == "copy":
            style |= {"color": INK, "ls": (0, (4, 3)), "lw": 1.2}
        else:
            style |= {"marker": "o", "ms": 5 if name == "clpool" else 3.5}
        axes.plot(*zip(*points, strict=True), **style, zorder=3 if name == "clpool" else 2)
        ends.append((points[-1][1], name, style["color"]))
    axes.set_yscale("log")
    axes.set_xticks(range(len(outcomes)), [outcome.name for outcome in outcomes], fontsize=8)
    axes.set_xlabel("input, float32", fontsize=9, color=GRAY)
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.tick_params(axis="both", which="both", length=0, labelcolor=GRAY, labelsize=8)
    axes.grid(axis="y", color="#e6e6e6", lw=0.8)
    _open(axes)
    low, high = (math.log(limit) for limit in axes.get_ylim())
    ends.sort()
    places = _apart([(math.log(rate) - low) / (high - low) for rate, _, _ in ends], 0.055)
    for place, (_, name, colour) in zip(places, ends, strict=True):
        style = {"fontsize": 9, "fontweight": "bold" if name == "clpool" else "normal"}
        axes.text(1.012, place, name, color=colour, va="center", transform=axes.transAxes, **style)
    kernel, stride = about["sizes"]
    title = f"Max pooling {kernel} × {kernel}, stride {stride}: GB/s by size"
    _heading(figure, about, title, "Bytes read and written, per second, log scale.", [])
    save(figure, path, DPI)


def _columns(outcomes: Sequence[Outcome]) -> list[list[Outcome]]:
    """One column, or two of about the same height."""
    if len(outcomes) <= ONE_COLUMN:
        return [list(outcomes)]
    half, total = 0.0, sum(map(_height, outcomes))
    first: list[Outcome] = []
    for outcome in outcomes:
        if half + _height(outcome) / 2 > total / 2:
            break
        half += _height(outcome)
        first.append(outcome)
    return [first, list(outcomes[len(first) :])]


def _apart(places: list[float], least: float) -> list[float]:
    """Rising places, moved as little as it takes for each to be ``least`` from the next."""
    for _ in range(100):
        for n in range(len(places) - 1):
            lack = max(least - (places[n + 1] - places[n]), 0)
            places[n] -= lack / 2
            places[n + 1] += lack / 2
    return places


def _height(outcome: Outcome) -> float:
    return BAR * max(len(outcome.libraries()), 1) + ROOM


def _bars(axes: Any, outcomes: Sequence[Outcome], limits: tuple[float, float]) -> None:
    """A column of cases, the first on top; the vertical axis counts inches."""
    top = 0.0
    for outcome in outcomes:
        best = sorted(outcome.libraries().items(), key=lambda item: _rank(item[0]))
        middle = top + ROOM / 2 + BAR * len(best) / 2
        axes.text(-0.02, middle, outcome.name, transform=axes.get_yaxis_transform(), ha="right",
                  va="center", fontsize=9, color=INK)  # fmt: skip
        for number, (library, timing) in enumerate(best):
            at = top + ROOM / 2 + BAR * (number + 0.5)
            _bar(axes, at, library, outcome.ratio(timing), limits)
        top += _height(outcome)
    axes.set_xscale("log")
    axes.set_xlim(*limits)
    axes.set_ylim(top, 0)
    axes.axvline(1, color=INK, lw=1, zorder=3)
    axes.set_yticks([])
    ticks = [t for t in (0.5, 1, 2, 5, 10, 20, 50, 100) if limits[0] <= t <= limits[1]]
    axes.set_xticks(ticks, [f"{t:g}" for t in ticks], minor=False)
    axes.set_xticks([], minor=True)
    axes.tick_params(axis="x", length=0, labelcolor=GRAY, labelsize=8, top=True, labeltop=True)
    axes.grid(axis="x", color="#e9e9e9", lw=0.8)
    axes.set_axisbelow(True)
    _open(axes)


def _bar(axes: Any, at: float, library: str, ratio: float, limits: tuple[float, float]) -> None:
    own, colour = library == "clpool", _colour(library)
    end = min(ratio, limits[1])
    axes.barh(at, end - limits[0], BAR * 0.86, left=limits[0], color=colour, zorder=2)
    digits = 2 if ratio < 10 else 1 if ratio < 100 else 0
    style: dict[str, Any] = {"fontsize": 7.5, "va": "center_baseline", "zorder": 4}
    style["fontweight"] = "bold" if own else "normal"
    if ratio > limits[1]:  # cut: its number inside
        axes.text(end * 0.95, at, f"{ratio:,.0f} →", ha="right", color="white" if own else INK,
                  **style)  # fmt: skip
        return
    # The copy's line must not cross a number.
    beside = max(ratio, 1) if 0.7 < ratio < 1 else ratio
    box = {"facecolor": "white", "edgecolor": "none", "pad": 0.3}
    axes.text(beside * 1.05, at, f"{ratio:.{digits}f}", color=colour if own else GRAY, bbox=box,
              **style)  # fmt: skip


def _heading(
    figure: Any, about: dict[str, Any], title: str, subtitle: str, names: Sequence[str]
) -> None:
    """What is drawn, what it was measured on, and the colours' names."""
    width, height = figure.get_size_inches()
    left = 0.3 / width
    where = f"{about['device']}, {about['platform'].split('  ')[0]}, {about['threads']} threads"
    software = ", ".join(f"{name} {version}" for name, version in about["versions"].items())
    commit = f"commit {about['commit']}" if about["commit"] else "no checkout"
    if about.get("quick"):
        title = f"QUICK, no measurement: {title}"
    figure.text(left, 1 - 0.34 / height, title, fontsize=15, color=INK, fontweight="bold")
    figure.text(left, 1 - 0.59 / height, subtitle, fontsize=9.5, color=GRAY)
    figure.text(left, 1 - 0.79 / height, where, fontsize=9.5, color=GRAY)
    foot = f"{about['cpu']}, {about['system']}, {about['date'][:10]}, {commit}"
    figure.text(left, 0.26 / height, foot, fontsize=7, color=GRAY)
    figure.text(left, 0.13 / height, software, fontsize=7, color=GRAY)
    x = left
    for name in names:
        square = figure.text(x, 1 - 1.09 / height, "■ ", fontsize=11, color=_colour(name))
        square.set_fontfamily("DejaVu Sans")
        style = "bold" if name == "clpool" else "normal"
        figure.text(x + 0.17 / width, 1 - 1.08 / height, name, fontsize=9.5, color=INK,
                    fontweight=style)  # fmt: skip
        x += (0.45 + 0.085 * len(name)) / width


def _open(axes: Any) -> None:
    for side in axes.spines.values():
        side.set_visible(False)


def _rank(library: str) -> tuple[int, str]:
    names = list(COLOURS)
    return (names.index(library) if library in names else len(names), library)


def _colour(library: str) -> str:
    return COLOURS.get(library, OTHER)


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw a record and return the exit status of the process."""
    parser = argparse.ArgumentParser(
        prog="python -m clpool.tools.bench.figure", description="Draw a record of the benchmark."
    )
    parser.add_argument("record", type=Path, help="what the benchmark's --json wrote")
    parser.add_argument("figure", type=Path, help="where to draw")
    options = parser.parse_args(arguments)
    record = json.loads(options.record.read_text(encoding="utf-8"))
    outcomes = [Outcome.from_dict(case) for case in record["cases"]]
    draw(options.figure, record["about"], outcomes)
    print(f"figure  {options.figure}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
