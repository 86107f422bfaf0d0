"""The preference order of devices, and the selection of one by number or name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

#: Words in the names of emulators and of software GPUs.
STAND_INS = (
    "oclgrind",
    "fpga emulation",
    "llvmpipe",
    "softpipe",
    "swrast",
    "swiftshader",
    "basic render",
)
#: Platforms that list a GPU once more, over another interface; those that drive several vendors'.
DUPLICATES = ("openclon12", "clover")
SHARED_DRIVERS = ("rusticl", "clvk", "portable computing")
#: Lanes of a compute unit, by words of a vendor's name; of a vendor that is not named, 16.
LANES = {"nvidia": 128, "advanced micro": 64, "amd": 64, "apple": 128, "intel": 8}
_TYPES = ("GPU", "accelerator", "CPU")


@dataclass(frozen=True)
class DeviceFacts:
    """The facts that devices are ordered and named by.

    Args:
        type: "GPU", "accelerator", "CPU" or "interpreter".
        platform, version: the platform's name and version, which PoCL's own is a part of.
        name, vendor: as the device says; ``board``, the name its maker sells it by, or "".
        shares_memory: whether its memory is the host's: an integrated GPU's is.
        units: compute units; ``clock_mhz``, their highest clock.
    """

    type: str
    platform: str
    version: str
    name: str
    vendor: str = ""
    board: str = ""
    shares_memory: bool = False
    units: int = 1
    clock_mhz: int = 0

    @property
    def names(self) -> str:
        """The names that a part of one selects the device by."""
        return " ".join((self.platform, self.version, self.name, self.board))

    @property
    def speed(self) -> int:
        """Lanes · MHz of all units, to compare GPUs by."""
        vendor = self.vendor.lower()
        lanes = next((n for word, n in LANES.items() if word in vendor), 16)
        return self.units * lanes * max(self.clock_mhz, 1)


def preference(device: DeviceFacts) -> tuple[float, ...]:
    """The sort key of a device, least for the best: GPUs first, emulators last.

    Among GPUs a dedicated one is before an integrated one, a vendor's own driver before one for
    several vendors, then the faster one. Among CPUs Intel's runtime is before PoCL, and a newer
    PoCL before an older one. Before emulators and software GPUs come duplicates of real ones.

    Example:
        >>> pocl = "Portable Computing Language"
        >>> new = DeviceFacts("CPU", pocl, "OpenCL 3.0 PoCL 3.1", "pthread")
        >>> old = DeviceFacts("CPU", pocl, "OpenCL 3.0 PoCL 3.0-rc2", "pthread")
        >>> preference(new) < preference(old)
        True
    """
    platform, name = device.platform.lower(), device.name.lower()
    place = _TYPES.index(device.type) if device.type in _TYPES else len(_TYPES)
    emulates = any(word in f"{platform} {name}" for word in STAND_INS) or place == len(_TYPES)
    stands_in = 2 if emulates else int(any(word in platform for word in DUPLICATES))
    if device.type == "CPU":
        return stands_in, place, *_cpu(device)
    shared = any(word in platform for word in SHARED_DRIVERS)
    return stands_in, place, device.shares_memory, shared, -device.speed


def _cpu(device: DeviceFacts) -> tuple[float, ...]:
    """The sort key of a CPU among CPUs."""
    pocl = re.search(r"PoCL (\d+)\.(\d+)", device.version)
    if "Intel" in device.platform:
        return 0, 0
    return (1, -(int(pocl[1]) + int(pocl[2]) / 1000)) if pocl else (2, 0)


def number_of(selector: str) -> int | None:
    """The number that a selector is; None if it is a part of a name."""
    return int(selector) if re.fullmatch(r"\s*[+-]?\d+\s*", selector) else None


def named(selector: str, names: Sequence[str]) -> int | None:
    """The position of the first device that a selector names by number or by a part of its names.

    Example:
        >>> named("intel", ["PoCL pthread", "Intel(R) OpenCL"]), named("-1", ["PoCL pthread-1"])
        (1, None)
    """
    number = number_of(selector)
    if number is not None:
        return number if 0 <= number < len(names) else None
    found = (place for place, name in enumerate(names) if selector.lower() in name.lower())
    return next(found, None) if selector.strip() else None


def mismatch(source: str, selector: str, listed: Sequence[str]) -> str:
    """The error message for a selector that names none of the listed devices.

    Args:
        source: the argument or the variable that holds the selector.
    """
    message = f"{source} {selector!r} matches no device; there are: "
    message += "; ".join(f"{number}: {device}" for number, device in enumerate(listed))
    numbers = number_of(selector) is not None
    return f"{message}; allowed: numbers from 0 to {len(listed) - 1}" if numbers else message
