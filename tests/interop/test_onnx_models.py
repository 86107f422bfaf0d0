"""Whole ONNX models: their pooling nodes are clpool's, wherever they stand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

onnx = pytest.importorskip("onnx", reason="the extra 'onnx' is not installed")

from launches import count, plant  # noqa: E402
from onnx import helper, numpy_helper  # noqa: E402
from onnx.reference import ReferenceEvaluator  # noqa: E402
from onnx_models import model_of, node_model, value  # noqa: E402

import clpool  # noqa: E402
from clpool.interop import onnx as interop  # noqa: E402
from clpool.interop.onnx import Backend, is_compatible, prepare, run_model, run_node  # noqa: E402

pytestmark = pytest.mark.device

X = np.random.default_rng(0).standard_normal((2, 3, 8, 8)).astype(np.float32)
POOL = {"kernel_shape": [2, 2], "strides": [2, 2]}
FLOATS = {"y": (np.float32, 4)}


@pytest.fixture
def launches(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The kernels that were launched."""
    return count(monkeypatch)


def pool(x: str = "x", y: str = "y", op: str = "MaxPool", **given: Any) -> onnx.NodeProto:
    """A pooling node."""
    return helper.make_node(op, [x], [y], name="pooling", **(given or POOL))


def network() -> onnx.ModelProto:
    """A convolution, a maximum and an average pooling, and a matrix product behind them."""
    random = np.random.default_rng(1)
    weights = {
        "kernels": random.standard_normal((4, 3, 3, 3)).astype(np.float32),
        "shape": np.array([2, 16]),
        "matrix": random.standard_normal((16, 5)).astype(np.float32),
        "bias": random.standard_normal(5).astype(np.float32),
    }
    nodes = [
        helper.make_node("Conv", ["x", "kernels"], ["a"], pads=[1, 1, 1, 1]),
        helper.make_node("Relu", ["a"], ["b"]),
        pool("b", "c"),
        pool("c", "d", "AveragePool"),
        helper.make_node("Reshape", ["d", "shape"], ["e"]),
        helper.make_node("Gemm", ["e", "matrix", "bias"], ["y"]),
    ]
    tensors = [numpy_helper.from_array(array, name) for name, array in weights.items()]
    return model_of(nodes, {"x": X}, {"y": (np.float32, 2)}, 22, tensors)


def test_a_network(launches: list[str]) -> None:
    """A whole model gives what the reference evaluator gives, its pooling by two kernels."""
    model = network()
    (expected,) = ReferenceEvaluator(model).run(None, {"x": X})
    assert launches == []
    (y,) = run_model(model, [X])
    assert len(launches) == 2
    np.testing.assert_allclose(y, expected, rtol=1e-5, atol=1e-5)
    prepared = prepare(model, "OPENCL")
    for inputs in (X, (X,), {"x": X}):
        np.testing.assert_array_equal(prepared.run(inputs)[0], y)


def test_a_wrong_kernel_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The network's result depends on what its pooling nodes give."""
    model = network()
    (expected,) = ReferenceEvaluator(model).run(None, {"x": X})
    plant(monkeypatch)
    (y,) = run_model(model, [X])
    assert np.abs(y - expected).max() > 1e-3


def test_in_functions(launches: list[str]) -> None:
    """A model's functions pool by clpool, in functions of functions, with attributes of theirs."""
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("own", 1)]
    linked = helper.make_node("MaxPool", ["x"], ["y"], name="pooling")
    for name in ("kernel_shape", "strides"):
        linked.attribute.add(name=name, ref_attr_name=name, type=onnx.AttributeProto.INTS)
    inner = helper.make_function("own", "Inner", ["x"], ["y"], [linked], opsets, [*POOL])
    call = helper.make_node("Inner", ["x"], ["y"], domain="own", **POOL)
    outer = helper.make_function("own", "Outer", ["x"], ["y"], [call], opsets)
    node = helper.make_node("Outer", ["x"], ["y"], domain="own")
    model = model_of([node], {"x": X}, FLOATS, 17, functions=[inner, outer], domains=opsets[1:])
    (y,) = run_model(model, [X])
    assert len(launches) == 1
    np.testing.assert_array_equal(y, clpool.max_pool2d(X, 2))
    call.attribute[0].ints[:] = [0, 2]
    outer = helper.make_function("own", "Outer", ["x"], ["y"], [call], opsets)
    model = model_of([node], {"x": X}, FLOATS, 17, functions=[inner, outer], domains=opsets[1:])
    with pytest.raises(ValueError, match=r"node 'pooling' \(MaxPool\): attribute kernel_shape"):
        run_model(model, [X])


def test_in_subgraphs(launches: list[str]) -> None:
    """Branches and loops pool by clpool."""
    results = [value("y", np.float32, [None] * 4)]
    then, otherwise = (
        helper.make_graph([pool(op=op)], op, [], results) for op in ("MaxPool", "AveragePool")
    )
    node = helper.make_node("If", ["flag"], ["y"], then_branch=then, else_branch=otherwise)
    model = model_of([node], {"flag": np.array(True), "x": X}, FLOATS, 17)
    for flag, expected in ((True, clpool.max_pool2d(X, 2)), (False, clpool.avg_pool2d(X, 2))):
        before = len(launches)
        (y,) = run_model(model, [np.array(flag), X])
        assert len(launches) == before + 1
        np.testing.assert_array_equal(y, expected)
    body = helper.make_graph(
        [helper.make_node("Identity", ["on"], ["on_too"]), pool("state", "next")],
        "body",
        [
            value("n", np.int64, []),
            value("on", np.bool_, []),
            value("state", np.float32, [None] * 4),
        ],
        [value("on_too", np.bool_, []), value("next", np.float32, [None] * 4)],
    )
    node = helper.make_node("Loop", ["times", "flag", "x"], ["y"], body=body)
    inputs = {"times": np.array(3), "flag": np.array(True), "x": X}
    model = model_of([node], inputs, FLOATS, 17)
    before = len(launches)
    (y,) = run_model(model, inputs)
    assert len(launches) == before + 3
    np.testing.assert_array_equal(y, clpool.max_pool2d(X, 8))


def test_the_other_name_of_the_domain(launches: list[str]) -> None:
    """Nodes of "ai.onnx" are ONNX's own, in graphs, functions and branches; the model stays."""
    long = [helper.make_opsetid("ai.onnx", 17), helper.make_opsetid("own", 1)]
    node = pool()
    node.domain = "ai.onnx"
    inner = helper.make_function("own", "Inner", ["x"], ["z"], [pool("x", "z")], long[:1])
    inner.node[0].domain = "ai.onnx"
    call = helper.make_node("Inner", ["x"], ["z"], domain="own")
    branch = helper.make_graph([call], "branch", [], [value("z", np.float32, [None] * 4)])
    choice = helper.make_node(
        "If", ["flag"], ["x2"], domain="ai.onnx", then_branch=branch, else_branch=branch
    )
    node.input[0] = "x2"
    inputs = {"flag": np.array(True), "x": X}
    model = model_of([choice, node], inputs, FLOATS, 17, functions=[inner])
    del model.opset_import[:]
    model.opset_import.extend(long)
    kept = model.SerializeToString()
    (y,) = run_model(model, inputs)
    assert len(launches) == 2
    np.testing.assert_array_equal(y, clpool.max_pool2d(X, 4))
    assert model.SerializeToString() == kept
    before = len(launches)
    (y,) = run_node(helper.make_node("MaxPool", ["x"], ["y"], domain="ai.onnx", **POOL), [X])
    assert len(launches) == before + 1
    np.testing.assert_array_equal(y, clpool.max_pool2d(X, 2))


def test_one_node(launches: list[str]) -> None:
    """A node is run without a model, of the opset that is asked for."""
    (y,) = run_node(pool(), [X], "CPU", None, opset_version=8)
    np.testing.assert_array_equal(y, clpool.max_pool2d(X, 2))
    assert launches
    (y,) = run_node(helper.make_node("Neg", ["x"], ["y"]), [X])
    np.testing.assert_array_equal(y, -X)
    with pytest.raises(onnx.checker.ValidationError, match="dilations"):
        run_node(pool(**POOL, dilations=[1, 1]), [X], opset_version=8)


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("MaxPool", {"auto_pad": "SAME"}, "auto_pad is 'SAME'; allowed: one of NOTSET, SAME_UPPER"),
    ("MaxPool", {"storage_order": 2}, "storage_order is 2; allowed: 0 or 1"),
    ("AveragePool", {"ceil_mode": -1}, "ceil_mode is -1; allowed: 0 or 1"),
    ("AveragePool", {"count_include_pad": 2}, "count_include_pad is 2; allowed: 0 or 1"),
    ("LpPool", {"p": 0}, "p is 0; allowed: a number other than 0"),
    ("MaxPool", {"kernel_shape": [2, 0]}, r"kernel_shape is \[2, 0\]; allowed: 2 .*at least 1"),
    ("MaxPool", {"kernel_shape": [1] * 4}, "kernel_shape is .*; allowed: 1 to 3 numbers"),
    ("MaxPool", {"strides": [1]}, r"strides is \[1\]; allowed: 2 number"),
    ("LpPool", {"dilations": [1, -1]}, r"dilations is \[1, -1\]; allowed: 2 number"),
    ("AveragePool", {"pads": [1, 1]}, r"pads is \[1, 1\]; allowed: 4 numbers"),
    ("MaxPool", {"pads": [0, 0, -1, 0]}, r"pads is \[0, 0, -1, 0\]; allowed: .*at least 0"),
    ("MaxPool", {"pads": [1] * 4, "auto_pad": "VALID"}, "pads is .*; allowed: zeros or none"),
]


@pytest.mark.cover
@pytest.mark.parametrize(("op", "given", "words"), WRONG, ids=lambda one: str(one)[:40])
def test_wrong_attributes(op: str, given: dict[str, Any], words: str, launches: list[str]) -> None:
    """A value that is not allowed is refused before a run, naming the node and the attribute."""
    model = node_model(op, 22, [X], **{"kernel_shape": [2, 2], **given})
    with pytest.raises(ValueError, match=rf"^node 'pooling' \({op}\): attribute {words}") as caught:
        prepare(model)
    assert isinstance(caught.value, clpool.errors.ArgumentValueError)
    assert not is_compatible(model)
    assert launches == []


def test_wrong_inputs(launches: list[str]) -> None:
    """Inputs and indices that are not the node's are refused by name before a launch."""
    prepared = prepare(node_model("MaxPool", 22, [X], **POOL))
    with pytest.raises(ValueError, match=r"attribute kernel_shape is \[2, 2\]; allowed: 1 num"):
        prepared.run([X[0]])
    with pytest.raises(ValueError, match=r"inputs holds 2 .*one for each of input0"):
        prepared.run([X, X])
    with pytest.raises(ValueError, match=r"inputs are named \['z'\]; allowed: input0"):
        prepared.run({"z": X})
    indices = np.zeros(X.shape, np.int64)
    inputs = [X, indices]
    unpool = prepare(node_model("MaxUnpool", 22, inputs, kernel_shape=[1, 1]))
    for wrong, words in (
        (indices - 1, f"I holds -1; allowed: 0 to {X.size - 1}"),
        (indices + X.size, f"I holds {X.size}; allowed"),
        (indices[:1], r"I has shape \(1, 3, 8, 8\); allowed: X's, \(2, 3, 8, 8\)"),
    ):
        with pytest.raises(ValueError, match=rf"^node 'pooling' \(MaxUnpool\): {words}"):
            unpool.run([X, wrong])
    with pytest.raises(TypeError, match="I has dtype int32; allowed: int64") as caught:
        unpool.run([X, indices.astype(np.int32)])
    assert isinstance(caught.value, clpool.errors.ArgumentTypeError)
    model = node_model("LpPool", 1, [X])
    with pytest.raises(ValueError, match=r"attribute kernel_shape is None; allowed: 1 to 3"):
        prepare(model)
    assert launches == []


def test_devices() -> None:
    """Devices are CPU and OPENCL, the latter with a number or a part of a name."""
    default = next(info for info in clpool.devices() if info.default)
    names = ("CPU", "OPENCL", f"OPENCL:{default.number}", f"OPENCL:{default.name}")
    for name in names:
        assert interop.supports_device(name)
        (y,) = Backend.run_node(pool(), [X], name)
        np.testing.assert_array_equal(y, clpool.max_pool2d(X, 2))
    for name in ("CUDA", "CPU:0", "OPENCL:99", "OPENCL:no such card"):
        assert not interop.supports_device(name)
        with pytest.raises(ValueError, match="device"):
            prepare(network(), name)
    assert is_compatible(network())
    assert not is_compatible(network(), "CUDA")


def test_what_is_compatible() -> None:
    """A model of an operator that nobody has is not; nor is an invalid one."""
    node = helper.make_node("Unheard", ["x"], ["y"], domain="own")
    model = model_of([node], {"x": X}, FLOATS, 22, domains=[helper.make_opsetid("own", 1)])
    assert not is_compatible(model)
    assert not is_compatible(node_model("MaxPool", 1, [X], **POOL, dilations=[1, 1]))
