"""The ladder of a problem: its kernels in turn, each simpler than the one before it.

A rung is a set of tuning parameters in place of the chosen ones. The ladder starts with the chosen
kernel and ends with scalar ``direct`` in work-groups of one item.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple

from ..codegen.spec import KernelSpec
from ..tuning import DEFAULTS, LADDER, NEVER

if TYPE_CHECKING:
    from .chunks import Chunk

#: Tuning parameters by name, as :func:`clpool.tuning.forced` takes them.
Override = dict[str, Any]


class Rung(NamedTuple):
    """One kernel of a ladder: the override, its spec and its chunks."""

    override: Override
    spec: KernelSpec
    chunks: list[Chunk]


def rungs(specialised: Callable[[Override], tuple[KernelSpec, list[Chunk]]]) -> Iterator[Rung]:
    """The rungs of a problem that differ in their kernel or their work-group, simplest last.

    Args:
        specialised: the spec and the chunks for given tuning parameters, a pure function.
    """
    spec, chunks = specialised({})
    yield Rung({}, spec, chunks)
    met = {(spec, chunks[0].group)}
    for override in simpler(spec):
        spec, chunks = specialised(override)
        if (spec, chunks[0].group) not in met:
            met.add((spec, chunks[0].group))
            yield Rung(override, spec, chunks)


def simpler(spec: KernelSpec) -> Iterator[Override]:
    """The tuning parameters tried below a spec: ordinary stores, narrower vectors, ``direct``.

    Last come loops instead of sorting networks.

    Example:
        >>> import numpy as np, clpool
        >>> plan = clpool.plan((1, 3, 9, 9), np.float32, (3, 3))
        >>> list(simpler(plan.spec))[-1]["variant"]
        'direct'
    """
    stores = {"nontemporal": NEVER}
    if spec.nontemporal:
        yield stores
    if spec.variant in ("rows", "runs"):
        for width in _halves(spec.width // 2, least=2):
            yield {**stores, "variant": spec.variant, "width": width}
    if spec.template == "scatter_outputs":
        for most in LADDER.groups:
            yield {"variant": "group", "group_limit": most}
    for width in _halves(_direct_width(spec), least=1):
        for most in LADDER.groups:
            yield {**stores, "variant": "direct", "width": width, "group_limit": most}
    if spec.mode.skeleton == "rank":
        for most in LADDER.groups:
            yield {"variant": "direct", "width": 1, "group_limit": most, "network": False}


def _direct_width(spec: KernelSpec) -> int:
    """Outputs per vector of the first ``direct`` kernel: 1 where windows are large or listed."""
    if spec.variant == "direct":
        return spec.width
    if spec.variant == "group" or spec.mode.skeleton:
        return 1
    extent, gpu = spec.dilation[-1] * (spec.kernel[-1] - 1) + 1, DEFAULTS["gpu"]
    small = extent <= gpu.span_extent and prod(spec.kernel) <= gpu.span_taps
    return min(spec.width, LADDER.direct_width) if small or spec.layout == "last" else 1


def _halves(width: int, least: int) -> Iterator[int]:
    """A power of two, its half, and so on."""
    while width >= least:
        yield width
        width //= 2
