"""How tests of averages by weights of the taps' own call them, and compare what they give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from cases import assert_exact
from element_types import needed
from family import moved

import clpool
from clpool.problem.window import SlidingWindow

#: (ndim, kernel_size, stride, padding, dilation, ceil_mode, lengths)
WINDOWS = {
    "row": (1, 4, 3, 2, 1, True, (50,)),
    "square": (2, 3, 2, 1, 1, True, (13, 10)),
    "dilated": (2, 2, 1, 1, 2, False, (9, 8)),
    "cube": (3, 2, 2, 1, 1, False, (5, 6, 7)),
}
#: (window, dtype, channels last): each is several kernels, so not all with all.
COMBINATIONS = [
    ("row", "float16", False),
    ("row", "float32", True),
    ("square", "float32", False),
    ("square", "float64", True),
    ("dilated", "float64", False),
    ("dilated", "float32", True),
    ("cube", "float32", False),
    ("cube", "float16", True),
]


@dataclass(frozen=True)
class Weighted:
    """One of :data:`COMBINATIONS`, and its input: eleven channels are a vector of eight and three.

    A test of a dtype that the device does not compute is skipped.
    """

    name: str
    dtype: str
    last: bool

    def __post_init__(self) -> None:
        needed(self.dtype)

    @property
    def window(self) -> SlidingWindow:
        """The window of the combination."""
        ndim, *parameters, _ = WINDOWS[self.name]
        return SlidingWindow.of(ndim, *parameters)

    def drawn(self, shape: tuple[int, ...] | None = None, scale: float = 1) -> np.ndarray:
        """Normally distributed elements: of the input, or of a gradient's shape."""
        rng = np.random.default_rng(len(self.name))
        shape = (2, 11, *WINDOWS[self.name][-1]) if shape is None else shape
        return (scale * rng.standard_normal(shape)).astype(self.dtype)

    def call(self, which: str, *arrays: np.ndarray, **more: Any) -> Any:
        """What the function named ``which`` gives, with the channels first again."""
        ndim, *parameters, _ = WINDOWS[self.name]
        if self.last:
            arrays = tuple(moved(array, ndim) for array in arrays)
            more["data_format"] = "channels_last"
        found = getattr(clpool, which.replace("#", str(ndim)))(*arrays, *parameters, **more)
        several = found if isinstance(found, tuple) else (found,)
        back = tuple(np.moveaxis(a, -1, 1) if self.last else a for a in several)
        return back if isinstance(found, tuple) else back[0]


def near(found: np.ndarray, exact: np.ndarray, scale: Any, terms: int) -> None:
    """Within ``terms`` roundings of numbers of this scale; NaN and infinities match."""
    finite = np.isfinite(exact)
    assert_exact(found[~finite].astype(np.float64), exact[~finite])
    eps = np.finfo(found.dtype).eps
    error = np.abs(found.astype(np.float64) - exact)[finite]
    assert (error <= terms * eps * np.broadcast_to(scale, exact.shape)[finite]).all()
