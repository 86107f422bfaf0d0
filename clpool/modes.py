"""What is combined: the registry of pooling modes.

A mode is a monoid: one small Mako file in ``kernels/modes`` and one entry here. The file
is written once and rendered for scalars and for vectors of every width.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from math import inf

from .dtypes import ElementType
from .errors import ArgumentValueError

_ALL_KINDS = frozenset({"float", "int", "uint"})

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

#: What callers know these arrays by.
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
    kinds: frozenset[str] = _ALL_KINDS
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
        """What the snippet's text depends on, by name."""
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


def _lowest(element: ElementType, nan: str) -> str:
    return "NAN" if nan == "ignore" and element.is_float else element.lowest


def _highest(element: ElementType, nan: str) -> str:
    return "NAN" if nan == "ignore" and element.is_float else element.highest


def _zero(element: ElementType, nan: str) -> str:
    return "0"


def _nothing(element: ElementType, nan: str) -> str:
    return "NAN" if element.is_float else "0"


register(Mode("max", _lowest, template="max.mako", selects=True, picks="largest"))
register(Mode("min", _highest, template="min.mako", selects=True, picks="smallest"))
register(Mode("sum", _zero, template="sum.mako", sums=True))
register(Mode("avg", _zero, template="sum.mako", sums=True, divides=True))

#: The gradients: each sums, over the windows that cover an element, what flows to it.
_backward = partial(Mode, identity=_zero, sums=True, kinds=frozenset({"float"}), lifts=True)
GRADIENTS: dict[str, Mode] = {
    "select": _backward("select_backward", template="select_backward.mako", takes=("chosen",)),
    "sum": MODES["sum"],
    "avg": _backward(
        "avg_backward", template="avg_backward.mako", takes=("count",), divides_taps=True
    ),
}

#: No monoid, but two permutations: values go where indices say, and gradients come back.
UNPOOL = Mode("unpool", _zero, source="", skeleton="scatter", takes=("chosen",))
UNPOOL_BACKWARD = Mode("unpool_backward", _zero, source="", skeleton="take", takes=("place",))

#: No monoid: whether each index is none of the taps of its own window.
LOOK = Mode("look", _zero, source="", skeleton="look")


def weighted(name: str, gives: str) -> Mode:
    """The average of the taps by weights that follow from themselves.

    Args:
        name: "soft", the exponentials; "share", the taps' own sizes.
        gives: "mean", or "total", the sum of the weights (of exponentials relative to the largest).
    """
    soft = name == "soft"
    return Mode(
        name,
        _lowest if soft else _zero,
        template=f"{name}.mako",
        sums=True,
        kinds=frozenset({"float"}),
        lifts=not soft,
        parts=("low", "weight", "mean") if soft else ("mean",),
        roots=True,
        calls=soft,
        options=(("gives", gives),),
    )


#: The gradients of :func:`weighted`, by name.
WEIGHTED_BACKWARD = {
    "soft": _backward(
        "soft_backward",
        template="soft_backward.mako",
        takes=("largest", "mean", "total", "own"),
        calls=True,
    ),
    "share": _backward(
        "share_backward", template="share_backward.mako", takes=("mean", "total", "own")
    ),
}

#: No monoid: one tap is drawn, in a fixed order.
DRAW = Mode("draw", _zero, source="", sums=True, kinds=frozenset({"float"}), skeleton="draw")

#: The windows whose keys are sorted by a network, at most so many taps.
FEW_TAPS = {"median": 49, "mode": 49}


def median(taps: int, average: bool) -> Mode:
    """The lower of the two middle taps of a window of so many, or the ``average`` of both."""
    by = "network" if taps <= FEW_TAPS["median"] else "bisection"
    return Mode(
        "median",
        _nothing,
        template="median.mako",
        selects=not average,
        kinds=frozenset({"float"}) if average else _ALL_KINDS,
        skeleton="rank",
        options=(("by", by), ("gives", "mean" if average else "lower")),
    )


def frequent(taps: int) -> Mode:
    """The most frequent tap of a window of so many; of equally frequent ones the smallest."""
    by = "network" if taps <= FEW_TAPS["mode"] else "merging"
    return Mode(
        "mode",
        _nothing,
        template="most_frequent.mako",
        selects=True,
        kinds=frozenset({"int", "uint"}),
        skeleton="rank",
        options=(("by", by),),
    )


def looped(mode: Mode) -> Mode:
    """The median or the most frequent tap, found by loops over the taps instead of a network."""
    by = {"median": "bisection", "mode": "merging"}[mode.name]
    options = tuple((name, by if name == "by" else value) for name, value in mode.options)
    return replace(mode, options=options)


def lp(norm: float, signed: bool, rescaled: bool) -> Mode:
    """The p-norm of a window, of which p = 1 to 4 and infinity have kernels of their own.

    Args:
        norm: p, any number but 0 and NaN.
        signed: whether powers keep their sign, as PyTorch's do; else those of magnitudes.
        rescaled: whether windows differ in their number of taps and are scaled to the full one.
    """
    options = (("norm", _norm_class(norm)), ("sign", "signed" if signed else "magnitudes"))
    name = "lp_" + "_".join(value for _, value in options)
    if norm in (inf, -inf):
        return Mode(
            f"lp_{'max' if norm > 0 else 'min'}",
            _zero if norm > 0 else _highest,
            template="lp_max.mako" if norm > 0 else "lp_min.mako",
            selects=True,
            kinds=frozenset({"float"}),
            lifts=True,
        )
    general = _norm_class(norm) == "p"
    return Mode(
        name,
        _zero,
        template="lp.mako",
        sums=True,
        divides=rescaled,
        kinds=frozenset({"float"}),
        lifts=True,
        takes=("power",) if general else (),
        roots=True,
        calls=norm != 1,
        options=options,
    )


def lp_backward(norm: float, signed: bool, rescaled: bool) -> Mode:
    """The gradient of :func:`lp` for a finite norm."""
    needed = {"power": _norm_class(norm) == "p", "result": True, "count": rescaled, "own": True}
    return _backward(
        f"lp_backward_{'signed' if signed else 'magnitudes'}",
        template="lp_backward.mako",
        takes=tuple(name for name, needs in needed.items() if needs),
        calls=needed["power"],
        options=(("norm", _norm_class(norm)), ("sign", "signed" if signed else "magnitudes")),
    )


def _norm_class(norm: float) -> str:
    """The power that is multiplied out, or "p", which is given at run time."""
    return str(int(norm)) if norm in (1, 2, 3, 4) else "p"
