"""Homes that cannot be written, caches that are damaged: results are the same, nothing is said."""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import numpy as np
import pyopencl as cl
import pytest
from processes import forget, printed

import clpool
from clpool.runtime import capabilities, programs, registers, uncached

POOLING = """
    import numpy as np, clpool
    x = np.arange(64, dtype=np.float32).reshape(1, 1, 8, 8)
    values, indices = clpool.max_pool2d(x, 2, return_indices=True)
    assert (values == indices).all() and values[0, 0, -1, -1] == 63
"""
ON_DEVICE = """
    import pyopencl.array as cla
    from clpool.runtime import device
    y = cla.to_device(device.default_queue(), x)
    pooled = clpool.max_pool2d(y, 2).get()
    assert (pooled == values).all()
    none = cla.Array(y.queue, (1, 2, 0, 3), np.float32)
    assert not clpool.adaptive_avg_pool2d_backward(none, (1, 2, 4, 6)).get().any()
"""
PYOPENCLS = """
    import warnings
    import pyopencl as cl
    from clpool.runtime import device
    queue = device.default_queue()
    out = np.zeros(4, np.int32)
    buffer = cl.Buffer(queue.context, cl.mem_flags.WRITE_ONLY, out.nbytes)
    warnings.simplefilter("ignore")
    source = "kernel void one(global int* y) { y[get_global_id(0)] = 1; }"
    cl.Program(queue.context, source).build().one(queue, (4,), None, buffer)
    cl.enqueue_copy(queue, out, buffer)
    assert (out == 1).all()
"""


def python(code: str, home: Path, *before: str, **variables: str) -> str:
    """What a process prints of its own, with whatever it caches below a home.

    Args:
        code: what it runs, blocks of lines.
        before: a command that runs it.
        variables: of the environment, "unset" for none.
    """
    plain = {name: value for name, value in os.environ.items() if name != "CLPOOL_CACHE_DIR"}
    own = {"HOME": str(home), "XDG_CACHE_HOME": str(home / "cache")}
    own |= {
        "POCL_CACHE_DIR": str(home / "pocl"),
        "CLPOOL_CACHE_DIR": str(home / "binaries"),
    }
    done = subprocess.run(
        [*before, sys.executable, "-c", dedent(code)],
        env={n: value for n, value in (plain | own | variables).items() if value != "unset"},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def reading_only(folder: Path) -> list[str]:
    """What runs a command that can only read a folder, the user root too."""
    if os.getuid() != 0:
        folder.chmod(0o555)
        return []
    mounted = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"'
    before = ["unshare", "--mount", "sh", "-c", mounted, str(folder)]
    if not shutil.which("unshare") or subprocess.run([*before, "true"], check=False).returncode:
        pytest.skip("no mount of one's own here")
    return before


@pytest.mark.parametrize("folder", ["/dev/null/home", "/proc/home", "unset"])
def test_a_home_that_cannot_be_written(tmp_path: Path, folder: str) -> None:
    """Neither clpool's own binaries nor what pyopencl keeps are missed; nothing is printed."""
    variables = dict.fromkeys(["HOME", "XDG_CACHE_HOME"], folder) | {"CLPOOL_CACHE_DIR": "unset"}
    assert python(POOLING + ON_DEVICE, tmp_path, **variables) == ""


def test_an_empty_name_of_pocls_cache(tmp_path: Path) -> None:
    """It is as if there were none; some releases of PoCL would end the process."""
    assert python(POOLING, tmp_path, POCL_CACHE_DIR="") == ""


def test_pyopencl_keeps_nothing_of_clpools(tmp_path: Path) -> None:
    """A process that pools writes clpool's binaries, and what the driver keeps."""
    assert python(POOLING, tmp_path) == ""
    assert len(list((tmp_path / "binaries").glob("*.bin"))) == 1
    assert not list(tmp_path.rglob("*pyopencl*"))


def test_what_pyopencl_keeps_is_damaged(tmp_path: Path) -> None:
    """Pooling does not read it; a program of the user's own afterwards does as it would."""
    assert python("\n    import numpy as np\n" + PYOPENCLS, tmp_path) == ""
    kept = [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]
    assert any("pyopencl" in str(path) for path in kept)
    for path in kept:
        path.write_bytes(b"damaged")
    assert python(POOLING + ON_DEVICE, tmp_path) == ""


def test_a_users_own_kernels_afterwards(tmp_path: Path) -> None:
    """They run after clpool's, wherever pyopencl's caches lie."""
    assert python(POOLING + PYOPENCLS, tmp_path) == ""
    nowhere = dict.fromkeys(["HOME", "XDG_CACHE_HOME"], "/dev/null/home")
    if capabilities.is_pocl(clpool.default_device()):  # with others pyopencl itself raises
        assert python(POOLING + PYOPENCLS, tmp_path, **nowhere) == ""


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="needs the user root")
def test_nobodys_home(tmp_path: Path) -> None:
    """A user whose home nobody knows has no folder of binaries."""
    code = """
    import os
    import platformdirs  # before the user changes: the new one may not read this environment
    from clpool.runtime.binary_cache import cache_folder
    os.setuid(54321)
    print(cache_folder())
    """
    variables = dict.fromkeys(["HOME", "XDG_CACHE_HOME", "CLPOOL_CACHE_DIR"], "unset")
    assert python(code, tmp_path, **variables) == "None\n"


def test_a_bad_entry_in_a_folder_that_can_only_be_read(tmp_path: Path) -> None:
    """It is built anew, each time, and stays."""
    assert python(POOLING, tmp_path) == ""
    kept = sorted((tmp_path / "binaries").iterdir())
    (entry,) = (path for path in kept if path.suffix == ".bin")
    entry.write_bytes(b"bad")
    before = reading_only(entry.parent)
    try:
        assert python(POOLING, tmp_path, *before) == ""
    finally:
        entry.parent.chmod(0o755)
    assert entry.read_bytes() == b"bad"
    assert sorted(entry.parent.iterdir()) == kept


@pytest.fixture
def entry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The entry that a call has kept, with a memory that has forgotten it."""
    registers.register_bytes(clpool.default_device())  # asked once, and not of this folder
    monkeypatch.setenv("CLPOOL_CACHE_DIR", str(tmp_path / "binaries"))
    forget(monkeypatch)
    check_pooling()
    (path,) = (tmp_path / "binaries").iterdir()
    forget(monkeypatch)
    yield path
    forget(monkeypatch)


def check_pooling() -> None:
    """One call, whose result is known."""
    x = np.arange(8, dtype=np.float32).reshape(1, 1, 8)
    assert clpool.max_pool1d(x, 2).tolist() == [[[1.0, 3.0, 5.0, 7.0]]]


@pytest.mark.parametrize("inhabited", [False, True])
def test_an_entry_that_is_a_folder(
    entry: Path, inhabited: bool, caplog: pytest.LogCaptureFixture
) -> None:
    """It is built anew, and kept where the folder could be removed; no draft stays."""
    entry.unlink()
    entry.mkdir()
    if inhabited:
        (entry / "something").touch()
    with caplog.at_level(logging.WARNING, "clpool"):
        check_pooling()
    assert f"dropping the cached binary {entry}" in caplog.text
    assert ("could not keep" in caplog.text) == inhabited
    assert entry.is_dir() == inhabited
    assert list(entry.parent.iterdir()) == [entry]


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="no limits of a process here")
def test_a_write_that_fails_leaves_nothing(tmp_path: Path) -> None:
    """Where the disk is full, say, of which a limit of the process's own stands in."""
    if not capabilities.is_pocl(clpool.default_device()):
        pytest.skip("other runtimes may write files too, and end a process that cannot")
    limited = """
    import resource
    from clpool.runtime import binary_cache, programs
    (built,) = programs._built.values()
    for path in built.entry.parent.iterdir():
        path.unlink()
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64, hard))
    binary_cache.write(built.entry, 128 * b'-')
    """
    assert python(POOLING + limited, tmp_path) == ""
    assert list((tmp_path / "binaries").iterdir()) == []


def test_a_kernel_that_is_not_there_is_an_error_of_opencl() -> None:
    """Past pyopencl's caches a failure is what it was."""
    queue = clpool.runtime.device.default_queue()
    program = cl.Program(queue.context, "kernel void one(global int* y) { *y = 1; }")
    before = cl._PYOPENCL_NO_CACHE
    programs._built_quietly(program, queue.device, [])
    with pytest.raises(cl.LogicError):
        uncached.kernel(program, "two")
    assert before == cl._PYOPENCL_NO_CACHE


def test_records_lie_in_the_users_data(tmp_path: Path) -> None:
    """Below XDG_DATA_HOME, or else below the home folder; pooling makes no folder there."""
    code = """
        import numpy as np, clpool
        from clpool.runtime import tuned
        clpool.max_pool2d(np.ones((1, 1, 4, 4), np.float32), 2)
        print(tuned.setting().user)
    """
    data = {"CLPOOL_TUNING": "", "XDG_DATA_HOME": str(tmp_path)}
    assert printed(code, **data).strip() == str(tmp_path / "clpool" / "tuning")
    assert not (tmp_path / "clpool").exists()
    home = {"CLPOOL_TUNING": "", "HOME": str(tmp_path)}
    place = tmp_path / ".local" / "share" / "clpool" / "tuning"
    assert printed(code, without="XDG_DATA_HOME", **home).strip() == str(place)
