"""Kernels by hand whose work is known beforehand: the model must tell it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyopencl as cl

from clpool.problem.window import Shape

from .accesses import Trace
from .item import Buffer, Launch
from .traced_launch import traced_launch
from .traced_source import kernel_of

#: An item moves a vector of four, between neighbours of its own.
COPY = """
__kernel void copy(const __global float *restrict x, __global float *restrict y)
{
    const int i = get_global_id(0) * 4;
    *(__global float4 *)(y + i) = *(const __global float4 *)(x + i);
}
"""

#: The same vectors through pointers that only elements are aligned to.
UNALIGNED = COPY.replace("*(__global float4 *)(y + i) = *(const __global float4 *)(x + i)",
                         "vstore4(vload4(0, x + i), 0, y + i)")  # fmt: skip

#: An item moves one element of every two.
EVERY_SECOND = """
__kernel void every_second(const __global float *restrict x, __global float *restrict y)
{
    const int i = get_global_id(0);
    y[i] = x[i * 2];
}
"""

#: One lane of 32 moves a vector.
ONE_LANE = """
__kernel void one_lane(const __global float *restrict x, __global float *restrict y)
{
    const int i = get_global_id(0);
    if (i % 32 != 0) return;
    *(__global float4 *)(y + i / 8) = *(const __global float4 *)(x + i / 8);
}
"""

#: Neighbours exchange elements through local memory, whose words lie two apart.
EXCHANGED = """
__kernel void exchanged(const __global float *restrict x, __global float *restrict y)
{
    const int i = get_global_id(0), item = get_local_id(0);
    __local float kept[512];
    kept[2 * item] = x[i];
    barrier(CLK_LOCAL_MEM_FENCE);
    const __local float *const other = kept + 2 * (item ^ 1);
    y[i] = *other;
}
"""

#: Axis 0 is a row's vectors, axis 1 the rows: what is rounded up to whole work-groups has no work.
ROWS = """
__kernel void rows(
    const __global float *restrict x, __global float *restrict y, const int width, const int rows)
{
    const int column = get_global_id(0) * 4, row = get_global_id(1);
    if (column >= width || row >= rows) return;
    for (int i = column; i < min(column + 4, width); ++i) y[row * width + i] = x[row * width + i];
}
"""

#: The gradient of an average, gathered: an item per element sums over the windows that cover it,
#: and finds them by divisions by numbers that are not known before.
GATHERED = """
__kernel void gathered(
    const __global float *restrict grad, __global float *restrict y, const int4 in, const int4 out,
    const int2 kernel_size, const int2 stride, const int2 pad, const int counts_pad)
{
    const int i = get_global_id(0);
    if (i >= in.x * in.y * in.z * in.w) return;
    const int w = i % in.x + pad.x, h = i / in.x % in.y + pad.y;
    const int channel = i / in.x / in.y % in.z, image = i / in.x / in.y / in.z;
    const int first_w = (w < kernel_size.x) ? 0 : (w - kernel_size.x) / stride.x + 1;
    const int first_h = (h < kernel_size.y) ? 0 : (h - kernel_size.y) / stride.y + 1;
    const int end_w = min(w / stride.x + 1, out.x), end_h = min(h / stride.y + 1, out.y);
    const __global float *plane = grad + (image * in.z + channel) * out.x * out.y;
    float sum = 0;
    for (int oh = first_h; oh < end_h; ++oh) {
        for (int ow = first_w; ow < end_w; ++ow) {
            const int2 begin = (int2)(ow, oh) * stride - pad;
            const int2 end = min(begin + kernel_size, in.xy + pad);
            const int2 padded = end - begin, valid = min(end, in.xy) - max(begin, 0);
            const int2 size = counts_pad ? padded : valid;
            sum += plane[oh * out.x + ow] / (size.x * size.y);
        }
    }
    y[i] = sum;
}
"""


@dataclass(frozen=True)
class KnownLaunch:
    """A kernel by hand and its launch; ``must_move`` are the bytes of its input and its result."""

    source: str
    arguments: dict[str, Any]
    size: Shape
    group: Shape
    must_move: int

    def trace(self, queue: cl.CommandQueue) -> Trace:
        """The accesses."""
        return traced_launch(queue, self.source, self.arguments, self.size, self.group)

    def emulated(self) -> Launch:
        """The launch as emulators take it; arrays hold zeros."""
        size, group = ((*sides, 1, 1)[:3] for sides in (self.size, self.group))
        arguments: list[Buffer | bytes] = []
        for argument in kernel_of(self.source)[1]:
            value = self.arguments[argument.name]
            if argument.pointer:
                results = 0 if argument.constant else value.itemsize
                value = Buffer(argument.name, lambda offset, count: bytes(count), results)
            arguments.append(value.tobytes() if isinstance(value, np.generic) else value)
        groups = tuple(n // g for n, g in zip(size, group, strict=True))
        return Launch(tuple(arguments), group, groups)  # type: ignore[arg-type]


def move(source: str, items: int, read: int, written: int, group: int = 256) -> KnownLaunch:
    """A launch of a kernel that moves ``read`` elements to ``written`` ones."""
    arrays = {"x": np.zeros(read, np.float32), "y": np.zeros(written, np.float32)}
    return KnownLaunch(source, arrays, (items,), (group,), 8 * written)


def rows(width: int, lines: int, group: Shape = (64, 4, 1)) -> KnownLaunch:
    """A copy of rows in a group whose axis 0 lies along them."""
    arrays = {name: np.zeros(width * lines, np.float32) for name in ("x", "y")}
    numbers = {"width": np.int32(width), "rows": np.int32(lines)}
    wanted = zip((-(-width // 4), lines, 1), group, strict=True)
    size = tuple(-(-n // g) * g for n, g in wanted)
    return KnownLaunch(ROWS, arrays | numbers, size, group, 8 * width * lines)


def gathered(side: int, planes: int, kernel: int, stride: int, pad: int) -> KnownLaunch:
    """The gradient of an average of square planes."""
    pooled = (side + 2 * pad - kernel) // stride + 1
    count, fewer = planes * side**2, planes * pooled**2
    arguments = {
        "grad": np.zeros(fewer, np.float32),
        "y": np.zeros(count, np.float32),
        "in": _ints(side, side, planes, 1),
        "out": _ints(pooled, pooled, planes, 1),
        "kernel_size": _ints(kernel, kernel),
        "stride": _ints(stride, stride),
        "pad": _ints(pad, pad),
        "counts_pad": np.int32(1),
    }
    items = -(-count // 256) * 256
    return KnownLaunch(GATHERED, arguments, (items,), (256,), 4 * (count + fewer))


def _ints(*numbers: int) -> bytes:
    """A vector of ints, as an argument."""
    return np.array(numbers, np.int32).tobytes()
