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
    for scope in (found, *found.functions):
        versions = {one.domain or SHORT: one.version for one in reversed(scope.opset_import)}
        versions[SHORT] = versions.pop(LONG, versions.get(SHORT, 1))
        del scope.opset_import[:]
        scope.opset_import.extend(onnx.helper.make_opsetid(*each) for each in versions.items())
    for node in _nodes_of(found):
        node.domain = SHORT if node.domain == LONG else node.domain
    return found


def _nodes_of(model: onnx.ModelProto) -> Iterable[onnx.NodeProto]:
    """All nodes: of the graph, of functions, and of their subgraphs."""
    waiting = [*model.graph.node, *(node for each in model.functions for node in each.node)]
    while waiting:
        node = waiting.pop()
        yield node
        for attribute in node.attribute:
            for graph in (attribute.g, *attribute.graphs):
                waiting.extend(graph.node)
