"""Plans held and called, what they tell, and a mode of one's own pooled by all of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import own_modes
import pyopencl.array as cla
import pytest
from cases import CASES, Case, assert_exact, assert_sum_close, random_values
from skeletons import value_kinds

import clpool
from clpool import modes, reference, tuning
from clpool.dtypes import element_type
from clpool.errors import ArgumentValueError
from clpool.problem.window import SlidingWindow
from clpool.runtime import device, dispatch
from clpool.tuning import VARIANTS


def plain_values(shape: tuple[int, ...], dtype: Any = np.float32, seed: int = 0) -> np.ndarray:
    """Ties, NaN and infinities."""
    return random_values(np.random.default_rng(seed), shape, dtype, "special")


def test_a_plan_is_held_and_called() -> None:
    """A plan gives the function's results, call after call, also into out, as given."""
    plan = clpool.plan((2, 3, 9, 11), np.float32, (3, 3), stride=2, padding=1, return_indices=True)
    window = SlidingWindow.of(2, 3, 2, 1)
    assert plan.output_shape == (2, 3, 5, 6)
    out = (np.full((2, 3, 5, 6), np.nan, np.float32), np.full((2, 3, 5, 6), -1))
    for seed in range(3):
        x = plain_values((2, 3, 9, 11), seed=seed)
        expected = reference.pool(x, window, "max", return_indices=True)
        assert plan(x, out) is out
        for fresh, given, other in zip(plan(x), out, expected, strict=True):
            assert_exact(fresh, other, "fresh")
            assert_exact(given, other, "given")


def test_results_of_a_plan_are_fresh() -> None:
    """Without out every call makes arrays of its own."""
    plan = clpool.plan((1, 1, 8), np.float32, (2,))
    x = np.arange(8, dtype=np.float32).reshape(1, 1, 8)
    first = plan(x)
    second = plan(-x)
    assert first.ravel().tolist() == [1, 3, 5, 7]
    assert second.ravel().tolist() == [0, -2, -4, -6]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, 2 * 3 * (8 * 8 * 4 + 4 * 4 * 4)),
        ({"return_indices": True}, 2 * 3 * (8 * 8 * 4 + 4 * 4 * (4 + 8))),
        ({"return_indices": True, "index_dtype": "int32"}, 2 * 3 * (8 * 8 * 4 + 4 * 4 * (4 + 4))),
        ({"mode": "sum", "result_dtype": "float64"}, 2 * 3 * (8 * 8 * 4 + 4 * 4 * 8)),
    ],
    ids=str,
)
def test_bytes_moved(options: dict, expected: int) -> None:
    """A plan's bytes are its input, values and indices, once each."""
    plan = clpool.plan((2, 3, 8, 8), "float32", (2, 2), **options)
    assert plan.bytes_moved == expected


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_plan_tells_what_runs(variant: str) -> None:
    """The variant, the label and the source are those of the kernel that is launched."""
    with tuning.forced(variant=variant):
        plan = clpool.plan((2, 3, 8, 8), np.float32, (2, 2))
    assert plan.variant == variant
    assert plan.label == plan.spec.label
    assert variant in plan.label
    assert f"void {plan.label}(" in plan.source
    plan(np.zeros((2, 3, 8, 8), np.float32))
    (launch,) = plan._launches
    assert launch.spec.variant == variant
    assert launch.kernel.function_name == launch.spec.label
    for word in ("(2, 3, 8, 8) -> (2, 3, 4, 4)", plan.label, plan.queue.device.name.strip()):
        assert word in repr(plan)


def test_wrong_arrays() -> None:
    """Another shape or dtype than planned is an error that names both."""
    plan = clpool.plan((2, 3, 8, 8), np.float32, (2, 2))
    with pytest.raises(ArgumentValueError, match=r"\(2, 3, 8, 7\).*plan is for \(2, 3, 8, 8\)"):
        plan(np.zeros((2, 3, 8, 7), np.float32))
    with pytest.raises(ArgumentValueError, match=r"int8.*plan is for.*float32"):
        plan(np.zeros((2, 3, 8, 8), np.int8))


def test_plans_differ_in_every_parameter() -> None:
    """Calls that differ in one parameter alone never share a cached plan."""
    x = plain_values((6, 6, 6))
    calls: list[dict[str, Any]] = [
        {},
        {"stride": 1},
        {"padding": 1},
        {"dilation": 2},
        {"ceil_mode": True},
        {"nan": "ignore"},
        {"return_indices": True},
        {"return_indices": True, "index_dtype": np.int32},
        {"data_format": "channels_last"},
    ]
    for _ in range(2):
        for options in calls:
            found = clpool.max_pool2d(x, 3, **options)
            shown = dict(options)
            last = shown.pop("data_format", "") == "channels_last"
            indices = {k: shown.pop(k) for k in ("return_indices", "index_dtype") if k in shown}
            nan = shown.pop("nan", "propagate")
            window = SlidingWindow.of(2, 3, **shown)
            plain = np.moveaxis(x, -1, 0) if last else x
            expected = reference.pool(plain, window, "max", nan=nan, **indices)
            if not indices:
                found, expected = (found,), (expected,)
            for one, other in zip(found, expected, strict=True):
                assert_exact(np.moveaxis(one, -1, 0) if last else one, other, str(options))


def test_a_call_finds_its_plan_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Calls of one shape share a plan; a float that equals a checked int does not pass."""
    monkeypatch.setattr(dispatch, "_plans", {})
    x = plain_values((1, 1, 8, 8))
    for _ in range(3):
        clpool.max_pool2d(x, 2)
    assert len(dispatch._plans) == 1
    clpool.max_pool2d(x[..., :6], 2)
    assert len(dispatch._plans) == 2
    with pytest.raises(TypeError):
        clpool.max_pool2d(x, 2.0)
    with pytest.raises(TypeError):
        clpool.max_pool2d(x, 2, ceil_mode=0)


def test_the_cache_of_plans_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many shapes do not fill the memory with plans."""
    monkeypatch.setattr(dispatch, "_plans", {})
    monkeypatch.setattr(dispatch, "_MOST_PLANS", 3)
    for length in range(8, 18):
        x = plain_values((1, 1, length))
        expected = reference.pool(x, SlidingWindow.of(1, 2), "max")
        assert_exact(clpool.max_pool1d(x, 2), expected, str(length))
        assert len(dispatch._plans) <= 3


@pytest.mark.parametrize("ndim", [1, 2, 3])
@pytest.mark.parametrize("kind", ["MaxPool", "AvgPool"])
def test_modules_make_plans(kind: str, ndim: int) -> None:
    """The plan of a module pools as the module does."""
    module = getattr(clpool.nn, f"{kind}{ndim}d")(3, stride=2, padding=1, ceil_mode=True)
    x = plain_values((2, 3, *(7, 8, 9)[:ndim]))
    plan = module.plan(x.shape, x.dtype)
    assert_exact(plan(x), module(x), kind)
    last = np.ascontiguousarray(np.moveaxis(x, 1, -1))
    plan = module.plan(last.shape, last.dtype, data_format="channels_last")
    assert_exact(np.moveaxis(plan(last), -1, 1), module(x), f"{kind} channels last")


# Modes of one's own, each a snippet, an entry, and its meaning in numpy.


@pytest.fixture(scope="module", params=list(own_modes.DOCUMENTS))
def own(request: pytest.FixtureRequest) -> Iterator[modes.Mode]:
    """A mode of each kind, registered as the documents show it, and gone afterwards."""
    if not own_modes.IN_CHECKOUT:
        pytest.skip("needs the checkout's documents")
    with own_modes.registered(request.param) as mode:
        yield mode


@pytest.mark.parametrize("ndim", [1, 2, 3])
@pytest.mark.parametrize("variant", ["runs", "group"])
@pytest.mark.parametrize("last", [False, True], ids=["channels_first", "channels_last"])
def test_a_mode_of_ones_own(own: modes.Mode, variant: str, ndim: int, last: bool) -> None:
    """Variants for long windows pool registered modes too, with indices where they select."""
    cases = [case for case in CASES if case.ndim == ndim and 0 not in case.shape][1::4]
    assert cases
    for number, original in enumerate(cases):
        case = with_batch(original)
        window, kinds = case.window, value_kinds(own.name)
        values = random_values(
            np.random.default_rng(number), case.shape, np.float32, kinds[number % len(kinds)]
        )
        x = np.ascontiguousarray(np.moveaxis(values, 1, -1)) if last else values
        with tuning.forced(variant=variant):
            found = clpool.pool(
                x,
                window.kernel,
                own.name,
                window.stride,
                window.padding,
                window.dilation,
                window.ceil_mode,
                own.selects,
                data_format="channels_last" if last else "channels_first",
            )
        results = found if own.selects else (found,)
        results = [np.moveaxis(one, -1, 1) if last else one for one in results]
        if own.selects:
            expected = reference.pool(values, window, own.name, return_indices=True)
            for one, other in zip(results, expected, strict=True):
                assert_exact(np.array(one), other, case.name)
        else:
            assert_sum_close(results[0], values, window, own.name, context=case.name)


def with_batch(case: Case) -> Case:
    """The case with a batch axis, if it has none."""
    missing = case.ndim + 2 - len(case.shape)
    return replace(case, shape=(1,) * missing + case.shape)


def test_a_mode_of_ones_own_keeps_the_rules(own: modes.Mode) -> None:
    """A name is registered once, an equal entry again without harm; what it lacks is refused."""
    assert modes.register(own) is own
    with pytest.raises(ArgumentValueError, match=f"'{own.name}' is already registered"):
        modes.register(replace(own, sums=not own.sums))
    x = np.ones((1, 8), np.float32)
    asked: dict[str, dict[str, Any]] = {
        "selects": {"return_indices": True},
        "widens": {"dtype": np.float64},
    }
    for able, options in asked.items():
        if getattr(own, able):
            clpool.pool(x, (2,), own.name, **options)
            reference.pool(x, SlidingWindow.of(1, 2), own.name, **options)
            continue
        with pytest.raises(ArgumentValueError, match=f"'{own.name}'"):
            clpool.pool(x, (2,), own.name, **options)
        with pytest.raises(ArgumentValueError, match=f"'{own.name}'"):
            reference.pool(x, SlidingWindow.of(1, 2), own.name, **options)
    plan = clpool.plan((4, 8), np.float32, (2,), own.name)
    assert own.name in plan.label
    assert own.name in plan.source


def test_an_empty_window_gives_the_identity(own: modes.Mode) -> None:
    """Where no tap is valid there is what combining never notices, or what is made of it."""
    x = np.full((2, 3, 7, 9), 2, np.float32)
    window = SlidingWindow.of(2, 2, 2, ((2, 1), (3, 0)))
    found = clpool.pool(x, (2, 2), own.name, 2, ((2, 1), (3, 0)))[:, :, 0]
    assert_exact(np.array(found), reference.pool(x, window, own.name)[:, :, 0])
    if not own.fields:
        assert (found == float(own.identity(element_type(x.dtype), "propagate"))).all()


def test_executors_are_made_when_an_array_comes() -> None:
    """A plan for numpy arrays makes nothing for pyopencl's, and the other way round."""
    x = np.ones((1, 2, 6, 6), np.float32)
    on_device = cla.to_device(device.default_queue(), x)
    for array, made, other in (
        (x, "host_executor", "device_executor"),
        (on_device, "device_executor", "host_executor"),
    ):
        plan = clpool.plan(x.shape, x.dtype, (2, 2))
        assert not {made, other} & set(vars(plan))
        plan(array)
        executor = getattr(plan, made)
        assert other not in vars(plan)
        plan(array)
        assert getattr(plan, made) is executor
