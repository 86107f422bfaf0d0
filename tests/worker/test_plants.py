"""Every planted fault has its state, and the candidates after it are measured."""

from __future__ import annotations

import plants
import pytest

from clpool.worker.process import Ended, Worker

pytestmark = pytest.mark.device


def verified(
    worker: Worker, choice: dict[str, int], limit: float = plants.LIMIT
) -> dict[str, object]:
    """The answer to a verification."""
    return worker.ask({"do": "verify", "choice": choice}, limit)


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("one_ulp", "wrong"),
        ("next_index", "wrong"),
        ("unwritten", "wrong"),
        ("beyond", "canary"),
        ("compile", "compile"),
        ("no_memory", "memory"),
        ("no_launch", "launch"),
        ("slow", "correct"),
        ("small_shapes", "wrong"),
    ],
)
def test_a_fault_has_its_state(worker: Worker, name: str, state: str) -> None:
    """The worker lives on, and says which call shows the fault."""
    found = verified(worker, plants.choice(name))
    assert found["state"] == state, found
    if state in ("wrong", "canary"):
        assert str(found["call"]).startswith("max_pool2d(float32[")
        assert "result" in str(found["detail"])
    elif state != "correct":
        assert found["detail"]
    assert verified(worker, {})["state"] == "correct"


def test_a_call_says_where_a_kernel_is_wrong(worker: Worker) -> None:
    """Not the call that is open, whose results are right; opened, that one is wrong too."""
    found = verified(worker, plants.choice("small_shapes"))
    assert found["call"] != plants.CALL
    try:
        worker.ask({"do": "open", "call": found["call"]}, plants.LIMIT)
        assert verified(worker, plants.choice("small_shapes"))["state"] == "wrong"
    finally:
        worker.ask({"do": "open", "call": plants.CALL}, plants.LIMIT)


def test_a_device_with_memory_of_its_own_has_canaries() -> None:
    """In the buffers that kernels write, whose last element is no result's."""
    with plants.opened("plant_on_device") as worker:
        assert verified(worker, {})["state"] == "correct"
        assert verified(worker, plants.choice("one_ulp"))["state"] == "wrong"
        assert verified(worker, plants.choice("last"))["state"] == "canary"


def test_a_source_that_does_not_compile_is_told(worker: Worker) -> None:
    """At the build, with the compiler's log."""
    found = worker.ask({"do": "build", "choice": plants.choice("compile")}, plants.LIMIT)
    assert found["state"] == "compile"
    assert "planted" in found["detail"]


def test_a_slow_kernel_is_timed(worker: Worker) -> None:
    """In turn with the others."""
    order = [{}, plants.choice("slow"), {}]
    found = worker.ask({"do": "time", "order": order}, plants.LIMIT)
    assert found["state"] == "timed"
    assert len(found["seconds"]) == len(found["events"]) == 3
    assert found["seconds"][1] >= plants.SLOW > 0 < min(found["seconds"])


def test_a_failing_turn_names_its_choice(worker: Worker) -> None:
    """So that the other ones can be timed again."""
    choice = plants.choice("no_launch")
    found = worker.ask({"do": "time", "order": [{}, choice], "settle": False}, plants.LIMIT)
    assert (found["state"], found["choice"]) == ("launch", choice)


@pytest.mark.parametrize(
    ("name", "state", "told"),
    [
        ("segfault", "crash", "SIGSEGV"),
        ("exit", "crash", "exit status 3"),
        ("endless", "timeout", "killed after"),
        ("deaf", "timeout", "killed after"),
    ],
)
def test_a_kernel_that_ends_its_process(name: str, state: str, told: str) -> None:
    """The parent learns how, and the worker is no more."""
    with plants.opened() as worker:
        assert verified(worker, {})["state"] == "correct"
        with pytest.raises(Ended, match=told) as ended:
            verified(worker, plants.choice(name), 2.0 if state == "timeout" else plants.LIMIT)
        assert ended.value.state == state
        assert not worker.is_alive
        with pytest.raises(Ended):
            verified(worker, {})


def test_a_worker_ends_with_its_context() -> None:
    """Nothing would run on it any more, so that the next candidate would be blamed."""
    with plants.opened("plant_lost") as worker, pytest.raises(Ended, match="lost its context") as e:
        verified(worker, plants.choice("no_launch"))
    assert e.value.state == "crash"


def test_a_new_worker_measures_what_comes_next() -> None:
    """After a crash that left entries in a cache of binaries."""
    with plants.opened() as worker, pytest.raises(Ended):
        verified(worker, plants.choice("exit"))
    with plants.opened() as again:
        assert verified(again, {"tile": 9999})["state"] == "correct"
