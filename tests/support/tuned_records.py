"""Records of fictive devices, and sets of them in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from clpool.tuning.keys import DeviceKey, Family, SizeClass
from clpool.tuning.records import Record

FAMILY = Family.of("max 3x3 s2 float32 first", {"mode": {"name": "max"}, "kernel": [3, 3]})
OTHER_FAMILY = Family.of("avg 2x2 s2 float32 first", {"mode": {"name": "avg"}, "kernel": [2, 2]})
SIZE = SizeClass(5, 9, 1)


def record(
    device: str | DeviceKey,
    winner: dict[str, Any] | None,
    size: tuple[int, int, int] = SIZE,
    family: Family = FAMILY,
    **values: Any,
) -> Record:
    """A record of a device, that is a key or its text."""
    key = device if isinstance(device, DeviceKey) else DeviceKey.parse(device)
    return Record(key, family, SizeClass(*size), winner, **values)


@dataclass
class Memory:
    """A set of records that lies in no folder.

    Args:
        broken: records that cannot be read.
    """

    name: str
    records: Sequence[Record]
    broken: list[Record] = field(default_factory=list)

    def devices(self) -> list[DeviceKey]:
        """The devices that it has records of."""
        return list(dict.fromkeys(known.device for known in self.records))

    def sizes(self, device: DeviceKey, family: Family) -> list[SizeClass]:
        """The sizes of a family on a device."""
        return [r.size for r in self.records if (r.device, r.family) == (device, family)]

    def read(self, device: DeviceKey, family: Family, size: SizeClass) -> Record | None:
        """The record of a device, a family and a size."""
        (found,) = (
            r for r in self.records if (r.device, r.family, r.size) == (device, family, size)
        )
        return None if found in self.broken else found
