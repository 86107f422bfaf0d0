"""Which processor this machine has, where kernels or their choice depend on it."""

from __future__ import annotations

import platform
import re
from functools import cache
from pathlib import Path

#: Processors with defaults of their own (:data:`clpool.tuning.DEFAULTS`), by vendor, family, model.
KNOWN = {("GenuineIntel", 6, 85): "skylake-server"}

#: How lines of ``/proc/cpuinfo`` begin that tell processors apart: of x86, and of ARM.
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
    """The class of devices whose defaults a device is given: "gpu", "cpu", or its processor's.

    Args:
        device_class: "cpu" or "gpu".
    """
    if device_class != "cpu":
        return device_class
    return known(description()) or device_class


def known(text: str) -> str | None:
    """The name of a described processor, None where it has no defaults of its own.

    Args:
        text: of Linux' ``/proc/cpuinfo``, or what :func:`platform.processor` says on Windows.
    """
    vendor = re.search(r"\b(GenuineIntel|AuthenticAMD)\b", text)
    family, model = (
        re.search(rf"\b{name}\s*:?\s*(\d+)", text, re.IGNORECASE) for name in ("family", "model")
    )
    if not (vendor and family and model):
        return None
    return KNOWN.get((vendor[1], int(family[1]), int(model[1])))


@cache
def description() -> str:
    """What the system says of the processor: who made it, which one it is, what it can do."""
    try:
        found = described(Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    except OSError:
        found = ""
    return found or f"{platform.machine()} {platform.processor()}"


def described(text: str) -> str:
    """The lines of Linux' ``/proc/cpuinfo`` that are the same at every start, of every core once.

    Empty where it has none of them: of processors that are neither x86 nor ARM.
    """
    return "\n".join(sorted({line for line in text.splitlines() if line.startswith(_LINES)}))
