"""Calls as text: read, written, changed in shape."""

from __future__ import annotations

import inspect

import pytest
from call_texts import TEXTS

import clpool
from clpool.errors import ArgumentValueError
from clpool.ops.array_form import ArrayForm
from clpool.ops.recorder import ARRAYS
from clpool.ops.signature import FUNCTIONS
from clpool.worker.call import Call


def test_every_public_function_of_arrays_is_known() -> None:
    """All that has pool in its name is a call's function."""
    assert {name for name in clpool.__all__ if "pool" in name} == set(FUNCTIONS)


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_every_function_has_a_text(name: str) -> None:
    """A call with all that a function demands is read back as it was."""
    wanted = inspect.signature(FUNCTIONS[name]).parameters.values()
    form = ArrayForm("float32", (2, 3, 8), (0, 2, 1))
    values = {p.name: form if p.name in ARRAYS else (2, 2) for p in wanted if p.default is p.empty}
    call = Call.of(name, tuple(values.values()), {})
    assert Call.parse(str(call)) == call
    assert Call.parse(f"clpool.{call}") == call
    assert hash(call) == hash(Call.parse(str(call)))


@pytest.mark.parametrize("text", TEXTS)
def test_texts_are_read_back(text: str) -> None:
    """Reading and writing change nothing but the order of keywords."""
    call = Call.parse(text)
    assert sorted(str(call)) == sorted(text)
    assert Call.parse(str(call)) == call


def test_keywords_have_one_order() -> None:
    """Equal calls are equal in whatever order their keywords are."""
    front = "max_pool1d(int8[3, 9], 2"
    one, other = (f"{front}, {a}, {b})" for a, b in [("stride=1", "nan='ignore'")] * 2)
    turned = f"{front}, nan='ignore', stride=1)"
    assert Call.parse(one) == Call.parse(other) == Call.parse(turned)
    assert Call.parse("max_pool1d(int8[3, 9], [2])") == Call.parse("max_pool1d(int8[3, 9], (2,))")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("max_pool1d(int8[3, 9], kernel_size=2, padding=0)", "max_pool1d(int8[3, 9], 2)"),
        (
            "max_pool1d(int8[3, 9], 2, 2, ceil_mode=True)",
            "max_pool1d(int8[3, 9], 2, ceil_mode=True)",
        ),
        ("max_pool1d(int8[3, 9], 2, 1, 0)", "max_pool1d(int8[3, 9], 2, 1)"),
        ("max_pool1d(int8[3, 9], 2, padding=False)", "max_pool1d(int8[3, 9], 2, padding=False)"),
        (
            "avg_pool1d(int8[3, 9], 3, 2, 1, dilation=2)",
            "avg_pool1d(int8[3, 9], 3, 2, 1, dilation=2)",
        ),
        ("global_lp_pool(float32[1, 3, 9], norm_type=2)", "global_lp_pool(float32[1, 3, 9])"),
        ("pool(int8[3, 9], (2,), mode='max', stride=(2,))", "pool(int8[3, 9], (2,))"),
    ],
)
def test_canonical_texts(text: str, expected: str) -> None:
    """Calls that do the same in other words are one; values of other types stay."""
    assert str(Call.parse(text).canonical) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is no call"),
        ("max_pool2d(", r"'\(' was never closed \(at character 11\)"),
        ("3", "is no call; allowed: function"),
        ("max_pool2(float32[3])", "'max_pool2' is unknown; allowed: .*max_pool2d"),
        ("plan((1, 2), 'int8', 2)", "function 'plan' is unknown"),
        ("max_pool1d(float32[3, -1], 2)", r"argument 1 has shape \(3, -1\); allowed"),
        ("max_pool1d(float3[3, 9], 2)", "argument 1 has dtype 'float3'; allowed: float16"),
        ("max_pool1d(float32[3, 9])", "missing a required argument: 'kernel_size'; allowed: x"),
        ("max_pool1d(3, 3)", "x must be an array"),
        ("max_pool1d(int8[3, 9], int8[1])", "kernel_size must be no array"),
        ("max_pool1d(int8[3, 9], 2, out=int8[3, 4])", "out cannot be given"),
        ("max_pool1d(int8[3, 9], 2, wide=1)", "unexpected keyword argument 'wide'"),
        ("max_pool1d(int8[3, 9], __import__('os'))", "argument 2 is"),
        ("max_pool1d(int8[3, 9], 1 + 1)", r"argument 2 is '1 \+ 1'; allowed: numbers"),
        ("max_pool1d(int8[3, 9].order(0, 0), 2)", r"order \(0, 0\); allowed: the axes \(0, 1\)"),
        ("max_pool1d(*x)", "argument 1 is"),
        ("max_pool1d(**x)", r"\*\* in a call"),
        ("(" * 300 + "x" + ")" * 300, "is no call"),
    ],
)
def test_errors_name_the_place(text: str, message: str) -> None:
    """What is no call is refused, with its place and what is allowed there."""
    with pytest.raises(ArgumentValueError, match=message):
        Call.parse(text)


@pytest.mark.parametrize("text", TEXTS)
def test_other_shapes(text: str) -> None:
    """A call on its own shape stays as it is; on another its input has that shape."""
    call = Call.parse(text)
    shape = call.input_shape
    own = call.resized(shape)
    forms = {name: value for name, value in call.values.items() if isinstance(value, ArrayForm)}
    assert {name: own.values[name] for name in forms} == forms
    larger = tuple(n + 5 if axis in call.spatial else n + 1 for axis, n in enumerate(shape))
    changed = call.resized(larger)
    assert changed.input_shape == larger
    assert changed.function == call.function
    assert Call.parse(str(changed)) == changed
    with pytest.raises(ArgumentValueError, match="shape must have"):
        call.resized((*shape, 1))


def test_what_follows_from_the_shape() -> None:
    """Gradients, indices and shapes are those of the pooling of the new input."""
    gradient = Call.parse("max_pool1d_backward(int8[1, 3, 4], int32[1, 3, 4], (1, 3, 8), 2)")
    expected = "max_pool1d_backward(int8[2, 3, 7], int32[2, 3, 7], (2, 3, 15), 2)"
    assert str(gradient.resized((2, 3, 15))) == expected
    with pytest.raises(ArgumentValueError, match="shorter than the window"):
        gradient.resized((1, 3, 1))
    unpool = Call.parse("max_unpool1d(int8[1, 3, 4], int64[1, 3, 4], 2)")
    expected = "max_unpool1d(int8[1, 3, 7], int64[1, 3, 7], 2, output_size=(15,))"
    assert str(unpool.resized((1, 3, 15))) == expected
    cells = Call.parse("fractional_avg_pool2d(int8[1, 8, 4], sequences=((0, 2, 8), (0, 1, 2, 4)))")
    expected = "fractional_avg_pool2d(int8[1, 4, 2], sequences=((0, 1, 4), (0, 1, 2)))"
    assert str(cells.resized((1, 4, 2))).replace("(0, 0,", "(0,") == expected
