"""The gradients of windows that slide, in rows: the shape of CPUs, on every edge there is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from element_types import needed
from family import Operator, check, ran
from family_cases import gradient, lp_gradient, weighted_gradient
from other_devices import traits_as

import clpool
from clpool import tuning
from clpool.codegen.render import render
from clpool.runtime import arrays, dispatch
from clpool.schedule import placement
from clpool.schedule.geometry import Geometry

#: Lengths, kernel, stride, padding, dilation, ceil_mode: rows of several tiles and vectors, rows
#: shorter than one, elements in no window, windows that overhang, every phase of the stride.
WINDOWS: tuple[tuple[Any, ...], ...] = (
    ((70,), 3, 2, 1, 1, False),
    ((90,), 5, 3, 2, 1, True),
    ((41,), 2, 5, 1, 1, False),
    ((67,), 3, 2, 1, 2, False),
    ((3,), 3, 1, 1, 1, False),
    ((2,), 2, 2, 0, 1, False),
    ((1,), 1, 1, 0, 1, False),
    ((300,), 40, 3, 20, 1, True),
    ((9, 33), 3, 2, 1, 1, False),
    ((10, 64), 2, 2, 0, 1, False),
    ((7, 50), 3, 1, 1, 1, False),
    ((9, 35), (3, 4), (1, 3), (1, 2), (2, 1), True),
    ((12, 13), (2, 3), (3, 4), (1, 0), (1, 3), False),
    ((20, 22), 13, 1, 6, 1, False),
    ((6, 5), 5, 4, 2, 1, True),
    ((13, 17), 2, 3, 1, 2, False),
    ((1, 40), (1, 3), (1, 2), (0, 1), 1, False),
    ((5, 6, 37), 3, 2, 1, 1, True),
    ((4, 7, 9), 2, 1, 1, (2, 1, 2), False),
    ((6, 3, 20), (3, 2, 3), (2, 3, 1), (0, 1, 1), (1, 1, 2), False),
)

DTYPES = ("float32", "float16", "bfloat16", "float64")


def found(*arguments: Any, **params: Any) -> set[Any]:
    """The specs that ran, without those of the pooling that some gradients repeat."""
    return {spec for spec in ran(*arguments, **params) if spec.window == "covering"}


#: Every mode; an average's counts are given, or listed.
MODES: dict[str, Any] = {
    "max": lambda *window: gradient("max", *window),
    "sum": lambda *window: gradient("sum", *window),
    "avg": lambda *window: gradient("avg", *window),
    "avg_valid": lambda *window: gradient("avg", *window, count_include_pad=False),
    "lp": lambda *window: lp_gradient(2, *window),
    "lp_magnitudes": lambda *window: lp_gradient(2.5, *window, signed=False),
    "soft": lambda *window: weighted_gradient("soft_pool#d", *window),
    "share": lambda *window: weighted_gradient("stochastic_pool#d_inference", *window),
}


def combinations() -> Iterator[Any]:
    """Every window with what selects and with what counts; the modes and dtypes take turns."""
    for number, window in enumerate(WINDOWS):
        others = sorted(set(MODES) - {"max", "avg_valid"})
        names = [("max", "avg_valid")[number % 2], others[number % len(others)]]
        for place, name in enumerate(names):
            dtype = DTYPES[(number + place) % 4]
            label = "x".join(map(str, window[0]))
            yield pytest.param(name, window, dtype, id=f"{name}-{label}-{number}-{dtype}")


@pytest.mark.parametrize(("name", "window", "dtype"), list(combinations()))
def test_it_equals_the_oracle(name: str, window: tuple[Any, ...], dtype: str) -> None:
    """Several tiles and items, and one of each: the skeleton that was forced is right."""
    needed(dtype)
    operator = MODES[name](*window)
    tunings: list[dict[str, int]] = [{"width": 4, "tile": 8, "items": 5}]
    if WINDOWS.index(window) % 2:
        tunings.append({"items": 1})
    for params in tunings:
        (spec,) = found(operator, 3, False, dtype, variant="rows", **params)
        assert spec.template == "rows_covering"


@pytest.mark.parametrize("window", [WINDOWS[0], WINDOWS[8], WINDOWS[17]], ids=str)
@pytest.mark.parametrize("name", MODES)
def test_every_mode_on_every_ndim(name: str, window: tuple[Any, ...]) -> None:
    """Each gradient in rows of one, two and three axes."""
    (spec,) = found(MODES[name](*window), 2, False, variant="rows", tile=16, items=3)
    assert spec.template == "rows_covering"
    assert spec.mode.name.startswith(name.split("_")[0].replace("max", "select"))


@pytest.mark.parametrize("window", [WINDOWS[8], WINDOWS[11]], ids=str)
@pytest.mark.parametrize("name", ["max", "avg_valid", "soft"])
def test_portable_dialect(
    name: str, window: tuple[Any, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """OpenCL C without a compiler's extensions gives the same."""
    traits_as(monkeypatch, dialect="portable")
    (spec,) = found(MODES[name](*window), 3, False, variant="rows", width=8, tile=16)
    assert (spec.template, spec.dialect) == ("rows_covering", "portable")


@pytest.mark.parametrize("name", ["max", "avg_valid", "lp"])
def test_64_bit_positions(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernels for planes beyond 2^31 elements give the same on a small one."""
    monkeypatch.setattr(Geometry, "is_wide", lambda self: True)
    (spec,) = found(MODES[name](*WINDOWS[9]), 3, False, variant="rows", width=4, tile=8)
    assert spec.template == "rows_covering"
    assert "const long w0" in render(spec)


def test_elements_in_no_window_get_nothing() -> None:
    """No infinity or NaN of the input that no window holds makes a gradient."""
    x = np.full((1, 2, 5, 11), np.inf, np.float32)
    x[..., :4, :10] = 1
    for other in (np.inf, -np.inf, np.nan):
        x[x != 1] = other
        for function in (clpool.soft_pool2d_backward, clpool.stochastic_pool2d_inference_backward):
            grad = np.ones((1, 2, 2, 5), np.float32)
            with tuning.forced(variant="rows"):
                flow = function(grad, x, 2)
            assert (flow[x != 1] == 0).all()
            assert np.isfinite(flow).all()


def test_results_that_bypass_the_cache() -> None:
    """Streamed stores write whole rows, also of a crop whose rows begin anywhere."""
    memory = arrays.empty_host((2, 3, 9, 40), (1080, 360, 40, 1), np.dtype(np.float32))
    rng = np.random.default_rng(0)
    for width in (64, *range(30, 41)):
        outputs = (2, 3, 5, width // 2 + width % 2)
        strides = (15 * outputs[-1], 5 * outputs[-1], outputs[-1], 1)
        grad = arrays.empty_host(outputs, strides, np.dtype(np.float32))
        grad[...] = rng.standard_normal(outputs)
        out = memory[..., :width] if width < 41 else None
        given = (grad, (2, 3, 9, width), 3, 2, 1)
        dispatch._plans.clear()
        with tuning.forced(variant="rows", nontemporal=1):
            flow = clpool.sum_pool2d_backward(*given, out=out).copy()
        (plan,) = dispatch._plans.values()
        (spec,) = (launch.spec for launch in plan._launches)
        assert spec.nontemporal == (width % 4 == 0 and spec.dialect == "clang")
        with tuning.forced(variant="direct"):
            assert (flow == clpool.sum_pool2d_backward(*given)).all(), width


def test_rows_that_cannot_be_kept_are_found_by_elements() -> None:
    """A window too high for a thread's stack is served all the same."""
    window = ((30, 30, 9), (30, 30, 3), 1, (15, 15, 1), 1, False)
    (spec,) = found(gradient("max", *window), 1, False, variant="rows")
    assert spec.template == "channels"


def test_parts_of_a_plane(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planes cut into rows keep one phase; rows cut inside themselves may not."""
    operator: Operator = gradient("max", (40, 60), 3, 2, 1)
    plain = operator.arrays(np.random.default_rng(1), np.dtype(np.float32), "normal", (2, 2))
    for most in (700, 200, 45):
        dispatch._plans.clear()
        monkeypatch.setattr(placement, "most_elements", lambda problem, unit, most=most: most)
        with tuning.forced(variant="rows", tile=16):
            check(operator, plain, f"chunks of {most}")
