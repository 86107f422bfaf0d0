"""OpenCL devices: listing them, choosing the default one, and its queue."""

from __future__ import annotations

import logging
import os
import threading
from contextlib import suppress
from dataclasses import dataclass

import pyopencl as cl

from ..errors import ArgumentTypeError, ArgumentValueError, DeviceError, ForkError
from ..tuning import CACHES
from . import contexts, device_order, icd_folders, memo, missing_device, pocl_threads
from .capabilities import (
    board_name,
    device_class,
    has_fp64,
    has_unified_memory,
    is_pocl,
    type_name,
)

log = logging.getLogger("clpool")

_lock = threading.RLock()
_chosen: cl.CommandQueue | None = None
_wanted: cl.Device | None = None
_queues: dict[cl.Device, cl.CommandQueue] = {}
#: Intel's runtime frees a context that only queues reference.
_contexts: dict[cl.Device, cl.Context] = {}
_used = False
_forked = False


@dataclass(frozen=True)
class DeviceInfo:
    """One OpenCL device, as ``clpool devices`` lists it.

    ``memory`` is in bytes; ``board`` is the name a card is sold by, empty where that is ``name``.
    """

    number: int
    name: str
    platform: str
    version: str
    driver: str
    type: str
    compute_units: int
    memory: int
    fp64: bool
    fp16: bool
    default: bool
    board: str = ""


def devices() -> list[DeviceInfo]:
    """Every OpenCL device, in the order of their numbers.

    None is the default if ``CLPOOL_DEVICE`` or ``PYOPENCL_CTX`` names a missing device.

    Example:
        >>> [info.number for info in devices()] == list(range(len(devices())))
        True
    """
    found, default = _all_devices(), None
    with suppress(DeviceError):  # the environment names a missing device
        default = _default_among(found)
    return [
        DeviceInfo(
            number=number,
            name=device.name.strip(),
            platform=device.platform.name.strip(),
            version=device.platform.version.strip(),
            driver=device.driver_version.strip(),
            type=type_name(device),
            compute_units=device.max_compute_units,
            memory=device.global_mem_size,
            fp64=has_fp64(device),
            fp16="cl_khr_fp16" in device.extensions,
            default=device == default,
            board=board_name(device),
        )
        for number, device in enumerate(found)
    ]


def set_default_device(device: int | str | cl.Device | None) -> None:
    """Choose the device for numpy arrays: its number, a part of its name, or itself.

    ``None`` returns to the automatic choice.

    Raises:
        ArgumentValueError: no device has that number or name; the message lists the devices.
        ArgumentTypeError: neither an int, a str nor a device.
        DeviceError: there is no device at all.
    """
    global _chosen, _wanted
    chosen = None if device is None else queue_on(device_of(device))
    with _lock:
        _chosen, _wanted = chosen, None


def device_of(device: int | str | cl.Device) -> cl.Device:
    """The device of a number or of a part of its name, or itself.

    Raises:
        ArgumentValueError, ArgumentTypeError, DeviceError: as :func:`set_default_device`.
    """
    if isinstance(device, cl.Device):
        return device
    if isinstance(device, (int, str)) and not isinstance(device, bool):
        return _named("device", str(device), _all_devices())
    raise ArgumentTypeError(f"device must be a number, a name or a device, got {device!r}")


def first_cpu() -> cl.Device | None:
    """The default device if that is a CPU, else the first CPU of the default order; None: none."""
    found = _all_devices()
    default = _default_among(found)
    if default is not None and device_class(default) == "cpu":
        return default
    return min((d for d in found if device_class(d) == "cpu"), key=_preference, default=None)


def default_device() -> cl.Device:
    """The device that pools numpy arrays.

    The first of: :func:`set_default_device`, the environment's ``CLPOOL_DEVICE`` (a number or a
    part of the name), pyopencl's ``PYOPENCL_CTX``, and else a GPU before a CPU; of GPUs a dedicated
    one, by its vendor's driver, the fastest; of CPUs Intel's runtime, then the newest PoCL; and
    emulators last.

    Raises:
        DeviceError: there is none; the message says why, or what to install.
    """
    return default_queue().device


def default_queue() -> cl.CommandQueue:
    """The queue of :func:`default_device`, made on first use."""
    global _chosen
    refuse_forked_child()
    chosen = _chosen
    if chosen is not None:
        return chosen
    with _lock:
        if _chosen is None:
            device = _wanted or _default_among(_all_devices())
            if device is None:
                raise DeviceError(missing_device.reason(_platform_names()))
            try:
                _chosen = queue_on(device)
            except cl.Error as error:
                raise DeviceError(f"{device.name.strip()} cannot be used ({error})") from error
            log.info("using %s (%s)", device.name.strip(), device.platform.version.strip())
        return _chosen


def refuse_forked_child() -> None:
    """Refuse a forked child of a process that used OpenCL: drivers hang there.

    Raises:
        ForkError: the message names the alternative, the spawn start method.
    """
    global _used
    _used = True
    if _forked:
        raise ForkError(
            "OpenCL was already used in the parent of this forked process and would hang here; "
            "start processes with multiprocessing.get_context('spawn')"
        )


def _after_fork() -> None:
    """In a child: note whether an ancestor used OpenCL."""
    global _forked
    _forked = _used


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


def _all_devices() -> list[cl.Device]:
    """Every device of every platform, skipping broken and empty platforms."""
    refuse_forked_child()
    if os.environ.get("POCL_CACHE_DIR") == "":
        del os.environ["POCL_CACHE_DIR"]  # PoCL aborts the process at an empty value
    before = pocl_threads.threads()
    try:
        with icd_folders.shown():
            platforms = cl.get_platforms()
    except cl.Error as error:
        log.debug("no OpenCL platform: %s", error)
        return []
    found: list[cl.Device] = []
    for platform in platforms:
        try:
            found += platform.get_devices()
        except cl.Error as error:
            log.debug("platform %s has no devices: %s", platform.name, error)
    born = pocl_threads.threads() - before
    if born:
        pocl_threads.remember(born, [d.max_compute_units for d in found if _is_pool(d)])
    return found


def _is_pool(device: cl.Device) -> bool:
    """Whether the device is PoCL's thread pool, which starts at the first query."""
    return is_pocl(device) and device_class(device) == "cpu" and device.max_compute_units > 1


def _platform_names() -> list[str]:
    try:
        return [platform.name.strip() for platform in cl.get_platforms()]
    except cl.Error:
        return []


def _default_among(found: list[cl.Device]) -> cl.Device | None:
    """The default device among all devices."""
    if _chosen is not None:
        return _chosen.device
    if _wanted is not None:
        return _wanted
    selector = os.environ.get("CLPOOL_DEVICE")
    if selector:
        return _named("CLPOOL_DEVICE", selector, found)
    if os.environ.get("PYOPENCL_CTX") and found:
        try:
            return cl.create_some_context(interactive=False).devices[0]
        except (cl.Error, RuntimeError) as error:
            raise DeviceError(f"PYOPENCL_CTX={os.environ['PYOPENCL_CTX']}: {error}") from error
    return min(found, key=_preference, default=None)


def _preference(device: cl.Device) -> tuple[float, ...]:
    """The sort key of a device, see :func:`clpool.runtime.device_order.preference`."""
    return device_order.preference(_facts(device))


def _facts(device: cl.Device) -> device_order.DeviceFacts:
    """The facts that a device is ordered and named by."""
    return device_order.DeviceFacts(
        type=type_name(device),
        platform=device.platform.name.strip(),
        version=device.platform.version.strip(),
        name=device.name.strip(),
        vendor=device.vendor.strip(),
        board=board_name(device),
        shares_memory=has_unified_memory(device),
        units=device.max_compute_units,
        clock_mhz=device.max_clock_frequency,
    )


def _named(source: str, selector: str, found: list[cl.Device]) -> cl.Device:
    """The device of a number, or the first whose names contain a text."""
    place = device_order.named(selector, [_facts(device).names for device in found])
    if place is not None:
        return found[place]
    listed = [f"{d.name.strip()} ({d.platform.version.strip()})" for d in found]
    if not found:
        raise DeviceError(missing_device.reason(_platform_names()))
    message = device_order.mismatch(source, selector, listed)
    raise DeviceError(message) if source == "CLPOOL_DEVICE" else ArgumentValueError(message)


def queue_on(device: cl.Device) -> cl.CommandQueue:
    """The queue of a device, made on first use, and anew once its context is discarded."""
    found = _queues.get(device)
    if found is None:
        with _lock:
            context = memo.keep(_contexts, device, cl.Context([device]), CACHES.devices)
            made = cl.CommandQueue(context, device)
            found = memo.keep(_queues, device, made, CACHES.devices)
    return found


def is_own(queue: cl.CommandQueue) -> bool:
    """Whether a queue was made here, not by a caller."""
    return _queues.get(queue.device) is queue


@contexts.forgets
def _forget(context: cl.Context) -> None:
    """Discard a context of a device, and its queue; the default device stays the same."""
    global _chosen, _wanted
    with _lock:
        if _chosen is not None and _chosen.context == context:
            _wanted = _chosen.device
            _chosen = None
        for device in [device for device, kept in _contexts.items() if kept == context]:
            _contexts.pop(device, None)
            _queues.pop(device, None)
