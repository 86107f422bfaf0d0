"""Which device is taken, and which one a wish names."""

from __future__ import annotations

from itertools import permutations

import pytest

from clpool.runtime import device_order

#: Type, platform, version and name, as drivers say them: the one to be taken first comes first.
DEVICES = (
    ("GPU", "NVIDIA CUDA", "OpenCL 3.0 CUDA 12.4.131", "NVIDIA GeForce RTX 4090"),
    ("accelerator", "Xilinx", "OpenCL 1.0", "xilinx_u250"),
    ("CPU", "Intel(R) OpenCL", "OpenCL 3.1 LINUX", "AMD EPYC"),
    ("CPU", "Portable Computing Language", "OpenCL 3.0 PoCL 10.0  Linux", "cpu-haswell"),
    ("CPU", "Portable Computing Language", "OpenCL 3.0 PoCL 3.1+debian  Linux", "pthread-haswell"),
    ("CPU", "Portable Computing Language", "OpenCL 3.0 PoCL 3.0-rc2  Linux", "pthread-AMD EPYC"),
    ("CPU", "AMD Accelerated Parallel Processing", "OpenCL 1.2 AMD-APP", "AMD Phenom(tm) II"),
)
STAND_INS = (
    ("GPU", "rusticl", "OpenCL 3.0", "llvmpipe (LLVM 19.1.7, 256 bits)"),
    ("CPU", "rusticl", "OpenCL 3.0", "llvmpipe (LLVM 15.0.6, 256 bits)"),
    (
        "accelerator",
        "Intel(R) FPGA Emulation Platform for OpenCL(TM)",
        "OpenCL 1.2",
        "Intel(R) FPGA",
    ),
    ("interpreter", "Oclgrind", "OpenCL 3.0 (Oclgrind 21.10)", "Oclgrind Simulator"),
    ("GPU", "OpenCLOn12", "OpenCL 3.0 D3D12", "Microsoft Basic Render Driver"),
)


def test_devices_in_the_order_in_which_they_are_taken() -> None:
    """Of two, whichever is listed first: GPUs, Intel's runtime, PoCL by its age."""
    for first, second in permutations(range(len(DEVICES)), 2):
        ranks = [device_order.preference(*DEVICES[place]) for place in (first, second)]
        assert (ranks[0] < ranks[1]) == (first < second), (DEVICES[first], DEVICES[second])


@pytest.mark.parametrize("stand_in", STAND_INS, ids=lambda device: device[3])
def test_what_stands_in_for_a_device_comes_last(stand_in: tuple[str, ...]) -> None:
    """Emulators and GPUs that a CPU computes, whatever type they say they are."""
    assert all(
        device_order.preference(*device) < device_order.preference(*stand_in) for device in DEVICES
    )


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
