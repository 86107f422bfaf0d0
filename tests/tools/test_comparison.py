"""docs/comparison.md: as the registry has it, with names that the libraries have."""

from __future__ import annotations

import importlib
from typing import Any

import pytest

import clpool
from clpool.tools import comparison

IN = {"PyTorch": "torch.nn.functional", "flax": "clpool.interop.flax"}
IN |= {"Keras": "clpool.interop.keras", "MXNet": "clpool.interop.mxnet"}


@pytest.mark.skipif(not comparison.PAGE.is_file(), reason="needs the checkout's docs")
def test_the_page_is_current() -> None:
    """``python -m clpool.tools.comparison`` writes it anew."""
    assert comparison.PAGE.read_text(encoding="utf-8") == comparison.page()


def test_every_operator_is_of_the_registry() -> None:
    """No row is of an operator that there is not, no name in a column that there is not."""
    assert comparison.ELSEWHERE.keys() <= comparison.operators().keys()
    assert all({*found} <= {*comparison.LIBRARIES} for found in comparison.ELSEWHERE.values())


def test_modules() -> None:
    """clpool.nn has one of every operator but of those that the page names."""
    modules = {comparison.split(name)[0].lower() for name in vars(clpool.nn)}
    found = {base for base in comparison.operators() if base.replace("_", "") not in modules}
    known = {"pool", "fractional_avg_pool"}
    assert found == known | {f"global_{mode}_pool" for mode in ("avg", "max", "lp")}


def claimed(library: str) -> list[str]:
    """The names that the page has of a library."""
    return [found[library] for found in comparison.ELSEWHERE.values() if library in found]


@pytest.mark.parametrize("library", IN)
def test_names_are_there(library: str) -> None:
    """PyTorch's in PyTorch, the others' among clpool's conventions."""
    if library == "PyTorch":
        pytest.importorskip("torch")
    module = importlib.import_module(IN[library])
    known = {comparison.split(name.lower())[0] for name in dir(module)}
    assert claimed(library)
    assert {name.lower() for name in claimed(library)} <= known


def test_names_of_onnx() -> None:
    """Each node type is one that clpool's backend computes."""
    pytest.importorskip("onnx")
    module: Any = importlib.import_module("clpool.interop.onnx.operators")
    assert set(claimed("ONNX")) == {each.__name__ for each in module.OPERATORS}
