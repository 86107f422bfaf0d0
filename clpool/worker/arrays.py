"""The arrays of a call, and the plans that it executes.

Inputs and gradients are drawn from a seed; indices and results are those of the forward call.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from math import prod
from typing import Any, NamedTuple

import numpy as np

from ..errors import ArgumentValueError, ClpoolError
from ..modes import MODES
from ..ops.array_form import ArrayForm
from ..ops.signature import FUNCTIONS
from ..problem.problem import Problem
from ..problem.window import SlidingWindow
from ..runtime.arrays import to_host
from ..runtime.plan import Plan
from . import resizing
from .call import Call

#: Kinds of values. normal: no surprise. ties: few distinct values. special: ties, NaN, infinities
#: and the ends of an integer type's range.
KINDS = ("normal", "ties", "special")

#: Elements that are drawn at most: a prime number, so that planes begin anywhere in them.
_BLOCK = 2**20 + 7

#: Operators whose inputs are nowhere negative, unless they are clamped.
_POSITIVE = "stochastic"


class Execution(NamedTuple):
    """One execution of a plan: what :meth:`clpool.runtime.plan.Plan.execute` was given."""

    problem: Problem
    x: np.ndarray
    sources: dict[str, np.ndarray]
    lists: np.ndarray | None
    seed: int | None


def executions(call: Call, seed: int = 0, kind: str = "normal") -> list[Execution]:
    """The executions that a call makes, in their order; it runs once, on the default device.

    Args:
        call: the call.
        seed: of the random numbers in its arrays.
        kind: of the values in them, one of :data:`KINDS`.

    Raises:
        ClpoolError: what the function itself raises.
    """
    arguments = arguments_of(call, seed, kind)
    with captured() as found:
        FUNCTIONS[call.function](**arguments)
    return found


@contextmanager
def captured() -> Iterator[list[Execution]]:
    """Collect the executions of all plans while the context lasts."""
    found: list[Execution] = []
    execute = Plan.execute

    def noting(
        self: Plan,
        x: Any,
        out: Any,
        queue: Any,
        wait_for: Any,
        sources: Any,
        lists: np.ndarray | None,
        seed: int | None = None,
    ) -> Any:
        arrays = {name: to_host(source) for name, source in sources.items()}
        found.append(Execution(self.problem, to_host(x), arrays, lists, seed))
        return execute(self, x, out, queue, wait_for, sources, lists, seed)

    Plan.execute = noting  # type: ignore[method-assign]
    try:
        yield found
    finally:
        Plan.execute = execute  # type: ignore[method-assign]


def arguments_of(call: Call, seed: int = 0, kind: str = "normal") -> dict[str, Any]:
    """The arguments of a call by name, arrays among them.

    Raises:
        ArgumentValueError: the kind is unknown, or shapes do not belong together.
    """
    if kind not in KINDS:
        raise ArgumentValueError(f"kind must be one of {', '.join(KINDS)}, got {kind!r}")
    rng = np.random.default_rng([seed, KINDS.index(kind)])
    found = call.values
    for name in ("x", "grad"):
        if isinstance(form := found.get(name), ArrayForm):
            found[name] = form.laid_out(_values(call, name, form, rng, kind))
    if isinstance(form := found.get("y"), ArrayForm):
        found["y"] = form.laid_out(_fitting("y", form, _forward(call, found["x"])))
    if isinstance(form := found.get("indices"), ArrayForm):
        found["indices"] = form.laid_out(_indices(call, form, rng))
    if isinstance(form := found.get("_random_samples"), ArrayForm):
        found["_random_samples"] = rng.random(form.shape).astype(form.numpy)
    elif "seed" in found and found.get("sequences") is None and found["seed"] is None:
        found["seed"] = seed
    return found


def random_values(
    rng: np.random.Generator, shape: tuple[int, ...], dtype: np.dtype[Any], kind: str
) -> np.ndarray:
    """Random elements of one of :data:`KINDS`; a long array repeats a block of them."""
    if prod(shape) > _BLOCK:
        return np.resize(random_values(rng, (_BLOCK,), dtype, kind), shape)
    if dtype.kind in "iu":
        return _random_integers(rng, shape, np.iinfo(dtype), kind).astype(dtype)
    if kind == "normal":
        wide: Any = np.float64 if dtype == np.float64 else np.float32
        return rng.standard_normal(shape, wide).astype(dtype)
    ties = rng.integers(-2, 3, shape).astype(np.float32)
    ties = np.where(rng.random(shape) < 0.1, np.float32(-0.0), ties)
    if kind == "special":
        strewn = rng.choice(np.array([np.nan, np.inf, -np.inf, -np.inf], np.float32), shape)
        ties = np.where(rng.random(shape) < 0.15, strewn, ties)
    return ties.astype(dtype)


def _about_one(
    rng: np.random.Generator, shape: tuple[int, ...], dtype: np.dtype[Any]
) -> np.ndarray:
    """Elements whose products stay in range, for modes that neither sum nor select."""
    signs = rng.choice([1, -1 if dtype.kind != "u" else 1], shape)
    if dtype.kind in "iu":
        return (np.where(rng.random(shape) < 0.05, 2, 1) * signs).astype(dtype)
    return (2 ** rng.uniform(-0.25, 0.25, shape) * signs).astype(dtype)


def _random_integers(
    rng: np.random.Generator, shape: tuple[int, ...], info: Any, kind: str
) -> np.ndarray:
    if kind == "normal":
        return rng.integers(max(int(info.min), -100), 101, shape)
    ties = rng.integers(-2 if info.min < 0 else 0, 4, shape).astype(info.dtype)
    if kind == "special":
        ends = rng.choice(np.array([info.min, info.max], info.dtype), shape)
        return np.where(rng.random(shape) < 0.1, ends, ties)
    return ties


def _values(
    call: Call, name: str, form: ArrayForm, rng: np.random.Generator, kind: str
) -> np.ndarray:
    """The elements of an input or of a gradient; those of a quotient's gradient are finite."""
    if name == "grad" and "x" in call.values:
        kind = "normal"
    mode = MODES.get(call.values.get("mode", ""))
    if mode is not None and not (mode.selects or mode.sums) and kind != "normal":
        return _about_one(rng, form.shape, form.numpy)
    found = random_values(rng, form.shape, form.numpy, kind)
    if name == "grad" or form.numpy.kind == "u":
        return found
    drawn = call.function.startswith(_POSITIVE) and not call.values.get("clamp")
    power = call.values.get("norm_type")
    rooted = power is not None and call.values.get("signed", False) and power % 2 != 0
    # Powers of negative numbers may have no root, whose result would be NaN everywhere.
    return np.abs(found) if drawn or (rooted and power != 1) else found


def _forward(call: Call, x: np.ndarray, **more: Any) -> Any:
    """What the pooling of a gradient gives for an input."""
    name = call.function.removesuffix("_backward").removesuffix("_inference")
    values = call.values
    wanted = Call.parameters(name)
    given = {key: values[key] for key in wanted if key in values and key not in ("x", "y")}
    return FUNCTIONS[name](x, **given | more)


def _fitting(name: str, form: ArrayForm, values: np.ndarray) -> np.ndarray:
    """The values, which must have the form's shape."""
    if values.shape != form.shape:
        raise ArgumentValueError(
            f"{name} has shape {form.shape}, but the pooling's result has {values.shape}"
        )
    return values


def _indices(call: Call, form: ArrayForm, rng: np.random.Generator) -> np.ndarray:
    """Indices as the pooling of a random input gives them."""
    shape = call.input_shape
    if call.function.startswith("max_unpool"):
        return _unpooled_indices(call, form, shape, rng)
    order = call.values["grad"].order
    x = ArrayForm("float32", shape, order).laid_out(rng.random(shape, np.float32))
    more: dict[str, Any] = {"return_indices": True}
    if call.function.startswith("fractional"):
        axes = call.spatial
        outputs = tuple(call.values["grad"].shape[axis] for axis in axes)
        more |= {"output_size": outputs, "seed": int(rng.integers(2**31))}
    if call.function.startswith("adaptive"):
        more["output_size"] = tuple(call.values["grad"].shape[axis] for axis in call.spatial)
    if call.function.startswith(_POSITIVE):
        more["seed"] = int(rng.integers(2**31))
    _, indices = _forward(call, x, **more)
    return _fitting("indices", form, indices)


def _unpooled_indices(
    call: Call, form: ArrayForm, shape: tuple[int, ...], rng: np.random.Generator
) -> np.ndarray:
    """Indices of a pooling of the unpooling's result; drawn where that has another shape."""
    window = resizing.window_of(call.function, call.values)
    axes = call.spatial
    if window is not None:
        pool = f"max_pool{len(axes)}d"
        names = ("kernel_size", "stride", "padding", "data_format")
        given = {name: call.values[name] for name in names}
        x = ArrayForm("float32", shape, form.order).laid_out(rng.random(shape, np.float32))
        try:
            _, indices = FUNCTIONS[pool](x, return_indices=True, **given)
        except ClpoolError:
            indices = None
        if indices is not None and indices.shape == form.shape:
            return np.asarray(indices)
    lengths = tuple(shape[axis] for axis in axes)
    return _places(rng, form.shape, axes, lengths, window)


def _places(
    rng: np.random.Generator,
    shape: tuple[int, ...],
    axes: tuple[int, ...],
    lengths: tuple[int, ...],
    window: SlidingWindow | None,
) -> np.ndarray:
    """A random place of a plane for every element: in its own window, or of as many equal cells."""
    found = np.zeros(shape, np.int64)
    outputs = tuple(shape[axis] for axis in axes)
    pads = window.pads(outputs) if window else ()
    for number, (axis, length) in enumerate(zip(axes, lengths, strict=True)):
        at = np.arange(shape[axis] + 1)
        if window:
            begins = at[:-1] * window.stride[number] - pads[number][0]
            ends = begins + window.kernel[number]
        else:
            cells = at * length // max(shape[axis], 1)
            begins, ends = cells[:-1], cells[1:]
        begins = begins.clip(0, length - 1)
        ends = np.maximum(ends.clip(0, length), begins + 1)
        laid = (-1, *(1,) * (len(shape) - 1 - axis))
        found = found * length + rng.integers(begins.reshape(laid), ends.reshape(laid), shape)
    return found
