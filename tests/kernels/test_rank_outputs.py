"""Medians in blocks: columns that windows share are put in order once."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from element_types import needed
from family import Operator, ran
from family_rank import lower_median, median
from skeletons import ANY_BLOCK

from clpool.codegen.sorting_networks import selecting, sorting

#: Windows inside the plane, at its edges, of more padding than plane; of odd and even taps.
WINDOWS = (
    ((9, 32), 3, 1, 1, 1, False),
    ((7, 29), (2, 4), (2, 1), (1, 2), 1, True),
    ((12, 16), 5, 1, 2, 1, False),
    ((9, 16), 3, 2, 1, 2, True),
    ((3, 4), 4, 1, 2, 1, False),
    ((40,), 5, 1, 2, 1, False),
    ((5, 4, 8), (2, 3, 2), 1, 1, 1, False),
)
AVERAGES = tuple(median(*window, average=True) for window in WINDOWS[:5:2])


@pytest.mark.cover("operator", "dtype", "last")
@pytest.mark.parametrize("last", [False, True], ids=["first", "last"])
@pytest.mark.parametrize("dtype", ["float32", "uint8", "float16", "int64", "float64", "int16"])
@pytest.mark.parametrize("operator", [lower_median(*window) for window in WINDOWS], ids=str)
def test_medians_in_blocks(operator: Operator, dtype: str, last: bool) -> None:
    """Ties, infinities, NaN, zeros of both signs and absent taps, in scalars and in vectors."""
    needed(dtype)
    (spec,) = ran(operator, 3, last, dtype, variant="outputs", schedule=ANY_BLOCK)
    assert spec.template == "rank_outputs"


@pytest.mark.parametrize("last", [False, True], ids=["first", "last"])
@pytest.mark.parametrize("operator", AVERAGES, ids=str)
def test_averages_in_blocks(operator: Operator, last: bool) -> None:
    """The mean of both middle taps, of as many taps as there are."""
    (spec,) = ran(operator, 8, last, variant="outputs", schedule=ANY_BLOCK)
    assert (spec.template, spec.mode.option("gives")) == ("rank_outputs", "mean")


@pytest.mark.parametrize(("rows", "columns"), [(1, 5), (2, 2), (3, 3), (2, 4), (4, 3), (5, 1)])
def test_networks_select(rows: int, columns: int) -> None:
    """Every rank, and all of them, of every matrix of zeros and ones whose columns are in order."""
    size = rows * columns
    for wanted in [*([n] for n in range(size)), [0, size // 2], [*range(size)]]:
        pairs, found = selecting(rows, columns, wanted)
        for ones in product(range(rows + 1), repeat=columns):
            values = [int(row >= rows - ones[column]) for row, column in np.ndindex(rows, columns)]
            ranked = sorted(values)
            for a, b in pairs:
                values[a], values[b] = sorted((values[a], values[b]))
            assert [values[place] for place in found] == [ranked[rank] for rank in wanted]


def test_columns_in_order_save_exchanges() -> None:
    """Of nine taps twelve exchanges are left of a network that knows no order."""
    pairs, _ = selecting(3, 3, [4])
    assert len(pairs) <= 12 < len(sorting(9, [4]))
