"""The accesses of a launch to global memory, noted by a CPU that runs it.

:func:`traced_launch` runs any kernel, :func:`trace_problem` the one that a card gets for a problem,
in the card's work-groups.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pyopencl as cl

from clpool.codegen.pruning import members
from clpool.codegen.render import render
from clpool.codegen.spec import KernelSpec
from clpool.modes import OWN
from clpool.problem.listed import packed
from clpool.problem.problem import Problem
from clpool.problem.window import Shape
from clpool.runtime import uncached
from clpool.schedule.specialise import Part, dense_layout, specialise

from .accesses import Trace
from .devices import Card
from .traced_source import kernel_of, traced

_OPTIONS = ["-cl-std=CL1.2", "-w"]


def traced_launch(
    queue: cl.CommandQueue, source: str, arguments: Mapping[str, Any], size: Shape, group: Shape
) -> Trace:
    """Run a kernel twice, to count its accesses and to note them.

    Args:
        source: of one kernel.
        arguments: by name, as ``cl.Kernel.set_arg`` takes them; arrays become buffers, which are
            not read back.
        size, group: of the launch.

    Raises:
        KeyError: an argument of the kernel is missing.
    """
    context, flags = queue.context, cl.mem_flags
    name, names = kernel_of(source)
    program = cl.Program(context, traced(source))
    with uncached.without_caches():
        program.build(_OPTIONS)
    kernel = uncached.kernel(program, name)
    copied = flags.READ_WRITE | flags.COPY_HOST_PTR
    own = [
        cl.Buffer(context, copied, hostbuf=value) if isinstance(value, np.ndarray) else value
        for value in (arguments[argument] for argument in names)
    ]
    for number, value in enumerate(own):
        kernel.set_arg(number, value)
    items = math.prod(size)
    counts, starts = np.zeros(items, np.uint64), np.zeros(items, np.uint64)
    noted = np.zeros((0, 2), np.uint64)
    for noting in (False, True):
        if noting:
            starts = np.cumsum(counts, dtype=np.uint64) - counts
            noted = np.empty((max(int(counts.sum()), 1), 2), np.uint64)
            counts[:] = 0
        shared = flags.READ_WRITE | flags.USE_HOST_PTR
        buffers = [cl.Buffer(context, shared, hostbuf=array) for array in (counts, starts)]
        buffers.append(cl.Buffer(context, shared, hostbuf=noted) if noting else None)
        for number, buffer in enumerate(buffers, len(names)):
            kernel.set_arg(number, buffer)
        cl.enqueue_nd_range_kernel(queue, kernel, size, group).wait()
        for array, buffer in zip((counts, noted), buffers[::2], strict=True):
            if buffer is not None:
                cl.enqueue_copy(queue, array, buffer).wait()
    return Trace.of(tuple(size), tuple(group), counts, noted[: int(counts.sum())])


def trace_problem(
    queue: cl.CommandQueue,
    problem: Problem,
    card: Card,
    forced: Mapping[str, Any] | None = None,
    arrays: Mapping[str, np.ndarray] | None = None,
) -> tuple[KernelSpec, Part, Trace]:
    """The kernel that a card gets for dense arrays, its launch, and the accesses of that.

    Args:
        queue: of a device that takes the card's work-groups.
        forced: tuning parameters that are not chosen.
        arrays: the kernel's inputs by name; zeros for those that are missing.

    Raises:
        ValueError: the card computes the problem in several launches.
    """
    spec, parts = specialise(problem, card.traits, *dense_layout(problem), dict(forced or {}))
    if len(parts) != 1:
        raise ValueError(f"{card.name} takes {len(parts)} launches; a smaller stand-in takes one")
    (part,), source = parts, render(spec)
    given = {**_arrays(problem, spec), **(arrays or {}), "seed": np.uint64(1)}
    given["g"] = part.packed(members(source))
    return spec, part, traced_launch(queue, source, given, part.size, part.group)


def _arrays(problem: Problem, spec: KernelSpec) -> dict[str, np.ndarray]:
    """Zeros for every array that a kernel may take, and the lists of its windows."""
    exact = np.dtype(spec.accumulator)
    inputs = {name: np.zeros(problem.shape, exact if name in ("mean", "total") else problem.dtype.numpy)
              for name in ("x", "result", "largest", "mean", "total")}
    inputs |= {name: np.zeros(problem.output_shape, problem.dtype.numpy) for name in OWN}
    inputs["chosen"] = np.zeros(problem.shape, problem.chosen or "int32")
    inputs["place"] = np.zeros(problem.output_shape, problem.chosen or "int32")
    if spec.lists:
        bounds = problem.window.bounds(problem.lengths)
        inputs["list"] = packed(bounds, problem.window.counts)
    outputs = dict(zip(("y", "indices"), problem.result_dtypes, strict=False))
    inputs |= {name: np.zeros(problem.output_shape, dtype) for name, dtype in outputs.items()}
    return inputs | {"refused": np.zeros(1, np.int32)}


def stand_in(problem: Problem, planes: int) -> Problem:
    """The same problem on at most so many planes, with rows and channels as they are."""
    shape = list(problem.shape)
    for axis in range(len(shape)):
        channels = axis == len(shape) - 1  # the innermost axis keeps its length
        if axis not in problem.spatial and not channels:
            others = math.prod(n for at, n in enumerate(shape) if at not in (axis, *problem.spatial))
            shape[axis] = max(min(shape[axis], planes // max(others, 1)), 1)
    return replace(problem, shape=tuple(shape))
