"""Windows of few lines, combined down them at once: chosen where they should be, and right."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest
from cases import VALUE_KINDS, Case, assert_exact, random_values
from other_devices import traits_as
from skeletons import TILE, Skeleton, check

import clpool
from clpool import reference, tuning
from clpool.codegen.row_groups import SharedRows
from clpool.dtypes import ELEMENT_TYPES
from clpool.problem.window import SlidingWindow
from clpool.runtime import capabilities, device


class Lines(NamedTuple):
    """A window."""

    kernel: tuple[int, ...]
    stride: tuple[int, ...]
    dilation: int


#: Few lines, steps of 1 to 4, gaps, and kernels longer than a vector;
#: then more of those that share lines, which are reduced two at a time.
WINDOWS = (
    Lines((2, 2), (2, 2), 1),
    Lines((3, 3), (2, 2), 1),
    Lines((5, 5), (2, 2), 1),
    Lines((3, 4), (3, 4), 1),
    Lines((2, 3), (1, 3), 2),
    Lines((3, 12), (2, 1), 1),
    Lines((2, 1), (2, 1), 1),
    Lines((3, 3, 3), (2, 2, 2), 1),
    Lines((7,), (2,), 2),
    Lines((3, 3), (1, 1), 1),
    Lines((5, 2), (2, 1), 1),
    Lines((3, 3), (2, 2), 2),
    Lines((12, 3), (5, 2), 1),
    Lines((2, 3, 3), (1, 1, 1), 1),
    Lines((8, 20), (2, 1), 1),
)

#: Rows of less than a vector, of one, of some and a part, of several tiles; padding on either side.
LENGTHS = (33, 9, 40, 37, 70)
PADDINGS = (0, 1, (1, 2), (4, 3))


def cases(window: tuple[Any, ...]) -> list[Case]:
    """Small problems that share the window, hence the kernel."""
    kernel, stride, dilation = window
    ndim, rng = len(kernel), np.random.default_rng(kernel)
    found = []
    for number in range(8):
        sizes = (*rng.integers(1, 12, ndim - 1), LENGTHS[number % 5])
        sizes = tuple(
            max(int(n), dilation * (k - 1) + 1) for n, k in zip(sizes, kernel, strict=True)
        )
        pads = PADDINGS[number % 4]
        padding = (pads if isinstance(pads, tuple) else (pads, pads),) * ndim
        shape = (2, 3, *sizes)
        found.append(Case(f"{shape}", shape, kernel, stride, padding, dilation, number % 3 == 0))
    return found


def values(case: Case, name: str, number: int) -> np.ndarray:
    """Random elements of a kind that rotates with the number."""
    rng = np.random.default_rng(number)
    kind = VALUE_KINDS[number % len(VALUE_KINDS)]
    return random_values(rng, case.shape, ELEMENT_TYPES[name].numpy, kind)


@pytest.mark.cover("mode", "window.stride", "window.dilation")
@pytest.mark.parametrize("mode", ["max", "avg"])
@pytest.mark.parametrize("window", WINDOWS, ids=str)
def test_it_equals_the_oracle(window: tuple[Any, ...], mode: str) -> None:
    """Windows inside, over every edge and beyond it; the first and last lines of all planes."""
    skeleton = Skeleton("rows", "rows", "rows", 8)
    options = {"count_include_pad": False} if mode == "avg" else {}
    for number, case in enumerate(cases(window)):
        name = "int16" if number == 5 else "float32"
        spec = check(skeleton, case, values(case, name, number), mode, **options)
        assert spec is not None
        assert spec.template == "rows_down"


@pytest.mark.parametrize("mode", ["max", "min"])
@pytest.mark.parametrize(
    ("kernel", "stride", "together"), [(3, 1, 2), (3, 2, 2), (3, 3, 1), (5, 1, 4)]
)
def test_a_nan_anywhere(kernel: int, stride: int, together: int, mode: str) -> None:
    """Lines are reduced as if there were no NaN, and again if there is one, wherever it lies."""
    window = SlidingWindow.of(2, kernel, stride, 1)
    plain = random_values(np.random.default_rng(0), (1, 1, 7, 37), np.float32, "normal")
    with tuning.forced(variant="rows", width=8, tile=TILE, items=2):
        plan = clpool.plan(plain.shape, plain.dtype, (kernel, kernel), mode, stride, 1)
    assert plan.spec.nan_fallback
    assert plan.spec.rows_per_pass == together
    for place in range(plain.size):
        x = plain.copy()
        x.flat[place] = np.nan
        assert_exact(plan(x), reference.pool(x, window, mode), f"NaN at {place}")


def test_lines_at_once() -> None:
    """Windows that share lines side by side, and no others; the rows that they read."""
    for window, together, groups, fresh in (
        (((3, 3), (1, 1), 1), 2, [[0], [1, 2], [3]], [2, 3]),
        (((3, 3), (2, 2), 1), 2, [[0, 1], [2], [3, 4]], [1, 2, 3, 4]),
        (((3, 3), (3, 1), 1), 1, [[0, 1, 2]], [0, 1, 2]),
        (((3, 3), (1, 1), 2), 1, [[0, 1, 2]], [2]),
        (((5, 3), (1, 1), 1), 4, [[0], [1], [2], [3, 4], [5], [6], [7]], [4, 5, 6, 7]),
        (((2, 3, 3), (1, 1, 1), 1), 2, [[0, 4], [1, 2, 5, 6], [3, 7]], [2, 3, 6, 7]),
    ):
        kernel, stride, dilation = window
        shape = (1, 1, *(20,) * len(kernel))
        with tuning.forced(variant="rows"):
            spec = clpool.plan(shape, "f4", kernel, "max", stride, 0, dilation).spec
        shared = SharedRows(spec)
        assert (spec.template, spec.rows_per_pass, shared.groups) == ("rows_down", together, groups)
        assert shared.fresh == fresh, window
        for line in range(together):
            rows = [row for group in shared.groups_of(line) for row in groups[group]]
            assert len(rows) == spec.lines


@pytest.mark.parametrize("window", WINDOWS[1::3], ids=str)
def test_the_portable_dialect(window: tuple[Any, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    """Shuffles by components, for compilers that are not clang."""
    traits_as(monkeypatch, dialect="portable")
    for number, case in enumerate(cases(window)):
        plain = values(case, "float32", number)
        spec = check(Skeleton("rows", "rows", "rows", 8), case, plain, "max")
        assert spec is not None
        assert (spec.template, spec.dialect) == ("rows_down", "portable")


def test_what_cpus_choose() -> None:
    """Lines are kept for indices; many lines are blocks."""
    if capabilities.device_class(device.default_device()) != "cpu":
        pytest.skip("the rule of CPUs")
    for kernel, stride, dilation, indices, template in (
        (3, 2, 1, False, "rows_down"),
        (3, 2, 1, True, "rows"),
        (3, 1, 1, False, "rows_down"),
        (3, 1, 1, True, "rows"),
        (24, 1, 1, False, "rows_down"),
        (25, 1, 1, False, "rows_running"),
        (5, 5, 1, False, "rows"),
    ):
        call = ((kernel, kernel), "max", stride, 0, dilation, False, indices)
        plan = clpool.plan((2, 3, 40, 40), "f4", *call)
        assert plan.spec.template == template, call
