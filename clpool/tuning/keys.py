"""The keys of records: a device, a family of problems, and their size on the device."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, NamedTuple

from ..errors import ArgumentValueError

#: Bytes of the last-level cache of a device that does not say.
CACHE_BYTES = 2**20

#: Kinds of devices.
KINDS = ("cpu", "gpu", "accelerator", "interpreter")

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
