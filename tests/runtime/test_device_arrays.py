"""pyopencl arrays in and out: asynchronous, on their own queue, ordered by events."""

from __future__ import annotations

import numpy as np
import pyopencl as cl
import pyopencl.array as cla
import pytest
from cases import assert_exact, assert_sum_close, random_values
from device_memory import fetch

import clpool
from clpool import reference
from clpool.errors import ArgumentTypeError, ArgumentValueError, ClpoolError
from clpool.problem.window import SlidingWindow

SHAPE = (2, 3, 9, 11)
POOLED = (2, 3, 5, 6)
WINDOW = SlidingWindow.of(2, 3, 2, 1)
ORDERS = {
    "in order": 0,
    "out of order": cl.command_queue_properties.OUT_OF_ORDER_EXEC_MODE_ENABLE,
}


@pytest.fixture(params=list(ORDERS))
def queue(request: pytest.FixtureRequest) -> cl.CommandQueue:
    """A queue of a context of its own, as an application has one."""
    return new_queue(ORDERS[request.param])


#: Queues do not hold their contexts on Intel's runtime.
contexts: list[cl.Context] = []


def new_queue(properties: int = 0) -> cl.CommandQueue:
    """A queue on the default device in a fresh context."""
    unit = clpool.default_device()
    contexts.append(cl.Context([unit]))
    return cl.CommandQueue(contexts[-1], unit, properties=properties)


def plain_values(shape: tuple[int, ...] = SHAPE) -> np.ndarray:
    """Ties, NaN and infinities."""
    return random_values(np.random.default_rng(6), shape, np.float32, "special")


def filled(queue: cl.CommandQueue, shape: tuple[int, ...], dtype: type, value: float) -> cla.Array:
    """A poisoned array."""
    return cla.to_device(queue, np.full(shape, value, dtype))


def test_arrays_give_arrays_of_their_queue(queue: cl.CommandQueue) -> None:
    """An Array gives Arrays on the same queue, with the reference's values and indices."""
    plain = plain_values()
    x = cla.to_device(queue, plain)
    values, indices = clpool.max_pool2d(x, 3, 2, 1, return_indices=True)
    average = clpool.avg_pool2d(x, 3, 2, 1)
    for array in (values, indices, average):
        assert isinstance(array, cla.Array)
        assert array.queue == queue
    expected = reference.pool(plain, WINDOW, "max", return_indices=True)
    assert_exact(fetch(values), expected[0], "values")
    assert_exact(fetch(indices), expected[1], "indices")
    assert_sum_close(fetch(average), plain, WINDOW)


def test_out_arrays_are_written_and_returned(queue: cl.CommandQueue) -> None:
    """Arrays given as out are returned themselves, with no poison left in them."""
    plain = plain_values()
    x = cla.to_device(queue, plain)
    pair = (filled(queue, POOLED, np.float32, np.nan), filled(queue, POOLED, np.int64, -1))
    assert clpool.max_pool2d(x, 3, 2, 1, return_indices=True, out=pair) is pair
    expected = reference.pool(plain, WINDOW, "max", return_indices=True)
    for one, other in zip(pair, expected, strict=True):
        assert_exact(fetch(one), other, "pair")
    alone = filled(queue, POOLED, np.float32, np.nan)
    assert clpool.min_pool2d(x, 3, 2, 1, out=alone) is alone
    assert_exact(fetch(alone), reference.pool(plain, WINDOW, "min"), "alone")


def test_events_are_attached_to_results_and_input(queue: cl.CommandQueue) -> None:
    """The launch's event stands for those before it, which it waited for, and lists stay short."""
    x = cla.to_device(queue, plain_values())
    before = list(x.events)
    assert before
    for _ in range(20):
        values, indices = clpool.max_pool2d(x, 3, 2, 1, return_indices=True)
        assert values.events == indices.events == x.events
        assert len(x.events) == 1
        assert x.events[0] not in before
        before += x.events


def test_pooling_waits_for_the_events_of_its_arrays(queue: cl.CommandQueue) -> None:
    """Nothing runs before the input's events, the output's, and wait_for have completed."""
    plain = plain_values()
    plan = clpool.plan(SHAPE, np.float32, (3, 3), stride=2, padding=1, queue=queue)
    x, out = cla.to_device(queue, plain), filled(queue, POOLED, np.float32, np.nan)
    plan(x, out)
    out.fill(np.nan).finish()
    gates = [cl.UserEvent(queue.context) for _ in range(3)]
    x.add_event(gates[0])
    out.add_event(gates[1])
    plan(x, out, wait_for=[gates[2]])
    launched = out.events[-1]
    queue.flush()
    complete = cl.command_execution_status.COMPLETE
    for gate in gates:
        assert launched.command_execution_status != complete
        gate.set_status(complete)
    launched.wait()
    assert_exact(fetch(out), reference.pool(plain, WINDOW, "max"), "after the events")


def test_chains_need_no_waiting(queue: cl.CommandQueue) -> None:
    """Results feed the next call, and their input may be overwritten behind them, by events."""
    plain = random_values(np.random.default_rng(1), (2, 3, 64, 64), np.float32, "normal")
    window = SlidingWindow.of(2, 2)
    expected = reference.pool(reference.pool(plain, window, "max"), window, "min") + 1
    for _ in range(5):
        x = cla.to_device(queue, plain)
        y = clpool.min_pool2d(clpool.max_pool2d(x, 2), 2) + 1
        x.fill(np.nan)
        assert_exact(fetch(y), expected, "chain")


def test_array_with_an_offset(queue: cl.CommandQueue) -> None:
    """An Array that begins inside its buffer is pooled from there, an out written there."""
    plain = plain_values()
    memory = cla.to_device(queue, np.full(plain.size + 50, 1e30, np.float32))
    queue.finish()  # what is written out of order may overtake even what has blocked
    x = cla.Array(queue, SHAPE, np.float32, data=memory.base_data, offset=28)
    x.set(plain)
    target = cla.to_device(queue, np.full(180 + 50, -77.0, np.float32))
    out = cla.Array(queue, POOLED, np.float32, data=target.base_data, offset=20)
    clpool.max_pool2d(x, 3, 2, 1, out=out)
    assert_exact(fetch(out), reference.pool(plain, WINDOW, "max"), "offset")
    around = target.get()
    assert (around[:5] == -77.0).all()
    assert (around[185:] == -77.0).all()


VIEWS = {
    "crop": np.s_[:, 1:, 2:-3, 1:-2],
    "rows": np.s_[::-1, :, ::2],
    "columns": np.s_[..., ::2],
    "mirrored": np.s_[..., ::-1],
}


@pytest.mark.parametrize("view", list(VIEWS))
def test_sliced_views(queue: cl.CommandQueue, view: str) -> None:
    """Slices are pooled where they lie, also those without a dense innermost axis."""
    plain = plain_values((2, 4, 14, 16))
    sliced = plain[VIEWS[view]]
    x = cla.to_device(queue, plain)[VIEWS[view]]
    values, indices = clpool.max_pool2d(x, 3, 2, 1, return_indices=True)
    expected = reference.pool(sliced, WINDOW, "max", return_indices=True)
    assert_exact(fetch(values), expected[0], view)
    assert_exact(fetch(indices), expected[1], view)
    assert_sum_close(fetch(clpool.avg_pool2d(x, 3, 2, 1)), sliced, WINDOW, context=view)


def test_out_is_a_crop_of_an_array(queue: cl.CommandQueue) -> None:
    """An out that is a crop is written; the memory around it is not."""
    plain = plain_values()
    memory = cla.to_device(queue, np.full((3, 4, 8, 9), -77.0, np.float32))
    crop = np.s_[1:, 1:, 2:7, 1:7]
    clpool.max_pool2d(cla.to_device(queue, plain), 3, 2, 1, out=memory[crop])
    queue.finish()
    expected = np.full((3, 4, 8, 9), -77.0, np.float32)
    expected[crop] = reference.pool(plain, WINDOW, "max")
    assert_exact(fetch(memory), expected, "crop")


@pytest.mark.parametrize("innermost", ["channels", "rows"])
def test_transposed_arrays(queue: cl.CommandQueue, innermost: str) -> None:
    """Arrays whose axes lie in another order in memory are pooled where they lie."""
    axes = {"channels": (0, 2, 3, 1), "rows": (0, 1, 3, 2)}[innermost]
    plain = plain_values()
    x = cla.to_device(queue, np.ascontiguousarray(plain.transpose(axes)))
    x = x.transpose(tuple(np.argsort(axes)))
    assert x.shape == SHAPE
    found = clpool.max_pool2d(x, 3, 2, 1)
    assert_exact(fetch(found), reference.pool(plain, WINDOW, "max"), innermost)


def test_empty_batch(queue: cl.CommandQueue) -> None:
    """A batch of none gives an Array of none."""
    found = clpool.max_pool2d(cla.Array(queue, (0, 3, 8, 8), np.float32), 2)
    assert isinstance(found, cla.Array)
    assert found.shape == (0, 3, 4, 4)


@pytest.mark.parametrize("name", ["x", "out", "out[1]", "queue"])
def test_mixed_contexts(name: str) -> None:
    """An array or a queue of another context is an error that names it, before any launch."""
    here, there = new_queue(), new_queue()
    homes = dict.fromkeys(("x", "out", "out[1]", "queue"), here) | {name: there}
    x = cla.to_device(homes["x"], plain_values())
    values = filled(homes["out"], POOLED, np.float32, 7)
    indices = filled(homes["out[1]"], POOLED, np.int64, 7)
    plan = clpool.plan(
        SHAPE, np.float32, (3, 3), stride=2, padding=1, return_indices=True, queue=here
    )
    with pytest.raises(ArgumentValueError, match="another OpenCL context") as caught:
        plan(x, (values, indices), homes["queue"])
    assert str(caught.value).startswith(f"{name} belongs")
    assert isinstance(caught.value, ClpoolError)
    assert (fetch(values) == 7).all()
    assert (fetch(indices) == 7).all()


@pytest.mark.parametrize("name", ["out", "queue"])
def test_functions_refuse_mixed_contexts(name: str) -> None:
    """The functions refuse an out and a queue of another context than x's."""
    x = cla.to_device(new_queue(), plain_values())
    other = new_queue()
    given = {"out": filled(other, POOLED, np.float32, 7), "queue": other}
    with pytest.raises(ArgumentValueError, match="another OpenCL context"):
        clpool.max_pool2d(x, 3, 2, 1, **{name: given[name]})


def test_numpy_and_arrays_do_not_mix(queue: cl.CommandQueue) -> None:
    """A numpy out for an Array, and the reverse, are errors that say what x is."""
    plain = plain_values()
    host = np.full(POOLED, 7, np.float32)
    with pytest.raises(ArgumentTypeError, match="out must be a pyopencl array as x is"):
        clpool.max_pool2d(cla.to_device(queue, plain), 3, 2, 1, out=host)
    with pytest.raises(ArgumentTypeError, match="out must be a numpy array as x is"):
        clpool.max_pool2d(plain, 3, 2, 1, out=filled(queue, POOLED, np.float32, 7))
    assert (host == 7).all()


def test_out_overlapping_its_input(queue: cl.CommandQueue) -> None:
    """An out in the same bytes of the same buffer as x is refused, one behind x is not."""
    plain = plain_values()
    memory = cla.Array(queue, 2 * plain.size, np.float32)
    x = cla.Array(queue, SHAPE, np.float32, data=memory.base_data)
    x.set(plain)
    with pytest.raises(ArgumentValueError, match="out overlaps x"):
        clpool.max_pool2d(
            x, 3, 2, 1, out=cla.Array(queue, POOLED, np.float32, data=memory.base_data, offset=64)
        )
    behind = cla.Array(queue, POOLED, np.float32, data=memory.base_data, offset=plain.nbytes)
    clpool.max_pool2d(x, 3, 2, 1, out=behind)
    assert_exact(fetch(behind), reference.pool(plain, WINDOW, "max"), "behind")
