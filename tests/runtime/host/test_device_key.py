"""The keys of devices, from what drivers say of them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pyopencl as cl
import pytest

from clpool.runtime import cpu, device_key, registers
from clpool.tuning.keys import DeviceKey, word

CPU, GPU, ACCELERATOR = cl.device_type.CPU, cl.device_type.GPU, cl.device_type.ACCELERATOR
POCL = "Portable Computing Language"
EPYC = "cpu family\t: 25\nflags\t\t: fpu avx2\nmodel\t\t: 17\nmodel name\t: AMD EPYC\n" + (
    "vendor_id\t: AuthenticAMD"
)
XEON = "cpu family\t: 6\nmodel\t\t: 143\nvendor_id\t: GenuineIntel"
ARM = "CPU architecture: 8\nCPU implementer\t: 0x41\nCPU part\t: 0xd40"
WINDOWS = "AMD64 Intel64 Family 6 Model 85 Stepping 7, GenuineIntel"


class Device:
    """A device that says of itself what it is told to."""

    def __init__(self, kind: int, platform: str, **said: Any) -> None:
        self.type, self.platform = kind, SimpleNamespace(name=platform)
        self.version, self.vendor, self.driver_version = "OpenCL 3.0", "", "1.0"
        self.max_compute_units, self.native_vector_width_float = 2, 8
        self.__dict__.update(said)


def pocl(target: str, **said: Any) -> Device:
    """One of PoCL's CPUs, which has Intel's number whoever made it."""
    values = {
        "name": "pthread-AMD EPYC",
        "version": f"OpenCL 3.0 PoCL HSTR: {target}",
        "vendor": "AuthenticAMD",
        "vendor_id": 0x8086,
        "driver_version": "3.0-rc2",
    }
    return Device(CPU, POCL, **{**values, **said})


#: A device, the processor that it is on, and its key.
KNOWN = {
    "PoCL 3.0": (
        pocl("pthread-x86_64-unknown-linux-gnu-znver3"),
        EPYC,
        "cpu,AuthenticAMD,znver3,25-17,pocl,2,3.0-rc2",
    ),
    "PoCL 3.1": (
        pocl("pthread-x86_64-pc-linux-gnu-skylake-avx512", driver_version="3.1+debian"),
        EPYC,
        "cpu,AuthenticAMD,skylake-avx512,25-17,pocl,2,3.1+debian",
    ),
    "PoCL on ARM": (
        pocl("cpu-aarch64-unknown-linux-gnu-neoverse-v1", max_compute_units=64),
        ARM,
        "cpu,0x41,neoverse-v1,8-0xd40,pocl,64,3.0-rc2",
    ),
    "PoCL that says little": (
        pocl("pthread", version="OpenCL 1.2 pocl HSTR: pthread-haswell"),
        XEON,
        "cpu,GenuineIntel,haswell,6-143,pocl,2,3.0-rc2",
    ),
    "Intel's runtime": (
        Device(CPU, "Intel(R) OpenCL", name="AMD EPYC", driver_version="2026.22.10.0"),
        EPYC,
        "cpu,AuthenticAMD,AMD-EPYC-512,25-17,intel,2,2026.22.10.0",
    ),
    "llvmpipe": (
        Device(CPU, "rusticl", name="llvmpipe (LLVM 15.0.6, 256 bits)", vendor="Mesa"),
        XEON,
        "cpu,GenuineIntel,llvmpipe-LLVM-15.0.6-256-bits-512,6-143,rusticl,2,1.0",
    ),
    "NVIDIA": (
        Device(
            *(GPU, "NVIDIA CUDA"),
            name="NVIDIA H100 PCIe",
            vendor="NVIDIA Corporation",
            compute_capability_major_nv=9,
            compute_capability_minor_nv=0,
            max_compute_units=114,
            driver_version="550.54.15",
        ),
        EPYC,
        "gpu,nvidia,sm_90,NVIDIA-H100-PCIe,nvidia,114,550.54.15",
    ),
    "AMD": (
        Device(
            *(GPU, "AMD Accelerated Parallel Processing"),
            name="gfx90a:sramecc+:xnack-",
            board_name_amd="AMD Instinct MI210",
            vendor="Advanced Micro Devices, Inc.",
            max_compute_units=104,
            driver_version="3570.0 (HSA1.1,LC)",
        ),
        EPYC,
        "gpu,amd,gfx90a,AMD-Instinct-MI210,amd,104,3570.0-HSA1.1-LC",
    ),
    "AMD by Mesa": (
        Device(
            *(GPU, "rusticl"),
            name="AMD Radeon RX 6800 (radeonsi, navi21, LLVM 15.0.6, DRM 3.49)",
            vendor="AMD",
            max_compute_units=60,
        ),
        EPYC,
        "gpu,amd,navi21,AMD-Radeon-RX-6800-radeonsi-navi21-LLVM,rusticl,60,1.0",
    ),
    "Intel": (
        Device(
            *(GPU, "Intel(R) OpenCL Graphics"),
            name="Intel(R) Arc(TM) A770 Graphics",
            vendor="Intel(R) Corporation",
            ip_version_intel=12 << 22 | 55 << 14 | 8,
            max_compute_units=512,
        ),
        EPYC,
        "gpu,intel,ip-12.55.8,Intel-R-Arc-TM-A770-Graphics,intel,512,1.0",
    ),
    "Apple": (
        Device(GPU, "Apple", name="Apple M1", vendor="Apple", max_compute_units=8),
        ARM,
        "gpu,apple,Apple-M1,Apple-M1,apple,8,1.0",
    ),
    "an unknown vendor": (
        Device(GPU, "MUSA", name="MTT S80", vendor="Moore Threads", max_compute_units=32),
        EPYC,
        "gpu,Moore-Threads,MTT-S80,MTT-S80,MUSA,32,1.0",
    ),
    "Oclgrind": (
        Device(CPU | GPU | ACCELERATOR, "Oclgrind", name="Oclgrind Simulator", vendor="HPC"),
        EPYC,
        "interpreter,HPC,Oclgrind-Simulator,Oclgrind-Simulator,oclgrind,2,1.0",
    ),
    "a card that says nothing": (
        Device(ACCELERATOR, "", name="", driver_version="", max_compute_units=0),
        EPYC,
        "accelerator,unknown,unknown,unknown,unknown,1,unknown",
    ),
}


@pytest.mark.parametrize("which", KNOWN)
def test_keys(which: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The key of each device, from its own words and its processor's."""
    device, processor, key = KNOWN[which]
    monkeypatch.setattr(cpu, "description", lambda: processor)
    monkeypatch.setattr(registers, "register_bytes", lambda device: 64)
    assert str(device_key.key_of.__wrapped__(device)) == key
    assert DeviceKey.parse(key).unit_class == max(device.max_compute_units, 1).bit_length() - 1


def test_processors() -> None:
    """Makers and models of processors, and of none that is known."""
    assert cpu.identity(WINDOWS) == ("GenuineIntel", "6-85")
    assert cpu.identity("") == ("", "")
    assert word(cpu.identity("")[0]) == "unknown"
