"""Records of tuned kernels: on which device, of which family and size, and which choice won.

A record is a JSON file; ``null`` in place of a winner says that no choice beat the default kernel.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, NamedTuple

from ..errors import ArgumentValueError
from .choices import Choice, override_of

#: The form of a record's JSON, and the meaning of tuning parameters; records of others are ignored.
SCHEMA, REVISION = 1, 1

#: Bytes of the last-level cache of a device that does not say.
CACHE_BYTES = 2**20

#: Kinds of devices.
KINDS = ("cpu", "gpu", "accelerator", "interpreter")

#: Whether the winner's results are those of the default kernel bit for bit, or within its bounds.
BITS = ("same", "bounded")

_SEPARATOR = ","
_WORD = re.compile(r"[A-Za-z0-9_+][A-Za-z0-9._+-]*")
_SIZE = re.compile(r"(-?\d+)_(-?\d+)_(-?\d+)")


def word(text: str, most: int = 40) -> str:
    """A text as a part of a file's name: letters, digits, and a hyphen for all else.

    Example:
        >>> word("NVIDIA H100 80GB HBM3"), word("Intel(R) Arc(TM) A770")
        ('NVIDIA-H100-80GB-HBM3', 'Intel-R-Arc-TM-A770')
    """
    found = re.sub(r"[^A-Za-z0-9._+]+", "-", text).strip("-.")
    return found[:most].rstrip("-.") or "unknown"


@dataclass(frozen=True)
class DeviceKey:
    """The identity of a device, by which its records are found.

    Args:
        kind: one of :data:`KINDS`.
        vendor: of the GPU's chip, or of the processor.
        architecture: the instruction set that kernels are compiled for.
        board: the GPU's name, or the processor's family and model.
        stack: the OpenCL implementation.
        units: compute units.
        driver: its version.

    Raises:
        ArgumentValueError: a value that no file's name may have.

    Example:
        >>> str(DeviceKey("cpu", "AuthenticAMD", "znver3", "25-17", "pocl", 2, "3.0-rc2"))
        'cpu,AuthenticAMD,znver3,25-17,pocl,2,3.0-rc2'
    """

    kind: str
    vendor: str
    architecture: str
    board: str
    stack: str
    units: int
    driver: str

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ArgumentValueError(f"kind {self.kind!r} is unknown; allowed: {', '.join(KINDS)}")
        if not isinstance(self.units, int) or self.units < 1:
            raise ArgumentValueError(f"units must be 1 and more, got {self.units!r}")
        for name in ("vendor", "architecture", "board", "stack", "driver"):
            if not _WORD.fullmatch(getattr(self, name)):
                raise ArgumentValueError(
                    f"{name} {getattr(self, name)!r} is no word of letters, digits, '.', '-', "
                    "'_' and '+'"
                )

    @property
    def unit_class(self) -> int:
        """The compute units' power of two, rounded down."""
        return self.units.bit_length() - 1

    def __str__(self) -> str:
        return _SEPARATOR.join(str(getattr(self, part.name)) for part in fields(self))

    @classmethod
    def parse(cls, text: str) -> DeviceKey:
        """The key of a text that :func:`str` made.

        Raises:
            ArgumentValueError: no key has this text.
        """
        parts = text.split(_SEPARATOR)
        if len(parts) != len(fields(cls)) or not re.fullmatch(r"[1-9]\d{0,8}", parts[5]):
            raise ArgumentValueError(
                f"device key {text!r} is not kind,vendor,architecture,board,stack,units,driver"
            )
        kind, vendor, architecture, board, stack, units, driver = parts
        return cls(kind, vendor, architecture, board, stack, int(units), driver)


class SizeClass(NamedTuple):
    """The size of a problem on a device, in powers of two, rounded down.

    Args:
        row: outputs along the dense axis.
        lines: lines of these, of all planes, per compute unit.
        cache: bytes read and written, over those of the last-level cache.
    """

    row: int
    lines: int
    cache: int

    def __str__(self) -> str:
        return f"{self.row}_{self.lines}_{self.cache}"

    @classmethod
    def parse(cls, text: str) -> SizeClass:
        """The class of a text that :func:`str` made.

        Raises:
            ArgumentValueError: no class has this text.

        Example:
            >>> SizeClass.parse("5_9_-2")
            SizeClass(row=5, lines=9, cache=-2)
        """
        found = _SIZE.fullmatch(text)
        if found is None:
            raise ArgumentValueError(f"size class {text!r} is not row_lines_cache")
        return cls(*map(int, found.groups()))

    def is_near(self, other: SizeClass) -> bool:
        """Whether a record of the other class serves this one."""
        return abs(self.row - other.row) <= 1 and self.distance(other) <= 2

    def distance(self, other: SizeClass) -> int:
        """The sum of the differences."""
        return sum(abs(a - b) for a, b in zip(self, other, strict=True))


class Family(NamedTuple):
    """Problems whose kernels differ in tuning and in size alone.

    Args:
        label: its name for people.
        digest: the identity, of the facts.
        facts: what its kernels have in common, as JSON has it.
    """

    label: str
    digest: str
    facts: Mapping[str, Any]

    @classmethod
    def of(cls, label: str, facts: Mapping[str, Any]) -> Family:
        """The family of these facts."""
        return cls(label, digest_of(facts), facts)

    @property
    def folder(self) -> str:
        """The name of its folder of records."""
        return f"{word(self.label, 80)}-{self.digest}"


def digest_of(facts: Mapping[str, Any]) -> str:
    """The digest of facts, in any order."""
    text = json.dumps(facts, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:12]


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
        times: of the default, the winner and a copy, in ms.
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
