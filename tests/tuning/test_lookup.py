"""Which record serves a device and a size: a table of devices that do not exist here."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest
from tuned_records import FAMILY, OTHER_FAMILY, SIZE, Memory, record

from clpool.tuning.lookup import Found, find, told
from clpool.tuning.records import DeviceKey, Record, SizeClass

PCIE = "gpu,nvidia,sm_90,NVIDIA-H100-PCIe,nvidia,114,550.54"
SXM = "gpu,nvidia,sm_90,NVIDIA-H100-80GB-HBM3,nvidia,132,550.54"
RX6800 = "gpu,amd,gfx1030,AMD-Radeon-RX-6800,amd,60,3570.0"
ZEN = "cpu,AuthenticAMD,znver3,25-1,pocl,2,3.0-rc2"
WIDE, NARROW = {"width": 8}, {"width": 2}
NO_RECORD = "used    the default kernel: no record"
ALIKE = "        its architecture and class of units: size 5_9_1, the same, on "
BOTH = 'used    {"width":8}: the winner of a record'


class Row(NamedTuple):
    """A device, the records there are, and what they must lead to.

    Args:
        source: the set that decides, or "" for none.
        line: a line of the explanation.
    """

    device: str
    user: list[Record]
    shipped: list[Record]
    choice: dict[str, Any] | None
    source: str
    line: str
    size: tuple[int, int, int] = SIZE


def like(device: str, **parts: Any) -> str:
    """The key of a device that differs in some parts."""
    names = ("kind", "vendor", "architecture", "board", "stack", "units", "driver")
    values = dict(zip(names, device.split(","), strict=True)) | parts
    return ",".join(map(str, values.values()))


TABLE = {
    "same device": Row(
        PCIE, [record(PCIE, WIDE)], [], WIDE, "user", "        this device and driver: size 5_9_1, "
        f"the same, on {PCIE}",
    ),
    "user before shipped": Row(
        PCIE, [record(PCIE, WIDE)], [record(PCIE, NARROW)], WIDE, "user",
        "shipped there: not asked",
    ),
    "shipped": Row(PCIE, [], [record(PCIE, WIDE)], WIDE, "shipped", BOTH),
    "user of another family": Row(
        PCIE, [record(PCIE, NARROW, family=OTHER_FAMILY)], [record(PCIE, WIDE)], WIDE, "shipped",
        f"        this device and driver: no record of the family on {PCIE}",
    ),
    "other driver": Row(
        like(PCIE, driver="560.1"), [record(PCIE, WIDE)], [], WIDE, "user",
        'used    {"width":8}: the winner of a record (stale driver)',
    ),
    "own driver before another's": Row(
        PCIE, [record(like(PCIE, driver="560.1"), NARROW), record(PCIE, WIDE)], [], WIDE, "user",
        BOTH,
    ),
    "H100 SXM has another class of units": Row(
        SXM, [record(PCIE, WIDE)], [], None, "", NO_RECORD
    ),
    "renamed board": Row(
        like(PCIE, board="NVIDIA-H100-PCIe-80GB"), [record(PCIE, WIDE)], [], WIDE, "user",
        ALIKE + PCIE,
    ),
    "gfx1031 beside gfx1030": Row(
        like(RX6800, architecture="gfx1031", board="AMD-Radeon-RX-6700", units=40),
        [record(RX6800, WIDE)], [], None, "", NO_RECORD,
    ),
    "gfx1030 beside gfx1030": Row(
        like(RX6800, board="AMD-Radeon-RX-6800-XT", units=36), [record(RX6800, WIDE)], [], WIDE,
        "user", ALIKE + RX6800,
    ),
    "another vendor": Row(
        "gpu,intel,sm_90,NVIDIA-H100-PCIe,nvidia,114,550.54", [record(PCIE, WIDE)], [], None, "",
        NO_RECORD,
    ),
    "unknown vendor, same name": Row(
        "gpu,Moore-Threads,MTT-S80,MTT-S80,MUSA,32,1.2",
        [record("gpu,Moore-Threads,MTT-S80,MTT-S80,MUSA,32,1.1", WIDE)], [], WIDE, "user",
        'used    {"width":8}: the winner of a record (stale driver)',
    ),
    "unknown devices are not alike": Row(
        "gpu,unknown,unknown,A1,unknown,32,1",
        [record("gpu,unknown,unknown,B2,unknown,32,1", WIDE)], [], None, "", NO_RECORD,
    ),
    "2 units beside 64": Row(
        ZEN, [record(like(ZEN, units=64), WIDE)], [], None, "",
        "        its architecture and class of units: no records",
    ),
    "3 units beside 2": Row(like(ZEN, units=3), [record(ZEN, WIDE)], [], WIDE, "user", ALIKE + ZEN),
    "PoCL's other target": Row(
        like(ZEN, architecture="skylake-avx512"), [record(ZEN, WIDE)], [], None, "", NO_RECORD
    ),
    "another stack on the processor": Row(
        like(ZEN, stack="intel"), [record(ZEN, WIDE)], [], None, "", NO_RECORD
    ),
    "a processor of Intel's, same target": Row(
        like(ZEN, vendor="GenuineIntel", board="6-143"), [record(ZEN, WIDE)], [], None, "",
        NO_RECORD,
    ),
    "interpreter": Row(
        like(ZEN, kind="interpreter"), [record(ZEN, WIDE)], [], None, "", NO_RECORD
    ),
    "nearest size": Row(
        ZEN, [record(ZEN, NARROW, (6, 10, 1)), record(ZEN, WIDE, (5, 10, 1))], [], WIDE, "user",
        f"        this device and driver: size 5_10_1, at distance 1, on {ZEN}",
    ),
    "sizes too far": Row(
        ZEN, [record(ZEN, WIDE, (7, 9, 1)), record(ZEN, WIDE, (6, 10, 2))], [], None, "",
        "        this device and driver: sizes 7_9_1, 6_10_2: none serves 5_9_1",
    ),
    "two classes of lines away": Row(
        ZEN, [record(ZEN, WIDE, (5, 7, 1))], [], WIDE, "user",
        f"        this device and driver: size 5_7_1, at distance 2, on {ZEN}",
    ),
    "default at this size": Row(
        ZEN, [record(ZEN, None), record(ZEN, WIDE, (5, 10, 1))], [record(ZEN, NARROW)], None,
        "user", "used    the default kernel: the default kernel was not beaten",
    ),
    "default as near as a winner": Row(
        ZEN, [record(ZEN, WIDE, (5, 10, 1)), record(ZEN, None, (5, 8, 1))], [], None, "user",
        "used    the default kernel: the default kernel was not beaten",
    ),
    "default farther than a winner": Row(
        ZEN, [record(ZEN, WIDE, (5, 10, 1)), record(ZEN, None, (5, 7, 1))], [], WIDE, "user", BOTH,
    ),
    "winners as near as each other": Row(
        ZEN, [record(ZEN, WIDE, (5, 10, 1)), record(ZEN, NARROW, (5, 8, 1))], [], None, "user",
        "used    the default kernel: records that are equally near disagree",
    ),
    "winners that agree": Row(
        ZEN, [record(ZEN, WIDE, (5, 10, 1)), record(ZEN, WIDE, (5, 8, 1))], [], WIDE, "user",
        f"        this device and driver: size 5_10_1, 5_8_1, at distance 1, on {ZEN}",
    ),
}  # fmt: skip


def found(row: Row, **options: Any) -> tuple[Found, list[str]]:
    """The lookup of a row of the table, and its explanation."""
    stores = [Memory("user", row.user), Memory("shipped", row.shipped)]
    key, size = DeviceKey.parse(row.device), SizeClass(*row.size)
    result = find(key, FAMILY, size, stores, **options)
    return result, told(result, {"user": "here", "shipped": "there"})


@pytest.mark.parametrize("which", TABLE)
def test_devices_and_sizes(which: str) -> None:
    """The choice, the set of records that it is from, and the explanation."""
    row = TABLE[which]
    result, lines = found(row)
    assert result.choice == row.choice
    assert (result.steps[-1].store if result.record else "") == row.source
    assert row.line in lines
    assert lines[0].startswith("user    here")


def test_the_table_has_many_devices() -> None:
    """Rows of the same device are not counted twice."""
    assert len({row.device for row in TABLE.values()}) >= 14


@pytest.mark.parametrize(("bits", "choice"), [("same", WIDE), ("bounded", None)])
def test_exact(bits: str, choice: dict[str, Any] | None) -> None:
    """Winners that change bits are left out, and nothing else takes their place."""
    row = TABLE["shipped"]._replace(user=[record(PCIE, WIDE, bits=bits)])
    result, lines = found(row, exact=True)
    assert result.choice == choice
    assert any("the winner changes bits" in line for line in lines) == (choice is None)
    assert found(row)[0].choice == WIDE


def test_a_broken_record_makes_room_for_the_next() -> None:
    """What cannot be read is passed over: for the next size, then for the next set."""
    near, far = record(ZEN, NARROW), record(ZEN, WIDE, (5, 10, 1))
    key = DeviceKey.parse(ZEN)
    user = Memory("user", [near, far], broken=[near])
    assert find(key, FAMILY, SIZE, [user]).choice == WIDE
    user.broken.append(far)
    assert find(key, FAMILY, SIZE, [user]).choice is None
    assert find(key, FAMILY, SIZE, [user, Memory("shipped", [near])]).choice == NARROW
