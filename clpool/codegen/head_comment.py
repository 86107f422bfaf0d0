"""The comment at the head of a source: operator, skeleton and algorithm."""

from __future__ import annotations

import textwrap

from .spec import KernelSpec

#: The columns of a comment.
COLUMNS = 97


def head_comment(spec: KernelSpec, algorithm: str) -> str:
    """Lines that say what a kernel computes, how wide it is, and how it does it."""
    sentences = (_operator(spec), _skeleton(spec), " ".join(algorithm.split()))
    lines = (line for sentence in sentences for line in textwrap.wrap(sentence, COLUMNS))
    return "\n".join(f"// {line}" for line in lines)


def _operator(spec: KernelSpec) -> str:
    facts = [f"clpool: {spec.mode.name} of {spec.dtype.name}"]
    if spec.out != spec.dtype:
        facts[0] += f" to {spec.out.name}"
    if spec.window in ("listed", "plane"):
        facts.append({"listed": "windows in lists", "plane": "whole planes"}[spec.window])
    else:
        sizes = {"window": spec.kernel, "stride": spec.stride, "dilation": spec.dilation}
        if set(spec.dilation) == {1}:
            del sizes["dilation"]
        facts += [f"{name} {'x'.join(map(str, size))}" for name, size in sizes.items()]
    if spec.window == "covering":
        facts.append("gathered from the windows that cover an element")
    if spec.index:
        facts.append(f"with indices of {spec.index}")
    if spec.input_index:
        facts.append(f"reads indices of {spec.input_index}")
    if spec.nan != "propagate":
        facts.append(f"NaN {spec.nan}d")
    return ", ".join(facts) + "."


def _skeleton(spec: KernelSpec) -> str:
    facts = [f"Skeleton {spec.template}"]
    if spec.width > 1:
        facts.append(f"vectors of {spec.width}")
    if spec.template == "group":
        facts.append(f"{spec.tile} work-items per output")
    elif spec.template == "scatter_group":
        facts.append(f"{spec.tile} outputs per work-group")
    elif spec.template == "outputs_listed":
        facts.append(f"{spec.tile} planes per work-item")
    elif spec.template == "tile":
        facts.append(f"tiles of {spec.tile} elements")
    elif spec.template == "tile_listed":
        facts.append(f"tiles of {spec.tile} columns")
    elif spec.variant == "rows" and spec.layout == "first" and not spec.mode.skeleton:
        facts.append(f"tiles of {spec.tile} outputs")
    facts.append(f"{spec.dialect} dialect")
    return ", ".join(facts) + "."
