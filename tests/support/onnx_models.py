"""Small ONNX models."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx
from onnx import helper

#: The versions of each pooling operator, the first opset of each.
VERSIONS = {
    "MaxPool": (1, 8, 10, 11, 12, 22),
    "AveragePool": (1, 7, 10, 11, 19, 22),
    "LpPool": (1, 2, 11, 18, 22),
    "GlobalMaxPool": (1, 22),
    "GlobalAveragePool": (1, 22),
    "GlobalLpPool": (1, 2, 22),
    "MaxUnpool": (9, 11, 22),
}


def schema(op: str, opset: int) -> Any:
    """The schema of an operator in an opset."""
    return onnx.defs.get_schema(op, opset, "")


def value(name: str, dtype: Any, shape: Sequence[int | None]) -> onnx.ValueInfoProto:
    """The declaration of an array; None is a length that is not told."""
    element = helper.np_dtype_to_tensor_dtype(np.dtype(dtype))
    return helper.make_tensor_value_info(name, element, shape)


def model_of(
    nodes: Sequence[onnx.NodeProto],
    inputs: dict[str, np.ndarray],
    outputs: dict[str, tuple[Any, int]],
    opset: int,
    initializers: Sequence[onnx.TensorProto] = (),
    **options: Any,
) -> onnx.ModelProto:
    """A model of nodes; ``outputs`` have a dtype and a number of axes, ``options`` are ONNX's."""
    results = [value(name, dtype, [None] * ndim) for name, (dtype, ndim) in outputs.items()]
    declared = [value(name, array.dtype, array.shape) for name, array in inputs.items()]
    graph = helper.make_graph(list(nodes), "graph", declared, results, list(initializers))
    opsets = [helper.make_opsetid("", opset), *options.pop("domains", ())]
    return helper.make_model(graph, opset_imports=opsets, **options)


def node_model(
    op: str, opset: int, inputs: Sequence[np.ndarray], outputs: int = 1, **attributes: Any
) -> onnx.ModelProto:
    """A model of one node, called "pooling"."""
    names = [f"input{n}" for n in range(len(inputs))]
    results = [f"output{n}" for n in range(outputs)]
    node = helper.make_node(op, names, results, name="pooling", **attributes)
    dtypes = [inputs[0].dtype, np.int64][:outputs]
    declared = {r: (dtype, inputs[0].ndim) for r, dtype in zip(results, dtypes, strict=True)}
    return model_of([node], dict(zip(names, inputs, strict=True)), declared, opset)
