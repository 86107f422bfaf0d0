"""What is known of a layout serves calls on arrays that lie so, and is never taken for others'."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyopencl as cl
import pytest
from cases import assert_exact, random_values
from other_devices import traits_as

import clpool
from clpool import reference
from clpool.errors import ArgumentTypeError, ArgumentValueError
from clpool.problem.window import SlidingWindow
from clpool.runtime import arrays, dispatch, host_binding, launch

SHAPE, POOLED = (2, 3, 8, 12), (2, 3, 4, 6)
WINDOW = SlidingWindow.of(2, 2)


def plain_values(seed: int = 0) -> np.ndarray:
    """Ties, NaN and infinities."""
    return random_values(np.random.default_rng(seed), SHAPE, np.float32, "special")


@pytest.fixture(params=[True, False], ids=["wrapped", "copied"])
def known(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> clpool.Plan:
    """A plan with indices that has met dense arrays, in host memory and by way of buffers."""
    if not request.param:
        traits_as(monkeypatch, shares_host_memory=lambda: False)
    made = clpool.plan(SHAPE, np.float32, (2, 2), return_indices=True)
    for _ in range(3):
        made(plain_values(), outs())
        made(plain_values())
    # By the alignment that numpy happens to give.
    assert len(made.host_executor.bindings) in range(1, 6)
    return made


def outs() -> tuple[np.ndarray, np.ndarray]:
    """Poisoned arrays for values and indices."""
    return np.full(POOLED, np.nan, np.float32), np.full(POOLED, -7)


def check(found: tuple[np.ndarray, np.ndarray], x: np.ndarray, context: str) -> None:
    """Values and indices are the reference's."""
    expected = reference.pool(np.array(x, np.float32), WINDOW, "max", return_indices=True)
    for one, other in zip(found, expected, strict=True):
        assert_exact(np.array(one), other, context)


def odd(x: np.ndarray, by: int = 1) -> np.ndarray:
    """The same array, so many bytes behind a multiple of 64."""
    memory = np.zeros(x.nbytes + 128, np.uint8)
    start = -memory.ctypes.data % 64 + by
    view = memory[start : start + x.nbytes].view(x.dtype).reshape(x.shape)
    view[...] = x
    return view


def test_arrays_that_lie_alike_share_a_route(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is specialised or admitted anew for other arrays of a known layout."""
    made = clpool.plan(SHAPE, np.float32, (2, 2), return_indices=True)
    x, out = odd(plain_values(), 0), (odd(outs()[0], 0), odd(outs()[1], 0))
    check(made(x, out), x, "first")
    monkeypatch.setattr(launch, "specialise", lambda *arguments: pytest.fail("specialised"))
    monkeypatch.setattr(arrays, "admit_host", lambda *arguments: pytest.fail("admitted"))
    for seed in range(1, 4):
        x, out = odd(plain_values(seed), 0), (odd(outs()[0], 0), odd(outs()[1], 0))
        check(made(x, out), x, f"seed {seed}")
    assert len(made.host_executor.bindings) == 1


def test_inputs_that_change(known: clpool.Plan) -> None:
    """A foreign byte order, an odd address, other strides and gaps are seen in every call."""
    plain = plain_values(3)
    around = np.zeros((2, 3, 9, 13), np.float32)
    around[:, :, :8, :12] = plain
    record = np.zeros(SHAPE, np.dtype([("value", np.float32), ("tail", "u1")]))
    record["value"] = plain
    inputs = {
        "foreign": plain.astype(">f4"),
        **{f"{by} bytes behind": odd(plain, by) for by in (0, 1, 2, 4, 8, 16, 32)},
        "crop": around[:, :, :8, :12],
        "flipped": plain[:, ::-1].copy()[:, ::-1],
        "mirrored": plain[..., ::-1].copy()[..., ::-1],
        "channels last": np.ascontiguousarray(plain.transpose(0, 2, 3, 1)).transpose(0, 3, 1, 2),
        "record": record["value"],
    }
    for _ in range(2):
        for name, x in inputs.items():
            values, indices = outs()
            if name == "channels last":
                values, indices = (
                    np.ascontiguousarray(a.transpose(0, 2, 3, 1)).transpose(0, 3, 1, 2)
                    for a in (values, indices)
                )
            check(known(x, (values, indices)), x, f"{name}, out")
            check(known(x), x, name)


def test_outs_that_change(known: clpool.Plan) -> None:
    """What must not be written is refused behind any number of calls that were right."""
    x = plain_values()
    values, indices = outs()
    known(x, (values, indices))
    locked = values.copy()
    locked.flags.writeable = False
    inside = np.zeros(SHAPE, np.float32)
    bad: list[tuple[Any, Any, type[Exception], str]] = [
        (locked, indices, ArgumentValueError, "read-only"),
        (values, odd(indices), ArgumentValueError, "misaligned"),
        (odd(values), indices, ArgumentValueError, "misaligned"),
        (values.astype(">f4"), indices, ArgumentTypeError, "dtype"),
        (values.astype(np.float64), indices, ArgumentTypeError, "dtype"),
        (values, indices.astype(np.int32), ArgumentTypeError, "dtype"),
        (values[:1], indices, ArgumentValueError, "shape"),
        (values.reshape(2, 3, 6, 4), indices, ArgumentValueError, "shape"),
        (np.ma.masked_array(values), indices, ArgumentTypeError, "masked"),
        (values.tolist(), indices, ArgumentTypeError, "list"),
        (values, None, ArgumentTypeError, "NoneType"),
        (np.asfortranarray(values), np.asfortranarray(indices), ArgumentValueError, "dense"),
        (values, indices[:, ::-1], ArgumentValueError, "layout"),
    ]
    for one, other, kind, words in bad:
        for _ in range(2):
            with pytest.raises(kind, match=words):
                known(x, (one, other))
        check(known(x, (values, indices)), x, f"behind {words}")
    overlapping = inside.reshape(-1)[:144].reshape(POOLED)
    for _ in range(2):
        with pytest.raises(ArgumentValueError, match="overlaps"):
            known(inside, (overlapping, indices))
    memory = np.zeros(2 * 144 + 2, np.int64)
    one, other = memory.view(np.float32)[144:288].reshape(POOLED), memory[:144].reshape(POOLED)
    for _ in range(2):
        with pytest.raises(ArgumentValueError, match=r"out\[1\] overlaps out\[0\]"):
            known(x, (one, other))


def test_the_same_out_in_another_state(known: clpool.Plan) -> None:
    """The very array of the last call is looked at again: its flags, its strides."""
    x = plain_values()
    values, indices = outs()
    for _ in range(2):
        values.flags.writeable = True
        check(known(x, (values, indices)), x, "writeable")
        values.flags.writeable = False
        with pytest.raises(ArgumentValueError, match="read-only"):
            known(x, (values, indices))


def test_a_context_that_changes() -> None:
    """A queue of another context is refused by a plan, and makes a plan of its own in a call."""
    unit = clpool.default_device()
    contexts = [cl.Context([unit]) for _ in range(2)]  # held: Intel's queues do not hold theirs
    here, there = (cl.CommandQueue(context, unit) for context in contexts)
    made = clpool.plan(SHAPE, np.float32, (2, 2), return_indices=True, queue=here)
    x = plain_values()
    for _ in range(2):
        check(made(x, outs(), here), x, "here")
        with pytest.raises(ArgumentValueError, match="queue belongs to another"):
            made(x, outs(), there)
    for _ in range(2):
        for queue in (here, there, None):
            found = clpool.max_pool2d(x, 2, return_indices=True, out=outs(), queue=queue)
            check(found, x, str(queue))


def test_known_layouts_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many layouts do not fill the memory, and are pooled rightly all the same."""
    monkeypatch.setattr(launch, "MOST_LAYOUTS", 3)
    made = clpool.plan(SHAPE, np.float32, (2, 2), return_indices=True)
    for gap in range(12):
        around = np.zeros((2, 3, 8, 12 + gap), np.float32)
        around[..., :12] = plain_values(gap)
        check(made(around[..., :12], outs()), around[..., :12], f"gap {gap}")
        assert max(len(made.host_executor.bindings), len(made._launches)) <= 3


@pytest.mark.of_cpus("arrays that are copied have no staged call")
def test_the_oldest_layout_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """One by one: what is known of the others stays."""
    monkeypatch.setattr(launch, "MOST_LAYOUTS", 3)
    made = clpool.plan(SHAPE, np.float32, (2, 2))
    seen: list[host_binding.HostBinding] = []
    for gap in range(5):
        around = np.zeros((2, 3, 8, 12 + gap), np.float32)
        made(odd(around, 0)[..., :12], odd(outs()[0], 0))
        *others, newest = made.host_executor.bindings.values()
        assert others == seen[-2:]
        seen.append(newest)


def test_calls_that_equal_known_ones_are_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    """2.0 and True equal 2 and 1, alone and in tuples, and are refused behind them."""
    monkeypatch.setattr(dispatch, "_plans", {})
    x = plain_values()
    for right, wrongs in (
        (2, (2.0, np.float64(2), "2")),
        (1, (True, 1.0, np.bool_(True))),
        ((2, 1), ((2.0, 1), (2, True), [2, 1.0], (2, np.bool_(True)))),
    ):
        for _ in range(2):
            clpool.max_pool2d(x, right)
            for wrong in wrongs:
                with pytest.raises(TypeError):
                    clpool.max_pool2d(x, wrong)
    assert len(dispatch._plans) == 3
    clpool.max_pool2d(x, [2, 1])  # what has no hash is known too
    assert len(dispatch._plans) == 4
    clpool.max_pool2d(x, [2, 1])
    assert len(dispatch._plans) == 4
