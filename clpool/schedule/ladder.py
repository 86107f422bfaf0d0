"""The ladder of a problem: its kernels in turn, each simpler than the one before it.

A rung is a set of tuning parameters in place of the chosen ones. The ladder starts with the chosen
kernel and ends with scalar ``direct`` in work-groups of one item.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from ..codegen.spec import KernelSpec
from ..tuning import LADDER, NEVER

if TYPE_CHECKING:
    from .chunks import Chunk

#: Tuning parameters by name, as :func:`clpool.tuning.forced` takes them.
Override = dict[str, Any]


class Rung(NamedTuple):
    """One kernel of a ladder: the override, its spec and its chunks."""

    override: Override
    spec: KernelSpec
    chunks: list[Chunk]


def rungs(
    specialised: Callable[[Override], tuple[KernelSpec, list[Chunk]]],
    tuned: Override | None = None,
) -> Iterator[Rung]:
    """The rungs of a problem that differ in their kernel or their work-group, simplest last.

    Args:
        specialised: the spec and the chunks for given tuning parameters, a pure function.
        tuned: tuning parameters of a rung above the others.
    """
    met = set()
    if tuned:
        spec, chunks = specialised(tuned)
        yield Rung(tuned, spec, chunks)
        met.add((spec, chunks[0].group))
    spec, chunks = specialised({})
    if (spec, chunks[0].group) not in met:
        yield Rung({}, spec, chunks)
        met.add((spec, chunks[0].group))
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
    if spec.variant in ("rows", "runs", "outputs"):
        for width in _halves(spec.width // 2, least=1 if spec.variant == "outputs" else 2):
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
    """Channels per vector of the first ``direct`` kernel."""
    if spec.layout == "first" or spec.variant == "group" or spec.mode.skeleton:
        return 1
    return spec.width if spec.variant == "direct" else min(spec.width, LADDER.direct_width)


def _halves(width: int, least: int) -> Iterator[int]:
    """A power of two, its half, and so on."""
    while width >= least:
        yield width
        width //= 2
