"""The arrays of calls, and the plans that calls execute."""

from __future__ import annotations

import numpy as np
import pytest
from call_texts import GRADIENTS, X2
from cases import assert_exact
from element_types import needed

import clpool
from clpool import reference
from clpool.errors import ArgumentValueError
from clpool.ops.array_form import ArrayForm
from clpool.runtime.plan import Plan
from clpool.worker.arrays import KINDS, arguments_of, captured, executions
from clpool.worker.call import Call

pytestmark = pytest.mark.device


def test_an_execution_is_what_the_plan_was_given() -> None:
    """Problem and arrays of the call, in the order of its axes in memory."""
    call = Call.parse("max_pool2d(float16[2, 11, 9, 14].order(0, 2, 3, 1), 3, 2, 1)")
    (found,) = executions(call, seed=5)
    assert found.problem.shape == found.x.shape == (2, 11, 9, 14)
    assert found.x.dtype == np.float16
    assert found.x.strides[1] == 2
    assert (found.sources, found.lists, found.seed) == ({}, None, None)
    assert ArrayForm.of(found.x) == call.arguments[0]


def test_seeds_and_kinds_make_different_arrays() -> None:
    """Equal seeds draw equal arrays; special ones have NaN and infinities, ties repeat."""
    call = Call.parse(f"max_pool2d({X2}, 2)")
    drawn = {(seed, kind): arguments_of(call, seed, kind)["x"] for seed in (0, 1) for kind in KINDS}
    assert_exact(arguments_of(call, 1, "ties")["x"], drawn[1, "ties"])
    assert len({x.tobytes() for x in drawn.values()}) == len(drawn)
    assert np.isfinite(drawn[0, "normal"]).all()
    assert np.isfinite(drawn[0, "ties"]).all()
    special = drawn[0, "special"]
    assert np.isnan(special).any()
    assert np.isinf(special).any()
    assert len(np.unique(drawn[0, "ties"])) < 6
    with pytest.raises(ArgumentValueError, match="kind must be one of normal, ties, special"):
        executions(call, kind="odd")


def test_all_plans_of_a_call_in_their_order() -> None:
    """The gradient of soft pooling has three plans before its own, and reads what they give."""
    found = executions(Call.parse("soft_pool1d_backward(float32[2, 3, 4], float32[2, 3, 8], 2)"))
    assert [e.problem.mode.name for e in found] == ["max", "soft", "soft", "soft_backward"]
    x = found[0].x
    sources = found[-1].sources
    assert list(sources) == ["window_max", "window_mean", "weight_sum", "forward_input"]
    assert sources["forward_input"] is x
    assert_exact(sources["window_max"], reference.pool(x, found[0].problem.window))


def test_seeds_and_bounds_are_captured() -> None:
    """Stochastic pooling has its seed, fractional pooling the bounds of every plane."""
    *_, drawn = executions(Call.parse("stochastic_pool1d(float32[2, 3, 8], 2)"), seed=7)
    assert drawn.seed == 7
    assert (drawn.x >= 0).all()
    (listed,) = executions(Call.parse("fractional_max_pool2d(float32[2, 3, 8, 8], 2, 4)"))
    assert listed.lists is not None
    assert listed.lists.shape == (2, 3, 16)


@pytest.mark.parametrize("text", GRADIENTS["selected"])
def test_indices_are_those_of_the_pooling(text: str) -> None:
    """Every index is accepted, of the dtype that the text says."""
    call = Call.parse(text)
    indices = arguments_of(call)["indices"]
    assert ArrayForm.of(indices).dtype == call.values["indices"].dtype
    assert executions(call)[0].sources["indices"] is not None


def test_unpooling_of_places_that_no_window_gives() -> None:
    """An output_size of another length than the windows': places are taps of their own."""
    call = Call.parse("max_unpool1d(float32[2, 3, 5], int32[2, 3, 5], 2, output_size=(9,))")
    places = arguments_of(call)["indices"]
    assert (places % 2 == 1).any()
    assert ((places >= [0, 2, 4, 6, 8]) & (places < [2, 4, 6, 8, 9])).all()
    (found,) = executions(call)
    assert found.problem.output_shape == (2, 3, 9)


def test_indices_of_no_known_window() -> None:
    """The gradient of unpooling tells no window: places are one of each equal cell."""
    call = Call.parse("max_unpool1d_backward(float32[2, 3, 9], int64[2, 3, 4])")
    places = arguments_of(call)["indices"]
    assert ((places >= [0, 2, 4, 6]) & (places < [2, 4, 6, 9])).all()
    assert len(np.unique(places)) > 4


def test_shapes_that_do_not_belong_together() -> None:
    """Indices of a shape that the pooling does not give are refused by name."""
    call = Call.parse("max_pool1d_backward(float32[2, 3, 5], int64[2, 3, 5], (2, 3, 8), 2)")
    with pytest.raises(ArgumentValueError, match="indices has shape"):
        executions(call)


@pytest.mark.parametrize(
    "text",
    [
        "max_pool1d_backward(float32[2, 3, 4], int64[2, 3, 4], (2, 3, 8), 2)",
        "max_unpool1d(float32[2, 3, 5], int32[2, 3, 5], 2)",
        "fractional_avg_pool2d(float32[2, 3, 8, 8], 2, 4, _random_samples=float32[2, 3, 2])",
    ],
)
def test_calls_of_other_shapes_run(text: str) -> None:
    """What follows from the new shape fits together."""
    call = Call.parse(text)
    shape = tuple(n + 3 for n in call.input_shape)
    assert executions(call.resized(shape))


def test_bfloat16() -> None:
    """bfloat16 is drawn where numpy has it."""
    dtype = needed("bfloat16")
    (found,) = executions(Call.parse("max_pool1d(bfloat16[2, 3, 8], 2)"))
    assert found.x.dtype == dtype


def test_capturing_ends_with_its_context() -> None:
    """Plans execute as before, also after an error."""
    before = Plan.execute
    with captured() as found:
        clpool.max_pool1d(np.zeros((1, 8), np.float32), 2)
    assert len(found) == 1
    assert Plan.execute is before
    with pytest.raises(KeyError), captured():
        raise KeyError
    clpool.max_pool1d(np.zeros((1, 8), np.float32), 2)
    assert len(found) == 1
    assert Plan.execute is before
