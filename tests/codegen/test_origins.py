"""The origins of a kernel's lines: templates and lines that have what they wrote."""

from __future__ import annotations

import dataclasses
import re
from importlib import resources

import pytest

from clpool import modes
from clpool.codegen.origins import explained
from clpool.codegen.render import render
from clpool.codegen.spec import KernelSpec
from clpool.tools.golden import SPECS

EXPRESSION = re.compile(r"\$\{|<%|%>|##")
KERNELS = resources.files("clpool.kernels")


def words_of(template: str, line: int) -> str:
    """A line of a template, as a kernel's lines are laid out."""
    text = KERNELS.joinpath(template).read_text(encoding="utf-8").splitlines()[line - 1]
    return " ".join(text.split())


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.label)
def test_lines_have_their_origins(spec: KernelSpec) -> None:
    """They are the kernel's own, all with an origin; text without expressions is that of it."""
    lines = explained(spec)
    assert "\n".join(line.text for line in lines) + "\n" == render(spec)
    assert all(bool(line.origins) == bool(line.text) for line in lines)
    literal = [(text, words_of(*found[0])) for text, found in lines if len(found) == 1]
    literal = [(text, words) for text, words in literal if not EXPRESSION.search(words)]
    assert [text.strip() for text, _ in literal] == [words for _, words in literal]
    assert len(literal) > 0.1 * len(lines)


@pytest.mark.parametrize("name", ["max", "min", "sum", "avg"])
def test_a_mode_has_a_part(name: str) -> None:
    """Its snippet is among the origins of every kernel that combines by it."""
    specs = [spec for spec in SPECS if spec.mode.name == name]
    assert specs
    for spec in specs:
        named = {origin.template for line in explained(spec) for origin in line.origins}
        assert spec.mode.path.lstrip("/") in named, spec.label


def test_a_snippet_of_ones_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mode that is given as text has its lines, too, by the path that it would have."""
    source = '<%def name="combine()">\na.value * b.value</%def>'
    mode = modes.Mode("product", identity=lambda element, nan: "1", source=source)
    monkeypatch.setitem(modes.MODES, "product", mode)
    spec = next(spec for spec in SPECS if spec.mode.name == "sum" and spec.template == "direct")
    lines = explained(dataclasses.replace(spec, mode=mode))
    (line,) = (line for line in lines if "a.value * b.value" in line.text)
    assert line.origins[-1] == ("modes/product.mako", 2)
