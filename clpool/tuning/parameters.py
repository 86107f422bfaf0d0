"""The tuning parameters of a kernel, and those that a caller forces."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, fields
from math import prod
from typing import Any

from ..errors import ArgumentValueError
from .thresholds import SCHEDULE, SOURCE, ScheduleThresholds, SourceThresholds

#: direct: an item per output or per small vector of outputs (the GPU shape);
#: rows: an item per band of output rows (the CPU shape); runs: the same, but each output reads its
#: own rows, along them (for lines of few outputs); group: a work-group per output (the GPU shape
#: for windows of many taps); outputs: an item per block of outputs; tile: a work-group per part of
#: a plane, in local memory (the GPU shapes for windows of few taps, and for those that share many).
VARIANTS = ("direct", "rows", "runs", "group", "outputs", "tile")

#: Lanes of OpenCL's widest vector type; wider vectors are for compilers made of clang.
WIDEST_TYPE = 16

#: Lanes of vectors; three are no power of two.
WIDTHS = (1, 2, 4, 8, WIDEST_TYPE, 32, 64)

#: Bytes of the narrowest vector on a CPU, and the registers that one may be spread over.
NARROWEST, SPREAD = 32, 2

#: A number of bytes that no array has: disabled.
NEVER = 2**63


_forced: ContextVar[dict[str, Any] | None] = ContextVar("clpool_forced_tuning", default=None)


@dataclass(frozen=True)
class TuningParams:
    """The mapping of one kernel to a device.

    Args:
        variant: one of :data:`VARIANTS`.
        width: outputs per vector.
        tile: output columns whose reduced rows are held at once (rows).
        items: items that share the output lines of all planes (rows, runs).
        nontemporal: bytes of a result from which on its stores bypass the cache (rows).
        group: work-group size along the row, across rows, across planes (direct); None, by the
            range (:func:`clpool.schedule.launch.group_for`).
        group_limit: work-items of a work-group at most (direct).
        registers: bytes of a vector register of the device's compiler.
        network: whether the keys of small windows are sorted by a network (rank).
        source: numbers that change the kernel's source.
        schedule: numbers that choose among kernels.
    """

    variant: str = "direct"
    width: int = 1
    tile: int = 2048
    items: int = 256
    nontemporal: int = NEVER
    group: tuple[int, int, int] | None = None
    group_limit: int = NEVER
    registers: int = 64
    network: bool = True
    source: SourceThresholds = SOURCE
    schedule: ScheduleThresholds = SCHEDULE

    @property
    def most_items(self) -> int:
        """The work-items of a work-group at most, of ``group`` and ``group_limit``."""
        return self.group_limit if self.group is None else min(self.group_limit, prod(self.group))


@contextmanager
def forced(**params: Any) -> Iterator[None]:
    """Force tuning parameters for every plan made inside the block, in this thread.

    Raises:
        ArgumentValueError: a parameter that does not exist, or a value that none may have.

    Example:
        >>> with forced(variant="rows", width=8):
        ...     pass
    """
    known = [field.name for field in fields(TuningParams)]
    for name in params:
        if name not in known:
            raise ArgumentValueError(f"tuning {name!r} is unknown; allowed: {', '.join(known)}")
    for name, allowed in (("variant", VARIANTS), ("width", WIDTHS)):
        if name in params and params[name] not in allowed:
            raise ArgumentValueError(
                f"{name} {params[name]!r} is unknown; allowed: {', '.join(map(str, allowed))}"
            )
    for name in ("tile", "items", "nontemporal", "registers", "group_limit"):
        if name in params and (not isinstance(params[name], int) or params[name] < 1):
            raise ArgumentValueError(f"{name} must be at least 1, got {params[name]!r}")
    for name, kind in (("source", SourceThresholds), ("schedule", ScheduleThresholds)):
        if not isinstance(params.get(name, kind()), kind):
            raise ArgumentValueError(f"{name} must be {kind.__name__}, got {params[name]!r}")
    token = _forced.set({**(_forced.get() or {}), **params})
    try:
        yield
    finally:
        _forced.reset(token)


def forced_key() -> tuple[tuple[str, Any], ...]:
    """The forced parameters, hashable: a part of every plan's key."""
    params = _forced.get()
    return tuple(sorted(params.items())) if params else ()
