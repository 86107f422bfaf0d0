"""A plugin for pytest: how many kernels the tests build, and that all tests leave no kind out."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import pytest

from clpool.codegen import render
from clpool.codegen.spec import KernelSpec
from clpool.dtypes import ELEMENT_TYPES
from clpool.modes import MODES
from clpool.runtime import capabilities, device, programs

#: The skeletons that take any dtype, those of floats alone, and those of indices; by
#: :attr:`KernelSpec.template`.
SKELETONS = {
    *("outputs", "outputs_listed", "direct", "group", "tile", "tile_listed"),
    *("rows", "rows_down", "rows_running", "rows_listed"),
    *("runs", "channels", "rank", "rank_outputs", "scatter", "scatter_outputs", "scatter_group"),
}
OF_FLOATS = {"rows_covering", "draw", "take", "take_rows", "take_outputs"}
OF_INDICES = {"look", "look_rows"}
#: The bytes of the elements that every skeleton is met with.
SIZES = (1, 4, 8)

#: The marks of runs that have one case at least of every test.
SELECTIONS = ("", "not pairs", "not products")

Kernel = tuple[str, str, str, str]  # label, template, dtype, mode

_built: list[Kernel] = []
_missing: list[str] = []


def pytest_configure() -> None:
    """Note what is built: sources are rendered for nothing else."""

    def rendered(spec: KernelSpec) -> str:
        _built.append((spec.label, spec.template, spec.dtype.name, spec.mode.name))
        return render.render(spec)

    programs.render = rendered


def missing(kernels: list[Kernel]) -> list[str]:
    """The skeletons, dtypes and modes that no kernel is of, each in words."""
    sizes = {(template, ELEMENT_TYPES[dtype].size) for _, template, dtype, _ in kernels}
    skeletons = SKELETONS | OF_FLOATS | OF_INDICES
    wanted = {(s, n) for s in skeletons for n in SIZES if n > 1 or s in SKELETONS}
    absent = set() if find_spec("ml_dtypes") else {"bfloat16"}
    if not capabilities.has_fp64(device.default_device()):
        absent.add("float64")
        wanted -= {(s, 8) for s in OF_FLOATS}
    found = [f"the skeleton {s} with elements of {n} bytes" for s, n in sorted(wanted - sizes)]
    dtypes, modes = ({kernel[place] for kernel in kernels} for place in (2, 3))
    found += [f"the dtype {name}" for name in sorted(set(ELEMENT_TYPES) - absent - dtypes)]
    found += [f"the mode {name}" for name in sorted(set(MODES) - modes)]
    return found + [f"the list of {s}" for s in sorted({s for s, _ in sizes} - skeletons)]


def is_whole(config: pytest.Config) -> bool:
    """Whether one case at least of every test that runs kernels was asked for."""
    option = config.option
    parts = (option.keyword, option.deselect, getattr(option, "lf", False))
    everywhere = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    return everywhere and not any(parts) and option.markexpr in SELECTIONS


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand over to the process that counts, or be it: a run of all that left out some is red."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["kernels"] = _built
    elif is_whole(session.config) and session.exitstatus == pytest.ExitCode.OK:
        _missing.extend(missing(_built))
        if _missing:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take over from another process."""
    _built.extend(map(tuple, getattr(node, "workeroutput", {}).get("kernels", ())))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How many kernels were built, and what none is of."""
    if _built:
        different = len({label for label, *_ in _built})
        line = f"clpool tests built {len(_built)} kernels, {different} different ones"
        terminalreporter.write_line(line)
    for words in _missing:
        terminalreporter.write_line(f"no test has met {words}", red=True)
