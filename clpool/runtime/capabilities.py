"""The capabilities of an OpenCL device that combine several of its properties."""

from __future__ import annotations

import mmap
from typing import Any

import pyopencl as cl

from ..tuning import SOURCE


def is_interpreter(device: cl.Device) -> bool:
    """Whether the device is an interpreter: Oclgrind, which reports every device type at once."""
    return bool(device.type & cl.device_type.CPU and device.type & cl.device_type.GPU)


def is_pocl(device: cl.Device) -> bool:
    """Whether the device is one of PoCL's."""
    return "Portable Computing" in device.platform.name


def device_class(device: cl.Device) -> str:
    """The class ("cpu" or "gpu") that variants and tuning are chosen by.

    A device that calls itself a CPU and has no native vectors, as llvmpipe, runs work-items in
    lockstep as GPUs do.
    """
    if not device.type & cl.device_type.CPU or is_interpreter(device):
        return "gpu"
    vectors = is_pocl(device) or device.native_vector_width_float > 1
    return "cpu" if vectors else "gpu"


def dialect(device: cl.Device) -> str:
    """The vector constructs of the device's compiler, see ``kernels/dialects``."""
    clang = is_pocl(device) or "Intel" in device.platform.name
    if device_class(device) == "cpu" and clang:
        return "clang"
    return "portable"


def has_fp64(device: cl.Device) -> bool:
    """Whether the device computes in double precision."""
    return bool(device.double_fp_config) if "cl_khr_fp64" in device.extensions else False


def page_bytes(device: cl.Device) -> int:
    """The alignment in bytes that the device needs to wrap host memory without a copy.

    Intel's runtime wraps whole pages; PoCL wraps at any address.
    """
    wraps_pages = "Intel" in device.platform.name and device_class(device) == "cpu"
    return SOURCE.page_bytes if wraps_pages else 1


def zero_copy_bytes(device: cl.Device) -> int:
    """The alignment in bytes of host memory that a GPU reads where it lies; 0 if it reads none.

    Intel's driver takes pages, Apple's too, which are larger there.
    """
    if device.type & cl.device_type.CPU or not has_unified_memory(device):
        return 0
    return max(SOURCE.page_bytes, mmap.PAGESIZE, device.mem_base_addr_align // 8)


def board_name(device: cl.Device) -> str:
    """The name that AMD sells a card by, whose device name is that of its chip; else empty."""
    try:
        return str(device.board_name_amd).strip()
    except (cl.Error, AttributeError):
        return ""


def has_unified_memory(device: cl.Device) -> bool:
    """Whether the device's memory is the host's, as an integrated GPU's is."""
    try:
        return bool(device.host_unified_memory)
    except (cl.Error, AttributeError):  # a query that OpenCL 2 deprecates
        return False


def type_name(device: cl.Device) -> Any:
    """The kind of a device: "GPU", "CPU", "accelerator", or "interpreter"."""
    if is_interpreter(device):
        return "interpreter"
    names = {cl.device_type.GPU: "GPU", cl.device_type.CPU: "CPU"}
    return next((name for kind, name in names.items() if device.type & kind), "accelerator")
