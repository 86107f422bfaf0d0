"""The traits of a device, read once from its properties and its compiler."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import Any

import numpy as np
import pyopencl as cl

from ..schedule.device_traits import DeviceTraits, KernelLimits
from ..tuning import CACHES
from . import cpu, registers
from .capabilities import (
    board_name,
    device_class,
    dialect,
    has_fp64,
    is_interpreter,
    page_bytes,
    type_name,
    zero_copy_bytes,
)
from .device import queue_on

#: Element types whose native vectors' lanes are read.
_LANES = ("char", "short", "int", "long", "half", "float", "double")
#: The properties of the SIMD width (work-items in lockstep), by vendor.
_SIMD = ("warp_size_nv", "wavefront_width_amd")


@lru_cache(CACHES.devices)
def traits_of(device: cl.Device) -> DeviceTraits:
    """The traits of a device."""
    kind = device_class(device)
    single: Any = device.single_fp_config
    flags = cl.device_fp_config
    return DeviceTraits(
        name=device.name.strip(),
        vendor=device.vendor.strip(),
        board=board_name(device),
        driver=device.driver_version.strip(),
        platform=device.platform.version.strip(),
        c_version=device.opencl_c_version.strip(),
        type=type_name(device),
        device_class=kind,
        tuning_class=cpu.tuning_class(kind),
        dialect=dialect(device),
        register_bytes=registers.register_bytes(device),
        native_widths=tuple(getattr(device, f"native_vector_width_{name}") for name in _LANES),
        simd_width=next((n for name in _SIMD if (n := _property(device, name, 0))), 0),
        units=device.max_compute_units,
        clock_mhz=device.max_clock_frequency,
        max_group=device.max_work_group_size,
        max_items=tuple(device.max_work_item_sizes),
        parameter_bytes=device.max_parameter_size,
        local_bytes=device.local_mem_size,
        memory_bytes=device.global_mem_size,
        cache_bytes=device.global_mem_cache_size,
        allocation_bytes=device.max_mem_alloc_size,
        page_bytes=page_bytes(device),
        zero_copy_bytes=zero_copy_bytes(device),
        fp64=has_fp64(device),
        fp16="cl_khr_fp16" in device.extensions,
        denormals=bool(single & flags.DENORM),
        exact_division=bool(single & flags.CORRECTLY_ROUNDED_DIVIDE_SQRT),
        interpreter=is_interpreter(device),
        shares_host_memory=partial(shares_host_memory, device),
    )


def limits_of(kernel: cl.Kernel, device: cl.Device) -> KernelLimits:
    """The limits of a built kernel.

    Raises:
        pyopencl.Error: the driver does not report them.
    """
    asked = cl.kernel_work_group_info
    group: Any = kernel.get_work_group_info(asked.WORK_GROUP_SIZE, device)
    multiple: Any = kernel.get_work_group_info(asked.PREFERRED_WORK_GROUP_SIZE_MULTIPLE, device)
    private: Any = kernel.get_work_group_info(asked.PRIVATE_MEM_SIZE, device)
    local: Any = kernel.get_work_group_info(asked.LOCAL_MEM_SIZE, device)
    return KernelLimits(group, multiple, private, local)


def _property(device: cl.Device, name: str, missing: Any) -> Any:
    """A vendor's property, or ``missing`` on other devices."""
    try:
        return getattr(device, name)
    except (cl.Error, AttributeError):
        return missing


@lru_cache(CACHES.devices)
def shares_host_memory(device: cl.Device) -> bool:
    """Whether kernels read and write wrapped numpy arrays in place, by a test on the device.

    The device and the host write in turn, without mapping, to buffers over two arrays at odd
    addresses; if either misses the other's writes, arrays must be copied.
    """
    if device_class(device) != "cpu":
        return False
    queue = queue_on(device)
    flags = cl.mem_flags.READ_WRITE | cl.mem_flags.USE_HOST_PTR
    memory = np.zeros((2, 1028), np.float32)
    source, target = memory[0, 1:1025], memory[1, 3:1027]
    try:
        source_buffer = cl.Buffer(queue.context, flags, hostbuf=source)
        target_buffer = cl.Buffer(queue.context, flags, hostbuf=target)
        for value in (1.0, 2.0):
            source[:] = value
            cl.enqueue_copy(queue, target_buffer, source_buffer).wait()
            if not (target == value).all():
                return False
    except cl.Error:
        return False
    return True
