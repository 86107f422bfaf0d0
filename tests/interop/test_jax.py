"""The recipe of docs/interop.md, as it stands there: under jit, grad and vmap, beside jax's own."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import launches
import numpy as np
import pytest
from cases import assert_exact

jax = pytest.importorskip("jax", reason="jax (the extra 'interop-tests') is not installed")

DOCUMENT = Path(__file__).parents[2] / "docs" / "interop.md"
WINDOWS = [((2, 2), (2, 2), 0), ((3, 2), (2, 1), (1, 0)), ((3, 3), (1, 1), 1)]

pytestmark = pytest.mark.skipif(not DOCUMENT.is_file(), reason="needs the checkout's docs")


def source() -> str:
    """The recipe's text."""
    (text,) = re.findall(r"^```py\n(.*?)^```\n", DOCUMENT.read_text(encoding="utf-8"), re.M | re.S)
    return text


@pytest.fixture(scope="module")
def max_pool() -> Callable[..., Any]:
    """The recipe's operator."""
    names: dict[str, Any] = {}
    exec(compile(source(), "<recipe>", "exec"), names)
    return names["max_pool"]


def own(x: Any, size: tuple[int, int], stride: tuple[int, int], padding: Any) -> Any:
    """The same by jax alone, on (..., height, width)."""
    pads = padding if isinstance(padding, tuple) else (padding, padding)
    lead = x.ndim - 2
    return jax.lax.reduce_window(
        x,
        -np.inf,
        jax.lax.max,
        (1,) * lead + size,
        (1,) * lead + stride,
        ((0, 0),) * lead + tuple((p, p) for p in pads),
    )


def distinct(*shape: int) -> np.ndarray:
    """Small integers, none twice: a maximum has one place, and sums of gradients are exact."""
    count = int(np.prod(shape))
    return np.random.default_rng(9).permutation(count).reshape(shape).astype(np.float32)


def weighted(pool: Callable[..., Any], window: Any) -> Callable[[Any], Any]:
    """A sum in which every output has a weight of its own, a small integer."""

    def function(x: Any) -> Any:
        y = pool(x, *window)
        return (y * np.arange(y.size, dtype=np.float32).reshape(y.shape)).sum()

    return function


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("jit", [False, True])
def test_values_and_gradients(max_pool: Callable[..., Any], window: Any, jit: bool) -> None:
    """As jax's own, and each launches a kernel of clpool."""
    x = distinct(2, 3, 7, 6)
    wrap = jax.jit if jit else lambda function: function
    with launches.counted() as kernels:
        found = np.asarray(wrap(lambda x: max_pool(x, *window))(x))
    assert kernels
    assert_exact(found, np.asarray(own(x, *window)))
    with launches.counted() as kernels:
        slope = np.asarray(wrap(jax.grad(weighted(max_pool, window)))(x))
    assert len(kernels) >= 2
    assert_exact(slope, np.asarray(jax.grad(weighted(own, window))(x)))


@pytest.mark.parametrize("window", WINDOWS)
def test_vmap(max_pool: Callable[..., Any], window: Any) -> None:
    """A mapped operator, and its mapped gradient, are those of each entry, on two axes too."""
    x = distinct(2, 2, 3, 7, 6)
    pool, slope = lambda x: max_pool(x, *window), jax.grad(weighted(max_pool, window))
    for function in (pool, slope):
        each = np.stack([np.stack([np.asarray(function(b)) for b in a]) for a in x])
        assert_exact(np.asarray(jax.vmap(jax.vmap(function))(x)), each)
        swapped = jax.jit(jax.vmap(jax.vmap(function), 1, 1))(x)
        assert_exact(np.asarray(swapped), each)


def test_chained_callbacks(max_pool: Callable[..., Any]) -> None:
    """A pool of a pool, jitted: the second callback waits for the first alone."""
    x, window = distinct(1, 8, 8), ((2, 2), (2, 2), 0)
    twice = jax.jit(lambda x: max_pool(max_pool(x, *window) + 1, *window))
    assert_exact(np.asarray(twice(x)), np.asarray(own(x, (4, 4), (4, 4), 0) + 1))


def test_numerical_gradient(max_pool: Callable[..., Any]) -> None:
    """The check of jax by differences, of steps that change no maximum: slopes are exact there."""
    from jax.test_util import check_grads

    x = distinct(2, 4, 4)
    check_grads(lambda x: max_pool(x, *WINDOWS[0]), (x,), order=1, modes=["rev"], eps=0.25)


def test_no_jax_inside_a_callback() -> None:
    """The callbacks of the recipe name neither jax nor what it is imported as."""
    inside = [
        {name.id for name in ast.walk(node) if isinstance(name, ast.Name)}
        for node in ast.walk(ast.parse(source()))
        if isinstance(node, ast.FunctionDef) and node.name == "callback"
    ]
    assert len(inside) == source().count("pure_callback") == source().count("vmap_method")
    assert all("clpool" in names and not names & {"jax", "jnp", "lax"} for names in inside)


def test_a_wrong_kernel_is_seen(max_pool: Callable[..., Any]) -> None:
    """The comparison with jax is red if results are too large by one."""
    with launches.planted(), pytest.raises(AssertionError, match="differ"):
        test_values_and_gradients(max_pool, WINDOWS[0], False)
