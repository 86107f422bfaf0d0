"""The tree of templates: skeletons by their names, and files that stand alone."""

from __future__ import annotations

import ast
import re
from importlib import resources
from pathlib import Path

import pytest
from mako.template import Template

from clpool import modes
from clpool.codegen.render import RENAMED, render
from clpool.codegen.spec import KernelSpec
from clpool.codegen.template_paths import SKELETONS
from clpool.dtypes import ELEMENT_TYPES
from clpool.errors import RenderError
from clpool.modes import MODES

FOLDER = Path(str(resources.files("clpool.kernels")))
FILES = {f"/{path.relative_to(FOLDER)}": path for path in FOLDER.rglob("*.mako")}
NAMED = re.compile(r'<%(?:inherit|namespace)[^>]*file="([^"]+)"')


def test_every_skeleton_has_a_name() -> None:
    """The table holds the files that inherit the frame, each once."""
    inheriting = {uri for uri, path in FILES.items() if "<%inherit" in path.read_text()}
    assert sorted(SKELETONS.values()) == sorted(inheriting)


def test_every_file_is_used() -> None:
    """Templates name each other by whole paths; the rest are skeletons and snippets of modes."""
    found = {uri for path in FILES.values() for uri in NAMED.findall(path.read_text())}
    assert all(uri.startswith(("/", "${")) for uri in found)
    fixed = {uri for uri in found if "$" not in uri}
    assert fixed <= FILES.keys()
    used = fixed | {*SKELETONS.values()} | {mode.path for mode in MODES.values()}
    by_spec = ("/dialects/", "/windows/", "/modes/")  # named by a field of the spec
    assert not {uri for uri in FILES.keys() - used if not uri.startswith(by_spec)}


@pytest.mark.parametrize("uri", sorted(FILES))
def test_templates_import_nothing_from_the_package(uri: str) -> None:
    """Values come by the rendering context."""
    tree = ast.parse(Template(text=FILES[uri].read_text()).code)
    modules = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    plain = (node.names for node in ast.walk(tree) if isinstance(node, ast.Import))
    modules |= {alias.name for names in plain for alias in names}
    assert modules
    assert not {name for name in modules if name and name.split(".")[0] == "clpool"}


@pytest.mark.parametrize("uri", sorted(FILES))
def test_lines_are_no_longer_than_those_of_python(uri: str) -> None:
    """A hundred columns: a line of text goes on behind a backslash."""
    assert not [line for line in FILES[uri].read_text().splitlines() if len(line) > 100]


@pytest.mark.parametrize("uri", sorted(FILES))
def test_namespaces_are_used(uri: str) -> None:
    """A file names no other in vain."""
    text = FILES[uri].read_text()
    names = re.findall(r'<%namespace name="(\w+)"', text)
    assert not {name for name in names if not re.search(rf"\b{name}\.\w", text)}


def test_no_file_names_itself_by_way_of_others() -> None:
    """Templates serve in one direction; those that specs choose stand for all of their folder."""
    names: dict[str, set[str]] = {}
    for uri, path in FILES.items():
        found = NAMED.findall(path.read_text())
        chosen = [re.match(r"\$\{'(/\w+/)'", name) for name in found]
        folders = tuple(match[1] for match in chosen if match)
        names[uri] = {name for name in found if "$" not in name}
        names[uri] |= {other for other in FILES if folders and other.startswith(folders)}
    while leaves := {uri for uri, found in names.items() if not found & names.keys()}:
        for uri in leaves:
            del names[uri]
    assert not names


@pytest.mark.parametrize("uri", sorted(FILES))
def test_partials_say_what_they_take_and_leave(uri: str) -> None:
    """Above its definitions; skeletons, snippets of modes and dialects take arguments alone."""
    text = FILES[uri].read_text()
    if "<%inherit" in text or uri.startswith(("/modes/", "/dialects/")) or "self.body" in text:
        assert "## in:" not in text
        return
    head = text[: text.index("<%def")]
    (taken,) = re.findall(r"^## in: (.+)$", head, re.MULTILINE)
    (left,) = re.findall(r"^## out: (.+)$", head, re.MULTILINE)
    assert taken
    assert left


@pytest.mark.parametrize("uri", sorted(FILES))
def test_no_template_asks_for_a_skeleton_by_name(uri: str) -> None:
    """Skeletons bring what is theirs: shared templates do not know who uses them."""
    assert not re.search(r"spec\.template|SKELETONS", FILES[uri].read_text())


@pytest.mark.parametrize(("old", "new"), RENAMED.items())
def test_a_definition_of_another_name_is_refused(
    old: str, new: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error says what a snippet's definition is called."""
    text = f'<%def name="combine()">a.value + b.value</%def><%def name="{old}()"></%def>'
    mode = modes.Mode("toy", modes.zero, source=text)
    monkeypatch.setitem(modes.MODES, "toy", mode)
    element = ELEMENT_TYPES["float32"]
    with pytest.raises(RenderError, match=re.escape(f"'toy' defines {old}(), now {new}")):
        render(KernelSpec(mode, (2,), (2,), (1,), element, element))


@pytest.mark.parametrize("mode", MODES.values(), ids=MODES)
def test_snippets_define_what_their_modes_say(mode: modes.Mode) -> None:
    """Each field of an entry has its definition, and each definition some mode's field."""
    text = FILES[mode.path].read_text()
    modes.check_snippet(mode, text, shared=True)
    own = [other for other in MODES.values() if other.path == mode.path]
    for given, name in modes.DEFINITIONS.items():
        assert f'name="{name}(' not in text or any(getattr(other, given) for other in own), name
