"""The registry of pooling modes: monoids and their snippets.

A mode is a monoid: one small Mako file in ``kernels/modes`` and one entry here. The file
is written once and rendered for scalars and for vectors of every width.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from .dtypes import ElementType
from .errors import ArgumentTypeError, ArgumentValueError

ALL_KINDS = frozenset({"float", "int", "uint"})

#: What a map may take besides the tap. power: the exponent of a norm. Of the window that a tap of a
#: gradient belongs to: indices, of which the map is given ``selected``, whether the window selected
#: the element at hand; forward_output, what its pooling gave; count, what its average was divided
#: by; window_max, window_mean and weight_sum, its largest tap, its average by the weights, and the
#: sum of these. forward_input: the element at hand of the pooling's input.
INPUTS = (
    "power",
    "indices",
    "forward_output",
    "count",
    "window_max",
    "window_mean",
    "weight_sum",
    "forward_input",
)

#: The arrays among these that a window has an element of, in their order as arguments.
TAP_SOURCES = ("indices", "forward_output", "window_max", "window_mean", "weight_sum")

#: The names of these arrays as arguments of public functions.
ARGUMENTS = {"forward_output": "y", "forward_input": "x"}

#: The names that fields of a mode had, and those that they have.
RENAMED = {
    "lifts": "maps",
    "takes": "inputs",
    "roots": "finalizes",
    "calls": "uses_math",
    "parts": "fields",
    "picks": "ordering",
}


@dataclass(frozen=True)
class Mode:
    """One way of combining the taps of a window.

    Args:
        name: the public name, as in ``pool(x, 2, name)``.
        identity: the OpenCL literal that combining never notices (padding), given the
            element type and the ``nan`` policy.
        template: the snippet's file in ``kernels/modes``; or ``source``, its text.
        selects: the result is the tap that ``replaces`` all others, the first of equals, and its
            index is known.
        sums: accumulates in the element type's ``total`` instead of ``compute``.
        divides: ``finalize`` divides by the window's count of taps.
        kinds: the kinds of element types allowed ("float", "int", "uint").
        maps: whether the snippet has a ``map``, which makes what is combined of each tap.
        inputs: what that needs besides the tap, in the order of :data:`INPUTS`.
        finalizes: whether the snippet has a ``finalize``, which makes the result of a state.
        uses_math: whether it calls OpenCL's mathematical functions, which drivers take for vectors
            of eight but not always of sixteen.
        fields: what a state holds besides its value; the snippet's ``tap``, ``identity`` and
            ``combine`` say how.
        whole: whether the snippet has a ``whole``, which reduces all taps of a window at once;
            absent ones are the identity's value.
        skeleton: the only skeleton it is for, where it has one of its own.
        ordering: "largest" or "smallest", where elements' order alone decides: then halves may be
            compared as integers.
        options: what else its text depends on, for ``spec.mode.option``.
        divides_taps: whether maps are divisions by ``count``, so that a sum of taps may be divided
            instead where that is the same for all.

    Raises:
        ArgumentTypeError: a field has the name that it had before.
        ArgumentValueError: neither or both of ``template`` and ``source`` are given, an input does
            not exist, or a mode divides that does not finalize.
    """

    name: str
    identity: Callable[[ElementType, str], str] = field(compare=False)
    template: str | None = None
    source: str | None = None
    selects: bool = False
    sums: bool = False
    divides: bool = False
    kinds: frozenset[str] = ALL_KINDS
    maps: bool = False
    inputs: tuple[str, ...] = ()
    finalizes: bool = False
    uses_math: bool = False
    fields: tuple[str, ...] = ()
    whole: bool = False
    skeleton: str | None = None
    ordering: str | None = None
    options: tuple[tuple[str, str], ...] = ()
    divides_taps: bool = False

    def __new__(cls, *_: Any, **given: Any) -> Mode:
        """Refuse the names that fields had before."""
        for name in RENAMED.keys() & given:
            raise ArgumentTypeError(f"a mode's {name!r} is called {RENAMED[name]!r}")
        return super().__new__(cls)

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
        return self.moves or "indices" in self.inputs

    @cached_property
    def output_aligned(self) -> frozenset[str]:
        """The inputs that lie in memory as the result does."""
        names = ("forward_input", "indices") if self.skeleton == "take" else ("forward_input",)
        return frozenset(names).intersection(self.inputs)

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
        if unknown := set(self.inputs) - set(INPUTS):
            raise ArgumentValueError(
                f"mode {self.name!r} has inputs {sorted(unknown)}; allowed: {', '.join(INPUTS)}"
            )
        if self.divides and not self.finalizes:
            raise ArgumentValueError(
                f"mode {self.name!r} divides, so it needs finalizes=True and a finalize that does"
            )


MODES: dict[str, Mode] = {}


#: Definitions of a snippet, by the field of the entry that says that it has them.
DEFINITIONS = {
    "selects": "replaces",
    "maps": "map",
    "finalizes": "finalize",
    "fields": "tap",
    "whole": "whole",
}


def check_snippet(mode: Mode, text: str, shared: bool = False) -> None:
    """Compare the definitions of a mode's snippet with its entry.

    Args:
        shared: whether other modes may have the definitions that this one's entry does not say.

    Raises:
        ArgumentValueError: one of them says what the other does not.
    """
    found = dict(re.findall(r'<%def name="(\w+)\(([^)]*)\)"', text))
    for given, name in DEFINITIONS.items():
        wanted = bool(getattr(mode, given))
        if wanted != (name in found) and (wanted or not shared):
            raise ArgumentValueError(
                f"mode {mode.name!r} has {given}={getattr(mode, given)!r}, and its snippet "
                f"{'defines' if name in found else 'does not define'} {name}; allowed: both or none"
            )
    if "combine" in found and bool(mode.fields) != ("lanes" in found["combine"]):
        raise ArgumentValueError(
            f"the snippet of mode {mode.name!r} defines combine({found['combine']}); "
            "allowed: combine(lanes), of statements, with fields=(...); else combine(), a value"
        )


def register(mode: Mode) -> Mode:
    """Add a mode to the registry, so that every function that takes a mode knows it.

    Raises:
        ArgumentValueError: another mode already has that name, or its snippet's definitions are
            not those that the entry says.
    """
    known = MODES.get(mode.name, mode)
    if known != mode:
        snippet = known.template or "a source"
        raise ArgumentValueError(
            f"mode {mode.name!r} is already registered, with {snippet} and other fields; allowed: "
            "a name that no registered mode has"
        )
    if mode.source is not None:
        check_snippet(mode, mode.source)
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


register(Mode("max", lowest, template="max.mako", selects=True, ordering="largest"))
register(Mode("min", highest, template="min.mako", selects=True, ordering="smallest"))
register(Mode("sum", zero, template="sum.mako", sums=True))
register(Mode("avg", zero, template="sum.mako", sums=True, divides=True, finalizes=True))
