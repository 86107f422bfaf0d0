"""Plans that take the winner of a record: when they do, and that none of them fails."""

from __future__ import annotations

import json
import logging
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import pyopencl.array as cla
import pytest
from cases import assert_exact
from driver import CODES, SHAPE, WINDOW, Driver, drawn, is_scalar, pooled

import clpool
from clpool import reference, tuning
from clpool.errors import ArgumentValueError
from clpool.runtime import device, dispatch, record_folder, traits, tuned
from clpool.runtime.arrays import layout_of
from clpool.runtime.device_key import key_of
from clpool.runtime.launch import Launch, Launches
from clpool.runtime.plan import Plan
from clpool.schedule.placement import dense_layout
from clpool.tuning.records import Family, Record, SizeClass

pytestmark = pytest.mark.device

#: A choice that no device has by default for these windows.
CHOICE = {"variant": "direct", "width": 1, "group": [8, 2, 1]}


@pytest.fixture(autouse=True)
def _first_warnings(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a process that has warned of nothing, and has made no plan."""
    monkeypatch.setattr(record_folder, "_warned", False)
    monkeypatch.setattr(tuned, "_warned", False)
    monkeypatch.setattr(dispatch, "_plans", {})


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder of records, which is used, and no other."""
    monkeypatch.setattr(tuned, "SHIPPED", tmp_path / "none")
    tuned.use(tmp_path)
    yield tmp_path
    tuned.use(None)


def plan(shape: tuple[int, ...] = SHAPE) -> Plan:
    """A new plan of :data:`WINDOW`, by the function that users call."""
    return clpool.plan(shape, np.float32, (3, 3), stride=(2, 2), padding=(1, 1))


def launches() -> list[Launch]:
    """The launches of all plans of calls."""
    return [launch for made in dispatch._plans.values() for launch in made._launches]


def kept(root: Path, winner: dict[str, Any] | None = CHOICE, **values: Any) -> Path:
    """A record of the plan's family, size and device, which is read from now on."""
    problem, unit = plan().problem, device.default_device()
    family, size, _ = tuned.lookup(problem, unit, dense_layout(problem))
    path = tuned.write(root, replace(Record(key_of(unit), family, size, winner), **values))
    tuned.reload()
    return path


def default_label() -> str:
    """The name of the default kernel."""
    return Plan(plan().problem, device.default_queue(), {}).label


def test_a_winner_runs(root: Path) -> None:
    """A plan that is made after a record is written takes its kernel; the results are the same."""
    assert plan().label == default_label()
    pooled(drawn())
    kept(root)
    assert plan().variant == "direct"
    assert plan().label != default_label()
    pooled(drawn())
    before, launch = launches()
    assert (before.spec.label, launch.spec.label) == (default_label(), plan().label)
    assert prod(launch.chunks[0].group) == 16


def test_items_are_those_of_the_units(root: Path) -> None:
    """Work-items of a unit are multiplied by the units of the device at hand."""
    kept(root, {"variant": "direct", "width": 1, "items_per_unit": 3})
    problem, queue = plan().problem, device.default_queue()
    override = tuned.override_for(problem, queue.device, dense_layout(problem))
    assert override["items"] == 3 * traits.traits_of(queue.device).units


def test_arrays_of_the_device(root: Path) -> None:
    """Plans of pyopencl arrays take the same records."""
    kept(root)
    x = drawn()
    found = clpool.max_pool2d(cla.to_device(device.default_queue(), x), 3, 2, 1)
    assert_exact(found.get(), reference.pool(x, WINDOW, "max"))
    assert [launch.spec.label for launch in launches()] == [plan().label]
    assert plan().variant == "direct"


def test_forced_parameters_win(root: Path) -> None:
    """What is forced is not mixed with a record, and an empty override is no record either."""
    kept(root)
    with tuning.forced(items=5):
        assert plan().label == default_label()
    assert plan().label != default_label()
    assert (
        Launches(plan().problem, device.default_queue(), {}).dense_spec().label == default_label()
    )


def test_null_is_the_default_kernel(root: Path) -> None:
    """A record without a winner keeps the default kernel."""
    kept(root, None)
    assert plan().label == default_label()


@pytest.mark.parametrize(("bits", "taken"), [("same", True), ("bounded", False)])
def test_settings(bits: str, taken: bool, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """CLPOOL_TUNING=off uses no record, exact those alone whose winners change no bits."""
    monkeypatch.setenv("XDG_DATA_HOME", str(root))
    kept(root / "clpool" / "tuning", bits=bits)
    tuned.use("")
    assert plan().label != default_label()
    tuned.use("exact")
    assert (plan().label != default_label()) == taken
    tuned.use("off")
    assert plan().label == default_label()
    assert tuned.stores() == []


def test_other_settings_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A word or a file is no folder; the path of a new folder may be one."""
    file = tmp_path / "file"
    file.touch()
    for wrong in ("exakt", str(file), "Off"):
        with pytest.raises(ArgumentValueError, match=r"is no folder; allowed: off, exact,"):
            tuned.use(wrong)
    assert tuned.setting().off
    monkeypatch.setenv("CLPOOL_TUNING", "exakt")
    tuned.reload()
    try:
        with pytest.raises(ArgumentValueError, match="CLPOOL_TUNING 'exakt'"):
            clpool.max_pool2d(drawn(), 3, 2, 1)
        tuned.use(tmp_path / "new")
        assert tuned.user_folder() == tmp_path / "new"
        pooled(drawn())
        assert not (tmp_path / "new").exists()
    finally:
        monkeypatch.undo()
        tuned.use(None)


def test_a_setting_makes_other_plans(root: Path) -> None:
    """Plans of other records are kept apart: the state is a part of their keys."""
    for number, change in enumerate((lambda: None, tuned.reload, lambda: tuned.use("off")), 1):
        change()
        pooled(drawn())
        pooled(drawn(1))
        assert len(dispatch._plans) == number


def test_broken_records_change_nothing(root: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A file that is no record is set aside with one warning, and the default kernel runs."""
    path = kept(root)
    path.write_text("{")
    with caplog.at_level(logging.WARNING, "clpool"):
        assert plan().label == default_label()
        pooled(drawn())
    assert [os.path.basename(name) for name in os.listdir(path.parent)] == [f"{path.name}.aside"]
    assert len(caplog.records) == 1


def test_stale_records_change_nothing(root: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Nor does a record of another revision."""
    path = kept(root)
    found = json.loads(path.read_text())
    path.write_text(json.dumps({**found, "revision": found["revision"] + 1}))
    with caplog.at_level(logging.WARNING, "clpool"):
        pooled(drawn())
        assert plan().label == default_label()
    assert "revision is 2; allowed: 1" in caplog.text
    assert len(caplog.records) == 1


@pytest.mark.parametrize("how", ["builds", "launches"])
def test_a_refused_winner_falls_back(
    how: str, root: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A tuned kernel that the device refuses is replaced by the default one, with a warning."""
    kept(root)
    driver = Driver(monkeypatch)
    default = default_label()
    if is_scalar(default):
        pytest.skip("the default kernel here is as simple as the tuned one")
    if how == "builds":
        driver.builds = is_scalar
    else:
        driver.launches = lambda label, *launch: CODES.INVALID_WORK_GROUP_SIZE * is_scalar(label)
    with caplog.at_level(logging.WARNING, "clpool"):
        for seed in range(2):
            pooled(drawn(seed))
    assert len(driver.refused) == 1
    assert [label for label, *_ in driver.launched] == [default, default]
    assert len(caplog.records) == 1
    assert f"taking {default}" in caplog.text
    assert plan().label == default


def test_a_choice_that_no_schedule_takes(
    root: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Any error of a choice is a warning, and the default kernel runs."""
    kept(root)
    wrong = {"registers": "many"}
    monkeypatch.setattr(tuned, "override_of", lambda choice, units: wrong if choice else {})
    with caplog.at_level(logging.WARNING, "clpool"):
        pooled(drawn())
        pooled(drawn(shape=(2, 3, 34, 46)))
        assert plan().label == default_label()
    assert [record.getMessage().partition(":")[0] for record in caplog.records] == [
        "a tuned choice is ignored"
    ]


def test_layouts_have_records_of_their_own(root: Path) -> None:
    """A record of rows serves no channels-last array."""
    kept(root)
    x = np.ascontiguousarray(drawn().transpose(0, 2, 3, 1)).transpose(0, 3, 1, 2)
    pooled(x)
    (launch,) = launches()
    assert launch.spec.label != plan().label
    problem, unit = plan().problem, device.default_device()
    family, _, found = tuned.lookup(problem, unit, layout_of(problem, x))
    assert (family.facts["layout"], found.choice) == ("last", None)


@pytest.fixture
def operations(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How many folders are listed and how many files are read."""
    counts: Counter[str] = Counter()
    listed, read = os.listdir, Path.read_bytes

    def listing(path: Any) -> list[str]:
        counts["listed"] += 1
        return listed(path)

    def reading(path: Path) -> bytes:
        counts["read"] += 1
        return read(path)

    monkeypatch.setattr(record_folder.os, "listdir", listing)
    monkeypatch.setattr(Path, "read_bytes", reading)
    return counts


def test_no_records_cost_nothing(root: Path, operations: Counter[str]) -> None:
    """Each folder of records is looked into once, whatever is planned."""
    for length in (20, 30, 40):
        _ = plan((1, 1, length, length)).label
    assert operations == {"listed": 2}


def test_many_records_cost_little(root: Path, operations: Counter[str]) -> None:
    """Of a thousand records the one that serves is read, and none for a plan like it."""
    record = Record.from_json(json.loads(kept(root).read_bytes()))
    for number in range(40):
        family = Family.of(f"family {number}", {"number": number})
        for row in range(25):
            size = SizeClass(row, 0, 0)
            path = root.joinpath(*replace(record, family=family, size=size).path)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
    tuned.reload()
    operations.clear()
    assert plan().variant == "direct"
    assert operations == {"listed": 2, "read": 1}
    operations.clear()
    dispatch._plans.clear()
    assert plan().variant == "direct"
    assert not operations
