"""The key of a device, by which records of tuned kernels are found.

Vendors' numbers are not asked: PoCL reports Intel's on processors of others.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import pyopencl as cl

from ..tuning import CACHES
from ..tuning.keys import DeviceKey, word
from . import cpu, registers
from .capabilities import board_name, is_interpreter, is_pocl

#: Vendors of GPUs, and OpenCL implementations, by words of their names.
_VENDORS = {
    "nvidia": "nvidia",
    "advanced micro": "amd",
    "amd": "amd",
    "intel": "intel",
    "apple": "apple",
    "qualcomm": "qualcomm",
    "arm": "arm",
}
_STACKS = {
    "portable computing": "pocl",
    "intel": "intel",
    "nvidia": "nvidia",
    "amd": "amd",
    "rusticl": "rusticl",
    "clover": "clover",
    "clvk": "clvk",
    "apple": "apple",
    "oclgrind": "oclgrind",
}

#: PoCL's target behind the triple of its platform: ``pthread-x86_64-pc-linux-gnu-znver3``.
_TARGET = re.compile(r"-(?:gnu\w*|musl\w*|darwin[\d.]*|msvc)-(\S+)\s*$")


@lru_cache(CACHES.devices)
def key_of(device: cl.Device) -> DeviceKey:
    """The key of a device."""
    kind = _kind(device)
    vendor, architecture, board = _cpu(device) if kind == "cpu" else _gpu(device)
    return DeviceKey(
        kind=kind,
        vendor=word(vendor),
        architecture=word(architecture),
        board=word(board),
        stack=_named(device.platform.name, _STACKS),
        units=max(device.max_compute_units, 1),
        driver=word(device.driver_version),
    )


def _kind(device: cl.Device) -> str:
    """The kind of a device, one of :data:`clpool.tuning.keys.KINDS`."""
    if is_interpreter(device):
        return "interpreter"
    if device.type & cl.device_type.CPU:
        return "cpu"
    return "gpu" if device.type & cl.device_type.GPU else "accelerator"


def _cpu(device: cl.Device) -> tuple[str, str, str]:
    """The processor's vendor, what its compiler compiles for, and its family and model."""
    vendor, model = cpu.identity(cpu.description())
    if is_pocl(device):
        found = _TARGET.search(device.version) or re.search(r"([^\s-]+)\s*$", device.version)
        return vendor, found[1] if found else "", model
    return vendor, f"{device.name.strip()}-{8 * registers.register_bytes(device)}", model


def _gpu(device: cl.Device) -> tuple[str, str, str]:
    """The vendor of a GPU, its instruction set, and its name."""
    name = device.name.strip()
    vendor = _named(device.vendor, _VENDORS)
    return vendor, _architecture(device, name), board_name(device) or name


def _architecture(device: cl.Device, name: str) -> str:
    """The instruction set of a GPU; its name, where the driver does not say."""
    major = _asked(device, "compute_capability_major_nv")
    if major is not None:
        return f"sm_{major}{_asked(device, 'compute_capability_minor_nv') or 0}"
    if found := re.search(r"\bgfx[0-9a-f]+\b", name):
        return found[0]
    version = _asked(device, "ip_version_intel")
    if version:
        return f"ip-{version >> 22}.{version >> 14 & 0xFF}.{version & 0x3FFF}"
    if found := re.search(r"\(radeonsi, (\w+)", name):
        return found[1]
    return name


def _asked(device: cl.Device, name: str) -> Any:
    """A vendor's property; None on other devices."""
    try:
        return getattr(device, name)
    except (cl.Error, AttributeError):
        return None


def _named(text: str, names: dict[str, str]) -> str:
    """The short name of the first known word that a text has; else the text itself."""
    low = text.lower()
    found = (short for known, short in names.items() if re.search(rf"\b{known}\b", low))
    return next(found, word(text))
