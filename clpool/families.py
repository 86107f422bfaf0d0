"""The modes of operators with parameters, and of gradients: none of them is registered."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from math import inf

from .dtypes import ElementType
from .modes import ALL_KINDS, MODES, Mode, highest, lowest, zero


def _nothing(element: ElementType, nan: str) -> str:
    return "NAN" if element.is_float else "0"


#: The gradients: sums over the windows covering an element.
_backward = partial(Mode, identity=zero, sums=True, kinds=frozenset({"float"}), maps=True)
GRADIENTS: dict[str, Mode] = {
    "select": _backward("select_backward", template="select_backward.mako", inputs=("indices",)),
    "sum": MODES["sum"],
    "avg": _backward(
        "avg_backward", template="avg_backward.mako", inputs=("count",), divides_taps=True
    ),
}

#: No monoid, but two permutations: values go where indices say, and gradients come back.
UNPOOL = Mode("unpool", zero, source="", skeleton="scatter", inputs=("indices",))
UNPOOL_BACKWARD = Mode("unpool_backward", zero, source="", skeleton="take", inputs=("indices",))

#: No monoid: whether each index is none of the taps of its own window.
LOOK = Mode("look", zero, source="", skeleton="look")


def weighted(name: str, gives: str) -> Mode:
    """The average of the taps by weights that follow from themselves.

    Args:
        name: "soft", the exponentials; "share", the taps' own sizes.
        gives: "window_mean"; "weight_sum", the sum of the weights, of exponentials relative to the
            largest.
    """
    soft = name == "soft"
    return Mode(
        name,
        lowest if soft else zero,
        template=f"{name}.mako",
        sums=True,
        kinds=frozenset({"float"}),
        maps=not soft,
        fields=("low", "weight", "mean") if soft else ("mean",),
        whole=soft,
        finalizes=True,
        uses_math=soft,
        options=(("gives", gives),),
    )


#: The gradients of :func:`weighted`, by name.
WEIGHTED_BACKWARD = {
    "soft": _backward(
        "soft_backward",
        template="soft_backward.mako",
        inputs=("window_max", "window_mean", "weight_sum", "forward_input"),
        uses_math=True,
    ),
    "share": _backward(
        "share_backward",
        template="share_backward.mako",
        inputs=("window_mean", "weight_sum", "forward_input"),
    ),
}

#: No monoid: one tap is drawn, in a fixed order.
DRAW = Mode("draw", zero, source="", sums=True, kinds=frozenset({"float"}), skeleton="draw")


def median(average: bool) -> Mode:
    """The lower of the two middle taps of a window, or the ``average`` of both, by a network."""
    return Mode(
        "median",
        _nothing,
        template="median.mako",
        selects=not average,
        kinds=frozenset({"float"}) if average else ALL_KINDS,
        skeleton="rank",
        options=(("by", "network"), ("gives", "mean" if average else "lower")),
    )


def frequent() -> Mode:
    """The most frequent tap of a window, of equally frequent ones the smallest, by a network."""
    return Mode(
        "mode",
        _nothing,
        template="most_frequent.mako",
        selects=True,
        kinds=frozenset({"int", "uint"}),
        skeleton="rank",
        options=(("by", "network"),),
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
            zero if norm > 0 else highest,
            template="lp_max.mako" if norm > 0 else "lp_min.mako",
            selects=True,
            kinds=frozenset({"float"}),
            maps=True,
        )
    general = _norm_class(norm) == "p"
    return Mode(
        name,
        zero,
        template="lp.mako",
        sums=True,
        divides=rescaled,
        kinds=frozenset({"float"}),
        maps=True,
        inputs=("power",) if general else (),
        finalizes=True,
        uses_math=norm != 1,
        options=options,
    )


def lp_backward(norm: float, signed: bool, rescaled: bool) -> Mode:
    """The gradient of :func:`lp` for a finite norm."""
    needed = {
        "power": _norm_class(norm) == "p",
        "forward_output": True,
        "count": rescaled,
        "forward_input": True,
    }
    return _backward(
        f"lp_backward_{'signed' if signed else 'magnitudes'}",
        template="lp_backward.mako",
        inputs=tuple(name for name, needs in needed.items() if needs),
        uses_math=needed["power"],
        options=(("norm", _norm_class(norm)), ("sign", "signed" if signed else "magnitudes")),
    )


def _norm_class(norm: float) -> str:
    """The power that is multiplied out, or "p", which is given at run time."""
    return str(int(norm)) if norm in (1, 2, 3, 4) else "p"
