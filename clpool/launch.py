"""One kernel on one layout: built, and launched for each part of a problem."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyopencl as cl

from . import arrays, build
from .spec import KernelSpec
from .specialise import Part


class Launch:
    """A kernel and the parts of a problem in one layout; one caller at a time sets arguments."""

    def __init__(self, spec: KernelSpec, parts: list[Part], context: cl.Context) -> None:
        self.spec = spec
        self.parts = parts
        self.built = build.build(spec, context)
        self.kernel = self.built.kernel()
        self.lock = threading.Lock()

    def enqueue(
        self, queue: cl.CommandQueue, part: Part, buffers: Sequence[Any], packed: Any, wait: Any
    ) -> cl.Event:
        """Start one part; returns its event."""
        with self.lock:
            for number, buffer in enumerate(buffers):
                self.kernel.set_arg(number, buffer)
            self.kernel.set_arg(len(buffers), packed)
            return cl.enqueue_nd_range_kernel(
                queue, self.kernel, part.size, part.group, wait_for=wait
            )


def run_wrapped(
    launch: Launch,
    part: Part,
    inputs: Sequence[np.ndarray],
    lists: cl.Buffer | None,
    results: Sequence[np.ndarray],
    queue: cl.CommandQueue,
    wait_for: Sequence[cl.Event] | None,
) -> None:
    """Pool one part where it lies in the host's memory, and wait for it."""
    x_span, y_span = part.geometry.x_span(), part.geometry.y_span()
    buffers = [arrays.wrap(queue.context, x, x_span, write=False) for x in inputs]
    buffers += [] if lists is None else [lists]
    buffers += [arrays.wrap(queue.context, r, y_span, write=True) for r in results]
    packed = part.packed(-x_span[0], -y_span[0], -y_span[0])
    # The caller's memory is in use until the kernel has ended, also if waiting is interrupted.
    try:
        launch.enqueue(queue, part, buffers, packed, wait_for).wait()
        launch.built.save()
    except BaseException:
        queue.finish()
        raise


def run_copied(
    launch: Launch,
    part: Part,
    inputs: Sequence[np.ndarray],
    lists: cl.Buffer | None,
    results: Sequence[np.ndarray],
    queue: cl.CommandQueue,
    wait_for: Sequence[cl.Event] | None,
) -> None:
    """Pool one part by way of device buffers, and wait for it."""
    flags = cl.mem_flags
    x_span, y_span = part.geometry.x_span(), part.geometry.y_span()
    sources = [arrays.span_of(x, x_span) for x in inputs]
    targets = [arrays.span_of(result, y_span) for result in results]
    try:
        read = [cl.Buffer(queue.context, flags.READ_ONLY, source.nbytes) for source in sources]
        copied = [
            cl.enqueue_copy(queue, buffer, source, is_blocking=False, wait_for=wait_for)
            for buffer, source in zip(read, sources, strict=True)
        ]
        read += [] if lists is None else [lists]
        written = [cl.Buffer(queue.context, flags.READ_WRITE, t.nbytes) for t in targets]
        packed = part.packed(-x_span[0], -y_span[0], -y_span[0])
        event = launch.enqueue(queue, part, [*read, *written], packed, copied)
        for target, buffer in zip(targets, written, strict=True):
            cl.enqueue_copy(queue, target, buffer, wait_for=[event])
        launch.built.save()
    except BaseException:
        queue.finish()
        raise
