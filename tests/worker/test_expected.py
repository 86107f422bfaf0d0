"""The oracle of problems: it agrees with the device, and notices planted mistakes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import own_modes
import pytest
from call_texts import FORWARD, GRADIENTS

from clpool.dtypes import element_type
from clpool.families import LOOK
from clpool.modes import Mode
from clpool.problem.own_window import OwnWindow
from clpool.reference import REFERENCES
from clpool.runtime import device
from clpool.runtime.plan import Plan
from clpool.worker.arrays import Execution, executions
from clpool.worker.call import Call
from clpool.worker.expectation import Expected
from clpool.worker.expected import expected

pytestmark = pytest.mark.device

FAMILIES = FORWARD | GRADIENTS


def computed(execution: Execution) -> list[np.ndarray]:
    """What the device gives."""
    problem, *arrays = execution
    x, sources, lists, seed = arrays
    plan = Plan(problem, device.default_queue())
    found = plan.execute(x, None, None, None, sources, lists, seed)
    return list(found) if isinstance(found, tuple) else [found]


def compared(text: str, kind: str) -> list[tuple[np.ndarray, Expected]]:
    """The results of all plans of a call, and what they must be."""
    pairs = []
    for execution in executions(Call.parse(text), 3, kind):
        wanted = expected(*execution)
        assert wanted is not None, execution.problem
        pairs += [*zip(computed(execution), wanted, strict=True)]
    return pairs


def poisoned(found: np.ndarray) -> np.ndarray:
    """The same without its last element."""
    other = found.copy()
    value = 1e4 if element_type(other.dtype).is_float else np.iinfo(other.dtype).max - 4
    other[(-1,) * other.ndim] = value
    return other


def shifted(found: np.ndarray, wanted: Expected) -> np.ndarray:
    """The same with one element a unit in the last place off; beyond the bound, if there is one."""
    other = found.copy()
    at = tuple(np.argwhere(np.isfinite(wanted.values) & (wanted.values < 100))[0])
    if wanted.bound is not None:
        off = 1.01 * float(wanted.bound[at]) + 2 * float(np.spacing(np.abs(other[at])))
        other[at] = wanted.values[at] + off
    elif element_type(other.dtype).is_float:
        other[at] = np.nextafter(other[at], other.dtype.type(1e4))
    else:
        other[at] += 1
    return other


@pytest.mark.parametrize("family", FAMILIES)
def test_the_device_gives_what_is_expected_and_mistakes_are_seen(family: str) -> None:
    """Results pass; one without its last element, one off by a unit, and an index do not."""
    for text in FAMILIES[family]:
        for kind in ("normal", "ties", "special"):
            for found, wanted in compared(text, kind):
                assert wanted.check(found) == "", f"{text} {kind}"
                if kind != "normal" or wanted.dtype == np.uint8:
                    continue
                last = tuple(n - 1 for n in found.shape)
                assert f"at {last}" in wanted.check(poisoned(found)), text
                assert "expected" in wanted.check(shifted(found, wanted)), text
                assert "dtype" in wanted.check(found[:1]), text


@pytest.mark.parametrize("kind", ["sliding", "listed"])
def test_flags_of_indices_beside_their_windows(kind: str) -> None:
    """The check of indices flags those that are no tap of their own window, as the device does."""
    text = {
        "sliding": "max_pool1d_backward(float32[2, 3, 1], int64[2, 3, 1], (2, 3, 1), 2, 1, 1, 2)",
        "listed": "adaptive_max_pool1d_backward(float32[2, 3, 4], int64[2, 3, 4], (2, 3, 9))",
    }[kind]
    call = Call.parse(text)
    gradient = executions(call)[0]
    indices = gradient.sources["indices"]
    window = gradient.problem.window
    problem = replace(
        gradient.problem,
        dtype=element_type(indices.dtype),
        out=element_type(np.dtype(np.uint8)),
        window=OwnWindow(window, indices.shape[2:], (0,)),
        mode=LOOK,
    )
    wrong = indices.copy()
    wrong[1, 2, 0] = 7
    for given, flags in ((indices, 0), (wrong, 1)):
        execution = Execution(problem, given, {}, None, None)
        (found,), wanted = computed(execution), expected(*execution)
        assert wanted is not None
        assert (int(found.sum()), wanted[0].check(found)) == (flags, "")
        assert wanted[0].check(1 - found) != ""


@pytest.mark.parametrize("shape", [(0, 3, 8), (2, 3, 0)], ids=str)
def test_empty_results(shape: tuple[int, ...]) -> None:
    """An empty result is expected of its shape; a gradient of nothing is zero."""
    call = Call.parse("adaptive_max_pool1d(float32[0, 3, 8], 4)")
    if 0 in shape[1:]:
        call = Call.parse("adaptive_avg_pool1d_backward(float32[2, 3, 0], (2, 3, 8))")
    (execution,) = executions(call)
    wanted = expected(*execution)
    assert wanted is not None
    assert wanted[0].check(computed(execution)[0]) == ""
    assert wanted[0].values.shape == execution.problem.output_shape


@pytest.fixture(params=["product", "farthest"])
def own(request: pytest.FixtureRequest) -> object:
    """A mode of one's own, registered with its reference."""
    if not own_modes.IN_CHECKOUT:
        pytest.skip("needs the checkout's documents")
    with own_modes.registered(request.param) as mode:
        yield mode


def test_registered_modes(own: Mode, monkeypatch: pytest.MonkeyPatch) -> None:
    """Their reference is the oracle; without it there is none."""
    text = f"pool(float32[2, 3, 9, 14], (3, 3), {own.name!r}, 2, 1)"
    for kind in ("normal", "special"):
        for found, wanted in compared(text, kind):
            assert wanted.check(found) == ""
            assert wanted.check(poisoned(found)) != ""
    (execution,) = executions(Call.parse(text))
    monkeypatch.delitem(REFERENCES, own.name)
    assert expected(*execution) is None
