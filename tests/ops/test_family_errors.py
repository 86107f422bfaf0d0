"""Bad input of the family, each a clear error before anything is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from refusals import TYPE, VALUE, refused

import clpool
from clpool.runtime.launch import Launch

pytestmark = pytest.mark.cover  # refusals cost nothing: every one of them

POISON = 7
X = np.zeros((2, 3, 9, 11), np.float32)
GRAD = np.ones((2, 3, 3, 3), np.float32)
PLACES = np.zeros((2, 3, 3, 3), np.int64)
NAN = float("nan")


def out(*shape: int) -> np.ndarray:
    """What must stay as it is."""
    return np.full(shape, POISON, np.float32)


@pytest.fixture
def no_launch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is launched fails the test."""

    def launched(*arguments: Any, **keywords: Any) -> None:
        raise AssertionError("a kernel was launched")

    monkeypatch.setattr(Launch, "enqueue", launched)


def check(call: Callable[..., Any], kind: Any, words: tuple[str, ...], **given: Any) -> None:
    """Both without ``out`` and with one that must not be touched."""
    refused(lambda **o: call(**given, **o), kind, words)
    refused(lambda **o: call(**given, **o), kind, words, out(2, 3, 3, 3))


@pytest.mark.parametrize(
    ("size", "kind", "words"),
    [
        (-1, VALUE, ("output_size", "-1", "at least 0")),
        ((3, -2), VALUE, ("output_size", "-2", "at least 0")),
        (2.0, TYPE, ("output_size", "2.0", "an integer")),
        (True, TYPE, ("output_size", "True", "an integer")),
        ("3", TYPE, ("output_size", "'3'", "an integer")),
        ((1, 2, 3), VALUE, ("output_size", "(1, 2, 3)", "an int or 2")),
        ((None,), VALUE, ("output_size", "(None,)", "an int or 2")),
        (2**31, VALUE, ("output_size", str(2**31), "at most")),
    ],
    ids=str,
)
@pytest.mark.parametrize("mode", ["max", "min", "avg"])
def test_adaptive_sizes(mode: str, size: Any, kind: Any, words: Any, no_launch: None) -> None:
    """A negative, broken or superfluous output_size is refused."""
    check(getattr(clpool, f"adaptive_{mode}_pool2d"), kind, words, x=X, output_size=size)


@pytest.mark.parametrize(
    ("norm", "kind", "words"),
    [
        (0, VALUE, ("norm_type", "0.0", "other than 0")),
        (NAN, VALUE, ("norm_type", "nan", "other than 0 and NaN")),
        ("2", TYPE, ("norm_type", "'2'", "a number")),
        (None, TYPE, ("norm_type", "None", "a number")),
        (True, TYPE, ("norm_type", "True", "a number")),
        (2j, TYPE, ("norm_type", "2j", "a number")),
        (np.array([1, 2]), TYPE, ("norm_type", "array([1, 2])", "a number")),
    ],
    ids=str,
)
def test_norm_types(norm: Any, kind: Any, words: Any, no_launch: None) -> None:
    """A norm of 0, NaN or no number at all is refused, by gradients too."""
    check(clpool.lp_pool2d, kind, words, x=X, norm_type=norm, kernel_size=3)
    refused(lambda: clpool.global_lp_pool(X, norm), kind, words)
    given = {"grad": GRAD, "x": X, "y": GRAD, "norm_type": norm, "kernel_size": 3}
    refused(lambda: clpool.lp_pool2d_backward(**given), kind, words)


def test_norms(no_launch: None) -> None:
    """Integers have no norms here, a maximum has no gradient, and windows in 3D fit inside."""
    lp = clpool.lp_pool2d
    for name in ("int32", "uint8"):
        words = ("x", name, "allowed", "floats")
        refused(lambda n=name: lp(X.astype(n), 2, 3), TYPE, words)
        refused(lambda n=name: clpool.global_lp_pool(X.astype(n)), TYPE, words)
    refused(lambda: lp(X, 2, 3, signed=1), TYPE, ("signed", "1", "True or False"))
    words = ("kernel_size 12", "length 11", "axis 2", "lp_pool3d")
    refused(lambda: clpool.lp_pool3d(X, 2, (2, 3, 12), padding=(1, 1, 6)), VALUE, words)
    gradient = clpool.lp_pool2d_backward
    words = ("norm_type", "inf", "no gradient")
    refused(lambda: gradient(GRAD, X, GRAD, np.inf, 3), VALUE, words)
    words = ("y", "(1, 3, 3, 3)", "grad", "(2, 3, 3, 3)")
    refused(lambda: gradient(GRAD, X, GRAD[:1], 2, 3), VALUE, words)
    words = ("x", "float64", "grad", "float32")
    refused(lambda: gradient(GRAD, X.astype(np.float64), GRAD, 2, 3), TYPE, words)
    words = ("grad", "(2, 3, 3, 3)", "(1, 3, 9, 11)", "batch")
    refused(lambda: gradient(GRAD, X[:1], GRAD, 2, 3), VALUE, words)


@pytest.mark.parametrize(
    ("given", "kind", "words"),
    [
        ({}, VALUE, ("exactly one", "output_size", "output_ratio", "None and None")),
        ({"output_size": 3, "output_ratio": 0.5}, VALUE, ("exactly one", "3 and 0.5")),
        ({"output_ratio": 0.0}, VALUE, ("output_ratio", "0.0", "between 0 and 1")),
        ({"output_ratio": 1.0}, VALUE, ("output_ratio", "1.0", "between 0 and 1")),
        ({"output_ratio": NAN}, VALUE, ("output_ratio", "nan", "between 0 and 1")),
        ({"output_ratio": (0.5, -0.1)}, VALUE, ("output_ratio", "-0.1", "between 0 and 1")),
        ({"output_ratio": (0.5,)}, VALUE, ("output_ratio", "(0.5,)", "2")),
        ({"output_ratio": 1}, TYPE, ("output_ratio", "1", "a float")),
        ({"output_ratio": "half"}, TYPE, ("output_ratio", "'half'", "a float")),
        ({"output_ratio": 0.01}, VALUE, ("output_size 0", "length 9", "1 to 8 outputs")),
        ({"output_size": 9}, VALUE, ("output_size 9", "kernel_size 2", "axis 0", "1 to 8 outputs")),
        ({"output_size": 0}, VALUE, ("output_size", "0", "at least 1")),
        ({"output_size": 3, "kernel_size": None}, TYPE, ("kernel_size", "None", "an integer")),
        ({"output_size": 3, "seed": 1.5}, TYPE, ("seed", "1.5", "an int")),
        ({"output_size": 3, "return_indices": 1}, TYPE, ("return_indices", "1", "True or False")),
        ({"sequences": ((0, 9), (0, 11))}, VALUE, ("sequences", "kernel_size", "seed")),
    ],
    ids=str,
)
@pytest.mark.parametrize("mode", ["max", "avg"])
def test_fractional_sizes(mode: str, given: Any, kind: Any, words: Any, no_launch: None) -> None:
    """Sizes and ratios: exactly one of them, in range, and windows fit into the input."""
    function = getattr(clpool, f"fractional_{mode}_pool2d")
    check(function, kind, words, **{"x": X, "kernel_size": 2, **given})


@pytest.mark.parametrize(
    ("samples", "kind", "words"),
    [
        (np.zeros((2, 3, 3), np.float32), VALUE, ("(2, 3, 2)", "(2, 3, 3)")),
        (np.zeros((3, 2), np.float32), VALUE, ("(2, 3, 2)", "(3, 2)")),
        (np.zeros((2, 3, 2), np.float64), TYPE, ("float32", "float64")),
        (np.zeros((2, 3, 2), np.int32), TYPE, ("float32", "int32")),
        (np.full((2, 3, 2), 1.1, np.float32), VALUE, ("between 0 and 1",)),
        (np.full((2, 3, 2), -0.1, np.float32), VALUE, ("between 0 and 1",)),
        (np.full((2, 3, 2), NAN, np.float32), VALUE, ("between 0 and 1",)),
    ],
    ids=lambda value: str(getattr(value, "dtype", ""))[:9],
)
def test_fractional_samples(samples: Any, kind: Any, words: Any, no_launch: None) -> None:
    """Samples have x's planes, x's dtype, and lie between 0 and 1."""
    named = ("_random_samples", *words)
    given = {"kernel_size": 2, "output_size": 3, "_random_samples": samples}
    for mode in ("max", "avg"):
        check(getattr(clpool, f"fractional_{mode}_pool2d"), kind, named, x=X, **given)


def test_samples_and_a_seed(no_launch: None) -> None:
    """Either the samples are given or what draws them."""
    samples = np.zeros((2, 3, 2), np.float32)
    given = {"kernel_size": 2, "output_size": 3, "_random_samples": samples, "seed": 1}
    words = ("seed", "_random_samples", "not both")
    check(clpool.fractional_max_pool2d, VALUE, words, x=X, **given)


@pytest.mark.parametrize(
    ("sequences", "kind", "words"),
    [
        (((0, 4, 9),), VALUE, ("sequences", "2", "1")),
        (((0, 4, 9), (0, 5, 5, 11)), VALUE, ("sequences[1]", "rise", "11", "[0, 5, 5, 11]")),
        (((0, 6, 4, 9), (0, 11)), VALUE, ("sequences[0]", "rise", "9")),
        (((1, 9), (0, 11)), VALUE, ("sequences[0]", "from 0", "[1, 9]")),
        (((0, 9), (0, 10)), VALUE, ("sequences[1]", "11", "[0, 10]")),
        (((0, 9), (0,)), VALUE, ("sequences[1]", "[0]")),
        (((0, 9), (0, 5.0, 11)), TYPE, ("sequences[1]", "5.0", "an integer")),
        (((0, 9), 11), TYPE, ("sequences[1]", "11", "a sequence of ints")),
        (7, TYPE, ("sequences", "7", "2 sequences of ints")),
        ("ab", TYPE, ("sequences", "'ab'", "2 sequences of ints")),
    ],
    ids=str,
)
def test_sequences(sequences: Any, kind: Any, words: Any, no_launch: None) -> None:
    """A sequence per axis rises strictly from 0 to the axis' length."""
    for mode in ("max", "avg"):
        check(getattr(clpool, f"fractional_{mode}_pool2d"), kind, words, x=X, sequences=sequences)
    given = {"input_shape": X.shape, "sequences": sequences}
    check(clpool.fractional_avg_pool2d_backward, kind, words, grad=GRAD, **given)
    words = ("overlapping", "1", "True or False")
    given = {"sequences": ((0, 9), (0, 11)), "overlapping": 1}
    check(clpool.fractional_max_pool2d, TYPE, words, x=X, **given)


@pytest.mark.parametrize(
    ("size", "kind", "words"),
    [
        ((8, 6), VALUE, ("output_size 8", "axis 0", "4 and 8", "excluded")),
        ((6, 4), VALUE, ("output_size 4", "axis 1", "4 and 8", "excluded")),
        ((2, 6, 6), VALUE, ("output_size", "2 or 4 entries", "(2, 6, 6)")),
        (6, TYPE, ("output_size", "a tuple of ints", "6")),
        ((6.0, 6), TYPE, ("output_size", "a tuple of ints", "6.0")),
        ((-6, 6), VALUE, ("output_size", "at least 0", "-6")),
    ],
    ids=str,
)
def test_unpooled_sizes(size: Any, kind: Any, words: Any, no_launch: None) -> None:
    """An output_size lies within a stride of the usual one, and has r or r + 2 entries."""
    given = {"x": GRAD, "indices": PLACES, "kernel_size": 2, "output_size": size}
    check(clpool.max_unpool2d, kind, words, **given)
    words = ("length -1", "axis 0")
    given = {"kernel_size": 1, "stride": 1, "padding": 2}
    refused(lambda: clpool.max_unpool2d(GRAD, PLACES, **given), VALUE, words)
