"""ONNX's own tests of backends: every one with a pooling node, computed by clpool's kernels."""

from __future__ import annotations

import unittest
from collections.abc import Callable

import pytest

onnx = pytest.importorskip("onnx", reason="the extra 'onnx' is not installed")
pytest.importorskip("ml_dtypes", reason="the extra 'bfloat16' is not installed")

from launches import count, plant  # noqa: E402
from onnx.backend.test import BackendTest  # noqa: E402
from onnx.backend.test.loader import load_model_tests  # noqa: E402

from clpool.interop.onnx import Backend, backend  # noqa: E402
from clpool.interop.onnx.operators import OPERATORS  # noqa: E402

#: The kinds of ONNX's tests that have data here, with the least number of those that pool.
KINDS = {"node": 53, "simple": 0, "pytorch-converted": 15, "pytorch-operator": 1}
POOLING = {operator.__name__ for operator in OPERATORS}

#: A test of ONNX's, and the number of pooling nodes in its model.
Tests = dict[str, tuple[Callable[[], None], int]]

pytestmark = pytest.mark.device


@pytest.fixture(scope="module")
def suite() -> Tests:
    """Every test of ONNX's with a pooling node; to make them takes a while."""
    tests = BackendTest(Backend, __name__).tests
    return {
        case.name: (tests(f"{case.name}_cpu").debug, nodes)
        for kind in KINDS
        for case in load_model_tests(kind=kind)
        if (nodes := pooling_nodes(case))
    }


def pooling_nodes(case: object) -> int:
    """The number of pooling nodes in the model of a test."""
    model = case.model or onnx.load(f"{case.model_dir}/model.onnx")
    return sum(node.op_type in POOLING for node in model.graph.node)


def failures(suite: Tests, launches: list[str]) -> dict[str, str]:
    """The tests that fail or are skipped, or launch fewer kernels than they have pooling nodes."""
    found = {}
    for name, (run, nodes) in suite.items():
        before = len(launches)
        try:
            run()
        except (AssertionError, unittest.SkipTest) as error:
            found[name] = type(error).__name__
            continue
        if len(launches) - before < nodes:
            found[name] = f"{len(launches) - before} of {nodes} launched"
    return found


def test_every_test_passes(suite: Tests, monkeypatch: pytest.MonkeyPatch) -> None:
    """ONNX's numbers, shapes and element types, each from a kernel."""
    launches = count(monkeypatch)
    assert failures(suite, launches) == {}
    assert len(launches) >= sum(nodes for _, nodes in suite.values())


def test_no_test_is_left_out(suite: Tests) -> None:
    """As many tests as ONNX 1.23 has, or more, and each operator that it tests."""
    kinds = {kind: [case.name for case in load_model_tests(kind=kind)] for kind in KINDS}
    numbers = {kind: len(suite.keys() & set(names)) for kind, names in kinds.items()}
    assert all(numbers[kind] >= least for kind, least in KINDS.items()), numbers
    met = {name.split("_")[1] for name in suite}
    assert met >= {name.lower() for name in POOLING - {"GlobalLpPool"}}


def test_wrong_kernels_fail_every_test(suite: Tests, monkeypatch: pytest.MonkeyPatch) -> None:
    """Results that are too large by one turn each of them red."""
    plant(monkeypatch)
    found = failures(suite, count(monkeypatch))
    assert {name: why for name, why in found.items() if why != "AssertionError"} == {}
    assert found.keys() == suite.keys()


def test_the_reference_is_not_counted(suite: Tests, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without clpool's operators no test is taken for one that launched a kernel."""
    monkeypatch.setattr(backend, "operators_on", lambda queue: [])
    found = failures(suite, count(monkeypatch))
    assert found.keys() == suite.keys()
    assert {*found.values()} >= {"0 of 1 launched"}
