"""Random pooling calls, each reproducible from a seed and its number."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from clpool.dtypes import ELEMENT_TYPES
from clpool.errors import ArgumentValueError
from clpool.problem.window import SlidingWindow

#: A kernel is compiled per window and dtype: calls share them in runs of this length.
CALLS_PER_CONFIGURATION = 25

#: What PyTorch pools on the CPU.
DTYPES = {
    "max": (
        "float32",
        "float64",
        "float16",
        "bfloat16",
        "int8",
        "uint8",
        "int16",
        "int32",
        "int64",
    ),
    "avg": ("float32", "float64", "float16", "bfloat16", "int64"),
}

#: How the elements lie in memory; see :func:`lay_out`.
LAYOUTS = ("plain", "channels_last", "moved", "moved_crop", "crop", "slice", "reversed", "gaps")

_LONGEST = {1: 700, 2: 48, 3: 14}
_WIDEST_KERNEL = {1: 11, 2: 7, 3: 4}


@dataclass(frozen=True)
class Configuration:
    """What a kernel is specialised for: calls in a run share it."""

    ndim: int
    mode: str
    kernel: tuple[int, ...]
    stride: tuple[int, ...] | None
    dilation: tuple[int, ...]
    dtype: str


@dataclass(frozen=True)
class Call:
    """One call of ``{mode}_pool{ndim}d``.

    ``plain`` holds the input contiguous and channels first, for the oracle; ``x`` the same
    elements as the function under test gets them.
    """

    number: int
    configuration: Configuration
    layout: str
    plain: np.ndarray = field(repr=False)
    x: np.ndarray = field(repr=False)
    arguments: dict[str, Any]
    with_out: bool

    @property
    def function(self) -> str:
        """The name of the function under test."""
        return f"{self.configuration.mode}_pool{self.configuration.ndim}d"

    @property
    def window(self) -> SlidingWindow:
        """The window of the call."""
        a = self.arguments
        return SlidingWindow.of(
            self.configuration.ndim,
            a["kernel_size"],
            a["stride"],
            a["padding"],
            a.get("dilation", 1),
            a["ceil_mode"],
        )

    def channels_first(self, result: np.ndarray) -> np.ndarray:
        """A result of the call with its axes as in ``plain``."""
        if self.layout == "channels_last":
            return np.moveaxis(result, -1, -1 - self.configuration.ndim)
        return result

    def empty_like_result(self, dtype: Any) -> np.ndarray:
        """A poisoned array of the result's shape and memory layout, for ``out=``."""
        outputs = self.window.output_shape(self.plain.shape[-self.configuration.ndim :])
        leading = self.plain.shape[: self.plain.ndim - self.configuration.ndim]
        poison: Any = np.nan if ELEMENT_TYPES[np.dtype(dtype).name].is_float else 77
        if self.layout not in ("channels_last", "moved", "moved_crop"):
            return np.full((*leading, *outputs), poison, dtype)
        last = np.full((*leading[:-1], *outputs, leading[-1]), poison, dtype)
        if self.layout == "channels_last":
            return last
        return np.moveaxis(last, -1, -1 - self.configuration.ndim)

    def __str__(self) -> str:
        arguments = ", ".join(f"{name}={value!r}" for name, value in self.arguments.items())
        return (
            f"{self.function}(x, {arguments}{', out=...' if self.with_out else ''}) "
            f"with x {self.x.dtype} {self.x.shape} strides {self.x.strides} ({self.layout})"
        )


def draw(seed: int, ndim: int, mode: str, number: int) -> Call:
    """The call of that number: the same for the same four arguments, whatever ran before."""
    stream = [seed, ndim, sorted(DTYPES).index(mode)]
    shared = np.random.default_rng([*stream, 0, number // CALLS_PER_CONFIGURATION])
    configuration = _configuration(shared, ndim, mode)
    rng = np.random.default_rng([*stream, 1, number])
    arguments = _arguments(rng, configuration)
    plain = _values(rng, _shape(rng, configuration, arguments), configuration.dtype)
    layout = str(rng.choice(LAYOUTS))
    if layout == "channels_last":
        arguments["data_format"] = "channels_last"
    return Call(
        number,
        configuration,
        layout,
        plain,
        lay_out(rng, plain, ndim, layout),
        arguments,
        bool(rng.random() < 0.4),
    )


def lay_out(rng: np.random.Generator, plain: np.ndarray, ndim: int, layout: str) -> np.ndarray:
    """The elements of ``plain``, lying in memory in another way.

    ``channels_last``: the channels' axis is the last. ``moved``: that, with its axes moved
    back. ``crop``: cut from larger planes; ``moved_crop``: both. ``slice``: steps in batch and
    channels, backwards too. ``reversed``: mirrored planes. ``gaps``: no dense axis at all.
    """
    if layout == "plain":
        return plain
    if layout in ("channels_last", "moved"):
        last = np.ascontiguousarray(np.moveaxis(plain, -1 - ndim, -1))
        return last if layout == "channels_last" else np.moveaxis(last, -1, -1 - ndim)
    if layout == "moved_crop":
        return np.moveaxis(
            _embed(rng, np.moveaxis(plain, -1 - ndim, -1), range(-1 - ndim, -1)), -1, -1 - ndim
        )
    if layout == "crop":
        return _embed(rng, plain, range(-ndim, 0))
    if layout == "slice":
        leading = range(plain.ndim - ndim)
        return _embed(rng, plain, leading, [int(rng.choice([-2, -1, 2, 3])) for _ in leading])
    if layout == "reversed":
        steps = [int(rng.choice([-1, 1])) for _ in range(ndim)]
        return _embed(rng, plain, range(-ndim, 0), steps)
    return _embed(rng, plain, range(plain.ndim), [2] * plain.ndim)


def _embed(
    rng: np.random.Generator, plain: np.ndarray, axes: range, steps: list[int] | None = None
) -> np.ndarray:
    """``plain`` as a view of a larger array of garbage, with a margin and a step per axis."""
    shape, cut = list(plain.shape), [slice(None)] * plain.ndim
    for axis, step in zip(axes, steps or [1] * len(axes), strict=True):
        length, before, after = plain.shape[axis], *(int(m) for m in rng.integers(0, 4, 2))
        span = (length - 1) * abs(step) + 1
        shape[axis] = before + span + after
        stop = before + span
        cut[axis] = slice(before, stop, step)
        if step < 0:
            cut[axis] = slice(stop - 1, before - 1 if before else None, step)
    whole = np.full(shape, 99, plain.dtype)
    view = whole[tuple(cut)]
    view[...] = plain
    return view


def _configuration(rng: np.random.Generator, ndim: int, mode: str) -> Configuration:
    widest = _WIDEST_KERNEL[ndim]
    if rng.random() < 0.5:
        kernel = (int(rng.integers(1, widest + 1)),) * ndim
    else:
        kernel = tuple(int(k) for k in rng.integers(1, widest + 1, ndim))
    stride = None if rng.random() < 0.3 else tuple(int(s) for s in rng.integers(1, 5, ndim))
    dilated = mode == "max" and rng.random() < 0.35  # PyTorch dilates max only
    dilation = tuple(int(d) for d in rng.integers(1, 4, ndim)) if dilated else (1,) * ndim
    return Configuration(ndim, mode, kernel, stride, dilation, str(rng.choice(DTYPES[mode])))


def _arguments(rng: np.random.Generator, configuration: Configuration) -> dict[str, Any]:
    arguments: dict[str, Any] = {
        "kernel_size": configuration.kernel,
        "stride": configuration.stride,
        "padding": tuple(int(rng.integers(0, k // 2 + 1)) for k in configuration.kernel),
        "ceil_mode": bool(rng.random() < 0.4),
    }
    if configuration.mode == "max":
        arguments["dilation"] = configuration.dilation
        arguments["return_indices"] = bool(rng.random() < 0.6)
        if arguments["return_indices"] and rng.random() < 0.3:
            arguments["index_dtype"] = np.int32
    else:
        arguments["count_include_pad"] = bool(rng.random() < 0.5)
        if rng.random() < 0.3:
            arguments["divisor_override"] = int(rng.choice([-3, 1, 2, 7]))
    return arguments


def _shape(
    rng: np.random.Generator, configuration: Configuration, arguments: dict[str, Any]
) -> tuple[int, ...]:
    """A shape with at least one output; one without a batch now and then."""
    ndim, average = configuration.ndim, configuration.mode == "avg"
    window = SlidingWindow.of(
        ndim,
        configuration.kernel,
        configuration.stride,
        arguments["padding"],
        configuration.dilation,
        arguments["ceil_mode"],
    )
    channels = int(rng.integers(1, 6) if rng.random() < 0.8 else rng.integers(6, 35))
    longest = max(4, _LONGEST[ndim] // (1 if channels < 6 else 2))
    while True:
        limit = longest if rng.random() < 0.7 else 12
        lengths = tuple(int(i) for i in rng.integers(1, limit + 1, ndim))
        if average:  # avg_pool3d demands an input as long as its kernel
            lengths = tuple(map(max, lengths, configuration.kernel))
        try:
            window.output_shape(lengths)
            break
        except ArgumentValueError:
            longest += 1
    most = max(1, 12000 // (channels * math.prod(lengths)))
    batch = min(int(rng.integers(1, 5)), most)
    return (channels, *lengths) if rng.random() < 0.15 else (batch, channels, *lengths)


def _values(rng: np.random.Generator, shape: tuple[int, ...], dtype: str) -> np.ndarray:
    """Normal values, few distinct ones (ties), or ties with NaN and infinities among them."""
    element = ELEMENT_TYPES[dtype]
    kind = rng.choice(["normal", "ties", "special", "lowest"], p=[0.4, 0.25, 0.25, 0.1])
    if not element.is_float:
        info = np.iinfo(element.numpy)
        if kind == "lowest":
            return np.full(shape, info.min, element.numpy)
        if kind == "special":
            return rng.integers(info.min, info.max, shape, element.numpy.type, endpoint=True)
        return rng.integers(0 if info.min == 0 else -3, 4, shape).astype(element.numpy)
    if kind == "normal":
        return rng.standard_normal(shape).astype(element.numpy)
    values = rng.integers(-2, 3, shape).astype(np.float64)
    if kind == "special":
        strewn = rng.choice(np.array([np.nan, np.inf, -np.inf, -0.0]), shape)
        values = np.where(rng.random(shape) < rng.choice([0.02, 0.2]), strewn, values)
    elif kind == "lowest":
        values = np.where(rng.random(shape) < 0.02, values, -np.inf)
    return values.astype(element.numpy)
