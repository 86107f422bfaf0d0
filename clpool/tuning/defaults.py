"""The parameters that a class of devices has unless they are forced; a pure function.

They are measured on a class of devices, never properties of one card.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf
from typing import Any

from .parameters import NARROWEST, NEVER, SPREAD, TuningParams


@dataclass(frozen=True)
class Defaults:
    """The parameters of a class of devices.

    Args:
        variant: one of :data:`VARIANTS`.
        bytes: bytes of a vector of accumulators; ``bytes_math``, of one that mathematical
            functions are called for.
        widths: lanes of the narrowest and of the widest vector.
        group_taps: the taps from which on a team shares a window; ``alone_taps``, of windows that
            have little to share with their neighbours.
        nontemporal: bytes of a result from which on its stores bypass the cache.
        group: the work-group of ``direct``; None, by the range.
        items: work-items of a range of rows, at least; ``items_per_unit``, of a compute unit.
    """

    variant: str
    bytes: int
    bytes_math: int
    widths: tuple[int, int]
    group_taps: float = inf
    alone_taps: float = inf
    nontemporal: int = NEVER
    group: tuple[int, int, int] | None = None
    items: int = 256
    items_per_unit: int = 8


#: CPU: vectors of a cache line, and of half of one where mathematical functions are called; GPU:
#: loads of 16 bytes.
_CPU = Defaults(
    "rows", bytes=64, bytes_math=32, widths=(2, 64), nontemporal=2**23, group=(64, 4, 1)
)
DEFAULTS = {
    "cpu": _CPU,
    # A store past the cache holds one of a core's few line buffers until it is in memory.
    "skylake-server": replace(_CPU, nontemporal=NEVER),
    "gpu": Defaults(
        "outputs",
        bytes=16,
        bytes_math=16,
        widths=(2, 4),
        group_taps=512,
        alone_taps=32,
    ),
}


def choose(
    device_class: str,
    size: int,
    taps: int,
    uses_math: bool,
    override: dict[str, Any],
    alone: bool = False,
    registers: int = 64,
    spread: bool = False,
    units: int = 1,
) -> TuningParams:
    """The variant and its parameters for one class of problem on one class of device.

    Args:
        device_class: one of :data:`DEFAULTS`; see :func:`clpool.runtime.cpu.tuning_class`.
        size: bytes of one accumulator, or of a position where those are carried along.
        taps: taps of one window.
        uses_math: whether the mode calls mathematical functions, which PoCL 3.0 dies of for vectors
            of 64 bytes.
        override: parameters that are forced.
        alone: whether the windows of a line have little to share.
        registers: bytes of a vector register, see :func:`clpool.runtime.registers.register_bytes`.
        spread: whether vectors are spread over :data:`SPREAD` registers.
        units: compute units of the device.
    """
    known = DEFAULTS[device_class]
    registers = override.get("registers", registers)
    most = max(registers * (SPREAD if spread else 1), NARROWEST)
    lanes = min(known.bytes_math if uses_math else known.bytes, most) // size
    lanes = min(max(lanes, known.widths[0]), known.widths[1])
    variant = "runs" if known.variant == "rows" and alone else known.variant
    if taps >= (known.alone_taps if alone else known.group_taps):
        variant = "group"
    params = TuningParams(
        variant=variant,
        width=lanes,
        items=max(known.items, known.items_per_unit * units),
        nontemporal=known.nontemporal,
        group=known.group,
        registers=registers,
    )
    return replace(params, **override)
