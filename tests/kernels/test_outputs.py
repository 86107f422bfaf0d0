"""Blocks of outputs: rows of gradients in aligned vectors, channels in any number of them."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np
import pytest
from cases import Case, assert_exact, assert_sum_close, random_values
from element_types import needed
from family import Operator, ran
from family_cases import gradient, lp, lp_gradient, weighted_gradient
from skeletons import ANY_BLOCK

import clpool
from clpool import reference, tuning
from clpool.dtypes import ELEMENT_TYPES
from clpool.runtime import dispatch

#: Rows of whole vectors, of the gradient and of its result, by the stride of their windows.
GRADIENTS = (
    gradient("max", (9, 32), 3, 1, 1),
    gradient("max", (8, 32), 2),
    gradient("min", (64,), 3, 2, 1),
    gradient("min", (4, 6, 16), 2),
    gradient("avg", (9, 32), 3, 1, 1, count_include_pad=False),
    gradient("avg", (8, 32), (3, 2), 2, (1, 0)),
    gradient("sum", (128,), 5, 2, 2),
    lp_gradient(2, (8, 32), 2),
    lp_gradient(3, (9, 32), 3, 1, 1),
    weighted_gradient("soft_pool#d", (8, 32), 2),
    weighted_gradient("soft_pool#d", (64,), 3, 1, 1),
)


@pytest.mark.cover("operator", "name")
@pytest.mark.parametrize("name", ["float32", "float16", "bfloat16", "float64"])
@pytest.mark.parametrize("operator", GRADIENTS, ids=str)
def test_gradients_in_vectors(operator: Operator, name: str) -> None:
    """Phases of any stride are joined to vectors from aligned vectors of the gradient."""
    needed(name)
    (spec,) = ran(operator, 3, False, name, variant="outputs", schedule=ANY_BLOCK)
    assert (spec.template, spec.window) == ("outputs", "covering")
    assert spec.width * spec.dtype.size >= 8
    assert spec.block[-1] == spec.width
    assert spec.loads == max(spec.width // spec.stride[-1], 1)


@pytest.mark.parametrize(
    ("operator", "block"),
    [
        (gradient("max", (12, 40), 3, 1, 1), (4, 2)),
        (gradient("max", (12, 30), 3, 1, 1), (2, 2)),
        (lp(2, (12, 34), 5, 1, 2), (4, 2)),
    ],
    ids=str,
)
def test_pairs_have_four_rows_where_rows_are_long(
    operator: Operator, block: tuple[int, int]
) -> None:
    """Of gradients with 64-bit indices, and where rows are no multiple of four."""
    (spec,) = ran(operator, 3, False, variant="outputs", schedule=ANY_BLOCK)
    assert (spec.template, spec.width, spec.block) == ("outputs", 2, block)


#: Channels, and the lanes that they are taken in: no multiple of them, but for one.
CHANNELS = ((3, 1), (5, 2), (7, 2), (11, 2), (23, 2))
WINDOWS = (
    Case("2d", (2, 1, 17, 24), (3, 3), (2, 2), 1),
    Case("overlapping", (2, 1, 9, 16), (3, 3), (1, 1), 1),
    Case("apart", (3, 1, 16, 17), (2, 2), (2, 2)),
    Case("1d", (2, 1, 33), (3,), (2,), 1),
    Case("3d", (1, 1, 5, 8, 9), (2, 3, 2), (2, 1, 2), (1, 1, 0)),
)


@pytest.mark.cover("case", "name", ("mode", "indices"), "channels")
@pytest.mark.parametrize("channels", [count for count, _ in CHANNELS])
@pytest.mark.parametrize(("mode", "indices"), [("max", False), ("min", True), ("avg", False)])
@pytest.mark.parametrize("name", ["float32", "float16", "uint8"])
@pytest.mark.parametrize("case", WINDOWS, ids=str)
def test_any_number_of_channels(
    case: Case, name: str, mode: str, indices: bool, channels: int
) -> None:
    """The last vector lies over the one before; pixels and rows of a block share their taps."""
    needed(name)
    kind = "special" if mode != "avg" and ELEMENT_TYPES[name].is_float else "normal"
    shape = (case.shape[0], channels, *case.shape[2:])
    dtype = ELEMENT_TYPES[name].numpy
    plain = random_values(np.random.default_rng(channels), shape, dtype, kind)
    with tuning.forced(variant="outputs"):
        x = np.ascontiguousarray(np.moveaxis(plain, 1, -1))
        window = (case.kernel, mode, case.stride, case.padding, 1, False, indices)
        plan = clpool.plan(x.shape, x.dtype, *window, data_format="channels_last")
    found = plan(x)
    each = [np.moveaxis(one, -1, 1) for one in (found if indices else [found])]
    if mode == "avg":
        assert_sum_close(each[0], plain, case.window, mode, context=str(case))
    else:
        expected = reference.pool(plain, case.window, mode, return_indices=True)
        for one, other in zip(each, expected, strict=False):
            assert_exact(one, other, str(case))
    spec = plan.spec
    assert spec.template == "outputs"
    assert spec.overlaps == (channels % spec.width != 0)
    assert spec.width >= dict(CHANNELS)[channels]
    assert spec.width * prod(spec.block) >= 2 ** min(len(case.kernel), 2)


@pytest.mark.parametrize(("mode", "indices"), [("max", True), ("avg", False)])
def test_short_rows(mode: str, indices: bool) -> None:
    """Seven rows of single elements, of planes of thirteen: the last block has six."""
    case = Case("short rows", (3, 2, 13, 7), (3, 3), (1, 1), 1)
    kind = "special" if mode == "max" else "normal"
    x = random_values(np.random.default_rng(7), case.shape, np.float32, kind)
    with tuning.forced(variant="outputs"):
        window = (case.kernel, mode, case.stride, case.padding, 1, False, indices)
        plan = clpool.plan(x.shape, x.dtype, *window)
    assert (plan.spec.template, plan.spec.block) == ("outputs", (7, 1))
    if mode == "avg":
        assert_sum_close(plan(x), x, case.window, mode, context=str(case))
    else:
        expected = reference.pool(x, case.window, mode, return_indices=True)
        for one, other in zip(plan(x), expected, strict=True):
            assert_exact(one, other, str(case))


#: Gradients whose blocks have a stride of elements, or several.
GRADIENTS_LAST = (
    gradient("max", (9, 16), 3, 1, 1),
    gradient("max", (8, 32), 2),
    gradient("min", (5, 23), 3, 2, 1),
    gradient("avg", (9, 17), 3, 2, 1, count_include_pad=False),
    gradient("sum", (64,), 3, 2, 1),
    lp_gradient(2, (8, 16), 2),
    weighted_gradient("soft_pool#d", (8, 16), 2),
)


@pytest.mark.cover("operator", "name", "channels")
@pytest.mark.parametrize("channels", [3, 7, 11, 15])
@pytest.mark.parametrize("name", ["float32", "float16"])
@pytest.mark.parametrize("operator", GRADIENTS_LAST, ids=str)
def test_gradients_of_any_number_of_channels(operator: Operator, name: str, channels: int) -> None:
    """Elements of the last vector are stored twice, the same."""
    needed(name)
    (spec,) = ran(operator, channels, True, name, variant="outputs")
    assert (spec.template, spec.window, spec.layout) == ("outputs", "covering", "last")
    assert spec.overlaps == (spec.width > 1 and channels % spec.width != 0)
    assert spec.width * prod(spec.block) >= prod(spec.stride)


@pytest.mark.parametrize("width", [2, 4])
@pytest.mark.parametrize("operator", GRADIENTS_LAST, ids=str)
def test_gradients_over_the_vector_before(operator: Operator, width: int) -> None:
    """Of seven channels, in vectors of any width that is forced."""
    (spec,) = ran(operator, 7, True, variant="outputs", width=width, schedule=ANY_BLOCK)
    assert (spec.template, spec.width, spec.overlaps) == ("outputs", width, True)


#: Overlapping windows, dilated ones whose first tap in the plane is none of the first block's.
LOOKED_AT = (
    ((7, 12), 3, 1, 1, 1),
    ((9, 8), 3, 2, 1, 1),
    ((9, 8), (3, 2), 1, (1, 0), (3, 2)),
    ((3, 5, 4), 2, 1, 1, 1),
)


@pytest.mark.parametrize("last", [False, True], ids=["first", "last"])
@pytest.mark.parametrize("window", LOOKED_AT, ids=str)
def test_every_index_is_looked_at(window: tuple[Any, ...], last: bool) -> None:
    """Of each window an index that is none of its taps is refused, wherever the window begins."""
    lengths, *parameters = window
    kind, ndim = "channels_last" if last else "channels_first", len(lengths)
    x = np.random.default_rng(5).standard_normal((1, 1, *lengths), np.float32)
    x = x.reshape(1, *lengths, 1) if last else x
    forward = getattr(clpool, f"max_pool{ndim}d")
    backward = getattr(clpool, f"max_pool{ndim}d_backward")
    y, indices = forward(x, *parameters, return_indices=True, data_format=kind)
    with tuning.forced(variant="outputs", schedule=ANY_BLOCK):
        backward(y, indices, x.shape, *parameters, data_format=kind)
        (plan,) = list(dispatch._plans.values())[-1:]
        assert {launch.spec.template for launch in plan._launches} == {"outputs"}
        for place in np.ndindex(indices.shape):
            wrong = indices.copy()
            wrong[place] = x.size - 1 if indices[place] < x.size // 2 else 0
            with pytest.raises(ValueError, match="indices"):
                backward(y, wrong, x.shape, *parameters, data_format=kind)
