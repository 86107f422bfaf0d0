"""The command `clpool tuned`: what it lists, explains, forgets and exchanges."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tuned_records import FAMILY, OTHER_FAMILY, record

import clpool
from clpool.cli.main import main
from clpool.runtime import device, record_folder, tuned
from clpool.runtime.device_key import key_of
from clpool.runtime.record_folder import Folder, write
from clpool.schedule.placement import dense_layout
from clpool.tuning.records import Record

ZEN = "cpu,AuthenticAMD,znver3,25-1,pocl,2,3.0-rc2"
H100 = "gpu,nvidia,sm_90,NVIDIA-H100-PCIe,nvidia,114,550.54"
DUEL = {"ratio": 1.177, "low": 1.164, "high": 1.192, "pairs": 48}
RECORDS = [
    record(ZEN, {"width": 8}, shape=(16, 64, 112, 112), duel=DUEL, date="2026-11-30T21:00:00Z"),
    record(ZEN, None, (6, 9, 1), date="2026-11-30T21:00:00Z"),
    record(H100, {"width": 2}, family=OTHER_FAMILY, facts={"name": "NVIDIA H100 PCIe"}),
]
CALL = "max_pool2d(float32[2, 3, 33, 47], 3, 2, 1)"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of records that is used, and the names of which are read from the environment."""
    monkeypatch.setattr(record_folder, "_warned", False)
    monkeypatch.setenv("CLPOOL_TUNING", str(tmp_path / "records"))
    monkeypatch.setattr(tuned, "SHIPPED", tmp_path / "shipped")
    tuned.reload()
    yield tmp_path / "records"
    monkeypatch.undo()
    tuned.reload()


@pytest.fixture
def filled(root: Path) -> Path:
    """A folder with three records."""
    for known in RECORDS:
        write(root, known)
    return root


def said(capsys: pytest.CaptureFixture[str], *words: object, status: int = 0) -> str:
    """What a command prints: on stdout, or its one line of error on stderr."""
    assert main(["tuned", *map(str, words)]) == status
    out, err = capsys.readouterr()
    assert (not err) if status == 0 else (not out and err.count("\n") == 1)
    return (out or err).rstrip("\n")


def records(root: Path) -> list[Record]:
    """The records of a folder."""
    return Folder("user", root).records()


def test_list(filled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every record is a line below its device, a default that stands among them."""
    lines = said(capsys, "list").splitlines()
    assert lines[0] == f"user  {ZEN}"
    assert lines[1].split() == ["family", "size", "shape", "gain", "winner"]
    assert lines[2].split()[-6:] == [
        *("5_9_1", "16x64x112x112", "1.18", "[1.16,", "1.19]", '{"width":8}'),
    ]
    assert lines[3].endswith("default stands")
    assert lines[5] == f"user  {H100}"
    assert OTHER_FAMILY.label in lines[7]
    assert len(lines) == 8


def test_list_of_nothing(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An empty folder, or one that is not there, is said to be so."""
    assert said(capsys, "list") == f"no records in {root}"


@pytest.mark.parametrize(
    ("options", "left"),
    [
        (("--device", "h100"), [0, 1]),
        (("--device", "nvidia h100"), [0, 1]),
        (("--device", "znver3"), [2]),
        (("--family", "MAX 3x3"), [2]),
        (("--family", "float32"), []),
        (("--all",), []),
    ],
)
def test_forget(
    options: tuple[str, ...], left: list[int], filled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Records go by a part of their device's key or name, by one of their family's, or all."""
    number = len(RECORDS) - len(left)
    text = said(capsys, "forget", *options)
    assert text == f"{number} record{'s' * (number > 1)} of {filled} forgotten"
    assert records(filled) == [RECORDS[place] for place in left]


def test_forget_of_what_is_not_there(filled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The error lists what there is, and nothing is removed."""
    text = said(capsys, "forget", "--family", "min", status=2)
    assert text == (
        "clpool: error: --family 'min' matches no record; there are: "
        f"{FAMILY.label}; {OTHER_FAMILY.label}"
    )
    assert records(filled) == RECORDS
    with pytest.raises(SystemExit) as ended:
        main(["tuned", "forget"])
    assert ended.value.code == 2


def test_a_bundle_comes_back(
    filled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Records that are exported, forgotten and imported are what they were."""
    bundle = tmp_path / "bundle.json"
    assert said(capsys, "export", "bundle", bundle) == f"3 records written to {bundle}"
    said(capsys, "forget", "--all")
    assert records(filled) == []
    assert said(capsys, "import", bundle) == f"3 records added to {filled}"
    assert records(filled) == RECORDS
    assert said(capsys, "import", bundle).endswith(f"3 records added to {filled}")


def test_import_leaves_out_what_is_wrong_or_older(
    filled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The others of a bundle are added, and the reasons said."""
    bundle = tmp_path / "bundle.json"
    said(capsys, "export", "bundle", bundle)
    newer = replace(RECORDS[0], winner=None, date="2026-12-01T00:00:00Z")
    write(filled, newer)
    found = json.loads(bundle.read_text())
    found["records"][1]["winner"] = {"speed": 9}
    bundle.write_text(json.dumps(found))
    assert said(capsys, "import", bundle).splitlines() == [
        "record 1 is left out: the one in its place is newer",
        "record 2 is left out: tuning parameter 'speed' is unknown",
        f"1 record added to {filled}",
    ]
    assert records(filled)[0] == newer


@pytest.mark.parametrize(
    ("content", "words"),
    [(None, "No such file"), ("{", "is no JSON file"), ("[]", "is no bundle"), ("{}", "no bundle")],
)
def test_import_of_other_files(
    content: str | None,
    words: str,
    root: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """One line says what is wrong with the file."""
    file = tmp_path / "file.json"
    if content is not None:
        file.write_text(content)
    assert words in said(capsys, "import", file, status=2)
    assert not root.exists()


def test_export_of_nothing(root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An empty folder is a mistake, and no file is written."""
    file = tmp_path / "bundle.json"
    text = said(capsys, "export", "bundle", file, status=2)
    assert text == f"clpool: error: there are no records in {root} to export"
    assert not file.exists()


def test_a_wrong_folder(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A word that CLPOOL_TUNING does not know is one line of error."""
    monkeypatch.setenv("CLPOOL_TUNING", "exakt")
    tuned.reload()
    assert "CLPOOL_TUNING 'exakt' is no folder" in said(capsys, "list", status=2)


@pytest.mark.device
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
        "used    the default kernel: no record",
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


@pytest.mark.device
def test_explain_of_calls_of_several_kernels(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each kernel of a call has its family, and an empty result none."""
    lines = said(capsys, "explain", "stochastic_pool2d(float32[1, 2, 8, 8], 2, seed=1)")
    assert lines.count("kernel  ") == lines.count("family  ") >= 1
    lines = said(capsys, "explain", "max_pool2d(float32[0, 2, 8, 8], 2)")
    assert lines.endswith("empty   nothing is launched")


@pytest.mark.device
def test_explain_says_that_records_are_off(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """So that nobody looks for a record that is there."""
    monkeypatch.setenv("CLPOOL_TUNING", "off")
    tuned.reload()
    lines = said(capsys, "explain", CALL).splitlines()
    assert lines[2] == "records off: CLPOOL_TUNING says so, every kernel is the default one"
    assert lines[-2] == "used    the default kernel: no record"


@pytest.mark.device
def test_explain_of_what_is_no_call(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A mistake in the text is one line."""
    for text in (
        "max_pool2(3)",
        "max_pool2d(float32[1, 8, 8, 8], kernel=2)",
    ):
        assert said(capsys, "explain", text, status=2).startswith("clpool: error: ")
