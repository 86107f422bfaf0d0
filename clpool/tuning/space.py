"""The values of tuning parameters that a tuner tries, by class of device and variant.

Restrictions stand in :mod:`clpool.schedule`: of choices that give one kernel one is kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from .choices import Choice
from .parameters import NEVER

#: How much of a space is tried: one parameter at a time; combinations of those that matter most;
#: these with one of the others each.
EFFORTS = ("quick", "standard", "all")

Values = Mapping[str, tuple[Any, ...]]

_GROUPS: Values = {"group": ((32, 1, 1), (64, 1, 1), (128, 1, 1), (256, 1, 1))}
_ITEMS: Values = {"items_per_unit": (1, 2, 4, 8, 32, 128)}
_VECTORS: Values = {"bytes": (16, 32, 64, 128)}


@dataclass(frozen=True)
class Axes:
    """The values that are tried of one variant's parameters, beside the default ones.

    Args:
        crossed: of parameters that are combined; ``bytes`` of a vector stand for ``width``.
        alone: of parameters that are tried one at a time, or with combinations of the others.
        large: combined too, where results have :data:`LARGE` bytes.
    """

    crossed: Values = field(default_factory=dict)
    alone: Values = field(default_factory=dict)
    large: Values = field(default_factory=dict)

    def choices(self, variant: str, effort: str, large: bool) -> Iterator[Choice]:
        """The choices of a variant, those of fewest parameters first."""
        crossed = {**self.crossed, **(self.large if large else {})}
        alone = dict(self.alone)
        if effort == "quick":
            crossed, alone = {}, {**crossed, **alone}
        combined: list[dict[str, Any]] = [
            {name: value for name, value in zip(crossed, values, strict=True) if value is not None}
            for values in product(*((None, *each) for each in crossed.values()))
        ]
        others = [{name: value} for name, values in alone.items() for value in values]
        if effort == "all":
            others = [{**choice, **other} for choice in combined for other in others]
        for choice in sorted(combined + others, key=len):
            yield {"variant": variant, **choice}


#: Bytes of a result from which on stores past the cache are tried.
LARGE = 2**20
#: Bytes of a vector of a mode that calls mathematical functions, at most: PoCL 3.0 ends the process
#: for longer ones.
MATH_BYTES = 64

SPACES: dict[str, dict[str, Axes]] = {
    "cpu": {
        "rows": Axes(
            crossed={**_VECTORS, **_ITEMS},
            large={"nontemporal": (1, NEVER)},
            alone={
                "tile": (64, 128, 256, 512),
                "source.prefetch_bytes": (1024, 2048, 8192),
                "source.two_rows_lines": (0, 64),
                "source.four_rows_strides": (0, 64),
                "source.register_lines": ((0, 0, 0), (64, 64, 64)),
                "source.van_herk_lines": (3, 64),
                "source.channel_vectors": ((4,), (2,), (1,)),
                "source.listed_vectors": (1, 2, 6),
                "schedule.listed_bytes": (2**13, 2**15),
            },
        ),
        "runs": Axes(
            crossed={**_VECTORS, **_ITEMS}, alone={"source.contiguous_vectors": (2, 4, 16)}
        ),
        "direct": Axes(crossed=_VECTORS),
        "outputs": Axes(),
        "tile": Axes(),
        "group": Axes(),
    },
    "gpu": {
        "outputs": Axes(
            crossed={
                "schedule.item_bytes": (4, 8, 32),
                "schedule.item_registers": (96, 160, 416),
                **_GROUPS,
            },
            alone={
                "schedule.item_steps": (((1,), (1,)), ((1, 2), (1,))),
                "schedule.unaligned_lanes": (1, 2, 8),
                "schedule.listed_rows": ((1,), (2, 1)),
                "schedule.listed_planes": ((1,), (2, 1), (4, 3, 2, 1)),
                "schedule.item_states": (16, 32, 128),
            },
        ),
        "tile": Axes(
            crossed={
                "schedule.tile_elements": (2**11, 2**13),
                "source.group_items": (64, 128),
                "schedule.strips": ((4, 2, 1), (2, 1)),
            },
            alone={"source.tile_loads": (1, 4)},
        ),
        "group": Axes(
            crossed={
                "source.group_items": (64, 128),
                "source.team_taps": (2, 12, 24),
                "schedule.portion_taps": (2**11, NEVER),
            },
            alone={"source.team_loads": (2, 8), "source.team_row": (8, 64)},
        ),
        "direct": Axes(crossed=_GROUPS),
    },
}
