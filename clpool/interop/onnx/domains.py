"""The two names of ONNX's own domain: "" and "ai.onnx"."""

from __future__ import annotations

from collections.abc import Iterable

import onnx

#: The name that the reference evaluator and models mostly use, and the other one.
SHORT, LONG = "", "ai.onnx"


def with_short_names(model: onnx.ModelProto) -> onnx.ModelProto:
    """The model with the short name of ONNX's domain in all nodes, functions and subgraphs.

    The model itself where the long one does not stand in it.
    """
    if all(one.domain != LONG for one in (*model.opset_import, *_nodes_of(model))):
        return model
    found = onnx.ModelProto()
    found.CopyFrom(model)
    imports = [each for scope in (found, *found.functions) for each in scope.opset_import]
    for one in (*imports, *_nodes_of(found)):
        one.domain = short(one.domain)
    return found


def short(domain: str) -> str:
    """The short name of ONNX's domain, other names as they are."""
    return SHORT if domain == LONG else domain


def _nodes_of(model: onnx.ModelProto) -> Iterable[onnx.NodeProto]:
    """All nodes: of the graph, of functions, and of their subgraphs."""
    waiting = [*model.graph.node, *(node for each in model.functions for node in each.node)]
    while waiting:
        node = waiting.pop()
        yield node
        for attribute in node.attribute:
            for graph in (attribute.g, *attribute.graphs):
                waiting.extend(graph.node)
