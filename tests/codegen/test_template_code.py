"""Templates' code is kept as Python keeps that of modules, and made anew when anything differs."""

from __future__ import annotations

import sys
from importlib.util import cache_from_source
from pathlib import Path

import pytest
from mako.template import Template

from clpool.codegen import template_code

TEXT = "${name} of ${', '.join(map(str, range(number)))}\n"


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A template's file, whose code Python may keep."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(sys, "pycache_prefix", None)
    path = tmp_path / "one.mako"
    path.write_text(TEXT)
    return path


def rendered(file: Path | None, text: str = TEXT) -> str:
    """What the template makes."""
    return template_code.template(text, "/one.mako", file, None).render(name="rows", number=3)


def test_the_second_time_mako_compiles_nothing(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both times it makes the same; another text is another template."""
    kept = Path(cache_from_source(f"{file}.py"))
    assert rendered(file) == "rows of 0, 1, 2\n"
    assert [path.name for path in kept.parent.iterdir()] == [kept.name]

    def refuse(*arguments: object, **options: object) -> Template:
        raise AssertionError("compiled again")

    with monkeypatch.context() as patch:
        patch.setattr(template_code, "Template", refuse)
        assert rendered(file) == "rows of 0, 1, 2\n"
    assert rendered(file, "none\n") == "none\n"
    assert rendered(file) == "rows of 0, 1, 2\n"


@pytest.mark.parametrize("damage", [b"", b"nothing", None])
def test_damaged_code_is_made_anew(file: Path, damage: bytes | None) -> None:
    """A file that is empty, another one, or cut short."""
    rendered(file)
    kept = Path(cache_from_source(f"{file}.py"))
    kept.write_bytes(kept.read_bytes()[:50] if damage is None else damage)
    assert rendered(file) == "rows of 0, 1, 2\n"
    assert len(kept.read_bytes()) > 50


def test_nothing_is_written_where_python_may_not(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without leave, without a file, or where a file stands in the folder's place."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    rendered(file)
    assert list(file.parent.iterdir()) == [file]
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    rendered(None)
    assert list(file.parent.iterdir()) == [file]
    folder = Path(cache_from_source(f"{file}.py")).parent
    folder.write_text("no folder")
    assert rendered(file) == "rows of 0, 1, 2\n"
    assert folder.read_text() == "no folder"


def test_names_are_strict(file: Path) -> None:
    """Kept or not, a name that is not there is an error."""
    for _ in range(2):
        with pytest.raises(NameError):
            template_code.template(TEXT, "/one.mako", file, None).render(name="rows")
