"""What the documents show is what happens: README.md's examples and the docstrings'."""

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
from clpool import cli, modes, reference

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"

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


def examples() -> list[tuple[str, str]]:
    """The python blocks of README.md with the output shown behind them."""
    return BLOCK.findall(README.read_text(encoding="utf-8"))


def test_readme_examples_print_what_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, registries: None
) -> None:
    """The python examples of README.md run in order, and print the output shown behind them."""
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {"__name__": "readme"}
    assert examples()
    for code, expected in examples():
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(code, str(README), "exec"), names)
        assert printed.getvalue().rstrip() == expected.rstrip(), code


def test_readme_shows_output() -> None:
    """At least one example shows its output; otherwise nothing would be compared."""
    assert any(expected for _, expected in examples())


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
                assert cli.main(words[1:]) == 0, command


def test_readme_files_exist() -> None:
    """Every picture and file that README.md links to is there."""
    links = re.findall(r"\]\((?!https?://|#)([^)]+)\)", README.read_text(encoding="utf-8"))
    assert links
    assert [link for link in links if not (ROOT / link).is_file()] == []


@pytest.mark.parametrize(
    "name",
    sorted(
        module.name
        for module in pkgutil.walk_packages(clpool.__path__, "clpool.")
        if not module.name.startswith(("clpool.tools", "clpool.__main__"))
    ),
)
def test_docstring_examples(name: str) -> None:
    """The examples in a module's docstrings print what they show."""
    module = importlib.import_module(name)
    failed, _ = doctest.testmod(module, extraglobs={"np": np, "clpool": clpool})
    assert failed == 0
