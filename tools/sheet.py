"""A contact sheet: what every operator does to one photograph, and where gradients flow.

``python -m clpool.tools.sheet --figure docs/operators.png`` draws the picture of
docs/operators.md. The caption under a picture is the expression that was evaluated for it.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import numpy as np

import clpool

from .demo import GRAY, INK, photograph, save, show

#: The head and shoulders of the photograph.
CROP = np.s_[:, 0:256, 96:352]

#: What the captions' names mean; ``photo`` is the crop, in a batch of one.
SETUP = (
    "x = avg_pool2d(photo, 2)",
    "q = np.uint8(x * 7 + 0.5)",
    "y, i = max_pool2d(x, 4, return_indices=True)",
    "n = lp_pool2d(x, 2, 4)",
    "g = np.ones_like(y)",
    "h = np.ones((1, 3, 12, 36), np.float32)",
)
NOTE = (
    "Gradients: where a gradient of ones flows, summed over the colours. Square roots are drawn, "
    "from black at 0 to the brightest at the largest."
)

#: Titles and expressions, row by row: one tap or all alike, weighted, of a given size, gradients.
SHEET = (
    ("Original", "x"),
    ("Max", "max_pool2d(x, 4)"),
    ("Min", "min_pool2d(x, 4)"),
    ("Average", "avg_pool2d(x, 4)"),
    ("Median", "median_pool2d(x, 4)"),
    ("Lp, p = 2", "lp_pool2d(x, 2, 4) / 16 ** (1/2)"),
    ("Lp, p = 8", "lp_pool2d(x, 8, 4) / 16 ** (1/8)"),
    ("Soft", "soft_pool2d(x, 4)"),
    ("Stochastic", "stochastic_pool2d(x, 4, seed=1)"),
    ("Mode", "mode_pool2d(q, 4) / 7"),
    ("Adaptive average", "adaptive_avg_pool2d(x, (12, 36))"),
    ("Adaptive max", "adaptive_max_pool2d(x, (36, 12))"),
    ("Global average", "global_avg_pool(x)"),
    ("Fractional max", "fractional_max_pool2d(x, 4, 27, seed=1)"),
    ("Max unpooling", "max_unpool2d(y, i, 4)"),
    ("Gradient of max", "max_pool2d_backward(g, i, x.shape, 4)"),
    ("Gradient of average", "avg_pool2d_backward(g, x.shape, 6, 4, 1)"),
    ("Gradient of adaptive average", "adaptive_avg_pool2d_backward(h, x.shape)"),
    ("Gradient of Lp, p = 2", "lp_pool2d_backward(g, x, n, 2, 4)"),
    ("Gradient of soft", "soft_pool2d_backward(g, x, 4)"),
)
COLUMNS = 5

#: Pixels: a picture's side, the room beside it, below it and above the first row.
SIDE, GAP, BELOW, TOP = 256, 16, 58, 32
DPI = 96


def pictures(photo: np.ndarray) -> list[np.ndarray]:
    """What each expression of the sheet gives for a photograph, ``(channels, height, width)``.

    A gradient is summed over the channels, which leaves a single plane.
    """
    names: dict[str, Any] = {**vars(clpool), "np": np, "photo": photo[None]}
    for statement in SETUP:
        exec(statement, names)
    found = []
    for _, call in SHEET:
        (picture,) = eval(call, names)
        found.append(picture.sum(axis=0) if "_backward" in call else np.clip(picture, 0, 1))
    return found


def draw(path: Path, panels: list[np.ndarray]) -> None:
    """The sheet: every picture under its title and over its expression, all of one size.

    An element of the photograph is 2 x 2 pixels of the file, so that nothing is resampled.
    """
    from matplotlib.figure import Figure

    rows = -(-len(SHEET) // COLUMNS)
    width, height = COLUMNS * (SIDE + GAP) + GAP, TOP + rows * (SIDE + BELOW) + 48
    figure = Figure(figsize=(width / DPI, height / DPI), facecolor="white")
    code: dict[str, Any] = {"fontsize": 7.5, "color": GRAY, "family": "monospace"}
    for n, ((title, call), panel) in enumerate(zip(SHEET, panels, strict=True)):
        row, column = divmod(n, COLUMNS)
        left, top = GAP + column * (SIDE + GAP), TOP + row * (SIDE + BELOW)
        place = (left / width, 1 - (top + SIDE) / height, SIDE / width, SIDE / height)
        axes = figure.add_axes(place)
        show(axes, np.sqrt(panel) if panel.ndim == 2 else panel)
        axes.set_aspect("auto")
        style: dict[str, Any] = {"transform": axes.transAxes}
        axes.text(0, 1.03, title, fontsize=10.5, color=INK, fontweight="bold", **style)
        axes.text(0, -0.065, call, **code, **style)
    for n, statement in enumerate(SETUP):
        row, column = divmod(n, 3)
        x = (GAP + column * (width - GAP) / 3) / width
        figure.text(x, (50 - 16 * row) / height, statement, **code)
    figure.text(GAP / width, 10 / height, NOTE, fontsize=8, color=GRAY)
    save(figure, path, DPI)


def main(arguments: list[str] | None = None) -> int:
    """Draw the sheet and return the exit status of the process."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--figure",
        type=Path,
        default=Path("out/operators.png"),
        help="where to draw (docs/operators.png is made so)",
    )
    options = parser.parse_args(arguments)
    draw(options.figure, pictures(photograph()[CROP]))
    print(f"figure  {options.figure}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
