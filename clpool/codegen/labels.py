"""The label of a spec: the name of its kernel, which tells it apart from all others."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .spec import KernelSpec


def label_of(spec: KernelSpec) -> str:
    """A short name that tells specs apart, a valid OpenCL and Python identifier."""
    window = "x".join(map(str, spec.kernel)) + "s" + "x".join(map(str, spec.stride))
    if spec.window in ("listed", "plane"):
        window = f"{spec.window}{spec.ndim}d"
    elif set(spec.dilation) != {1}:
        window += "d" + "x".join(map(str, spec.dilation))
    mode = "_".join([spec.mode.name, *(v for _, v in spec.mode.options if v not in spec.mode.name)])
    parts = [mode, window, spec.dtype.name, spec.template, f"v{spec.width}"]
    if spec.layout == "last" and spec.template in ("direct", "group"):
        parts.append("last")
    if spec.out != spec.dtype:
        parts.append(f"to_{spec.out.name}")
    if spec.in_portions:
        parts.append("portions")
    if spec.variant in ("outputs", "tile"):
        parts[-1:] = ["x".join(map(str, spec.block)), f"v{spec.width}"]
        if spec.layout == "last":
            parts.append("last")
        if spec.loads > 1:
            parts.append(f"loads{spec.loads}")
    if spec.whole_planes:
        parts.append(f"whole_loads{spec.loads}" if spec.loads > 1 else "whole")
    tiled = spec.variant in ("group", "tile") or spec.template == "outputs_listed"
    if tiled or (spec.variant == "rows" and spec.layout == "first"):
        parts.append(f"t{spec.tile}")
    if spec.index:
        parts.append(f"indices_{spec.index}")
    if spec.input_index:
        parts.append(f"from_{spec.input_index}")
    if spec.window == "covering":
        parts.append("covering")
    if any(spec.phases):
        parts.append("phases" + "x".join(map(str, spec.phases)))
    if spec.nan != "propagate":
        parts.append(f"nan_{spec.nan}")
    if spec.divisor not in (None, "given"):
        parts.append(f"count_{spec.divisor}")
    if spec.alignment_phase is not None:
        parts.append(f"aligned{spec.alignment_phase}")
    if spec.nontemporal:
        parts.append("nontemporal")
    if spec.wide:
        parts.append("wide")
    if spec.block and spec.mode.skeleton:
        parts.append("flat")
    if spec.narrow:
        parts.append("narrow")
    if spec.dialect != "portable":
        parts.append(spec.dialect)
    return "_".join(parts)
