"""torch's own pooling of CPU tensors by clpool, as long as it is installed.

Whatever calls torch's operators, from Python or from C++, eager or compiled, is served. What clpool
does not take (a dtype, an argument that is an error) is torch's own again, and so is a child that
was forked after OpenCL was used.
"""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pyopencl as cl
import torch

from ...errors import ArgumentTypeError, ArgumentValueError, DeviceError, ForkError
from ...runtime import device as devices
from .overrides import OVERRIDES, Override

#: What clpool says of calls that are torch's own.
_NOT_SERVED = (ArgumentTypeError, ArgumentValueError, ForkError)

_lock = threading.Lock()
_library: torch.library.Library | None = None


def install(device: int | str | cl.Device | None = None) -> None:
    """Compute torch's pooling of CPU tensors by clpool, until :func:`uninstall`.

    Args:
        device: a number, a part of a name, or a device; None is the first CPU.

    Raises:
        ArgumentValueError, ArgumentTypeError: no such device, or it is installed already.
        DeviceError: there is no CPU among the OpenCL devices.

    Example:
        >>> install()
        >>> tuple(torch.nn.functional.max_pool2d(torch.ones(1, 1, 4, 4), 2).shape)
        (1, 1, 2, 2)
        >>> uninstall()
    """
    global _library
    chosen = _chosen(device)
    with _lock:
        if _library is not None:
            raise ArgumentValueError("clpool is installed in torch already: uninstall() it first")
        library = torch.library.Library("aten", "IMPL")
        try:
            with warnings.catch_warnings():
                # Torch says once in a process that an operator has another kernel now.
                warnings.filterwarnings("ignore", "Warning only once for all operators")
                for override in OVERRIDES:
                    _override(library, override, chosen)
                _override_composites(library)
        except BaseException:
            library._destroy()
            raise
        _library = library


def uninstall() -> None:
    """Give torch its own pooling back; nothing happens where clpool is not installed.

    Example:
        >>> uninstall()
    """
    global _library
    with _lock:
        if _library is not None:
            _library._destroy()
            _library = None


@contextmanager
def installed(device: int | str | cl.Device | None = None) -> Iterator[None]:
    """Compute torch's pooling of CPU tensors by clpool inside a ``with``.

    Args:
        device: as of :func:`install`.

    Raises:
        ArgumentValueError, ArgumentTypeError, DeviceError: as :func:`install`.

    Example:
        >>> with installed():
        ...     y = torch.nn.MaxPool2d(2)(torch.ones(1, 1, 4, 4))
        >>> tuple(y.shape)
        (1, 1, 2, 2)
    """
    install(device)
    try:
        yield
    finally:
        uninstall()


def _chosen(device: Any) -> cl.Device:
    """The device that is asked for, or the first CPU of the default order."""
    if device is not None:
        return devices.device_of(device)
    found = devices.first_cpu()
    if found is None:
        raise DeviceError(
            "there is no CPU among the OpenCL devices; name another one, as in install(device=0)"
        )
    return found


def _override(library: torch.library.Library, override: Override, device: cl.Device) -> None:
    """Register a row for its two forms, as far as torch has them."""
    names = [f"aten::{override.name}"] if _has_kernel(override.name) else []
    out = f"{override.name}.{override.out}"
    if override.out and _has_kernel(out):
        names.append(f"aten::{out}")
    for name in names:
        writes = name.endswith(f".{override.out}") and bool(override.out)
        own = torch.library.get_kernel(name, "CPU")
        kernel = (_writing if writes else _giving)(override.compute, own, device)
        library.impl(
            name.removeprefix("aten::"), kernel, "CPU", with_keyset=True, allow_override=True
        )


def _has_kernel(name: str) -> bool:
    """Whether torch has an operator with a kernel of CPUs."""
    try:
        return bool(torch._C._dispatch_has_kernel_for_dispatch_key(f"aten::{name}", "CPU"))
    except RuntimeError:
        return False


def _giving(compute: Callable[..., Any], own: Any, device: cl.Device) -> Callable[..., Any]:
    """The kernel of a form that gives new tensors."""

    def kernel(keys: Any, *arguments: Any) -> Any:
        try:
            found = compute(*arguments, queue=devices.queue_on(device))
        except _NOT_SERVED:
            return own.call_boxed(keys, *arguments)
        return found if len(found) > 1 else found[0]

    return kernel


def _writing(compute: Callable[..., Any], own: Any, device: cl.Device) -> Callable[..., Any]:
    """The kernel of a form that writes into given tensors, empty ones resized."""

    def kernel(keys: Any, *arguments: Any, **outs: Any) -> Any:
        try:
            found = compute(*arguments, queue=devices.queue_on(device))
        except _NOT_SERVED:
            return own.call_boxed(keys, *arguments, **outs)
        given = tuple(outs.values())
        if not all(map(_fits, given, found)):
            return own.call_boxed(keys, *arguments, **outs)
        for out, one in zip(given, found, strict=True):
            if out.shape != one.shape:
                out.resize_(one.shape)
            out.copy_(one)
        return given if len(given) > 1 else given[0]

    return kernel


def _fits(out: torch.Tensor, found: torch.Tensor) -> bool:
    """Whether a given tensor takes a result: of its dtype, and of its shape or still empty."""
    return out.dtype == found.dtype and (out.shape == found.shape or out.numel() == 0)


def _override_composites(library: torch.library.Library) -> None:
    """Make operators that torch computes in one go, or as a mean, of those that are overridden."""
    aten = torch.ops.aten

    def max_pool1d(x: torch.Tensor, *window: Any) -> Any:
        return aten.max_pool1d_with_indices(x, *window)[0]

    library.impl("max_pool1d", max_pool1d, "CompositeImplicitAutograd", allow_override=True)
    for ndim in (2, 3):
        name = f"adaptive_avg_pool{ndim}d"
        own = torch.library.get_kernel(f"aten::{name}", "CPU")
        replaced = _adaptive_average(getattr(aten, f"_{name}"), own)
        library.impl(
            name, replaced, "CompositeImplicitAutograd", with_keyset=True, allow_override=True
        )


def _adaptive_average(one: Any, own: Any) -> Callable[..., Any]:
    """The average of CPU tensors to a size, one element included; torch's own of others."""

    def kernel(keys: Any, x: torch.Tensor, output_size: Any) -> Any:
        if x.device.type == "cpu" and x.layout is torch.strided:
            return one(x, output_size)
        return own.call_boxed(keys, x, output_size)

    return kernel
