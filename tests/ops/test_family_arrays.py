"""Every operator on pyopencl arrays, in chunks, by way of device buffers, and again and again."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import as_gpu
import numpy as np
import pyopencl as cl
import pyopencl.array as cla
import pytest
from device_memory import fetch
from family import Operator
from family_cases import FORWARD, GRADIENTS, OPERATORS
from other_devices import traits_as
from processes import printed

import clpool
from clpool.errors import DeviceError
from clpool.problem import forward
from clpool.runtime import device, dispatch, traits
from clpool.schedule import placement

ORDERS = (0, cl.command_queue_properties.OUT_OF_ORDER_EXEC_MODE_ENABLE)
SURROUNDINGS = -77


def drawn(operator: Operator, leading: tuple[int, ...] = (2, 3)) -> list[np.ndarray]:
    """The operator's arrays, without surprises."""
    return operator.arrays(np.random.default_rng(7), np.dtype(operator.usual), "normal", leading)


def queue_of(properties: int = 0) -> cl.CommandQueue:
    """A queue of the default context, whose kernels are built already."""
    context = device.default_queue().context
    return cl.CommandQueue(context, context.devices[0], properties)


def inside(queue: cl.CommandQueue, plain: np.ndarray, before: int) -> cla.Array:
    """An Array that begins so many elements inside its buffer."""
    memory = cla.to_device(queue, np.full(plain.size + before + 5, SURROUNDINGS, plain.dtype))
    queue.finish()  # what is written out of order may overtake even what has blocked
    at = before * plain.dtype.itemsize
    found = cla.Array(queue, plain.shape, plain.dtype, data=memory.base_data, offset=at)
    found.set(plain)
    return found


@pytest.mark.parametrize("order", ORDERS, ids=["in order", "out of order"])
@pytest.mark.parametrize("operator", OPERATORS, ids=str)
def test_device_arrays(operator: Operator, order: int) -> None:
    """Arrays, each at an offset of its own, give Arrays, and fill those given as out."""
    queue, plain = queue_of(order), drawn(operator)
    arrays = [inside(queue, a, 3 + 4 * n) for n, a in enumerate(plain)]
    expected = operator.expected(plain)
    found = operator.results(arrays)
    outs = [inside(queue, np.full(e.values.shape, 77, e.dtype), 6) for e in expected]
    if len(outs) == 2:  # the indices lie elsewhere than the values do
        outs[1] = inside(queue, np.full(expected[1].values.shape, 77, expected[1].dtype), 1)
    given = operator.results(arrays, out=outs[0] if len(outs) == 1 else tuple(outs))
    for one, back, out, other in zip(found, given, outs, expected, strict=True):
        assert back is out
        assert one.queue == queue
        other.check(fetch(one), f"{operator} fresh")
        other.check(fetch(out), f"{operator} out")
        whole = fetch(
            cla.Array(
                queue, out.base_data.size // out.dtype.itemsize, out.dtype, data=out.base_data
            )
        )
        start = out.offset // out.dtype.itemsize
        assert (whole[:start] == SURROUNDINGS).all()
        assert (whole[start + out.size :] == SURROUNDINGS).all()


@pytest.mark.parametrize("operator", OPERATORS, ids=str)
def test_device_arrays_in_another_order(operator: Operator) -> None:
    """Arrays whose channels lie innermost, and crops of larger ones, each its own, are read."""
    queue, plain = queue_of(), drawn(operator)
    axes = (0, *range(2, plain[0].ndim), 1)
    back = tuple(np.argsort(axes))
    moved = [
        cla.to_device(queue, np.ascontiguousarray(a.transpose(axes))).transpose(back) for a in plain
    ]
    cut, crops = (slice(1, -1),) * plain[0].ndim, []
    for array in plain:
        around = np.full([n + 2 for n in array.shape], 99, array.dtype)
        around[cut] = array
        crops.append(cla.to_device(queue, around)[cut])
    mixed = [(crops, moved)[n % 2][n] for n in range(len(plain))]
    for arrays, what in ((moved, "moved"), (crops, "cropped"), (mixed, "mixed")):
        for one, other in zip(operator.results(arrays), operator.expected(plain), strict=True):
            other.check(fetch(one), f"{operator} {what}")


@pytest.mark.parametrize("operator", [o for o in OPERATORS[::2] if not o.looks], ids=str)
def test_device_arrays_are_waited_for(operator: Operator) -> None:
    """Nothing is read before the events of every array have completed, and none is waited for."""
    queue = queue_of(ORDERS[1])
    plain = drawn(operator)
    expected = operator.expected(plain)
    # Where arrays behind the first lie otherwise, copies of them are what has to wait.
    for order in "CF" if len(plain) > 1 else "C":
        rights = [plain[0], *(np.array(array, order=order) for array in plain[1:])]
        operator.results([cla.to_device(queue, array) for array in rights])  # builds the kernels
        arrays = [cla.to_device(queue, np.zeros_like(array)) for array in rights]
        queue.finish()
        gates = [cl.UserEvent(queue.context) for _ in rights]
        for array, gate in zip(arrays, gates, strict=True):
            array.add_event(gate)
        found = operator.results(arrays)
        queue.flush()
        beside = queue_of()
        for array, right, gate in zip(arrays, rights, gates, strict=True):
            launched = found[0].events[-1].command_execution_status
            assert launched != cl.command_execution_status.COMPLETE
            cl.enqueue_copy(beside, array.base_data, right)
            gate.set_status(cl.command_execution_status.COMPLETE)
        for one, other in zip(found, expected, strict=True):
            other.check(fetch(one), f"{operator} {order}")


@pytest.mark.parametrize("operator", OPERATORS, ids=str)
def test_parts_give_the_whole(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Problems cut along planes, and within planes where windows are known, give the same."""
    plain = drawn(operator)
    expected, counts = operator.expected(plain), []
    # What looks at its arrays first looks at whole planes.
    known = "_random_samples" not in operator.more((2, 3), np.dtype(np.float32))
    within = known and not operator.looks
    for most in (9, 17, 33, 60, 110, 220, 500):
        monkeypatch.setattr(dispatch, "_plans", {})
        monkeypatch.setattr(placement, "most_elements", lambda problem, unit, most=most: most)
        for last in (False, True):
            ndim = operator.ndim
            arrays = [
                np.ascontiguousarray(np.moveaxis(a, -1 - ndim, -1)) if last else a for a in plain
            ]
            outs = [np.full(e.values.shape, 77, e.dtype) for e in expected]
            outs = [
                np.ascontiguousarray(np.moveaxis(o, -1 - ndim, -1)) if last else o for o in outs
            ]
            try:
                operator.results(arrays, last, out=outs[0] if len(outs) == 1 else tuple(outs))
            except DeviceError:  # one window does not fit
                continue
            for out, other in zip(outs, expected, strict=True):
                other.check(np.moveaxis(out, -1, -1 - ndim) if last else out, f"{operator} {most}")
            plans = [*dispatch._plans.values()]
            counts += [len(launch.chunks) for plan in plans for launch in plan._launches]
            *_, last_launch = plans[0]._launches
            for chunk in last_launch.chunks:
                assert 0 <= chunk.geometry.x_span()[0] <= chunk.geometry.x_span()[1] < plain[0].size
                assert chunk.geometry.y_span()[1] < outs[0].size
    assert max(counts) > 6 if within else max(counts) >= 6, counts


def test_indices_count_in_the_size_of_buffers() -> None:
    """A gradient's buffers hold as many elements as their widest array allows, the indices."""
    unit = clpool.default_device()
    call = (2, (2, None, 0), None, "int64", "channels_first")
    problem = forward.unpool((1, 1, 4, 4), np.dtype(np.float16), *call)
    assert placement.most_elements(problem, traits.traits_of(unit)) <= unit.max_mem_alloc_size // 8


@pytest.mark.parametrize("operator", OPERATORS, ids=str)
def test_by_way_of_device_buffers(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the device has memory of its own, arrays travel there, whole or chunk by chunk."""
    traits_as(monkeypatch, shares_host_memory=lambda: False)
    plain = drawn(operator)
    expected = operator.expected(plain)
    for most in (None, 500):
        monkeypatch.setattr(dispatch, "_plans", {})
        if most:
            monkeypatch.setattr(placement, "most_elements", lambda problem, unit: 500)
        for one, other in zip(operator.results(plain), expected, strict=True):
            other.check(one, f"{operator} copied")
        flipped = [a[::-1, ..., ::-1].copy()[::-1, ..., ::-1] for a in plain]
        around = [np.full([n + 2 for n in e.values.shape], SURROUNDINGS, e.dtype) for e in expected]
        crops = [memory[(slice(1, -1),) * memory.ndim] for memory in around]
        operator.results(flipped, out=crops[0] if len(crops) == 1 else tuple(crops))
        for memory, crop, other in zip(around, crops, expected, strict=True):
            other.check(np.array(crop), f"{operator} crop")
            crop[...] = SURROUNDINGS
            assert (memory == SURROUNDINGS).all()


@pytest.mark.parametrize("operator", OPERATORS, ids=str)
def test_twenty_runs_give_the_same_bits(operator: Operator) -> None:
    """The same call gives the same bytes every time."""
    plain = drawn(operator, (3, 17))
    first = [array.tobytes() for array in operator.results(plain)]
    for _ in range(19):
        assert [array.tobytes() for array in operator.results(plain)] == first


def digest(step: int) -> str:
    """One number of all bytes that every so manieth operator gives."""
    results = [a for o in OPERATORS[::step] for a in o.results(drawn(o, (3, 17)))]
    digests = [hashlib.sha256(array.tobytes()) for array in results]
    return hashlib.sha256(b"".join(each.digest() for each in digests)).hexdigest()


@pytest.mark.parametrize("step", [5, pytest.param(1, marks=pytest.mark.pairs)])
def test_threads_give_the_same_bits(step: int) -> None:
    """One thread and two give the same bytes, duplicates among unpooled values included."""
    if "Portable" not in clpool.default_device().platform.name:
        pytest.skip("only PoCL's threads can be limited by POCL_MAX_PTHREAD_COUNT")
    folders = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "support")]
    code = (
        f"import sys; sys.path[:0] = {folders}; import as_gpu, {Path(__file__).stem} as t; "
        f"{'as_gpu.take(); ' * as_gpu.is_taken()}"
        f"import clpool; print(clpool.default_device().max_compute_units, t.digest({step}))"
    )
    found: dict[int, Any] = {}
    for threads in (1, 2):
        limit = {"POCL_MAX_PTHREAD_COUNT": str(threads), "POCL_CPU_MAX_CU_COUNT": str(threads)}
        units, found[threads] = printed(code, **limit).split()
        if int(units) != threads:
            pytest.skip(f"the device has {units} units, not {threads}")
    assert found[1] == found[2] == digest(step)


def test_the_operators_are_all_there() -> None:
    """Every function of the family, and every gradient, is among the operators tested here."""
    families = ("adaptive_", "lp_", "fractional_", "max_unpool")
    families += ("soft_", "stochastic_", "median_", "mode_")
    names = [name for name in clpool.__all__ if name.startswith(families)]
    kinds = ("max_pool", "min_pool", "avg_pool", "sum_pool")
    names += [n for n in clpool.__all__ if n.startswith(kinds) and n.endswith("_backward")]
    tested = {operator.function for operator in (*FORWARD, *GRADIENTS)}
    assert {name.replace("2d", "").replace("3d", "").replace("1d", "") for name in names} == {
        name.replace("2d", "").replace("3d", "").replace("1d", "") for name in tested
    }
