"""All combinations: every skeleton, mode and operator on every dtype that it takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import cases
import numpy as np
from calls import Call, Case, element_here
from chosen import CHOSEN
from family_cases import OPERATORS
from skeletons import Skeleton, check, combinations, fitting

from clpool.dtypes import ELEMENT_TYPES

#: Windows of few lines, of many, and of a row that is combined by doubling.
WINDOWS = (
    cases.Case("halving", (1, 3, 7, 141), (2, 2), (2, 2)),
    cases.Case("padded", (1, 3, 7, 141), (3, 3), (2, 2), 1),
    cases.Case("tall", (1, 3, 19, 73), (13, 5), (1, 1)),
    cases.Case("long", (1, 2, 5, 97), (3, 17), (1, 2), ((0, 1), (8, 8))),
    cases.Case("solid", (1, 2, 4, 5, 71), (2, 2, 2), (2, 2, 2)),
)


@dataclass(frozen=True)
class Window:
    """One window that slides, with a skeleton, a mode and a dtype."""

    skeleton: Skeleton
    window: cases.Case
    mode: str
    indices: bool
    dtype: str

    @property
    def name(self) -> str:
        """All of it."""
        indices = " with indices" * self.indices
        return f"{self.mode} {self.window}{indices} as {self.skeleton} {self.dtype}"

    def run(self) -> None:
        """Compare with the reference.

        Raises:
            AssertionError: an element is not what it must be, or another skeleton ran.
            Skipped: the machine or the device lacks the dtype.
        """
        element = element_here(self.dtype)
        case = fitting(self.skeleton, self.window)
        values = cases.random_values(np.random.default_rng(7), case.shape, element.numpy, "ties")
        check(self.skeleton, case, values, self.mode, indices=self.indices)


def _operators() -> Iterator[Case]:
    for operator, element in product(OPERATORS, ELEMENT_TYPES.values()):
        if not (operator.floats if element.is_float else operator.integers):
            continue
        for variant, last in product(("rows", "direct"), (False, True)):
            yield Case(element.name, (Call(operator, "", variant, last, whole=True),))


def _windows() -> Iterator[Window]:
    for (skeleton, mode, indices), dtype in product(combinations(), ELEMENT_TYPES):
        # The other skeletons are the same for every window.
        for window in WINDOWS if skeleton.template == "rows" else WINDOWS[1::3]:
            yield Window(skeleton, window, mode, indices, dtype)


EVERYTHING: tuple[Case | Window, ...] = (*CHOSEN, *_windows(), *_operators())
