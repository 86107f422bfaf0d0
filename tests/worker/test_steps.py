"""The steps of a worker, in this process: candidates, verification, turns, copies."""

from __future__ import annotations

import json

import numpy as np
import pytest
from bits import results_of

from clpool.runtime import programs
from clpool.runtime.device import default_queue
from clpool.tuning import key_of
from clpool.worker import memory
from clpool.worker.steps import Steps
from clpool.worker.turns import Turn

pytestmark = pytest.mark.device

CALLS = (
    "max_pool2d(float32[2, 3, 19, 83], 3, 2, 1, return_indices=True)",
    "avg_pool2d(float32[2, 9, 8, 24].order(0, 2, 3, 1), 2)",
    "max_pool2d_backward(float32[1, 2, 5, 41], int64[1, 2, 5, 41], (1, 2, 10, 82), 2)",
    "adaptive_avg_pool1d(float32[3, 4, 65], 5)",
)


@pytest.mark.parametrize("on_device", [False, True])
@pytest.mark.parametrize("call", CALLS)
def test_the_steps_of_a_call(call: str, on_device: bool) -> None:
    """The default and another candidate are right at several shapes, and timed; all is JSON."""
    steps = Steps(default_queue(), on_device)
    opened = steps.open(call)
    assert opened["state"] == "open"
    choices = [candidate["choice"] for candidate in opened["candidates"]]
    assert choices[0] == {}
    assert len(choices) > 1
    for choice in (choices[0], choices[1]):
        assert steps.build(choice)["state"] == "built"
        verified = steps.verify(choice)
        assert verified["state"] == "correct", verified
        assert verified["shapes"] >= 1
        assert verified["bits"] in (["same"] if choice == {} else ["same", "bounded"])
    timed = steps.time([{}, choices[1], {}], settle=False)
    assert min(timed["seconds"]) > 0
    assert [isinstance(seconds, float) for seconds in timed["events"]] == [on_device] * 3
    copied = steps.copy(2)
    assert len(copied["seconds"]) == 2
    json.dumps([steps.hello(), opened, verified, timed, copied])


def test_a_kernel_is_verified_at_its_edges() -> None:
    """One of vectors meets most shapes around its width, and counts those of other kernels."""
    steps = Steps(default_queue())
    steps.open(CALLS[0])
    found = steps.verify({})
    assert found["shapes"] >= 5, found


@pytest.mark.of_cpus("GPUs have few sources for the call, all in one order")
@pytest.mark.parametrize("call", ["lp_pool2d(float32[2, 16, 112, 112], 2.0, 3, 2)"])
def test_bits_are_the_same_for_other_values(call: str) -> None:
    """A kernel that is said to give the default's bits does so: sums in another order do not."""
    steps, others = Steps(default_queue()), Steps(default_queue())
    choices = {
        each["kernel"]: each["choice"] for each in steps.open(call, effort="quick")["candidates"]
    }
    others.open(call, effort=None, seed=1)

    found = {key_of(choice): steps.verify(choice)["bits"] for choice in choices.values()}
    expected = results_of(others, {})
    equal = [bits for bits in found.values() if bits == "same"]
    assert len(equal) > 2
    for choice in choices.values():
        if found[key_of(choice)] == "same":
            assert results_of(others, choice) == expected, choice


def test_a_kernel_is_built_once() -> None:
    """The second build compiles nothing."""
    steps = Steps(default_queue())
    steps.open("max_pool2d(int16[1, 2, 11, 45], 2)")
    choice = {"variant": "direct", "width": 1}
    before = programs.compiled
    assert steps.build(choice)["compiled"] == programs.compiled - before == 1
    assert steps.build(choice)["compiled"] == 0


@pytest.mark.parametrize(
    "call",
    [
        "max_pool2d(float32[0, 3, 19, 83], 3, 2, 1, return_indices=True)",
        "avg_pool2d_backward(float32[2, 0, 5, 41], (2, 0, 10, 82), 2)",
        "stochastic_pool2d(float32[0, 2, 8, 8], 2)",
        "adaptive_max_pool1d_backward(float32[0, 4, 5], int64[0, 4, 5], (0, 4, 65))",
    ],
)
def test_a_call_without_elements_is_empty(call: str) -> None:
    """Nothing is built."""
    before = programs.compiled
    assert Steps(default_queue()).open(call) == {"state": "empty"}
    assert programs.compiled == before


def test_a_turn_has_the_calls_that_a_clock_needs() -> None:
    """Found at the first turn; each has one call more, which is not timed."""
    made: list[int] = []
    clock = iter(np.arange(0, 1000, 0.5))

    def run(calls: int) -> None:
        made.append(calls)
        for _ in range(calls):
            next(clock)

    turn = Turn(run, 1e-6)
    assert turn.take(False) > 0
    assert turn.calls >= 1
    first = list(made)
    turn.take(False)
    assert made[len(first) :] == [1, turn.calls]


@pytest.mark.parametrize("on_device", [False, True])
@pytest.mark.parametrize("by", [0, 1])
def test_arrays_lie_where_they_should(on_device: bool, by: int) -> None:
    """In their order of axes, behind an aligned address by so many elements."""
    queue = default_queue() if on_device else None
    array = np.arange(60, dtype=np.float32).reshape(3, 4, 5).transpose(0, 2, 1)
    found = memory._placed(array, queue, by)
    assert found.strides == array.strides
    np.testing.assert_array_equal(memory.read(found), array)
    other = memory.complement(array)
    if by:
        start = found.offset if on_device else found.ctypes.data
        assert start % 64 == 4
    assert not (other.view(np.uint32) == np.ascontiguousarray(array).view(np.uint32)).any()
    memory.write(found, other)
    bits = np.ascontiguousarray(memory.read(found)).view(np.uint32)
    np.testing.assert_array_equal(bits, other.view(np.uint32))
