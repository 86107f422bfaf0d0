"""A driver refuses kernels, launches and buffers: simpler kernels and smaller chunks take over."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from functools import partial
from math import prod
from typing import Any

import family_rank
import numpy as np
import pyopencl as cl
import pyopencl.array as cla
import pytest
from cases import assert_exact
from driver import CODES, SHAPE, WINDOW, Driver, drawn, error, is_scalar, pooled, width
from family import Operator, check
from family_cases import OPERATORS
from other_devices import traits_as

import clpool
from clpool import reference, tuning
from clpool.runtime import device, dispatch, traits
from clpool.schedule import placement
from clpool.schedule.ladder import rungs

#: What drivers refuse: the class that their devices are taken for, builds, launches.
DRIVERS: dict[str, tuple[str, Callable[..., Any], Callable[..., Any]]] = {
    "wide vectors": ("", lambda label: width(label) > 2, lambda *launch: 0),
    "all but scalars": ("", lambda label: not is_scalar(label), lambda *launch: 0),
    "groups": (
        "gpu",
        lambda label: False,
        lambda label, size, group: CODES.INVALID_WORK_GROUP_SIZE if prod(group) > 1 else 0,
    ),
    "launches of vectors": (
        "gpu",
        lambda label: False,
        lambda label, size, group: 0 if is_scalar(label) else CODES.OUT_OF_RESOURCES,
    ),
}


@pytest.mark.parametrize("number", range(len(OPERATORS)), ids=lambda n: str(OPERATORS[n]))
def test_every_operator_steps_down(
    number: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Each gives the oracle's numbers by a kernel that the driver takes, and the log tells."""
    operator = OPERATORS[number]
    kind, builds, launches = list(DRIVERS.values())[number % len(DRIVERS)]
    driver = Driver(monkeypatch, builds, launches, kind=kind)
    last = number // len(DRIVERS) % 2 == 1
    dtype = np.dtype(operator.usual)
    plain = operator.arrays(np.random.default_rng(3), dtype, "normal", (2, 3))
    with caplog.at_level(logging.WARNING, "clpool"):
        check(operator, plain, str(operator), last)
    lines = [record.getMessage() for record in caplog.records]
    for label in driver.refused:
        assert any(line.startswith(f"{label} in groups of") for line in lines), label
    assert all("; taking " in line and "\n" not in line for line in lines)
    launched = {label for label, _, _ in driver.launched}
    plans = dispatch._plans.values()
    for plan in plans:
        assert {launch.spec.label for launch in plan._launches} <= launched
        check_ladder(plan)


@pytest.mark.parametrize("operator", family_rank.FORWARD, ids=str)
def test_networks_that_are_refused(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows whose sorting network does not build are sorted or bisected by loops."""
    driver = Driver(monkeypatch, builds=lambda label: "_network_" in label)
    plain = operator.arrays(np.random.default_rng(3), np.dtype(operator.usual), "ties", (2, 3))
    check(operator, plain, str(operator))
    assert len(set(driver.refused)) == 1
    assert ("_bisection_" in driver.compiled[0]) or ("_merging_" in driver.compiled[0])


def check_ladder(plan: clpool.Plan) -> None:
    """Rungs differ, the last is a scalar kernel in groups of one, all come the same way again."""
    (key, *_) = plan._launches._descents
    specialised = partial(plan._launches._specialised(key), most=None)
    ladder, again = (list(rungs(specialised)) for _ in range(2))
    met = [(rung.spec, rung.chunks[0].group) for rung in ladder]
    assert len(set(met)) == len(met)
    assert met == [(rung.spec, rung.chunks[0].group) for rung in again]
    assert ladder[0].override == {}
    assert is_scalar(ladder[-1].spec.label), ladder[-1].spec.label
    assert prod(ladder[-1].chunks[0].group) == 1
    for variant in tuning.VARIANTS:
        widths = [rung.spec.width for rung in ladder if rung.spec.variant == variant]
        assert widths == sorted(widths, reverse=True)


def test_what_was_found_is_remembered(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither the next call nor another plan tries what was refused; plans say what runs."""
    driver = Driver(monkeypatch, lambda label: width(label) > 4, kind="cpu")
    for seed in range(3):
        pooled(drawn(seed))
    refused, compiled = list(driver.refused), list(driver.compiled)
    widths = {width(label) for label in refused}
    assert widths == {8, 16} & set(range(max(widths) + 1))
    lines = len(caplog.records)
    for shape in ((2, 3, 40, 50), (1, 1, 21, 90)):
        pooled(drawn(1, shape))
        plan = clpool.plan(shape, np.float32, (3, 3), "max", 2, 1)
        assert plan.spec.width == 4
        assert (plan.label, plan.variant) == (plan.spec.label, plan.spec.variant)
        assert f"__kernel void {plan.label}(" in plan.source
    assert (driver.refused, driver.compiled) == (refused, compiled)
    assert len(caplog.records) == lines


@pytest.mark.parametrize("wrapped", [True, False], ids=["wrapped", "copied"])
def test_a_launch_refused_late(wrapped: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """A kernel that ran before, straight or staged, is replaced when it is refused at last."""
    if not wrapped:
        traits_as(monkeypatch, shares_host_memory=lambda: False)
    driver = Driver(monkeypatch)
    x = drawn(shape=(1, 2, 9, 9))
    out = np.empty_like(reference.pool(x, WINDOW, "max"))
    for seed in range(3):
        pooled(drawn(seed, x.shape), out=out)
    driver.launches = lambda label, size, group: CODES.OUT_OF_RESOURCES * (not is_scalar(label))
    for seed in range(3):
        driver.launched.clear()
        pooled(drawn(seed, x.shape), out=out)
        assert is_scalar(driver.launched[0][0])
    refused = len(driver.refused)
    for seed in range(3):
        pooled(drawn(seed, x.shape), out=out)
    assert len(driver.refused) == refused


def test_device_arrays(monkeypatch: pytest.MonkeyPatch) -> None:
    """A launch on device arrays is replaced too; what had been started ends before it."""
    monkeypatch.setattr(placement, "most_elements", lambda problem, traits: 2 * 33 * 47)
    driver = Driver(monkeypatch)
    driver.launches = lambda label, size, group: (
        CODES.OUT_OF_RESOURCES if len(driver.launched) == 2 and not is_scalar(label) else 0
    )
    queue = device.default_queue()
    x, out = cla.to_device(queue, drawn()), cla.zeros(queue, (2, 3, 17, 24), np.float32)
    for _ in range(2):
        assert clpool.max_pool2d(x, 3, 2, 1, out=out) is out
        assert_exact(out.get(), reference.pool(drawn(), WINDOW, "max"))
    assert driver.refused
    assert not is_scalar(driver.launched[1][0])
    assert all(is_scalar(label) for label, _, _ in driver.launched[2:])


class Failed:
    """An event of a kernel that failed after it was started."""

    def __init__(self, code: int) -> None:
        self.code = code

    def wait(self) -> None:
        """Raise what pyopencl raises."""
        raise error(self.code, "clWaitForEvents", cl.RuntimeError)


@pytest.mark.parametrize(
    "code", [CODES.OUT_OF_RESOURCES, CODES.EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST]
)
def test_a_kernel_that_fails_when_it_is_waited_for(
    code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A call on numpy arrays runs a simpler kernel, unless other events may have failed."""
    if not traits.traits_of(device.default_device()).shares_host_memory():
        pytest.skip("the copy of the results waits for the kernel, not the call")
    driver = Driver(monkeypatch)
    real = cl.enqueue_nd_range_kernel

    def launch(queue: Any, kernel: cl.Kernel, *more: Any) -> Any:
        event = real(queue, kernel, *more)
        return event if is_scalar(kernel.function_name) else (event.wait(), Failed(code))[1]

    monkeypatch.setattr(cl, "enqueue_nd_range_kernel", launch)
    plan = clpool.plan(SHAPE, np.float32, (3, 3), "max", 2, 1)
    gate = cl.UserEvent(device.default_queue().context)
    gate.set_status(0)
    if code != CODES.OUT_OF_RESOURCES:
        with pytest.raises(cl.Error, match="EVENTS_IN_WAIT_LIST"):
            plan(drawn(), wait_for=[gate])
        assert {label for label, _, _ in driver.launched} == {driver.launched[0][0]}
    assert_exact(plan(drawn()), reference.pool(drawn(), WINDOW, "max"))
    assert is_scalar(driver.launched[-1][0])


def test_threads_meet_the_same_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads whose launches are refused at once all take the same next kernel."""
    driver = Driver(monkeypatch)
    plan = clpool.plan(SHAPE, np.float32, (3, 3), "max", 2, 1)
    plan(drawn())
    driver.launches = lambda label, size, group: CODES.OUT_OF_RESOURCES * (not is_scalar(label))
    barrier, wrong = threading.Barrier(4), []

    def work(number: int) -> None:
        x = drawn(number)
        expected = reference.pool(x, WINDOW, "max")
        barrier.wait()
        for _ in range(20):
            if not np.array_equal(plan(x), expected):
                wrong.append(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert all(is_scalar(label) for label, _, _ in driver.launched[-40:])
