"""The command `clpool tuned explain`: every step of the lookup of a call."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tuned_command import said

import clpool
from clpool.runtime import capabilities, device, tuned
from clpool.runtime.device_key import key_of
from clpool.runtime.record_folder import write
from clpool.schedule.placement import dense_layout
from clpool.tuning.records import Record

CALL = "max_pool2d(float32[2, 3, 33, 47], 3, 2, 1)"
DEFAULT = "used    the default kernel: no record"

pytestmark = pytest.mark.device


def of_no_record() -> list[str]:
    """The lines of a default kernel: a GPU's follows from a model."""
    if capabilities.device_class(device.default_device()) != "gpu":
        return [DEFAULT]
    return [DEFAULT, "note    the defaults of GPUs follow from a model: no card was measured"]


def test_explain(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each step of the lookup is a line: of no records, of one that serves, of one set aside."""
    plan = clpool.plan((2, 3, 33, 47), np.float32, (3, 3), stride=(2, 2), padding=(1, 1))
    unit = device.default_device()
    family, size, _ = tuned.lookup(plan.problem, unit, dense_layout(plan.problem))
    before = said(capsys, "explain", CALL).splitlines()
    none = [
        "        this device and driver: no records",
        "        this device, another driver: no records",
        "        its architecture and class of units: no records",
    ]
    assert before[:3] == [
        f"call    {CALL}",
        f"device  {key_of(unit)}",
        f"family  {family.label} ({family.digest})",
    ]
    assert before[3].startswith(f"size    {size}: ")
    assert before[4:] == [
        f"user    {root}",
        *none,
        f"shipped {tuned.SHIPPED}",
        *none,
        *of_no_record(),
        f"kernel  {plan.label}",
    ]
    choice = {"variant": "direct", "width": 1}
    path = write(root, Record(key_of(unit), family, size, choice))
    tuned.reload()
    after = said(capsys, "explain", CALL).splitlines()
    assert after[:5] == before[:5]
    assert after[5:-1] == [
        f"        this device and driver: size {size}, the same, on {key_of(unit)}",
        f"shipped {tuned.SHIPPED}: not asked",
        'used    {"variant":"direct","width":1}: the winner of a record',
    ]
    assert "_direct_v1_" in after[-1]
    path.write_text("{")
    tuned.reload()
    broken = said(capsys, "explain", CALL).splitlines()
    assert broken[-2:] == before[-2:]


def test_explain_of_calls_of_several_kernels(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each kernel of a call has its family, and an empty result none."""
    lines = said(capsys, "explain", "stochastic_pool2d(float32[1, 2, 8, 8], 2, seed=1)")
    assert lines.count("kernel  ") == lines.count("family  ") >= 1
    lines = said(capsys, "explain", "max_pool2d(float32[0, 2, 8, 8], 2)")
    assert lines.endswith("empty   nothing is launched")


def test_explain_of_cases_by_their_names(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A part of a name stands for every case that has it, beside calls."""
    lines = said(capsys, "explain", "tiny", CALL).splitlines()
    assert lines[0] == "call    max_pool2d(float32[1, 3, 8, 8], 2, 2)"
    assert lines[lines.index("") + 1] == f"call    {CALL}"
    text = said(capsys, "explain", "no such case", status=2)
    assert text.startswith("clpool: error: no case is named like 'no such case'; allowed: 'A max")


def test_explain_says_that_records_are_off(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """So that nobody looks for a record that is there."""
    monkeypatch.setenv("CLPOOL_TUNING", "off")
    tuned.reload()
    lines = said(capsys, "explain", CALL).splitlines()
    assert lines[2] == "records off: CLPOOL_TUNING says so, every kernel is the default one"
    assert lines[-1 - len(of_no_record()) : -1] == of_no_record()


def test_explain_of_what_is_no_call(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A mistake in the text is one line."""
    for text in (
        "max_pool2(3)",
        "max_pool2d(float32[1, 8, 8, 8], kernel=2)",
    ):
        assert said(capsys, "explain", text, status=2).startswith("clpool: error: ")
