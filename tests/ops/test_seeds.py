"""A seed is an argument of a call: new ones cost what known ones do, and leave nothing behind."""

from __future__ import annotations

import gc
import sys
import threading
import tracemalloc
from collections import Counter
from collections.abc import Callable
from functools import partial
from itertools import count
from typing import Any

import numpy as np
import pyopencl.array as cla
import pytest
from cases import assert_exact
from other_devices import traits_as

import clpool
from clpool import reference
from clpool.problem.window import SlidingWindow
from clpool.runtime import device, dispatch, memo

SMALL, LARGE = (1, 2, 6, 6), (2, 8, 96, 96)


@pytest.fixture(autouse=True)
def plans(monkeypatch: pytest.MonkeyPatch) -> dict[Any, clpool.Plan]:
    """The plans of a test alone."""
    found: dict[Any, clpool.Plan] = {}
    monkeypatch.setattr(dispatch, "_plans", found)
    return found


def called(function: Callable[[], Any]) -> Counter[str]:
    """The functions that are called meanwhile, Python's and those of extensions, by name."""
    found: Counter[str] = Counter()

    def note(frame: Any, event: str, argument: Any) -> None:
        if event == "call":
            found[frame.f_code.co_name] += 1
        elif event == "c_call":
            found[f"builtin {argument.__name__}"] += 1

    gc.collect()
    gc.disable()  # finalisers are nobody's calls
    sys.setprofile(note)
    try:
        function()
    finally:
        sys.setprofile(None)
        gc.enable()
    return found


def kept(plans: dict[Any, clpool.Plan]) -> list[int]:
    """How many plans there are, and how much each has found out."""
    found = [len(plans)]
    for plan in plans.values():
        host, on_device = plan.host_executor, plan.device_executor
        found += [len(plan._launches), len(host.bindings), len(host._staged)]
        found += [len(on_device.bindings)]
    return found


def drawn(shape: tuple[int, ...], ndim: int = 2, **options: Any) -> Callable[..., Any]:
    """Stochastic pooling of one array into one other."""
    x = np.random.default_rng(0).random(shape, np.float32)
    function = getattr(clpool, f"stochastic_pool{ndim}d")
    return partial(function, x, 2, out=function(x, 2, seed=0), **options)


def on_device(shape: tuple[int, ...]) -> Callable[..., Any]:
    """The same of arrays on the device."""
    queue = device.default_queue()
    x = cla.to_device(queue, np.random.default_rng(0).random(shape, np.float32))
    out = clpool.stochastic_pool2d(x, 2, seed=0)

    def pooled(seed: int | None) -> None:
        clpool.stochastic_pool2d(x, 2, seed=seed, out=out).get()

    return pooled


def fractional(name: str, *known: Any, **options: Any) -> Callable[..., Any]:
    """Fractional pooling, or its gradient, of one array."""
    x = np.random.default_rng(0).random((1, 2, 7, 8), np.float32)
    return partial(getattr(clpool, name), x, *known, **options)


SEEDED = {
    "small": lambda: drawn(SMALL),
    "large": lambda: drawn(LARGE),
    "indices": lambda: partial(clpool.stochastic_pool2d, np.ones(SMALL), 2, return_indices=True),
    "clamped": lambda: drawn(SMALL, clamp=True),
    "3d": lambda: drawn((1, 1, 4, 4, 4), 3),
    "device": lambda: on_device(SMALL),
    "module": lambda: partial(clpool.nn.StochasticPool2d(2), np.ones(SMALL)),
    "fractional max": lambda: fractional("fractional_max_pool2d", 2, 3),
    "fractional avg": lambda: fractional("fractional_avg_pool2d", 2, 3),
    "fractional gradient": lambda: fractional("fractional_avg_pool2d_backward", (1, 2, 15, 17), 2),
}


@pytest.mark.parametrize("which", SEEDED)
def test_a_new_seed_costs_what_a_known_one_does(which: str, plans: dict[Any, clpool.Plan]) -> None:
    """No plan, no route and no other calls are made for it."""
    pooled = SEEDED[which]()
    for _ in range(4):
        pooled(seed=1)
    before = kept(plans)
    known = called(partial(pooled, seed=1))
    for seed in (2, 0, 2**63 - 1):
        assert called(partial(pooled, seed=seed)) == known
    assert kept(plans) == before


@pytest.mark.parametrize("copied", [False, True], ids=["wrapped", "copied"])
@pytest.mark.parametrize("shape", [SMALL, LARGE], ids=str)
def test_every_call_draws_by_its_own_seed(
    shape: tuple[int, ...], copied: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same plan draws what the reference does, seed after seed, and again."""
    if copied:
        traits_as(monkeypatch, shares_host_memory=lambda: False)
    x = np.random.default_rng(1).random(shape, np.float32)
    for seed in (0, 1, 2**64 - 1, 2**33, 1):
        expected = reference.stochastic_pool(x, SlidingWindow.of(2, 2), seed)
        found = clpool.stochastic_pool2d(x, 2, return_indices=True, seed=seed)
        for one, other in zip(found, expected, strict=True):
            assert_exact(one, other, f"seed {seed}")


def test_threads_draw_by_their_own_seeds() -> None:
    """Calls of one plan at the same time do not take each other's seed."""
    x = np.random.default_rng(1).random(SMALL, np.float32)
    expected = [reference.stochastic_pool(x, SlidingWindow.of(2, 2), seed)[0] for seed in range(4)]
    wrong = []

    def work(seed: int) -> None:
        for _ in range(100):
            found = clpool.stochastic_pool2d(x, 2, seed=seed, clamp=True)
            if not np.array_equal(found, expected[seed]):
                wrong.append(seed)

    run_all([partial(work, seed) for seed in range(4)])
    assert not wrong


def run_all(works: list[Callable[[], None]]) -> None:
    """Each in a thread of its own, until all have ended."""
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.parametrize("which", ["small", "large", "device", "fractional max"])
def test_ten_thousand_calls_leave_nothing(which: str, plans: dict[Any, clpool.Plan]) -> None:
    """Without a seed: objects, memory and the calls of a call are those of the first hundred."""
    pooled = partial(SEEDED[which](), seed=None)
    for _ in range(100):
        pooled()
    before, first, objects = kept(plans), called(pooled), len(gc.get_objects())
    grown = []
    tracemalloc.start()
    try:
        for _ in range(3):  # what a call leaves grows each time
            memory, _ = tracemalloc.get_traced_memory()
            for _ in range(10_000 if which == "small" else 1_000):
                pooled()
            device.default_queue().finish()  # arrays hold the events of what has not ended
            pooled()
            gc.collect()
            grown.append(tracemalloc.get_traced_memory()[0] - memory)
            if grown[-1] < 2**14:
                break
    finally:
        tracemalloc.stop()
    assert min(grown) < 2**14
    assert len(gc.get_objects()) - objects < 100
    assert kept(plans) == before
    assert called(pooled) == first


GRAD, INPUT = np.ones((1, 2, 3, 3), np.float32), (1, 2, 6, 6)

GRADIENTS: dict[str, Callable[[], Any]] = {
    "avg": lambda: clpool.avg_pool2d_backward(GRAD, INPUT, 2),
    "avg, tuples": lambda: clpool.avg_pool2d_backward(GRAD, INPUT, (2, 2), (2, 2), (0, 0)),
    "sum": lambda: clpool.sum_pool2d_backward(GRAD, INPUT, 2, padding=((0, 0), (0, 0))),
    "max": lambda: clpool.max_pool2d_backward(GRAD, INDICES, INPUT, 2),
    "adaptive": lambda: clpool.adaptive_avg_pool2d_backward(GRAD, INPUT),
    "global": lambda: clpool.global_avg_pool_backward(GRAD[..., :1, :1], INPUT),
    "lp": lambda: clpool.lp_pool2d_backward(GRAD, PLAIN, GRAD, 2, 2),
    "soft": lambda: clpool.soft_pool2d_backward(GRAD, PLAIN, 2),
    "median": lambda: clpool.median_pool2d_backward(GRAD, INDICES, INPUT, 2),
    "fractional": lambda: clpool.fractional_max_pool2d_backward(GRAD, INDICES, INPUT, 2),
    "unpool": lambda: clpool.max_unpool2d_backward(PLAIN, INDICES),
    "forward": lambda: clpool.max_pool2d(PLAIN, (2, 2), (2, 2), ((0, 0), (0, 0))),
}
PLAIN = np.ones(INPUT, np.float32)
INDICES = clpool.max_pool2d(PLAIN, 2, return_indices=True)[1]


@pytest.mark.parametrize("which", GRADIENTS)
def test_gradients_are_looked_up_once(which: str, plans: dict[Any, clpool.Plan]) -> None:
    """A call with tuples that is known is found by its values, not by its text."""
    for _ in range(3):
        GRADIENTS[which]()
    before = kept(plans)
    found = called(GRADIENTS[which])
    assert found["_find_or_make"] == 0
    assert found["builtin repr"] == 0
    assert kept(plans) == before


def test_tuples_that_equal_known_ones_are_checked() -> None:
    """2.0 and True equal 2 and 1 at any depth, and are refused behind them."""
    right = {"kernel_size": (2, 2), "stride": (1, 2), "padding": ((1, 1), (1, 1))}
    x = np.zeros((1, 1, 4, 6), np.float32)
    _, indices = clpool.max_pool2d(x, **right, return_indices=True)
    grad = np.ones(indices.shape, np.float32)
    wrongs = [
        {"kernel_size": (2.0, 2)},
        {"kernel_size": (2, np.float64(2))},
        {"stride": (True, 2)},
        {"stride": (1.0, 2)},
        {"padding": ((1, 1), (1, True))},
        {"padding": ((1, 1.0), (1, 1))},
        {"input_shape": (1, 1, 4, 6.0)},
        {"ceil_mode": 0},
    ]
    for _ in range(2):
        known = {"input_shape": (1, 1, 4, 6)} | right
        clpool.sum_pool2d_backward(grad, **known)
        clpool.max_pool2d_backward(grad, indices, **known)
        for wrong in wrongs:
            with pytest.raises(TypeError):
                clpool.sum_pool2d_backward(grad, **known | wrong)
            with pytest.raises(TypeError):
                clpool.max_pool2d_backward(grad, indices, **known | wrong)


def test_the_oldest_plan_is_forgotten(
    plans: dict[Any, clpool.Plan], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One by one: the others' plans stay."""
    monkeypatch.setattr(dispatch, "_MOST_PLANS", 3)
    made: list[clpool.Plan] = []
    for length in range(8, 14):
        clpool.max_pool1d(np.ones((1, 1, length), np.float32), 2)
        assert list(plans.values())[:-1] == made[-2:]
        made.append(list(plans.values())[-1])
    assert len(set(made)) == 6


def test_what_is_remembered_is_bounded_whoever_fills_them() -> None:
    """Threads that keep and forget at once lose no value of theirs, and meet no error."""
    found: dict[int, object] = {}
    numbers, wrong = count(), []

    def work() -> None:
        for _ in range(2000):
            number, value = next(numbers) // 2, object()
            if memo.keep(found, number, value, 5) is not value:
                continue  # another thread's came first
            if number % 7 == 0:
                memo.discard(found, lambda kept, own=value: kept is own)
                if found.get(number) is value:
                    wrong.append(number)
            if len(found) > 6:  # one that is being kept
                wrong.append(len(found))

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        run_all([work] * 4)
    finally:
        sys.setswitchinterval(before)
    assert not wrong
    assert len(found) <= 5
