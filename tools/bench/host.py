"""What a call costs on the host: ``python -m clpool.tools.bench.host``.

The import and a process's first result, with the caches of kernels empty and filled, each in a
process of its own; then repeated calls on a tiny input, beside the bare launch of the same kernel
with its arguments set; with ``--cold`` first calls of all kinds (:mod:`clpool.tools.bench.cold`).
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pyopencl as cl
import pyopencl.array as cla

import clpool

from . import cold
from .contender import Contender, Field
from .record import circumstances, progress, write
from .rounds import timed

SHAPE = (1, 3, 8, 8)
#: So many in a row show what a loop costs, whose code stays in the caches and whose threads hardly
#: fall asleep; what does not wait, what starting alone costs.
OFTEN = 100

#: What a process of its own runs: it prints seconds for imports, clpool's import, the first result.
FIRST = """
import time
started = time.perf_counter()
import numpy, pyopencl, pyopencl.array
needed = time.perf_counter()
import clpool
imported = time.perf_counter()
y = clpool.max_pool2d(numpy.ones((8, 16, 56, 56), numpy.float32), 3, 2, 1)
done = time.perf_counter()
assert (y == 1).all()
print(needed - started, imported - needed, done - imported)
"""


@dataclass(frozen=True)
class Row:
    """One cost, in seconds."""

    name: str
    median: float
    best: float
    repeats: int

    @classmethod
    def of(cls, name: str, times: Sequence[float]) -> Row:
        """The statistics of repeated measurements."""
        return cls(name, statistics.median(times), min(times), len(times))

    def line(self) -> str:
        """The row of the table, in milliseconds or microseconds."""
        unit, factor = ("ms", 1e3) if self.median >= 1e-3 else ("µs", 1e6)
        numbers = f"{self.median * factor:>9.4g} {self.best * factor:>9.4g} {unit}"
        return f"{self.name:<52}{numbers}{self.repeats:>9}"


HEADER = f"{'':<52}{'median':>9} {'best':>9}   {'repeats':>9}"


def processes(repeats: int) -> Iterator[Row]:
    """Imports and first results, each time in a new process with caches of its own."""
    needed: list[float] = []
    own: list[float] = []
    first: dict[str, list[float]] = {"cold": [], "warm": []}
    for _ in progress(range(repeats), lambda number: f"process {number + 1}"):
        with tempfile.TemporaryDirectory() as folder:
            caches = {"CLPOOL_CACHE_DIR": f"{folder}/clpool", "POCL_CACHE_DIR": f"{folder}/pocl"}
            for temperature in ("cold", "warm"):
                done = subprocess.run(
                    [sys.executable, "-c", FIRST],
                    env={**os.environ, **caches},
                    capture_output=True,
                    text=True,
                    check=True,
                )
                seconds = [float(word) for word in done.stdout.split()]
                needed.append(seconds[0])
                own.append(seconds[1])
                first[temperature].append(seconds[2])
    yield Row.of("import numpy, pyopencl", needed)
    yield Row.of("import clpool, besides", own)
    yield Row.of("first result after import, empty caches", first["cold"])
    yield Row.of("first result after import, filled caches", first["warm"])


def calls(repeats: int) -> Iterator[Row]:
    """Calls that are repeated, on an input so small that the kernel takes no time."""
    where = Field.of()
    queue = where.queue
    host = np.random.default_rng(0).standard_normal(SHAPE, np.float32)
    out = clpool.max_pool2d(host, 2)
    plan = clpool.plan(SHAPE, np.float32, (2, 2))
    x = cla.to_device(queue, host)
    y = cla.empty(queue, out.shape, out.dtype)
    launch = bare(queue, lambda: clpool.max_pool2d(x, 2, out=y))

    def on_host() -> None:
        clpool.max_pool2d(host, 2, out=out)

    def on_device() -> None:
        clpool.max_pool2d(x, 2, out=y)

    def waiting(start: Callable[[], Any]) -> Callable[[], Any]:
        def run() -> None:
            start()
            queue.finish()

        return run

    def often(run: Callable[[], Any]) -> Callable[[], Any]:
        def runs() -> None:
            for _ in range(OFTEN):
                run()
            queue.finish()

        return runs

    each = f"{OFTEN} in a row, each"
    ways: dict[str, Callable[[], Any]] = {
        "numpy to numpy, out=": on_host,
        "numpy to numpy, fresh result": lambda: clpool.max_pool2d(host, 2),
        "numpy to numpy, a plan with out=": lambda: plan(host, out),
        "device arrays, out=, finish": waiting(on_device),
        "bare launch and finish, arguments set": waiting(launch),
        f"numpy to numpy, out=, {each}": often(on_host),
        f"bare launch and finish, {each}": often(waiting(launch)),
        f"device arrays, out=, {each}": often(on_device),
        f"bare launch, {each}": often(launch),
    }
    contenders = [Contender("clpool", name, run, lambda _: []) for name, run in ways.items()]
    for timing in timed(contenders, repeats):
        share = OFTEN if "in a row" in timing.form else 1
        yield Row(timing.form, timing.median / share, timing.best / share, timing.rounds)
    assert (out == y.get(queue)).all()


def bare(queue: cl.CommandQueue, call: Callable[[], Any]) -> Callable[[], Any]:
    """The launch that a call on device arrays makes, to be made again with its arguments set.

    Raises:
        RuntimeError: the call launched no kernel, or several.
    """
    seen: list[tuple[Any, ...]] = []
    original = cl.enqueue_nd_range_kernel

    def noted(queue: Any, kernel: Any, size: Any, group: Any, *rest: Any, **options: Any) -> Any:
        # A copy keeps its arguments: other calls set those of the kernel anew.
        seen.append((kernel.clone(), size, group))
        return original(queue, kernel, size, group, *rest, **options)

    call()
    with mock.patch.object(cl, "enqueue_nd_range_kernel", noted):
        call()
    queue.finish()
    if len(seen) != 1:
        raise RuntimeError(f"a call made {len(seen)} launches through pyopencl, not 1")
    kernel, size, group = seen[0]
    return lambda: original(queue, kernel, size, group)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print the table, and return the exit status of the process."""
    parser = argparse.ArgumentParser(
        prog="python -m clpool.tools.bench.host", description="What a call costs on the host."
    )
    parser.add_argument("--repeats", type=int, default=300, help="of calls (default: %(default)s)")
    parser.add_argument("--processes", type=int, default=11, help="(default: %(default)s)")
    parser.add_argument("--cold", type=int, default=0, help="processes per first call (default: 0)")
    parser.add_argument("--only", default="", help="first calls whose name contains this")
    parser.add_argument("--json", type=Path, help="where to write the record")
    options = parser.parse_args(arguments)
    about = circumstances(Field.of())
    for name in ("device", "platform", "threads", "cpu", "versions"):
        print(f"{name:<9} {about[name]}")
    print(f"\n{HEADER}")
    rows = []
    for row in (*calls(options.repeats), *processes(options.processes)):
        rows.append(row)
        print(row.line(), flush=True)
    first: list[cold.ColdRow] = []
    if options.cold:
        print(f"\n{cold.HEADER}")
        for found in cold.cold(options.cold, options.only):
            first.append(found)
            print(found.line(), flush=True)
        print(cold.summary(first))
    if options.json:
        record = {"about": about, "rows": [asdict(row) for row in rows]}
        write(options.json, record | {"cold": [asdict(row) for row in first]})
        print(f"\nrecord  {options.json}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
