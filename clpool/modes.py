"""The registry of pooling modes: monoids and their snippets.

A mode is a monoid: one small Mako file in ``kernels/modes`` and one entry here. The file
is written once and rendered for scalars and for vectors of every width.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from .dtypes import ElementType
from .errors import ArgumentValueError

ALL_KINDS = frozenset({"float", "int", "uint"})

#: What a lift may take. power: the exponent of a norm. Of the window that a tap of a gradient
#: belongs to: chosen, whether it chose the element at hand; result, what its pooling gave; count,
#: what its average was divided by; largest, total and mean, its largest tap, the sum of its weights
#: and its average by these. own: the element at hand of the pooling's input; place, where
#: the element at hand went.
TAKES = ("power", "chosen", "result", "count", "largest", "mean", "total", "own", "place")

#: The arrays among these that lie in memory as the input does, in their order as arguments.
TAP_SOURCES = ("chosen", "result", "largest", "mean", "total")

#: Those that lie in memory as the output does.
OWN = {"own", "place"}

#: The names of these arrays as arguments of public functions.
ARGUMENTS = {"chosen": "indices", "place": "indices", "result": "y", "own": "x"}


@dataclass(frozen=True)
class Mode:
    """One way of combining the taps of a window.

    Args:
        name: the public name, as in ``pool(x, 2, name)``.
        identity: the OpenCL literal that combining never notices (padding), given the
            element type and the ``nan`` policy.
        template: the snippet's file in ``kernels/modes``; or ``source``, its text.
        selects: the result is the tap that ``wins``, the first of equals, and its index is known.
        sums: accumulates in the element type's ``total`` instead of ``compute``.
        divides: the combined value is divided by the window's count of taps.
        kinds: the kinds of element types allowed ("float", "int", "uint").
        lifts: whether the snippet has a ``lift``, which makes what is combined of each tap.
        takes: what that needs besides the tap, in the order of :data:`TAKES`.
        roots: whether the snippet has a ``finish`` although nothing is divided.
        calls: whether it calls OpenCL's mathematical functions, which drivers take for vectors of
            eight but not always of sixteen.
        parts: what a state holds besides its value; the snippet's ``begin``, ``empty`` and
            ``merge`` say how.
        skeleton: the only skeleton it is for, where it has one of its own.
        picks: "largest" or "smallest", where elements' order alone decides: then halves may be
            compared as integers.
        options: what else its text depends on, for ``spec.mode.option``.
        divides_taps: whether lifts are divisions by ``count``, so that a sum of taps may be divided
            instead where that is the same for all.
    """

    name: str
    identity: Callable[[ElementType, str], str] = field(compare=False)
    template: str | None = None
    source: str | None = None
    selects: bool = False
    sums: bool = False
    divides: bool = False
    kinds: frozenset[str] = ALL_KINDS
    lifts: bool = False
    takes: tuple[str, ...] = ()
    roots: bool = False
    calls: bool = False
    parts: tuple[str, ...] = ()
    skeleton: str | None = None
    picks: str | None = None
    options: tuple[tuple[str, str], ...] = ()
    divides_taps: bool = False

    @property
    def finishes(self) -> bool:
        """Whether a combined state becomes a result by the snippet's ``finish``."""
        return self.divides or self.roots

    @property
    def widens(self) -> bool:
        """Whether a result may have a wider dtype than the input: a sum that is not divided."""
        return self.sums and not self.divides

    @property
    def moves(self) -> bool:
        """Whether elements are moved as they are, or not read at all: no accumulators are made."""
        return self.skeleton in ("scatter", "take", "look")

    @property
    def refuses(self) -> bool:
        """Whether indices are read: kernels leave bad ones out, and tell the host."""
        return self.moves or "chosen" in self.takes

    @property
    def draws(self) -> bool:
        """Whether taps are drawn: kernels take a seed with every call."""
        return self.skeleton == "draw"

    def option(self, name: str) -> str:
        """The options of the snippet's text, by name."""
        return dict(self.options)[name]

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


def lowest(element: ElementType, nan: str) -> str:
    """The lowest value, or NaN where NaN are ignored."""
    return "NAN" if nan == "ignore" and element.is_float else element.lowest


def highest(element: ElementType, nan: str) -> str:
    """The highest value, or NaN where NaN are ignored."""
    return "NAN" if nan == "ignore" and element.is_float else element.highest


def zero(element: ElementType, nan: str) -> str:
    """Zero, which no sum changes by."""
    return "0"


register(Mode("max", lowest, template="max.mako", selects=True, picks="largest"))
register(Mode("min", highest, template="min.mako", selects=True, picks="smallest"))
register(Mode("sum", zero, template="sum.mako", sums=True))
register(Mode("avg", zero, template="sum.mako", sums=True, divides=True))
