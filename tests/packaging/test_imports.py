"""The floors of the house: a package imports from floors below, a module from its left.

The tools stand beside the house: they may import any module of it, in no circle.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from itertools import chain
from pathlib import Path

import pytest

import clpool
import clpool.tools
from clpool.tools.bench import against

PACKAGE = Path(clpool.__file__).parent
ARCHITECTURE = Path(__file__).parents[2] / "docs" / "architecture.md"
TOOLS = Path(*clpool.tools.__path__)

#: Every floor's rooms, the ground first: packages, and the modules of each in their order.
FLOORS: list[dict[str, list[str]]] = [
    {"": ["errors", "dtypes", "modes", "families"]},
    {
        "problem": [
            *("__init__", "window", "listed", "own_window", "arguments", "problem", "forward"),
            *("fractional", "backward", "order_statistics"),
        ],
        "tuning": [
            *("thresholds", "parameters", "choices", "space", "defaults", "__init__"),
            *("keys", "records", "lookup"),
        ],
    },
    {
        "codegen": [
            *(
                "__init__",
                "kernel_arguments",
                "expressions",
                "row_traits",
                "element_traits",
                "labels",
                "spec",
                "gradient_rows",
                "row_groups",
            ),
            *(
                "shuffles",
                "sorting_networks",
                "template_code",
                "template_paths",
                "head_comment",
                "lanes",
                "pruning",
                "item_block",
                "window_runs",
                "render",
                "origins",
            ),
        ],
        "reference": [
            *("precision", "taps", "modes", "flow", "sliding", "sliding_backward"),
            *("fractional", "roi", "lp", "soft", "stochastic", "order_statistics", "unpool"),
            "__init__",
        ],
    },
    {
        "schedule": [
            *("__init__", "device_traits", "geometry", "layout", "streaming"),
            *("placement", "vectors"),
            *("channel_blocks", "flat_blocks", "listed_blocks", "listed_tiles", "teams", "tiles"),
            *("unpooling", "legalise", "launch", "chunks", "shared_reads"),
            *("specialise", "space", "ladder", "family"),
        ]
    },
    {
        "runtime": [
            *("__init__", "memo", "contexts", "uncached", "cpu", "user_folders", "binary_cache"),
            *("pocl_header", "pocl_binary", "pocl_threads"),
            *("missing_device", "device_order", "icd_folders"),
            *("capabilities", "registers", "device", "traits"),
            *("device_key", "record_folder", "tuned"),
            *("device_memory", "result_memory", "arrays", "validate", "programs", "error_flag"),
            *("descent", "launch", "staging", "slots", "pipeline"),
            *("host_binding", "device_binding"),
            *("executors", "plan", "dispatch"),
        ]
    },
    {
        "ops": [
            *("__init__", "parameter_types", "array_form", "exchange", "recorder", "signature"),
            *("plane_extremes", "pool"),
            *("chosen_indices", "sliding", "sliding_backward", "adaptive", "lp"),
            *("order_statistics", "soft", "stochastic", "fractional", "unpool"),
        ]
    },
    {
        "nn": ["module", "sliding", "adaptive", "unpool", "__init__"],
        "worker": [
            *("__init__", "resizing", "call", "recorded", "standard", "arrays"),
            *("windows", "expectation", "expected_gradients", "expected", "canaries"),
            *("rest", "lifeline", "failures", "memory", "edges", "samples", "verification"),
            *("turns", "bandwidth", "steps", "__main__", "process"),
        ],
    },
    {
        "tuner": [
            *("__init__", "bounds", "judge", "tournament", "journal", "lock"),
            *("exports", "kernel_tuner", "derive", "figure"),
            *("workers", "evaluation", "outcome", "reproducer", "search", "session", "start"),
            *("check", "leftovers"),
        ],
        "interop": [
            *("__init__", "conventions", "flax", "keras", "mxnet"),
            *("onnx.attributes", "onnx.places", "onnx.domains", "onnx.operators"),
            *("onnx.backend", "onnx.__init__"),
            *("torch.memory", "torch.shapes", "torch.operators", "torch.kernels"),
            *("torch.gradients", "torch.library", "torch.arguments", "torch.functions"),
            *("torch.modules", "torch.overrides", "torch.dispatcher", "torch.__init__"),
        ],
    },
    {
        "face": [
            *("cli.__init__", "cli.pictures", "cli.images", "cli.explain", "cli.exchange"),
            *("cli.device_option", "cli.window_options", "cli.pool", "cli.source"),
            *(
                "cli.table",
                "cli.progress",
                "cli.tuned",
                "cli.tune",
                "cli.bench",
                "cli.main",
                "__main__",
                "__init__",
            ),
        ]
    },
]

#: Packages whose modules work, and are tested, without pyopencl.
WITHOUT_OPENCL = {"", "problem", "tuning", "codegen", "reference", "schedule"}


def dotted(room: str, module: str) -> str:
    """A module's name inside the package."""
    return module if room in ("", "face") else f"{room}.{module}"


#: Where each module stands: its floor, its room, and its place in the room's order.
PLACES = {
    dotted(room, module): (floor, room, place)
    for floor, rooms in enumerate(FLOORS, 1)
    for room, modules in rooms.items()
    for place, module in enumerate(modules)
}


def modules(folder: Path, *package: str) -> list[str]:
    """Every module in a package's folder, by its dotted name inside clpool."""
    paths = (path.relative_to(folder).with_suffix("") for path in folder.rglob("*.py"))
    return sorted(".".join((*package, *path.parts)) for path in paths)


#: Every module of the house and of the tools.
MODULES = {*PLACES, *modules(TOOLS, "tools")}


def source_of(module: str) -> str:
    """A module's text."""
    package, _, inside = module.partition(".")
    folder, name = (TOOLS, inside) if package == "tools" else (PACKAGE, module)
    return (folder / f"{name.replace('.', '/')}.py").read_text()


def imported(source: str, package: tuple[str, ...] = ()) -> set[str]:
    """What a module of ``clpool.<package>`` imports, clpool's modules as ``clpool.<name>``.

    Imports inside functions count too: they only hide a cycle. Those for the type checker
    alone do not run, and are left out.
    """
    found = set()
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            node.body = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = ("clpool", *package)[: len(package) + 2 - node.level] if node.level else ()
            name = ".".join([*base, *([node.module] if node.module else [])])
            for alias in node.names:
                whole = f"{name}.{alias.name}"
                is_module = {whole, f"{whole}.__init__"} & {f"clpool.{m}" for m in MODULES}
                found.add(whole if is_module else name)
    return found


def own_imports(module: str) -> set[str]:
    """The modules of clpool that one imports, by their names in :data:`MODULES`."""
    found = set()
    for name in imported(source_of(module), tuple(module.split(".")[:-1])):
        first, _, inside = name.partition(".")
        if first == "clpool" and inside != "kernels":
            package = f"{inside}.__init__".removeprefix(".")
            found.add(inside if inside in MODULES else package)
    return found


def test_every_module_has_a_place() -> None:
    """A new module is given a floor and a place, and no list names a module that is gone."""
    assert set(modules(PACKAGE)) == set(PLACES)
    assert len(FLOORS) <= 9


@pytest.mark.parametrize("module", sorted(PLACES))
def test_imports_point_downwards(module: str) -> None:
    """A module imports from lower floors, and in its own room from its left."""
    floor, room, place = PLACES[module]
    for name in own_imports(module):
        assert name in PLACES, name
        below, other, left = PLACES[name]
        assert below < floor or (other == room and left < place), name


def circle(imports: dict[str, set[str]]) -> list[str]:
    """Modules that import each other in turn, the first one again at the end; none: no circle."""
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        return error.args[1]
    return []


def test_no_circle() -> None:
    """No module imports itself by way of others (tools included), nor one that is not there."""
    imports = {module: own_imports(module) for module in MODULES}
    assert set().union(*imports.values()) <= MODULES
    assert circle(imports) == []


def test_circles_are_seen() -> None:
    """The tools' imports are walked like the others, and one arrow back closes a circle."""
    imports = {module: own_imports(module) for module in MODULES}
    assert imports["tools.bench.problems"] >= {"problem.listed", "tools.fuzz.report"}
    assert imports["tools.bench.rivals"] >= {"__init__", "tools.bench.runtimes"}
    imports["tools.fuzz.report"] = {"tools.bench.rivals"}
    assert {"tools.fuzz.report", "tools.bench.rivals"} <= set(circle(imports))


@pytest.mark.parametrize("module", sorted(PLACES))
def test_opencl_is_imported_from_the_runtime_on(module: str) -> None:
    """Windows, modes, specs, rendering and schedules need no pyopencl."""
    if PLACES[module][1] in WITHOUT_OPENCL:
        found = imported(source_of(module))
        assert not {name for name in found if name.split(".")[0] == "pyopencl"}


def dotted_path(name: str) -> str:
    """A file's module, by its path in the checkout."""
    return ".".join(Path(name).with_suffix("").parts)


def test_a_process_of_another_revision_has_its_tools() -> None:
    """The files laid out beside another revision are all that its process imports, and no more."""
    files = {f"tools.{dotted_path(name)}": dotted_path(f) for name, f in against.TOOLS.items()}
    needed = {"tools.bench.version"}
    there = {m: own_imports(file.removeprefix("clpool.")) for m, file in files.items()}
    while more := set().union(*(there[module] for module in needed)) - needed - {"__init__"}:
        needed |= more
    needed |= {f"{module.rpartition('.')[0]}.__init__" for module in needed} | {"tools.__init__"}
    assert {*files} == needed


def test_upward_imports_are_seen() -> None:
    """The walk finds relative and absolute imports, in functions too, but not those for types."""
    source = """
from __future__ import annotations
import numpy as np
from typing import TYPE_CHECKING
from .plan import Plan
from . import programs
from ..ops import pool
def late():
    from clpool.nn.sliding import MaxPool2d
if TYPE_CHECKING:
    from ..cli.main import main
"""
    found = imported(source, ("runtime",))
    assert found >= {"clpool.runtime.plan", "clpool.runtime.programs", "clpool.ops.pool", "numpy"}
    assert "clpool.nn.sliding" in found
    assert not any("cli" in name for name in found)


def test_rooms_are_in_a_written_order() -> None:
    """No module stands in two places."""
    listed = [
        dotted(room, module)
        for room, modules in chain.from_iterable(rooms.items() for rooms in FLOORS)
        for module in modules
    ]
    assert len(listed) == len(set(listed))


@pytest.mark.skipif(not ARCHITECTURE.is_file(), reason="needs the checkout's docs")
def test_the_floors_are_those_of_the_architecture() -> None:
    """docs/architecture.md has a row for every floor, with the rooms that stand on it."""
    text = ARCHITECTURE.read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d) \| (.*?) \| .* \| .* \|$", text, re.M)
    told = {int(floor): set(re.findall(r"`(\w+)`", rooms)) for floor, rooms in rows}
    inside = {"": {*FLOORS[0][""]}, "face": {"cli", "__init__", "__main__"}}
    here = {
        floor: set().union(*(inside.get(room, {room}) for room in rooms))
        for floor, rooms in enumerate(FLOORS, 1)
    }
    assert told == here


def test_importing_clpool_does_not_import_the_extras() -> None:
    """Pillow, tqdm and matplotlib stay unimported until an image is read; frameworks always."""
    extras = {"PIL", "tqdm", "matplotlib", "torch", "onnx", "clpool.interop"}
    code = f"import sys, clpool; print(sorted({extras} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout.strip() == "[]"
