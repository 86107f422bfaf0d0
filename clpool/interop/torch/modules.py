"""Modules of tensors: those of ``torch.nn`` under its names, and clpool's others named alike.

A module of torch's name is one of torch's class too, with its parameters and its repr; it pools by
clpool. The others take the parameters of :mod:`clpool.nn`.
"""

from __future__ import annotations

import inspect
from typing import Any

import torch

from ... import nn
from .functions import FUNCTIONS


def _pooled(module: Any, input: torch.Tensor) -> Any:
    """The result of a module's function with the module's parameters."""
    parameters = {name: getattr(module, name) for name in type(module).parameter_names}
    if "training" in type(module).from_module:
        parameters["training"] = module.training
    return type(module).function(input, **parameters)


class _Held(torch.nn.Module):
    """A module that torch has not: holds and shows what one of :mod:`clpool.nn` does."""

    held: Any

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__()
        shown = self.held(*arguments, **keywords)
        self._shown = repr(shown).partition("(")[2].removesuffix(")")
        for name, value in vars(shown).items():
            setattr(self, name, value)

    def extra_repr(self) -> str:
        """The parameters, as :mod:`clpool.nn` shows them."""
        return self._shown


def _unpooled(module: Any, input: Any, indices: Any, output_size: Any = None) -> Any:
    """The values where indices say, among zeros."""
    sizes = (module.kernel_size, module.stride, module.padding)
    return type(module).function(input, indices, *sizes, output_size)


def _module(name: str) -> type[torch.nn.Module]:
    """The class of a module."""
    ours = getattr(nn, name)
    base = getattr(torch.nn, name, _Held)
    function = FUNCTIONS[f"{ours.family}{ours.ndim}d"]
    signature = inspect.signature(function)
    held = [p for p in inspect.signature(ours).parameters if p in signature.parameters]
    members = {
        "__doc__": f"Pools by :func:`clpool.interop.torch.{function.__name__}`.\n\n"
        f"    Args:\n        {', '.join(held)}: as in :class:`clpool.nn.{name}`.\n    ",
        "__module__": __name__,
        "function": staticmethod(function),
        "parameter_names": tuple(held),
        "from_module": {"training"} & {*signature.parameters},
        "forward": _unpooled if "Unpool" in name else _pooled,
        "held": staticmethod(ours),
    }
    return type(name, (base,), members)


#: Every module, by its name.
MODULES: dict[str, type[torch.nn.Module]] = {name: _module(name) for name in nn.__all__}

globals().update(MODULES)
__all__ = sorted(MODULES)
