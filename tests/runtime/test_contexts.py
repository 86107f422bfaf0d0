"""Contexts that a driver loses: thrown away with all that is kept of them, and made anew."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyopencl as cl
import pyopencl.array as cla
import pytest
from cases import assert_exact
from driver import CODES, SHAPE, WINDOW, drawn, error
from other_devices import traits_as

import clpool
from clpool import reference
from clpool.errors import DeviceError
from clpool.runtime import (
    capabilities,
    contexts,
    descent,
    device,
    device_memory,
    dispatch,
    pipeline,
    programs,
    staging,
    traits,
)


class Watchdog:
    """Ends contexts: from a kernel on, every command of the context and every buffer fails.

    ``left`` kernels are let through before the context of the next one is ended, None without end.
    ``ends``, how many contexts are ended.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch, code: int = CODES.OUT_OF_RESOURCES) -> None:
        self.code, self.left, self.ends = code, None, 1
        self.lost: list[cl.Context] = []
        self._launch, self._copy = cl.enqueue_nd_range_kernel, cl.enqueue_copy
        self._buffer = cl.Buffer
        monkeypatch.setattr(cl, "enqueue_nd_range_kernel", self._launched)
        monkeypatch.setattr(cl, "enqueue_copy", self._copied)
        monkeypatch.setattr(cl, "Buffer", self._made)

    def _refuse(self, context: cl.Context, routine: str) -> None:
        if context in self.lost:
            raise error(self.code, routine, cl.RuntimeError)

    def _launched(self, queue: cl.CommandQueue, *more: Any) -> Any:
        if self.left == 0 and len(self.lost) < self.ends and queue.context not in self.lost:
            self.lost.append(queue.context)
        elif self.left:
            self.left -= 1
        self._refuse(queue.context, "clEnqueueNDRangeKernel")
        return self._launch(queue, *more)

    def _copied(self, queue: cl.CommandQueue, *more: Any, **options: Any) -> Any:
        self._refuse(queue.context, "clEnqueueReadBuffer")
        return self._copy(queue, *more, **options)

    def _made(self, context: cl.Context, *more: Any, **options: Any) -> Any:
        self._refuse(context, "clCreateBuffer")
        return self._buffer(context, *more, **options)


@pytest.fixture(autouse=True)
def _apart(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The contexts of a test are its own."""
    traits.traits_of(device.default_device()).shares_host_memory()
    monkeypatch.setattr(device, "_chosen", None)
    monkeypatch.setattr(device, "_wanted", None)
    monkeypatch.setattr(device, "_queues", {})
    monkeypatch.setattr(device, "_contexts", {})
    monkeypatch.setattr(dispatch, "_plans", {})
    clpool.release_memory()
    yield
    clpool.release_memory()


@pytest.fixture(params=["wrapped", "copied"])
def copied(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether arrays are copied to the device."""
    if request.param == "copied":
        traits_as(monkeypatch, shares_host_memory=lambda: False)
    return request.param == "copied"


def pooled(seed: int = 0, shape: tuple[int, ...] = SHAPE, **options: Any) -> np.ndarray:
    """The maxima of 3x3 windows, checked."""
    x = drawn(seed, shape)
    found = clpool.max_pool2d(x, 3, 2, 1, **options)
    assert_exact(found, reference.pool(x, WINDOW, "max"))
    return found


def known() -> set[Any]:
    """The contexts that anything is kept of."""
    return {
        *(key[0] for key in programs._built),
        *(key[0] for key in pipeline._queues),
        *(key[0] for key in descent._remembered),
        *(owner for owner, _ in device_memory._kept),
        *staging._staging,
        *(plan.queue.context for plan in dispatch._plans.values()),
        *device._contexts.values(),
    }


LOSSES = [CODES.OUT_OF_RESOURCES, CODES.INVALID_COMMAND_QUEUE, CODES.DEVICE_NOT_AVAILABLE, -9999]


@pytest.mark.parametrize("code", LOSSES)
def test_a_lost_context_is_made_anew(
    code: int, copied: bool, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The call is computed again in another context; nothing is kept of the one before."""
    watchdog = Watchdog(monkeypatch, code)
    for seed in range(3):
        pooled(seed)
    before = device.default_queue()
    assert before.context in known()
    watchdog.left = 0
    with caplog.at_level(logging.WARNING, "clpool"):
        pooled(4, out=np.full((2, 3, 17, 24), 7, np.float32))
    (line,) = [record.getMessage() for record in caplog.records]
    assert "lost the context" in line
    assert watchdog.lost == [before.context]
    after = device.default_queue()
    assert after.device == before.device
    assert after.context != before.context
    assert before.context not in known()
    built = {key: value for key, value in programs._built.items() if key[0] == after.context}
    for seed in range(3):
        pooled(seed)
    assert device.default_queue() is after
    assert built == {k: v for k, v in programs._built.items() if k[0] == after.context}


@pytest.mark.parametrize("at", ["first kernel", "third kernel"])
def test_chunks_are_all_computed_again(at: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those too whose results had been copied back."""
    traits_as(monkeypatch, shares_host_memory=lambda: False, allocation_bytes=2 * 33 * 47 * 4)
    watchdog = Watchdog(monkeypatch)
    watchdog.left = 0 if at == "first kernel" else 2
    out = np.full((2, 3, 17, 24), 7, np.float32)
    assert pooled(1, out=out) is out
    assert len(watchdog.lost) == 1
    assert not any(isinstance(kept, device_memory.Pinned) for _, kept in device_memory._kept)


def test_a_call_that_loses_every_context(copied: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is repeated once, and the error tells of both; the next call is well."""
    watchdog = Watchdog(monkeypatch)
    watchdog.left, watchdog.ends = 0, 2
    with pytest.raises(DeviceError, match=r"lost the context .*in another, too.*out that was"):
        pooled()
    assert len(watchdog.lost) == 2
    assert not {*watchdog.lost} & known()
    pooled()


@pytest.mark.parametrize("what", ["queue", "array", "events"])
def test_what_a_caller_made_is_not_replaced(
    what: str, copied: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Queues, arrays and events of a lost context are of no use: the error says so."""
    context = cl.Context([device.default_device()])
    queue = cl.CommandQueue(context, context.devices[0])
    own = what == "events"
    if own:
        queue = device.default_queue()
        context = queue.context
    watchdog = Watchdog(monkeypatch)
    x = drawn()
    plan = clpool.plan(x.shape, x.dtype, (3, 3), "max", 2, 1, queue=queue)
    plan(x)
    array = cla.to_device(queue, x)
    gate = cl.UserEvent(context)
    gate.set_status(0)
    call = {
        "queue": lambda: clpool.max_pool2d(x, 3, 2, 1, queue=queue),
        "array": lambda: clpool.max_pool2d(array, 3, 2, 1),
        "events": lambda: plan(x, wait_for=[gate]),
    }[what]
    call()
    watchdog.left = 0
    for _ in range(1 if own else 2):
        with pytest.raises(DeviceError, match="lost the context") as caught:
            call()
        assert ("make them anew" in str(caught.value)) is not own
        assert context not in known()
    assert watchdog.lost == [context]
    array.events.clear()
    pooled()
    pooled(queue=cl.CommandQueue(cl.Context([device.default_device()])))


def test_plans_that_are_held(copied: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each moves to the new context at its next call, also those that did not see the loss."""
    watchdog = Watchdog(monkeypatch)
    x = drawn()
    plans = [clpool.plan(x.shape, x.dtype, (3, 3), "max", 2, 1) for _ in range(3)]
    assert len(set(map(id, plans))) == 3
    for plan in plans[:2]:
        plan(x)
    watchdog.left = 0
    for plan in (*plans, *plans):
        assert_exact(plan(x), reference.pool(x, WINDOW, "max"))
        assert plan.queue is device.default_queue()
    assert len(watchdog.lost) == 1


def test_a_loss_that_a_plan_meets_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """A plan that cannot be made on a lost context: the next call makes another context."""
    watchdog = Watchdog(monkeypatch)
    values, indices = clpool.max_pool2d(drawn(), 3, return_indices=True)
    watchdog.lost.append(device.default_queue().context)
    with pytest.raises(cl.Error, match="OUT_OF_RESOURCES"):
        clpool.max_unpool2d(values, indices, 3, output_size=SHAPE[2:])
    found = clpool.max_unpool2d(values, indices, 3, output_size=SHAPE[2:])
    assert np.count_nonzero(found) == values.size


def test_the_device_stays_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one of set_default_device, until another is chosen; one that is gone is an error."""
    watchdog = Watchdog(monkeypatch)
    unit = clpool.default_device()
    clpool.set_default_device(unit)
    monkeypatch.setattr(device, "_all_devices", lambda: [])
    watchdog.left = 0
    pooled()
    assert clpool.default_device() == unit
    contexts.discard(device.default_queue().context)

    def gone(devices: Any) -> Any:
        raise error(CODES.DEVICE_NOT_AVAILABLE, "clCreateContext", cl.RuntimeError)

    with monkeypatch.context() as patch:
        patch.setattr(cl, "Context", gone)
        with pytest.raises(DeviceError, match=r"cannot be used .*DEVICE_NOT_AVAILABLE"):
            pooled()
    pooled()
    contexts.discard(device.default_queue().context)
    clpool.set_default_device(None)
    with pytest.raises(DeviceError, match=r"(?i)no OpenCL"):
        pooled()


def test_a_context_that_lives_is_kept(copied: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where only a kernel is refused, or memory is short, the context stays."""
    if capabilities.device_class(device.default_device()) == "gpu" and not copied:
        pytest.skip("GPUs have memory of their own")
    before = device.default_queue()
    launch, refused = cl.enqueue_nd_range_kernel, []

    def once(*arguments: Any) -> Any:
        if not refused:
            refused.append(1)
            raise error(CODES.OUT_OF_RESOURCES, "clEnqueueNDRangeKernel", cl.RuntimeError)
        return launch(*arguments)

    monkeypatch.setattr(cl, "enqueue_nd_range_kernel", once)
    monkeypatch.setattr(descent, "_remembered", {})
    pooled()
    assert refused
    assert device.default_queue() is before
    buffer = cl.Buffer

    def short(context: Any, flags: int, size: int = 0, hostbuf: Any = None) -> Any:
        if size == 16:
            raise error(CODES.MEM_OBJECT_ALLOCATION_FAILURE, "clCreateBuffer", cl.MemoryError)
        return buffer(context, flags, size, hostbuf)

    monkeypatch.setattr(cl, "Buffer", short)
    assert not contexts.is_lost(error(CODES.OUT_OF_RESOURCES, "clFinish"), before)
    assert not contexts.is_lost(ValueError(), before)
    assert not contexts.is_lost(None, before)
