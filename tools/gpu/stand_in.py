"""A case on fewer planes, with the same kernel and the same rows, and the arrays that it reads."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from clpool import reference
from clpool.codegen.spec import KernelSpec
from clpool.problem.listed import AdaptiveWindow, ListedWindow, fractional_bounds, packed
from clpool.schedule.chunks import Chunk
from clpool.schedule.device_traits import DeviceTraits

from .cases import Case

#: Taps of all outputs of a stand-in, about.
TAPS = 2**18
READING_INDICES = ("max_backward", "adaptive_max_backward", "unpool", "unpool_backward")


def stand_in(
    case: Case, traits: DeviceTraits, forced: Mapping[str, Any] | None = None, taps: int = TAPS
) -> tuple[Case, KernelSpec, Chunk]:
    """The case on so few planes that its outputs have about so many taps, and its launch.

    Its work-groups are those of the whole case, on as much fewer units, so that each has as much
    to do. It has more planes where fewer would get another kernel or tile. All of it is one launch.
    """
    options = dict(forced or {})
    spec, chunks = case.schedule(traits, options)
    batch, channels = case.shape[:2]
    problem = case.problem
    outputs = math.prod(problem.output_shape) // (batch * channels)
    group = {"group": (*chunks[0].group, 1, 1)[:3]}
    planes = max(taps // (outputs * (problem.taps or case.kernel**case.ndim)), 1)
    while planes < batch * channels:
        small = _on_planes(case, 1 << planes.bit_length() - 1)
        part = math.prod(small.shape[:2]) / (batch * channels)
        few = replace(traits, units=max(round(traits.units * part), 1))
        found, (chunk, *more) = small.schedule(few, options | group)
        if not more and (found, *_form(chunk)) == (spec, *_form(chunks[0])):
            return small, found, replace(chunk, launches=())
        planes *= 2
    return case, spec, replace(chunks[0], launches=())


def _form(chunk: Chunk) -> tuple[Any, ...]:
    """What a chunk's work-groups are: their shape, and that of their tiles."""
    blocks = dict(chunk.blocks)
    axes = ("d", "h", "w")
    return chunk.group, [
        blocks.get(name) for name in ("planes", "lines", *(f"tile_{a}" for a in axes))
    ]


def _on_planes(case: Case, planes: int) -> Case:
    """The case on at most so many planes; channels that are innermost keep their number."""
    batch, channels = case.shape[:2]
    kept = channels if case.channels_last else min(channels, planes)
    return replace(case, shape=(min(batch, max(planes // kept, 1)), kept, *case.shape[2:]))


def arrays(case: Case) -> dict[str, np.ndarray]:
    """The arrays of a case whose values decide on the accesses of its kernel.

    They are the bounds of fractional windows, "list", and the indices that a gradient or an
    unpooling reads beside its input.
    """
    if case.operator == "fractional_max":
        axes = zip(case.sizes, case.output, strict=True)
        middle = np.array(0.5, np.float32)
        bounds = [fractional_bounds(n, o, case.kernel, middle) for n, o in axes]
        return {"list": packed(bounds, None)}
    if case.operator not in READING_INDICES:
        return {}
    window: Any = case.window
    if isinstance(window, AdaptiveWindow):
        window = ListedWindow.of(*window.bounds(case.sizes))
    x = np.random.default_rng(0).standard_normal(case.shape, np.float32)
    _, indices = reference.pool(x, window, return_indices=True)
    laid = np.moveaxis(indices, 1, -1) if case.channels_last else indices
    return {"indices": np.ascontiguousarray(laid, np.int64)}
