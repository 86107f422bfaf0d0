"""Random calls on the device: against PyTorch where installed, and against the oracle."""

from operator import attrgetter

import numpy as np
import pytest
from cases import VALUE_KINDS, assert_exact, assert_sum_close, random_values

import clpool
from clpool import reference
from clpool.dtypes import ELEMENT_TYPES
from clpool.errors import ArgumentValueError
from clpool.problem.window import SlidingWindow
from clpool.tools.fuzz.__main__ import MODES
from clpool.tools.fuzz.calls import LAYOUTS, lay_out

pytestmark = pytest.mark.device

#: Windows as (ndim, kernel, stride, dilation): kernels are compiled once for each.
WINDOWS = (
    (1, (3,), (2,), (1,)),
    (1, (2,), (1,), (3,)),
    (2, (2, 2), (2, 2), (1, 1)),
    (2, (3, 2), (1, 3), (1, 2)),
    (3, (2, 3, 2), (1, 2, 2), (2, 1, 1)),
)


def window_of(name, mode):
    """One of the windows, others for each dtype and mode: builds are what these tests cost."""
    first = list(ELEMENT_TYPES).index(name) + {"max": 0, "min": 2, "sum": 1, "avg": 3}[mode]
    return WINDOWS[first % len(WINDOWS)]


@pytest.mark.parametrize("ndim", [1, 2, 3])
@pytest.mark.parametrize("mode", ["max", "avg"])
def test_random_calls_equal_pytorch(ndim, mode):
    """Values and indices equal PyTorch's; averages keep the bound."""
    pytest.importorskip("torch", reason="compares with PyTorch")
    from clpool.tools.fuzz.__main__ import run

    report = run(seed=2, count=15, ndims=[ndim], modes=[mode])
    assert report.failure is None, report.failure
    assert report.calls == 15


@pytest.mark.parametrize("mode", [mode for mode in MODES if mode not in ("max", "avg")])
def test_random_calls_of_the_family_equal_pytorch(mode):
    """The other operators and all gradients agree with PyTorch's, and with its autograd."""
    pytest.importorskip("torch", reason="compares with PyTorch")
    from clpool.tools.fuzz.__main__ import run

    report = run(seed=3, count=4, modes=[mode])
    assert report.failure is None, report.failure
    assert report.calls == 12


def random_call(rng, ndim, kernel, stride, dilation, dtype):
    """(plain, x, window, keywords): any padding, also beyond half a window, any layout."""
    # avg_pool3d takes windows inside the input, as PyTorch does.
    least = max(kernel) if ndim == 3 else 1
    while True:
        lengths = tuple(int(i) for i in rng.integers(least, {1: 200, 2: 30, 3: 11}[ndim], ndim))
        padding = tuple((int(b), int(e)) for b, e in rng.integers(0, 4, (ndim, 2)))
        if rng.random() < 0.3:
            padding = str(rng.choice(["valid", "same", "same_lower"]))
        window = SlidingWindow.of(
            ndim, kernel, stride, padding, dilation, ceil_mode=bool(rng.random() < 0.4)
        )
        try:
            window.output_shape(lengths)
            break
        except ArgumentValueError:
            continue
    leading = (int(rng.integers(1, 20)),) if rng.random() < 0.2 else tuple(rng.integers(1, 5, 2))
    plain = random_values(rng, (*leading, *lengths), dtype, str(rng.choice(VALUE_KINDS)))
    layout = str(rng.choice([name for name in LAYOUTS if name != "channels_last"]))
    keywords = {
        "stride": stride,
        "padding": padding,
        "dilation": dilation,
        "ceil_mode": window.ceil_mode,
    }
    return plain, lay_out(rng, plain, ndim, layout), window, keywords, layout


@pytest.mark.cover("mode", "element.kind", "element.size")
@pytest.mark.parametrize("element", ELEMENT_TYPES.values(), ids=attrgetter("name"))
@pytest.mark.parametrize("mode", ["max", "min"])
def test_extrema_of_random_calls_equal_the_oracle(mode, element):
    """Values and indices equal the oracle's for every dtype, layout, padding and NaN policy.

    Every other call asks for the values alone, which other kernels find.
    """
    rng = np.random.default_rng([len(element.name), mode == "max"])
    nan = "ignore" if mode == "min" else "propagate"
    ndim, *rest = window_of(element.name, mode)
    for number in range(6):
        plain, x, window, keywords, layout = random_call(rng, ndim, *rest, element.numpy)
        function = getattr(clpool, f"{mode}_pool{ndim}d")
        expected = reference.pool(plain, window, mode, return_indices=True, nan=nan)
        indices = number % 2 == 0
        found = function(x, window.kernel, **keywords, return_indices=indices, nan=nan)
        context = f"call {number}: {window} nan={nan} {x.shape} {x.strides} ({layout})"
        results, answers = (found, expected) if indices else ([found], expected[:1])
        for one, other in zip(results, answers, strict=True):
            assert_exact(one, other, context)


@pytest.mark.cover("mode", "element.kind", "element.size")
@pytest.mark.parametrize("element", ELEMENT_TYPES.values(), ids=attrgetter("name"))
@pytest.mark.parametrize("mode", ["sum", "avg"])
def test_sums_of_random_calls_keep_the_bound(mode, element):
    """Sums and averages are within the bound of the exact ones, and integers equal them."""
    rng = np.random.default_rng([len(element.name), mode == "sum", 7])
    ndim, *rest = window_of(element.name, mode)
    for number in range(5):
        plain, x, window, keywords, layout = random_call(rng, ndim, *rest, element.numpy)
        options = {}
        if mode == "avg":
            options["count_include_pad"] = bool(rng.random() < 0.5)
            if rng.random() < 0.3:
                options["divisor_override"] = int(rng.choice([1, 3]))
        found = getattr(clpool, f"{mode}_pool{ndim}d")(x, window.kernel, **keywords, **options)
        context = f"call {number}: {window} {options} {x.shape} {x.strides} ({layout})"
        assert_sum_close(found, plain, window, mode, context=context, **options)
