"""First calls in processes of their own, beside the first call of a trivial kernel.

Caches are empty, and a process's end counts: it is where a library might put off its work. Every
time runs from before the call to the end of the process.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from .record import progress

SMALL, LARGE = (2, 8, 64, 64), (16, 64, 112, 112)

#: What every process does before its time is taken.
IMPORTS = """
import time
import numpy as np
import pyopencl as cl
import clpool
rng = np.random.default_rng(0)
def random(shape, dtype=np.float32):
    return rng.integers(0, 99, shape).astype(dtype)
"""

TRIVIAL = """
started = time.monotonic()
device = clpool.default_device()
context = cl.Context([device])
queue = cl.CommandQueue(context)
source = "__kernel void twice(__global float *x) { x[get_global_id(0)] *= 2; }"
kernel = cl.Program(context, source).build().twice
memory = cl.Buffer(context, cl.mem_flags.READ_WRITE, 4096)
kernel(queue, (1024,), None, memory).wait()
"""

#: The calls of the list.
CALLS = {
    "max 2x2 s2": "clpool.max_pool2d(x, 2)",
    "max 3x3 s2": "clpool.max_pool2d(x, 3, 2, 1)",
    "max 3x3 s1": "clpool.max_pool2d(x, 3, 1, 1)",
    "max 5x5 s1": "clpool.max_pool2d(x, 5, 1, 2)",
    "max 13x13 s1": "clpool.max_pool2d(x, 13, 1, 6)",
    "avg 2x2": "clpool.avg_pool2d(x, 2)",
    "avg 3x3 s2": "clpool.avg_pool2d(x, 3, 2, 1)",
    "avg 7x7": "clpool.avg_pool2d(x, 7)",
    "max 3x3 s2, indices": "clpool.max_pool2d(x, 3, 2, 1, return_indices=True)",
    "gradient of max 3x3 s2": "clpool.max_pool2d_backward(grad, chosen, x.shape, 3, 2, 1)",
    "gradient of avg 3x3 s2": "clpool.avg_pool2d_backward(grad, x.shape, 3, 2, 1)",
    "adaptive avg 7": "clpool.adaptive_avg_pool2d(x, 7)",
    "global avg": "clpool.global_avg_pool(x)",
    "lp 3x3": "clpool.lp_pool2d(x, 2, 3)",
    "max 3x3 s2, uint8": "clpool.max_pool2d(x.astype(np.uint8), 3, 2, 1)",
    "max 3x3 s2, float16": "clpool.max_pool2d(x.astype(np.float16), 3, 2, 1)",
    "max 3x3 s2, channels last": (
        "clpool.max_pool2d(x.reshape(n, h, w, c), 3, 2, 1, data_format='channels_last')"
    ),
    "max 2x2x2": "clpool.max_pool3d(x.reshape(1, n, c, h, w), 2)",
}

#: Arrays of the calls; the indices are the first taps of windows of 3x3, stride 2, padding 1.
ARRAYS = """
n, c, h, w = {shape}
x = random((n, c, h, w))
grad = random((n, c, h // 2, w // 2))
rows, columns = (np.maximum(2 * np.arange(length // 2) - 1, 0) for length in (h, w))
chosen = np.broadcast_to(rows[:, None] * w + columns, grad.shape).astype(np.int64)
started = time.monotonic()
"""

#: A network with five poolings, forward and backward.
NETWORK = """
started = time.monotonic()
poolings, x = [(3, 2, 1), (2, 2, 0), (2, 2, 0), (3, 1, 1)], random({shape})
kept = []
for window in poolings:
    y, chosen = clpool.max_pool2d(x, *window, return_indices=True)
    kept.append((chosen, x.shape))
    x = y
y = clpool.global_avg_pool(x)
grad = clpool.global_avg_pool_backward(y, x.shape)
for window, (chosen, shape) in zip(poolings[::-1], kept[::-1]):
    grad = clpool.max_pool2d_backward(grad, chosen, shape, *window)
"""


@dataclass(frozen=True)
class ColdRow:
    """The seconds of one process: until its call ended, and until it had ended itself."""

    name: str
    call: float
    whole: float
    ratio: float
    repeats: int

    def line(self) -> str:
        """The row of the table."""
        return (
            f"{self.name:<44}{self.call * 1e3:>9.0f} {self.whole * 1e3:>9.0f} ms"
            f"{self.ratio:>8.2f}x{self.repeats:>6}"
        )


HEADER = f"{'empty caches':<44}{'call':>9} {'with exit':>9}   {'trivial':>9}{'times':>6}"


def in_process(program: str, folder: Path) -> tuple[float, float]:
    """Seconds from ``started`` to the end of the program's calls, and of its process."""
    caches = {"CLPOOL_CACHE_DIR": f"{folder}/clpool", "POCL_CACHE_DIR": f"{folder}/pocl"}
    folder.joinpath("pocl").mkdir(exist_ok=True)
    done = subprocess.run(
        [sys.executable, "-c", f"{IMPORTS}{program}\nprint(started, time.monotonic())"],
        env={**os.environ, **caches},
        capture_output=True,
        text=True,
        check=True,
    )
    ended = time.monotonic()
    started, called = map(float, done.stdout.split()[-2:])
    return called - started, ended - started


def programs() -> dict[str, str]:
    """What is timed, by name; the trivial kernel first."""
    found = {"trivial kernel": TRIVIAL}
    for size, shape in (("small", SMALL), ("large", LARGE)):
        for name, call in CALLS.items():
            found[f"{name}, {size}"] = f"{ARRAYS.format(shape=shape)}{call}\n"
    found["network of five poolings, with gradients"] = NETWORK.format(shape=(2, 8, 64, 64))
    return found


def cold(repeats: int, only: str = "") -> Iterator[ColdRow]:
    """A row for every program whose name contains ``only``; rounds go through all of them."""
    chosen = {
        name: text for name, text in programs().items() if only in name or name == "trivial kernel"
    }
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in chosen}
    rounds = [(number, name) for number in range(repeats) for name in chosen]
    for _, name in progress(rounds, lambda entry: f"{entry[1]} {entry[0] + 1}"):
        with tempfile.TemporaryDirectory() as folder:
            times[name].append(in_process(chosen[name], Path(folder)))
    trivial = statistics.median(whole for _, whole in times["trivial kernel"])
    for name, found in times.items():
        call, whole = (statistics.median(part) for part in zip(*found, strict=True))
        yield ColdRow(name, call, whole, whole / trivial, repeats)


def summary(rows: Sequence[ColdRow]) -> str:
    """The median and the worst ratio of small arrays, and the median of large ones."""
    parts = []
    for size in ("small", "large"):
        ratios = [row.ratio for row in rows if row.name.endswith(f", {size}")]
        if ratios:
            parts.append(f"{size}: median {statistics.median(ratios):.2f}, worst {max(ratios):.2f}")
    return "; ".join(parts) + " times the trivial kernel"
