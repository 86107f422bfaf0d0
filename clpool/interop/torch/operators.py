"""The table of operators: of each its tensors, its parameters, its shape and its gradient.

Schemas, kernels, fake kernels, gradients and rules of vmap follow from an entry.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ...ops.signature import FUNCTIONS as POOLING
from . import shapes

#: The default of a parameter without one.
REQUIRED: Any = object()


@dataclass(frozen=True)
class Parameter:
    """An argument that is no tensor: its name, its type in schemas, its default."""

    name: str
    type: str
    default: Any = REQUIRED

    @property
    def schema(self) -> str:
        """The argument as schemas have it."""
        if self.default is REQUIRED:
            return f"{self.type} {self.name}"
        default = {"()": "[]"}.get(repr(self.default), repr(self.default).replace("'", '"'))
        return f"{self.type} {self.name}={default}"


@dataclass(frozen=True)
class Operator:
    """An operator of the namespace ``clpool``.

    ``shape`` computes the result's shape of ndim, the tensors and the parameters. ``gradient``
    names the operator of its gradient, and ``adjoint`` how a gradient is itself differentiated by
    ``grad``: the name of the pooling that it is the transpose of, "gather", "scatter", or None.
    ``indexed`` names the operator that gives indices too.
    """

    name: str
    ndim: int | None
    function: Callable[..., Any]
    tensors: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    shape: Callable[..., tuple[Any, ...]]
    keywords: Mapping[str, Any] = field(default_factory=dict)
    gradient: str | None = None
    adjoint: str | None = None
    indexed: str | None = None

    @property
    def has_indices(self) -> bool:
        """Whether it gives (values, indices)."""
        return bool(self.keywords.get("return_indices"))

    @property
    def schema(self) -> str:
        """Its schema, as :meth:`torch.library.Library.define` takes it."""
        arguments = [*(f"Tensor {name}" for name in self.tensors)]
        arguments += [parameter.schema for parameter in self.parameters]
        results = "(Tensor, Tensor)" if self.has_indices else "Tensor"
        return f"{self.name}({', '.join(arguments)}) -> {results}"

    def pooled_axes(self, tensor: Any) -> int:
        """The number of pooled axes: of global pooling all behind (N, C)."""
        return int(tensor.dim()) - 2 if self.ndim is None else self.ndim


def _sizes(ndim: int | None) -> dict[str, Parameter]:
    """The parameters that all windows share, by name."""
    n = f"[{ndim}]"
    listed = [
        Parameter("kernel_size", f"int{n}"),
        Parameter("stride", f"int{n}", ()),
        Parameter("padding", f"int{n}", 0),
        Parameter("dilation", f"int{n}", 1),
        Parameter("ceil_mode", "bool", False),
        Parameter("output_size", f"SymInt{n}"),
        Parameter("count_include_pad", "bool", True),
        Parameter("divisor_override", "int?", None),
        Parameter("norm_type", "float"),
        Parameter("signed", "bool", True),
        Parameter("nan", "str", "propagate"),
        Parameter("average", "bool", False),
        Parameter("clamp", "bool", False),
    ]
    return {parameter.name: parameter for parameter in listed}


_SHAPE = Parameter("input_shape", "SymInt[]")
_WINDOW = ("kernel_size", "stride", "padding", "dilation", "ceil_mode")
_AVERAGE = (
    *("kernel_size", "stride", "padding", "ceil_mode"),
    *("count_include_pad", "divisor_override", "dilation"),
)
_SUM = ("kernel_size", "stride", "padding", "ceil_mode", "dilation")
_NORM = ("norm_type", "kernel_size", "stride", "ceil_mode", "padding", "dilation", "signed")


@dataclass(frozen=True)
class _Family:
    """Operators of several ndims: the arguments of the pooling and those of its gradient."""

    name: str
    parameters: tuple[str, ...]
    shape: Callable[..., tuple[Any, ...]]
    tensors: tuple[str, ...] = ("x",)
    selects: bool = False
    keywords: Mapping[str, Any] = field(default_factory=dict)
    gradient: tuple[str, ...] | None = ("grad",)
    gradient_parameters: tuple[str, ...] = ()
    adjoint: str | None = "pooling"
    ndims: tuple[int | None, ...] = (1, 2, 3)
    function: str = ""

    def operators(self) -> Iterator[Operator]:
        """The operators: the pooling, with indices where it selects, and the gradient."""
        for ndim in self.ndims:
            yield from self._of(ndim, "" if ndim is None else f"{ndim}d")

    def _of(self, ndim: int | None, suffix: str) -> Iterator[Operator]:
        known = _sizes(ndim)
        name = f"{self.name.replace('{n}', suffix)}"
        back = f"{name}_backward"
        parameters = tuple(known[key] for key in self.parameters)
        function = POOLING[(self.function or self.name).replace("{n}", suffix)]
        gradient = None if self.gradient is None else back
        pooling = (ndim, function, self.tensors, parameters, self.shape)
        indexed = f"{name}_with_indices" if self.selects else None
        yield Operator(name, *pooling, self.keywords, gradient, indexed=indexed)
        if indexed:
            keywords = {**self.keywords, "return_indices": True}
            yield Operator(indexed, *pooling, keywords, gradient)
        if self.gradient is not None:
            adjoint = name if self.adjoint == "pooling" else self.adjoint
            shape: Callable[..., tuple[Any, ...]] = shapes.given
            lead: tuple[Parameter, ...] = (_SHAPE,)
            if self.adjoint == "scatter":
                shape, lead = shapes.of_indices, ()
            elif "x" in self.gradient:
                shape, lead = shapes.of_input, ()
            behind = tuple(known[key] for key in self.gradient_parameters)
            yield Operator(
                back,
                ndim,
                POOLING[back],
                self.gradient,
                (*lead, *behind),
                shape,
                adjoint=adjoint,
            )


def _selecting(name: str, *parameters: str, **more: Any) -> _Family:
    """A family of sliding windows that choose a tap."""
    return _Family(
        name,
        (*_WINDOW, *parameters),
        shapes.sliding,
        selects=True,
        gradient=("grad", "indices"),
        gradient_parameters=_WINDOW,
        adjoint="gather",
        **more,
    )


def _extreme(name: str, ndims: tuple[int | None, ...], shape: Any, *parameters: str) -> _Family:
    """A family that chooses a tap of windows that are no sliding ones."""
    gradient = ("grad", "indices")
    return _Family(
        name,
        (*parameters, "nan"),
        shape,
        selects=True,
        gradient=gradient,
        adjoint="gather",
        ndims=ndims,
    )


_EVERY: tuple[int | None, ...] = (1, 2, 3)
_FAMILIES = [
    _selecting("max_pool{n}", "nan"),
    _selecting("min_pool{n}", "nan"),
    _selecting("median_pool{n}", "average"),
    _selecting("stochastic_pool{n}", "clamp", tensors=("x", "seed")),
    _Family(
        "stochastic_pool{n}_inference",
        (*_WINDOW, "clamp"),
        shapes.sliding,
        keywords={"training": False},
        gradient=("grad", "x"),
        gradient_parameters=_WINDOW,
        adjoint=None,
        function="stochastic_pool{n}",
    ),
    _Family("mode_pool{n}", _WINDOW, shapes.sliding, selects=True, gradient=None),
    _Family("avg_pool{n}", _AVERAGE, shapes.sliding, gradient_parameters=_AVERAGE),
    _Family("sum_pool{n}", _SUM, shapes.sliding, gradient_parameters=_SUM),
    _Family(
        "lp_pool{n}",
        _NORM,
        shapes.sliding,
        gradient=("grad", "x", "y"),
        gradient_parameters=_NORM,
        adjoint=None,
    ),
    _Family(
        "soft_pool{n}",
        _WINDOW,
        shapes.sliding,
        gradient=("grad", "x"),
        gradient_parameters=_WINDOW,
        adjoint=None,
    ),
    _Family("adaptive_avg_pool{n}", ("output_size",), shapes.sized),
    _extreme("adaptive_max_pool{n}", _EVERY, shapes.sized, "output_size"),
    _extreme("adaptive_min_pool{n}", _EVERY, shapes.sized, "output_size"),
    _Family("global_avg_pool{n}", (), shapes.whole, ndims=(None,)),
    _extreme("global_max_pool{n}", (None,), shapes.whole),
    _Family(
        "global_lp_pool{n}",
        ("norm_type",),
        shapes.whole,
        gradient=("grad", "x", "y"),
        gradient_parameters=("norm_type",),
        adjoint=None,
        ndims=(None,),
    ),
    _Family(
        "fractional_max_pool{n}",
        ("kernel_size", "output_size"),
        shapes.sized,
        tensors=("x", "random_samples"),
        selects=True,
        gradient=("grad", "indices"),
        gradient_parameters=("kernel_size",),
        adjoint="gather",
        ndims=(2, 3),
    ),
    _Family(
        "fractional_avg_pool{n}",
        ("kernel_size", "output_size"),
        shapes.sized,
        tensors=("x", "random_samples"),
        gradient=("grad", "random_samples"),
        gradient_parameters=("kernel_size",),
        ndims=(2, 3),
    ),
    _Family(
        "max_unpool{n}",
        ("kernel_size", "output_size", "stride", "padding"),
        shapes.sized,
        tensors=("x", "indices"),
        gradient=("grad", "indices"),
        adjoint="scatter",
    ),
]

#: Every operator, by its name in the namespace ``clpool``.
OPERATORS: dict[str, Operator] = {
    operator.name: operator for family in _FAMILIES for operator in family.operators()
}
