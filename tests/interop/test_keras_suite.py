"""Keras' own tests of its pooling layers, pooled by clpool: they meet kernels, see wrong ones."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

Found = dict[str, tuple[str, int]]

SUPPORT = Path(__file__).parents[1] / "support"

#: What Keras' tests compute without an array, by the ends of their names.
WITHOUT_ARRAYS = ("_pooling_compute_output_shape", "_pooling_get_config")

pytestmark = pytest.mark.skipif(
    not all(map(find_spec, ("keras", "jax"))),
    reason="keras or jax (the extra 'interop-tests') is not installed",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose binaries the second run finds."""
    made = tmp_path_factory.mktemp("keras")
    (made / "pytest.ini").touch()
    return made


def run(folder: Path, **variables: str) -> tuple[int, Found, str]:
    """Run Keras' tests in a process: its exit status, how each ended and launched, what it said."""
    found = folder / "found.json"
    found.unlink(missing_ok=True)
    places = {"CLPOOL_CACHE_DIR": "binaries", "CLPOOL_FOUND": "found.json", "KERAS_HOME": "keras"}
    words = "-m pytest -q -c pytest.ini -p keras_on_clpool --pyargs keras.src.layers.pooling"
    done = subprocess.run(
        [sys.executable, *words.split()],
        cwd=folder,
        env={
            **os.environ,
            **{name: str(folder / place) for name, place in places.items()},
            **{"KERAS_BACKEND": "numpy", "PYTHONPATH": str(SUPPORT), **variables},
        },
        capture_output=True,
        text=True,
        timeout=280,
    )
    assert found.is_file(), done.stdout + done.stderr
    return done.returncode, json.loads(found.read_text(encoding="utf-8")), done.stdout


def test_they_pass(folder: Path) -> None:
    """All pass, and all but those without arrays launch kernels of clpool."""
    status, found, said = run(folder)
    assert status == 0, said
    assert {outcome for outcome, _ in found.values()} == {"passed"}
    unmet = {name for name, (_, launches) in found.items() if launches == 0}
    assert unmet == {name for name in found if name.endswith(WITHOUT_ARRAYS)}
    assert len(found) - len(unmet) > 120


def test_they_see_a_wrong_kernel(folder: Path) -> None:
    """Those that compare numbers fail if results are too large by one."""
    status, found, _ = run(folder, CLPOOL_PLANT="1")
    assert status == 1
    ends = {name: outcome for name, (outcome, _) in found.items() if "CorrectnessTest" in name}
    assert len(ends) > 60
    assert {name for name, outcome in ends.items() if outcome != "failed"} == set()
