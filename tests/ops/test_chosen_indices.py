"""Indices that no pooling can have chosen: gradients refuse them, whatever kernel runs."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pyopencl.array as cla
import pytest
from element_types import needed
from family import Operator, moved
from family_cases import adaptive_gradient, fractional_gradient, gradient
from family_rank import median_gradient
from family_weighted import DrawnGradient
from other_devices import traits_as
from refusals import VALUE, refused
from skeletons import ANY_BLOCK

import clpool
from clpool import reference, tuning
from clpool.ops import chosen_indices
from clpool.problem.window import SlidingWindow
from clpool.reference.taps import Taps
from clpool.runtime import device, dispatch
from clpool.schedule import placement
from clpool.schedule.geometry import Geometry

#: Windows that overlap, overhang, leave gaps, are dilated, longer than can be written out, or lie
#: in the padding with all taps; of every function that reads indices.
OPERATORS: tuple[Any, ...] = (
    gradient("max", (23,), 3, 2, 1),
    gradient("max", (9, 14), 3, 2, 1),
    gradient("max", (9, 37), (3, 2), (1, 3), (1, 0), (2, 1), True),
    gradient("min", (5, 6, 9), 2, (1, 2, 2), 1),
    gradient("max", (5, 6, 9), 3, 2, 1, (1, 2, 2)),
    gradient("max", (30, 24), (20, 19), (3, 1), (10, 9)),
    gradient("max", (4, 40), 2, 2, ((5, 3), (7, 6))),
    gradient("max", (1, 9), 2, 1, 1, 2),
    gradient("max", (3, 4, 5), 2, 1, ((3, 0), (0, 2), (2, 2))),
    adaptive_gradient("max", (23,), 5),
    adaptive_gradient("max", (9, 14), (4, 20)),
    adaptive_gradient("min", (5, 6, 7), (3, 4, 2)),
    median_gradient((9, 14), 3, 2, 1),
    DrawnGradient("stochastic_pool2d_backward", (9, 14), SlidingWindow.of(2, 3, 2, 1), (3, 2, 1)),
)

#: The forced variant, whether channels are last, and what runs: windows that slide, and others.
SKELETONS = (
    ("rows", False, ("rows_covering", "channels")),
    ("rows", True, ("channels", "channels")),
    ("direct", False, ("direct", "direct")),
    ("direct", True, ("direct", "direct")),
    ("outputs", False, ("outputs", "outputs_listed")),
    ("outputs", True, ("outputs", "outputs_listed")),
)
DTYPES = ("int64", "int32")


def legal(operator: Any) -> np.ndarray:
    """Of every window and every index of the plane, whether it is one of its taps."""
    taps = Taps(np.empty(operator.lengths, np.int8), operator.window)
    found = np.zeros((*taps.shape, math.prod(operator.lengths)), bool)
    for valid, offsets in taps.places():
        valid, offsets = (np.broadcast_to(a, taps.shape) for a in (valid, offsets))
        at = np.nonzero(valid)
        found[(*at, offsets[at])] = True
    return found


def wrong(operator: Any, index: str) -> Iterator[tuple[tuple[int, ...], int]]:
    """Windows, and indices that are none of their taps: near ones, and those beyond all planes."""
    allowed = legal(operator)
    size, limits = allowed.shape[-1], np.iinfo(index)
    rng = np.random.default_rng(5)
    beyond = [size, size + 83, limits.max, limits.min, limits.max // 2 + 1]
    beyond += [2**32, 2**40] if index == "int64" else []
    windows = list(np.ndindex(allowed.shape[:-1]))
    some = [windows[n] for n in sorted({0, len(windows) - 1, *rng.integers(0, len(windows), 9)})]
    for number, window in enumerate(some):
        others = np.flatnonzero(~allowed[window])
        near = [n for n in others if allowed[window][max(n - 1, 0) : n + 2].any()]
        yield from ((window, int(n)) for n in (*near[:2], *near[-1:], *others[-1:]))
        yield window, -1 if allowed[window].any() else -2
        yield window, beyond[number % len(beyond)]


def drawn(operator: Any, index: str) -> list[np.ndarray]:
    """A gradient and the indices of a pooling; two planes of three channels."""
    return operator.arrays(np.random.default_rng(3), np.dtype(np.float32), "normal", (2, 3))


def placed(right: np.ndarray, at: tuple[int, ...], value: int) -> np.ndarray:
    """The indices with another one in the last channel of the second plane."""
    changed = right.copy()
    changed[(1, 2, *at)] = value
    return changed


def templates() -> set[str]:
    """The kernels that ran and do more than to look."""
    specs = [launch.spec for plan in dispatch._plans.values() for launch in plan._launches]
    return {spec.template for spec in specs if spec.mode.name == "select_backward"}


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The shapes of the indices that a kernel looked at without a gradient."""
    found: list[Any] = []
    find_plan = chosen_indices.find_plan

    def noted(x: Any, *arguments: Any, **keywords: Any) -> Any:
        found.extend([x.shape] * (x.dtype.kind == "i"))
        return find_plan(x, *arguments, **keywords)

    monkeypatch.setattr(chosen_indices, "find_plan", noted)
    monkeypatch.setattr(dispatch, "_plans", {})
    return found


@pytest.mark.cover("operator", ("variant", "last", "index"))
@pytest.mark.parametrize("index", DTYPES)
@pytest.mark.parametrize(("variant", "last", "ran"), SKELETONS, ids=lambda value: str(value))
@pytest.mark.parametrize("operator", OPERATORS, ids=str)
def test_kernels_refuse(
    operator: Any, variant: str, last: bool, ran: tuple[str, str], index: str, looked: list[Any]
) -> None:
    """Each index that is no tap of its window is named, and none that is one."""
    operator = replace(operator, index_dtype=index)
    plain = drawn(operator, index)
    plain[1] = plain[1].astype(index)
    (expected,) = operator.expected(plain)
    laid = partial(moved, ndim=operator.ndim) if last else np.asarray
    whole = laid(np.full(expected.values.shape, 7, np.float32))
    with tuning.forced(variant=variant, width=4, tile=8, items=5, schedule=ANY_BLOCK):
        found = operator.call([laid(a) for a in plain], last)
        expected.check(np.moveaxis(found, -1, -1 - operator.ndim) if last else found, "right")
        sliding = isinstance(operator.window, SlidingWindow)
        assert templates() == {ran[not sliding]}
        for number, (at, value) in enumerate(wrong(operator, index)):
            bad = [laid(plain[0]), laid(placed(plain[1], at, value))]
            words = ("indices", str(value), "plane (1, 2)", f"output {at}")
            refused(lambda a=bad, **o: operator.call(a, last, **o), VALUE, words)
            if number % 4 == 0:
                refused(lambda a=bad, **o: operator.call(a, last, **o), VALUE, words, whole)
        found = operator.call([laid(a) for a in plain], last, out=whole)
        assert found is whole
        expected.check(np.moveaxis(found, -1, -1 - operator.ndim) if last else found, "again")


@pytest.mark.parametrize("operator", OPERATORS[1::3], ids=str)
@pytest.mark.parametrize("memory", ["copied", "device"])
def test_memory_of_devices(
    operator: Any, memory: str, looked: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Arrays that travel, and those of the device: the call waits, and tells."""
    if memory == "copied":
        traits_as(monkeypatch, shares_host_memory=lambda: False)
    queue = device.default_queue()
    there = (lambda a: cla.to_device(queue, a)) if memory == "device" else np.array
    fetch = (lambda a: a.get()) if memory == "device" else np.asarray
    plain = drawn(operator, "int64")
    (expected,) = operator.expected(plain)
    target = there(np.full(expected.values.shape, 7, np.float32))
    for at, value in list(wrong(operator, "int64"))[::5]:
        bad = [there(plain[0]), there(placed(plain[1], at, value))]
        words = ("indices", str(value), "plane (1, 2)")
        refused(lambda a=bad: operator.call(a), VALUE, words)
        refused(lambda a=bad: operator.call(a, out=target), VALUE, words)
        assert (fetch(target) == 7).all()
    expected.check(fetch(operator.call([there(a) for a in plain])), "fresh")
    expected.check(fetch(operator.call([there(a) for a in plain], out=target)), "given")


@pytest.mark.parametrize("variant", ["rows", "direct"])
def test_windows_without_a_tap(variant: str, looked: list[Any]) -> None:
    """They take -1 alone, and a launch over them alone says so, where nothing is given."""
    x = np.random.default_rng(0).standard_normal((2, 3, 4, 12)).astype(np.float32)
    window = (2, 2, ((5, 3), (7, 0)))
    with tuning.forced(variant=variant):
        y, right = clpool.max_pool2d(x, *window, return_indices=True)
        assert (right[:, :, :2] == -1).all()
        grad = np.ones_like(y)
        call = partial(clpool.max_pool2d_backward, grad, input_shape=x.shape, kernel_size=2)
        call = partial(call, stride=2, padding=window[2])
        flow = call(right)
        np.testing.assert_array_equal(flow, reference.max_pool_backward(grad, right, x.shape, 2))
        assert looked == [(2, 3, 2, 9), (2, 3, 1, 9), (2, 3, 6, 3)]
        assert right.shape == (2, 3, 6, 9)
        for at in ((0, 4), (1, 8), (5, 5), (3, 0), (4, 2)):
            for value in (0, 5, -2, 2**40):
                words = ("indices", str(value), "plane (1, 2)", f"output {at}")
                bad = placed(right, at, value)
                refused(lambda b=bad, **o: call(b, **o), VALUE, words)
                refused(lambda b=bad, **o: call(b, **o), VALUE, words, np.full(x.shape, 7, "f4"))
        bad = placed(right, (2, 3), -1)
        refused(lambda: call(bad), VALUE, ("indices", "-1", "plane (1, 2)", "output (2, 3)"))


def test_fresh_results_cost_no_second_pass(looked: list[Any]) -> None:
    """Indices are looked at beforehand where a result is given, and otherwise by the gradient."""
    operator: Any = gradient("max", (9, 14), 3, 2, 1)
    plain = drawn(operator, "int64")
    operator.call(plain)
    assert not looked
    operator.call(plain, out=np.empty((2, 3, 9, 14), np.float32))
    assert looked == [plain[1].shape]
    looked.clear()
    refused(lambda: operator.call([plain[0], placed(plain[1], (0, 0), 125)]), VALUE, ("125",))
    assert looked == [plain[1].shape]


@pytest.mark.parametrize("operator", OPERATORS[1::2], ids=str)
def test_parts_of_planes(operator: Any, looked: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows are whole where planes are cut: no tap in another chunk is taken for a wrong one."""
    plain = drawn(operator, "int64")
    (expected,) = operator.expected(plain)
    for number, most in enumerate((60, 110, 220)):
        dispatch._plans.clear()
        monkeypatch.setattr(placement, "most_elements", lambda problem, unit, most=most: most)
        with tuning.forced(variant=("rows", "direct")[number % 2]):
            try:
                expected.check(operator.call(plain), f"chunks of {most}")
            except clpool.errors.DeviceError:  # one window does not fit
                continue
            expected.check(operator.call(plain, out=np.empty((2, 3, *operator.lengths), "f4")), "")
            for at, value in list(wrong(operator, "int64"))[number::7]:
                bad = [plain[0], placed(plain[1], at, value)]
                refused(lambda b=bad: operator.call(b), VALUE, ("indices", str(value)))


@pytest.mark.parametrize("index", DTYPES)
@pytest.mark.parametrize("variant", ["rows", "direct"])
def test_64_bit_positions(
    index: str, variant: str, looked: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The kernels of planes beyond 2^31 elements refuse the same."""
    monkeypatch.setattr(Geometry, "is_wide", lambda self: True)
    _some(OPERATORS[2], index, variant)


@pytest.mark.parametrize("index", DTYPES)
@pytest.mark.parametrize("variant", ["rows", "direct"])
def test_portable_dialect(
    index: str, variant: str, looked: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """So do those in OpenCL C without a compiler's extensions."""
    traits_as(monkeypatch, dialect="portable")
    _some(OPERATORS[2], index, variant)


@pytest.mark.parametrize("dtype", ["float16", "float64"])
def test_other_gradients(dtype: str, looked: list[Any]) -> None:
    """And those of gradients that are wider or narrower than positions."""
    needed(dtype)
    _some(OPERATORS[2], "int64", "rows", dtype)


def _some(operator: Any, index: str, variant: str, dtype: str = "float32") -> None:
    grad, right = drawn(operator, index)
    grad, right = grad.astype(dtype), right.astype(index)
    with tuning.forced(variant=variant, width=4, tile=8):
        for last in (False, True):
            laid = partial(moved, ndim=operator.ndim) if last else np.asarray
            operator.call([laid(grad), laid(right)], last)
            for at, value in list(wrong(operator, index))[::3]:
                bad = [laid(grad), laid(placed(right, at, value))]
                refused(partial(operator.call, bad, last), VALUE, ("indices", str(value)))


@pytest.mark.parametrize("variant", ["rows", "direct"])
def test_fractional_windows(variant: str, looked: list[Any]) -> None:
    """Whatever the samples were, a window lies about where its number says."""
    operator: Operator = fractional_gradient("max", (9, 30), (2, 3), (4, 9))
    grad, right = drawn(operator, "int64")
    with tuning.forced(variant=variant):
        operator.call([grad, right])
        for at, value in (((0, 0), 8), ((0, 0), 120), ((3, 8), 269 - 30 * 2), ((2, 4), 270)):
            bad = placed(right, at, value)
            words = ("indices", str(value), "plane (1, 2)", f"output {at}")
            refused(lambda b=bad: operator.call([grad, b]), VALUE, words)


def test_whole_planes(looked: list[Any]) -> None:
    """The window of global pooling is the plane."""
    grad = np.ones((2, 3, 1, 1), np.float32)
    for value in (-1, 20, 2**33):
        wrong_one = placed(np.full(grad.shape, 19), (0, 0), value)
        call = partial(clpool.global_max_pool_backward, grad, wrong_one, (2, 3, 4, 5))
        refused(call, VALUE, ("indices", str(value), "plane (1, 2)"))
    flow = clpool.global_max_pool_backward(grad, np.full(grad.shape, 19), (2, 3, 4, 5))
    assert (flow[..., 3, 4] == 1).all()
    assert flow.sum() == 6
