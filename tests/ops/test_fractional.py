"""Fractional pooling: seeds, ratios and sequences, and what is refused of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from cases import assert_exact, normal
from refusals import GRAD, TYPE, VALUE, X, refused_twice

import clpool
from clpool import reference

NAN = float("nan")


def test_a_seed_repeats_its_windows() -> None:
    """The same seed draws the same windows, another one others; no seed draws anew."""
    x = normal(3, 4, 40, 40)
    draw = lambda **o: clpool.fractional_max_pool2d(x, 2, 17, **o).tobytes()  # noqa: E731
    assert draw(seed=1) == draw(seed=1)
    assert len({draw(seed=1), draw(seed=2), draw(), draw()}) == 4
    average = clpool.fractional_avg_pool2d(x, 2, 17, seed=3)
    grad = normal(*average.shape)
    flowed = clpool.fractional_avg_pool2d_backward(grad, x.shape, 2, seed=3)
    np.testing.assert_allclose((flowed * x).sum(), (grad * average).sum(), rtol=1e-3)


def test_ratios_and_other_dtypes() -> None:
    """A ratio gives ``int(n * ratio)`` outputs; halves and integers take float32 samples."""
    x = normal(2, 3, 9, 14)
    assert clpool.fractional_max_pool2d(x, 2, output_ratio=0.5).shape == (2, 3, 4, 7)
    assert clpool.fractional_max_pool2d(x, 2, None, (0.5, 0.71)).shape == (2, 3, 4, 9)
    samples = np.random.default_rng(0).random((2, 3, 2), np.float32)
    for dtype in (np.float16, np.int16, np.float32):
        integers = np.arange(x.size).reshape(x.shape).astype(dtype)
        found = clpool.fractional_max_pool2d(integers, 2, 5, None, True, samples)
        right = reference.fractional_max_pool(integers, (2, 2), (5, 5), samples)
        for one, other in zip(found, right, strict=True):
            assert_exact(one, other)
    one = clpool.fractional_max_pool2d(x, 3, 1, None, False, samples)
    assert_exact(one, x[..., -3:, -3:].max((2, 3), keepdims=True))


def test_the_example_of_tensorflow() -> None:
    """[20, 5, 16, 3, 7] with the sequence [0, 2, 4] and overlap averages to [41/3, 26/3]."""
    x = np.array([20, 5, 16, 3, 7], np.float64).reshape(1, 1, 1, 5)
    found = clpool.fractional_avg_pool2d(x, sequences=([0, 1], [0, 2, 4, 5]), overlapping=True)
    np.testing.assert_allclose(found.ravel(), [41 / 3, 26 / 3, 7])
    largest = clpool.fractional_max_pool2d(x, sequences=([0, 1], np.array([0, 2, 5])))
    assert largest.ravel().tolist() == [20, 16]


@pytest.mark.cover
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
    refused_twice(function, kind, words, **{"x": X, "kernel_size": 2, **given})


@pytest.mark.cover
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
        refused_twice(getattr(clpool, f"fractional_{mode}_pool2d"), kind, named, x=X, **given)


@pytest.mark.cover
def test_samples_and_a_seed(no_launch: None) -> None:
    """Either the samples are given or what draws them."""
    samples = np.zeros((2, 3, 2), np.float32)
    given = {"kernel_size": 2, "output_size": 3, "_random_samples": samples, "seed": 1}
    words = ("seed", "_random_samples", "not both")
    refused_twice(clpool.fractional_max_pool2d, VALUE, words, x=X, **given)


@pytest.mark.cover
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
        refused_twice(
            getattr(clpool, f"fractional_{mode}_pool2d"), kind, words, x=X, sequences=sequences
        )
    given = {"input_shape": X.shape, "sequences": sequences}
    refused_twice(clpool.fractional_avg_pool2d_backward, kind, words, grad=GRAD, **given)
    words = ("overlapping", "1", "True or False")
    given = {"sequences": ((0, 9), (0, 11)), "overlapping": 1}
    refused_twice(clpool.fractional_max_pool2d, TYPE, words, x=X, **given)
