"""Records: what their JSON holds, which are refused, and how they lie in a folder."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tuned_records import FAMILY, OTHER_FAMILY, SIZE, record

from clpool.errors import ArgumentValueError
from clpool.runtime import record_folder
from clpool.runtime.record_folder import Folder, write
from clpool.tuning.keys import DeviceKey, Family, SizeClass, digest_of, word
from clpool.tuning.records import Record

DEVICE = "cpu,AuthenticAMD,znver3,25-1,pocl,2,3.0-rc2"
WHOLE = record(
    DEVICE,
    {"variant": "rows", "width": 8, "group": [64, 4, 1], "source.prefetch_bytes": 2048},
    bits="bounded",
    shape=(16, 64, 112, 112),
    call="max_pool2d(float32[16, 64, 112, 112], 3, 2, 1)",
    facts={"name": "pthread-AMD EPYC", "platform": "OpenCL 3.0 PoCL 3.0-rc2", "cache": 2**25},
    duel={"ratio": 1.177, "low": 1.164, "high": 1.192, "pairs": 48},
    times={"default_ms": 4.1, "winner_ms": 3.5, "copy_ms": 3.3},
    tried=214,
    failed={"crash": 1},
    all=({"choice": {}, "ratio": 1.0, "state": "correct"},),
    clpool="0.1.0",
    date="2026-11-30T21:00:00Z",
)


@pytest.fixture(autouse=True)
def _first_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a process that has set no record aside."""
    monkeypatch.setattr(record_folder, "_warned", False)


@pytest.mark.parametrize("known", [WHOLE, record(DEVICE, None)], ids=["whole", "default"])
def test_json_holds_all_of_a_record(known: Record) -> None:
    """A record comes back from its JSON as it was."""
    assert Record.from_json(json.loads(json.dumps(known.to_json()))) == known


def changed(**values: Any) -> Callable[[dict[str, Any]], None]:
    """A change of a record's JSON: names with a double underscore stand inside of others."""

    def change(found: dict[str, Any]) -> None:
        for name, value in values.items():
            outer, _, inner = name.partition("__")
            (found[outer] if inner else found)[inner or outer] = value

    return change


#: Changes of a record's JSON, and a part of what is said of each.
WRONG: dict[str, tuple[Callable[[dict[str, Any]], Any], str]] = {
    "schema": (changed(schema=2), "schema is 2; allowed: 1"),
    "revision": (changed(revision=0), "revision is 0"),
    "no revision": (lambda found: found.pop("revision"), "revision is None"),
    "device": (changed(device="a device"), "device must be of type dict"),
    "key": (changed(device__key="cpu,amd"), "device key 'cpu,amd'"),
    "kind": (changed(device__key="tpu,a,b,c,d,1,e"), "kind 'tpu' is unknown; allowed: cpu"),
    "path in a key": (changed(device__key="cpu,a,..,c,d,1,e"), "architecture '..' is no word"),
    "facts": (changed(family__facts={"mode": "min"}), "family.digest is"),
    "size": (changed(size__row=1.5), "size.row must be of type int"),
    "flag for a size": (changed(size__row=True), "size.row must be of type int"),
    "winner": (changed(winner=[]), "winner must be of type dict or null"),
    "parameter": (changed(winner={"speed": 9}), "tuning parameter 'speed' is unknown"),
    "value": (changed(winner={"width": 3}), "width 3 is unknown"),
    "bits": (changed(bits="other"), "bits 'other' is unknown; allowed: same, bounded"),
    "tried": (changed(tried="many"), "tried must be of type int"),
    "all": (lambda found: found.pop("all"), "all must be of type list, got None"),
}


@pytest.mark.parametrize("which", WRONG)
def test_wrong_values_are_refused(which: str) -> None:
    """Each error names the value and what is allowed."""
    change, words = WRONG[which]
    found = json.loads(json.dumps(WHOLE.to_json()))
    change(found)
    with pytest.raises(ArgumentValueError) as caught:
        Record.from_json(found)
    assert words in str(caught.value)


@pytest.mark.parametrize("found", [None, [], 5, "record"])
def test_json_of_other_things_is_refused(found: Any) -> None:
    """A record is an object."""
    with pytest.raises(ArgumentValueError, match="record must be of type dict"):
        Record.from_json(found)


def test_folders_say_their_device() -> None:
    """The key of a device is read back from its folder's name, which any file system takes."""
    names = ["NVIDIA H100 80GB HBM3", "Intel(R) Arc(TM) A770 / x", "..", "", "ü" * 9, "x" * 300]
    for name in names:
        key = DeviceKey("gpu", word(name), word(name), word(name), word(name), 132, word(name))
        assert DeviceKey.parse(str(key)) == key
        assert len(str(key)) < 255
        assert not set(str(key)) & set('/\\:*?"<>| ')
    assert SizeClass.parse(str(SizeClass(0, 12, -3))) == SizeClass(0, 12, -3)


def test_a_family_is_its_facts() -> None:
    """The order of facts does not matter, and a label does not make a family."""
    facts = {"b": [1, 2], "a": {"y": 1, "x": 2}}
    assert digest_of(facts) == digest_of({"a": {"x": 2, "y": 1}, "b": [1, 2]})
    assert digest_of(facts) != digest_of({**facts, "b": [2, 1]})
    one, two = Family.of("max/../3x3", facts), Family.of("another", facts)
    assert one.digest == two.digest
    assert one.folder == f"max-..-3x3-{one.digest}"


def test_a_folder_gives_what_was_written(tmp_path: Path) -> None:
    """A record is found by its device, family and size; no draft stays, and it may be replaced."""
    path = write(tmp_path / "new", WHOLE)
    assert [part.name for part in path.parents][:3] == [FAMILY.folder, DEVICE, "new"]
    write(tmp_path / "new", record(DEVICE, None))
    folder = Folder("user", tmp_path / "new")
    (device,) = folder.devices()
    assert folder.sizes(device, FAMILY) == [SIZE]
    assert folder.sizes(device, OTHER_FAMILY) == []
    assert folder.read(device, FAMILY, SIZE) == record(DEVICE, None)
    assert folder.read(device, OTHER_FAMILY, SIZE) is None
    assert os.listdir(path.parent) == [path.name]


def spoilt(path: Path, how: str) -> None:
    """Spoil a record's file."""
    found = json.loads(path.read_text())
    contents = {
        "broken": b'{"schema": 1,',
        "binary": b"\xff\xfe\x00",
        "empty": b"",
        "deep": b"[" * 100_000,
        "stale": json.dumps({**found, "revision": 0}).encode(),
        "foreign": json.dumps(record(DEVICE, None, (1, 1, 1)).to_json()).encode(),
    }
    path.write_bytes(contents[how])


@pytest.mark.parametrize("how", ["broken", "binary", "empty", "deep", "stale", "foreign"])
def test_what_is_no_record_is_set_aside(
    how: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """It is renamed, with one warning in a process, and no error."""
    paths = [write(tmp_path, record(DEVICE, None, size)) for size in ((5, 9, 1), (5, 9, 2))]
    for path in paths:
        spoilt(path, how)
    folder = Folder("user", tmp_path)
    with caplog.at_level(logging.WARNING, "clpool"):
        assert folder.records() == []
    assert [os.path.exists(f"{path}.aside") for path in paths] == [True, True]
    assert folder.sizes(DeviceKey.parse(DEVICE), FAMILY) == []
    (warning,) = caplog.records
    assert str(paths[0]) in warning.getMessage()


def test_what_cannot_be_renamed_is_skipped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """In a folder that cannot be written a broken record stays, and is none."""
    path = write(tmp_path, WHOLE)
    spoilt(path, "broken")

    def refuse(*_: Any) -> None:
        raise PermissionError("read-only")

    monkeypatch.setattr(os, "replace", refuse)
    with caplog.at_level(logging.WARNING, "clpool"):
        assert Folder("user", tmp_path).records() == []
    assert path.exists()
    assert len(caplog.records) == 1


def test_other_files_in_a_folder_are_left_alone(tmp_path: Path) -> None:
    """Names that mean nothing are no devices and no sizes."""
    path = write(tmp_path, WHOLE)
    (tmp_path / "journal.jsonl").touch()
    (path.parent / "notes.json").touch()
    (path.parent / ".draft-1-2-5_9_1.json").touch()
    (tmp_path / "own" / "results").mkdir(parents=True)
    (tmp_path / "own" / "results" / "5_9_1.json").touch()
    there = sorted(tmp_path.rglob("*"))
    folder = Folder("user", tmp_path)
    assert folder.records() == [WHOLE]
    assert [str(device) for device in folder.devices()] == [DEVICE]
    assert folder.sizes(folder.devices()[0], FAMILY) == [SIZE]
    assert sorted(tmp_path.rglob("*")) == there
    assert Folder("user", tmp_path / "absent").devices() == []


def test_a_write_that_fails_leaves_the_record_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither a part of a record nor a draft stays."""
    path = write(tmp_path, WHOLE)

    def fail(*_: Any) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="no space left"):
        write(tmp_path, record(DEVICE, None))
    assert os.listdir(path.parent) == [path.name]
    assert Folder("user", tmp_path).records() == [WHOLE]


def test_records_need_no_opencl() -> None:
    """The form of records and their lookup are there without pyopencl."""
    code = (
        "import sys; sys.modules['pyopencl'] = None\n"
        "import importlib.util as util, types, pathlib\n"
        "root = pathlib.Path(sys.argv[1])\n"
        "package = types.ModuleType('clpool'); package.__path__ = [str(root)]\n"
        "sys.modules['clpool'] = package\n"
        "from clpool.tuning import lookup, records\n"
        "print(records.SCHEMA, lookup.SAME)"
    )
    root = Path(record_folder.__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-c", code, str(root)], capture_output=True, text=True, timeout=120
    )
    assert done.stdout == "1 this device and driver\n", done.stderr


def test_forgotten_records_leave_no_folders(tmp_path: Path) -> None:
    """Folders that become empty go with their last record; others stay."""
    small, large = record(DEVICE, None), record(DEVICE, None, (6, 9, 1))
    paths = [write(tmp_path, known) for known in (small, large)]
    record_folder.remove(tmp_path, paths[0])
    assert Folder("user", tmp_path).records() == [large]
    record_folder.remove(tmp_path, paths[1])
    record_folder.remove(tmp_path, paths[1])
    assert os.listdir(tmp_path) == []
