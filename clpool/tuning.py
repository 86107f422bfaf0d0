"""Which variant runs, and with which parameters: one pure function of the problem's class.

Numbers here are choices measured on a class of devices, never properties of one card; a test
or a tuner forces its own with :func:`forced`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, fields, replace
from typing import Any

from .errors import ArgumentValueError

#: direct: an item per output or per small vector of outputs (the GPU shape);
#: rows: an item per band of output rows (the CPU shape); runs: the same, but each output reads its
#: own rows, along them (for lines of few outputs); group: a work-group per output (the GPU shape
#: for windows of many taps).
VARIANTS = ("direct", "rows", "runs", "group")

#: OpenCL's vectors, but for those of three.
WIDTHS = (1, 2, 4, 8, 16)

_forced: ContextVar[dict[str, Any] | None] = ContextVar("clpool_forced_tuning", default=None)


@dataclass(frozen=True)
class TuningParams:
    """How one kernel lies on a device.

    Args:
        variant: one of :data:`VARIANTS`.
        width: outputs per vector.
        tile: output columns whose reduced input row is held at once (rows).
        items: items wanted before a plane's rows are no longer split into bands (rows).
        stream: bytes of a result from which on its stores bypass the cache (rows).
        group: work-group size along the row, across rows, across planes (direct).
    """

    variant: str = "direct"
    width: int = 1
    tile: int = 256
    items: int = 64
    stream: int = 2**23
    group: tuple[int, int, int] = (64, 4, 1)


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
    for name in ("tile", "items", "stream"):
        if name in params and (not isinstance(params[name], int) or params[name] < 1):
            raise ArgumentValueError(f"{name} must be at least 1, got {params[name]!r}")
    token = _forced.set({**(_forced.get() or {}), **params})
    try:
        yield
    finally:
        _forced.reset(token)


def forced_key() -> tuple[tuple[str, Any], ...]:
    """What is forced now, hashable: a part of every plan's key."""
    params = _forced.get()
    return tuple(sorted(params.items())) if params else ()


def choose(
    device_class: str,
    layout: str,
    size: int,
    reach: int,
    taps: int,
    calls: bool,
    wish: dict[str, Any],
    alone: bool = False,
) -> TuningParams:
    """The variant and its parameters for one class of problem on one class of device.

    Args:
        device_class: "cpu" or "gpu".
        layout: "first" or "last", the innermost axis: a row, or the channels.
        size: bytes of one accumulator.
        reach: elements a window covers along the row.
        taps: taps of one window.
        calls: whether the mode calls mathematical functions, which PoCL 3.0 dies of for vectors
            of 64 bytes.
        wish: parameters that are forced.
        alone: whether the windows of a line have little to share.
    """
    if device_class == "cpu":
        # A cache line at once: fewer instructions, so that more loads are under way. Builtins take
        # 32 bytes at most on every implementation. OpenCL ends at 16 lanes.
        width = (32 if calls else 64) // size
        params = TuningParams("runs" if alone else "rows", width=min(max(width, 2), 16))
    else:
        # 16-byte loads; along a row only while the span of four outputs fits in registers.
        width = 4 if size <= 4 else 2
        narrow = reach <= 8 and taps <= 64
        # From here on one item would loop for longer than a group takes to join its findings.
        variant = "group" if taps >= 512 else "direct"
        params = TuningParams(variant, width=width if layout == "last" or narrow else 1)
    return replace(params, **wish)
