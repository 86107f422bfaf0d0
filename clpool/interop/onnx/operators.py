"""ONNX's pooling operators, computed by clpool: a class for each, of any opset."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Callable
from typing import Any

import numpy as np
import onnx
import pyopencl as cl
from onnx.reference.op_run import OpRun

from ...errors import ArgumentTypeError, ArgumentValueError
from ...ops.adaptive import global_avg_pool, global_max_pool
from ...ops.lp import global_lp_pool, lp_pool1d, lp_pool2d, lp_pool3d
from ...ops.pool import pool
from ...problem.window import SlidingWindow
from .attributes import MOST_AXES, check, window_of
from .places import flat_indices, unpooled

LP_POOLS = (lp_pool1d, lp_pool2d, lp_pool3d)


class Pooling(OpRun):
    """A pooling node of a model; ``queue`` is where it is computed, None the default device's.

    Attributes have the defaults of the model's opset, elements the types that it allows.
    """

    op_domain = ""
    queue: cl.CommandQueue | None = None

    def __init__(self, node: onnx.NodeProto, run_params: dict[str, Any]) -> None:
        opset = run_params["opsets"][node.domain]
        super().__init__(node, run_params, onnx.defs.get_schema(node.op_type, opset, node.domain))
        if not self.has_linked_attribute:
            try:
                check({name: getattr(self, name) for name in self.attributes_names_})
            except ArgumentValueError as error:
                raise self._named(error) from None

    def run(self, *inputs: Any, **options: Any) -> tuple[np.ndarray, ...]:
        """The node's results; errors name the node."""
        try:
            return super().run(*inputs, **options)
        except (TypeError, ValueError) as error:
            cause = error if isinstance(error, ArgumentValueError) else error.__cause__
            if isinstance(cause, (ArgumentTypeError, ArgumentValueError)):
                raise self._named(cause) from error
            raise

    def _named(self, error: Exception) -> Exception:
        """The error with the node's name, or its result's, before the message."""
        node = self.onnx_node
        return type(error)(f"node {node.name or node.output[0]!r} ({node.op_type}): {error}")

    def _check_elements(self, x: np.ndarray) -> None:
        """The input has an element type of the operator in the model's opset."""
        element = onnx.helper.np_dtype_to_tensor_dtype(x.dtype)
        found = f"tensor({onnx.TensorProto.DataType.Name(element).lower()})"
        allowed = self._schema.type_constraints[0].allowed_type_strs
        if found not in allowed:
            raise ArgumentTypeError(f"X is a {found}; allowed: {', '.join(allowed)}")


class Sliding(Pooling):
    """An operator whose windows slide."""

    def _run(self, x: np.ndarray, **given: Any) -> tuple[np.ndarray, ...]:
        self._check_elements(x)
        window = window_of(given, x.ndim - 2)
        lengths = window.output_lengths(x.shape[2:])
        if min(lengths) == 0:
            return self._empty((*x.shape[:2], *lengths), x.dtype)
        return self._pool(x, window, given)

    def _empty(self, shape: tuple[int, ...], dtype: np.dtype) -> tuple[np.ndarray, ...]:
        """The results where no window fits."""
        return (np.empty(shape, dtype),)

    @abstractmethod
    def _pool(
        self, x: np.ndarray, window: SlidingWindow, given: dict[str, Any]
    ) -> tuple[np.ndarray, ...]:
        """The results of windows, of which there is one at least."""

    def _slide(self, x: np.ndarray, window: SlidingWindow, mode: str, **options: Any) -> Any:
        parameters = (window.stride, window.padding, window.dilation, window.ceil_mode)
        return pool(x, window.kernel, mode, *parameters, queue=self.queue, **options)


class MaxPool(Sliding):
    """The largest tap of each window, and where it is."""

    @property
    def _indexed(self) -> bool:
        return len(self.output) > 1

    def _empty(self, shape: tuple[int, ...], dtype: np.dtype) -> tuple[np.ndarray, ...]:
        empty = super()._empty(shape, dtype)
        return (*empty, np.empty(shape, np.int64)) if self._indexed else empty

    def _pool(
        self, x: np.ndarray, window: SlidingWindow, given: dict[str, Any]
    ) -> tuple[np.ndarray, ...]:
        if not self._indexed:
            return (self._slide(x, window, "max"),)
        y, places = self._slide(x, window, "max", return_indices=True)
        return y, flat_indices(places, x.shape, bool(given.get("storage_order")))


class AveragePool(Sliding):
    """The average of each window; taps in the padding count where ``count_include_pad`` is 1."""

    def _pool(
        self, x: np.ndarray, window: SlidingWindow, given: dict[str, Any]
    ) -> tuple[np.ndarray, ...]:
        padded = bool(given.get("count_include_pad"))
        return (self._slide(x, window, "avg", count_include_pad=padded),)


class LpPool(Sliding):
    """The p-norm of each window: ``(sum of |x|^p)^(1/p)``."""

    def _pool(
        self, x: np.ndarray, window: SlidingWindow, given: dict[str, Any]
    ) -> tuple[np.ndarray, ...]:
        y = LP_POOLS[window.ndim - 1](
            x,
            given["p"],
            window.kernel,
            window.stride,
            window.ceil_mode,
            padding=window.padding,
            dilation=window.dilation,
            signed=False,
            queue=self.queue,
        )
        return (y,)


class Global(Pooling):
    """An operator whose window is the plane; more axes than three are one."""

    def _reduce(self, x: np.ndarray, reduced: Callable[..., Any], *arguments: Any) -> Any:
        self._check_elements(x)
        outer, spatial = x.shape[:2], x.shape[2:]
        planes = x.reshape(*outer, math.prod(spatial)) if len(spatial) > MOST_AXES else x
        y = reduced(planes, *arguments, queue=self.queue)
        return (y.reshape(*outer, *[1] * len(spatial)),)


class GlobalMaxPool(Global):
    """The largest element of each plane."""

    def _run(self, x: np.ndarray) -> tuple[np.ndarray, ...]:
        return self._reduce(x, global_max_pool)


class GlobalAveragePool(Global):
    """The average of each plane."""

    def _run(self, x: np.ndarray) -> tuple[np.ndarray, ...]:
        return self._reduce(x, global_avg_pool)


class GlobalLpPool(Global):
    """The p-norm of each plane."""

    def _run(self, x: np.ndarray, p: float) -> tuple[np.ndarray, ...]:
        return self._reduce(x, global_lp_pool, p)


class MaxUnpool(Pooling):
    """Values put back where indices say, among zeros."""

    def _run(
        self,
        x: np.ndarray,
        indices: np.ndarray,
        output_shape: np.ndarray | None = None,
        **given: Any,
    ) -> tuple[np.ndarray, ...]:
        self._check_elements(x)
        window = window_of(given, x.ndim - 2)
        y = unpooled(x, indices, window, self.queue)
        if output_shape is None:
            return (y,)
        shape = tuple(np.ravel(output_shape).tolist())
        fits = len(shape) == y.ndim and shape[:2] == y.shape[:2]
        if not fits or any(asked < own for asked, own in zip(shape, y.shape, strict=True)):
            raise ArgumentValueError(
                f"output_shape is {list(shape)}; allowed: {list(y.shape)}, with longer spatial axes"
            )
        result = np.zeros(shape, y.dtype)
        result[tuple(map(slice, y.shape))] = y
        return (result,)


OPERATORS = (
    *(MaxPool, AveragePool, LpPool, MaxUnpool),
    *(GlobalMaxPool, GlobalAveragePool, GlobalLpPool),
)


def operators_on(queue: cl.CommandQueue | None) -> list[type[Pooling]]:
    """The operators, computed on a queue."""
    return [type(each.__name__, (each,), {"queue": queue}) for each in OPERATORS]
