"""CLPOOL_RECORD: the calls of a program as lines of a file."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import clpool
from clpool.errors import ArgumentValueError
from clpool.ops.recorder import Recorder, literal
from clpool.ops.signature import FUNCTIONS
from clpool.worker.recorded import read_calls

PROGRAM = """
import logging, numpy as np, clpool
import pyopencl.array as cla
from clpool.runtime.device import default_queue
logging.basicConfig(format="LOG %(message)s")
x = np.ones((1, 3, 8, 8), np.float32)
on_device = cla.to_device(default_queue(), x)
for size in (np.int64(2), 2, 2):
    clpool.max_pool2d(x, size, stride=[2, 2], out=np.empty((1, 3, 4, 4), np.float32))
clpool.max_pool2d(on_device, 2, stride=(2, 2), queue=default_queue())
clpool.nn.MaxPool2d(2)(x[:, :, ::-1].transpose(0, 1, 3, 2))
clpool.max_pool2d(x, 2, index_dtype=np.int32)
clpool.soft_pool2d_backward(x[..., :4, :4], x, 2)
clpool.stochastic_pool2d(x, 2, seed=4)
clpool.stochastic_pool2d(x, 2, seed=5)
clpool.pool(x, (2, 2), "avg")
clpool.lp_pool2d(x, float("inf"), 2)
for wrong in (0, "2"):
    try:
        clpool.max_pool2d(x, wrong)
    except Exception:
        pass
"""

EXPECTED = {
    "max_pool2d(float32[1, 3, 8, 8], 2, (2, 2))": 4,
    "max_pool2d(float32[1, 3, 8, 8].order(0, 1, 3, 2), 2)": 1,
    "max_pool2d(float32[1, 3, 8, 8], 2, index_dtype='int32')": 1,
    "soft_pool2d_backward(float32[1, 3, 4, 4], float32[1, 3, 8, 8], 2)": 1,
    "stochastic_pool2d(float32[1, 3, 8, 8], 2)": 2,
    "pool(float32[1, 3, 8, 8], (2, 2), 'avg')": 1,
    "lp_pool2d(float32[1, 3, 8, 8], inf, 2)": 1,
}


def run(path: str) -> subprocess.CompletedProcess[str]:
    """The program with its record in a file."""
    env = {**os.environ, "CLPOOL_RECORD": path}
    command = [sys.executable, "-c", PROGRAM]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=True, timeout=120)


def test_a_program_is_recorded(tmp_path: Path) -> None:
    """Each kind of call, and its count in lines of powers of two; what calls make is left out."""
    path = tmp_path / "calls.jsonl"
    for runs in (1, 2):
        assert run(str(path)).stderr == ""
        found = {str(call): count for call, count in read_calls(path)}
        assert found == {text: runs * count for text, count in EXPECTED.items()}
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    often = [line["count"] for line in lines if line["call"] == lines[0]["call"]]
    assert often == [1, 1, 2] * 2
    assert len(lines) == 2 * (len(EXPECTED) + 3)


def test_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    """One warning, and results as ever."""
    done = run(str(tmp_path))
    assert done.stderr.count("LOG CLPOOL_RECORD: calls are not recorded") == 1
    assert done.stderr.count("\n") == 1


def test_nothing_is_wrapped_without_it() -> None:
    """Public functions are the operators themselves, but for arrays of other libraries."""
    if "CLPOOL_RECORD" in os.environ:
        pytest.skip("calls of this process are recorded")
    operators = [function.__wrapped__ for function in FUNCTIONS.values()]
    assert not any(hasattr(operator, "__wrapped__") for operator in operators)
    assert FUNCTIONS["max_pool2d"] is clpool.max_pool2d


def counts(path: Path) -> Counter[str]:
    """The counts of a file's lines."""
    found: Counter[str] = Counter()
    for line in path.read_text("utf-8").splitlines():
        entry = json.loads(line)
        found[entry["call"]] += entry["count"]
    return found


def named(x: Any, size: int) -> int:
    """A function of an array."""
    if size < 0:
        raise ArgumentValueError("size")
    return size


def test_threads_and_forked_children_are_counted(tmp_path: Path) -> None:
    """No call is lost or counted twice; one that raises is not counted."""
    recorder = Recorder(str(tmp_path / "calls.jsonl"))
    function, x = recorder.recorded(named), np.ones((2, 3), np.int8)

    def work() -> None:
        for size in (1, 2) * 50:
            function(x, size)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with pytest.raises(ArgumentValueError):
        function(x, -1)
    child = Recorder(recorder.path)
    child._counts = dict(recorder._counts)
    child.forget()
    for one in (child.recorded(named)(x, 2), child.recorded(named)(x, 2)):
        assert one == 2
    child.finish()
    recorder.finish()
    recorder.finish()
    expected = {"named(int8[2, 3], 1)": 200, "named(int8[2, 3], 2)": 202}
    assert counts(tmp_path / "calls.jsonl") == expected


POOL = """
import multiprocessing, sys
import numpy as np
from clpool.ops.recorder import recorded

@recorded
def named(x, size):
    return size

def work(size):
    return named(np.ones((2, 3), np.int8), size)

if __name__ == "__main__":
    method, end = sys.argv[1:]
    pool = multiprocessing.get_context(method).Pool(2)
    pool.map(work, (1, 2, 3) * 33, chunksize=7)
    getattr(pool, end)()
    pool.join()
"""


@pytest.mark.parametrize("end", ["close", "terminate"])
@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_processes_of_a_pool_are_counted(tmp_path: Path, method: str, end: str) -> None:
    """Every call where they end by themselves, more than half of them where they are killed."""
    path, program = tmp_path / "calls.jsonl", tmp_path / "program.py"
    program.write_text(POOL, encoding="utf-8")
    env = {**os.environ, "CLPOOL_RECORD": str(path)}
    command = [sys.executable, str(program), method, end]
    subprocess.run(command, env=env, check=True, timeout=120)
    found = counts(path)
    assert found.keys() == {f"named(int8[2, 3], {size})" for size in (1, 2, 3)}
    least = 33 if end == "close" else 17
    assert all(least <= count <= 33 for count in found.values())


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (np.int32(3), 3),
        (np.bool_(True), True),
        (np.float32(0.5), 0.5),
        ([np.int64(1), (2, None)], (1, (2, None))),
        (np.array([1, 2]), (1, 2)),
        (np.array(3), 3),
        (np.int32, "int32"),
        (np.dtype("float16"), "float16"),
        (np.str_("same"), "same"),
    ],
    ids=repr,
)
def test_literals(value: Any, expected: Any) -> None:
    """Numbers of numpy, lists and dtypes become plain values."""
    found = literal(value)
    assert found == expected
    assert type(found) is type(expected)


def test_objects_have_no_literal() -> None:
    """A call with any other object is not recorded."""
    with pytest.raises(TypeError):
        literal(object())
