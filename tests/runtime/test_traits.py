"""The traits of the devices that are here, and the class of those that are described."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pyopencl as cl
import pytest

import clpool
from clpool.runtime import capabilities
from clpool.runtime.traits import limits_of, traits_of

KINDS = cl.device_type


@pytest.mark.of_cpus("asks what is overridden")
@pytest.mark.parametrize(
    ("kind", "platform", "width", "expected"),
    [
        (KINDS.CPU, "Portable Computing Language", 8, "cpu"),
        (KINDS.CPU, "Portable Computing Language", 1, "cpu"),
        (KINDS.CPU, "Intel(R) OpenCL", 16, "cpu"),
        (KINDS.CPU, "rusticl", 1, "gpu"),
        (KINDS.GPU, "Portable Computing Language", 4, "gpu"),
        (KINDS.CPU | KINDS.GPU, "Oclgrind", 4, "gpu"),
        (KINDS.ACCELERATOR, "another", 4, "gpu"),
    ],
)
def test_the_class_follows_platform_and_vectors(
    kind: int, platform: str, width: int, expected: str
) -> None:
    """Llvmpipe calls itself a CPU, and has no vectors of its own."""
    device = SimpleNamespace(
        type=kind, platform=SimpleNamespace(name=platform), native_vector_width_float=width
    )
    assert capabilities.device_class(device) == expected  # type: ignore[arg-type]


def test_the_traits_of_a_device_are_read_once() -> None:
    """They are the device's own properties, in bytes and work-items."""
    device = clpool.default_device()
    traits = traits_of(device)
    assert traits is traits_of(device)
    assert traits.name == device.name.strip()
    assert traits.units == device.max_compute_units
    assert traits.allocation_bytes == device.max_mem_alloc_size <= traits.memory_bytes
    assert traits.fp64 == capabilities.has_fp64(device)
    assert len(traits.native_widths) == 7
    assert traits.register_bytes in (16, 32, 64)
    assert traits.shares_host_memory() in (True, False)


def test_the_limits_of_a_kernel_are_known_once_it_is_built() -> None:
    """A trivial kernel takes as large a group as the device does."""
    device = clpool.default_device()
    queue = clpool.plan((1, 1, 8, 8), np.float32, (2, 2)).queue
    program = cl.Program(queue.context, "kernel void one(global int *y) { *y = 1; }").build()
    limits = limits_of(cl.Kernel(program, "one"), device)
    assert 1 <= limits.group <= device.max_work_group_size
    assert limits.multiple >= 1
    assert limits.local_bytes >= 0
