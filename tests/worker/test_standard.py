"""The benchmark's cases as calls."""

from __future__ import annotations

import numpy as np
import pytest

from clpool.errors import ArgumentValueError
from clpool.tools.bench.cases import CASES, Case
from clpool.worker import resizing
from clpool.worker.call import Call
from clpool.worker.standard import STANDARD, named


def test_every_case_has_its_call() -> None:
    """The same names in the same order."""
    assert list(STANDARD) == [case.name for case in CASES]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_call_is_that_of_its_case(case: Case) -> None:
    """Function, dtype, shapes, window and indices agree."""
    call = Call.parse(STANDARD[case.name])
    kind = case.operator.removesuffix("_backward").replace("unpool", "max_unpool")
    assert call.function.startswith(kind)
    assert call.function.endswith("_backward") == case.operator.endswith("_backward")
    moved = np.empty(call.input_shape, np.int8)
    assert case.shape == (np.moveaxis(moved, -1, 1) if case.channels_last else moved).shape
    forms = call.values
    assert (forms["x"] if "x" in forms else forms["grad"]).dtype == case.dtype
    assert bool(forms.get("return_indices")) == case.indices
    window = resizing.window_of(call.function, call.values)
    if case.operator == "unpool":
        assert (forms["kernel_size"], forms["stride"]) == (case.kernel, case.stride)
    elif window is not None:
        assert window == case.window
    else:
        assert forms.get("output_size", case.output) == case.output
    assert (
        resizing.changed(call.function, forms, call.input_shape).items()
        <= {
            **forms,
            "output_size": forms.get("output_size") or call.input_shape[2:],
        }.items()
    )


def test_words_name_cases() -> None:
    """A whole name, the letter of a case, or a part of several names."""
    assert named("max 5x5 s2 p2") == [Call.parse(STANDARD["max 5x5 s2 p2"])]
    assert named("5X5") == named("max 5x5 s2 p2")
    assert named("A") == [Call.parse(STANDARD["A max 3x3 s2 p1"])]
    assert len(named("D")) == len(named("K")) == 2
    assert len(named("gradient")) == 6
    for word in ("Z", ""):
        with pytest.raises(ArgumentValueError, match=f"no case is named like {word!r}; allowed"):
            named(word)
