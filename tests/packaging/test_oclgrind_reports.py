"""What counts as a report of Oclgrind: everything but the queries that pyopencl starts with."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

FILE = Path(__file__).resolve().parent.parent / "oclgrind" / "reports.py"


@pytest.fixture(scope="module")
def reports():
    """The function under test, from a folder of scripts."""
    spec = importlib.util.spec_from_file_location("oclgrind_reports", FILE)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module.reports
    del sys.modules[spec.name]


def misuse(function: str, error: str, more: str = "") -> str:
    """An entry about a call of the API."""
    return (
        "\nOclgrind - OpenCL runtime error detected\n"
        f"\tFunction: {function}\n\tError:    {error}\n{more}\n"
    )


def test_queries_at_the_start_are_harmless(reports):
    """Asking for what this runtime does not know is no fault, nor is trying a kernel's name."""
    query = misuse("clGetDeviceInfo", "CL_INVALID_VALUE", "\tFor argument 'param_name'\n")
    name = misuse("clCreateKernel", "CL_INVALID_KERNEL_NAME", "\tKernel '_source' not found\n")
    assert reports("", "output\n" + 3 * query + name + "more output\n") == []


@pytest.mark.parametrize(
    ("function", "error"),
    [
        ("clGetDeviceInfo", "CL_INVALID_DEVICE"),
        ("clSetKernelArg", "CL_INVALID_VALUE"),
        ("clCreateKernel", "CL_INVALID_KERNEL_NAME"),
    ],
)
def test_other_misuse_counts(reports, function, error):
    """The same error of another function counts, and another error of the same one."""
    assert len(reports("", misuse(function, error))) == 1


def test_whatever_is_in_the_log_counts(reports):
    """A finding in a kernel counts, one report each; so does one that nobody foresaw."""
    log = "Invalid read of size 4 at global memory address 0x1\n\tKernel: max\n\nSomething\n\n"
    assert len(reports(log, "")) == 2
