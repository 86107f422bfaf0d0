"""Which device is taken, and which one a wish names."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from clpool.runtime import device_order
from clpool.runtime.device_order import DeviceFacts, preference

INTEL, ARM, AMD = "Intel(R) Corporation", "ARM", "Advanced Micro Devices, Inc."
CUDA, APP, NEO = "NVIDIA CUDA", "AMD Accelerated Parallel Processing", "Intel(R) OpenCL Graphics"
POCL = "Portable Computing Language"
BOARD = "AMD Radeon RX 7900 XTX"


def gpu(platform: str, name: str, vendor: str, units: int, mhz: int, **facts: Any) -> DeviceFacts:
    """A GPU as its driver describes it."""
    return DeviceFacts(
        "GPU", platform, "OpenCL 3.0", name, vendor, units=units, clock_mhz=mhz, **facts
    )


#: As drivers describe them: the one to be taken first comes first.
DEVICES = (
    gpu(CUDA, "NVIDIA GeForce RTX 4090", "NVIDIA Corporation", 128, 2520),
    gpu(APP, "gfx1100", AMD, 48, 2500, board=BOARD),
    gpu(CUDA, "NVIDIA GeForce RTX 3060", "NVIDIA Corporation", 28, 1777),
    gpu("Intel(R) OpenCL HD Graphics", "Intel(R) Arc(TM) A380 Graphics", INTEL, 128, 2450),
    gpu("rusticl", "AMD Radeon RX 7900 XTX (radeonsi)", "AMD", 96, 2500),
    gpu(POCL, "NVIDIA GeForce RTX 3060", "NVIDIA Corporation", 28, 1777),
    gpu(APP, "gfx1036", AMD, 2, 2200, board="AMD Radeon Graphics", shares_memory=True),
    gpu(NEO, "Intel(R) UHD Graphics 620", INTEL, 24, 1000, shares_memory=True),
    gpu("rusticl", "Mesa Intel(R) UHD Graphics 620", "Intel", 24, 1000, shares_memory=True),
    DeviceFacts("accelerator", "Xilinx", "OpenCL 1.0", "xilinx_u250"),
    DeviceFacts("CPU", "Intel(R) OpenCL", "OpenCL 3.1 LINUX", "AMD EPYC"),
    DeviceFacts("CPU", POCL, "OpenCL 3.0 PoCL 10.0  Linux", "cpu-haswell"),
    DeviceFacts("CPU", POCL, "OpenCL 3.0 PoCL 3.1+debian  Linux", "pthread-haswell"),
    DeviceFacts("CPU", POCL, "OpenCL 3.0 PoCL 3.0-rc2  Linux", "pthread-AMD EPYC"),
    DeviceFacts("CPU", APP, "OpenCL 1.2 AMD-APP", "AMD Phenom(tm) II"),
)
DUPLICATES = (
    gpu("OpenCLOn12", "NVIDIA GeForce RTX 4090", "NVIDIA", 1, 12),
    gpu("Clover", "AMD Radeon RX 580 (polaris10)", "AMD", 36, 1340),
)
STAND_INS = (
    gpu("rusticl", "llvmpipe (LLVM 19.1.7, 256 bits)", "Mesa/X.org", 64, 300),
    gpu("OpenCLOn12", "Microsoft Basic Render Driver", "Microsoft", 64, 300),
    DeviceFacts("CPU", "rusticl", "OpenCL 3.0", "llvmpipe (LLVM 15.0.6, 256 bits)"),
    DeviceFacts("CPU", "Clover", "OpenCL 1.1", "swrast"),
    DeviceFacts(
        "accelerator",
        "Intel(R) FPGA Emulation Platform for OpenCL(TM)",
        "OpenCL 1.2",
        "Intel(R) FPGA Emulation Device",
    ),
    DeviceFacts("interpreter", "Oclgrind", "OpenCL 3.0 (Oclgrind 21.10)", "Oclgrind Simulator"),
)


def test_devices_in_the_order_in_which_they_are_taken() -> None:
    """GPUs, dedicated ones first, by their own drivers, the faster first; then CPUs."""
    for listed in (DEVICES, DEVICES[::-1]):
        assert sorted(listed, key=preference) == [*DEVICES]
    for first, second in pairwise(DEVICES):
        assert preference(first) < preference(second), (first, second)


@pytest.mark.parametrize("stand_in", STAND_INS, ids=lambda device: device.name)
def test_what_stands_in_for_a_device_comes_last(stand_in: DeviceFacts) -> None:
    """Emulators and GPUs that a CPU computes, whatever type they say they are."""
    assert all(preference(device) < preference(stand_in) for device in (*DEVICES, *DUPLICATES))


@pytest.mark.parametrize("duplicate", DUPLICATES, ids=lambda device: device.name)
def test_what_is_listed_twice_comes_after_every_device(duplicate: DeviceFacts) -> None:
    """A GPU that another platform lists too, over an interface of its own."""
    assert all(preference(device) < preference(duplicate) for device in DEVICES)


@pytest.mark.parametrize(
    ("wish", "name"),
    [("Radeon", "gfx1100"), ("rx 7900", "gfx1100"), ("gfx1036", "gfx1036"), ("CUDA", "NVIDIA")],
)
def test_a_card_has_the_name_it_is_sold_by(wish: str, name: str) -> None:
    """Where a device is called as its chip, its board's name counts too."""
    place = device_order.named(wish, [device.names for device in DEVICES])
    assert place is not None
    assert DEVICES[place].name.startswith(name)


@pytest.mark.parametrize(
    ("wish", "place"),
    [
        *[("0", 0), ("1", 1), ("+1", 1), (" 1 ", 1), ("2", None), ("-1", None), ("\u00b2", None)],
        *[("ptHREad", 0), ("intel", 1), ("Epyc", 0), ("d-1", 0), ("", None), (" ", None)],
    ],
)
def test_a_wish(wish: str, place: int | None) -> None:
    """A number is nothing else, and a part of a name is found in any case."""
    assert device_order.named(wish, ["PoCL pthread-1 EPYC", "Intel(R) OpenCL EPYC"]) == place


def test_a_wish_that_names_none_is_told_what_there_is() -> None:
    """The devices, and of a number those that are allowed."""
    said = device_order.mismatch("device", "-1", ["PoCL", "Intel"])
    assert said.startswith("device '-1' matches no device; there are: 0: PoCL; 1: Intel; ")
    assert said.endswith("allowed: numbers from 0 to 1")
    assert "allowed" not in device_order.mismatch("device", "nix", ["PoCL", "Intel"])
