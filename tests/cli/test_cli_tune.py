"""``clpool tune`` and ``clpool bench``: a run from end to end, and what they refuse."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

CALL = "max_pool2d(float32[2, 8, 32, 40], 3, 2, 1)"


def clpool(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the command line with records in a folder."""
    environment = {**os.environ, "CLPOOL_TUNING": str(folder), "TMPDIR": str(folder), **variables}
    command = [sys.executable, "-m", "clpool", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=280)


@pytest.mark.device
def test_a_call_is_tuned_and_explained(tmp_path: Path) -> None:
    """The table has a line, the record is used, and a second run builds nothing."""
    out = tmp_path / "out.json"
    asked = ("tune", CALL, "--effort=quick", "--budget=120", f"--json={out}")
    done = clpool(tmp_path, *asked)
    assert done.returncode == 0, done.stderr
    device, header, heading, *row, summary = done.stdout.splitlines()
    assert device.startswith("device  ")
    assert header.split()[:3] == ["kernels", "launches", "bad"]
    assert heading == f"1/1  {CALL}"
    assert re.match(r" +\d+ +\d+ +0 .* ms .* max 3x3 s2 float32 first: \w+", " ".join(row))
    assert re.match(r"1 families, [01] tuned, 0 wrong, \d+ s, \d+ kernels built; kept in", summary)
    (record,) = json.loads(out.read_text())
    states = {each["state"] for each in record["all"]}
    assert states == {"correct"}
    assert record["tried"] == len(record["all"]) > 10
    assert "default" not in record["duel"].get("choice", "")

    again = clpool(tmp_path, *asked)
    assert again.returncode == 0
    assert "kept from before" in " ".join(again.stdout.split())
    assert " 0 kernels built" in again.stdout

    told = clpool(tmp_path, "tuned", "explain", CALL).stdout
    assert "this device and driver: size" in told
    timed = clpool(tmp_path, "bench", CALL)
    assert timed.returncode == 0, timed.stderr
    words = r"max 3x3 s2 float32 first: [\d.]+ ms, [\d.]+ GB/s, copy [\d.]+ GB/s, \d+% of it; "
    known = r"(tuned: .*|the default kernel stands) ?(, [\d.]+ times as fast )?\(20\d\d-\d\d-\d\d\)"
    assert re.match(words + known, timed.stdout), timed.stdout
    checked = clpool(tmp_path, "tuned", "check")
    assert checked.returncode == 0, checked.stderr
    assert re.search(r"max 3x3 s2 float32 first +(\d\.\d\d .*)?(stands|the default kernel|slower)",
                     checked.stdout), checked.stdout  # fmt: skip


@pytest.mark.device
def test_what_would_be_tried_is_said(tmp_path: Path) -> None:
    """Without building more than the default kernel, and without a record."""
    done = clpool(tmp_path, "tune", CALL, "--dry-run")
    heading, row = done.stdout.splitlines()
    assert heading == f"1/1  {CALL}"
    assert re.fullmatch(r" +\d+ kernels +\d+ launches  max 3x3 s2 float32 first", row)
    assert list(tmp_path.glob("*/*/*.json")) == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("tune", "max_pol2d(float32[1, 2, 8, 8], 2)"), "max_pol2d"),
        (("tune", "no such case"), "no such case"),
        (("tune", CALL, "--budget=0"), "--budget must be more than 0"),
        (("tune", "--calls=/no/such/file"), "/no/such/file"),
        (("tune", CALL, "--effort=some"), "--effort"),
        (("bench", "max_pool2d(float32[0, 2, 8, 8], 2)"), "empty"),
        (("bench", "max_pool2d(float32[1, 2, 8, 8], 0)"), "kernel_size"),
        (("tune", "max_pool2d(float32[1, 2, 8, 8], 30)"), "window's extent 30 (kernel_size 30"),
        (("bench", "max_pool2d(float32[1, 2, 8, 8], 30)"), "window's extent 30 (kernel_size 30"),
        (("tune", "max_pool2d(float31[1, 2, 8, 8], 2)"), "argument 1 has dtype 'float31'"),
        (("tune", "max_pool2d(float32[1, 2, 8, 8, 2)"), "(at character 33)"),
        (("tune", CALL, "--device=nosuch"), "--device 'nosuch' matches no device; there are: 0:"),
        (("tuned", "check", "--device=99"), "--device '99' matches no device; there are: 0:"),
        (("bench", CALL, "--device=nosuch"), "--device 'nosuch' matches no device"),
        (("tuned", "explain", CALL, "--device=99"), "--device '99' matches no device"),
        (("source", "-k2", "--shape=1,2,8,8", "--device=nosuch"), "--device 'nosuch' matches no"),
        (("tune", CALL, "--device="), "--device: ''; allowed: a number or a part of a name"),
    ],
)
def test_mistakes_are_told_in_one_line(
    tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    """With status 2, before anything is built."""
    done = clpool(tmp_path, *arguments)
    assert done.returncode == 2
    lines = done.stderr.splitlines()
    (told,) = [line for line in lines if not line.startswith("waiting for")]  # another test tunes
    assert told.startswith("clpool: error: ")
    assert words in told


def test_no_device_is_told(tmp_path: Path) -> None:
    """With status 1, and how to get one."""
    done = clpool(tmp_path, "tune", CALL, CLPOOL_DEVICE="no such device")
    assert done.returncode in (1, 2)
    assert "no such device" in done.stderr
    assert done.stderr.count("Traceback") == 0
