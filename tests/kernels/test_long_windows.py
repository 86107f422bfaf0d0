"""Windows of many taps: rows combined by doubling, and lines by blocks of rows."""

from __future__ import annotations

import numpy as np
import pytest
from cases import Case, random_values
from element_types import needed
from skeletons import SKELETONS, check

from clpool.dtypes import ELEMENT_TYPES

ROWS = next(skeleton for skeleton in SKELETONS if skeleton.name == "rows")

#: (shape, kernel, stride, padding, dilation, ceil_mode), and what is long: lines, the row.
WINDOWS = [
    (((2, 3, 40, 33), (27, 13), 1, (13, 6), 1, False), (True, True)),
    (((1, 5, 61, 47), (27, 3), (2, 1), (13, 1), 1, True), (True, False)),
    (((5, 30, 50), (26, 17), (4, 3), (0, 8), (1, 2), False), (True, True)),
    (((2, 2, 9, 150), (3, 66), (1, 2), (1, 33), 1, True), (False, True)),
    (((2, 2, 41, 19), (31, 9), (1, 1), (15, 4), 1, False), (True, False)),
    (((3, 2, 60, 9), (26, 2), (25, 1), (13, 0), 1, True), (True, False)),
    (((4, 2, 200), (32,), 1, 16, 1, False), (False, True)),
    (((2, 300), (71,), 7, 35, 1, True), (False, True)),
    (((2, 6, 12, 40), (2, 3, 13), (1, 2, 1), (1, 1, 6), 1, False), (False, True)),
]


def case_of(parameters: tuple) -> Case:
    """The case of a window as it is listed here."""
    shape, kernel, stride, padding, dilation, ceil_mode = parameters
    return Case(str(kernel), shape, kernel, stride, padding, dilation, ceil_mode)


#: The other dtypes need not meet all windows: each is four kernels.
CALLS = [(*window, "float32") for window in WINDOWS]
CALLS += [
    (*window, name)
    for window, name in zip(WINDOWS, ("float16", "float64", "uint8", "int32"), strict=False)
]


@pytest.mark.cover("long", "name")
@pytest.mark.parametrize(("window", "long", "name"), CALLS)
def test_long_windows_equal_the_oracle(window: tuple, long: tuple, name: str) -> None:
    """Extremes with and without indices, and averages, of windows that span several tiles."""
    needed(name)
    case = case_of(window)
    element, rng = ELEMENT_TYPES[name], np.random.default_rng(len(name))
    for mode, options in (
        ("max", {"indices": True}),
        ("max", {"nan": "ignore"} if element.is_float else {}),
        ("min", {"indices": True, "index_dtype": "int32"}),
        ("avg", {"count_include_pad": False}),
    ):
        kinds = ("normal", "ties", "special") if mode != "avg" else ("normal",)
        for kind in kinds:
            plain = random_values(rng, case.shape, element.numpy, kind)
            spec = check(ROWS, case, plain, mode, **options)
            assert (spec.template == "rows_running", spec.long_row) == long
