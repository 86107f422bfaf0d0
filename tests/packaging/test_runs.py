"""How the tests themselves are run: what dies or hangs ends a run, and what `make test` selects."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import kernels_met
import pytest
from covering import cover, left_out
from family_cases import OPERATORS

import clpool
from clpool.dtypes import ELEMENT_TYPES
from clpool.modes import MODES

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(
    not (ROOT / "Makefile").is_file(), reason="needs the checkout's Makefile"
)

#: Seconds that a planted test may take; others of the run take a minute, none of them too long.
LIMIT = 10

CONFTEST = 'pytest_plugins = ["crashes"]'
PLANTED = """
import ctypes, os, pathlib, signal, time
import pytest

def test_before():
    pass

@pytest.mark.parametrize("number", [0, 1])
def test_that_ends(number):
    if number:
        pathlib.Path("began").write_text(str(time.time()))
        {fault}

def test_behind():
    pass
"""
BESIDE = """
import time
import pytest

@pytest.mark.parametrize("number", range(600))
def test_beside(number):
    time.sleep(0.1)
"""

LEAVING = """
import os

def pytest_sessionfinish(session):
    if hasattr(session.config, "workerinput"):
        os._exit(0)
"""


def options(target: str) -> list[str]:
    """What `make` gives to pytest."""
    words = ["make", "--no-print-directory", "-n", target, f"LIMIT={LIMIT}"]
    said = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    (line,) = (line for line in said.splitlines() if "/pytest " in line)
    return shlex.split(line)[1:]


def run(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the tests of a folder as `make test` runs those of the project."""
    command = [sys.executable, "-m", "pytest", "-c", str(ROOT / "pyproject.toml")]
    return subprocess.run(
        [*command, *options("test"), str(folder)],
        cwd=folder,
        env={k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")},
        capture_output=True,
        text=True,
        timeout=240,
    )


@pytest.mark.parametrize(
    "fault",
    [
        "os.abort()",
        pytest.param("os.kill(os.getpid(), signal.SIGSEGV)", marks=pytest.mark.pairs),
        pytest.param("time.sleep(600)", marks=pytest.mark.pairs),
        "ctypes.PyDLL(None).sleep(600)",  # holds the interpreter's lock
    ],
)
def test_a_test_that_dies_or_hangs_ends_the_run(tmp_path: Path, fault: str) -> None:
    """Within a minute the run is red, and the test is named, whatever other processes are at."""
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "test_planted.py").write_text(PLANTED.format(fault=fault))
    (tmp_path / "test_beside.py").write_text(BESIDE)
    done = run(tmp_path)
    hangs = "sleep" in fault
    began = float((tmp_path / "began").read_text())
    assert time.time() - began < 60 + LIMIT * hangs
    assert done.returncode == pytest.ExitCode.TESTS_FAILED, done.stdout + done.stderr
    assert "crashed while running" in done.stdout
    assert "test_planted.py::test_that_ends[1]' !" in done.stdout.splitlines()[-1]
    assert ("Timeout" in done.stderr) == hangs


def test_a_process_that_dies_between_tests_is_no_success(tmp_path: Path) -> None:
    """All tests have passed, and the run is red all the same."""
    (tmp_path / "conftest.py").write_text(CONFTEST + LEAVING)
    (tmp_path / "test_planted.py").write_text(PLANTED.format(fault="pass"))
    done = run(tmp_path)
    assert done.returncode == pytest.ExitCode.TESTS_FAILED, done.stdout + done.stderr
    assert "4 passed" in done.stdout
    assert "a process of the tests died: gw" in done.stdout


def case(nodeid: str, *covered: Any, **parameters: Any) -> Any:
    """Something like a case of a test: its id, what its mark `cover` says, and parameters."""
    mark = SimpleNamespace(args=covered) if covered else None
    return SimpleNamespace(
        nodeid=nodeid,
        callspec=SimpleNamespace(params=parameters),
        get_closest_marker=lambda wanted: mark,
    )


def left(cases: list[Any]) -> list[Any]:
    """The cases that `make test` leaves out."""
    return [one for one, _ in left_out(cases)]


def test_every_value_of_every_parameter_is_met() -> None:
    """As few cases as have all values, or all combinations of those that a mark names."""
    sizes, names = (1, 2, 4, 8), ("max", "min", "avg")
    cases = [case(f"a[{s}-{n}]", size=s, name=n) for s in sizes for n in names]
    kept = [c.callspec.params for c in cases if c not in left(cases)]
    assert [{one[key] for one in kept} for key in ("size", "name")] == [{*sizes}, {*names}]
    assert len(kept) == 4
    cases = [case(f"a[{n}]", ("size", "name"), size=n % 4, name=n % 3, n=n) for n in range(24)]
    assert [c.callspec.params["n"] for c in left(cases)] == [*range(12, 24)]


def test_every_operator_is_met() -> None:
    """Each by its example in some ndim; the family and gradients by the oracle in all they have."""
    oracle, examples = "test_operators_equal_the_oracle", "test_docstring_examples"
    files = ["tests/ops/test_family.py", "tests/packaging/test_documents.py"]
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-m", "not pairs", *files]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    operators = {o.function for o in OPERATORS}
    assert {re.split("[-[]", i)[1] for i in said.splitlines() if oracle in i} == operators
    shown = {re.split(r"[].[]", i)[-2] for i in said.splitlines() if examples in i}
    public = {name for name in clpool.__all__ if "pool" in name}
    assert any_ndim(public) <= any_ndim(shown)


def any_ndim(names: set[str]) -> set[str]:
    """The names without their ndims."""
    return {re.sub(r"\dd", "", name) for name in names}


def test_values_say_what_matters_of_them() -> None:
    """Facets of a value, or of what lies in it; tests that have no others are kept."""
    values = [SimpleNamespace(facets=("a", str(n // 4)), size=n % 2) for n in range(8)]
    ids = [c.nodeid for c in left([case(f"a[{n}]", v=v) for n, v in enumerate(values)])]
    assert ids == [f"a[{n}]" for n in range(8) if n not in (0, 4)]
    ids = [c.nodeid for c in left([case(f"a[{n}]", "v.size", v=v) for n, v in enumerate(values)])]
    assert ids == [f"a[{n}]" for n in range(2, 8)]
    every = [case(f"a[{n}]", v=0) for n in range(3)]
    for one in every:
        one.get_closest_marker = lambda wanted: SimpleNamespace(args=())
    assert left(every) == []
    assert left([SimpleNamespace(nodeid="a"), SimpleNamespace(nodeid="b")]) == []


def test_every_two_values_are_met() -> None:
    """Of any two parameters, beside what has been selected; a test of one or two is run whole."""
    sizes, names, orders = (1, 2, 4, 8), ("max", "min", "avg"), ("first", "last")
    cases = [
        case(f"a[{s}-{n}-{o}]", size=s, name=n, order=o)
        for s in sizes
        for n in names
        for o in orders
    ]
    others = {one.nodeid for one, mark in left_out(cases) if mark == "products"}
    kept = [one.callspec.params for one in cases if one.nodeid not in others]
    for a, b, count in (("size", "name", 12), ("size", "order", 8), ("name", "order", 6)):
        assert len({(one[a], one[b]) for one in kept}) == count
    assert len(kept) < len(cases)
    two = [case(f"a[{s}-{n}]", size=s, name=n) for s in sizes for n in names]
    assert {mark for _, mark in left_out(two)} == {"pairs"}
    values = [SimpleNamespace(facets=("a",), size=n) for n in range(8)]
    assert [mark for _, mark in left_out([case(f"a[{v.size}]", v=v) for v in values])] == [
        "pairs"
    ] * 7
    alike = [case(f"a[{v.size}-{o}]", v=v, order=o) for v in values for o in orders]
    products = {one.nodeid for one, mark in left_out(alike) if mark == "products"}
    met = [one.callspec.params for one in alike if one.nodeid not in products]
    assert len(met) == len(values) + len(orders) - 1
    assert len({id(one["v"]) for one in met}) == len(values)
    assert {one["order"] for one in met} == set(orders)


def test_a_cover_holds_all_there_is() -> None:
    """The set of most new elements comes first, and sets of nothing new never."""
    assert cover([{1}, {1, 2, 3}, {3}, {4}]) == {1, 3}
    assert cover([set(), set()]) == set()
    assert cover([{1}, {1, 2}, {3}], {0}) == {1, 2}


def test_what_no_kernel_is_of_is_named() -> None:
    """Skeletons with elements of every size, dtypes and modes; a skeleton that is not listed."""
    everything = [
        (f"{template} {dtype} {mode}", template, dtype, mode)
        for template in (*kernels_met.SKELETONS, *kernels_met.OF_FLOATS, *kernels_met.OF_INDICES)
        for dtype in ELEMENT_TYPES
        for mode in MODES
    ]
    assert kernels_met.missing(everything) == []
    for place, gone, words in (
        (1, "rows_down", [f"the skeleton rows_down with elements of {n} bytes" for n in (1, 4, 8)]),
        (2, "uint16", ["the dtype uint16"]),
        (3, "sum", ["the mode sum"]),
    ):
        assert kernels_met.missing([k for k in everything if k[place] != gone]) == words
    assert kernels_met.missing([*everything, ("", "new", "int8", "max")]) == ["the list of new"]
