"""torch's tensors in clpool's own functions: taken where they lie, results are tensors."""

from __future__ import annotations

import pytest
from family import Operator
from family_cases import OPERATORS

torch = pytest.importorskip("torch", reason="torch is not installed")

from other_arrays import check_bfloat16, check_operator  # noqa: E402

import clpool  # noqa: E402
from clpool.errors import ArgumentTypeError  # noqa: E402


@pytest.mark.parametrize("operator", OPERATORS, ids=str)
def test_every_operator_gives_what_it_gives_numpy(operator: Operator) -> None:
    """The results are tensors of the same bits; inputs are read where they lie."""
    check_operator(operator, torch)


def test_bfloat16() -> None:
    """Elements without a numpy dtype travel as their bits."""
    check_bfloat16(torch)


def test_tensors_that_numpy_cannot_read() -> None:
    """A gradient is not lost in silence, and what is not there cannot be read."""
    x = torch.zeros(1, 1, 4, 4, requires_grad=True)
    with pytest.raises(
        ArgumentTypeError, match=r"^x is a torch.Tensor that numpy cannot read: .*grad"
    ):
        clpool.max_pool2d(x, 2)
    with pytest.raises(ArgumentTypeError, match=r"^x is a torch.Tensor that numpy cannot read"):
        clpool.max_pool2d(torch.empty(1, 1, 4, 4, device="meta"), 2)
