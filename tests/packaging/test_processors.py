"""The cases for other processors: few, and with every operator, dtype and skeleton among them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from batches import PROCESSORS, Result
from calls import Call
from chosen import CHOSEN
from everything import EVERYTHING
from run import table

import clpool
from clpool import tuning
from clpool.codegen.spec import KernelSpec
from clpool.codegen.template_paths import SKELETONS
from clpool.dtypes import ELEMENT_TYPES
from clpool.runtime import device, dispatch
from clpool.schedule.device_traits import DeviceTraits
from clpool.schedule.specialise import dense_spec

#: Bytes of an element that every skeleton must meet.
SIZES = (1, 4, 8)
#: Skeletons of gradients and of draws, which take floats alone.
FLOATS_ALONE = {"draw", "rows_covering", "take", "take_rows"}
#: The skeletons that no CPU is given.
OF_GPUS = {
    "outputs",
    "outputs_listed",
    "tile_listed",
    "tile",
    "rank_outputs",
    "scatter_outputs",
    "scatter_group",
    "take_outputs",
}
#: Skeletons that look at a gradient's indices before a given result is touched, by their variant.
LOOKS = {"look": "direct", "look_rows": "rows"}


class PlanOnly:
    """A plan whose kernel is specialised and not run: results are zeros."""

    specs: list[KernelSpec]

    def __init__(self, problem: Any, queue: Any) -> None:
        self.problem = problem
        self._spec = dense_spec(problem, PROCESSOR, dict(tuning.forced_key()))

    def execute(self, *arguments: Any) -> Any:
        """Arrays as a call returns them."""
        self.specs.append(self._spec)
        found = [np.zeros(self.problem.output_shape, t) for t in self.problem.result_dtypes]
        return tuple(found) if self.problem.index else found[0]

    def has_skipped(self, result: Any) -> bool:
        """No element is looked at."""
        return False


#: A processor whose vectors have 32 bytes.
PROCESSOR = DeviceTraits(
    "a processor",
    device_class="cpu",
    tuning_class="cpu",
    dialect="clang",
    register_bytes=32,
    fp64=True,
    max_group=4096,
    max_items=(4096, 4096, 4096),
    allocation_bytes=2**31,
    memory_bytes=2**33,
    shares_host_memory=lambda: True,
)


@pytest.fixture
def specs(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[KernelSpec]]:
    """What calls are specialised on, for a processor with vectors of 32 bytes."""
    queue = SimpleNamespace(context=object(), device=object())
    found: list[KernelSpec] = []
    monkeypatch.setattr(PlanOnly, "specs", found, raising=False)
    monkeypatch.setattr(dispatch, "Plan", PlanOnly)
    monkeypatch.setattr(device, "default_queue", lambda: queue)
    yield found
    dispatch._plans.clear()


def specialised(call: Call, name: str, specs: list[KernelSpec]) -> KernelSpec:
    """The spec of the kernel that computes a call's results."""
    arrays = call.arrays(ELEMENT_TYPES[name], "normal")
    if call.last:
        arrays = [np.ascontiguousarray(np.moveaxis(a, 1, -1)) for a in arrays]
    dispatch._plans.clear()
    with tuning.forced(variant=call.variant):
        call.operator.results(arrays, call.last)
    return specs[-1]


def operators(names: Any) -> set[str]:
    """Functions of one to three axes as one."""
    return {re.sub(r"[123]d", "", name) for name in names}


def test_few_cases_of_every_operator_and_dtype() -> None:
    """Whatever the package offers to call is among at most forty cases."""
    assert len(CHOSEN) <= 40
    offered = {name for name in clpool.__all__ if re.search(r"pool|^pool$", name)}
    called = {call.operator.function for case in CHOSEN for call in case.calls}
    assert operators(called) == operators(offered)
    assert {call.operator.ndim for case in CHOSEN for call in case.calls} == {1, 2, 3}
    assert {case.dtype for case in CHOSEN} == set(ELEMENT_TYPES)


def test_the_windows_that_killed_a_process() -> None:
    """Maxima of 2x2 with indices, on every dtype of 8 bytes."""
    killed = {c.dtype for c in CHOSEN if c.name.startswith("max_pool2d-7x27-2-None-0-return_in")}
    assert killed == {"float64", "int64", "uint64"}


def test_every_skeleton_on_elements_of_every_size(specs: list[KernelSpec]) -> None:
    """Each call is specialised on its skeleton, and they are all the skeletons there are."""
    found = set()
    for case in CHOSEN:
        for call in case.calls:
            spec = specialised(call, case.dtype, specs)
            assert spec.template == call.skeleton, f"{call} {case.dtype}"
            found.add((spec.template, spec.dtype.size))
    skeletons = {*SKELETONS} - OF_GPUS
    looking = {c.variant for case in CHOSEN for c in case.calls if c.operator.looks}
    assert looking >= {LOOKS[name] for name in skeletons & {*LOOKS}}
    skeletons -= {*LOOKS}
    sizes = {name: SIZES[name in FLOATS_ALONE :] for name in skeletons}
    assert found >= {(name, size) for name in skeletons for size in sizes[name]}


def test_all_combinations_hold_the_chosen_ones() -> None:
    """And every skeleton's name, mode and dtype."""
    assert EVERYTHING[: len(CHOSEN)] == CHOSEN
    names = [case.name for case in EVERYTHING]
    assert all(any(name.endswith(f" {dtype}") for name in names) for dtype in ELEMENT_TYPES)


@pytest.mark.parametrize("name", ["Nehalem", "SandyBridge", "Haswell"])
def test_the_wrong_processor_is_refused(name: str) -> None:
    """A driver that takes the machine's own for the emulated one."""
    processor = PROCESSORS[name]
    version = f"OpenCL 3.0 PoCL HSTR: pthread-x86_64-unknown-linux-gnu-{processor.target}"
    right = {"version": version, "floats": processor.floats}
    assert processor.refusal(right) == ""
    assert processor.refusal({**right, "floats": 16}).startswith(f"not PoCL for {processor.target}")
    assert "znver4" in processor.refusal({**right, "version": "pthread-znver4"})


def test_the_table() -> None:
    """Counts by processor, every failure with its reason, and the reasons of what is skipped."""
    results = [
        Result("native", "a", "passed", "", 1.0),
        Result("Haswell", "a", "crashed", "died of SIGABRT: LLVM ERROR", 2.0),
        Result("Haswell", "b", "skipped", "no float64", 0.5),
        Result("Haswell", "c", "skipped", "no float64", 0.5),
    ]
    assert table(results) == [
        "",
        "Haswell: a crashed: died of SIGABRT: LLVM ERROR",
        "",
        "               passed   failed  crashed  skipped  seconds",
        "native              1        0        0        0        1",
        "Haswell             0        0        1        2        3  2 skipped: no float64",
    ]
