"""Which devices there are, none among them, and arrays on each."""

from __future__ import annotations

import pyopencl as cl
import pytest
from cases import assert_exact, normal

import clpool
from clpool import reference
from clpool.errors import DeviceError
from clpool.problem.window import SlidingWindow
from clpool.runtime import device


def test_no_platform_and_no_device(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a platform, or with empty ones, the error says so and what to install."""
    platform = device.default_device().platform.name
    monkeypatch.setattr(device, "_chosen", None)
    for name in ("CLPOOL_DEVICE", "PYOPENCL_CTX", "OCL_ICD_VENDORS"):
        monkeypatch.delenv(name, raising=False)

    class Empty:
        name = platform

        def get_devices(self) -> list[cl.Device]:
            raise cl.RuntimeError("clGetDeviceIDs failed: DEVICE_NOT_FOUND")

    def none() -> list[cl.Platform]:
        raise cl.LogicError("clGetPlatformIDs failed: PLATFORM_NOT_FOUND_KHR")

    for platforms, words in ((none, "no platform"), (list, "no"), (lambda: [Empty()], platform)):
        monkeypatch.setattr(cl, "get_platforms", platforms)
        assert clpool.devices() == []
        with pytest.raises(DeviceError, match="no OpenCL device found") as caught:
            clpool.max_pool2d(normal(2, 3, 9, 11), 2)
        assert words in str(caught.value)
        assert "pip install 'clpool[pocl]'" in str(caught.value)


def test_numpy_on_the_queue_of_any_device() -> None:
    """queue= chooses where numpy arrays are pooled, on every device there is."""
    for platform in cl.get_platforms():
        for unit in platform.get_devices():
            context = cl.Context([unit])
            queue = cl.CommandQueue(context, unit)
            x = normal(2, 3, 9, 11)
            found = clpool.max_pool2d(x, 3, 2, 1, queue=queue)
            assert_exact(found, reference.pool(x, SlidingWindow.of(2, 3, 2, 1), "max"), unit.name)
