"""What a kept binary is known by: all that its source follows from, and nothing besides."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyopencl as cl
import pytest
from cases import assert_exact
from driver import error
from processes import printed

import clpool
from clpool import modes
from clpool.codegen.render import render
from clpool.runtime import pocl_header, programs, uncached


def test_entries_differ_with_whatever_their_source_follows_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another spec, mode, snippet, identity, template or renderer makes another entry."""

    def entry() -> Path | None:
        return programs._entry(spec, [], unit)

    monkeypatch.setenv("CLPOOL_CACHE_DIR", str(tmp_path / "binaries"))
    unit = clpool.default_device()
    plan = clpool.plan((1, 1, 8, 8), np.float32, (2, 2))
    spec = plain = plan.spec
    found = {entry()}
    assert {entry()} == found
    mode = modes.MODES["max"]
    for changed in (
        replace(plain, kernel=(2, 3)),
        replace(plain, nan="ignore"),
        replace(plain, mode=modes.MODES["min"]),
        replace(plain, mode=replace(mode, identity=lambda element, nan: "0")),
        replace(plain, mode=replace(mode, template=None, source="a snippet")),
        replace(plain, mode=replace(mode, template=None, source="another")),
        replace(plain, mode=replace(mode, options=(("name", "value"),))),
    ):
        spec = changed
        found.add(entry())
    spec = plain
    templates = [*programs._files("clpool.kernels", ".mako")]
    names = {"gpu/direct.mako", "cpu/rows/rows.mako", "modes/max.mako", "dialects/portable.mako"}
    assert {name for name, _ in templates} >= names
    with monkeypatch.context() as patch:
        changed_files = [*templates[:-1], (templates[-1][0], b"new")]
        patch.setattr(programs, "_files", lambda package, suffix: changed_files)
        found.add(entry())
    with monkeypatch.context() as patch:
        patch.setattr(programs, "_CODE", "another")
        found.add(entry())
    with monkeypatch.context() as patch:
        patch.setattr(programs, "_CODE", "")  # no text of the code: by the rendered source
        found.add(entry())
        assert {entry()} < found
    assert len(found) == 11
    assert entry() in found


def test_the_whole_code_is_a_part_of_entries() -> None:
    """Every module that renders, in packages inside the package too."""
    names = {name for name, _ in programs._files("clpool", ".py")}
    assert names >= {"modes.py", "codegen/render.py", "codegen/spec.py", "schedule/geometry.py"}


def test_entries_are_the_same_in_every_process(tmp_path: Path) -> None:
    """Nothing that differs from process to process, such as hashes of strings, makes an entry."""
    code = """
        import numpy as np, clpool
        from clpool.runtime import programs
        plan = clpool.plan((1, 1, 8, 8), np.float32, (2, 2))
        print(programs._entry(plan.spec, [], plan.queue.device).name)
    """
    cache = tmp_path / "cache"
    found = {printed(code, CLPOOL_CACHE_DIR=cache, PYTHONHASHSEED=seed) for seed in "123"}
    assert len(found) == 1


@pytest.mark.of_cpus("kernels of GPUs call functions of the header")
@pytest.mark.parametrize("fails", [False, True])
def test_pocl_reads_its_header_only_where_it_is_needed(
    fails: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A plain maximum is built without, or with it where that fails; roots are built with it."""
    monkeypatch.setattr(programs, "_built", {})
    tried: list[bool] = []
    built = programs._built_quietly

    def noted(program: cl.Program, unit: cl.Device, options: list[str]) -> cl.Program:
        if not options:  # a binary
            return built(program, unit, options)
        tried.append(pocl_header.GUARD in options)
        if fails and tried[-1]:
            raise cl.LogicError("as another PoCL might")
        return built(program, unit, options)

    monkeypatch.setattr(programs, "_built_quietly", noted)
    x = np.arange(64, dtype=np.float32).reshape(1, 1, 8, 8)
    plan = clpool.plan(x.shape, x.dtype, (2, 2))
    assert_exact(plan(x), x[..., 1::2, 1::2])
    pocl = "Portable Computing" in plan.queue.device.platform.name
    assert tried == ([True, False] if pocl and fails else [pocl])
    del tried[:]
    clpool.lp_pool2d(x[..., 1:, fails:], 2, 2)  # each time another shape, so another plan
    assert tried == [False]


def test_a_program_without_its_kernel_is_built_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """PoCL 3.0's cache may answer with one: then code that no cache has seen is built."""
    plan = clpool.plan((1, 1, 8, 8), np.float32, (2, 2))
    unit = plan.queue.device
    if "Portable Computing" not in unit.platform.name:
        pytest.skip("asks PoCL's cache")
    found, tried = uncached.kernel, []

    def lost_at_first(program: cl.Program, name: str) -> cl.Kernel:
        tried.append(program)
        if len(tried) == 1:
            raise error(cl.status_code.INVALID_KERNEL_NAME, "clCreateKernel")
        return found(program, name)

    monkeypatch.setattr(uncached, "kernel", lost_at_first)
    label = plan.spec.label
    built = programs._compile(render(plan.spec), [], plan.queue.context, unit, label)
    assert built is tried[1]
    assert tried[1]._source.startswith(tried[0]._source + "typedef")
