"""The stubs: current, true to what runs, and no cover for the sources beside them."""

from __future__ import annotations

import ast
import inspect
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any, get_args

import numpy as np
import pytest

import clpool
from clpool.errors import ArgumentTypeError, ArgumentValueError
from clpool.ops import parameter_types
from clpool.problem import forward
from clpool.problem.window import NAMED_PADDINGS
from clpool.tools import stubs

ROOT = Path(__file__).parents[2]

needs_checkout = pytest.mark.skipif(
    not (ROOT / "clpool").is_dir(), reason="needs the checkout, and an installed copy is tested"
)


@needs_checkout
@pytest.mark.parametrize("package", [clpool, clpool.nn], ids=["clpool", "nn"])
def test_stubs_are_current(package: ModuleType) -> None:
    """A stub is what the live signatures and docstrings give; `make stubs` writes it anew."""
    kept = stubs.path_of(package).read_text(encoding="utf-8")
    assert stubs.stub(package) == kept, "signatures or docstrings changed: make stubs"


@pytest.mark.parametrize("package", [clpool, clpool.nn], ids=["clpool", "nn"])
def test_stubs_show_the_docstrings(package: ModuleType) -> None:
    """A function or class has its docstring, and overloads after the first have its first line."""
    tree = ast.parse(stubs.path_of(package).read_text(encoding="utf-8"))
    shown: dict[str, list[str]] = {}
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            shown.setdefault(node.name, []).append(ast.get_docstring(node) or "")
    assert len(shown) > 30
    for name, (first, *others) in shown.items():
        document = inspect.getdoc(getattr(package, name))
        assert first == document
        assert set(others) <= {document.partition("\n")[0]}


def test_parameters_have_the_types_of_their_names() -> None:
    """The type may be None where the default is; a name without one is told, not written as Any."""
    stride, new = (
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation="Any")
        for name in ("stride", "new")
    )
    assert stubs.typed("max_pool2d", stride).annotation == "Size | None"
    with pytest.raises(LookupError, match="no type of new of max_pool2d"):
        stubs.typed("max_pool2d", new)


def refusal(**wrong: Any) -> str:
    """What a call says of a wrong word."""
    words = {"nan": "propagate", "data_format": "channels_first", "index_dtype": "int64", **wrong}
    with pytest.raises((ArgumentValueError, ArgumentTypeError)) as refused:
        forward.adaptive((1, 1, 4), np.dtype("float32"), 1, "max", 1, True, **words)
    return str(refused.value)


def test_words_are_those_that_calls_take() -> None:
    """The literals of the types are the words that checks allow, in their order."""
    assert get_args(parameter_types.NamedPadding) == NAMED_PADDINGS
    for name, words in (
        ("nan", parameter_types.NanPolicy),
        ("data_format", parameter_types.DataFormat),
    ):
        allowed = ", ".join(map(repr, get_args(words)))
        assert refusal(**{name: "no"}) == f"{name} must be one of {allowed}, got 'no'"
    names = " or ".join(get_args(parameter_types.IndexName))
    assert f"index_dtype must be {names}, got" in refusal(index_dtype="int16")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the package and of the type checker's settings, to plant faults in."""
    shutil.copytree(ROOT / "clpool", tmp_path / "clpool")
    shutil.copytree(ROOT / "tools", tmp_path / "tools")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def plant(path: Path, text: str) -> int:
    """The line behind a file's last where a text was added."""
    lines = path.read_text(encoding="utf-8").rstrip().splitlines()
    path.write_text("\n".join([*lines, text, ""]), encoding="utf-8")
    return len(lines) + 1


def check(folder: Path, *command: str) -> str:
    """What the type checker says of a copy."""
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=folder, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 1, done.stdout + done.stderr  # faults were planted
    return done.stdout


@needs_checkout
def test_stubs_are_true(checkout: Path) -> None:
    """`stubtest` finds planted names and parameters, and nothing else."""
    added = "def planted(x: int) -> int: ..."
    for package in ("clpool", "clpool/nn"):
        plant(checkout / package / "__init__.pyi", added)
    changed = checkout / "clpool" / "__init__.pyi"
    text = changed.read_text(encoding="utf-8")
    assert text.count("\n    norm_type: SupportsFloat = 2,\n") == 2
    changed.write_text(text.replace("norm_type: SupportsFloat = 2", "norm: SupportsFloat = 2", 1))
    # Without stubs, modules are compared with themselves: decorators alone make a difference.
    modules = (path.relative_to(checkout).with_suffix("") for path in checkout.rglob("*.py"))
    without = {".".join(module.parts) for module in modules if module.name != "__init__"}
    packages = {path.parent.name for path in checkout.glob("clpool/*/__init__.py")} - {"nn"}
    allowed = [re.escape(f"{name}.") + ".*" for name in without]
    allowed += [rf"clpool\.{name}\..*" for name in packages]
    (checkout / "allowed").write_text("\n".join(allowed))
    found = check(
        checkout,
        *("mypy.stubtest", "clpool", "--concise", "--mypy-config-file", "pyproject.toml"),
        *("--allowlist", "allowed", "--ignore-unused-allowlist"),
    )
    assert {line.partition(" ")[0] for line in found.splitlines()} == {
        "clpool.planted",
        "clpool.nn.planted",
        "clpool.global_lp_pool",
    }


@needs_checkout
def test_sources_are_checked_beside_their_stubs(checkout: Path) -> None:
    """The project's settings check every source: a fault beside a stub is found, and in a body."""
    fault = "    planted: int = 'no number'"
    faults = set()
    for name in ("clpool/__init__.py", "clpool/nn/__init__.py", "clpool/nn/module.py"):
        faults.add(f"{name}:{plant(checkout / name, fault.strip())}")
    for name in ("clpool/ops/sliding.py", "tools/stubs.py"):
        line = plant(checkout / name, f"def planted() -> None:\n{fault}")
        faults.add(f"{name}:{line + 1}")
    found = check(checkout, "mypy")
    errors = [line for line in found.splitlines() if ": error:" in line]
    assert {line.partition(": error:")[0] for line in errors} == faults
