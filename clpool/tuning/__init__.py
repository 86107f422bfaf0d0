"""Which variant runs, and with which parameters: one pure function of the problem's class.

Numbers here are choices measured on a class of devices, never properties of one card; a test
or a tuner forces its own with :func:`forced`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, fields, replace
from math import inf
from typing import Any

from ..errors import ArgumentValueError

#: direct: an item per output or per small vector of outputs (the GPU shape);
#: rows: an item per band of output rows (the CPU shape); runs: the same, but each output reads its
#: own rows, along them (for lines of few outputs); group: a work-group per output (the GPU shape
#: for windows of many taps).
VARIANTS = ("direct", "rows", "runs", "group")

#: OpenCL's vectors, but for those of three; wider ones are for compilers made of clang.
WIDTHS = (1, 2, 4, 8, 16, 32, 64)

#: Bytes of the narrowest vector on a CPU, and the registers that one may be spread over.
NARROWEST, SPREAD = 32, 2

#: More bytes than there are.
NEVER = 2**63


@dataclass(frozen=True)
class Defaults:
    """What is known of a class of devices, from which one problem's parameters follow.

    Args:
        variant: one of :data:`VARIANTS`.
        bytes: bytes of a vector of accumulators; ``bytes_calling``, of one that mathematical
            functions are called for.
        widths: lanes of the narrowest and of the widest vector.
        span_reach, span_taps: the largest windows whose outputs share a span of registers.
        group_taps: the taps from which on a work-group shares a window.
        stream: bytes of a result from which on its stores bypass the cache.
    """

    variant: str
    bytes: int
    bytes_calling: int
    widths: tuple[int, int]
    span_reach: float = inf
    span_taps: float = inf
    group_taps: float = inf
    stream: int = NEVER


#: CPU: a cache line at once, so that more loads are under way; max 3x3 s2 p1 and 2x2 s2 of
#: (16, 64, 112, 112) on PoCL 3.0 took 4.9 and 4.2 ms with 32 bytes, 4.6 and 3.7 with 64. PoCL 3.0
#: dies of mathematical functions of 64 bytes. Results of 8 MiB are not found in the cache anyway,
#: and past it they are not read before they are written: 48 GB/s instead of 34 on Zen 4. GPU: loads
#: of 16 bytes; not measured yet.
_CPU = Defaults("rows", bytes=64, bytes_calling=32, widths=(2, 64), stream=2**23)
DEFAULTS = {
    "cpu": _CPU,
    # Servers called Skylake and Cascade Lake: a store past the cache holds one of a core's few line
    # buffers until it is in memory. ms past the cache, and through it with lines asked for ahead
    # (PoCL 3.0, two cores): gradient of avg 3x3 s2 5.5, 4.3; of max 8.2, 6.3; max 3x3 s2 with
    # indices 7.5, 5.7; max 3x3 s1 of 56x56 3.0, 2.1; unpooling 10.3, 7.7; avg 2x2 s2 the same.
    "skylake-server": replace(_CPU, stream=NEVER),
    "gpu": Defaults(
        "direct",
        bytes=16,
        bytes_calling=16,
        widths=(2, 4),
        span_reach=8,
        span_taps=64,
        group_taps=512,
    ),
}

_forced: ContextVar[dict[str, Any] | None] = ContextVar("clpool_forced_tuning", default=None)


@dataclass(frozen=True)
class TuningParams:
    """How one kernel lies on a device.

    Args:
        variant: one of :data:`VARIANTS`.
        width: outputs per vector.
        tile: output columns whose reduced rows are held at once (rows).
        items: items that share the output lines of all planes (rows, runs).
        stream: bytes of a result from which on its stores bypass the cache (rows).
        group: work-group size along the row, across rows, across planes (direct).
        registers: bytes of a vector register of the device's compiler.
        network: whether the keys of small windows are sorted by a network (rank).
    """

    variant: str = "direct"
    width: int = 1
    tile: int = 2048
    items: int = 256
    stream: int = NEVER
    group: tuple[int, int, int] = (64, 4, 1)
    registers: int = 64
    network: bool = True


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
    for name in ("tile", "items", "stream", "registers"):
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
    registers: int = 64,
    spread: bool = False,
) -> TuningParams:
    """The variant and its parameters for one class of problem on one class of device.

    Args:
        device_class: one of :data:`DEFAULTS`; see :func:`clpool.runtime.cpu.tuning_class`.
        layout: "first" or "last", the innermost axis: a row, or the channels.
        size: bytes of one accumulator, or of a position where those are carried along.
        reach: elements a window covers along the row.
        taps: taps of one window.
        calls: whether the mode calls mathematical functions, which PoCL 3.0 dies of for vectors
            of 64 bytes.
        wish: parameters that are forced.
        alone: whether the windows of a line have little to share.
        registers: bytes of a vector register, see :func:`clpool.runtime.registers.register_bytes`.
        spread: whether vectors are spread over :data:`SPREAD` registers.
    """
    known = DEFAULTS[device_class]
    registers = wish.get("registers", registers)
    most = max(registers * (SPREAD if spread else 1), NARROWEST)
    lanes = min(known.bytes_calling if calls else known.bytes, most) // size
    lanes = min(max(lanes, known.widths[0]), known.widths[1])
    # Along a row outputs share the span of their windows, while it fits into registers.
    narrow = reach <= known.span_reach and taps <= known.span_taps
    variant = "runs" if known.variant == "rows" and alone else known.variant
    params = TuningParams(
        variant="group" if taps >= known.group_taps else variant,
        width=lanes if layout == "last" or narrow else 1,
        stream=known.stream,
        registers=registers,
    )
    return replace(params, **wish)
