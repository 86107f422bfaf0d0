"""The floors of the house: a module imports from its own floor or from below."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import clpool

PACKAGE = Path(clpool.__file__).parent

#: Which floor a module stands on. Floors 1 to 4 know nothing of OpenCL, but for device.
FLOORS = {
    **dict.fromkeys(
        ["absence", "cache", "capabilities", "compiled", "errors", "header", "poclbin"], 1
    ),
    **dict.fromkeys(["preference", "processor", "remembered", "uncached", "vendors", "workers"], 1),
    **dict.fromkeys(
        [
            "dtypes",
            "window",
            "listed",
            "modes",
            "networks",
            "tuning",
            "device",
            "outputs",
            "own_window",
            "registers",
        ],
        2,
    ),
    **dict.fromkeys(
        ["window_rows", "spec", "covering_rows", "shared_rows", "shuffles", "geometry"], 3
    ),
    **dict.fromkeys(["own_window", "layout", "problem", "device_traits"], 3),
    **{f"reference.{name}": 3 for name in ["__init__", "gradients", "lp", "pooling", "precision"]},
    **{
        f"reference.{name}": 3
        for name in ["rank", "regions", "soft", "stochastic", "taps", "unpool"]
    },
    **dict.fromkeys(
        [
            "render",
            "arguments",
            "problems",
            "fractional_problems",
            "gradient_problems",
            "rank_problems",
            "fit",
            "specialise",
            "ladder",
        ],
        4,
    ),
    **dict.fromkeys(["traits", "build", "arrays", "checks"], 5),
    **dict.fromkeys(["refusals", "descent", "launch", "staging"], 6),
    **dict.fromkeys(["host_routes", "device_routes", "calls", "plan"], 6),
    **dict.fromkeys(
        ["choices", "dispatch", "functional", "fronts", "signature", "adaptive", "gradients"], 7
    ),
    **dict.fromkeys(["norms", "fractional", "unpool", "soft", "rank"], 7),
    **{f"nn.{name}": 7 for name in ["__init__", "module", "adaptive", "sliding", "unpool"]},
    **dict.fromkeys(["__init__", "images", "cli", "__main__"], 8),
}

#: The modules that may import pyopencl: all others work, and are tested, without a device.
WITH_OPENCL = {
    *(
        "capabilities",
        "device",
        "traits",
        "uncached",
        "build",
        "arrays",
        "checks",
        "refusals",
        "descent",
        "launch",
        "staging",
        "host_routes",
        "device_routes",
        "calls",
        "plan",
        "registers",
        "choices",
        "dispatch",
        "functional",
        "signature",
        "choices",
        "fronts",
    ),
    *("adaptive", "gradients", "norms", "fractional", "unpool", "soft", "rank"),
}


def modules() -> list[str]:
    """Every module of the package, by its dotted name inside it."""
    paths = (path.relative_to(PACKAGE).with_suffix("") for path in PACKAGE.rglob("*.py"))
    return sorted(".".join(path.parts) for path in paths)


def imported(source: str, package: tuple[str, ...] = ()) -> set[str]:
    """What a module of ``clpool.<package>`` imports, clpool's modules as ``clpool.<name>``.

    Imports inside functions count too: they only hide a cycle. Those for the type checker
    alone do not run, and are left out.
    """
    found = set()
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            node.body = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = ("clpool", *package)[: len(package) + 2 - node.level] if node.level else ()
            name = ".".join([*base, *([node.module] if node.module else [])])
            names = {f"{name}.{alias.name}" for alias in node.names}
            inside = {n for n in names if n.removeprefix("clpool.") in FLOORS}
            # `from . import devices` names what the package itself offers.
            found |= inside | ({name or "clpool"} if names - inside else set())
    return found


def test_every_module_has_a_floor() -> None:
    """A new module is put on a floor, and a floor's list names no module that is gone."""
    assert set(modules()) == set(FLOORS)


@pytest.mark.parametrize("module", sorted(FLOORS))
def test_imports_point_downwards(module: str) -> None:
    """A module imports nothing that stands above it."""
    source = (PACKAGE / f"{module.replace('.', '/')}.py").read_text()
    floors = {
        name: FLOORS["__init__" if name == "clpool" else name.removeprefix("clpool.")]
        for name in imported(source, tuple(module.split(".")[:-1]))
        if name.split(".")[0] == "clpool" and name != "clpool.kernels"
    }
    assert {name: floor for name, floor in floors.items() if floor > FLOORS[module]} == {}


@pytest.mark.parametrize("module", sorted(set(FLOORS) - WITH_OPENCL))
def test_the_rest_does_not_import_opencl(module: str) -> None:
    """Windows, modes, specs and rendering need no pyopencl."""
    source = (PACKAGE / f"{module.replace('.', '/')}.py").read_text()
    assert not {name for name in imported(source) if name.split(".")[0] == "pyopencl"}


def test_an_upward_import_is_seen() -> None:
    """The walk finds relative and absolute imports, in functions too, but not those for types."""
    source = """
from __future__ import annotations
import numpy as np
from typing import TYPE_CHECKING
from .plan import Plan
from . import build
def late():
    from clpool.functional import pool
if TYPE_CHECKING:
    from .cli import main
"""
    assert {"clpool.plan", "clpool.build", "clpool.functional", "numpy"} <= imported(source)
    assert "clpool.cli" not in imported(source)


def test_importing_clpool_does_not_import_the_extras() -> None:
    """Pillow, tqdm and matplotlib stay unimported until an image is read."""
    code = "import sys, clpool; print(sorted({'PIL', 'tqdm', 'matplotlib'} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout.strip() == "[]"
