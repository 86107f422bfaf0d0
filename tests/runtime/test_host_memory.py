"""Where arrays of numpy lie: addresses, pages, and no copies beside them."""

from __future__ import annotations

import sys

import ml_dtypes
import numpy as np
import pytest
from cases import normal
from family import Operator
from family_cases import FORWARD, GRADIENTS
from other_devices import traits_as
from processes import printed

import clpool
from clpool.runtime import dispatch, host_binding, result_memory, traits


class Named(np.ndarray):
    """A subclass, as np.memmap is one."""


@pytest.mark.parametrize("head", [result_memory._HEAD, 0], ids=["seen", "asked"])
def test_addresses(head: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """An array's address is numpy's, of any dtype and view; where its place is unknown, too."""
    monkeypatch.setattr(result_memory, "_HEAD", head)
    plain = normal(2, 3, 8, 12)
    locked = plain.copy()
    locked.flags.writeable = False
    for x in (
        *(plain, plain[1:, ::-1, 3:, ::-2], plain.T, locked, plain[:0], plain[0, 0, 0, 0:1]),
        *(
            np.broadcast_to(plain[:1], plain.shape),
            plain.view(Named),
            plain.astype(ml_dtypes.bfloat16),
        ),
        *(plain[0, 0].view(np.matrix), np.array(1.5), in_page(plain, 1)),
    ):
        assert result_memory.address(x) == x.ctypes.data
    if sys.implementation.name == "cpython":
        assert result_memory._head() == object.__basicsize__


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
@pytest.mark.parametrize("name", ["max_pool2d", "avg_pool2d"])
def test_peak_memory_is_input_and_output(name: str) -> None:
    """On a device that shares the host's memory nothing of 256 MB is copied."""
    unit = clpool.default_device()
    if not traits.shares_host_memory(unit):
        pytest.skip("arrays travel to this device")
    # Intel's runtime itself copies what does not start at a page.
    behind = 0 if "Intel" in unit.platform.name else 16
    code = f"""
        import numpy as np, clpool
        def full(shape, value):
            memory = np.empty(4 * int(np.prod(shape)) + 8192, np.uint8)
            start = -memory.ctypes.data % 4096 + {behind}
            array = memory[start:][: memory.size - 8192].view(np.float32).reshape(shape)
            array[...] = value
            return array
        def peak():
            (line,) = (line for line in open("/proc/self/status") if line.startswith("VmHWM"))
            return 1024 * int(line.split()[1])
        small = np.ones((2, 8, 256, 256), np.float32)
        with clpool.tuning.forced(nontemporal=1):  # builds the kernel of large results
            clpool.{name}(small, 2, out=np.empty((2, 8, 128, 128), np.float32))
        before = peak()
        x, y = full((16, 64, 256, 256), 1), full((16, 64, 128, 128), 0)
        assert clpool.{name}(x, 2, out=y) is y
        assert (y[::5, ::7] == 1).all()
        print(peak() - before - x.nbytes - y.nbytes, x.nbytes)
    """
    beyond, size = map(int, printed(code).split())
    assert size == 2**28
    assert beyond < size // 16, "something was copied"


@pytest.mark.parametrize("operator", [*FORWARD[::5], *GRADIENTS[::5]], ids=str)
def test_memory_that_must_begin_with_a_page(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Arrays that begin anywhere in a page are read and written through whole pages."""
    traits_as(monkeypatch, page_bytes=4096)
    monkeypatch.setattr(host_binding, "LEAST_WRAPPED", 1)
    dispatch._plans.clear()
    plain = operator.arrays(np.random.default_rng(0), np.dtype(operator.usual), "normal", (2, 3))
    expected = operator.expected(plain)
    for number in range(2):
        laid = [in_page(a, 48 * (number + place)) for place, a in enumerate(plain)]
        results = [e.values.astype(e.dtype) for e in expected]
        outs = [in_page(a, 4096 - 64 * (place + 1)) for place, a in enumerate(results)]
        operator.results(laid, out=outs[0] if len(outs) == 1 else tuple(outs))
        for found in (outs, operator.results(laid)):
            for one, other in zip(found, expected, strict=True):
                other.check(one, str(operator))
    dispatch._plans.clear()


def in_page(array: np.ndarray, begin: int) -> np.ndarray:
    """A copy that begins so many bytes behind the beginning of a page."""
    memory = np.empty(array.nbytes + 3 * 4096, np.uint8)
    start = -memory.ctypes.data % 4096 + begin
    copy = memory[start : start + array.nbytes].view(array.dtype).reshape(array.shape)
    copy[...] = array
    return copy
