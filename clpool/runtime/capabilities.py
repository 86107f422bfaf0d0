"""The capabilities of an OpenCL device that do not follow from one of its properties alone."""

from __future__ import annotations

from typing import Any

import pyopencl as cl


def is_interpreter(device: cl.Device) -> bool:
    """Whether the device claims to be every type at once, as the interpreter Oclgrind does."""
    return bool(device.type & cl.device_type.CPU and device.type & cl.device_type.GPU)


def is_pocl(device: cl.Device) -> bool:
    """Whether the device is one of PoCL's."""
    return "Portable Computing" in device.platform.name


def device_class(device: cl.Device) -> str:
    """The class ("cpu" or "gpu") that variants and tuning are chosen by."""
    return "cpu" if device.type & cl.device_type.CPU and not is_interpreter(device) else "gpu"


def dialect(device: cl.Device) -> str:
    """Which vector constructs the device's compiler takes: see ``kernels/dialects``."""
    clang = is_pocl(device) or "Intel" in device.platform.name
    if device_class(device) == "cpu" and clang:
        return "clang"
    return "portable"


def has_fp64(device: cl.Device) -> bool:
    """Whether the device computes in double precision."""
    return bool(device.double_fp_config) if "cl_khr_fp64" in device.extensions else False


def page_bytes(device: cl.Device) -> int:
    """Bytes of whose multiples memory must begin, so that the device wraps it without a copy.

    Intel's runtime wraps whole pages; PoCL takes any address.
    """
    return 4096 if "Intel" in device.platform.name and device_class(device) == "cpu" else 1


def type_name(device: cl.Device) -> Any:
    """The kind of a device: "GPU", "CPU", "accelerator", or "interpreter"."""
    if is_interpreter(device):
        return "interpreter"
    names = {cl.device_type.GPU: "GPU", cl.device_type.CPU: "CPU"}
    return next((name for kind, name in names.items() if device.type & kind), "accelerator")
