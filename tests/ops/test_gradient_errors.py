"""Bad gradients, and what belongs to them: each a clear error before any launch."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyopencl.array as cla
import pytest
from family import Operator
from family_cases import GRADIENTS
from family_weighted import DrawnGradient
from refusals import GRAD, PLACES, TYPE, VALUE, X, refused

import clpool
from clpool.runtime import device

pytestmark = pytest.mark.cover  # refusals cost nothing: every one of them

INDICES = [
    (GRAD, TYPE, ("indices", "int64 or int32", "float32")),
    (PLACES.astype(np.int16), TYPE, ("indices", "int64 or int32", "int16")),
    (PLACES.astype(np.uint64), TYPE, ("indices", "int64 or int32", "uint64")),
    (PLACES[:1], VALUE, ("indices", "(1, 3, 3, 3)", "(2, 3, 3, 3)")),
    (PLACES[..., :2], VALUE, ("indices", "(2, 3, 3, 2)", "(2, 3, 3, 3)")),
    (PLACES.tolist(), TYPE, ("indices", "list", "numpy.ndarray")),
]
SELECTED = {
    "max_pool2d": (X.shape, 3),
    "min_pool2d": (X.shape, 3),
    "adaptive_max_pool2d": (X.shape,),
    "adaptive_min_pool2d": (X.shape,),
    "fractional_max_pool2d": (X.shape, 2),
    "global_max_pool": (X.shape,),
    "stochastic_pool2d": (X.shape, 3),
    "median_pool2d": (X.shape, 3),
}


@pytest.mark.parametrize(("indices", "kind", "words"), INDICES, ids=lambda value: "")
def test_indices(indices: Any, kind: Any, words: Any, no_launch: None) -> None:
    """Indices are int64 or int32, an array of the values' kind and shape."""
    refused(lambda: clpool.max_unpool2d(GRAD, indices, 2), kind, words)
    for name, arguments in SELECTED.items():
        gradient = getattr(clpool, f"{name}_backward")
        refused(lambda g=gradient, a=arguments: g(GRAD, indices, *a), kind, words)


def test_kinds_of_arrays_do_not_mix(no_launch: None) -> None:
    """Arrays and those of numpy are not taken together, whichever comes first."""
    queue = device.default_queue()
    on_device = {id(a): cla.to_device(queue, a) for a in (GRAD, PLACES, X)}
    calls = (
        (clpool.max_unpool2d, (GRAD, PLACES), 1, (2,)),
        (clpool.max_pool2d_backward, (GRAD, PLACES), 1, (X.shape, 3)),
        (clpool.lp_pool2d_backward, (GRAD, X, GRAD), 1, (2, 3)),
    )
    for function, arrays, place, rest in calls:
        mixed = list(arrays)
        mixed[place] = on_device[id(arrays[place])]
        refused(lambda f=function, m=mixed, r=rest: f(*m, *r), TYPE, ("must be", "Array"))
        mixed = [on_device[id(array)] for array in arrays]
        mixed[place] = arrays[place]
        refused(lambda f=function, m=mixed, r=rest: f(*m, *r), TYPE, ("must be", "Array"))


#: The gradients of windows whose number follows from the input's lengths.
SHAPED = [
    operator
    for operator in GRADIENTS
    if operator.function.startswith(("max_pool", "min_pool", "avg", "sum", "median"))
    or isinstance(operator, DrawnGradient)
    or "sequences" in operator.keywords
]


@pytest.mark.parametrize("operator", GRADIENTS, ids=str)
def test_gradients(operator: Operator, no_launch: None) -> None:
    """A gradient of integers, of another shape, batch or kind than the result is refused."""
    plain = operator.arrays(np.random.default_rng(0), np.dtype(np.float32), "ties", (2, 3))
    grad, others = plain[0], plain[1:]
    call = operator.call
    refused(lambda: call([grad.astype(np.int32), *others]), TYPE, ("grad", "int32"))
    refused(lambda: call([np.ma.masked_array(grad), *others]), TYPE, ("grad", "masked"))
    shape = (2, 3, *operator.lengths)
    function = getattr(clpool, operator.function)
    more = operator.keywords | operator.more((2, 3), grad.dtype)
    if len(operator.before(plain, shape)) == len(plain):
        return  # it takes no shape
    for wrong in ((1, *shape[1:]), (2, 4, *shape[2:]), shape[1:], (2, 1, *shape)):
        words = ("shape",)
        refused(lambda w=wrong: function(*plain, w, *operator.arguments, **more), VALUE, words)
    refused(lambda: function(*plain, "ab", *operator.arguments, **more), TYPE, ("input_shape",))
    empty = (2, 3, *shape[2:-1], 0)
    words = ("input_shape", "length 0")
    refused(lambda: function(*plain, empty, *operator.arguments, **more), VALUE, words)


@pytest.mark.parametrize("operator", SHAPED, ids=str)
def test_lengths_that_windows_do_not_give(operator: Operator, no_launch: None) -> None:
    """A gradient that is not of the shape that pooling such an input gives is refused."""
    plain = operator.arrays(np.random.default_rng(0), np.dtype(np.float32), "ties", (2, 3))
    longer = (2, 3, *operator.lengths[:-1], 9 * operator.lengths[-1])
    more = operator.keywords | operator.more((2, 3), np.dtype(np.float32))
    words = ("sequences", "rise") if "sequences" in more else ("grad", "the pooling's result")
    function = getattr(clpool, operator.function)
    refused(lambda: function(*plain, longer, *operator.arguments, **more), VALUE, words)


def test_gradients_of_windows_that_do_not_fit(no_launch: None) -> None:
    """More outputs than windows fit, and results of global pooling longer than 1, are refused."""
    words = ("output_size 3", "kernel_size 8", "length 9", "1 to 2 outputs")
    select, spread = clpool.fractional_max_pool2d_backward, clpool.fractional_avg_pool2d_backward
    refused(lambda: select(GRAD, PLACES, X.shape, 8), VALUE, words)
    refused(lambda: spread(GRAD, X.shape, 8, seed=1), VALUE, words)
    refused(lambda: spread(GRAD, X.shape, 2), VALUE, ("exactly one", "seed", "_random_samples"))
    given = {"sequences": ((0, 4, 9), (0, 5, 11))}
    words = ("sequences", "kernel_size", "seed")
    refused(lambda: spread(GRAD, X.shape, 2, **given), VALUE, words)
    words = ("grad", "(2, 3, 3, 3)", "(2, 3, 2, 2)")
    refused(lambda: spread(GRAD, X.shape, **given), VALUE, words)
    words = ("grad", "(2, 3, 3, 3)", "length 1")
    refused(lambda: clpool.global_max_pool_backward(GRAD, PLACES, X.shape), VALUE, words)
    refused(lambda: clpool.global_avg_pool_backward(GRAD, X.shape), VALUE, words)
    with pytest.raises(VALUE[0], match=r"result has \(2, 3, 1, 1\)"):
        clpool.global_lp_pool_backward(GRAD, X, GRAD)
