"""Records of tuned kernels: on which device, of which family and size, and which choice won.

A record is a JSON file; ``null`` in place of a winner says that no choice beat the default kernel.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..errors import ArgumentValueError
from .choices import Choice, override_of
from .keys import DeviceKey, Family, SizeClass

__all__ = ["BITS", "REVISION", "SCHEMA", "DeviceKey", "Family", "Record", "SizeClass"]

#: The form of a record's JSON, and the meaning of tuning parameters; records of others are ignored.
SCHEMA, REVISION = 1, 1

#: Whether the winner's results are those of the default kernel bit for bit, or within its bounds.
BITS = ("same", "bounded")


@dataclass(frozen=True)
class Record:
    """What tuning found out about one family and size on one device.

    Args:
        device, family, size: what was measured.
        winner: the choice that beat the default kernel; None, where none did.
        bits: one of :data:`BITS`.
        shape, call, part: of the pooling that was measured; ``part`` counts the kernels of a call.
        facts: of the device: name, platform, cache.
        duel: the ratio of the default's time to the winner's, its interval, pairs, control.
        times: of the default, the winner and a copy, in ms; the first over the second is the duel's
            ratio.
        tried, failed: the candidates, and the failed ones by their state.
        all: every candidate with its state and ratio.
        clpool, date: the version that measured, and when (ISO 8601, UTC).
        revision: see :data:`REVISION`.
    """

    device: DeviceKey
    family: Family
    size: SizeClass
    winner: Choice | None
    bits: str = "same"
    shape: tuple[int, ...] = ()
    call: str = ""
    part: int = 0
    facts: Mapping[str, Any] = field(default_factory=dict)
    duel: Mapping[str, Any] = field(default_factory=dict)
    times: Mapping[str, Any] = field(default_factory=dict)
    tried: int = 0
    failed: Mapping[str, int] = field(default_factory=dict)
    all: tuple[Mapping[str, Any], ...] = ()
    clpool: str = ""
    date: str = ""
    revision: int = REVISION

    @property
    def path(self) -> tuple[str, str, str]:
        """Its place in a folder of records: the device's folder, the family's, the file."""
        return str(self.device), self.family.folder, f"{self.size}.json"

    def to_json(self) -> dict[str, Any]:
        """The values of its JSON."""
        plain = {name: _plain(getattr(self, name)) for name in _PLAIN}
        return {
            "schema": SCHEMA,
            "revision": self.revision,
            "clpool": self.clpool,
            "date": self.date,
            "family": {**self.family._asdict(), "facts": dict(self.family.facts)},
            "size": self.size._asdict(),
            "device": {
                "key": str(self.device),
                **self.facts,
                "driver": self.device.driver,
                "units": self.device.units,
            },
            **plain,
        }

    @classmethod
    def from_json(cls, found: Any) -> Record:
        """The record of the values of its JSON.

        Raises:
            ArgumentValueError: another schema or revision, or a value that none may have.
        """
        known = _of("record", found, dict)
        for name, allowed in (("schema", SCHEMA), ("revision", REVISION)):
            if known.get(name) != allowed:
                raise ArgumentValueError(f"{name} is {known.get(name)!r}; allowed: {allowed}")
        device = dict(_of("device", known.get("device"), dict))
        key = DeviceKey.parse(_of("device.key", device.pop("key", None), str))
        facts = {name: device[name] for name in device if name not in ("driver", "units")}
        values = {name: _of(name, known.get(name), kind) for name, kind in _PLAIN.items()}
        for name in ("shape", "all"):
            values[name] = tuple(values[name])
        return cls(
            device=key,
            family=_family(_of("family", known.get("family"), dict)),
            size=_size(_of("size", known.get("size"), dict)),
            winner=_winner(known.get("winner"), values["bits"]),
            facts=facts,
            clpool=_of("clpool", known.get("clpool"), str),
            date=_of("date", known.get("date"), str),
            **{name: value for name, value in values.items() if name != "winner"},
        )


#: Further values of a record's JSON, and their types.
_PLAIN: dict[str, Any] = {
    "shape": list,
    "call": str,
    "part": int,
    "winner": (dict, type(None)),
    "bits": str,
    "duel": dict,
    "times": dict,
    "tried": int,
    "failed": dict,
    "all": list,
}


def _plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, Mapping):
        return dict(value)
    return [_plain(part) for part in value] if isinstance(value, tuple) else value


def _of(name: str, value: Any, kind: Any) -> Any:
    """A value of the type that it must have."""
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        wanted = getattr(kind, "__name__", "dict or null")
        raise ArgumentValueError(f"{name} must be of type {wanted}, got {value!r:.80}")
    return value


def _family(found: Mapping[str, Any]) -> Family:
    """The family of its JSON."""
    facts = _of("family.facts", found.get("facts"), dict)
    family = Family.of(_of("family.label", found.get("label"), str), facts)
    if found.get("digest") != family.digest:
        raise ArgumentValueError(
            f"family.digest is {found.get('digest')!r}; that of its facts is {family.digest!r}"
        )
    return family


def _size(found: Mapping[str, Any]) -> SizeClass:
    """The size class of its JSON."""
    return SizeClass(*(_of(f"size.{name}", found.get(name), int) for name in SizeClass._fields))


def _winner(found: Any, bits: str) -> Choice | None:
    """The winner of its JSON, checked as far as no device is needed."""
    if bits not in BITS:
        raise ArgumentValueError(f"bits {bits!r} is unknown; allowed: {', '.join(BITS)}")
    override_of(_of("winner", found, (dict, type(None))) or {}, units=1)
    return found or None
