"""The cards: their traits, by which kernels are scheduled, and their peaks.

The data stand in ``cards.json``: traits as the vendor's OpenCL driver tells them, those of all its
cards under ``drivers``; peaks as the card's maker tells them. Every entry names its sources, and
"estimated" there marks a number without one.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clpool.schedule.device_traits import DeviceTraits

_DATA = Path(__file__).with_name("cards.json")


@dataclass(frozen=True)
class Peaks:
    """The rates of a card.

    Args:
        bandwidth: of its memory, in GB/s.
        ghz: its clock.
        units: the parts that issue instructions: multiprocessors, compute units, execution
            units, cores.
        lanes: lane-instructions of a unit per clock; ``integer_lanes``, of integers;
            ``double_lanes``, of float64, 0 where there is none.
        caches, cache_bytes: its first-level caches, and the bytes of one per clock.
        source: of these numbers.
        local_bytes: of a unit's local memory per clock; 0, where that is in the first-level cache,
            or behind the same port.
    """

    bandwidth: float
    ghz: float
    units: int
    lanes: int
    integer_lanes: int
    double_lanes: int
    caches: int
    cache_bytes: int
    source: str
    local_bytes: int = 0

    @property
    def budget(self) -> float:
        """Lane-instructions per byte of memory at full bandwidth: lanes · units · GHz / (GB/s)."""
        return self.lanes * self.units * self.ghz / self.bandwidth

    @property
    def cache_bandwidth(self) -> float:
        """GB/s of all first-level caches together."""
        return self.caches * self.cache_bytes * self.ghz


@dataclass(frozen=True)
class Card:
    """A card.

    Args:
        name: a short name, a key of :data:`CARDS`.
        traits: as its driver tells them.
        source: of the traits.
        wave: work-items that share an instruction; where the compiler chooses, its usual choice.
        line: the least bytes of a request to memory.
        target: the offline compilers' nearest instruction set, "" where there is none.
        peaks: None of a device that is software.
    """

    name: str
    traits: DeviceTraits
    source: str
    wave: int
    line: int
    target: str = ""
    peaks: Peaks | None = None


def _card(name: str, entry: dict[str, Any], drivers: dict[str, Any]) -> Card:
    """A card from its entry and its driver's."""
    driver = drivers.get(entry.pop("driver", ""), {"source": "", "traits": {}})
    facts = driver["traits"] | entry.pop("traits")
    lists = {key: tuple(value) for key, value in facts.items() if isinstance(value, list)}
    peaks = entry.pop("peaks", None)
    source = entry.pop("source", driver["source"])
    return Card(
        name,
        DeviceTraits(**facts | lists),
        source,
        peaks=Peaks(**peaks) if peaks else None,
        **entry,
    )


def _cards() -> dict[str, Card]:
    """Every card of the data file."""
    data = json.loads(_DATA.read_text(encoding="utf-8"))
    return {name: _card(name, entry, data["drivers"]) for name, entry in data["cards"].items()}


#: The cards by short names.
CARDS: dict[str, Card] = _cards()
