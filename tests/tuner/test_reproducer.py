"""Scripts that repeat a wrong result run by themselves."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import plants
import pytest
import tuned_records
import tuner_records

from clpool.tuner.reproducer import write_reproducer

pytestmark = pytest.mark.device


@pytest.mark.parametrize(("fault", "status"), [("one_ulp", 1), (None, 0)])
def test_a_script_ends_with_1_while_results_are_wrong(
    tmp_path: Path, fault: str | None, status: int
) -> None:
    """Of the default kernel too, whose script is named after it."""
    record = tuned_records.record(tuner_records.DEVICES["cpu"], None, call=plants.CALL)
    choice = json.dumps(plants.choice(fault) if fault else {})
    path = write_reproducer(tmp_path, record, choice, {"state": "wrong", "seed": 0})
    assert path.name.endswith("-tile-10001.py" if fault else "-default.py")
    code = "import plants, runpy, sys; plants.plant(None); runpy.run_path(sys.argv[1])"
    command = [sys.executable, *(["-c", code] if fault else []), str(path)]
    environment = {**os.environ, **plants.environment()}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=280)
    assert done.returncode == status, done.stderr
    assert json.loads(done.stdout)["state"] == ("wrong" if fault else "correct")
