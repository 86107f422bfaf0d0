"""Every operator and every gradient equals the oracle, on poisoned memory and in every layout."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from cases import assert_exact
from element_types import needed
from family import Operator, check, poisoned, ran
from family_cases import FORWARD, GRADIENTS, OPERATORS
from family_rank import Frequent, Median
from family_weighted import Drawn
from other_devices import traits_as
from skeletons import ANY_BLOCK

from clpool.codegen.render import render
from clpool.problem.window import SlidingWindow
from clpool.schedule.geometry import Geometry
from clpool.tools.fuzz.calls import LAYOUTS, lay_out

FLOATS = ("float16", "bfloat16", "float64")
INTEGERS = ("int8", "uint16", "int32", "int64")
SURROUNDINGS = -77


def with_dtypes() -> Iterator[Any]:
    """Every operator in float32 and in another float, and where it takes them in integers."""
    for number, operator in enumerate(OPERATORS):
        names = ["float32", FLOATS[number % 3]] if operator.floats else [INTEGERS[number % 2]]
        names += [INTEGERS[number % 4]] if operator.integers and number % 3 else []
        for name in names:
            yield pytest.param(operator, name, id=f"{operator}-{name}")


def kinds(operator: Operator) -> tuple[str, ...]:
    """The kinds of values that the operator's oracle is exact for."""
    return ("normal", "ties", "special", "lowest") if operator.selects else ("normal", "special")


def usual(operator: Operator, seed: int, leading: tuple[int, ...] = (2, 3)) -> list[np.ndarray]:
    """The operator's arrays, without surprises."""
    rng = np.random.default_rng(seed)
    return operator.arrays(rng, np.dtype(operator.usual), "normal", leading)


@pytest.mark.cover("operator.function", "name")
@pytest.mark.parametrize(("operator", "name"), list(with_dtypes()))
def test_operators_equal_the_oracle(operator: Operator, name: str) -> None:
    """Batched, unbatched and without a batch, every element is written, and is right."""
    dtype = needed(name)
    rng = np.random.default_rng(len(str(operator)))
    for kind in kinds(operator):
        plain = operator.arrays(rng, dtype, kind, (2, 3))
        check(operator, plain, f"{operator} {name} {kind}")
    alone = operator.arrays(rng, dtype, "normal", (3,))
    check(operator, alone, f"{operator} {name} unbatched")
    empty = operator.results([array[:0] for array in plain])
    for one, other in zip(empty, operator.expected(plain), strict=True):
        assert (one.shape, one.dtype) == ((0, *other.values.shape[1:]), other.dtype)


@pytest.mark.parametrize("operator", OPERATORS[::3], ids=str)
def test_unbatched_channels_last(operator: Operator) -> None:
    """data_format="channels_last" takes an array without a batch too."""
    plain = usual(operator, 1, (11,))
    check(operator, plain, f"{operator} unbatched", last=True)


@pytest.mark.parametrize("operator", OPERATORS, ids=str)
def test_layouts(operator: Operator) -> None:
    """Arrays of any layouts, each its own, give the same numbers, and are not changed."""
    rng = np.random.default_rng(2)
    plain = operator.arrays(rng, np.dtype(operator.usual), "normal", (2, 3))
    expected = operator.expected(plain)
    layouts = [layout for layout in LAYOUTS if layout != "channels_last"]
    turn = OPERATORS.index(operator)
    for number, layout in [*enumerate(layouts)][turn % 3 :: 3]:
        names = [layout, *(layouts[(number + n) % len(layouts)] for n in (3, 4))]
        laid = [lay_out(rng, a, operator.ndim, n) for a, n in zip(plain, names, strict=False)]
        found = operator.results(laid)
        for one, other in zip(found, expected, strict=True):
            other.check(np.array(one), f"{operator} {names}")
        for one, other in zip(laid, plain, strict=True):
            assert_exact(np.array(one), other, "what was read")


@pytest.mark.parametrize("operator", OPERATORS, ids=str)
def test_foreign_arrays(operator: Operator) -> None:
    """Arrays that no kernel reads (byte order, address, strides that split elements) are copied."""
    plain = usual(operator, 3)
    swapped = [a.astype(a.dtype.newbyteorder()) for a in plain]
    odd = [np.frombuffer(bytearray(b"0" + a.tobytes()), a.dtype, -1, 1) for a in plain]
    packed = [np.zeros(a.shape, [("value", a.dtype), ("tail", "u1")])["value"] for a in plain]
    for one, other in zip(packed, plain, strict=True):
        one[...] = other
    for arrays in (swapped, [o.reshape(a.shape) for o, a in zip(odd, plain, strict=True)], packed):
        for mixed in (arrays, [*arrays[:1], *plain[1:]], [*plain[:1], *arrays[1:]]):
            found = operator.results(mixed)
            for one, other in zip(found, operator.expected(plain), strict=True):
                other.check(one, str(operator))


@pytest.mark.parametrize("operator", OPERATORS, ids=str)
def test_memory_around_out_is_left_alone(operator: Operator) -> None:
    """An out that is a crop, or runs backwards, is written wholly; its surroundings are not."""
    plain = usual(operator, 4)
    expected = operator.expected(plain)
    around = [np.full([n + 3 for n in e.values.shape], SURROUNDINGS, e.dtype) for e in expected]
    crops = [memory[(slice(1, -2),) * memory.ndim][::-1, ::-1] for memory in around]
    operator.results(plain, out=crops[0] if len(crops) == 1 else tuple(crops))
    for memory, crop, other in zip(around, crops, expected, strict=True):
        other.check(np.array(crop), str(operator))
        crop[...] = SURROUNDINGS
        assert (memory == SURROUNDINGS).all(), f"{operator}: written beside out"


def skeleton(operator: Operator) -> str | None:
    """The skeleton of an operator that has one of its own, and finds taps one by one."""
    if operator.is_gradient or not isinstance(operator, (Drawn, Frequent, Median)):
        return None
    return "draw" if isinstance(operator, Drawn) else "rank"


def is_reduced(operator: Operator) -> bool:
    """Whether taps are combined, by a skeleton that serves many modes."""
    return "unpool" not in operator.function and skeleton(operator) is None


def shares(operator: Operator) -> bool:
    """Whether windows slide and their taps are combined: neighbours share elements."""
    return isinstance(operator.window, SlidingWindow) and is_reduced(operator)


def is_listed(operator: Operator) -> bool:
    """Whether every window has bounds of its own."""
    return operator.function.startswith(("adaptive", "fractional"))


def template(operator: Operator, variant: str, last: bool) -> str:
    """The skeleton that a variant must have run."""
    if variant == "rows" and not last and is_listed(operator) and not operator.is_gradient:
        return "rows_listed"
    if "unpool" in operator.function:
        taken = "take_rows" if variant == "rows" else "take"
        return taken if operator.is_gradient else "scatter"
    if own := skeleton(operator):
        return own
    if (
        operator.function.startswith(("lp", "soft", "stochastic"))
        and not operator.is_gradient
        and not last
    ):
        return "rows" if variant == "rows" else "direct"
    if variant == "rows" and not last and isinstance(operator.window, SlidingWindow):
        return "rows_covering"
    return "channels" if variant == "rows" else "direct"


@pytest.mark.parametrize("operator", OPERATORS, ids=str)
def test_the_shape_of_cpus(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bands of rows, in vectors along channels where those are last and windows are shared."""
    for last in (False, True):
        specs = ran(operator, 11, last, variant="rows", items=5, tile=32)
        expected = template(operator, "rows", last)
        # Where windows are long, each output reduces its own rows.
        expected = "runs" if {spec.variant for spec in specs} == {"runs"} else expected
        if expected == "rows" and all(spec.fits_registers for spec in specs):
            expected = "rows_down"
        assert {spec.template for spec in specs} == {expected}
        by_elements = operator.function.startswith(("max_unpool", "fractional"))
        if last and not by_elements and not skeleton(operator):
            assert {spec.width > 1 for spec in specs} == {True}


@pytest.mark.parametrize("operator", OPERATORS[::3], ids=str)
def test_the_shape_of_gpus(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    """An item per output, or per vector of channels, in OpenCL C that any compiler takes."""
    traits_as(monkeypatch, dialect="portable", device_class="gpu")
    last = OPERATORS.index(operator) % 2 == 0
    (spec,) = ran(operator, 8, last, variant="direct", width=4)
    assert spec.template == template(operator, "direct", last)
    assert spec.dialect == "portable"
    assert spec.narrow == bool(spec.block) == (spec.template not in ("scatter", "take"))


@pytest.mark.parametrize("operator", [*filter(shares, OPERATORS)], ids=str)
def test_blocks_of_gpus(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    """An item per block of outputs: elements of rows, vectors of channels, single channels."""
    traits_as(monkeypatch, dialect="portable")
    for last, width in ((False, 4), (True, 4), (True, 1)):
        (spec,) = ran(operator, 8, last, variant="outputs", width=width, schedule=ANY_BLOCK)
        assert (spec.template, spec.layout) == ("outputs", "last" if last else "first")
        assert spec.width in ((width,) if last else (1, 2))  # rows here have an odd half, at best


@pytest.mark.parametrize("operator", [*filter(is_reduced, FORWARD)], ids=str)
def test_teams_of_gpus(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    """A team per output, also where every channel has windows of its own."""
    traits_as(monkeypatch, dialect="portable")
    for last in (False, True):
        (spec,) = ran(operator, 8, last, variant="group")
        apart = operator.function.startswith("fractional") and operator.window is None
        layout = "last" if last and not apart else "first"
        assert (spec.template, spec.layout) == ("group", layout)


@pytest.mark.cover(("variant", "name"))
@pytest.mark.parametrize("name", FLOATS)
@pytest.mark.parametrize("variant", ["direct", "rows"])
def test_elements_that_are_taken(variant: str, name: str) -> None:
    """Gradients of unpooling, of every size, in both shapes."""
    needed(name)
    operator = next(o for o in OPERATORS if "unpool" in o.function and o.is_gradient)
    (spec,) = ran(operator, 3, False, name, variant=variant)
    assert spec.template == template(operator, variant, False)


@pytest.mark.parametrize("operator", [*FORWARD[1::6], *GRADIENTS[1::6], OPERATORS[-1]], ids=str)
def test_64_bit_positions(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernels for planes beyond 2^31 elements give the same on small ones."""
    monkeypatch.setattr(Geometry, "is_wide", lambda self: True)
    for spec in ran(operator, 3, False):
        assert spec.wide
        assert "const long o" in render(spec) or "(long o" in render(spec)


def test_poison_shows() -> None:
    """The poison is no number that the oracle gives, so that an element left out is seen."""
    for operator in OPERATORS:
        plain = usual(operator, 0)
        for expected in operator.expected(plain):
            assert (expected.values != poisoned((1,), expected.dtype)).all(), str(operator)
