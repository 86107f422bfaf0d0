"""The accesses of a launch to global memory, noted by a CPU that runs it.

:func:`traced_launch` runs any kernel, :func:`trace_chunk` a problem's, in a card's work-groups.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyopencl as cl

from clpool.codegen.pruning import members
from clpool.codegen.render import render
from clpool.codegen.spec import KernelSpec
from clpool.problem.listed import packed
from clpool.problem.problem import Problem
from clpool.problem.window import Shape
from clpool.runtime import uncached
from clpool.schedule.chunks import Chunk

from .accesses import Trace
from .traced_source import Argument, kernel_of, traced

_OPTIONS = ["-cl-std=CL1.2", "-w"]

#: Bytes of the types of arrays' elements.
SIZES = {
    **{"char": 1, "uchar": 1, "short": 2, "ushort": 2, "half": 2},
    **{"int": 4, "uint": 4, "float": 4, "long": 8, "ulong": 8, "double": 8},
}


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
    name, takes = kernel_of(source)
    program = cl.Program(context, traced(source))
    with uncached.without_caches():
        program.build(_OPTIONS)
    kernel = uncached.kernel(program, name)
    copied = flags.READ_WRITE | flags.COPY_HOST_PTR
    own = [
        cl.Buffer(context, copied, hostbuf=value) if isinstance(value, np.ndarray) else value
        for value in (arguments[argument.name] for argument in takes)
    ]
    for number, value in enumerate(own):
        kernel.set_arg(number, value)

    def launch(starts: np.ndarray, noted: np.ndarray | None) -> np.ndarray:
        """The accesses of each item, from launching once; also into ``noted``, if it is given."""
        counts = np.zeros(math.prod(size), np.uint64)
        logs = [
            None if log is None else cl.Buffer(context, copied, hostbuf=log)
            for log in (counts, starts, noted)
        ]
        for number, buffer in enumerate(logs, len(takes)):
            kernel.set_arg(number, buffer)
        cl.enqueue_nd_range_kernel(queue, kernel, size, group).wait()
        for log, buffer in zip((counts, noted), logs[::2], strict=True):
            if log is not None and buffer is not None:
                cl.enqueue_copy(queue, log, buffer).wait()
        return counts

    counts = launch(np.zeros(math.prod(size), np.uint64), None)
    total = int(counts.sum())
    noted = np.zeros((max(total, 1), 2), np.uint64)
    launch(np.cumsum(counts, dtype=np.uint64) - counts, noted)
    return Trace.of(tuple(size), tuple(group), counts, noted[:total])


def trace_chunk(
    queue: cl.CommandQueue,
    problem: Problem,
    spec: KernelSpec,
    chunk: Chunk,
    arrays: Mapping[str, np.ndarray],
) -> Trace:
    """The accesses of one launch of a problem, for dense arrays.

    Args:
        queue: of a device that takes the chunk's work-groups.
        spec, chunk: as a card's schedule has them.
        arrays: those whose values decide on what is accessed, see :func:`.stand_in.arrays`; the
            others hold zeros.

    Raises:
        ValueError: the chunk takes several launches.
    """
    if chunk.launches:
        raise ValueError(f"{spec.label} takes {len(chunk.launches)} launches; a stand-in takes one")
    source = render(spec)
    given = {
        argument.name: _value(argument, problem, arrays) for argument in kernel_of(source)[1]
    } | {"g": chunk.packed(members(source))}
    return traced_launch(queue, source, given, chunk.size, chunk.group)


def _value(argument: Argument, problem: Problem, arrays: Mapping[str, np.ndarray]) -> Any:
    """An argument of a problem's kernel: a given array, lists of windows, zeros, or a seed."""
    if not argument.pointer:
        return np.uint64(1)
    if argument.constant and argument.name in arrays:
        return arrays[argument.name]
    if argument.name == "list":
        return packed(problem.window.bounds(problem.lengths), problem.window.counts)
    elements = max(math.prod(problem.shape), math.prod(problem.output_shape))
    return np.zeros(elements * SIZES[argument.type], np.uint8)
