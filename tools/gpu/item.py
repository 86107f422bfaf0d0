"""One work-item of a launch: where it is, what it is given, and a count of what it executes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

#: Instructions after which a work-item is given up.
MOST_STEPS = 3_000_000


class EmulationError(Exception):
    """An instruction that the emulator does not know, or a path without an end."""


@dataclass(frozen=True)
class Buffer:
    """An array in memory: ``content(offset, count)`` are the bytes there before the launch."""

    name: str
    content: Callable[[int, int], bytes]
    items: int = 0  #: bytes of an element, of results


@dataclass(frozen=True)
class Launch:
    """A launch: its arguments (an array, or the bytes of a value), and its groups.

    Args:
        arguments: in the kernel's order.
        group: work-items of a group along each axis.
        groups: the groups along each axis.
    """

    arguments: tuple[Buffer | bytes, ...]
    group: tuple[int, int, int]
    groups: tuple[int, int, int]

    def address(self, number: int) -> int:
        """The address of an argument's array."""
        return (number + 1) << 40

    def packed(self) -> bytes:
        """The arguments in memory, each aligned to its size; that of a structure is 8."""
        found = b""
        for number, argument in enumerate(self.arguments):
            value = argument
            if isinstance(value, Buffer):
                value = self.address(number).to_bytes(8, "little")
            align = min(len(value), 8)
            found += bytes(-len(found) % align) + value
        return found


@dataclass
class Counts:
    """What a work-item executed.

    Args:
        instructions: all of them; of AMD those of the vector units, of Intel per SIMD width.
        scalar: instructions of a scalar unit beside them.
        doubles: those of float64.
        barriers: those of NVIDIA.
        loads, stores: accesses to global memory, by their width in bits.
        results: outputs stored.
    """

    instructions: float = 0
    scalar: float = 0
    doubles: float = 0
    barriers: float = 0
    loads: Counter[int] = field(default_factory=Counter)
    stores: Counter[int] = field(default_factory=Counter)
    results: float = 0

    def scaled(self, by: float, results: float) -> Counts:
        """So many times as much but of stores, for so many results."""
        loads = Counter({bits: round(n * by) for bits, n in self.loads.items()})
        instructions, scalar, doubles, barriers = (
            n * by for n in (self.instructions, self.scalar, self.doubles, self.barriers)
        )
        return Counts(instructions, scalar, doubles, barriers, loads, self.stores, results)

    def add(self, other: Counts) -> None:
        """Add what another work-item executed."""
        self.instructions += other.instructions
        self.scalar += other.scalar
        self.doubles += other.doubles
        self.barriers += other.barriers
        self.loads += other.loads
        self.stores += other.stores
        self.results += other.results


class Memory:
    """Global memory as one work-item sees it, and private and local memory above 2^48."""

    def __init__(self, launch: Launch) -> None:
        self._launch = launch
        self._written: dict[int, int] = {}

    def read(self, address: int, count: int) -> bytes:
        """The bytes at an address, those that were written if any were."""
        before = self._before(address, count)
        if not self._written:
            return before
        written = self._written
        return bytes(written.get(address + i, byte) for i, byte in enumerate(before))

    def write(self, address: int, data: bytes) -> None:
        """Write bytes at an address."""
        for i, byte in enumerate(data):
            self._written[address + i] = byte

    def _before(self, address: int, count: int) -> bytes:
        number, offset = (address >> 40) - 1, address & ((1 << 40) - 1)
        if not 0 <= number < len(self._launch.arguments):
            return bytes(count)
        buffer = self._launch.arguments[number]
        if not isinstance(buffer, Buffer):
            raise EmulationError(f"an access at {address:#x}, in no array")
        return buffer.content(offset, count)

    def stored(self, number: int) -> dict[int, int]:
        """The bytes written into an argument's array, by their offsets."""
        base = self._launch.address(number)
        return {a - base: b for a, b in self._written.items() if 0 <= a - base < 1 << 40}
