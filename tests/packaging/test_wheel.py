"""The wheel and the sdist, installed where no checkout is."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RIGHT, WRONG = (ROOT / "tests" / "typing" / name for name in ("right.py", "wrong.py"))

pytestmark = [
    pytest.mark.device,
    pytest.mark.skipif(
        not (ROOT / "clpool").is_dir(), reason="needs the checkout, and an installed copy is tested"
    ),
]


def run(*command: object, cwd: Path, returns: int = 0) -> str:
    """What a command prints; its stderr is shown where it returns something else."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == returns, done.stdout + done.stderr
    return done.stdout


def build(kind: str, source: Path, target: Path) -> Path:
    """The path of a wheel or an sdist built from a source tree, with this environment's tools."""
    run(
        *(sys.executable, "-m", "build", f"--{kind}", "--no-isolation"),
        *("--outdir", target, source),
        cwd=target,
    )
    (built,) = target.glob("*.whl" if kind == "wheel" else "*.tar.gz")
    return built


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy without what builds and tests left: a build leaves files in the tree it builds."""
    copy = tmp_path_factory.mktemp("checkout")
    left = (".*", "build", "dist", "out", "*.egg-info", "__pycache__")
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*left), dirs_exist_ok=True)
    return copy


@pytest.fixture(scope="module")
def sdist(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source distribution of the checkout."""
    return build("sdist", checkout, tmp_path_factory.mktemp("sdist"))


@pytest.fixture(scope="module")
def wheel(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel built from the unpacked sdist, so that the sdist is shown to be complete."""
    unpacked = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(sdist) as archive:
        archive.extractall(unpacked)
    (source,) = unpacked.iterdir()
    return build("wheel", source, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def elsewhere(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment with the wheel in it, and this environment's other packages.

    They are found through a path file behind the wheel's own folder, where an editable
    install's hook does not run: nothing is downloaded.
    """
    folder = tmp_path_factory.mktemp("elsewhere")
    venv.create(folder / "venv", with_pip=True)
    python = folder / "venv" / "bin" / "python"
    run(python, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", wheel, cwd=folder)
    site = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder)
    others = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    Path(site.strip(), "others.pth").write_text("\n".join(sorted(others)) + "\n")
    return folder


def test_the_wheel_carries_every_template(wheel: Path) -> None:
    """No template, data file or module of the checkout is missing, and no test is inside."""
    names = set(zipfile.ZipFile(wheel).namelist())
    expected = {"clpool/py.typed"}
    for folder, inside in (("kernels", "clpool/kernels"), ("tools", "clpool/tools")):
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in (".mako", ".json", ".py"):
                expected.add(f"{inside}/{path.relative_to(ROOT / folder)}")
    for pattern in ("*.py", "*.pyi"):
        expected |= {str(path.relative_to(ROOT)) for path in (ROOT / "clpool").rglob(pattern)}
    assert {Path(name).suffix for name in expected} >= {".mako", ".pyi"}
    assert expected - names == set()
    assert not {name for name in names if "tests" in name}


def test_the_sdist_carries_the_tests(sdist: Path) -> None:
    """Whoever packages clpool finds the tests, the documents and the makefile."""
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    tests = {str(path.relative_to(ROOT)) for path in (ROOT / "tests").rglob("*.py")}
    assert (tests | {"README.md", "CHANGELOG.md", "LICENSE", "Makefile"}) - names == set()


def test_the_wheel_pools_elsewhere(elsewhere: Path) -> None:
    """From another directory the wheel's own package is imported, and it pools."""
    code = (
        "import clpool, numpy as np\n"
        "x = np.arange(16, dtype=np.float32).reshape(1, 4, 4)\n"
        "print(clpool.__file__)\n"
        "print(clpool.max_pool2d(x, 2).tolist(), clpool.avg_pool2d(x, 2).tolist())\n"
    )
    where, values = run(elsewhere / "venv/bin/python", "-c", code, cwd=elsewhere).splitlines()
    assert where.startswith(str(elsewhere))
    assert values == "[[[5.0, 7.0], [13.0, 15.0]]] [[[2.5, 4.5], [10.5, 12.5]]]"


def test_the_script_runs_elsewhere(elsewhere: Path) -> None:
    """The script `clpool` and `python -m clpool` are installed with the wheel."""
    table = run(elsewhere / "venv/bin/clpool", "devices", cwd=elsewhere)
    assert table.count("*") == 1
    module = run(elsewhere / "venv/bin/python", "-m", "clpool", "devices", cwd=elsewhere)
    assert module == table


def mypy(python: Path, path: Path, returns: int) -> str:
    """What the type checker says of a user's file; none of the checkout's settings count."""
    own = path.parent / "mypy.ini"
    own.write_text("[mypy]\nstrict = True\n")
    command = (sys.executable, "-m", "mypy", "--config-file", own, "--python-executable", python)
    return run(*command, "--no-pretty", path, cwd=path.parent, returns=returns)


def test_right_calls_type_check_elsewhere(elsewhere: Path) -> None:
    """The types of results are those that a user's file asserts, and the file runs."""
    python = elsewhere / "venv/bin/python"
    path = Path(shutil.copy(RIGHT, elsewhere))
    assert "Success: no issues found in 1 source file" in mypy(python, path, returns=0)
    run(python, path, cwd=elsewhere)


def test_wrong_calls_are_refused_elsewhere(elsewhere: Path) -> None:
    """Every line that is marked is refused for the reasons behind it, and no other line."""
    path = Path(shutil.copy(WRONG, elsewhere))
    marks = {
        number: set(line.partition("  # refused: ")[2].split())
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if "  # refused: " in line
    }
    assert len(marks) > 40
    found: dict[int, set[str]] = {}
    for line in mypy(elsewhere / "venv/bin/python", path, returns=1).splitlines():
        if error := re.fullmatch(r"(.+):(\d+): error: .+  \[([a-z-]+)\]", line):
            assert error[1] == path.name
            found.setdefault(int(error[2]), set()).add(error[3])
    assert found == marks
