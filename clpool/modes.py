"""What is combined: the registry of pooling modes.

A mode is a monoid: one small Mako file in ``kernels/modes`` and one entry here. The file
is written once and rendered for scalars and for vectors of every width.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from .dtypes import ElementType
from .errors import ArgumentValueError

_ALL_KINDS = frozenset({"float", "int", "uint"})

#: What a lift may take, of the window that a tap of the gradient belongs to: chosen, whether it
#: chose the element at hand; count, the taps that shared its average.
TAKES = ("chosen", "count")


@dataclass(frozen=True)
class Mode:
    """One way of combining the taps of a window.

    Args:
        name: the public name, as in ``pool(x, 2, name)``.
        identity: the OpenCL literal that combining never notices (padding), given the
            element type and the ``nan`` policy.
        template: the snippet's file in ``kernels/modes``; or ``source``, its text.
        selects: the result is one of the taps, so its index can be returned; equal values
            keep the first in row-major order.
        sums: accumulates in the element type's ``total`` instead of ``compute``.
        divides: the combined value is divided by the window's count of taps.
        kinds: the kinds of element types allowed ("float", "int", "uint").
        takes: what the snippet's ``lift`` needs besides a tap, in the order of :data:`TAKES`; a
            mode with a lift combines what that makes of each tap.
        lifts: whether the snippet has a ``lift``.
    """

    name: str
    identity: Callable[[ElementType, str], str] = field(compare=False)
    template: str | None = None
    source: str | None = None
    selects: bool = False
    sums: bool = False
    divides: bool = False
    kinds: frozenset[str] = _ALL_KINDS
    lifts: bool = False
    takes: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """Where templates find the snippet."""
        return f"/modes/{self.template or self.name + '.mako'}"

    def __post_init__(self) -> None:
        if (self.template is None) == (self.source is None):
            raise ArgumentValueError(
                f"mode {self.name!r} must have either a template (a file) or a source (its text)"
            )


MODES: dict[str, Mode] = {}


def register(mode: Mode) -> Mode:
    """Add a mode to the registry, so that every function that takes a mode knows it.

    Raises:
        ArgumentValueError: another mode already has that name.
    """
    if MODES.get(mode.name, mode) != mode:
        raise ArgumentValueError(f"mode {mode.name!r} is already registered")
    MODES[mode.name] = mode
    return mode


def find(name: str) -> Mode:
    """The registered mode of that name.

    Raises:
        ArgumentValueError: there is none; the message lists those there are.
    """
    if not isinstance(name, str) or name not in MODES:
        raise ArgumentValueError(f"mode {name!r} is unknown; allowed: {', '.join(MODES)}")
    return MODES[name]


def _lowest(element: ElementType, nan: str) -> str:
    return "NAN" if nan == "ignore" and element.is_float else element.lowest


def _highest(element: ElementType, nan: str) -> str:
    return "NAN" if nan == "ignore" and element.is_float else element.highest


def _zero(element: ElementType, nan: str) -> str:
    return "0"


register(Mode("max", _lowest, template="max.mako", selects=True))
register(Mode("min", _highest, template="min.mako", selects=True))
register(Mode("sum", _zero, template="sum.mako", sums=True))
register(Mode("avg", _zero, template="sum.mako", sums=True, divides=True))

#: The gradients: each sums, over the windows that cover an element, what flows to it.
_backward = partial(Mode, identity=_zero, sums=True, kinds=frozenset({"float"}), lifts=True)
GRADIENTS: dict[str, Mode] = {
    "select": _backward("select_backward", template="select_backward.mako", takes=("chosen",)),
    "sum": MODES["sum"],
    "avg": _backward("avg_backward", template="avg_backward.mako", takes=("count",)),
}
