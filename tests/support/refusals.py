"""How tests of bad input check that a call is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from clpool.errors import ArgumentTypeError, ArgumentValueError, ClpoolError

VALUE, TYPE = (ArgumentValueError, ValueError), (ArgumentTypeError, TypeError)

#: An input, and the gradient and the indices of a result of windows of three in steps of three.
X = np.zeros((2, 3, 9, 11), np.float32)
GRAD = np.ones((2, 3, 3, 3), np.float32)
PLACES = np.zeros((2, 3, 3, 3), np.int64)


def image(shape: tuple[int, ...] = (1, 2, 8, 8), dtype: Any = np.float32) -> np.ndarray:
    """An input without surprises."""
    return np.zeros(shape, dtype)


def refused(
    call: Callable[..., Any], kind: tuple[type, type], words: tuple[str, ...], out: Any = None
) -> None:
    """The call raises an error of both classes, with all the words, and leaves out alone."""
    outs = [o for o in (out if isinstance(out, tuple) else (out,)) if isinstance(o, np.ndarray)]
    before = [np.array(o) for o in outs]
    with pytest.raises(kind[1]) as caught:
        call() if out is None else call(out=out)
    assert issubclass(kind[0], ClpoolError)
    assert isinstance(caught.value, kind[0])
    message = str(caught.value)
    for word in words:
        assert re.search(rf"(?<!\w){re.escape(word)}(?!\w)", message), f"no {word!r} in {message!r}"
    for one, other in zip(outs, before, strict=True):
        assert np.array_equal(one, other)


def refused_twice(
    call: Callable[..., Any], kind: tuple[type, type], words: tuple[str, ...], **given: Any
) -> None:
    """A call by name is refused without ``out``, and with one, which is left alone."""
    refused(lambda: call(**given), kind, words)
    refused(lambda **o: call(**given, **o), kind, words, np.full(GRAD.shape, 7, np.float32))
