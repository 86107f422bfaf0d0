"""The operators of the table as operators of torch, in the namespace ``clpool``."""

from __future__ import annotations

from typing import Any

import torch

from . import kernels
from .gradients import formula_of
from .operators import OPERATORS, Operator


def op(name: str) -> Any:
    """An operator of torch by its name in the table."""
    return getattr(torch.ops.clpool, name).default


def _register(library: torch.library.Library, operator: Operator) -> None:
    """Define an operator: its schema, its kernels, its gradient, its rule of vmap."""
    name = f"clpool::{operator.name}"
    library.define(operator.schema, tags=(torch.Tag.pt2_compliant_tag,))
    library.impl(operator.name, kernels.on_cpu(operator), "CPU")
    torch.library.register_fake(name, kernels.on_symbols(operator), lib=library)
    formula = formula_of(operator, op)
    if formula:
        backward, setup_context = formula
        torch.library.register_autograd(name, backward, setup_context=setup_context, lib=library)
    torch.library.register_vmap(name, kernels.batched(operator, op(operator.name)), lib=library)


#: Kept as long as the process: its end would take the operators back.
_LIBRARY = torch.library.Library("clpool", "DEF")

for _operator in OPERATORS.values():
    _register(_LIBRARY, _operator)
