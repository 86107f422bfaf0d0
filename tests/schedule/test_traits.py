"""Kernels are scheduled and rendered for devices that are described, without one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from clpool.codegen.render import render
from clpool.errors import DeviceError
from clpool.problem.forward import sliding
from clpool.problem.problem import Problem
from clpool.schedule.device_traits import DeviceTraits, KernelLimits, fit_group
from clpool.schedule.specialise import dense_layout, dense_spec, specialise

GPU = DeviceTraits("a GPU", max_group=256, max_items=(256, 256, 64), simd_width=32)
CPU = DeviceTraits(
    "a CPU",
    device_class="cpu",
    tuning_class="cpu",
    dialect="clang",
    register_bytes=32,
    max_group=4096,
    max_items=(4096, 4096, 4096),
    shares_host_memory=lambda: True,
)


def problem(shape: tuple[int, ...] = (2, 3, 40, 40), window: int = 3) -> Problem:
    """A maximum in steps of two."""
    options = (True, None, "propagate", False, "int64", None)
    parameters = (window, 2, 1, 1, False)
    return sliding(shape, np.dtype("float32"), 2, "max", parameters, options, "channels_first")


def test_a_gpu_is_scheduled_without_one() -> None:
    """The same problem becomes work-items per output there, and rows on a CPU."""
    gpu, cpu = (dense_spec(problem(), traits, {}) for traits in (GPU, CPU))
    assert (gpu.variant, gpu.dialect) == ("outputs", "portable")
    assert (cpu.variant, cpu.dialect, cpu.width) == ("rows", "clang", 8)
    for spec in (gpu, cpu):
        assert f"__kernel void {spec.label}(" in render(spec)


@pytest.mark.parametrize(
    ("limits", "wish", "expected"),
    [
        (None, (64, 4, 1), (64, 4, 1)),
        (KernelLimits(128), (64, 4, 1), (64, 2, 1)),
        (KernelLimits(1), (64, 4, 1), (1, 1, 1)),
        (KernelLimits(1024), (512, 1, 1), (256, 1, 1)),
        (None, (4, 4, 128), (4, 4, 16)),
    ],
)
def test_groups_fit_the_device_and_the_kernel(
    limits: KernelLimits | None, wish: tuple[int, int, int], expected: tuple[int, int, int]
) -> None:
    """Both limits hold, and the row is shortened last."""
    assert fit_group(GPU, limits, wish) == expected


def test_parts_follow_the_largest_buffer() -> None:
    """A quarter of a GPU's memory, or one buffer of a CPU; less than an element is an error."""
    small = replace(GPU, allocation_bytes=2**12, memory_bytes=2**30)
    _, chunks = specialise(
        problem((1, 8, 16, 16)), small, dense_layout(problem((1, 8, 16, 16))), {}
    )
    assert len(chunks) == 2
    less = replace(small, memory_bytes=2**12)
    _, chunks = specialise(problem((1, 8, 16, 16)), less, dense_layout(problem((1, 8, 16, 16))), {})
    assert len(chunks) == 8
    with pytest.raises(DeviceError, match="a GPU offers buffers of 2 bytes only"):
        dense_spec(problem(), replace(GPU, allocation_bytes=2), {})


def test_traits_are_compared_by_what_is_known_before_a_launch() -> None:
    """Whether memory is shared is asked of the device, and no part of a key."""
    assert replace(CPU, shares_host_memory=lambda: False) == CPU
    assert hash(replace(CPU)) == hash(CPU)
    assert replace(CPU, register_bytes=64) != CPU
