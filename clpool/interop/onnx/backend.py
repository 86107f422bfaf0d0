"""ONNX's backend interface: models are prepared, then run on numpy arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import onnx
import pyopencl as cl
from onnx.backend import base
from onnx.reference import ReferenceEvaluator

from ...errors import ArgumentValueError, ClpoolError
from ...runtime import device as devices
from .domains import short, with_short_names
from .operators import operators_on


class Model(base.BackendRep):
    """A model that is ready to run.

    Args:
        proto: the model, checked.
        queue: where pooling nodes are computed, None for the default device's.
    """

    def __init__(self, proto: onnx.ModelProto, queue: cl.CommandQueue | None) -> None:
        self._evaluator = _evaluator_on(queue)(proto)
        given = {tensor.name for tensor in proto.graph.initializer}
        given |= {tensor.values.name for tensor in proto.graph.sparse_initializer}
        self._all = [value.name for value in proto.graph.input]
        self._inputs = [name for name in self._all if name not in given]

    def run(self, inputs: Any, **options: Any) -> tuple[Any, ...]:
        """The outputs of the model.

        Args:
            inputs: an array per input of the graph, in their order or by their names; those with
                an initializer may be left out.
            options: ignored.

        Raises:
            ArgumentValueError: other inputs than the graph's; an attribute or an index that is
                not allowed, naming the node.
            ArgumentTypeError: an element type that a pooling node does not take.
        """
        return tuple(self._evaluator.run(None, self._named(inputs)))

    def _named(self, inputs: Any) -> dict[str, Any]:
        if isinstance(inputs, Mapping):
            unknown, missing = set(inputs) - set(self._all), set(self._inputs) - set(inputs)
            if unknown or missing:
                raise ArgumentValueError(
                    f"inputs are named {sorted(inputs)}; allowed: {', '.join(self._inputs)}"
                )
            return dict(inputs)
        values = [inputs] if isinstance(inputs, np.ndarray) else list(inputs)
        for names in (self._inputs, self._all):
            if len(values) == len(names):
                return dict(zip(names, values, strict=True))
        raise ArgumentValueError(
            f"inputs holds {len(values)} value(s); allowed: one for each of "
            f"{', '.join(self._inputs) or 'no input'}"
        )


class Backend(base.Backend):
    """Runs ONNX models: pooling nodes by clpool, the others by ONNX's reference evaluator.

    Arrays are numpy's. A ``device`` is "CPU" or "OPENCL", the default device of clpool, or
    "OPENCL:" with a device's number or a part of its name.

    Example:
        >>> from onnx import helper
        >>> node = helper.make_node("MaxPool", ["x"], ["y"], kernel_shape=[2])
        >>> Backend.run_node(node, [np.array([[[1, 3, 2]]], np.float32)])
        (array([[[3., 3.]]], dtype=float32),)
    """

    @classmethod
    def prepare(cls, model: onnx.ModelProto, device: str = "CPU", **options: Any) -> Model:
        """A model that is ready to run on a device.

        Raises:
            ArgumentValueError: an unknown device; an attribute of a pooling node whose value is
                not allowed, naming the node.
            onnx.checker.ValidationError: the model is no valid one.
        """
        model = with_short_names(model)  # the checker refuses nodes of the long one
        super().prepare(model, device, **options)
        return Model(model, _queue_of(device))

    @classmethod
    def run_node(
        cls,
        node: onnx.NodeProto,
        inputs: Any,
        device: str = "CPU",
        outputs_info: Sequence[Any] | None = None,
        **options: Any,
    ) -> tuple[Any, ...]:
        """The outputs of one node.

        Args:
            inputs: an array per input that the node names.
            outputs_info: ignored.
            options: ``opset_version`` is the opset of the node, the newest unless given.
        """
        if short(node.domain) != node.domain:
            node = onnx.NodeProto.FromString(node.SerializeToString())
            node.domain = short(node.domain)
        super().run_node(node, inputs, device, outputs_info, **options)
        opset = options.get("opset_version", onnx.defs.onnx_opset_version())
        names = [name for name in node.input if name]
        values, results = (
            [onnx.helper.make_empty_tensor_value_info(name) for name in some if name]
            for some in (names, node.output)
        )
        graph = onnx.helper.make_graph([node], "node", values, results)
        opsets = [onnx.helper.make_opsetid(node.domain, opset)]
        proto = onnx.helper.make_model(graph, opset_imports=opsets)
        return Model(proto, _queue_of(device)).run(inputs)

    @classmethod
    def supports_device(cls, device: str) -> bool:
        """Whether a device of this name is there."""
        try:
            _queue_of(device)
            devices.default_queue()
        except ClpoolError:
            return False
        return True

    @classmethod
    def is_compatible(cls, model: onnx.ModelProto, device: str = "CPU", **options: Any) -> bool:
        """Whether a model can be prepared."""
        try:
            cls.prepare(model, device, **options)
        except (ClpoolError, onnx.checker.ValidationError, NotImplementedError, RuntimeError):
            return False
        return True


def _evaluator_on(queue: cl.CommandQueue | None) -> type[ReferenceEvaluator]:
    """The reference evaluator with clpool's operators, in functions and subgraphs too."""
    operators = operators_on(queue)

    class Evaluator(ReferenceEvaluator):
        def __init__(self, proto: Any, *arguments: Any, **options: Any) -> None:
            # Functions are evaluated by instances that are given none of the caller's operators.
            super().__init__(proto, *arguments, **{**options, "new_ops": operators})

    return Evaluator


def _queue_of(device: str) -> cl.CommandQueue | None:
    """The queue of a device's name, None for the default device's."""
    kind, _, selector = device.partition(":")
    if kind not in ("CPU", "OPENCL") or (kind == "CPU" and selector):
        raise ArgumentValueError(
            f"device {device!r} is unknown; allowed: 'CPU', 'OPENCL', 'OPENCL:' with a device's "
            "number or a part of its name"
        )
    return devices.queue_on(devices.device_of(selector)) if selector else None
