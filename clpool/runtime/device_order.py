"""The preference order of devices, and the selection of one by number or name."""

from __future__ import annotations

import re
from collections.abc import Sequence

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
_TYPES = ("GPU", "accelerator", "CPU")


def preference(kind: str, platform: str, version: str, name: str) -> tuple[bool, int, int, float]:
    """The sort key of a device, least for the best: GPUs first, emulators last.

    Among CPUs Intel's runtime is before PoCL, and a newer PoCL before an older one.

    Args:
        kind: "GPU", "accelerator", "CPU" or "interpreter".
        platform: the platform's name.
        version: the platform's version, which PoCL's own is a part of.
        name: the device's name.

    Example:
        >>> pocl = "Portable Computing Language"
        >>> new = preference("CPU", pocl, "OpenCL 3.0 PoCL 3.1", "pthread")
        >>> new < preference("CPU", pocl, "OpenCL 3.0 PoCL 3.0-rc2", "pthread")
        True
    """
    words = f"{platform} {name}".lower()
    stands_in = kind not in _TYPES or any(word in words for word in STAND_INS)
    place = _TYPES.index(kind) if kind in _TYPES else len(_TYPES)
    pocl = re.search(r"PoCL (\d+)\.(\d+)", version)
    if kind != "CPU":
        return stands_in, place, 0, 0
    if "Intel" in platform:
        return stands_in, place, 0, 0
    if pocl:
        return stands_in, place, 1, -(int(pocl[1]) + int(pocl[2]) / 1000)
    return stands_in, place, 2, 0


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
