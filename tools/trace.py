"""Times of one identical call in the order in which they were measured, for tests of decisions.

``python -m clpool.tools.trace NAME FILE`` adds the traces of the default device to a file: what a
simulated tuning takes for the times of candidates, with the drifts and disturbances of a machine.
"""

from __future__ import annotations

import argparse
import gc
import json
import math
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

import clpool

from .bench.rest import settle

#: Shape, kernel, stride and padding of a maximum, and how many turns are timed.
CASES = {
    "3x3 s2 51 MB": ((16, 64, 112, 112), 3, 2, 1, 2400),
    "3x3 s2 1 MB": ((1, 16, 128, 128), 3, 2, 1, 4000),
    "2x2 s2 256 KB": ((1, 4, 128, 128), 2, 2, 0, 4000),
    "13x13 4 MB": ((1, 256, 64, 64), 13, 1, 6, 2000),
}
#: Seconds that the calls of a turn take at least.
SHORTEST = 2e-4
#: Nanoseconds of a trace's unit.
UNIT = 10


def trace(run: Callable[[], object], turns: int) -> list[int]:
    """The time of a call in each turn, in tens of nanoseconds; one call before it is not timed."""
    began = time.perf_counter()
    for _ in range(20):
        run()
    calls = max(1, math.ceil(SHORTEST * 20 / (time.perf_counter() - began)))
    found = []
    gc.disable()
    try:
        for _ in range(turns):
            settle()
            run()
            began_ns = time.perf_counter_ns()
            for _ in range(calls):
                run()
            found.append(round((time.perf_counter_ns() - began_ns) / calls / UNIT))
    finally:
        gc.enable()
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Trace every case, add it to the file, and return the exit status of the process."""
    parser = argparse.ArgumentParser(prog="python -m clpool.tools.trace", description=__doc__)
    parser.add_argument("name", help="what the device is called in the file")
    parser.add_argument("file", type=Path, help="where the traces are kept, JSON")
    options = parser.parse_args(arguments)
    kept = json.loads(options.file.read_text()) if options.file.exists() else {}
    rng = np.random.default_rng(0)
    for case, (shape, kernel, stride, padding, turns) in CASES.items():
        x = rng.standard_normal(shape, np.float32)
        y = clpool.max_pool2d(x, kernel, stride, padding)

        def run(
            x: np.ndarray = x,
            y: np.ndarray = y,
            window: tuple[int, int, int] = (kernel, stride, padding),
        ) -> None:
            clpool.max_pool2d(x, *window, out=y)

        kept[f"{options.name} {case}"] = trace(run, turns)
    options.file.write_text(json.dumps(kept, separators=(",", ":")) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
