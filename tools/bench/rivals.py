"""The contenders: clpool, plain copies, and the rivals that are installed.

A library is a function of a :class:`.problems.Problem` that yields its contenders, and raises
:class:`.contender.Absent` with the reason where it cannot compute the problem.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import numpy as np
import pyopencl as cl
import pyopencl.array as cla

import clpool

from . import runtimes, torch
from .contender import COPY, Contender, Field, Library, channels_first
from .problems import Problem, memory_of


def libraries(field: Field, names: Sequence[str] = ()) -> dict[str, Library]:
    """The libraries by name: clpool, and all rivals or those named, installed or not.

    Raises:
        ValueError: there is no rival of a name.
    """
    rivals: dict[str, Library] = {"torch": torch.contenders}
    if not field.gpu:
        rivals["onnxruntime"] = runtimes.onnxruntime
        rivals["OpenVINO"] = runtimes.openvino
        rivals["JAX"] = runtimes.jax
    unknown = set(names) - set(rivals)
    if unknown:
        raise ValueError(f"no rival is called {', '.join(unknown)}; there are {', '.join(rivals)}")
    return {"clpool": own, **{n: r for n, r in rivals.items() if n in names or not names}}


def call_of(problem: Problem, arrays: dict[str, Any]) -> tuple[str, list[Any], dict[str, Any]]:
    """The name of a function of clpool, its arguments in order, and its options."""
    case = problem.case
    ndim, shape = case.ndim, memory_of(case, np.empty(case.shape, np.int8)).shape
    window = {"kernel_size": case.kernel, "stride": case.stride, "padding": case.padding}
    options: dict[str, Any] = {}
    if case.channels_last:
        options["data_format"] = "channels_last"
    if case.indices:
        options["return_indices"] = True
    given = list(arrays.values())
    name = f"{case.operator}_pool{ndim}d"
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
        name = f"max_unpool{ndim}d"
        options |= {**window, "output_size": case.sizes}
    else:
        options |= {**window, "dilation": case.dilation, "ceil_mode": case.ceil_mode}
        if case.operator.endswith("_backward"):
            name = f"{case.operator.removesuffix('_backward')}_pool{ndim}d_backward"
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
