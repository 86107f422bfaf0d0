"""Small arrays are copied through memory that stays, from a call's second time on."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import pyopencl as cl
import pytest
from cases import assert_exact

import clpool
from clpool import reference
from clpool.problem.window import SlidingWindow
from clpool.runtime import capabilities, device, traits
from clpool.runtime.staging import MOST_BYTES, MOST_UNALIGNED_BYTES, StagedCall

pytestmark = pytest.mark.skipif(
    not traits.shares_host_memory(clpool.default_device()),
    reason="arrays travel through buffers to devices with memory of their own",
)

SHAPE = (2, 3, 12, 12)


@pytest.fixture
def staged(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """What every attempt to go through that memory came to."""
    ran: list[bool] = []
    run = StagedCall.try_launch

    def noted(*arguments: Any) -> bool:
        ran.append(run(*arguments))
        return ran[-1]

    monkeypatch.setattr(StagedCall, "try_launch", noted)
    return ran


def plan(**options: Any) -> clpool.Plan:
    """Maxima of 3x3 windows."""
    return clpool.plan(options.pop("shape", SHAPE), np.float32, (3, 3), "max", 2, 1, **options)


def drawn(seed: int, shape: tuple[int, ...] = SHAPE) -> np.ndarray:
    """Another input for every seed."""
    return np.random.default_rng(seed).standard_normal(shape, np.float32)


def right(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What the plan must give, and the indices."""
    values, indices = reference.pool(x, SlidingWindow.of(2, 3, 2, 1), "max", return_indices=True)
    return values, indices


@pytest.mark.parametrize("given", [False, True])
def test_every_call_has_its_own_numbers(given: bool, staged: list[bool]) -> None:
    """Other inputs, other places in memory: the results are theirs, in fresh arrays or in out."""
    pooling = plan(return_indices=True)
    for seed in range(6):
        x = np.frombuffer(bytearray(b"\0" * 64 * seed + drawn(seed).tobytes()), np.float32)
        x = x[16 * seed :].reshape(SHAPE)
        values, indices = right(x)
        out = (np.empty_like(values), np.empty_like(indices)) if given else None
        found = pooling(x, out)
        assert_exact(found[0], values, str(seed))
        assert_exact(found[1], indices, str(seed))
        assert_exact(x, drawn(seed), "the input")
    assert staged
    assert all(staged)


@pytest.mark.parametrize("which", ["byte order", "address", "gaps"])
def test_arrays_that_no_kernel_reads(which: str, staged: list[bool]) -> None:
    """Copying to that memory also puts right what kernels cannot read."""
    pooling = plan()
    for seed in range(4):
        plain = drawn(seed)
        x = {
            "byte order": plain.astype(plain.dtype.newbyteorder()),
            "address": np.frombuffer(bytearray(b"0" + plain.tobytes()), plain.dtype, -1, 1),
            "gaps": np.repeat(plain, 2, -1)[..., ::2],
        }[which].reshape(SHAPE)
        assert_exact(pooling(plain if which == "byte order" and seed == 2 else x), right(plain)[0])
    assert staged == [True] * 3


def test_gradients(staged: list[bool]) -> None:
    """All that a gradient reads is copied."""
    for seed in range(4):
        x = drawn(seed)
        values, indices = clpool.max_pool2d(x, 2, return_indices=True)
        found = clpool.max_pool2d_backward(values, indices, SHAPE, 2)
        assert_exact(found, np.where(np.repeat(np.repeat(values, 2, 2), 2, 3) == x, x, 0))
    assert len(staged) >= 4  # arrays may begin at other multiples of a line than before
    assert all(staged)


@pytest.mark.parametrize("which", ["large", "gaps", "backwards", "lists"])
def test_what_goes_straight(which: str, staged: list[bool]) -> None:
    """Large arrays, results with gaps or turned round, and windows that are listed."""
    anywhere = capabilities.page_bytes(clpool.default_device()) == 1
    most = MOST_BYTES if anywhere else MOST_UNALIGNED_BYTES
    side = 12 if which != "large" else int((most // 24) ** 0.5 / 2 + 1) * 2
    shape = (2, 3, side, side)
    pooling = plan(shape=shape)
    for seed in range(3):
        x = drawn(seed, shape)
        expected, _ = right(x)
        if which == "lists":
            clpool.adaptive_max_pool2d(x, 5)
            continue
        memory = np.full((2, 3, side // 2, side), 77, np.float32)
        crop = memory[..., : side // 2]
        out = {"gaps": crop, "backwards": np.ascontiguousarray(crop)[::-1]}.get(which)
        found = pooling(x, out)
        assert_exact(np.ascontiguousarray(found), expected)
        if out is not None:
            out[...] = 77
            assert (memory == 77).all()
    assert not staged


def test_what_is_waited_for_comes_first(staged: list[bool]) -> None:
    """An input that commands still write is read after them."""
    pooling, queue = plan(), device.default_queue()
    x = drawn(0)
    pooling(x)
    gate = cl.UserEvent(queue.context)
    later = threading.Timer(0.05, lambda: (np.copyto(x, drawn(1)), gate.set_status(0)))
    later.start()
    found = pooling(x, wait_for=[gate])
    later.join()
    assert_exact(found, right(drawn(1))[0])
    assert not staged


def test_threads_do_not_meet(staged: list[bool]) -> None:
    """While one thread has the memory, others do without."""
    pooling, wrong = plan(), []
    inputs = [drawn(seed) for seed in range(4)]
    expected = [right(x)[0] for x in inputs]
    pooling(inputs[0])

    def work(number: int) -> None:
        for _ in range(100):
            if not np.array_equal(pooling(inputs[number]), expected[number]):
                wrong.append(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert staged


def test_an_interruption_leaves_it_usable(
    staged: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What ends a call early, ends it after the kernel; the next one is right."""
    pooling = plan()
    x = drawn(0)
    pooling(x)

    def interrupted(*arguments: Any) -> Any:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(cl, "enqueue_nd_range_kernel", interrupted)
        with pytest.raises(KeyboardInterrupt):
            pooling(x)
    x[...] = drawn(1)
    assert_exact(pooling(x), right(x)[0])
    assert staged == [True]
