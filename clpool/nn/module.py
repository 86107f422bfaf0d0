"""The base of all modules: stores, checks and shows parameters, and calls a function."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any, ClassVar

from ..problem.arguments import check_flag
from ..problem.window import is_sequence


@dataclass(eq=False, repr=False)
class Module:
    """The parameters of one function; they pickle, and no device state does.

    A family is a dataclass: its fields are the parameters, in PyTorch's order. Of each ndim there
    is a class that calls ``{family}{ndim}d`` of the module ``home``. Mistakes are reported where
    they are made, in ``__post_init__``, not at the first call.
    """

    home: ClassVar[ModuleType]
    family: ClassVar[str]
    ndim: ClassVar[int]
    function: ClassVar[Callable[..., Any]]
    shown: ClassVar[tuple[str, ...]] = ()
    flags: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls, ndim: int | None = None) -> None:
        if ndim is not None:
            cls.ndim = ndim
            cls.function = staticmethod(getattr(cls.home, f"{cls.family}{ndim}d"))

    def __post_init__(self) -> None:
        for name in self.flags:
            check_flag(name, getattr(self, name))

    def __call__(self, *arrays: Any, **keywords: Any) -> Any:
        """Pool an array; takes the keyword-only arguments of the function of the same name."""
        return self.function(*arrays, **vars(self), **keywords)

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={getattr(self, name)}" for name in self.shown)
        return f"{type(self).__name__}({shown})"

    def spread(self, *names: str) -> None:
        """Keep one value per axis, where PyTorch does so and shows it."""
        for name in names:
            value = getattr(self, name)
            if is_sequence(value) and not isinstance(value, str):
                setattr(self, name, tuple(value))
            elif value is not None and not isinstance(value, str):
                setattr(self, name, (value,) * self.ndim)
