"""The marks in a traced source, without a device."""

from __future__ import annotations

import pytest

from clpool.codegen.render import render
from clpool.tools.gpu.cases import CASES
from clpool.tools.gpu.devices import CARDS
from clpool.tools.gpu.traced_source import ARGUMENTS, Argument, kernel_of, traced

pytest.importorskip("ml_dtypes", reason="ml_dtypes (the extra 'bfloat16') is not installed")

KERNEL = (
    "__kernel void k(const __global float *restrict x, __global int *y, const int n)\n{{ {} }}\n"
)


def body(statements: str) -> str:
    """The statements of a kernel, traced."""
    text = traced(KERNEL.format(statements))
    return text.rpartition("*traced = &traced_own;")[2].strip().removesuffix("}").strip()


@pytest.mark.parametrize(
    ("plain", "marked"),
    [
        ("y[n] = x[n];", "TRACED_STORE(y[n]) = TRACED_LOAD(x[n]);"),
        ("int i = y[y[n]] * n;", "int i = TRACED_LOAD(y[TRACED_LOAD(y[n])]) * n;"),
        ("float f = *x;", "float f = TRACED_LOAD(*x);"),
        ("*y = n * n;", "TRACED_STORE(*y) = n * n;"),
        ("if (*y == n) return;", "if (TRACED_LOAD(*y) == n) return;"),
        (
            "float4 f = *(const __global float4 *)(x + n);",
            "float4 f = TRACED_LOAD(*(const __global float4 *)(x + n));",
        ),
        ("long i = (long)*(y + n);", "long i = (long)TRACED_LOAD(*(y + n));"),
        ("int i = (n + 1) * (n - 1);", "int i = (n + 1) * (n - 1);"),
        ("int i = (n + (uint)n) * 4;", "int i = (n + (uint)n) * 4;"),
        ("float span[8]; span[n] = 0;", "float span[8]; span[n] = 0;"),
        ("float4 f = vload4(0, x + n);", "float4 f = TRACED_VLOAD(4, vload4, 0, x + n);"),
        ("vstore2(f, 0, y);", "TRACED_VSTORE(2, vstore2, f, 0, y);"),
        ("const __global float *row = x + n * n;", "const __global float *row = x + n * n;"),
    ],
)
def test_accesses_to_global_memory_are_marked(plain: str, marked: str) -> None:
    """Stores where they are assigned to; products, declarations and private memory are left."""
    assert body(plain) == marked


def test_functions_take_the_item_that_notes() -> None:
    """In their definitions and in their calls, with and without other arguments."""
    source = "static int one(void)\n{ return 1; }\nstatic int at(__global int *p)\n{ return *p; }\n"
    text = traced(source + KERNEL.format("*y = at(y + one());"))
    assert "static int one(traced_item *traced)\n" in text
    assert (
        "static int at(traced_item *traced, __global int *p)\n{ return TRACED_LOAD(*p); }" in text
    )
    assert "TRACED_STORE(*y) = at(traced, y + one(traced));" in text


def test_the_kernel_takes_its_own_arguments_first() -> None:
    """Those that the traced one takes besides are at the end."""
    name, arguments = kernel_of(KERNEL)
    assert name == "k"
    assert arguments == [
        Argument("x", "float", pointer=True, constant=True),
        Argument("y", "int", pointer=True, constant=False),
        Argument("n", "int", pointer=False, constant=True),
    ]
    assert kernel_of(traced(KERNEL.format("")))[1][:3] == arguments
    assert len(kernel_of(traced(KERNEL.format("")))[1]) == 3 + len(ARGUMENTS)
    with pytest.raises(ValueError, match="no kernel"):
        kernel_of("int i;")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_kernels_of_a_card_are_traced(case: object) -> None:
    """Every kernel has marked loads and stores, and no function without the item."""
    source = render(case.schedule(CARDS["H200"].traits)[0])  # type: ignore[attr-defined]
    text = traced(source).rpartition("traced_turn(traced, &traced_loop_))")[2]
    assert "TRACED_STORE(" in text or "TRACED_VSTORE(" in text
    assert "TRACED_LOAD(" in text or "TRACED_VLOAD(" in text
    heads = [line for line in text.splitlines() if line.startswith("static ")]
    assert all("(traced_item *traced" in line for line in heads)
