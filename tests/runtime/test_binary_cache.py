"""The cache of binaries: between processes, damaged, in the hands of others, or missing."""

from __future__ import annotations

import hashlib
import logging
from collections import Counter
from pathlib import Path

import numpy as np
import pyopencl as cl
import pytest
from cases import assert_exact, random_values
from processes import forget, python

import clpool
from clpool import reference
from clpool.problem.window import SlidingWindow
from clpool.runtime import binary_cache, capabilities, device, programs

WINDOW = SlidingWindow.of(2, 3, 2, 1)

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


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty folder of binaries, and a memory without programs and plans."""
    monkeypatch.setenv("CLPOOL_CACHE_DIR", str(tmp_path / "binaries"))
    forget(monkeypatch)
    return tmp_path / "binaries"


def check_pooling() -> None:
    """One call, compared with the reference."""
    x = random_values(np.random.default_rng(0), (2, 3, 9, 11), np.float32, "special")
    assert_exact(clpool.max_pool2d(x, 3, 2, 1), reference.pool(x, WINDOW, "max"))


def test_a_second_process_compiles_nothing(tmp_path: Path) -> None:
    """What one process compiled, the next one loads; nothing is printed or written besides."""
    for second in (False, True):
        done = python(POOLING.format(second=second), CLPOOL_CACHE_DIR=tmp_path / "cache")
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
