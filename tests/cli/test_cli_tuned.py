"""The command `clpool tuned`: what it lists, forgets and exchanges."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from tuned_command import said
from tuned_records import FAMILY, OTHER_FAMILY, record

from clpool.cli.main import main
from clpool.runtime import tuned
from clpool.runtime.record_folder import Folder, write
from clpool.tuner.reproducer import write_reproducer
from clpool.tuning.keys import Family
from clpool.tuning.records import Record

ZEN = "cpu,AuthenticAMD,znver3,25-1,pocl,2,3.0-rc2"
H100 = "gpu,nvidia,sm_90,NVIDIA-H100-PCIe,nvidia,114,550.54"
DUEL = {"ratio": 1.177, "low": 1.164, "high": 1.192, "pairs": 48}
RECORDS = [
    record(ZEN, {"width": 8}, shape=(16, 64, 112, 112), duel=DUEL, date="2026-11-30T21:00:00Z"),
    record(ZEN, None, (6, 9, 1), date="2026-11-30T21:00:00Z"),
    record(H100, {"width": 2}, family=OTHER_FAMILY, facts={"name": "NVIDIA H100 PCIe"}),
]


@pytest.fixture
def filled(root: Path) -> Path:
    """A folder with three records."""
    for known in RECORDS:
        write(root, known)
    return root


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


def test_nothing_of_the_tuner_is_left(filled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """All that tuning leaves goes and is told of; files that are not the tuner's stay."""
    family = filled.joinpath(*RECORDS[0].path).parent
    choices = ["{}", '{"width":8}']
    scripts = [write_reproducer(filled / "wrong", RECORDS[0], choice, {}) for choice in choices]
    (family / "5_9_-1.json").write_text("{")
    own = [
        *(filled / "journal.jsonl", filled / "journal.123", *scripts),
        *(family / ".draft-12-34-5_9_-1.json", family / "1_2_3.json.aside"),
    ]
    others = [
        *(filled / "notes.txt", filled / "journal.md", filled / "wrong" / "mine.py"),
        *(filled / "my" / "own" / "5_9_1.json", filled / "my" / "own" / "5_9_1.json.aside"),
    ]
    for path in (*own, *others):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    said(capsys, "forget", "--family", "avg")
    assert all(path.exists() for path in own)
    assert said(capsys, "forget", "--all") == (
        f"2 records, 1 journal, 2 drafts, 2 set-aside files, 2 reproducers of {filled} forgotten"
    )
    assert sorted(path for path in filled.rglob("*") if path.is_file()) == sorted(others)
    for path in others:
        path.unlink()
    assert said(capsys, "forget", "--all") == f"0 records of {filled} forgotten"
    assert not list(filled.glob("cpu*"))


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


def test_import_of_nothing_is_a_mistake(
    filled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each record's reason is a line, and the last one is the error."""
    bundle = tmp_path / "bundle.json"
    said(capsys, "export", "bundle", bundle)
    found = json.loads(bundle.read_text())
    found["records"] = [{**found["records"][0], "winner": {"speed": 9}}, 3]
    bundle.write_text(json.dumps(found))
    assert main(["tuned", "import", str(bundle)]) == 2
    out, err = capsys.readouterr()
    reasons = out.splitlines()
    assert reasons[0] == "record 1 is left out: tuning parameter 'speed' is unknown"
    assert reasons[1].startswith("record 2 is left out: ")
    assert len(reasons) == 2
    assert err == f"clpool: error: {bundle} has no record that could be added to {filled}\n"
    assert records(filled) == RECORDS


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


def test_derive_says_what_its_columns_are(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A line for every class and kind, below names that the help explains."""
    facts = {"window": "sliding", "mode": {"name": "max"}, "dtype": "float32", "layout": "first"}
    timed = [({}, 1.0), ({"width": 8}, 1.25)]
    write(
        root,
        record(
            ZEN,
            {"width": 8},
            family=Family.of("max 3x3 s2 float32 first", facts),
            all=[{"choice": choice, "state": "correct", "ratio": r} for choice, r in timed],
        ),
    )
    assert [re.split("  +", line.strip()) for line in said(capsys, "derive").splitlines()] == [
        ["device class", "family kind", "records", "least efficiency", "default's least", "choice"],
        ["cpu", "sliding monoid float32 first", "1", "1.00", "0.80", '{"width":8}'],
    ]
    with pytest.raises(SystemExit):
        main(["tuned", "derive", "--help"])
    assert "The efficiency of a choice is its speed over" in capsys.readouterr().out
