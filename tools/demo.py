"""The main job on a real photograph: pool it, check every value, time it, draw it.

Run by ``make demo``. The photograph is scikit-image's astronaut (Eileen Collins; NASA, public
domain), which lies in that package's wheel; the batch is its eight orientations.
"""

from __future__ import annotations

import argparse
import logging
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import clpool
from clpool import reference
from clpool.problem.window import SlidingWindow

KERNEL = 8
REPEATS = 20
INK, GRAY = "#1a1a1a", "#767676"
HEADER = f"{'operator':<16}{'output':<14}{'first ms':>9}{'then ms':>9}{'GB/s':>8}  check"


@dataclass(frozen=True)
class Result:
    """One operator: what it gave, how long it took, how far it is from the reference."""

    name: str
    output: np.ndarray
    first: float
    median: float
    bytes_moved: int
    error: float
    bound: float

    def line(self) -> str:
        """One row of the printed table."""
        shape = "x".join(map(str, self.output.shape))
        rate = self.bytes_moved / self.median / 1e9
        check = f"off by at most {self.error:.0e}, {self.bound:.0e} allowed"
        return (
            f"{self.name:<16}{shape:<14}{self.first * 1e3:>9.1f}{self.median * 1e3:>9.2f}"
            f"{rate:>8.1f}  {check if self.bound else 'equal to the reference'}"
        )


def photograph() -> np.ndarray:
    """The astronaut, ``(3, 512, 512)``, float32 from 0 to 1."""
    from skimage.data import astronaut

    return np.ascontiguousarray(np.moveaxis(astronaut(), -1, 0), dtype=np.float32) / 255


def orientations(image: np.ndarray) -> np.ndarray:
    """A batch of the eight ways to turn and mirror a square image."""
    turned = [np.rot90(image, turns, axes=(1, 2)) for turns in range(4)]
    return np.stack([*turned, *(view[:, :, ::-1] for view in turned)])


def measure(name: str, x: np.ndarray, mode: str, kernel: int) -> Result:
    """Run one operator on the default device, check every value, then time it.

    Raises:
        SystemExit: a value differs from the reference by more than its arithmetic explains.
    """
    operators: dict[str, Callable[..., Any]]
    operators = {"max": clpool.max_pool2d, "avg": clpool.avg_pool2d}
    operator = operators[mode]
    started = time.perf_counter()
    output = operator(x, kernel)
    first = time.perf_counter() - started

    # One axis after the other, in float64: the reference walks every tap in Python, and a
    # global window has 262,144 of them.
    expected = x.astype(np.float64)
    for window in ((kernel, 1), (1, kernel)):
        expected = reference.pool(expected, SlidingWindow.of(2, window), mode)
    error = np.abs(output - expected)
    # A sum of m float32 values >= 0 in any order is off by at most m * eps of itself.
    bound = kernel**2 * np.finfo(np.float32).eps * expected if mode == "avg" else 0 * expected
    if not (error <= bound).all():
        sys.exit(f"{name}: WRONG, off by {error.max():.3g} where {bound.max():.3g} is allowed")

    times = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        operator(x, kernel, out=output)
        times.append(time.perf_counter() - started)
    moved = clpool.plan(x.shape, x.dtype, (kernel, kernel), mode).bytes_moved
    return Result(name, output, first, statistics.median(times), moved, error.max(), bound.max())


def draw(path: Path, image: np.ndarray, highest: np.ndarray, average: np.ndarray) -> None:
    """A figure of four panels: the original, both poolings, and what tells them apart."""
    from matplotlib.figure import Figure

    difference = (highest - average).mean(axis=0)
    size = f"{highest.shape[1]} × {highest.shape[2]}"
    panels = [
        ("Original", f"{image.shape[1]} × {image.shape[2]}", image),
        ("Max", f"{KERNEL} × {KERNEL} windows  →  {size}", highest),
        ("Average", f"{KERNEL} × {KERNEL} windows  →  {size}", average),
        ("Max − average", f"0 to {difference.max():.2f}: edges and texture", difference),
    ]
    figure = Figure(figsize=(14, 4.1), facecolor="white")
    grid = figure.subplots(1, 4)
    figure.subplots_adjust(left=0.008, right=0.992, bottom=0.015, top=0.86, wspace=0.04)
    for axes, (title, subtitle, panel) in zip(grid, panels, strict=True):
        show(axes, panel)
        style = {"transform": axes.transAxes}
        axes.text(0, 1.085, title, fontsize=14, color=INK, fontweight="bold", **style)
        axes.text(0, 1.02, subtitle, fontsize=10.5, color=GRAY, **style)
    save(figure, path, dpi=150 if path.suffix == ".png" else 96)


def show(axes: Any, panel: np.ndarray) -> None:
    """An image as it is, a single plane as heat from 0 up; every element a sharp square."""
    if panel.ndim == 3:
        axes.imshow(np.moveaxis(panel, 0, -1), interpolation="nearest")
    else:
        axes.imshow(panel, interpolation="nearest", cmap="magma", vmin=0)
    axes.set_axis_off()


def save(figure: Any, path: Path, dpi: int) -> None:
    """A figure into a file, in a folder that need not be there yet."""
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=dpi)


def main(arguments: list[str] | None = None) -> int:
    """Run the demonstration and return the exit status of the process."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--figure",
        type=Path,
        default=Path("out/demo.png"),
        help="where to draw (a .jpg is smaller: docs/demo.jpg is made so)",
    )
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.WARNING)

    device = next((found for found in clpool.devices() if found.default), None)
    if device is None:
        sys.exit("no OpenCL device found; see README.md, Devices")
    image = photograph()
    batch = orientations(image)
    print(f"device  {device.name}")
    print(f"        {device.platform}, {device.version}")
    print(f"input   {'x'.join(map(str, batch.shape))} {batch.dtype}: a photograph, 8 ways round\n")
    print(HEADER)
    results = {}
    for name, mode, kernel in (
        ("max", "max", KERNEL),
        ("average", "avg", KERNEL),
        ("global max", "max", image.shape[-1]),
        ("global average", "avg", image.shape[-1]),
    ):
        results[name] = measure(name, batch, mode, kernel)
        print(results[name].line(), flush=True)
    draw(options.figure, image, results["max"].output[0], results["average"].output[0])
    print(
        "\nfirst: with the kernel's build, or its load from the cache; "
        f"then: the median of {REPEATS} calls\nfigure  {options.figure}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
