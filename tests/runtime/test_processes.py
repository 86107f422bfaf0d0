"""Processes and threads: the cache of binaries between them, forks, pickles, missing devices."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import pickle
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from textwrap import dedent

import numpy as np
import pyopencl as cl
import pytest
from cases import assert_exact, random_values

import clpool
from clpool import modes, reference
from clpool.errors import BuildError, ClpoolError, DeviceError
from clpool.problem.window import SlidingWindow
from clpool.runtime import binary_cache, capabilities, device, dispatch, programs

WINDOW = SlidingWindow.of(2, 3, 2, 1)


def run_python(code: str, cache: Path, timeout: float = 120) -> subprocess.CompletedProcess[str]:
    """Another Python process, with a folder for its binaries."""
    return subprocess.run(
        [sys.executable, "-c", dedent(code)],
        env=os.environ | {"CLPOOL_CACHE_DIR": str(cache)},
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


def plain_values(shape: tuple[int, ...] = (2, 3, 9, 11), seed: int = 0) -> np.ndarray:
    """Ties, NaN and infinities."""
    return random_values(np.random.default_rng(seed), shape, np.float32, "special")


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty folder of binaries, and a memory without programs and plans."""
    monkeypatch.setenv("CLPOOL_CACHE_DIR", str(tmp_path / "binaries"))
    forget(monkeypatch)
    return tmp_path / "binaries"


def forget(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a new process does not know."""
    monkeypatch.setattr(programs, "_built", {})
    monkeypatch.setattr(dispatch, "_plans", {})


def check_pooling() -> None:
    """One call, compared with the reference."""
    x = plain_values()
    assert_exact(clpool.max_pool2d(x, 3, 2, 1), reference.pool(x, WINDOW, "max"))


POOLING = """
    import numpy as np, clpool
    from clpool.runtime import programs
    if {second}:
        def refuse(*arguments):
            raise SystemExit("a second process compiled or rendered")
        programs._compile = programs.render = refuse
    x = np.arange(64, dtype=np.float32).reshape(1, 1, 8, 8)
    values, indices = clpool.max_pool2d(x, 2, return_indices=True)
    assert (values.ravel() == indices.ravel()).all() and values[0, 0, -1, -1] == 63
    assert clpool.avg_pool2d(x, 2)[0, 0, 0, 0] == 4.5
    print("right")
"""


def test_a_second_process_compiles_nothing(tmp_path: Path) -> None:
    """What one process compiled, the next one loads; nothing is printed or written besides."""
    for second in (False, True):
        done = run_python(POOLING.format(second=second), tmp_path / "cache")
        assert (done.stdout, done.stderr, done.returncode) == ("right\n", "", 0), second
    kinds = Counter(entry.suffix for entry in (tmp_path / "cache").iterdir())
    probed = int(capabilities.is_pocl(device.default_device()))
    assert kinds == Counter({".bin": 2, ".registers": probed})
    assert (tmp_path / "cache").stat().st_mode & 0o777 == 0o700


def sealed(body: bytes) -> bytes:
    """A cache entry whose checksum is right, whatever its body."""
    return binary_cache._MAGIC + hashlib.sha256(body).digest() + body


def foreign_program() -> bytes:
    """A binary that loads, but holds another kernel."""
    queue = device.default_queue()
    program = cl.Program(queue.context, "kernel void other(global int* y) { *y = 1; }").build()
    out = cl.Buffer(queue.context, cl.mem_flags.READ_WRITE, 4)
    program.other(queue, (1,), (1,), out).wait()
    return program.get_info(cl.program_info.BINARIES)[0]


DAMAGES = {
    "empty": lambda content: b"",
    "a flipped bit": lambda content: content[:-9] + bytes([content[-9] ^ 1]) + content[-8:],
    "truncated": lambda content: content[: len(content) // 2],
    "another format": lambda content: b"clpool0\n" + content[8:],
    "no binary, rightly summed": lambda content: sealed(b"no binary at all"),
    "nothing, rightly summed": lambda content: sealed(b""),
    "another kernel, rightly summed": lambda content: sealed(b"in_w\n" + foreign_program()),
    "no members, rightly summed": lambda content: sealed(
        b"in_v" + content[content.index(b"\n", len(binary_cache._MAGIC) + 32) :]
    ),
}


@pytest.mark.parametrize("damage", list(DAMAGES))
def test_damaged_entries_are_rebuilt(
    fresh: Path, damage: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A corrupt or poisoned entry is dropped with a warning, built anew, and kept again."""
    check_pooling()
    (entry,) = fresh.iterdir()
    entry.write_bytes(DAMAGES[damage](entry.read_bytes()))
    forget(monkeypatch)
    with caplog.at_level(logging.WARNING, "clpool"):
        check_pooling()
    (record,) = caplog.records
    assert str(entry) in record.getMessage()
    assert "building it anew" in record.getMessage()
    kept = entry.read_bytes()
    assert kept == sealed(kept[len(binary_cache._MAGIC) + binary_cache._DIGEST :])
    caplog.clear()
    forget(monkeypatch)
    monkeypatch.setattr(programs, "_compile", lambda *arguments: pytest.fail("compiled again"))
    check_pooling()
    assert not caplog.records


def test_an_entry_that_is_a_link_is_not_followed(
    fresh: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A link in the place of an entry is dropped, what it points to stays."""
    check_pooling()
    (entry,) = fresh.iterdir()
    entry.rename(tmp_path / "elsewhere")
    entry.symlink_to(tmp_path / "elsewhere")
    forget(monkeypatch)
    with caplog.at_level(logging.WARNING, "clpool"):
        check_pooling()
    assert "not a regular file" in caplog.text
    assert (tmp_path / "elsewhere").exists()
    assert not entry.is_symlink()


def test_a_folder_that_others_may_write_is_not_used(
    fresh: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Binaries are neither read from nor kept in a folder that others can write."""
    fresh.mkdir()
    fresh.chmod(0o777)
    with caplog.at_level(logging.WARNING, "clpool"):
        check_pooling()
    assert not list(fresh.iterdir())
    assert f"{fresh} can be written by others" in caplog.text


def test_no_cache_folder_is_no_failure(fresh: Path) -> None:
    """Where no folder can be made, kernels are compiled and not kept."""
    fresh.write_text("a file is in the way")
    check_pooling()
    assert fresh.read_text() == "a file is in the way"


def test_threads_share_a_plan_and_make_their_own(fresh: Path) -> None:
    """Eight threads, each of several shapes and one plan for all, get right results."""
    plan = clpool.plan((2, 3, 33, 47), np.float32, (3, 3), stride=2, padding=1)

    def work(number: int) -> int:
        for turn in range(12):
            shape = (2, 3, 33, 47) if turn % 2 else (1, 2, 20 + number, 30 + turn)
            x = plain_values(shape, 100 * number + turn)
            values = reference.pool(x, WINDOW, "max", return_indices=True)
            if turn % 2:
                assert_exact(plan(x), values[0], "the plan")
            else:
                found = clpool.max_pool2d(x, 3, 2, 1, return_indices=True)
                assert_exact(found[0], values[0], "values")
                assert_exact(found[1], values[1], "indices")
        return number

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(work, range(8))) == list(range(8))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.parametrize("call", ["clpool.max_pool1d(x, 2)", "plan(x)", "clpool.devices()"])
def test_a_forked_child_is_told_so(call: str, tmp_path: Path) -> None:
    """In a forked child every entry raises ForkError, which names spawn, and nothing hangs."""
    code = f"""
        import os, numpy as np, clpool
        from clpool.errors import ForkError
        x = np.arange(8, dtype=np.float32).reshape(1, 1, 8)
        plan = clpool.plan(x.shape, x.dtype, (2,))
        clpool.max_pool1d(x, 2)
        child = os.fork()
        if child == 0:
            status = 1
            try:
                {call}
            except ForkError as error:
                status = 0 if "spawn" in str(error) else 2
            finally:
                os._exit(status)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert clpool.max_pool1d(x, 2).tolist() == [[[1.0, 3.0, 5.0, 7.0]]]
        print("right")
    """
    done = run_python(code, tmp_path / "cache", timeout=60)
    assert (done.stdout, done.returncode) == ("right\n", 0), done.stderr


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_child_forked_before_any_call_works(tmp_path: Path) -> None:
    """Importing clpool starts nothing: a child forked before the first call pools."""
    code = """
        import os, numpy as np, clpool
        child = os.fork()
        if child == 0:
            x = np.arange(8, dtype=np.float32).reshape(1, 1, 8)
            right = clpool.max_pool1d(x, 2).tolist() == [[[1.0, 3.0, 5.0, 7.0]]]
            os._exit(0 if right else 1)
        raise SystemExit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    """
    done = run_python(code, tmp_path / "cache", timeout=60)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("kind", ["MaxPool", "AvgPool"])
@pytest.mark.parametrize("ndim", [1, 2, 3])
def test_modules_pickle(kind: str, ndim: int) -> None:
    """A module that has pooled pickles, and its copy pools the same."""
    module = getattr(clpool.nn, f"{kind}{ndim}d")(3, stride=2, padding=1)
    x = plain_values((2, 3, *(7, 8, 9)[:ndim]))
    expected = module(x)
    copy = pickle.loads(pickle.dumps(module))
    assert repr(copy) == repr(module)
    assert_exact(copy(x), expected, "the copy")


def test_no_platform_and_no_device(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a platform, or with empty ones, the error says so and what to install."""
    platform = device.default_device().platform.name
    monkeypatch.setattr(device, "_chosen", None)
    for name in ("CLPOOL_DEVICE", "PYOPENCL_CTX", "OCL_ICD_VENDORS"):
        monkeypatch.delenv(name, raising=False)

    class Empty:
        name = platform

        def get_devices(self) -> list[cl.Device]:
            raise cl.RuntimeError("clGetDeviceIDs failed: DEVICE_NOT_FOUND")

    def none() -> list[cl.Platform]:
        raise cl.LogicError("clGetPlatformIDs failed: PLATFORM_NOT_FOUND_KHR")

    for platforms, words in ((none, "no platform"), (list, "no"), (lambda: [Empty()], platform)):
        monkeypatch.setattr(cl, "get_platforms", platforms)
        assert clpool.devices() == []
        with pytest.raises(DeviceError, match="no OpenCL device found") as caught:
            clpool.max_pool2d(plain_values(), 2)
        assert words in str(caught.value)
        assert "pip install 'clpool[pocl]'" in str(caught.value)


def test_a_kernel_that_does_not_build(fresh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error of a broken mode has the numbered source, the compiler's log, and the cause."""
    source = '<%def name="combine()">a.value + nowhere_declared</%def>'
    monkeypatch.setattr(modes, "MODES", dict(modes.MODES))
    modes.register(modes.Mode("broken", lambda element, nan: "0", source=source))
    with pytest.raises(BuildError) as caught:
        clpool.pool(plain_values(), (2, 2), "broken")
    message = str(caught.value)
    assert isinstance(caught.value, ClpoolError)
    assert isinstance(caught.value.__cause__, cl.Error)
    assert "\n   1 " in message
    assert message.count("nowhere_declared") >= 2, "in the source, and in the log"
    assert "error" in message
    check_pooling()


def test_numpy_on_the_queue_of_any_device() -> None:
    """queue= chooses where numpy arrays are pooled, on every device there is."""
    for platform in cl.get_platforms():
        for unit in platform.get_devices():
            context = cl.Context([unit])
            queue = cl.CommandQueue(context, unit)
            x = plain_values()
            found = clpool.max_pool2d(x, 3, 2, 1, queue=queue)
            assert_exact(found, reference.pool(x, WINDOW, "max"), unit.name)


def affinities(**variables: str) -> list[list[list[int]]]:
    """The CPUs of the threads that came with the devices, before and after some calls.

    In a process of its own: before the first call, after one on a large array, after its
    repetition, and after one that needs another kernel.
    """
    code = """
        import json, os, numpy as np, clpool
        from clpool.runtime import pocl_threads
        before = pocl_threads.threads()
        clpool.devices()
        born = sorted(pocl_threads.threads() - before)
        x = np.arange(2**20, dtype=np.float32).reshape(16, 256, 256)
        def report():
            print(json.dumps([sorted(os.sched_getaffinity(thread)) for thread in born]))
        report()
        for size in (2, 2, 4):
            n = slice(size - 1, None, size)
            assert (clpool.max_pool2d(x, size) == x[:, n, n]).all()
            report()
    """
    clean = {name: value for name, value in os.environ.items() if name != "POCL_AFFINITY"}
    done = subprocess.run(
        [sys.executable, "-c", dedent(code)],
        env=clean | variables,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_threads_of_pocl_get_a_cpu_each() -> None:
    """While large arrays are pooled again; never where the user has set ``POCL_AFFINITY``."""
    if "Portable" not in clpool.default_device().platform.name:
        pytest.skip("only PoCL's threads are spread")
    cpus = sorted(os.sched_getaffinity(0))
    if len(cpus) == 1 or clpool.default_device().max_compute_units != len(cpus):
        pytest.skip("threads are spread where there are as many as CPUs, and more than one")
    start, once, again, built = affinities()
    pools = len(start) // len(cpus)
    assert pools
    assert start == once == built == [cpus] * len(start)
    assert sorted(again) == sorted([cpu] for cpu in cpus * pools)
    assert all(found == [cpus] * len(start) for found in affinities(POCL_AFFINITY="0"))
