"""The geometry of windows: lengths, paddings, counts, and every mistake in their arguments."""

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clpool.errors import ArgumentTypeError, ArgumentValueError, ClpoolError
from clpool.problem.window import SlidingWindow


@st.composite
def windows(draw, half_limit=False):
    """A (window, lengths) pair of ndim 1 to 3; the output may be too short to exist."""
    ndim = draw(st.integers(1, 3))
    axes = [draw(st.integers(1, 7)) for _ in range(ndim)]
    most = [k // 2 if half_limit else 9 for k in axes]
    padding = [draw(st.integers(0, p)) for p in most]
    if not half_limit:
        padding = [(p, draw(st.integers(0, 9))) for p in padding]
    window = SlidingWindow.of(
        ndim,
        axes,
        [draw(st.integers(1, 5)) for _ in range(ndim)],
        padding,
        [draw(st.integers(1, 3)) for _ in range(ndim)],
        draw(st.booleans()),
        half_limit=half_limit,
    )
    return window, tuple(draw(st.integers(1, 24)) for _ in range(ndim))


@settings(max_examples=300, deadline=None)
@given(windows(half_limit=True))
def test_output_lengths_are_pytorchs(case):
    """The output has PyTorch's lengths, and where PyTorch refuses the input, so does clpool."""
    torch = pytest.importorskip("torch", reason="compares output lengths with PyTorch")
    window, lengths = case
    function = getattr(torch.nn.functional, f"max_pool{window.ndim}d")
    pads = [begin for begin, _ in window.padding]
    try:
        expected = function(
            torch.zeros(1, 1, *lengths),
            window.kernel,
            window.stride,
            pads,
            window.dilation,
            window.ceil_mode,
        ).shape[2:]
    except RuntimeError:
        with pytest.raises(ArgumentValueError, match="the output would have length"):
            window.output_shape(lengths)
    else:
        assert window.output_shape(lengths) == tuple(expected)


@settings(max_examples=200, deadline=None)
@given(windows())
def test_an_axis_has_an_output_for_every_whole_window(case):
    """Without ceil_mode there are as many outputs as whole windows fit into the padded axis."""
    window, lengths = case
    window = replace(window, ceil_mode=False)
    axes = zip(lengths, window.padding, window.stride, window.extent, strict=True)
    expected = tuple(
        len([start for start in range(0, begin + i + end, s) if start + extent <= begin + i + end])
        for i, (begin, end), s, extent in axes
    )
    if 0 in expected:
        with pytest.raises(ArgumentValueError, match="shorter than the window's extent"):
            window.output_shape(lengths)
    else:
        assert window.output_shape(lengths) == expected


@settings(max_examples=200, deadline=None)
@given(windows(half_limit=True))
def test_no_ceil_window_starts_in_the_end_padding(case):
    """Under ceil_mode, and PyTorch's limit on padding, every window starts before the end."""
    window, lengths = case
    window = replace(window, ceil_mode=True)
    try:
        outputs = window.output_shape(lengths)
    except ArgumentValueError:
        return
    for o, i, (begin, _), s in zip(outputs, lengths, window.padding, window.stride, strict=True):
        assert (o - 1) * s < i + begin


@given(st.integers(1, 60), st.integers(1, 9), st.integers(1, 6), st.integers(1, 3))
def test_same_padding_gives_a_window_per_stride(i, k, s, d):
    """Named "same" paddings give ceil(i / s) outputs, the odd element at the end or begin."""
    upper = SlidingWindow.of(1, k, s, "same", d)
    lower = SlidingWindow.of(1, k, s, "same_lower", d)
    assert upper.output_shape((i,)) == lower.output_shape((i,)) == (-(-i // s),)
    ((begin, end),), ((lower_begin, lower_end),) = upper.pads((i,)), lower.pads((i,))
    assert (lower_begin, lower_end) == (end, begin)
    assert 0 <= end - begin <= 1


def test_same_padding_by_hand():
    """TensorFlow's SAME: 5 elements, kernel 2, stride 2 need one element more, at the end."""
    assert SlidingWindow.of(1, 2, 2, "same").pads((5,)) == ((0, 1),)
    assert SlidingWindow.of(1, 2, 2, "same_lower").pads((5,)) == ((1, 0),)
    assert SlidingWindow.of(1, 2, 2, "same").pads((6,)) == ((0, 0),)


def test_same_with_dilation_follows_the_formula():
    """4x4, kernel 2, stride 3, dilation 2 gives 2x2 (onnxruntime and ONNX's code: 1x1)."""
    window = SlidingWindow.of(2, 2, 3, "same", 2)
    assert window.output_shape((4, 4)) == (2, 2)
    assert window.pads((4, 4)) == ((1, 1), (1, 1))


def test_valid_padding_is_none():
    """Padding "valid" keeps only whole windows."""
    window = SlidingWindow.of(2, 3, 2, "valid")
    assert window.pads((9, 10)) == ((0, 0), (0, 0))
    assert window.output_shape((9, 10)) == (4, 4)


def test_ceil_mode_by_hand():
    """5 elements in windows of 2 are 2 whole ones, and under ceil_mode a third, partial."""
    assert SlidingWindow.of(1, 2).output_shape((5,)) == (2,)
    assert SlidingWindow.of(1, 2, ceil_mode=True).output_shape((5,)) == (3,)


def test_ceil_mode_drops_a_window_that_starts_in_the_end_padding():
    """4 elements after 1 of padding: a window may start at 3, not at 5, where padding begins."""
    assert SlidingWindow.of(1, 2, 3, 1, ceil_mode=True).output_shape((4,)) == (2,)
    assert SlidingWindow.of(1, 2, 5, 1, ceil_mode=True).output_shape((4,)) == (1,)
    assert SlidingWindow.of(1, 1, 5, ((1, 1),), ceil_mode=True).output_shape((4,)) == (1,)


def test_arguments_are_normalised():
    """One number serves every axis, no stride means the kernel's, numpy integers are integers."""
    window = SlidingWindow.of(2, np.int64(3), None, (np.int32(1),), [1, 2])
    assert window == SlidingWindow((3, 3), (3, 3), ((1, 1), (1, 1)), (1, 2), False)
    assert hash(window) == hash(SlidingWindow.of(2, (3, 3), (), 1, (1, 2)))
    assert window.extent == (3, 5)
    assert window.ndim == 2


def test_pairs_pad_begin_and_end():
    """(begin, end) pairs pad further than half a window, and unequally."""
    window = SlidingWindow.of(2, 2, 1, ((0, 3), (2, 1)), half_limit=True)
    assert window.pads((4, 4)) == ((0, 3), (2, 1))
    assert window.output_shape((4, 4)) == (6, 6)


def test_padding_of_half_the_kernel_is_allowed():
    """PyTorch's limit is half the kernel, rounded down, and dilation does not relax it."""
    assert SlidingWindow.of(1, 5, padding=2, half_limit=True).padding == ((2, 2),)
    with pytest.raises(ArgumentValueError):
        SlidingWindow.of(1, 5, padding=3, dilation=4, half_limit=True)
    assert SlidingWindow.of(1, 5, padding=3).padding == ((3, 3),)


@settings(max_examples=200, deadline=None)
@given(windows(), st.booleans())
def test_counts_vary_where_the_oracle_counts_differently(case, padded):
    """Windows are said to differ in their taps wherever, tap by tap, they do."""
    from clpool.reference import Taps

    window, lengths = case
    try:
        window.output_shape(lengths)
    except ArgumentValueError:
        return
    divisors = Taps(np.zeros(lengths), window, count_include_pad=padded).divisors
    if (divisors != np.prod(window.kernel)).any():
        assert window.counts_vary(lengths, padded)


BAD = [
    # (arguments, error, what the message must tell: the argument, the value, the allowed)
    ({"kernel_size": 0}, ArgumentValueError, "kernel_size", "0", "at least 1"),
    ({"kernel_size": -2}, ArgumentValueError, "kernel_size", "-2", "at least 1"),
    ({"kernel_size": 2.0}, ArgumentTypeError, "kernel_size", "2.0", "integer"),
    ({"kernel_size": True}, ArgumentTypeError, "kernel_size", "True", "integer"),
    ({"kernel_size": None}, ArgumentTypeError, "kernel_size", "None", "integer"),
    ({"kernel_size": "2"}, ArgumentTypeError, "kernel_size", "'2'", "integer"),
    ({"kernel_size": (2, 0)}, ArgumentValueError, "kernel_size", "0", "at least 1"),
    ({"kernel_size": (2, 1.5)}, ArgumentTypeError, "kernel_size", "1.5", "integer"),
    ({"kernel_size": (2, 2, 2)}, ArgumentValueError, "kernel_size", "(2, 2, 2)", "2 int"),
    ({"kernel_size": ()}, ArgumentValueError, "kernel_size", "()", "2 int"),
    ({"stride": 0}, ArgumentValueError, "stride", "0", "at least 1"),
    ({"stride": -1}, ArgumentValueError, "stride", "-1", "at least 1"),
    ({"stride": 1.5}, ArgumentTypeError, "stride", "1.5", "integer"),
    ({"stride": (1, 2, 3)}, ArgumentValueError, "stride", "(1, 2, 3)", "2 int"),
    ({"dilation": 0}, ArgumentValueError, "dilation", "0", "at least 1"),
    ({"dilation": -3}, ArgumentValueError, "dilation", "-3", "at least 1"),
    ({"dilation": 1.0}, ArgumentTypeError, "dilation", "1.0", "integer"),
    ({"dilation": (1, 1, 1)}, ArgumentValueError, "dilation", "(1, 1, 1)", "2 int"),
    ({"padding": -1}, ArgumentValueError, "padding", "-1", "at least 0"),
    ({"padding": 0.5}, ArgumentTypeError, "padding", "0.5", "integer"),
    ({"padding": (1, 1, 1)}, ArgumentValueError, "padding", "(1, 1, 1)", "2 int"),
    ({"padding": ((1, 1),)}, ArgumentValueError, "padding", "((1, 1),)", "2 (begin, end)"),
    ({"padding": ((1, 1, 1), (0, 0))}, ArgumentValueError, "padding", "(1, 1, 1)", "2 (begin"),
    ({"padding": ((0, -1), (0, 0))}, ArgumentValueError, "padding", "-1", "at least 0"),
    ({"padding": "full"}, ArgumentValueError, "padding", "'full'", "'same_lower'"),
    ({"padding": 2}, ArgumentValueError, "padding", "2", "at most 1"),
    ({"padding": (0, 2)}, ArgumentValueError, "padding", "axis 1", "at most 1"),
    ({"ceil_mode": 1}, ArgumentTypeError, "ceil_mode", "1", "True or False"),
    ({"ceil_mode": None}, ArgumentTypeError, "ceil_mode", "None", "True or False"),
]


@pytest.mark.parametrize(
    ("arguments", "error", "tells"), [(a, e, t) for a, e, *t in BAD], ids=[str(b[0]) for b in BAD]
)
def test_a_bad_argument_is_named_with_its_value_and_what_is_allowed(arguments, error, tells):
    """An error states the argument, what was given and what is allowed."""
    with pytest.raises(error) as caught:
        SlidingWindow.of(2, **{"kernel_size": 3, **arguments}, half_limit=True)
    for part in tells:
        assert re.search(re.escape(part), str(caught.value)), f"{part!r} in {caught.value}"
    assert isinstance(caught.value, ClpoolError)
    assert isinstance(caught.value, ValueError if error is ArgumentValueError else TypeError)


def test_an_output_shorter_than_one_is_an_error_that_tells_the_axis():
    """An input shorter than the window's extent is refused with all lengths in view."""
    window = SlidingWindow.of(2, (2, 3), padding=(0, 1), dilation=(1, 4))
    with pytest.raises(ArgumentValueError) as caught:
        window.output_shape((5, 6))
    for part in ("axis 1", "length 6", "1 + 1", "extent 9", "kernel_size 3", "dilation 4"):
        assert part in str(caught.value)
