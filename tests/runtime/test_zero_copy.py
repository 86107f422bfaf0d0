"""GPUs whose memory is the host's: arrays that begin at a page are pooled where they lie."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyopencl as cl
import pytest
from cases import assert_exact
from commands import Commands, recorded
from driver import CODES, WINDOW, drawn, error
from family import Operator
from family_cases import FORWARD, GRADIENTS
from other_devices import traits_as

import clpool
from clpool import reference, tuning
from clpool.runtime import capabilities, device_memory, dispatch, host_binding, slots

#: 192 KiB, and a result of 48 KiB.
SHAPE, POOLED = (2, 4, 64, 96), (2, 4, 32, 48)


@pytest.fixture(autouse=True)
def _integrated(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The device is a GPU that shares the host's memory; nothing is known."""
    traits_as(monkeypatch, shares_host_memory=lambda: False, zero_copy_bytes=4096)
    monkeypatch.setattr(dispatch, "_plans", {})
    take_from(monkeypatch, 2**15)
    clpool.release_memory()
    yield
    clpool.release_memory()


def take_from(monkeypatch: pytest.MonkeyPatch, least: int) -> None:
    """Let arrays of so many bytes be the smallest that are wrapped."""
    monkeypatch.setattr(host_binding, "LEAST_WRAPPED", least)
    monkeypatch.setattr(slots, "HOST", replace(tuning.HOST, wrapped_bytes=least))


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> Commands:
    """What the driver is told."""
    return recorded(monkeypatch)


def kinds(commands: Commands) -> list[str]:
    """The kinds of the commands."""
    return [command.kind for command in commands.made]


def laid(array: np.ndarray, begin: int) -> tuple[np.ndarray, np.ndarray]:
    """A copy that begins so many bytes behind that of a page, and the memory around it."""
    memory = np.full(array.nbytes + 3 * 4096, 0xAB, np.uint8)
    start = -memory.ctypes.data % 4096 + begin
    copy = memory[start : start + array.nbytes].view(array.dtype).reshape(array.shape)
    copy[...] = array
    return copy, memory


def untouched(memory: np.ndarray, array: np.ndarray) -> bool:
    """Whether what lies around an array is what it was."""
    start = array.ctypes.data - memory.ctypes.data
    around = np.concatenate([memory[:start], memory[start + array.nbytes :]])
    return bool((around == 0xAB).all())


@pytest.mark.parametrize("begin", [0, 16, 4092])
def test_nothing_is_copied(begin: int, commands: Commands) -> None:
    """Inputs that begin anywhere, results that are pages: fresh ones and given ones."""
    for seed in range(3):
        x, before = laid(drawn(seed, SHAPE), begin)
        expected = reference.pool(x, WINDOW, "max")
        assert_exact(clpool.max_pool2d(x, 3, 2, 1), expected)
        out, around = laid(np.zeros(POOLED, np.float32), 0)
        assert clpool.max_pool2d(x, 3, 2, 1, out=out) is out
        assert_exact(out, expected)
        assert untouched(around, out)
        assert untouched(before, x)
    assert kinds(commands) == ["run", "map"] * 6
    assert commands.mapped == 0
    assert not device_memory._kept


@pytest.mark.parametrize("which", ["result begins elsewhere", "result ends elsewhere", "small"])
def test_what_is_copied(which: str, commands: Commands) -> None:
    """Results that are no whole pages and lines, and small arrays."""
    shape = {"small": (2, 4, 8, 8), "result ends elsewhere": (2, 1, 199, 201)}.get(which, SHAPE)
    plain = drawn(0, shape)
    expected = reference.pool(plain, WINDOW, "max")
    for _ in range(2):
        x, before = laid(plain, 0)
        out, around = laid(expected, 64 if which == "result begins elsewhere" else 0)
        out[...] = 7
        clpool.max_pool2d(x, 3, 2, 1, out=out)
        assert_exact(out, expected)
        assert untouched(around, out)
        assert untouched(before, x)
    assert kinds(commands) == ["up"] * (which == "small") + ["run", "down"] + (
        ["up"] * (which == "small") + ["run", "down"]
    )
    assert not any(isinstance(kept, device_memory.Pinned) for _, kept in device_memory._kept)


@pytest.mark.parametrize("operator", [*FORWARD[::5], *GRADIENTS[::5]], ids=str)
def test_every_operator(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    """All that is read and written lies where it lies: at pages, lines, elements."""
    take_from(monkeypatch, 1)
    plain = operator.arrays(np.random.default_rng(0), np.dtype(operator.usual), "normal", (2, 3))
    expected = operator.expected(plain)
    for begin in (0, 64, 4096 - 64):
        inputs = [laid(array, begin)[0] for array in plain]
        results = [laid(e.values.astype(e.dtype), begin) for e in expected]
        outs = [out for out, _ in results]
        operator.results(inputs, out=outs[0] if len(outs) == 1 else tuple(outs))
        for found in (outs, operator.results(inputs)):
            for one, other in zip(found, expected, strict=True):
                other.check(one, f"{operator} {begin}")
        assert all(untouched(memory, out) for out, memory in results)


def test_an_error_leaves_nothing_mapped(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A result that was to be shown is given back; the next call is right."""
    x, out = laid(drawn(0, SHAPE), 0)[0], laid(np.zeros(POOLED, np.float32), 0)[0]
    wait = cl.wait_for_events
    fail = [True]

    def waits(events: Any) -> None:
        if fail and fail.pop():
            raise error(CODES.INVALID_OPERATION, "clWaitForEvents", cl.RuntimeError)
        wait(events)

    with monkeypatch.context() as patch:
        patch.setattr(cl, "wait_for_events", waits)
        with pytest.raises(cl.RuntimeError, match="INVALID_OPERATION"):
            clpool.max_pool2d(x, 3, 2, 1, out=out)
    assert commands.mapped == 0
    clpool.max_pool2d(x, 3, 2, 1, out=out)
    assert_exact(out, reference.pool(x, WINDOW, "max"))


def test_layouts_that_kernels_reverse(commands: Commands) -> None:
    """A crop that is no dense array is copied, and pooled from there."""
    around = drawn(0, (2, 4, 66, 100))
    x = around[:, ::-1, 1:65, 2:98]
    assert_exact(clpool.max_pool2d(x, 3, 2, 1), reference.pool(x, WINDOW, "max"))
    assert kinds(commands) == ["run", "map"]


@pytest.mark.parametrize(
    ("kind", "unified", "align", "expected"),
    [
        (cl.device_type.GPU, True, 1024, 4096),
        (cl.device_type.GPU, True, 2**19, 2**16),
        (cl.device_type.GPU, False, 1024, 0),
        (cl.device_type.CPU, True, 1024, 0),
        (cl.device_type.CPU | cl.device_type.GPU, True, 1024, 0),
    ],
)
def test_which_devices(kind: int, unified: bool, align: int, expected: int) -> None:
    """GPUs that say their memory is the host's; pages, or what they align buffers to."""
    unit = SimpleNamespace(type=kind, host_unified_memory=unified, mem_base_addr_align=align)
    assert capabilities.zero_copy_bytes(unit) == expected
