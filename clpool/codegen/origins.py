"""Where the lines of a kernel come from: each beside the templates and the lines that wrote it."""

from __future__ import annotations

import re
import sys
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple

from mako.runtime import Context
from mako.template import ModuleInfo, Template

from .pruning import pruned
from .render import Templates, context_of, tidy
from .spec import KernelSpec
from .template_paths import SKELETONS

_MARK = re.compile(r" ?//@(\d+)$")


class Origin(NamedTuple):
    """A template, by its path in ``kernels``, and a line of it."""

    template: str
    line: int

    def __str__(self) -> str:
        return f"{self.template}:{self.line}"


class Line(NamedTuple):
    """A line of a kernel, and what wrote it, in the order of its parts."""

    text: str
    origins: tuple[Origin, ...]


class _Traced(Templates):
    """Templates whose code is made anew, with the lines that it comes from."""

    def made(self, text: str, uri: str, file: Path | None) -> Template:
        made = Template(text, uri=uri, lookup=self, strict_undefined=True)
        found = ModuleInfo.get_module_source_metadata(made.code, full_line_map=True)
        made.module.origins = _Places(text, uri, found["full_line_map"])
        return made


_templates = _Traced()


class _Places:
    """The lines of a template, by those of its code."""

    def __init__(self, text: str, uri: str, lines: list[int]) -> None:
        self._text, self._lines = text.splitlines(), lines
        self._name = uri.lstrip("/")

    def of(self, number: int, text: str) -> list[Origin]:
        """The origins of the lines of a text that a line of the code wrote."""
        first = self._lines[min(number, len(self._lines)) - 1]
        parts = text.split("\n")
        lines = self._text[first - 1 : first - 1 + len(parts)]
        pairs = zip_longest(parts, lines, fillvalue="")
        is_literal = all(part.strip() in line for part, line in pairs)
        return [Origin(self._name, first + step * is_literal) for step in range(len(parts))]


class _Pieces:
    """What templates write into a buffer, and the origins of every line.

    Args:
        around: the buffer that the text of this one is written to, next and as a whole.
    """

    def __init__(self, around: _Pieces | None = None) -> None:
        self.lines: list[tuple[str, dict[Origin, None]]] = [("", {})]
        self._around = around
        self._inside: dict[Origin, None] = {}

    def write(self, text: str) -> None:
        """Take a text from the template that calls."""
        frame = sys._getframe(1)
        origins = frame.f_globals["origins"].of(frame.f_lineno, text)
        for step, (part, origin) in enumerate(zip(text.split("\n"), origins, strict=True)):
            if step:
                self.lines.append(("", {}))
            before, known = self.lines[-1]
            if part.strip():
                known |= {origin: None} | self._inside
            self.lines[-1] = (before + part, known)
        if text.strip():
            self._inside = {}

    def getvalue(self) -> str:
        """The text, whose origins are those of what is written around it next."""
        if self._around is not None:
            for _, origins in self.lines:
                self._around._inside |= origins
        return "\n".join(text for text, _ in self.lines)


class _Context(Context):  # type: ignore[misc]  # mako is untyped
    """A context whose buffers know origins."""

    def _push_buffer(self) -> _Pieces:
        self._buffer_stack.append(_Pieces(self._buffer_stack[-1]))
        return self._buffer_stack[-1]

    def _copy(self) -> Any:
        copied = super()._copy()
        copied.__class__ = type(self)
        return copied


def explained(spec: KernelSpec) -> list[Line]:
    """The lines of :func:`clpool.codegen.render.render`, each with its origins; none of a blank."""
    pieces = _Pieces()
    context = _Context(pieces, **context_of(spec))
    _templates.get_template(SKELETONS[spec.template]).render_context(context)
    written = pieces.lines
    marked = (f"{text} //@{n}" if origins else "" for n, (text, origins) in enumerate(written))
    found = []
    for text in pruned(tidy("\n".join(marked))).splitlines():
        mark = _MARK.search(text)
        kept = text[: mark.start()] if mark else text
        found.append(Line(kept, tuple(written[int(mark[1])][1]) if mark else ()))
    return found
