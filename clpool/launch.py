"""One kernel on one layout: the range and the packed geometry of each part, and its launch."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyopencl as cl

from . import arrays, build
from .geometry import FIELDS, Geometry, Shape
from .spec import KernelSpec
from .tuning import TuningParams

_PACKED = np.dtype([(name, np.int64) for name in FIELDS])


@dataclass(frozen=True)
class Part:
    """One launch of a kernel: its geometry and its range."""

    geometry: Geometry
    divisor: int
    bands: int
    size: Shape
    group: Shape

    def packed(self, x_offset: int, y_offset: int, index_offset: int) -> np.ndarray:
        """The kernel's last argument, offsets counted from the start of each buffer."""
        fields = self.geometry.fields(self.divisor, self.bands)
        fields["x_offset"] += x_offset
        fields["y_offset"] += y_offset
        fields["index_offset"] += index_offset
        return np.array(tuple(fields[name] for name in FIELDS), dtype=_PACKED)


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
    x: np.ndarray,
    results: Sequence[np.ndarray],
    queue: cl.CommandQueue,
    wait_for: Sequence[cl.Event] | None,
) -> None:
    """Pool one part where it lies in the host's memory, and wait for it."""
    x_span, y_span = part.geometry.x_span(), part.geometry.y_span()
    buffers = [arrays.wrap(queue.context, x, x_span, write=False)]
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
    x: np.ndarray,
    results: Sequence[np.ndarray],
    queue: cl.CommandQueue,
    wait_for: Sequence[cl.Event] | None,
) -> None:
    """Pool one part by way of device buffers, and wait for it."""
    flags = cl.mem_flags
    x_span, y_span = part.geometry.x_span(), part.geometry.y_span()
    source = arrays.span_of(x, x_span)
    targets = [arrays.span_of(result, y_span) for result in results]
    try:
        buffers = [cl.Buffer(queue.context, flags.READ_ONLY, source.nbytes)]
        copied = cl.enqueue_copy(queue, buffers[0], source, is_blocking=False, wait_for=wait_for)
        buffers += [cl.Buffer(queue.context, flags.READ_WRITE, t.nbytes) for t in targets]
        packed = part.packed(-x_span[0], -y_span[0], -y_span[0])
        event = launch.enqueue(queue, part, buffers, packed, [copied])
        for target, buffer in zip(targets, buffers[1:], strict=True):
            cl.enqueue_copy(queue, target, buffer, wait_for=[event])
        launch.built.save()
    except BaseException:
        queue.finish()
        raise


def tuned(
    spec: KernelSpec, params: TuningParams, whole: Geometry, parts: list[Geometry], aligned: int
) -> KernelSpec:
    """The spec with its variant, and with vectors where the problem's memory allows them."""
    width, shift, variant, tile = params.width, None, params.variant, params.tile
    if variant == "rows" and spec.layout == "first":
        # The row buffer lies on a thread's stack: 2^14 elements, or no buffer at all.
        stride, reach = spec.stride[-1], spec.dilation[-1] * (spec.kernel[-1] - 1) + 1
        tile = max(min(tile, 2**14 // stride // width * width), width)
        if width * stride + reach > 2**15:
            variant, width = "direct", 1
    if variant == "direct":
        if spec.layout == "last" and whole.inner % width:
            width = 1
        pads = {part.spatial[2].pad % width for part in parts} if spec.layout == "first" else {0}
        fits = width <= aligned and all(part.multiple_of(width) for part in (whole, *parts))
        if width > 1 and fits and len(pads) == 1:
            shift = -pads.pop() % width
    return replace(spec, variant=variant, width=width, tile=tile, shift=shift)


def part_range(spec: KernelSpec, params: TuningParams, geometry: Geometry, divisor: int) -> Part:
    """The range of one part: items and groups of its variant."""
    lines = geometry.spatial[0].n_out * geometry.spatial[1].n_out
    planes = geometry.outer_length
    if spec.variant == "rows":
        bands = min(lines, max(1, -(-params.items // planes)))
        return Part(geometry, divisor, bands, (planes * bands,), (1,))
    width = geometry.spatial[2].n_out
    if spec.layout == "last":
        columns = width * (geometry.inner // spec.width)
    else:
        columns = -(-width // spec.width)
    group = params.group
    size = tuple(-(-n // g) * g for n, g in zip((columns, lines, planes), group, strict=True))
    return Part(geometry, divisor, 1, size, group)
