"""What the documents show is what happens: the examples of README.md, docs and docstrings."""

from __future__ import annotations

import contextlib
import doctest
import importlib
import io
import pkgutil
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import clpool
from clpool import modes, reference
from clpool.cli.main import main

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
DOCUMENTS = [README, *sorted((ROOT / "docs").glob("*.md"))]

#: A block of code, and the block of output behind it where there is one.
BLOCK = re.compile(r"^```python\n(.*?)^```\n(?:\s*^```text\n(.*?)^```\n)?", re.M | re.S)
COMMAND = re.compile(r"^(?:CLPOOL_DEVICE=\S+ )?clpool .*$", re.M)
SHELL = re.compile(r"^```sh\n(.*?)^```\n", re.M | re.S)

pytestmark = [
    pytest.mark.device,
    pytest.mark.skipif(not README.is_file(), reason="needs the checkout's README.md"),
]


@pytest.fixture
def registries() -> Iterator[None]:
    """The registries as they were: an example registers a mode of its own."""
    kept = [(table, dict(table)) for table in (modes.MODES, reference.REFERENCES)]
    yield
    for table, entries in kept:
        table.clear()
        table.update(entries)


def examples(document: Path) -> list[tuple[str, str]]:
    """The python blocks of a document with the output shown behind them."""
    return BLOCK.findall(document.read_text(encoding="utf-8"))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_examples_print_what_is_shown(
    document: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, registries: None
) -> None:
    """A document's python examples run in order, and print the output shown behind them."""
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {"__name__": "document"}
    # At least one shows its output; otherwise nothing would be compared.
    assert any(expected for _, expected in examples(document))
    for code, expected in examples(document):
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(code, str(document), "exec"), names)
        assert printed.getvalue().rstrip() == expected.rstrip(), code


def test_readme_commands_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every clpool command that README.md shows runs without an error."""
    image = pytest.importorskip("PIL.Image", reason="Pillow (the extra 'image') is not installed")
    monkeypatch.chdir(tmp_path)
    pixels = np.random.default_rng(0).integers(0, 256, (32, 48, 3), np.uint8)
    image.fromarray(pixels).save("photo.png")
    Path("photos").mkdir()
    image.fromarray(pixels).save("photos/a.jpg")
    shell = "\n".join(SHELL.findall(README.read_text(encoding="utf-8")))
    commands = [line.partition("#")[0] for line in COMMAND.findall(shell)]
    assert commands
    for command in commands:
        words = shlex.split(command)
        if words[0] == "clpool":  # others name a device of the reader's
            with contextlib.redirect_stdout(io.StringIO()):
                assert main(words[1:]) == 0, command


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_files_exist(document: Path) -> None:
    """Every picture and file that a document links to is there."""
    links = re.findall(r"\]\((?!https?://|#)([^)]+)\)", document.read_text(encoding="utf-8"))
    missing = [link for link in links if not (document.parent / link.partition("#")[0]).is_file()]
    assert missing == []


class Name(str):
    """The name of what has a docstring."""

    @property
    def facets(self) -> tuple[str, ...]:
        """What a test meets with it: the name of any rank, and the rank."""
        return re.sub(r"\dd", "", self), *re.findall(r"\dd", self)


def docstrings() -> dict[Name, doctest.DocTest]:
    """The docstrings that have examples, by the names of what they describe."""
    found = {}
    for module in pkgutil.walk_packages(clpool.__path__, "clpool."):
        if not module.name.startswith(("clpool.tools", "clpool.__main__")):
            names = {"np": np, "clpool": clpool}
            tests = doctest.DocTestFinder().find(
                importlib.import_module(module.name), extraglobs=names
            )
            found |= {Name(test.name): test for test in tests if test.examples}
    return found


DOCSTRINGS = docstrings()


@pytest.mark.parametrize("name", sorted(DOCSTRINGS))
def test_docstring_examples(name: Name) -> None:
    """The examples in a docstring print what they show."""
    assert doctest.DocTestRunner().run(DOCSTRINGS[name]).failed == 0
