"""The table of docs/operators.md: it names every operator, and the elements that each takes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import clpool
from clpool.dtypes import ELEMENT_TYPES, ElementType
from clpool.errors import ArgumentTypeError

DOCUMENT = Path(__file__).parents[2] / "docs" / "operators.md"

pytestmark = [
    pytest.mark.device,
    pytest.mark.skipif(not DOCUMENT.is_file(), reason="needs the checkout's docs"),
]

KINDS = {"all": {"float", "int", "uint"}, "floats": {"float"}, "integers": {"int", "uint"}}


def rows() -> dict[str, tuple[str, str]]:
    """Where the gradient flows and what elements are taken, by the operator's name."""
    found = {}
    text = DOCUMENT.read_text(encoding="utf-8") if DOCUMENT.is_file() else ""
    for name, cells in re.findall(r"^\| `(\w+)(?:\{[\d,]+\}d)?` (.*)\|$", text, re.M):
        _, _, gradient, elements, _ = (cell.strip() for cell in cells.split("|"))
        found[name] = (gradient, elements)
    return found


def named() -> set[str]:
    """The names of the table with their ndims."""
    text = DOCUMENT.read_text(encoding="utf-8")
    plain = set(re.findall(r"^\| `(\w+)` ", text, re.M))
    ranked = re.findall(r"^\| `(\w+)\{([\d,]+)\}d` ", text, re.M)
    return plain | {f"{name}{ndim}d" for name, ndims in ranked for ndim in ndims.split(",")}


def test_the_table_names_every_operator() -> None:
    """The table's operators are the package's, and each but those without has its gradient."""
    public = {name for name in clpool.__all__ if "pool" in name and name != "pool"}
    forward = {name for name in public if not name.endswith("_backward")}
    assert named() == forward
    without = {name for name in forward if f"{name}_backward" not in public}
    assert {re.sub(r"\dd$", "", name) for name in without} == {
        name for name, (gradient, _) in rows().items() if gradient == "none"
    }


def arguments(name: str) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """What the operator of two ndims is called with, behind its input of 1 x 1 x 4 x 4."""
    if name.startswith("global"):
        return (), {}
    if name.startswith("lp"):
        return (2, 2), {}
    if name.startswith("fractional"):
        return (2, 2), {"seed": 1}
    if name.startswith("max_unpool"):
        return (np.arange(16).reshape(1, 1, 4, 4), 1), {}
    return (2,), {}


def called(name: str, element: ElementType) -> np.ndarray:
    """What the operator gives for an input of these elements."""
    function = getattr(clpool, name if hasattr(clpool, name) else f"{name}2d")
    places, keywords = arguments(name)
    return function(np.arange(16).reshape(1, 1, 4, 4).astype(element.numpy), *places, **keywords)


@pytest.mark.parametrize("name", sorted(rows()))
def test_other_elements_than_those_of_the_table_are_refused(name: str) -> None:
    """An operator refuses all elements that its row does not say."""
    for element in ELEMENT_TYPES.values():
        if element.kind not in KINDS[rows()[name][1]]:
            with pytest.raises(ArgumentTypeError):
                called(name, element)


def taken() -> list[tuple[str, str]]:
    """Operators and elements that they take: these are built, so that the operators take turns."""
    return [
        (name, element.name)
        for turn, (name, (_, elements)) in enumerate(sorted(rows().items()))
        for number, element in enumerate(ELEMENT_TYPES.values())
        if (turn + number) % 4 == 0 and element.kind in KINDS[elements]
    ]


@pytest.mark.parametrize(("name", "element"), taken())
def test_the_elements_of_the_table_are_taken(name: str, element: str) -> None:
    """An operator gives elements of its input's type."""
    kind = ELEMENT_TYPES[element]
    assert called(name, kind).dtype == kind.numpy
