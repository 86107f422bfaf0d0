"""The compilers' folder, and kernels through the compilers where they are there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from clpool import reference
from clpool.codegen.render import render
from clpool.tools.gpu import compile as compilers
from clpool.tools.gpu import toolchain
from clpool.tools.gpu.arrays import launch_of, value_of
from clpool.tools.gpu.cases import Case
from clpool.tools.gpu.compile import TARGETS, Compiled, Job, compile_all, compiled
from clpool.tools.gpu.counts import emulator
from clpool.tools.gpu.devices import CARDS
from clpool.tools.gpu.toolchain import PACKAGES, WHEELS, Toolchain, ToolchainError

from .conftest import ASSEMBLY

TOOLS = Toolchain.default()
MISSING = TOOLS.missing()
needs_compilers = pytest.mark.skipif(
    bool(MISSING), reason=f"needs the offline compilers; {toolchain.HINT}"
)
SOURCE = (ASSEMBLY / "largest.cl").read_text(encoding="utf-8")


def test_packages_are_known_by_their_files(tmp_path: Path) -> None:
    """All are missing in an empty folder, and each is there once its file is."""
    tools = Toolchain(tmp_path)
    assert tools.missing() == [*PACKAGES, *WHEELS]
    file = tools.root / PACKAGES["libclc-19"]
    file.parent.mkdir(parents=True)
    file.touch()
    assert "libclc-19" not in tools.missing()
    with pytest.raises(ToolchainError, match="missing in"):
        tools.check()


def test_halves_are_rounded_by_an_instruction_of_nvidias() -> None:
    """A function of libclc's is left out; kernels that do not round are compiled as they were."""
    rounding = "vstore_half_rte(a, 0, y); vstore_half8_rte(b, 0, y);"
    found = Job("name", rounding, "sm_86").defines
    assert found == ("-Dvstore_half_rte=vstore_half", "-Dvstore_half8_rte=vstore_half8")
    assert not Job("name", rounding, "gfx1030").defines
    assert not Job("name", SOURCE, "sm_86").defines


def test_an_installation_fetches_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Package by package; it ends with an error where something is still missing."""
    tools, commands = Toolchain(tmp_path), []

    def run(command: list[str], folder: Path) -> None:
        commands.append(command)
        if command[0] == "apt-get":
            (folder / f"{command[-1]}_1_amd64.deb").touch()

    monkeypatch.setattr(toolchain, "_run", run)
    monkeypatch.setattr(toolchain.shutil, "which", lambda name: name)
    found = tools.install()
    assert [next(found) for _ in (*PACKAGES, *WHEELS)] == [*PACKAGES, *WHEELS]
    assert [command[:2] for command in commands[:2]] == [["apt-get", "download"], ["dpkg", "-x"]]
    assert commands[-1][-1] == [*WHEELS][-1]
    with pytest.raises(ToolchainError):
        next(found)
    monkeypatch.setattr(toolchain.shutil, "which", lambda name: None)
    with pytest.raises(ToolchainError, match="needs apt-get and dpkg"):
        next(tools.install())


def test_a_folder_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The variable's, if it is set."""
    monkeypatch.setenv("CLPOOL_GPU_TOOLS", "/some/where")
    assert Toolchain.default().folder == Path("/some/where")
    monkeypatch.delenv("CLPOOL_GPU_TOOLS")
    assert Toolchain.default().folder == Path.home() / ".cache" / "clpool-gpu"


def test_a_known_kernel_is_not_compiled_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same source, options and target are compiled once; none is begun without time."""
    tools, jobs = Toolchain(tmp_path), []

    def compiler(job: Job, *_: object) -> dict[str, str | int]:
        jobs.append(job)
        return {"assembly": f"of {job.target}"}

    monkeypatch.setattr(compilers, "_compiler", lambda target: compiler)
    first, again, other = (Job("k", "text", target) for target in ("skl", "skl", "dg2"))
    assert compile_all([first], tools, 1, 0) == [None]
    assert compiled(first, tools) == compiled(again, tools) == Compiled("k", "skl", "of skl")
    assert compile_all([first, other], tools, 1, 60)[1] == Compiled("k", "dg2", "of dg2")
    assert [job.target for job in jobs] == ["skl", "dg2"]
    (tools.kernels / f"{first.digest}.json").write_text("torn", encoding="utf-8")
    assert compiled(first, tools).assembly == "of skl"


@needs_compilers
@pytest.mark.parametrize("target", TARGETS)
def test_a_kernel_is_compiled(target: str, tmp_path: Path) -> None:
    """For every target; a wrong one's log is kept."""
    job = Job("largest", SOURCE, target)
    assert "largest" in compiled(job, TOOLS).assembly
    wrong = compiled(Job("wrong", SOURCE.replace("int column", "int"), target), TOOLS)
    assert not wrong.assembly
    assert "error" in wrong.error


@needs_compilers
@pytest.mark.parametrize("target", ["sm_75", "sm_86", "sm_90", "gfx90a", "gfx1030"])
@pytest.mark.parametrize(
    ("operator", "dtype", "kernel", "stride", "padding", "last"),
    [
        ("max", "float32", 3, 2, 1, False),
        ("max", "float32", 2, 2, 0, True),
        ("max", "float16", 3, 1, 1, False),
        ("max", "uint8", 2, 2, 0, False),
        ("avg", "uint8", 2, 2, 0, False),
        ("avg", "uint8", 3, 2, 1, True),
        ("max", "float64", 3, 2, 1, False),
        ("median", "float32", 3, 1, 1, False),
    ],
)
def test_executed_kernels_give_the_references_results(
    target: str, operator: str, dtype: str, kernel: int, stride: int, padding: int, last: bool
) -> None:
    """All items of a small launch, executed on the assembly, store what the reference says."""
    case = Case(
        "small", operator, (1, 4, 9, 12), kernel, stride, padding, dtype=dtype, channels_last=last
    )
    spec, parts = case.schedule(CARDS["RTX 3060"].traits, {"group": (8, 4, 1)})
    source = render(spec)
    launch = launch_of(case.problem, spec, parts[0], source)
    run, _ = emulator(compiled(Job(spec.label, source, target), TOOLS))
    bytes_of_y: dict[int, int] = {}
    number = next(n for n, a in enumerate(launch.arguments) if getattr(a, "name", "") == "y")
    for group in np.ndindex(*launch.groups):
        for item in np.ndindex(*launch.group):
            _, memory = run(launch, group, item)
            bytes_of_y |= memory.stored(number)
    element = np.dtype(dtype)
    found = np.frombuffer(bytes(bytes_of_y[at] for at in sorted(bytes_of_y)), element)
    count = int(np.prod(case.problem.shape))
    x = np.array([value_of(place, element) for place in range(count)], element)
    x = x.reshape(case.problem.shape)
    planes = np.moveaxis(x, -1, 1) if last else x
    if operator == "median":
        expected, _ = reference.median_pool(planes, case.window)
    else:
        expected = reference.pool(planes, case.window, operator)
    expected = np.moveaxis(expected, 1, -1) if last else expected
    assert np.array_equal(found, expected.reshape(-1))
