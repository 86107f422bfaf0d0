"""The vector registers of a device's compiler, which the widths of kernels' vectors follow."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import pyopencl as cl

from . import device as devices

#: Bytes of a register by the macros of clang's targets, the widest first.
_MACROS = {"__AVX512F__": 64, "__AVX__": 32, "__SSE__": 16, "__ARM_NEON": 16}
#: pyopencl keeps no copy of the probe.
_NO_CACHE: Any = False
#: Bytes of the narrowest register that kernels are made for.
LEAST = 16

_PROBE = "\n".join(
    ["#if 0"]
    + [f"#elif defined({macro})\n#define BYTES {size}" for macro, size in _MACROS.items()]
    + ["#else\n#define BYTES 1\n#endif"]
    + ["__attribute__((reqd_work_group_size(BYTES, 1, 1))) __kernel void registers(void) {}"]
)


@lru_cache(maxsize=16)
def register_bytes(device: cl.Device) -> int:
    """The bytes of a vector register, as the device's compiler uses them.

    The native vector width describes the processor. A compiler older than the processor may use
    narrower registers: PoCL 3.0 on Zen 4 reports 64 bytes and compiles for 32. Its predefined
    macros are read then, as the required group size of an empty kernel.
    """
    native = 4 * device.native_vector_width_float
    if devices.is_pocl(device) and native > LEAST:
        native = min(native, _compiled_for(device) or native)
    return max(native, LEAST)


def _compiled_for(device: cl.Device) -> int | None:
    """The bytes of a register by the compiler's macros; None where it defines none of them."""
    context = cl.Context([device])
    try:
        program = cl.Program(context, _PROBE).build(["-D_OPENCL_H_"], cache_dir=_NO_CACHE)
        kernel = cl.Kernel(program, "registers")
        size = kernel.get_work_group_info(
            cl.kernel_work_group_info.COMPILE_WORK_GROUP_SIZE, device
        )[0]
    except cl.Error:
        return None
    return size if size > 1 else None
