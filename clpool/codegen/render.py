"""From a spec to OpenCL source: Mako templates, strict about names, tidy in their output."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

import mako.exceptions
from mako.lookup import TemplateCollection
from mako.template import Template

from .. import modes
from ..errors import RenderError
from ..tuning import CACHES, WIDEST_TYPE
from . import template_code
from .expressions import atom, over, plus, times
from .gradient_rows import CoveringRows
from .head_comment import head_comment
from .item_block import ItemBlock
from .kernel_arguments import MEMBERS
from .lanes import SIGNED, AxisWindow, Lanes
from .pruning import pruned
from .row_groups import SharedRows
from .shuffles import Shuffles
from .sorting_networks import middle_ranks, selecting, sorting
from .spec import KernelSpec, scalar_size
from .template_paths import SKELETONS
from .window_runs import runs_of

#: The definitions that snippets of modes had, and those that they have.
RENAMED = {
    "lift": "map()",
    "wins": "replaces()",
    "begin": "tap()",
    "empty": "identity()",
    "merge": "combine()",
    "finish": "finalize(), whose argument is called state",
}


class Templates(TemplateCollection):  # type: ignore[misc]  # mako is untyped
    """The package's templates by absolute path, and the snippets of modes given as text."""

    def __init__(self) -> None:
        super().__init__()
        self._cache: dict[str, tuple[str, Template]] = {}

    def adjust_uri(self, uri: str, filename: str) -> str:
        """The absolute path of a template that another one names."""
        return uri if uri.startswith("/") else f"{filename.rpartition('/')[0]}/{uri}"

    def get_template(self, uri: str, relativeto: str | None = None) -> Template:
        """The template of an absolute path, made once for a text."""
        text, file = self._text(uri)
        if uri not in self._cache or self._cache[uri][0] != text:
            self._cache[uri] = (text, self.made(text, uri, file))
        return self._cache[uri][1]

    def made(self, text: str, uri: str, file: Path | None) -> Template:
        """A template of a text."""
        return template_code.template(text, uri, file, self)

    @staticmethod
    def _text(uri: str) -> tuple[str, Path | None]:
        """A template's text, and its file if it has one."""
        for mode in modes.MODES.values():
            if mode.source is not None and mode.path == uri:
                return mode.source, None
        file = resources.files("clpool.kernels").joinpath(uri.lstrip("/"))
        try:
            return file.read_text(encoding="utf-8"), file if isinstance(file, Path) else None
        except OSError as error:
            raise RenderError(f"there is no kernel template {uri!r}: {error}") from error


_templates = Templates()


@lru_cache(CACHES.sources)
def render(spec: KernelSpec) -> str:
    """The OpenCL source of one kernel, named ``spec.label``.

    Raises:
        RenderError: a template failed; the message names it, its line and the spec.
    """
    try:
        _refuse_renamed(spec.mode)
        return pruned(
            tidy(_templates.get_template(SKELETONS[spec.template]).render(**context_of(spec)))
        )
    except RenderError:
        raise
    except Exception as error:
        trace = mako.exceptions.RichTraceback()
        raise RenderError(
            f"a template of {spec.label} failed at line {trace.lineno}: "
            f"{trace.errorname}: {error}\n{mako.exceptions.text_error_template().render()}"
        ) from error


def context_of(spec: KernelSpec) -> dict[str, Any]:
    """What the templates of a spec see, by name."""
    widths = sorted({1, spec.width, spec.loads})
    axes = zip(spec.axes, spec.kernel, spec.stride, spec.dilation, strict=True)
    along_row = spec.stride[-1], spec.kernel[-1], spec.dilation[-1]
    windows = {axis: AxisWindow(*window) for axis, *window in axes}
    return {
        "spec": spec,
        "kept": CoveringRows(spec),
        "block": ItemBlock(spec) if spec.block else None,
        "runs": runs_of(spec) if spec.template == "tile" else None,
        "shared": SharedRows(spec),
        "shuffles": Shuffles(
            spec.width, *along_row, spec.mode.selects, spec.thresholds.shuffled_vectors
        )
        if spec.template == "rows_down"
        else None,
        "members": MEMBERS,
        "identity": spec.identity,
        "widths": widths,
        "lanes_of": lambda n: Lanes(n, spec),
        "along": windows.__getitem__,
        "vector_types": _vector_types(spec),
        "scalar_size": scalar_size,
        "head_comment": head_comment,
        "atom": atom,
        "times": times,
        "plus": plus,
        "over": over,
        "sorting": sorting,
        "selecting": selecting,
        "middle_ranks": middle_ranks,
    }


def _refuse_renamed(mode: modes.Mode) -> None:
    """Raise for a mode's snippet that defines a name of before."""
    if mode.skeleton:
        return
    snippet = _templates.get_template(mode.path)
    for old, new in RENAMED.items():
        if snippet.has_def(old):
            raise RenderError(f"the snippet of mode {mode.name!r} defines {old}(), now {new}")


def _vector_types(spec: KernelSpec) -> list[tuple[str, int, int]]:
    """(scalar type, lanes, bytes of a scalar) of every vector a kernel may read or write."""
    bases = {spec.dtype.storage, spec.out.storage, spec.accumulator, spec.position}
    if spec.index:
        bases.add(spec.index_storage)
    if spec.input_index:
        bases.add(spec.input_index_storage)
    if spec.lists:
        bases.add("int")
    bases = {"ushort" if base == "half" else base for base in bases}
    if spec.width > WIDEST_TYPE:  # no types of OpenCL: masks and positions need one, too
        bases |= {SIGNED[scalar_size(spec.accumulator)], spec.position}
    widths = sorted({spec.width, spec.loads} - {1})
    return [(base, width, scalar_size(base)) for width in widths for base in sorted(bases)]


def tidy(source: str) -> str:
    """Source as a person would lay it out: indented by its braces, no blank runs."""
    lines: list[str] = []
    depth = 0
    hanging = 0
    for raw in source.splitlines():
        line = " ".join(raw.split())
        if not line:
            if lines and lines[-1] and depth == 0:
                lines.append("")
            continue
        code = line.split("//")[0]
        closing = len(code) - len(code.lstrip("}"))
        indent = max(depth - closing, 0) + (1 if hanging and line[0] not in "{}" else 0)
        flush = line.startswith(("#pragma OPENCL", "#if", "#endif"))
        lines.append(line if flush else "    " * indent + line)
        depth = max(depth + code.count("{") - code.count("}"), 0)
        hanging = bool(code.strip()) and code.rstrip()[-1:] not in ("{", "}", ";", ":")
        hanging = hanging and not line.startswith("#")
    return "\n".join(lines).strip() + "\n"
