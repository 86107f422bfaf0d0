"""An operator has one name: in ops, in the reference and among the tests."""

from __future__ import annotations

from pathlib import Path

import clpool

PACKAGE = Path(clpool.__file__).parent
TESTS = Path(__file__).parents[1] / "ops"

#: Modules that are no operator, but what several have in common.
SHARED = {
    "ops": {
        *("array_form", "chosen_indices", "parameter_types", "plane_extremes"),
        *("exchange", "recorder", "signature"),
    },
    "reference": {"flow", "modes", "precision", "taps"},
}

#: Operators whose definition is that of another module of the reference.
DEFINED_IN = {
    "adaptive": "sliding",  # the same modes, of windows that are listed
    "pool": "modes",  # a module named pool would be hidden by the function
}

#: References without an operator.
WITHOUT_OPERATOR = {"roi"}

#: Operators that have tests elsewhere alone: all modes meet all skeletons there.
TESTED_IN = {"pool": "kernels/test_variants.py", "sliding": "kernels/test_variants.py"}


def modules(package: str) -> set[str]:
    """The modules of a package that are operators."""
    found = {path.stem for path in (PACKAGE / package).glob("*.py")} - {"__init__"}
    assert SHARED[package] < found
    return found - SHARED[package]


def test_every_operator_has_its_reference() -> None:
    """Its module in ``reference`` has the name of that in ``ops``, but for those listed."""
    operators = modules("ops")
    assert set(DEFINED_IN) < operators
    assert modules("reference") == operators - set(DEFINED_IN) | WITHOUT_OPERATOR
    assert set(DEFINED_IN.values()) <= modules("reference") | SHARED["reference"]


def test_every_operator_has_its_tests() -> None:
    """Its tests are ``tests/ops/test_<name>.py``, but for those listed."""
    tests = {path.stem.removeprefix("test_") for path in TESTS.glob("test_*.py")}
    assert modules("ops") - tests == set(TESTED_IN)
    assert all((TESTS.parent / path).is_file() for path in TESTED_IN.values())
