"""Which of several devices a wish names, and which is taken where nobody has a wish."""

from __future__ import annotations

import re
from collections.abc import Sequence

#: Words in the names of devices that stand in for others: emulators, and GPUs that a CPU computes.
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


def rank(kind: str, platform: str, version: str, name: str) -> tuple[bool, int, int, float]:
    """The order of devices, the best one least: GPUs first, stand-ins last.

    Of CPUs Intel's runtime comes before PoCL, and a newer PoCL before an older one.

    Args:
        kind: "GPU", "accelerator", "CPU" or "interpreter".
        platform: the platform's name.
        version: the platform's version, which PoCL's own is a part of.
        name: the device's name.

    Example:
        >>> pocl = "Portable Computing Language"
        >>> new = rank("CPU", pocl, "OpenCL 3.0 PoCL 3.1", "pthread")
        >>> new < rank("CPU", pocl, "OpenCL 3.0 PoCL 3.0-rc2", "pthread")
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


def number_of(wish: str) -> int | None:
    """The number that a wish is, None if it is a part of a name."""
    return int(wish) if re.fullmatch(r"\s*[+-]?\d+\s*", wish) else None


def named(wish: str, names: Sequence[str]) -> int | None:
    """The place of the device that a wish names by its number or by a part of its names.

    Example:
        >>> named("intel", ["PoCL pthread", "Intel(R) OpenCL"]), named("-1", ["PoCL pthread-1"])
        (1, None)
    """
    number = number_of(wish)
    if number is not None:
        return number if 0 <= number < len(names) else None
    found = (place for place, name in enumerate(names) if wish.lower() in name.lower())
    return next(found, None) if wish.strip() else None


def mismatch(source: str, wish: str, listed: Sequence[str]) -> str:
    """What to say of a wish that names none of some devices, which are listed.

    Args:
        source: the argument or variable that the wish came by.
    """
    message = f"{source} {wish!r} matches no device; there are: "
    message += "; ".join(f"{number}: {device}" for number, device in enumerate(listed))
    numbers = number_of(wish) is not None
    return f"{message}; allowed: numbers from 0 to {len(listed) - 1}" if numbers else message
