"""Blocks of outputs of gradients: rows that are read and written in aligned vectors."""

from __future__ import annotations

import pytest
from element_types import needed
from family import Operator, ran
from family_cases import gradient, lp_gradient, weighted_gradient
from skeletons import ANY_BLOCK

#: Rows of whole vectors, of the gradient and of its result, by the stride of their windows.
GRADIENTS = (
    gradient("max", (9, 32), 3, 1, 1),
    gradient("max", (8, 32), 2),
    gradient("min", (64,), 3, 2, 1),
    gradient("min", (4, 6, 16), 2),
    gradient("avg", (9, 32), 3, 1, 1, count_include_pad=False),
    gradient("avg", (8, 32), (3, 2), 2, (1, 0)),
    gradient("sum", (128,), 5, 2, 2),
    lp_gradient(2, (8, 32), 2),
    lp_gradient(3, (9, 32), 3, 1, 1),
    weighted_gradient("soft_pool#d", (8, 32), 2),
    weighted_gradient("soft_pool#d", (64,), 3, 1, 1),
)


@pytest.mark.cover("operator", "name")
@pytest.mark.parametrize("name", ["float32", "float16", "bfloat16", "float64"])
@pytest.mark.parametrize("operator", GRADIENTS, ids=str)
def test_gradients_in_vectors(operator: Operator, name: str) -> None:
    """Phases of any stride are joined to vectors from aligned vectors of the gradient."""
    needed(name)
    (spec,) = ran(operator, 3, False, name, variant="outputs", schedule=ANY_BLOCK)
    assert (spec.template, spec.window) == ("outputs", "covering")
    assert spec.width * spec.dtype.size >= 8
    assert spec.block[-1] == spec.width
    assert spec.loads == max(spec.width // spec.stride[-1], 1)
