"""Which processor this machine has, where kernels or their choice depend on it."""

from __future__ import annotations

import platform
import re
from functools import cache
from pathlib import Path

#: Processors with defaults of their own (:data:`clpool.tuning.DEFAULTS`), by vendor, family, model.
KNOWN = {("GenuineIntel", 6, 85): "skylake-server"}


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
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return f"{platform.machine()} {platform.processor()}"
    wanted = ("vendor_id", "cpu family", "model", "flags")
    return "\n".join(sorted({line for line in lines if line.startswith(wanted)}))
