"""Calls of a file: sums of counts, and what is said of lines that hold none."""

from __future__ import annotations

import json
from pathlib import Path

from clpool.worker.call import Call
from clpool.worker.recorded import read_calls


def test_records_are_summed(tmp_path: Path) -> None:
    """Torn and foreign lines are skipped; the most frequent call comes first."""
    rare, often = "max_pool1d(int8[3, 9], 2)", "min_pool1d(int8[3, 9], 2)"
    same = "min_pool1d(int8[3, 9], kernel_size=2, stride=2)"
    entries = [(rare, 1), (often, 1), (same, 3), ("unknown(3)", 5), (rare, -1), (rare, "9")]
    lines = [json.dumps({"call": call, "count": count}) for call, count in entries]
    path = tmp_path / "calls.jsonl"
    lines += ["[1]", "", '{"call": "max', '{"call": 3, "count": 1}', "\0"]
    path.write_bytes("\n".join(lines).encode() + b"\xff")
    skipped: list[str] = []
    expected = [(Call.parse(often), 4), (Call.parse(rare), 1)]
    assert read_calls(path, skipped.append) == read_calls(path) == expected
    reasons = {
        4: "function 'unknown' is unknown; allowed: clpool's operators, such as ",
        5: "count is -1; allowed: ints from 1",
        6: "count is '9'; allowed: ints from 1",
        7: "no recorded call: '[1]'; allowed: {",
        9: 'no recorded call: \'{"call": "max\'; allowed: {',
        10: 'no recorded call: \'{"call": 3, ',
        11: "no recorded call: '\\x00",
    }
    assert len(skipped) == len(reasons)
    for mistake, (number, reason) in zip(skipped, reasons.items(), strict=True):
        assert mistake.startswith(f"{path}:{number}: {reason}")
