"""The oracle against PyTorch, on random calls."""

import numpy as np
import pytest
from cases import assert_exact, random_values
from hypothesis import given, settings
from hypothesis import strategies as st

from clpool import reference
from clpool.dtypes import ELEMENT_TYPES
from clpool.errors import ArgumentValueError
from clpool.problem.window import SlidingWindow

pytest.importorskip("torch", reason="compares the oracle with PyTorch")
oracle = pytest.importorskip("clpool.tools.torch_oracle", reason="tools are not installed")
from clpool.tools.fuzz.__main__ import run  # noqa: E402 -- after the check that they are installed


@st.composite
def calls(draw, dtypes, kinds, dilated):
    """(x, window) within PyTorch's limits."""
    ndim = draw(st.integers(1, 3))
    kernel = [draw(st.integers(1, 4)) for _ in range(ndim)]
    window = SlidingWindow.of(
        ndim,
        kernel,
        [draw(st.integers(1, 4)) for _ in range(ndim)],
        [draw(st.integers(0, k // 2)) for k in kernel],
        [draw(st.integers(1, 3)) if dilated else 1 for _ in range(ndim)],
        draw(st.booleans()),
    )
    lengths = [draw(st.integers(k, 12)) for k in kernel]
    leading = draw(st.sampled_from([(1,), (3,), (2, 3)]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    dtype, kind = ELEMENT_TYPES[draw(st.sampled_from(dtypes))], draw(st.sampled_from(kinds))
    x = random_values(rng, (*leading, *lengths), dtype.numpy, kind)
    try:
        window.output_shape(lengths)
    except ArgumentValueError:
        return x, SlidingWindow.of(ndim, 1)
    return x, window


def arguments(window):
    """A window as PyTorch takes it."""
    return (
        window.ndim,
        window.kernel,
        window.stride,
        tuple(begin for begin, _ in window.padding),
        window.dilation,
        window.ceil_mode,
    )


@settings(max_examples=400, deadline=None)
@given(
    calls(
        ["float32", "float64", "float16", "bfloat16", "int8", "uint8", "int16", "int64"],
        ["normal", "ties", "special", "lowest", "extreme"],
        dilated=True,
    )
)
def test_maxima_and_indices_are_pytorchs(call):
    """Values and indices equal PyTorch's, through ties, NaN and infinities."""
    x, window = call
    values, indices = reference.pool(x, window, "max", return_indices=True)
    expected, at = oracle.max_pool(x, *arguments(window))
    assert_exact(values, expected)
    # Where a window has no valid tap PyTorch's index names no element; ours is -1.
    taps = reference.pool(np.ones(x.shape, np.int16), window, "sum")
    assert_exact(indices, np.where(taps == 0, -1, at))


@settings(max_examples=300, deadline=None)
@given(
    calls(["float32", "float64"], ["ties", "special", "extreme"], dilated=False),
    st.booleans(),
    st.sampled_from([None, 1, 2, -4]),
)
def test_averages_of_exact_sums_are_pytorchs(call, include, divisor):
    """Where the sum is exact (small integers), the average equals PyTorch's, bit by bit."""
    x, window = call
    ndim, kernel, stride, padding, _, ceil_mode = arguments(window)
    expected = oracle.avg_pool(x, ndim, kernel, stride, padding, ceil_mode, include, divisor)
    options = {"count_include_pad": include, "divisor_override": divisor}
    assert_exact(reference.pool(x, window, "avg", **options), expected)


@settings(max_examples=200, deadline=None)
@given(
    calls(["int64"], ["normal", "special", "extreme"], dilated=False),
    st.booleans(),
    st.sampled_from([None, 1, 2, -4]),
)
def test_integer_averages_are_pytorchs(call, include, divisor):
    """Integers wrap modulo 2^64 and divide toward zero, as PyTorch's do."""
    x, window = call
    ndim, kernel, stride, padding, _, ceil_mode = arguments(window)
    expected = oracle.avg_pool(x, ndim, kernel, stride, padding, ceil_mode, include, divisor)
    options = {"count_include_pad": include, "divisor_override": divisor}
    assert_exact(reference.pool(x, window, "avg", **options), expected)


class Oracle:
    """clpool's functions, computed by the oracle; ``spoil`` may change each result."""

    def __init__(self, spoil=lambda result: result):
        for mode in ("max", "avg"):
            for ndim in (1, 2, 3):
                setattr(self, f"{mode}_pool{ndim}d", self._function(mode, ndim, spoil))

    @staticmethod
    def _function(mode, ndim, spoil):
        def pooled(
            x,
            kernel_size,
            stride,
            padding,
            ceil_mode,
            dilation=1,
            data_format="channels_first",
            out=None,
            **options,
        ):
            window = SlidingWindow.of(ndim, kernel_size, stride, padding, dilation, ceil_mode)
            last = data_format == "channels_last"
            x = np.moveaxis(x, -1, -1 - ndim) if last else x
            found = reference.pool(x, window, mode, **options)
            results = [spoil(r) for r in (found if isinstance(found, tuple) else (found,))]
            results = [np.moveaxis(r, -1 - ndim, -1) if last else r for r in results]
            if out is not None:
                for given, result in zip(
                    out if isinstance(out, tuple) else (out,), results, strict=True
                ):
                    given[...] = result
                return out
            return tuple(results) if len(results) > 1 else results[0]

        return pooled


def test_the_fuzzer_agrees_with_the_oracle():
    """Random calls in every layout: the fuzzer finds no fault with the oracle."""
    report = run(seed=1, count=60, modes=["max", "avg"], library=Oracle())
    assert report.failure is None, report.failure
    assert report.calls == 360


@pytest.mark.parametrize("mode", ["max", "avg"])
def test_the_fuzzer_reports_a_wrong_element(mode):
    """One wrong element is found, with the call, its place and the command that repeats it."""

    def spoil(result):
        result = result.copy()
        result.flat[-1] = 100 if np.isfinite(float(result.flat[-1])) else 0
        return result

    report = run(seed=1, count=60, ndims=[2], modes=[mode], library=Oracle(spoil))
    assert report.failure is not None
    for part in (f"{mode}_pool2d(x, kernel_size=", "strides", "got ", "--first 0 --count 1"):
        assert part in report.failure


def test_the_fuzzer_reports_a_call_that_raises():
    """An exception is a finding too, told with the call."""

    class Broken:
        @staticmethod
        def max_pool1d(x, **options):
            raise RuntimeError("no such kernel")

    report = run(count=1, ndims=[1], modes=["max"], library=Broken)
    assert "no such kernel" in report.failure
    assert "--seed 0 --ndim 1 --mode max" in report.failure
