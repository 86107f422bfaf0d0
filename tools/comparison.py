"""Write docs/comparison.md: each operator of the registry beside its names in other libraries.

``python -m clpool.tools.comparison``, in a checkout.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path

from clpool.ops.signature import FUNCTIONS

#: The page, in a checkout.
PAGE = Path(__file__).resolve().parent.parent / "docs" / "comparison.md"

#: Libraries in the order of the columns.
LIBRARIES = ("PyTorch", "ONNX", "flax", "Keras", "MXNet")

#: Of operators by their names without axes, the names of other libraries without axes.
ELSEWHERE: dict[str, dict[str, str]] = {
    "max_pool": {
        **{"PyTorch": "max_pool", "ONNX": "MaxPool", "flax": "max_pool"},
        **{"Keras": "MaxPooling", "MXNet": "MaxPool"},
    },
    "avg_pool": {
        **{"PyTorch": "avg_pool", "ONNX": "AveragePool", "flax": "avg_pool"},
        **{"Keras": "AveragePooling", "MXNet": "AvgPool"},
    },
    "min_pool": {"flax": "min_pool"},
    "lp_pool": {"PyTorch": "lp_pool", "ONNX": "LpPool"},
    "adaptive_avg_pool": {"PyTorch": "adaptive_avg_pool"},
    "adaptive_max_pool": {"PyTorch": "adaptive_max_pool"},
    "fractional_max_pool": {"PyTorch": "fractional_max_pool"},
    "max_unpool": {"PyTorch": "max_unpool", "ONNX": "MaxUnpool"},
    "global_avg_pool": {
        **{"ONNX": "GlobalAveragePool", "Keras": "GlobalAveragePooling"},
        "MXNet": "GlobalAvgPool",
    },
    "global_max_pool": {
        **{"ONNX": "GlobalMaxPool", "Keras": "GlobalMaxPooling"},
        "MXNet": "GlobalMaxPool",
    },
    "global_lp_pool": {"ONNX": "GlobalLpPool"},
    "pool": {"flax": "pool"},
}

_HEAD = """\
# Beside other libraries

Every operator of clpool, and its name where a library has one. A name means: clpool gives that
library's numbers under that name, by [clpool](operators.md) and `clpool.nn` for PyTorch's, by
[`clpool.interop`](interop.md) for the others', [ONNX models](onnx.md) included. **Gradient**: there
is a function `..._backward`. **Indices**: `return_indices` gives the places of the taps.

Names are those of `torch.nn.functional`, ONNX's operators, `flax.nnx`, `keras.layers` and
`gluon.nn`. Those of functions and layers end in the number of axes, as `max_pool2d` and
`MaxPooling2D` do; flax's and ONNX's do not. `clpool.nn` has modules of all but `pool`, the global
ones and `fractional_avg_pool`. `python -m clpool.tools.comparison` writes this page from the
registry of functions.

"""


def operators() -> dict[str, list[int]]:
    """The operators without gradients by their names without axes, and the numbers of axes."""
    found: dict[str, list[int]] = {}
    for name in FUNCTIONS:
        if not name.endswith("_backward"):
            base, axes = split(name)
            found.setdefault(base, []).extend(axes)
    return found


def split(name: str) -> tuple[str, list[int]]:
    """A function's name without axes, and their number where it says one."""
    matched = re.fullmatch(r"(.*?)(?:(\d)d)?", name)
    assert matched is not None
    return matched[1], [int(matched[2])] if matched[2] else []


def page() -> str:
    """The text of the page."""
    return _HEAD + "\n".join(_rows()) + "\n"


def _rows() -> Iterator[str]:
    columns = ["clpool", "gradient", "indices", *LIBRARIES]
    yield _row(columns)
    yield "|---" * len(columns) + "|"
    for base, axes in sorted(operators().items()):
        suffix = f"{{{','.join(map(str, sorted(axes)))}}}d" if axes else ""
        first = f"{base}{min(axes)}d" if axes else base
        has_indices = "return_indices" in inspect.signature(FUNCTIONS[first]).parameters
        elsewhere = ELSEWHERE.get(base, {})
        yield _row(
            [
                f"`{base}{suffix}`",
                "yes" if f"{first}_backward" in FUNCTIONS else "",
                "yes" if has_indices else "",
                *(f"`{elsewhere[name]}`" if name in elsewhere else "" for name in LIBRARIES),
            ]
        )


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
