"""The family and the size class of a problem, by which records of tuned kernels are found."""

from __future__ import annotations

import hashlib
from typing import Any

from ..modes import Mode
from ..problem.listed import AdaptiveWindow, ListedWindow, WholePlane
from ..problem.own_window import OwnWindow
from ..problem.problem import Problem
from ..tuning.keys import CACHE_BYTES, Family, SizeClass
from .device_traits import DeviceTraits
from .placement import Layout


def family_of(problem: Problem, traits: DeviceTraits, layout: Layout) -> Family:
    """The family of a problem whose arrays lie in this layout."""
    facts = {
        **_window_facts(problem),
        "mode": _mode_facts(problem.mode),
        "dtype": problem.dtype.name,
        "out": problem.out.name,
        "layout": _order(problem, layout),
        "index": problem.index,
        "input_index": problem.input_index,
        "nan": problem.nan if problem.mode.selects and problem.dtype.is_float else "propagate",
        "divisor": problem.divisor_class()[0],
        "dialect": traits.dialect,
    }
    return Family.of(_label(facts), facts)


def size_of(problem: Problem, traits: DeviceTraits, layout: Layout) -> SizeClass:
    """The size class of a problem whose arrays lie in this layout.

    Example:
        >>> from clpool.problem.forward import sliding
        >>> from clpool.schedule.placement import dense_layout
        >>> import numpy as np
        >>> shape, window = (16, 64, 112, 112), (3, 2, 1, 1, False)
        >>> options = (True, None, "propagate", False, "int64", None)
        >>> problem = sliding(shape, np.dtype("f4"), 2, "max", window, options, "channels_first")
        >>> traits = DeviceTraits("a device", units=2, cache_bytes=2**25)
        >>> size_of(problem, traits, dense_layout(problem))
        SizeClass(row=5, lines=14, cache=0)
    """
    axis = problem.spatial[-1] if layout.inner is None else layout.inner
    row = problem.output_shape[axis]
    lines = 1
    for other, length in enumerate(problem.output_shape):
        lines *= 1 if other == axis else length
    cache = traits.cache_bytes or CACHE_BYTES
    moved = problem.bytes_moved
    below = (-(-cache // max(moved, 1)) - 1).bit_length()
    over = _log2(moved // cache) if moved >= cache else -below
    return SizeClass(_log2(row), _log2(lines // max(traits.units, 1)), over)


def _log2(number: int) -> int:
    """The power of two of a number, rounded down; 0 of what is less than 1."""
    return max(number, 1).bit_length() - 1


def _order(problem: Problem, layout: Layout) -> str:
    """What lies densely: the row ("first"), the channels ("last") or nothing ("strided")."""
    if layout.inner is None:
        return "strided"
    order = "first" if layout.inner == problem.spatial[-1] else "last"
    return order if layout.lists is None else f"{order}, lists by plane"


def _window_facts(problem: Problem) -> dict[str, Any]:
    """The windows, as far as kernels are made for them."""
    window = problem.window
    own = "own " if isinstance(window, OwnWindow) else ""
    kind = f"{own}{window.kind}{' gradient' * window.gradient}"
    sliding = window.likely if isinstance(window, WholePlane) else window.sliding
    if sliding is None:
        extents = [_log2(length) for length in _extents(problem)]
        return {"window": kind, "ndim": window.ndim, "extents": extents}
    return {
        "window": kind,
        "kernel": list(sliding.kernel),
        "stride": list(sliding.stride),
        "dilation": list(sliding.dilation),
    }


def _extents(problem: Problem) -> list[int]:
    """The length of the longest listed window along each axis; 0 where it is not known."""
    window = problem.window
    if isinstance(window, AdaptiveWindow):
        outputs = window.output_shape(problem.lengths)
        return [-(-i // o) if o else 0 for i, o in zip(problem.lengths, outputs, strict=True)]
    if isinstance(window, ListedWindow):
        if window.listed is not None:
            return [int((b[..., 1] - b[..., 0]).max(initial=0)) for b in window.listed]
        if window.kernel is not None:
            return list(window.kernel)
    return [0] * window.ndim


def _mode_facts(mode: Mode) -> dict[str, Any]:
    """The mode, and the snippet of one that has a text of its own."""
    facts: dict[str, Any] = {"name": mode.name}
    if mode.template is not None:
        facts["template"] = mode.template
    elif mode.source:
        facts["source"] = hashlib.sha256(mode.source.encode()).hexdigest()[:12]
    given = {
        "inputs": list(mode.inputs),
        "options": dict(mode.options),
        "fields": list(mode.fields),
        "skeleton": mode.skeleton,
        "finalizes": mode.finalizes,
        "divides": mode.divides,
        "selects": mode.selects,
    }
    return facts | {name: value for name, value in given.items() if value}


def _label(facts: dict[str, Any]) -> str:
    """A family's name for people."""
    mode = facts["mode"]
    options = [v for v in mode.get("options", {}).values() if v not in mode["name"]]
    parts = [" ".join([mode["name"], *options]), *_window_label(facts), facts["dtype"]]
    if facts["out"] != facts["dtype"]:
        parts.append(f"to {facts['out']}")
    parts.append(facts["layout"])
    if facts["index"]:
        parts.append(f"indices {facts['index']}")
    if facts["input_index"]:
        parts.append(f"from {facts['input_index']}")
    if facts["nan"] != "propagate":
        parts.append(f"nan {facts['nan']}")
    if facts["divisor"] not in (None, "given"):
        parts.append(f"count {facts['divisor']}")
    return " ".join(parts)


def _window_label(facts: dict[str, Any]) -> list[str]:
    """The windows' part of a family's name."""
    kind = [] if facts["window"] == "sliding" else [facts["window"]]
    if "kernel" not in facts:
        return [*kind, f"{facts['ndim']}d", "x".join(str(2**n) for n in facts["extents"])]
    parts = ["x".join(map(str, facts["kernel"])), "s" + _one(facts["stride"])]
    if set(facts["dilation"]) != {1}:
        parts.append("d" + _one(facts["dilation"]))
    return [*kind, *parts]


def _one(numbers: list[int]) -> str:
    """A number per axis, or one for all."""
    return str(numbers[0]) if len(set(numbers)) == 1 else "x".join(map(str, numbers))
