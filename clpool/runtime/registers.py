"""The vector register width of a device's compiler, which limits kernels' vector widths."""

from __future__ import annotations

import logging
from functools import lru_cache
from typing import Any

import pyopencl as cl

from ..tuning import CACHES
from . import binary_cache, cpu, uncached
from .capabilities import is_pocl

log = logging.getLogger("clpool")

#: Register bytes by the predefined macros of clang's targets, the widest first.
_MACROS = {"__AVX512F__": 64, "__AVX__": 32, "__SSE__": 16, "__ARM_NEON": 16}
#: The narrowest register in bytes that kernels are generated for.
LEAST = 16

_PROBE = "\n".join(
    ["#if 0"]
    + [f"#elif defined({macro})\n#define BYTES {size}" for macro, size in _MACROS.items()]
    + ["#else\n#define BYTES 1\n#endif"]
    + ["__attribute__((reqd_work_group_size(BYTES, 1, 1))) __kernel void registers(void) {}"]
)


@lru_cache(CACHES.devices)
def register_bytes(device: cl.Device) -> int:
    """The bytes of a vector register, as the device's compiler uses them.

    The native vector width is the processor's. A compiler older than the processor may use
    narrower registers: PoCL 3.0 on Zen 4 reports 64 bytes and compiles for 32. PoCL's compiler is
    asked by its predefined macros, read as the required group size of an empty kernel.
    """
    native = 4 * device.native_vector_width_float
    if not is_pocl(device) or native <= LEAST:
        return max(native, LEAST)
    entry = binary_cache.entry_for([_PROBE, *identity(device)], ".registers")
    if entry is not None and entry.exists():
        try:
            return int(binary_cache.read(entry))
        except (OSError, ValueError) as error:
            log.warning("dropping %s (%s); asking the compiler anew", entry, error)
            binary_cache.drop(entry)
    found = min(native, _compiled_for(device) or native)
    if entry is not None:
        binary_cache.write(entry, str(found).encode())
    return found


def identity(device: cl.Device) -> list[str]:
    """The identity of a device and its compiler, for caches that several machines share."""
    platform = device.platform
    found = [platform.name, platform.version, device.name, device.driver_version, device.version]
    return [*found, cpu.description()]


def _compiled_for(device: cl.Device) -> int | None:
    """The register bytes by the compiler's predefined macros; None if it defines none of them."""
    information = cl.kernel_work_group_info.COMPILE_WORK_GROUP_SIZE
    try:
        with uncached.without_caches():
            program = cl.Program(cl.Context([device]), _PROBE).build(["-D_OPENCL_H_"])
        kernel = uncached.kernel(program, "registers")
        required: Any = kernel.get_work_group_info(information, device)
    except cl.Error as error:
        log.debug("the compiler's macros cannot be read: %s", error)
        return None
    return required[0] if required[0] > 1 else None
