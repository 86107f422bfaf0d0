"""The files here timed beside those of another revision: ``make bench BENCH="--against REF"``.

Each version is laid out in a folder of its own under ``out/``, with kernels kept there, and runs in
a process of its own. Two such processes take turns call by call, both at rest in between; every
:data:`GENERATION` pairs others follow them, and every second pair all arrays move, since where
memory lies makes one process faster than its twin for as long as it lives.
"""

from __future__ import annotations

import io
import math
import os
import pickle
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np

from clpool.worker.rest import SHORTEST

from ..fuzz.report import Mismatch
from .cases import Case
from .contender import Field, channels_first
from .pairs import HEADER, MORE_PAIRS, PAIRS, Comparison
from .problems import Problem, memory_of, problem_of
from .record import circumstances, progress, show, write
from .rivals import call_of

ROOT = Path(__file__).resolve().parents[2]
#: Pairs by the same two processes.
GENERATION = 16
FORMS = ("out=", "fresh")
#: The modules that a version's process imports, by their names among its tools: files here.
TOOLS = {
    "__init__.py": "tools/__init__.py",
    "bench/__init__.py": "tools/bench/__init__.py",
    "bench/rest.py": "clpool/worker/rest.py",
    "bench/version.py": "tools/bench/version.py",
}


class Fault(Exception):
    """A version cannot do a case, or gives a wrong result; the message says which, and why."""


class Version:
    """A process that runs the clpool of one folder.

    Args:
        name: "old" or "new".
        folder: as :func:`lay_out` made it.
    """

    def __init__(self, name: str, folder: Path) -> None:
        self.name, self._folder = name, folder
        caches = {"CLPOOL_CACHE_DIR": folder / "clpool-cache", "POCL_CACHE_DIR": folder / "pocl"}
        own = {name: str(path) for name, path in caches.items()} | {"CLPOOL_TUNING": "off"}
        self._printed = (folder / "stderr").open("w+b")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "clpool.tools.bench.version"],
            cwd=folder,
            env={**os.environ, **own, "PYTHONPATH": str(folder)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._printed,
        )

    def __enter__(self) -> Version:
        return self

    def __exit__(self, *raised: object) -> None:
        self._process.communicate()
        self._printed.close()

    def ask(self, name: str, *arguments: Any) -> Any:
        """The answer of a method of :class:`clpool.tools.bench.version.Calls`.

        Raises:
            Fault: it raised something, or the process died.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            pickle.dump((name, *arguments), self._process.stdin, pickle.HIGHEST_PROTOCOL)
            self._process.stdin.flush()
            done, answer = pickle.load(self._process.stdout)
        except (EOFError, OSError):
            self._printed.seek(0)
            words = self._printed.read().decode(errors="replace").strip().splitlines()
            last = words[-1] if words else "nothing printed"
            raise Fault(f"{self.name}: its process died: {last}") from None
        if not done:
            raise Fault(f"{self.name}: {answer}")
        return answer

    def prepare(self, problem: Problem, on_device: bool) -> None:
        """Hand a problem over, and see that its answers come back, in both forms.

        Raises:
            Fault: it cannot be done, a result is wrong, or another version's files were imported.
        """
        arrays = {n: memory_of(problem.case, x) for n, x in problem.sources.items()}
        function, given, options = call_of(problem, arrays)
        self.ask("prepare", function, given, options, on_device)
        self.verify(problem)
        own = str(self._folder.resolve())
        if strange := [path for path in self.ask("loaded_from") if not path.startswith(own)]:
            raise Fault(f"{self.name}: imported from {', '.join(strange)}")

    def verify(self, problem: Problem) -> None:
        """Compare the results of both forms with the answers.

        Raises:
            Fault: a result is wrong.
        """
        for form in FORMS:
            results: list[np.ndarray] = self.ask("results", form)
            try:
                problem.check([channels_first(problem.case, x) for x in results])
            except Mismatch as error:
                raise Fault(f"{self.name}: WRONG {form} {error}") from None


def lay_out(folder: Path, tree: Path) -> None:
    """Make a tree's package importable from a folder, with what times it.

    Args:
        folder: that becomes ``clpool``'s parent.
        tree: a checkout.
    """
    package = folder / "clpool"
    without = shutil.ignore_patterns("__pycache__")
    shutil.copytree(tree / "clpool", package, ignore=without)
    if (tree / "kernels").exists():
        shutil.copytree(tree / "kernels", package / "kernels", ignore=without)
    shutil.rmtree(package / "tools", ignore_errors=True)
    for name, file in TOOLS.items():
        (package / "tools" / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / file, package / "tools" / name)


def checked_out(ref: str, folder: Path) -> str:
    """Write a revision's files into a folder; the commit it is.

    Raises:
        ValueError: there is no such revision, or no checkout of git.
    """

    def git(*words: str) -> bytes:
        return subprocess.run(
            ["git", "-C", str(ROOT), *words], capture_output=True, check=True
        ).stdout

    try:
        commit = git("rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}").decode().strip()
        archive = git("archive", "--format=zip", commit)
    except (OSError, subprocess.CalledProcessError):
        raise ValueError(f"--against takes a revision of git, and {ref!r} is none here") from None
    with zipfile.ZipFile(io.BytesIO(archive)) as files:
        files.extractall(folder)
    return commit[:12]


def compare(
    problem: Problem, folders: dict[str, Path], pairs: int, on_device: bool
) -> list[Comparison]:
    """The times of one case in both forms, or why there are none."""
    found = [Comparison(problem.case.name, form) for form in FORMS]
    for generation, taken in enumerate(range(0, pairs, GENERATION)):
        names = ("old", "new") if generation % 2 else ("new", "old")
        with ExitStack() as stack:
            versions = {n: stack.enter_context(Version(n, folders[n])) for n in names}
            try:
                for name in ("new", "old"):
                    versions[name].prepare(problem, on_device)
                for comparison in found:
                    _pairs(comparison, **versions, pairs=min(pairs - taken, GENERATION))
                for version in versions.values():
                    version.verify(problem)  # what was timed is still right
            except Fault as error:
                for comparison in found:
                    comparison.fault = str(error)
                    comparison.own_fault = str(error).startswith("new")
                break
    return found


def _pairs(comparison: Comparison, old: Version, new: Version, pairs: int) -> None:
    """Take so many pairs of times more."""
    form = comparison.form
    if not comparison.old:
        fastest = min(version.ask("time", form, 1) for version in (old, new))
        comparison.calls = math.ceil(SHORTEST / max(fastest, 1e-9))
    for pair in range(pairs):
        # Old, new, new, old, and then new, old, old, new.
        order = (old, new) if pair % 4 in (0, 3) else (new, old)
        if pair % 2 == 0:
            for version in order:
                version.ask("renew")
        for version in order:
            times = comparison.old if version is old else comparison.new
            times.append(version.ask("time", form, comparison.calls))


def run(ref: str, cases: Sequence[Case], field: Field, record: Path | None) -> int:
    """Time all cases, print the table, and return the process's exit status: 1 if one is slower."""
    out = ROOT / "out"
    out.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out, prefix="against-") as name:
        folders = {version: Path(name, version) for version in ("old", "new")}
        tree = Path(name, "tree")
        tree.mkdir()
        try:
            commit = checked_out(ref, tree)
        except ValueError as error:
            sys.exit(str(error))
        lay_out(folders["old"], tree)
        lay_out(folders["new"], ROOT)
        about = circumstances(field) | {"against": ref, "old": commit}
        for key in ("device", "platform", "threads", "arrays", "cpu"):
            print(f"{key:<9} {about[key]}")
        print(f"{'old':<9} {commit} ({ref})\n{'new':<9} {about['commit']}\n\n{HEADER}")
        comparisons: list[Comparison] = []
        for case in progress(cases, lambda case: case.name):
            problem, on_device = problem_of(case), field.arrays == "device"
            found = compare(problem, folders, PAIRS, on_device)
            if any(comparison.is_unclear for comparison in found):
                again = compare(problem, folders, MORE_PAIRS, on_device)
                found = [b if a.is_unclear else a for a, b in zip(found, again, strict=True)]
            comparisons += found
            show("\n".join(comparison.line() for comparison in found))
    slower = [c for c in comparisons if c.verdict == "slower" or c.own_fault]
    print(f"\n{len(slower)} of {len(comparisons)} slower or at fault")
    if record:
        write(record, {"about": about, "cases": [c.as_dict() for c in comparisons]})
        print(f"record  {record}")
    return int(bool(slower))
