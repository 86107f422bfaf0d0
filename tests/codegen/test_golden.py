"""The generated sources, kept as files: a template that changes shows what it changed."""

from __future__ import annotations

import re

import pytest

from clpool.codegen.render import render, tidy
from clpool.modes import MODES
from clpool.tools.golden import FOLDER, SPECS, path_of

IN_CHECKOUT = FOLDER.is_dir()


@pytest.mark.skipif(not IN_CHECKOUT, reason="an installed package has no golden sources")
@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.label)
def test_source_is_the_one_kept(spec):
    """A spec renders what the file holds; `make golden` writes the files anew."""
    kept = path_of(spec).read_text(encoding="utf-8")
    assert render(spec) == kept, "templates changed: make golden, and read the difference"


@pytest.mark.skipif(not IN_CHECKOUT, reason="an installed package has no golden sources")
def test_every_file_belongs_to_a_spec():
    """No file outlives its spec."""
    assert set(FOLDER.glob("*.cl")) == {path_of(spec) for spec in SPECS}


def test_specs_cover_skeletons_and_modes():
    """Every skeleton, every mode of the package and both dialects are among the sources."""
    assert {spec.template for spec in SPECS} == {
        *("direct", "rows", "rows_down", "rows_running"),
        *("rows_covering", "rows_listed", "runs", "channels", "outputs", "group", "tile"),
        *("rank_outputs", "scatter_outputs", "scatter_group", "take_outputs"),
        *("outputs_listed", "tile_listed"),
    }
    assert {spec.mode.name for spec in SPECS} >= {"max", "min", "sum", "avg"} & set(MODES)
    assert {spec.dialect for spec in SPECS} == {"clang", "portable"}


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.label)
def test_source_is_tidy(spec):
    """No trailing blanks, tabs, blank runs or leftovers of templates; braces are balanced."""
    source = render(spec)
    lines = source.splitlines()
    assert source.endswith("}\n")
    assert not source.endswith("\n\n")
    assert [line for line in lines if line != line.rstrip() or "\t" in line] == []
    assert "\n\n\n" not in source
    leftovers = r"\$\{|<%|%>|##|^\s*% |\bNone\b|\bTrue\b|\bFalse\b|UNDEFINED|<function|object at 0x"
    assert re.findall(leftovers, source, re.MULTILINE) == []
    assert source.count("{") == source.count("}")
    assert source.count("(") == source.count(")")
    assert f"__kernel void {spec.label}(" in source


#: What a person would not write: factors of 1, terms of 0, needless parentheses, copies.
IDENTITIES = (
    r"\* 1(?![\w.])",
    r"(?<![\w.])1 \* ",
    r"/ 1(?![\w.])",
    r"[+-] 0(?![\w.x])",
    r"(?<![\w.\]])-0(?![\w.x])",
    r"\b0 \*",
    r"\*\(\w+\)",
    r"(?<![\w)])\(\w+\) [*+/%-] ",
    r"const \w+ stored = value;",
    r"!\(\w+\)",
    r"\b0 \| ",
)


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.label)
def test_source_has_no_identities(spec):
    """Constants that change nothing are left out where sources are made."""
    code = re.sub(r"//.*", "", render(spec))
    assert [text for text in IDENTITIES if re.search(text, code)] == []


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.label)
def test_the_head_says_what_a_kernel_is(spec):
    """Operator, dtype and window; skeleton, width and tile; and the algorithm in a sentence."""
    comment = render(spec).split("\n\n")[0].splitlines()
    assert all(line.startswith("// ") and len(line) <= 100 for line in comment)
    head = " ".join(line.removeprefix("// ") for line in comment)
    operator, skeleton, *algorithm = re.split(r"(?<=\.) (?=[A-Z])", head)
    assert operator.startswith(f"clpool: {spec.mode.name} of {spec.dtype.name}")
    window = "x".join(map(str, spec.kernel))
    assert f"window {window}" in operator or spec.window in ("listed", "plane")
    assert skeleton.startswith(f"Skeleton {spec.template}, ")
    assert (f"vectors of {spec.width}" in skeleton) == (spec.width > 1)
    of_groups = {"group": "work-items per output", "scatter_group": "outputs per work-group"}
    of_groups["outputs_listed"] = "planes per work-item"
    shared = of_groups.get(spec.template) and f"{spec.tile} {of_groups[spec.template]}"
    assert ((shared or f"tiles of {spec.tile}") in skeleton) == (f"_t{spec.tile}" in spec.label)
    assert len(" ".join(algorithm)) > 40
    assert head.endswith(".")


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.label)
def test_sections_have_headings_and_declarations(spec):
    """Every heading is followed by what it heads, and the kernel comes last."""
    sections = re.split(r"^// ---- (.*)$", render(spec), flags=re.MULTILINE)[1:]
    headings, texts = sections[::2], sections[1::2]
    assert len({*headings}) == len(headings) > 1
    assert headings[-1] == "The kernel."
    assert all(re.search(r"^(static|typedef|__kernel) ", text, re.MULTILINE) for text in texts)


def test_functions_that_return_their_argument_are_left_out():
    """Elements that are accumulators are not decoded, rows without gaps not picked from."""
    for spec in SPECS:
        plain = r"^static \w+ \w+\((?:const )?\w+ \*?(\w+)\)\n?\{\s*return \1;\s*\}"
        assert not re.search(plain, render(spec), re.MULTILINE)


def test_tidy_indents_by_braces():
    """Blocks are indented by four, also where the text was not."""
    assert tidy("void f()\n{\nif (a) {\n      b;\n}\n}\n") == (
        "void f()\n{\n    if (a) {\n        b;\n    }\n}\n"
    )


def test_tidy_removes_blank_runs():
    """One empty line between functions, none inside them or at the ends."""
    assert tidy("\n\na;\n \n\n\t\nvoid f()\n{\n\nb;\n\n}\n\n") == "a;\n\nvoid f()\n{\n    b;\n}\n"


def test_tidy_hangs_what_continues():
    """The second line of a statement is indented once more, and the next one is not."""
    assert tidy("{\na =\nb;\nc;\n}") == "{\n    a =\n        b;\n    c;\n}\n"


def test_tidy_changes_nothing_twice():
    """What is tidy stays as it is."""
    for spec in SPECS:
        assert tidy(render(spec)) == render(spec)


def test_tidy_ignores_braces_in_comments():
    """A brace that is only mentioned opens nothing."""
    assert tidy("// an open {\na;\n") == "// an open {\na;\n"
