"""Which record serves a family and a size on a device: a pure function, with its steps.

The user's records come before shipped ones; in each, those of the same device and driver, of the
same device under another driver, then of devices of the same architecture with as many units.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple, Protocol

from .choices import Choice, key_of
from .keys import DeviceKey, Family, SizeClass
from .records import Record

#: The likeness of devices, the closest first.
SAME, OTHER_DRIVER, ALIKE = LIKENESS = (
    "this device and driver",
    "this device, another driver",
    "its architecture and class of units",
)


class Store(Protocol):
    """A set of records."""

    @property
    def name(self) -> str:
        """Its name for people."""

    def devices(self) -> Sequence[DeviceKey]:
        """The devices that it has records of."""

    def sizes(self, device: DeviceKey, family: Family) -> Sequence[SizeClass]:
        """The sizes of a family on a device that it has records of."""

    def read(self, device: DeviceKey, family: Family, size: SizeClass) -> Record | None:
        """A record; None where it is of no use."""


class Step(NamedTuple):
    """One step of a lookup.

    Args:
        store: where it looked.
        likeness: one of :data:`LIKENESS`.
        outcome: what it found, in words.
    """

    store: str
    likeness: str
    outcome: str


class Found(NamedTuple):
    """The result of a lookup.

    Args:
        choice: the winner to use; None for the default kernel.
        reason: why, in words.
        record: the record that says so; None where there is none.
        steps: the way to it.
    """

    choice: Choice | None
    reason: str
    record: Record | None
    steps: tuple[Step, ...]


def likeness(key: DeviceKey, other: DeviceKey) -> str | None:
    """How far another device's records serve a device; None, not at all.

    Example:
        >>> key = DeviceKey.parse("gpu,nvidia,sm_90,H100-PCIe,nvidia,114,550.1")
        >>> likeness(key, DeviceKey.parse("gpu,nvidia,sm_90,H100-PCIe,nvidia,114,560.2"))
        'this device, another driver'
    """
    if key == other:
        return SAME
    kind = key.kind, key.vendor, key.stack, key.architecture
    if kind != (other.kind, other.vendor, other.stack, other.architecture):
        return None
    if (key.board, key.units) == (other.board, other.units):
        return OTHER_DRIVER
    known = key.architecture != "unknown" and key.unit_class == other.unit_class
    return ALIKE if known else None


def find(
    key: DeviceKey,
    family: Family,
    size: SizeClass,
    stores: Sequence[Store],
    exact: bool = False,
) -> Found:
    """The choice for a family and a size on a device.

    Args:
        stores: the first one that has a record decides.
        exact: whether winners that change bits of results are left out.
    """
    steps: list[Step] = []
    for store in stores:
        devices = {other: likeness(key, other) for other in store.devices()}
        for level in LIKENESS:
            alike = sorted((d for d, how in devices.items() if how == level), key=str)
            records, outcome = _nearest(store, alike, family, size)
            steps.append(Step(store.name, level, outcome))
            if records:
                return _decided(records, level, exact, steps)
    return Found(None, "no record", None, tuple(steps))


def told(found: Found, places: Mapping[str, object]) -> list[str]:
    """The steps of a lookup and its result, a line each.

    Args:
        places: where each set of records lies, by its name, in the order of the lookup.
    """
    lines = []
    for name, place in places.items():
        steps = [step for step in found.steps if step.store == name]
        lines.append(f"{name:7} {place}{'' if steps else ': not asked'}")
        lines += [f"        {step.likeness}: {step.outcome}" for step in steps]
    chosen = "the default kernel" if found.choice is None else key_of(found.choice)
    return [*lines, f"used    {chosen}: {found.reason}"]


def _nearest(
    store: Store, devices: Sequence[DeviceKey], family: Family, size: SizeClass
) -> tuple[list[Record], str]:
    """The records at the least distance that serve a size, and the outcome in words."""
    if not devices:
        return [], "no records"
    places = [(device, other) for device in devices for other in store.sizes(device, family)]
    if not places:
        return [], f"no record of the family on {_listed(devices)}"
    for distance, group in _by_distance(places, size):
        read = [store.read(device, family, other) for device, other in group]
        if records := [record for record in read if record is not None]:
            sizes = _listed(dict.fromkeys(record.size for record in records))
            whose = _listed(dict.fromkeys(record.device for record in records))
            away = "the same" if distance == 0 else f"at distance {distance}"
            return records, f"size {sizes}, {away}, on {whose}"
    return [], f"sizes {_listed(dict.fromkeys(other for _, other in places))}: none serves {size}"


def _by_distance(
    places: list[tuple[DeviceKey, SizeClass]], size: SizeClass
) -> Iterator[tuple[int, list[tuple[DeviceKey, SizeClass]]]]:
    """The places that serve a size, by their distance to it."""
    near = [place for place in places if size.is_near(place[1])]
    near.sort(key=lambda place: size.distance(place[1]))
    for distance, group in groupby(near, key=lambda place: size.distance(place[1])):
        yield distance, list(group)


def _decided(records: list[Record], level: str, exact: bool, steps: list[Step]) -> Found:
    """The choice of records that are equally near: the default kernel where they disagree."""
    path = tuple(steps)
    for record in records:
        if record.winner is None:
            return Found(None, "the default kernel was not beaten", record, path)
    first = records[0]
    if len({key_of(record.winner or {}) for record in records}) > 1:
        return Found(None, "records that are equally near disagree", first, path)
    if exact and any(record.bits != "same" for record in records):
        return Found(None, "the winner changes bits, which 'exact' excludes", first, path)
    stale = " (stale driver)" if level == OTHER_DRIVER else ""
    return Found(first.winner, f"the winner of a record{stale}", first, path)


def _listed(values: Iterable[object]) -> str:
    """Values with commas between; those after the fourth are counted."""
    texts = [str(value) for value in values]
    more = f" and {len(texts) - 4} more" if len(texts) > 4 else ""
    return ", ".join(texts[:4]) + more
