"""The numbers that were chosen stand in clpool.tuning, each explained."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

import clpool
from clpool import tuning

PACKAGE = Path(clpool.__file__).parent
DECISIONS = Path(__file__).parents[2] / "docs" / "benchmarks" / "decisions.md"

#: The classes whose fields are numbers.
CLASSES = (
    tuning.SourceThresholds,
    tuning.ScheduleThresholds,
    tuning.LaunchThresholds,
    tuning.LadderThresholds,
    tuning.HostThresholds,
    tuning.CacheSizes,
    tuning.Defaults,
    tuning.TuningParams,
)

#: Numbers with a name outside of clpool.tuning: what another party fixed, or users are told.
FACTS = {
    "cli/source.py": {"_WIDTH"},
    "cli/table.py": {"WIDTH", "FRONT"},
    "codegen/head_comment.py": {"COLUMNS"},
    "interop/onnx/attributes.py": {"MOST_AXES"},
    "interop/torch/operators.py": {"_EVERY"},
    "ops/exchange.py": {"HOSTS"},
    "problem/order_statistics.py": {"MOST_TAPS"},
    "problem/window.py": {"_MOST"},
    "reference/stochastic.py": {"_WORD", "_MULTIPLIERS", "_WEYL"},
    "runtime/registers.py": {"LEAST"},
    "schedule/device_traits.py": {"EXECUTION_UNITS"},
    "schedule/flat_blocks.py": {"NARROW"},
    "schedule/launch.py": {"MOST_GROUPS", "MOST_ITEMS"},
    "schedule/layout.py": {"COARSEST", "NONTEMPORAL"},
    "tuning/keys.py": {"CACHE_BYTES"},
    "tuning/records.py": {"REVISION", "SCHEMA"},
}


def named_numbers(source: str) -> Iterator[str]:
    """The names that a module gives to numbers, or to rows of them, written out."""
    for node in ast.parse(source).body:
        if not isinstance(node, (ast.Assign, ast.AnnAssign)) or node.value is None:
            continue
        parts = list(ast.walk(node.value))
        constants = [part.value for part in parts if isinstance(part, ast.Constant)]
        found_out = any(isinstance(part, ast.IfExp) for part in parts)
        if constants and not found_out and {type(value) for value in constants} <= {int, float}:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for name in (leaf for target in targets for leaf in ast.walk(target)):
                if isinstance(name, ast.Name) and name.id.isupper():
                    yield name.id


def test_numbers_outside_are_facts() -> None:
    """No module but those of clpool.tuning names a number that is not in :data:`FACTS`."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        inside = path.relative_to(PACKAGE).as_posix()
        # Installed packages have tools; rooms that measure have limits of their own.
        if inside.startswith(("tools/", "worker/", "tuner/")):
            continue
        if names := set(named_numbers(path.read_text(encoding="utf-8"))):
            found[inside] = names
    assert found.pop("tuning/parameters.py") >= {"WIDEST_TYPE", "NEVER"}
    assert found.pop("tuning/space.py") == {"LARGE", "MATH_BYTES"}
    assert found == FACTS


def test_named_numbers_are_seen() -> None:
    """Powers, tuples and annotated numbers count; other constants do not."""
    numbers = "A = 2**31 - 1\nB, C = (64, 4), 0x3\nD: int = 8\n"
    others = "e = f(3)\nH = f() if i else 0\nE = f('a', 3)\nF = other\nG = 'x'\n"
    assert set(named_numbers(numbers + others)) == {"A", "B", "C", "D"}


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_every_number_is_explained(kind: type) -> None:
    """The docstring of a class names each of its fields."""
    words = set(re.findall(r"\w+", (kind.__doc__ or "").partition("Args:")[2]))
    assert {field.name for field in fields(kind)} <= words


@pytest.mark.skipif(not DECISIONS.is_file(), reason="needs the checkout's docs")
def test_decisions_are_under_the_names_of_numbers() -> None:
    """A name in the first column of a table of numbers is one, or a field, of clpool.tuning."""
    known = {field.name for kind in CLASSES for field in fields(kind)} | set(tuning.__all__)
    text = DECISIONS.read_text(encoding="utf-8").partition("## Kernels")[0]
    rows = re.findall(r"^\| (`\w.*?) \|", text, re.M)
    names = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert len(names) > 20
    assert names <= known
