"""How tests of bad input check that a call is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from clpool.errors import ArgumentTypeError, ArgumentValueError, ClpoolError

VALUE, TYPE = (ArgumentValueError, ValueError), (ArgumentTypeError, TypeError)


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
