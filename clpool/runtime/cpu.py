"""The processor of this machine: its identity, and its class of tuning defaults."""

from __future__ import annotations

import platform
import re
from functools import cache
from pathlib import Path

#: Tuning classes (:data:`clpool.tuning.DEFAULTS`) by vendor, family and model.
KNOWN = {("GenuineIntel", 6, 85): "skylake-server"}

#: The keys of ``/proc/cpuinfo`` that identify a processor: of x86, and of ARM.
_X86 = ("vendor_id", "cpu family", "model", "flags")
_ARM = (
    "CPU implementer",
    "CPU architecture",
    "CPU variant",
    "CPU part",
    "CPU revision",
    "Features",
)
_LINES = _X86 + _ARM


def tuning_class(device_class: str) -> str:
    """The class of tuning defaults of a device: "gpu", "cpu", or its processor's.

    Args:
        device_class: "cpu" or "gpu".
    """
    if device_class != "cpu":
        return device_class
    return known(description()) or device_class


def known(text: str) -> str | None:
    """The tuning class of a described processor; None if it has none of its own.

    Args:
        text: of Linux' ``/proc/cpuinfo``, or of :func:`platform.processor` on Windows.
    """
    vendor = re.search(r"\b(GenuineIntel|AuthenticAMD)\b", text)
    family, model = (
        re.search(rf"\b{name}\s*:?\s*(\d+)", text, re.IGNORECASE) for name in ("family", "model")
    )
    if not (vendor and family and model):
        return None
    return KNOWN.get((vendor[1], int(family[1]), int(model[1])))


def identity(text: str) -> tuple[str, str]:
    r"""The vendor of a described processor, and its family and model; empty where it does not say.

    Args:
        text: see :func:`known`; of ARM's processors the codes of maker and part.

    Example:
        >>> identity("vendor_id : AuthenticAMD\ncpu family : 25\nmodel : 17")
        ('AuthenticAMD', '25-17')
    """
    vendor = re.search(r"\b(GenuineIntel|AuthenticAMD|HygonGenuine|CentaurHauls)\b", text)
    names, number = ("family", "model"), r"\d+"
    if vendor is None:
        vendor = re.search(r"CPU implementer\s*:\s*(\w+)", text)
        names, number = ("CPU architecture", "CPU part"), r"\w+"
    found = (re.search(rf"\b{name}\s*:?\s*({number})", text, re.IGNORECASE) for name in names)
    numbers = "-".join(match[1] for match in found if match)
    return vendor[1] if vendor else "", numbers


@cache
def description() -> str:
    """The system's description of the processor: vendor, model, features."""
    try:
        found = described(Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    except OSError:
        found = ""
    return found or f"{platform.machine()} {platform.processor()}"


def described(text: str) -> str:
    """The identifying lines of Linux' ``/proc/cpuinfo``, sorted, without duplicates.

    Empty for processors that are neither x86 nor ARM.
    """
    return "\n".join(sorted({line for line in text.splitlines() if line.startswith(_LINES)}))
