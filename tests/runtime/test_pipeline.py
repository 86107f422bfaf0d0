"""Chunks of numpy arrays on their way to a device and back: overlapped, exact, bounded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pyopencl as cl
import pytest
from cases import assert_exact
from commands import recorded
from driver import CODES, WINDOW, drawn, error
from family import Operator, check
from family_cases import OPERATORS
from other_devices import traits_as

import clpool
from clpool import reference, tuning
from clpool.errors import DeviceError
from clpool.runtime import descent, device, device_memory, dispatch, pipeline, result_memory, slots
from clpool.schedule import placement, specialise, streaming

#: Eight chunks of one plane each.
SHAPE = (2, 4, 32, 48)
PLANE = 4 * 32 * 48


@pytest.fixture(autouse=True)
def _streamed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Arrays are copied to the device by planes, through pinned memory; nothing is known."""
    traits_as(monkeypatch, shares_host_memory=lambda: False)
    small(monkeypatch)
    monkeypatch.setattr(dispatch, "_plans", {})
    monkeypatch.setattr(descent, "_remembered", {})
    clpool.release_memory()
    yield
    clpool.release_memory()


def small(monkeypatch: pytest.MonkeyPatch, **numbers: int) -> None:
    """Take other thresholds of copies."""
    chosen = {"streamed_bytes": PLANE, "page_locked_bytes": 1} | numbers
    for module in (pipeline, slots, streaming):
        monkeypatch.setattr(module, "HOST", replace(tuning.HOST, **chosen))


def pooled(seed: int = 0, **options: Any) -> Any:
    """The maxima of 3x3 windows, checked, of an array that begins at a page."""
    plain = drawn(seed, SHAPE)
    x = result_memory.empty(plain.shape, plain.strides, plain.dtype)
    x[...] = plain
    found = clpool.max_pool2d(x, 3, 2, 1, **options)
    assert_exact(found, reference.pool(x, WINDOW, "max"))
    return found


def pinned() -> int:
    """The pinned buffers that are kept."""
    return sum(isinstance(kept, device_memory.Pinned) for _, kept in device_memory._kept)


@pytest.mark.parametrize("locked", [1, 2**40], ids=["pinned", "pageable"])
def test_copies_and_kernels_overlap(locked: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three queues; each command waits for what it needs; three chunks at a time, no more."""
    small(monkeypatch, page_locked_bytes=locked)
    commands = recorded(monkeypatch)
    pooled()
    ups, runs, downs = (commands.of(kind) for kind in ("up", "run", "down"))
    assert len(ups) == len(runs) == len(downs) == 8
    queues = [{command.queue for command in some} for some in (ups, runs, downs)]
    assert all(len(each) == 1 for each in queues)
    assert len(set.union(*queues)) == 3
    place = {id(command): number for number, command in enumerate(commands.made)}
    for n, (up, run, down) in enumerate(zip(ups, runs, downs, strict=True)):
        assert up.after == ([place[id(runs[n - 2])]] if n > 1 else [])
        assert run.after == [place[id(up)]]
        assert down.after == [place[id(run)]]
        if n > 1:  # its result's memory is read before it is written again
            assert 0 < downs[n - 2].waited <= place[id(run)]
            assert 0 < ups[n - 2].waited <= place[id(up)]
    for one, other in pairwise(range(8)):  # the next is under way before the host waits for one
        assert downs[one].waited > place[id(ups[other])]
    flying = [
        sum(place[id(ups[n])] < now and downs[n].waited >= now for n in range(8))
        for now in range(1, len(commands.made) + 1)
    ]
    assert max(flying) == 3  # one on its way, one at work, one on its way back; memory is of two


def test_large_chunks_come_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each has the memory of the one before, once that one is back; none of it is pinned."""
    small(monkeypatch, page_locked_most=PLANE - 1)
    commands = recorded(monkeypatch)
    pooled()
    assert [command.kind for command in commands.made] == ["up", "run", "down"] * 8
    assert [command.waited for command in commands.of("down")] == [*range(3, 25, 3)]
    assert len(device_memory._kept) == 3  # the result's parts, a quarter as large, are pinned
    assert pinned() == 1


def test_one_chunk_takes_the_calls_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is there to overlap."""
    small(monkeypatch, streamed_bytes=2**20)
    commands = recorded(monkeypatch)
    pooled()
    assert [command.kind for command in commands.made] == ["up", "run", "down"]
    assert {command.queue for command in commands.made} == {device.default_queue()}


@pytest.mark.parametrize("number", range(0, len(OPERATORS), 3), ids=lambda n: str(OPERATORS[n]))
def test_every_operator(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Results are those of the oracle, in either layout, with and without pinned memory."""
    operator: Operator = OPERATORS[number]
    plain = operator.arrays(np.random.default_rng(3), np.dtype(operator.usual), "normal", (3, 5))
    small(
        monkeypatch,
        streamed_bytes=max(array.nbytes for array in plain) // 4,
        page_locked_bytes=number % 2 * 2**40 + 1,
    )
    check(operator, plain, str(operator), number // 3 % 2 == 1)
    launches = [launch for plan in dispatch._plans.values() for launch in plan._launches]
    assert max(len(launch.chunks) for launch in launches) > 2


def test_memory_is_kept_and_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second call makes no buffer; pinned ones stay mapped, count, and are released."""
    commands = recorded(monkeypatch)
    made: list[int] = []
    buffer = cl.Buffer
    monkeypatch.setattr(cl, "Buffer", lambda *a, **k: made.append(1) or buffer(*a, **k))
    for seed in range(3):
        pooled(seed)
        assert len(made) == 8  # of two chunks an input and a result, on the device and pinned
        assert commands.mapped == pinned() == 4
    result = 4 * 16 * 24
    assert device_memory.release() == 4 * (PLANE + result)
    assert commands.mapped == pinned() == 0
    monkeypatch.setattr(device_memory, "MOST_BUFFERS", 3)
    pooled()
    assert len(device_memory._kept) == 3
    assert commands.mapped == pinned()


def test_drivers_without_pinned_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Arrays are copied from and to where they lie."""
    buffer = cl.Buffer

    def refused(context: Any, flags: int, *more: Any, **options: Any) -> Any:
        if flags & cl.mem_flags.ALLOC_HOST_PTR:
            raise error(CODES.OUT_OF_RESOURCES, "clCreateBuffer", cl.RuntimeError)
        return buffer(context, flags, *more, **options)

    monkeypatch.setattr(cl, "Buffer", refused)
    commands = recorded(monkeypatch)
    pooled()
    assert len(commands.of("run")) == 8
    assert pinned() == 0


def failing(kind: str, at: int, code: int, times: int = 1) -> Callable[[str, int], None]:
    """Let the command of a kind fail at its number, so many times."""
    left = [times]

    def fails(which: str, number: int) -> None:
        if which == kind and number >= at and left[0]:
            left[0] -= 1
            routine = {"run": "clEnqueueNDRangeKernel", "up": "clEnqueueWriteBuffer"}
            raise error(code, routine.get(kind, "clEnqueueReadBuffer"), cl.RuntimeError)

    return fails


@pytest.mark.parametrize("kind", ["up", "run", "down"])
def test_a_shortage_steps_down(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Kept memory is released and the call repeated once; then chunks are smaller."""
    commands = recorded(monkeypatch)
    out = pooled()
    (plan,) = dispatch._plans.values()
    for times, chunks in ((1, 8), (1, 8), (2, 24)):
        commands.made.clear()
        device_memory.give_back(plan.queue.context, [device_memory.take(plan.queue.context, 77)])
        commands.fails = failing(kind, 3, CODES.MEM_OBJECT_ALLOCATION_FAILURE, times)
        pooled(times, out=out)
        (launch,) = plan._launches
        assert len(launch.chunks) == chunks
        assert commands.mapped == pinned() == 4
    commands.fails = lambda *command: None
    pooled()


@pytest.mark.parametrize("kind", ["up", "run", "down"])
@pytest.mark.parametrize("interrupted", [False, True])
def test_nothing_is_left_behind(
    kind: str, interrupted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error or an interrupt ends all that was begun, no buffer stays mapped, and all is well."""
    commands = recorded(monkeypatch)
    fails = failing(kind, 5, CODES.INVALID_OPERATION)

    def interrupts(which: str, number: int) -> None:
        if (which, number) == (kind, 5):
            raise KeyboardInterrupt

    commands.fails = interrupts if interrupted else fails
    out = np.full((2, 4, 16, 24), 7, np.float32)
    expected = KeyboardInterrupt if interrupted else DeviceError
    words = None if interrupted else "out that was given holds some of the results"
    with pytest.raises(expected, match=words):
        pooled(out=out)
    done = cl.command_execution_status.COMPLETE
    statuses = {command.event.command_execution_status for command in commands.made}
    assert statuses == {done}
    assert commands.mapped == pinned() == 0
    commands.fails = lambda *command: None
    pooled(out=out)


def test_an_error_before_any_result(monkeypatch: pytest.MonkeyPatch) -> None:
    """It comes as it is, and out is what it was."""
    commands = recorded(monkeypatch)
    commands.fails = failing("run", 0, CODES.INVALID_OPERATION)
    out = np.full((2, 4, 16, 24), 7, np.float32)
    with pytest.raises(cl.RuntimeError, match="INVALID_OPERATION"):
        pooled(out=out)
    assert (out == 7).all()


def test_parts_that_are_not_worth_it() -> None:
    """Chunks whose copies overlap by much are not made; halos are as small as can be."""
    problem = clpool.plan((1, 1, 4096, 64), np.float32, (65, 1), "max", 1).problem
    unit = replace(specialise.DeviceTraits("a device"))
    layout = placement.dense_layout(problem)
    _, whole = specialise.specialise(problem, unit, layout, {})
    _, parts = specialise.specialise(problem, unit, layout._replace(streamed=True), {})
    assert len(whole) == 1
    read = sum(b - a + 1 for a, b in (chunk.geometry.x_span() for chunk in parts))
    assert read <= 4096 * 64 * 9 // 8


def test_columns_behind_each_other_are_not_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts between whose elements those of others lie would copy all of it many times."""
    commands = recorded(monkeypatch)
    x = np.ascontiguousarray(drawn(0, (64, 4, 4, 8)).transpose(1, 2, 3, 0)).transpose(3, 0, 1, 2)
    small(monkeypatch, streamed_bytes=1024)
    found = clpool.max_pool2d(x, 2)
    assert_exact(np.ascontiguousarray(found), reference.pool(np.array(x), window2(), "max"))
    moved = sum(1 for command in commands.made if command.kind == "up")
    assert moved < 4 * x.nbytes // 1024


def window2() -> Any:
    """Windows of 2x2."""
    return clpool.problem.window.SlidingWindow.of(2, 2)


def test_events_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a call waits for is waited for before its arrays are read."""
    plan = clpool.plan(SHAPE, np.float32, (3, 3), "max", 2, 1)
    gate = cl.UserEvent(device.default_queue().context)
    gate.set_status(0)
    order: list[str] = []
    wait, copy = cl.wait_for_events, cl.enqueue_copy
    monkeypatch.setattr(cl, "wait_for_events", lambda e: (order.append("wait"), wait(e))[1])
    monkeypatch.setattr(
        cl, "enqueue_copy", lambda *a, **k: (order.append("copy"), copy(*a, **k))[1]
    )
    assert_exact(
        plan(drawn(0, SHAPE), wait_for=[gate]), reference.pool(drawn(0, SHAPE), WINDOW, "max")
    )
    assert order[:2] == ["wait", "copy"]


def test_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Calls at once share the queues, not the memory."""
    import threading

    wrong: list[BaseException] = []

    def work(seed: int) -> None:
        try:
            for turn in range(5):
                pooled(seed * 10 + turn)
        except BaseException as failed:
            wrong.append(failed)

    pooled()
    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


@pytest.mark.parametrize("parts", [1, 8])
def test_a_queue_out_of_order(parts: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands wait for each other by their events, not by their order."""
    small(monkeypatch, streamed_bytes=8 // parts * PLANE)
    context = device.default_queue().context
    properties = cl.command_queue_properties.OUT_OF_ORDER_EXEC_MODE_ENABLE
    if not context.devices[0].queue_on_host_properties & properties:
        pytest.skip("the device has no such queues")
    queue = cl.CommandQueue(context, context.devices[0], properties)
    commands = recorded(monkeypatch)
    for seed in range(3):
        pooled(seed, queue=queue)
    assert len(commands.of("run")) == 3 * parts
    assert {command.queue for command in commands.of("run")} == {queue}
    assert all(command.after for command in commands.of("run") + commands.of("down"))
