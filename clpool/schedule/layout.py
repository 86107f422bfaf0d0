"""From arrays' strides and a window to a geometry; only the innermost axis must be dense.

Crops, slices and moved axes are offsets and strides. Strides are counted in elements.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ..problem.listed import CoveringWindow
from ..problem.own_window import OwnWindow
from ..problem.problem import Window
from ..problem.window import Shape
from .geometry import Geometry, Level, SpatialAxis

#: Bytes of the coarsest alignment that layouts tell apart, and of the one that nontemporal stores
#: need.
COARSEST, NONTEMPORAL = 64, 16


def innermost(shape: Shape, strides: Shape, spatial: Sequence[int]) -> list[int]:
    """The axes that can serve as the dense innermost one, the likeliest first.

    The last spatial axis makes the layout channels-first, any axis that is not pooled makes it
    channels-last. Empty if no axis is dense: such an array must be copied.
    """
    width = spatial[-1]
    batch = [axis for axis in range(len(shape)) if axis not in spatial]
    found = [width] if strides[width] == 1 else []
    found += [axis for axis in reversed(batch) if strides[axis] == 1 and shape[axis] > 1]
    if shape[width] == 1 and width not in found:
        found.append(width)
    return found


def dense_strides(shape: Shape, like: Shape, inner_axis: int | None) -> Shape:
    """Strides of a dense array whose axes lie in the order of the strides ``like``."""
    others = [axis for axis in range(len(shape)) if axis != inner_axis]
    order = sorted(others, key=lambda axis: -abs(like[axis]) if like[axis] else -math.inf)
    strides = [0] * len(shape)
    stride = 1
    for axis in ([] if inner_axis is None else [inner_axis]) + order[::-1]:
        strides[axis] = stride
        stride *= max(shape[axis], 1)
    return tuple(strides)


def arrange(
    x_shape: Shape,
    x_strides: Shape,
    y_shape: Shape,
    y_strides: Shape,
    spatial: Sequence[int],
    inner_axis: int | None,
    window: Window,
    list_strides: Shape | None = None,
) -> Geometry:
    """The geometry of pooling an array of these strides into one of those.

    ``inner_axis`` is the dense one; with None every axis has a stride, and ``inner`` is 1.
    ``list_strides`` has a stride per axis where planes have lists of their own.
    """
    gradient = window.gradient
    lengths = [(y_shape if gradient else x_shape)[axis] for axis in spatial]
    if isinstance(window, OwnWindow):
        lengths = list(window.lengths)
    flats = [math.prod(lengths[number + 1 :]) for number in range(len(lengths))]
    outputs = [y_shape[axis] for axis in spatial]
    steps = [math.prod(outputs[number + 1 :]) for number in range(len(outputs))]
    axes = [
        replace(
            template,
            n_in=x_shape[axis],
            n_out=y_shape[axis],
            x_stride=x_strides[axis],
            y_stride=y_strides[axis],
            flat_stride=flats[number],
            step=steps[number],
        )
        for number, (axis, template) in enumerate(
            zip(spatial, _axes(window, [x_shape[axis] for axis in spatial]), strict=True)
        )
    ]
    absent = SpatialAxis()
    axes = [absent] * (3 - len(axes)) + axes
    channels_last = inner_axis not in spatial
    lists = (0,) * len(x_shape) if list_strides is None else list_strides
    batch = [
        Level(x_shape[axis], x_strides[axis], y_strides[axis], lists[axis])
        for axis in range(len(x_shape))
        if axis not in spatial and axis != inner_axis and x_shape[axis] > 1
    ]
    if not channels_last:
        axes[2] = replace(axes[2], x_stride=1, y_stride=1)
    return Geometry(
        outer=_merged(batch),
        spatial=(axes[0], axes[1], axes[2]),
        inner=1 if inner_axis is None or not channels_last else x_shape[inner_axis],
        gradient=gradient,
    )


def _axes(window: Window, lengths: Sequence[int]) -> list[SpatialAxis]:
    """The SpatialAxis of each pooled axis, with its offset in the bounds buffer."""
    sliding = window.sliding
    if sliding is None:
        bounds = window.bounds(lengths) or (None,) * window.ndim
        kernel = getattr(window, "kernel", None) or lengths
        extents = [
            size if own is None else int((own[..., 1] - own[..., 0]).max(initial=0))
            for own, size in zip(bounds, kernel, strict=True)
        ]
        axes = [
            SpatialAxis(window=window.kind, bounds=own, extent=extent)
            for own, extent in zip(bounds, extents, strict=True)
        ]
        listed = window.kind == "listed" and not isinstance(window, OwnWindow)
        sizes = [2 * outputs * listed for outputs in window.output_shape(lengths)]
    else:
        gathered = isinstance(window, (CoveringWindow, OwnWindow))
        original: Sequence[int] = getattr(window, "lengths", lengths)
        numbers = zip(original, sliding.pads(original), sliding.stride, sliding.extent, strict=True)
        axes = [
            SpatialAxis(
                pad=begin,
                padded_end=i + end * (not gathered),
                stride=stride,
                extent=extent,
                window=window.kind,
            )
            for i, (begin, end), stride, extent in numbers
        ]
        sizes = [0] * window.ndim
    if isinstance(window, OwnWindow):
        pads = (a.pad - first * a.stride for a, first in zip(axes, window.first, strict=True))
        axes = [replace(a, pad=pad, window="own") for a, pad in zip(axes, pads, strict=True)]
    at = 0
    for number, size in enumerate(sizes):
        counts = window.counts[number] if window.counts else np.empty(0)
        axes[number] = replace(axes[number], list_at=at, count_at=at + size, counted=counts.ndim)
        at += size + counts.size
    return axes


def _merged(levels: list[Level]) -> tuple[Level, ...]:
    """Outer axes, the largest stride first; contiguous axes are merged."""
    merged: list[Level] = []
    for level in sorted(levels, key=lambda level: -abs(level.y_stride)):
        last = merged[-1] if merged else None
        if (
            last
            and last.x_stride == level.x_stride * level.length
            and last.y_stride == level.y_stride * level.length
            and last.list_stride == level.list_stride * level.length
        ):
            merged[-1] = replace(level, length=last.length * level.length)
        else:
            merged.append(level)
    return tuple(merged)
