"""The facts of a device before a kernel is built, and those of a kernel after."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from ..problem.window import Shape

#: The compute units that share a local memory on Intel's GPUs, at least.
EXECUTION_UNITS = 8


@dataclass(frozen=True)
class DeviceTraits:
    """The facts of a device that kernels are chosen by, known before any is built.

    Args:
        name, vendor, board, driver: as the device says; ``board`` is empty where it says nothing.
        platform, c_version: the versions of its platform and of OpenCL C.
        type: "CPU", "GPU", "accelerator" or "interpreter".
        device_class: "cpu" or "gpu", by which variants are chosen.
        tuning_class: a key of :data:`clpool.tuning.DEFAULTS`.
        dialect: the vector constructs of the compiler, "clang" or "portable".
        register_bytes: bytes of a vector register of the compiler.
        native_widths: lanes of a native vector of char, short, int, long, half, float, double.
        simd_width: work-items that run in lockstep; 0 where the device does not say.
        units: compute units.
        clock_mhz: the highest clock, in MHz.
        max_group: work-items of a work-group at most.
        max_items: work-items of a work-group along each axis at most.
        parameter_bytes: bytes of a kernel's arguments at most.
        local_bytes, memory_bytes, cache_bytes: of local memory, global memory, last-level cache.
        allocation_bytes: bytes of one buffer at most.
        page_bytes: memory is wrapped without a copy from multiples of so many bytes on.
        zero_copy_bytes: on a GPU whose memory is the host's, arrays that begin at multiples of so
            many bytes are read and written where they lie; 0 where all are copied.
        fp64, fp16: whether it computes in double precision, and in half.
        denormals: whether float32 keeps denormal numbers.
        exact_division: whether division of float32 is correctly rounded.
        interpreter: whether it claims to be every type at once, as Oclgrind does.
        shares_host_memory: asks whether kernels read and write arrays of the host; a launch.
    """

    name: str
    device_class: str = "gpu"
    tuning_class: str = "gpu"
    dialect: str = "portable"
    type: str = "GPU"
    vendor: str = ""
    board: str = ""
    driver: str = ""
    platform: str = ""
    c_version: str = ""
    register_bytes: int = 64
    native_widths: tuple[int, ...] = (1, 1, 1, 1, 0, 1, 0)
    simd_width: int = 0
    units: int = 1
    clock_mhz: int = 0
    max_group: int = 256
    max_items: Shape = (256, 256, 256)
    parameter_bytes: int = 1024
    local_bytes: int = 2**15
    memory_bytes: int = 2**32
    cache_bytes: int = 0
    allocation_bytes: int = 2**30
    page_bytes: int = 1
    zero_copy_bytes: int = 0
    fp64: bool = False
    fp16: bool = False
    denormals: bool = False
    exact_division: bool = False
    interpreter: bool = False
    shares_host_memory: Callable[[], bool] = field(default=lambda: False, compare=False, repr=False)

    @property
    def multiprocessors(self) -> int:
        """The parts that share a local memory: units, but of Intel's GPUs several of them.

        Example:
            >>> DeviceTraits("UHD", vendor="Intel(R) Corporation", units=24).multiprocessors
            3
        """
        several = self.device_class == "gpu" and self.vendor.startswith("Intel")
        return max(self.units // EXECUTION_UNITS, 1) if several else self.units


@dataclass(frozen=True)
class KernelLimits:
    """The facts of a kernel on a device, known once it is built.

    Args:
        group: work-items of a work-group at most.
        multiple: the number whose multiples of work-items fill the device.
        private_bytes: bytes of private memory of a work-item.
        local_bytes: bytes of local memory of a work-group.
    """

    group: int
    multiple: int = 1
    private_bytes: int = 0
    local_bytes: int = 0


def fit_group(
    traits: DeviceTraits, limits: KernelLimits | None, wish: tuple[int, int, int]
) -> tuple[int, int, int]:
    """The work-group that a device and a kernel take: halved along its last axes until it fits.

    Args:
        limits: None, where the kernel is not built yet.
        wish: the work-group wished for, along the row, across rows, across planes.

    Example:
        >>> small = DeviceTraits("a device", max_group=128, max_items=(128, 128, 128))
        >>> fit_group(small, None, (64, 4, 1))
        (64, 2, 1)
    """
    most = traits.max_group if limits is None else min(traits.max_group, limits.group)
    row, rows, planes = (min(n, size) for n, size in zip(wish, traits.max_items, strict=False))
    while row * rows * planes > most:
        if planes > 1:
            planes //= 2
        elif rows > 1:
            rows //= 2
        else:
            row //= 2
    return row, rows, planes
