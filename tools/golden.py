"""Write the generated sources that tests/codegen/golden keeps: ``python -m clpool.tools.golden``.

A change of a template shows there as a difference that a reviewer reads.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from clpool.codegen.render import render
from clpool.codegen.spec import KernelSpec
from clpool.dtypes import ELEMENT_TYPES
from clpool.families import GRADIENTS, UNPOOL, UNPOOL_BACKWARD, median, weighted
from clpool.modes import MODES

#: Where the sources lie, in a checkout.
FOLDER = Path(__file__).resolve().parent.parent / "tests" / "codegen" / "golden"


def _spec(
    mode: str, kernel: tuple[int, ...], stride: tuple[int, ...], dtype: str, **options: object
) -> KernelSpec:
    element = ELEMENT_TYPES[dtype]
    settings = {"dilation": (1,) * len(kernel), "out": element, **options}
    known = {**GRADIENTS, **MODES, "unpool": UNPOOL, "unpool_backward": UNPOOL_BACKWARD}
    known |= {"median": median(False), "mean_median": median(True)}
    known["soft"] = weighted("soft", "window_mean")
    return KernelSpec(known[mode], kernel, stride, dtype=element, **settings)  # type: ignore[arg-type]


_ROWS = {"variant": "rows", "width": 8}
_LISTED = ((0, 0), (0, 0))
_PLANE: dict[str, Any] = {
    "window": "plane",
    "input_index": "int64",
    "narrow": True,
    "block": (1, 1),
}
_LAST: dict[str, Any] = {"layout": "last", "width": 4}
_COVERING = {**_ROWS, "window": "covering", "input_index": "int64", "phases": (0, 1)}
_ONE: dict[str, Any] = {"narrow": True, "block": (1, 1)}
_BLOCKS = {"variant": "outputs", "narrow": True}
_PLANES: dict[str, Any] = {**_BLOCKS, "window": "listed"}
_PORTIONS: dict[str, Any] = {
    "variant": "group",
    "window": "listed",
    "narrow": True,
    "block": (1, 1),
    "tile": 64,
    "in_portions": True,
}
_TILE = {"variant": "tile", "narrow": True, "tile": 4096}
_COLUMNS: dict[str, Any] = {"variant": "tile", "window": "listed", "tile": 2048}
_CUBE: dict[str, Any] = {"narrow": True, "block": (1, 1, 1)}
_FOURS = {"width": 4, "loads": 4, "alignment_phase": 1}
_TWOS = {"window": "covering", "input_index": "int64", "width": 4, "loads": 2, "alignment_phase": 0}

#: Every skeleton, mode, dialect and class of dtype at least once.
SPECS: tuple[KernelSpec, ...] = (
    _spec("max", (3, 3), (2, 2), "float32", **_ONE),
    _spec("avg", (13, 13), (1, 1), "float32", **_ONE, divisor="valid"),
    _spec("min", (33,), (1,), "float16", block=(1,), index="int64", nan="ignore", dilation=(2,)),
    _spec(
        "sum",
        (2, 2, 2),
        (2, 2, 2),
        "int8",
        **_LAST,
        block=(1, 1, 1),
        out=ELEMENT_TYPES["int32"],
        alignment_phase=0,
    ),
    _spec("max", (2, 2), (2, 2), "uint8", **_LAST, block=(1, 1), index="int32", wide=True),
    _spec("max", (0, 0), (0, 0), "float32", **_ONE, index="int64", window="listed"),
    _spec("select", (0, 0), (0, 0), "float32", **_ONE, window="listed", input_index="int64"),
    _spec("max", (3, 3), (2, 2), "float32", **_ROWS, dialect="clang"),
    _spec("avg", (2, 2), (2, 2), "float64", variant="rows", width=4, divisor="given"),
    _spec("max", (3, 3), (2, 2), "bfloat16", **_ROWS, dialect="clang", index="int64"),
    _spec("avg", (3, 3), (1, 1), "int32", variant="rows", **_LAST, divisor="padded"),
    _spec("select", (3, 3), (2, 2), "float32", **_COVERING, dialect="clang"),
    _spec("min", (25, 13), (1, 2), "float16", **_ROWS, dialect="clang", tile=64),
    _spec(
        "max",
        *_LISTED,
        "float32",
        variant="rows",
        width=4,
        tile=8,
        index="int64",
        dialect="clang",
        window="listed",
    ),
    _spec("avg", *_LISTED, "float16", variant="runs", width=8, divisor="valid", window="listed"),
    _spec("max", (3, 3), (1, 1), "float32", **_BLOCKS, **_FOURS, block=(2, 4)),
    _spec("avg", (2, 2), (2, 2), "uint8", **_BLOCKS, block=(4, 1), divisor="padded"),
    _spec("soft", (2, 2), (2, 2), "float16", **_BLOCKS, **_LAST, block=(1, 1)),
    _spec("min", (3, 3), (2, 2), "float16", **_BLOCKS, **_LAST, block=(1, 1), index="int64"),
    _spec("select", (2, 2), (2, 2), "float32", **_BLOCKS, **_TWOS, block=(2, 4), phases=(0, 0)),
    _spec("mean_median", (3, 3), (1, 1), "float32", **_BLOCKS, **_FOURS, block=(1, 4)),
    _spec("median", (2, 2), (1, 1), "uint8", **_BLOCKS, **_LAST, block=(1, 1)),
    _spec("min", *_LISTED, "uint8", **_PLANES, tile=8, block=(1, 1), index="int64"),
    _spec("select", *_LISTED, "float16", **_PLANES, tile=3, block=(2, 1), input_index="int64"),
    _spec(
        "avg", (0, 0), (0, 0), "float32", **_PLANES, **_LAST, tile=2, block=(4, 1), divisor="valid"
    ),
    _spec("max", (13, 13), (1, 1), "float32", **_TILE, **_FOURS, block=(8, 8)),
    _spec("min", (3, 2, 5), (2, 1, 1), "int8", **_TILE, block=(2, 4, 4), index="int64"),
    _spec("max", (0, 0), (0, 0), "float16", **_ONE, **_COLUMNS, index="int64"),
    _spec("avg", (0, 0, 0), (0, 0, 0), "float32", **_CUBE, **_COLUMNS, divisor="valid"),
    _spec("avg", (32,), (1,), "float16", **_TILE, block=(8,), divisor="valid"),
    _spec(
        "avg",
        (7, 7),
        (7, 7),
        "float32",
        variant="group",
        narrow=True,
        block=(1, 1),
        tile=8,
        divisor="given",
        whole_planes=True,
    ),
    _spec("min", (0, 0), (0, 0), "float16", **_PORTIONS, **_LAST, index="int64"),
    _spec("avg", (0, 0), (0, 0), "uint8", **_PORTIONS, divisor="valid", whole_planes=True),
    _spec("unpool", (2, 2), (2, 2), "uint32", **_BLOCKS, **_TWOS, block=(2, 4), phases=(0, 0)),
    _spec("unpool", (0, 0), (0, 0), "uint16", **_PLANE, variant="group", tile=4096),
    _spec("unpool_backward", (0, 0), (0, 0), "uint32", **_PLANE, **_LAST, variant="outputs"),
)


def path_of(spec: KernelSpec) -> Path:
    """The file that keeps a spec's source."""
    return FOLDER / f"{spec.label}.cl"


def main() -> int:
    """Write every source, and remove those of specs that are gone."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    kept = {path_of(spec) for spec in SPECS}
    for path in set(FOLDER.glob("*.cl")) - kept:
        path.unlink()
    for spec in SPECS:
        path_of(spec).write_text(render(spec), encoding="utf-8")
    print(f"{len(kept)} sources in {FOLDER}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
