"""Who takes part in the benchmark: clpool, plain copies, and whatever rivals are installed.

A library is a function of a :class:`.bench_problems.Problem` that gives its contenders.
What it cannot do, it says by raising :class:`Absent` with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import pyopencl as cl
import pyopencl.array as cla

import clpool
from clpool.runtime.traits import traits_of

from .bench_cases import Case
from .bench_problems import Problem, memory_of

COPY = "copy"


class Absent(Exception):
    """A library cannot do a case, or is not installed; the message says why."""


@dataclass
class Contender:
    """One way to compute a case, ready to be timed.

    Args:
        library: whose it is: "clpool", "torch", ... or "copy".
        form: what tells a library's contenders apart.
        run: does all the work and returns when it is done.
        results: makes arrays of numpy, channels first, of what ``run`` returned.
        fresh: whether every run makes its results anew.
    """

    library: str
    form: str
    run: Callable[[], Any]
    results: Callable[[Any], list[np.ndarray]] = field(repr=False)
    fresh: bool = False

    @property
    def name(self) -> str:
        """The library and the form."""
        return f"{self.library} {self.form}".strip()


@dataclass(frozen=True)
class Field:
    """Where and with how many threads all take part.

    Args:
        queue: of the OpenCL device.
        gpu: whether that is one, so that rivals run on a GPU too.
        arrays: "numpy", or "device" for arrays of pyopencl.
        threads: for rivals and copies on the CPU: the device's compute units.
    """

    queue: cl.CommandQueue
    gpu: bool
    arrays: str
    threads: int

    @classmethod
    def of(cls, arrays: str = "auto") -> Field:
        """The default device's, with numpy arrays on a CPU and device arrays on a GPU."""
        queue = clpool.runtime.device.default_queue()
        gpu = traits_of(queue.device).device_class == "gpu"
        if arrays == "auto":
            arrays = "device" if gpu else "numpy"
        return cls(queue, gpu, arrays, queue.device.max_compute_units)


Library = Callable[[Problem, Field], Iterator[Contender]]


def libraries(field: Field, names: Sequence[str] = ()) -> dict[str, Library]:
    """What takes part by name: clpool and its rivals, or those named. One not installed says so.

    Raises:
        ValueError: there is no rival of a name.
    """
    from . import bench_runtimes, bench_torch

    rivals: dict[str, Library] = {"torch": bench_torch.contenders}
    if not field.gpu:
        rivals["onnxruntime"] = bench_runtimes.onnxruntime
        rivals["OpenVINO"] = bench_runtimes.openvino
        rivals["JAX"] = bench_runtimes.jax
    unknown = set(names) - set(rivals)
    if unknown:
        raise ValueError(f"no rival is called {', '.join(unknown)}; there are {', '.join(rivals)}")
    return {"clpool": own, **{n: r for n, r in rivals.items() if n in names or not names}}


def channels_first(case: Case, x: np.ndarray) -> np.ndarray:
    """A result that lies in the case's layout, channels first."""
    return np.moveaxis(x, -1, 1) if case.channels_last else x


def call_of(problem: Problem, arrays: dict[str, Any]) -> tuple[str, list[Any], dict[str, Any]]:
    """The name of a function of clpool, its arguments in order, and its options."""
    case = problem.case
    rank, shape = case.rank, memory_of(case, np.empty(case.shape, np.int8)).shape
    window = {"kernel_size": case.kernel, "stride": case.stride, "padding": case.padding}
    options: dict[str, Any] = {}
    if case.channels_last:
        options["data_format"] = "channels_last"
    if case.indices:
        options["return_indices"] = True
    given = list(arrays.values())
    name = f"{case.operator}_pool{rank}d"
    if case.operator in ("global_max", "global_avg"):
        name = f"{case.operator}_pool"
    elif case.operator in ("adaptive_max", "adaptive_avg"):
        given.append(case.output)
    elif case.operator == "fractional_max":
        options |= {"kernel_size": case.kernel, "output_size": case.output}
        options["_random_samples"] = problem.samples
    elif case.operator == "lp":
        options |= {"norm_type": case.norm, "kernel_size": case.kernel, "stride": case.stride}
        options["ceil_mode"] = case.ceil_mode
    elif case.operator == "unpool":
        name = f"max_unpool{rank}d"
        options |= {**window, "output_size": case.sizes}
    else:
        options |= {**window, "dilation": case.dilation, "ceil_mode": case.ceil_mode}
        if case.operator.endswith("_backward"):
            name = f"{case.operator.removesuffix('_backward')}_pool{rank}d_backward"
            given.append(shape)
        elif case.operator == "avg":
            del options["dilation"]
    return name, given, options


def own(problem: Problem, field: Field) -> Iterator[Contender]:
    """clpool: into arrays that are there already, and with fresh results."""
    case, queue = problem.case, field.queue
    arrays: dict[str, Any] = {n: memory_of(case, x) for n, x in problem.sources.items()}
    finish: Callable[[], Any] = _nothing
    if field.arrays == "device":
        arrays = {name: cla.to_device(queue, x) for name, x in arrays.items()}
        finish = queue.finish
    name, given, options = call_of(problem, arrays)
    function = getattr(clpool, name)
    out = function(*given, **options)

    def fetched(found: Any) -> list[np.ndarray]:
        each = found if isinstance(found, (tuple, list)) else [found]
        host = [x if isinstance(x, np.ndarray) else x.get(queue) for x in each]
        return [channels_first(case, x) for x in host]

    def into() -> Any:
        found = function(*given, **options, out=out)
        finish()
        return found

    def fresh() -> Any:
        found = function(*given, **options)
        finish()
        return found

    yield Contender("clpool", "out=", into, fetched)
    yield Contender("clpool", "", fresh, fetched, fresh=True)


def copies(bytes_moved: int, field: Field) -> Iterator[Contender]:
    """Plain copies that read half of these bytes and write the other half."""
    half = max(bytes_moved // 2, 1)
    if field.arrays == "device":
        flags = cl.mem_flags.READ_WRITE
        source, target = (cl.Buffer(field.queue.context, flags, half) for _ in range(2))
        cl.enqueue_fill_buffer(field.queue, source, np.ones(1, np.uint8), 0, half).wait()

        def on_device() -> None:
            cl.enqueue_copy(field.queue, target, source)
            field.queue.finish()

        yield Contender(COPY, "on the device", on_device, _nothing)
        return
    x, y = (np.full(half, n, np.uint8) for n in range(2))
    bounds = [half * n // field.threads for n in range(field.threads + 1)]
    parts = [slice(*pair) for pair in pairwise(bounds)]
    pool = ThreadPoolExecutor(field.threads)

    def by_numpy() -> None:
        # Beyond one thread's worth, waking the others costs less than it brings.
        if half < 1 << 17:
            np.copyto(y, x)
        else:
            list(pool.map(lambda part: np.copyto(y[part], x[part]), parts))

    yield Contender(COPY, "by numpy", by_numpy, _nothing)
    try:
        import torch
    except ImportError:
        return
    torch.set_num_threads(field.threads)
    a, b = torch.from_numpy(x), torch.from_numpy(y)
    yield Contender(COPY, "by torch", lambda: b.copy_(a), _nothing)


def _nothing(found: Any = None) -> list[np.ndarray]:
    return []
