"""What the documents show is what happens: the examples of README.md, docs and docstrings."""

from __future__ import annotations

import contextlib
import doctest
import importlib
import io
import json
import pkgutil
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kernels_met
import numpy as np
import pytest

import clpool
from clpool import modes, reference
from clpool.cli.main import main
from clpool.problem.window import SlidingWindow
from clpool.reference import sliding
from clpool.runtime import dispatch, tuned

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
DOCS = ROOT / "docs"
DOCUMENTS = [README, ROOT / "CONTRIBUTING.md", *sorted(DOCS.rglob("*.md"))]
#: Those that show what code prints.
EXAMPLES = [README, *(DOCS / f"{name}.md" for name in ("interop", "modes", "operators"))]

#: A block of code, and the block of output behind it where there is one.
BLOCK = re.compile(r"^```python\n(.*?)^```\n(?:\s*^```text\n(.*?)^```\n)?", re.M | re.S)
COMMAND = re.compile(r"^(?:CLPOOL_DEVICE=\S+ )?clpool .*$", re.M)
SHELL = re.compile(r"^```sh\n(.*?)^```\n", re.M | re.S)
ROOMS = (
    *("problem", "tuning", "codegen", "reference", "schedule", "runtime"),
    *("ops", "nn", "worker", "interop", "cli"),
)
#: A module of a package, what is in it, or a file: ``runtime/plan.Plan``, ``tools/golden.py``.
NAME = re.compile(rf"(?:clpool|{'|'.join(ROOMS)}|kernels|tools|tests|docs)/[\w/.]+")
VARIABLE = re.compile(r"\"(CLPOOL_[A-Z_]+)\"")
TEXT = re.compile(r"^```text\n(.*?)^```\n", re.M | re.S)
#: The files of modes that documents add.
TO_BE_ADDED = {"kernels/modes/product.mako", "kernels/modes/range.mako"}

pytestmark = [
    pytest.mark.device,
    pytest.mark.skipif(not README.is_file(), reason="needs the checkout's README.md"),
]


@pytest.fixture
def registries() -> Iterator[None]:
    """The registries as they were: an example registers a mode of its own."""
    kept = [(table, dict(table)) for table in (modes.MODES, reference.REFERENCES)]
    yield
    for table, entries in kept:
        table.clear()
        table.update(entries)


def run_examples(text: str, name: str) -> None:
    """The python blocks of a text run in order, and print the output shown behind them."""
    names: dict[str, object] = {"__name__": "document"}
    examples = BLOCK.findall(text)
    # At least one shows its output; otherwise nothing would be compared.
    assert any(expected for _, expected in examples)
    for code, expected in examples:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(code, name, "exec"), names)
        assert printed.getvalue().rstrip() == expected.rstrip(), code


@pytest.mark.parametrize("document", EXAMPLES, ids=lambda path: path.name)
def test_examples_print_what_is_shown(
    document: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, registries: None
) -> None:
    """A document's python examples run in order, and print the output shown behind them."""
    monkeypatch.chdir(tmp_path)
    run_examples(document.read_text(encoding="utf-8"), str(document))


@pytest.mark.parametrize("library", ["onnx"])
def test_examples_of_adapters(library: str) -> None:
    """The document of a library prints what it shows, where that is installed."""
    pytest.importorskip(library, reason=f"the extra {library!r} is not installed")
    run_examples((DOCS / f"{library}.md").read_text(encoding="utf-8"), library)


def shell_of(document: Path) -> str:
    """The commands that a document shows."""
    return "\n".join(SHELL.findall(document.read_text(encoding="utf-8")))


def test_commands_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every clpool command that a document shows runs without an error."""
    image = pytest.importorskip("PIL.Image", reason="Pillow (the extra 'image') is not installed")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))  # not the developer's own records
    tuned.reload()
    pixels = np.random.default_rng(0).integers(0, 256, (32, 48, 3), np.uint8)
    image.fromarray(pixels).save("photo.png")
    Path("photos").mkdir()
    image.fromarray(pixels).save("photos/a.jpg")
    frames = [image.fromarray(pixels[..., number]) for number in range(3)]
    frames[0].save("stack.tif", save_all=True, append_images=frames[1:])
    line = {"call": "max_pool2d(float32[1, 2, 8, 8], 2)", "count": 1}
    Path("calls.jsonl").write_text(json.dumps(line))
    commands = [c.partition("#")[0] for path in DOCUMENTS for c in COMMAND.findall(shell_of(path))]
    assert len(commands) > 5
    for command in commands:
        words = shlex.split(command)
        if words[:2] == ["clpool", "tune"]:
            words.append("--dry-run")  # without it, half a minute each
        if words[0] == "clpool":  # others name a device of the reader's
            with contextlib.redirect_stdout(io.StringIO()):
                assert main(words[1:]) == 0, command


def test_targets_and_tests_of_commands_exist() -> None:
    """What a document says to make is a target, and what it gives to pytest is there."""
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))
    asked = {
        word for path in DOCUMENTS for word in re.findall(r"^make ([a-z-]+)", shell_of(path), re.M)
    }
    assert asked >= {"check", "test", "test-all", "bench"}
    assert asked <= targets
    words = shell_of(ROOT / "CONTRIBUTING.md").split()
    given = [word for word in words if word.startswith("tests/")]
    assert given
    assert [word for word in given if not (ROOT / word).exists()] == []


def anchors(document: Path) -> set[str]:
    """What links may name behind a #: the headings, as GitHub spells them."""
    headings = re.findall(r"^#+ (.*)$", document.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_resolve(document: Path) -> None:
    """Every picture, file and heading that a document links to is there."""
    text = document.read_text(encoding="utf-8")
    for link in re.findall(r"\]\((?!https?://)([^)]+)\)", text):
        file, _, anchor = link.partition("#")
        target = document.parent / file if file else document
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def exists(name: str) -> bool:
    """Whether a name of :data:`NAME` is a file or folder, a module, or in one."""
    paths = (ROOT / name, ROOT / "clpool" / name, ROOT / "clpool" / f"{name}.py")
    if any(path.exists() for path in paths):
        return True
    module, *attributes = name.removeprefix("clpool/").split(".")
    if not (ROOT / "clpool" / f"{module}.py").is_file():
        return False
    found: Any = importlib.import_module(f"clpool.{module.replace('/', '.')}")
    for attribute in attributes:
        fields = getattr(found, "__dataclass_fields__", {})
        if not hasattr(found, attribute) and attribute not in fields:
            return False
        found = getattr(found, attribute, None)
    return True


def without_rooms_to_come(text: str) -> str:
    """A text without its list of what is not built."""
    return re.sub(r"^### Rooms to come\n.*?(?=^##)", "", text, flags=re.M | re.S)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_modules_and_files_that_are_named_exist(document: Path) -> None:
    """A document names modules, what is in them, and files as they are."""
    text = without_rooms_to_come(document.read_text(encoding="utf-8"))
    spans = "\n".join(re.findall(r"`([^`\n]+)`", text))
    names = {name.rstrip("./") for name in NAME.findall(spans)} - TO_BE_ADDED
    assert names or document not in (DOCS / "architecture.md", DOCS / "kernels.md")
    assert sorted(name for name in names if not exists(name)) == []


def test_a_wrong_name_is_seen() -> None:
    """The search finds what is there, by any of its names, and nothing else."""
    assert all(
        map(exists, ("ops/pool", "ops/pool.plan", "runtime/plan.Plan.label", "kernels/modes"))
    )
    assert exists("codegen/spec.KernelSpec.wide")
    wrong = ("ops/pools", "ops/pool.plans", "runtime/plan.Plan.labels", "kernels/modes/no.mako")
    assert not any(map(exists, wrong))


def test_the_trip_of_a_call_names_what_there_is() -> None:
    """What the drawings of architecture.md name without its package, or its module, is in one."""
    text = (DOCS / "architecture.md").read_text(encoding="utf-8")
    drawings = "".join(TEXT.findall(text))
    names = set(re.findall(r"\b([A-Za-z_]+\.[A-Za-z_]\w*(?:\.\w+)?)", drawings))
    modules = [path for room in ROOMS for path in (ROOT / "clpool" / room).glob("*.py")]
    stems = {path.stem for path in modules}
    assert len([name for name in names if name.split(".")[0] in stems or name[0].isupper()]) > 20
    for name in names:
        first = name.split(".")[0]
        places = [f"{path.parent.name}/{path.stem}" for path in modules]
        wanted = [place for place in places if place.endswith(f"/{first}")]
        tried = [f"{place.partition('/')[0]}/{name}" for place in wanted]
        if first[0].isupper():
            tried = [f"{place}.{name}" for place in places]
        assert not tried or any(map(exists, tried)), name


def test_every_variable_of_the_environment_is_listed() -> None:
    """docs/devices.md has all that clpool reads, but for those between a parent and its workers."""
    sources = [*(ROOT / "clpool").rglob("*.py"), *(ROOT / "tools").rglob("*.py")]
    found = {name for path in sources for name in VARIABLE.findall(path.read_text())}
    listed = set(re.findall(r"^\| `(CLPOOL_\w+)`", (DOCS / "devices.md").read_text(), re.M))
    assert {"CLPOOL_DEVICE", "CLPOOL_TUNING"} <= found
    assert listed == {name for name in found if not name.startswith("CLPOOL_WORKER")}


def test_rooms_to_come_are_not_there() -> None:
    """A room that is built leaves the list of those that are not."""
    text = (DOCS / "architecture.md").read_text(encoding="utf-8")
    rooms = re.findall(r"^\| `(clpool/\w+)` \|", text, re.M)
    assert rooms
    assert [room for room in rooms if exists(room)] == []


def test_every_skeleton_has_a_section() -> None:
    """kernels.md draws each skeleton that kernels are rendered from, and links it in its table."""
    text = (DOCS / "kernels.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| \[([\w, ]+)\]\(#", text, re.M)
    skeletons = kernels_met.SKELETONS | kernels_met.OF_FLOATS | kernels_met.OF_INDICES
    assert {name for names in listed for name in names.split(", ")} == skeletons


def test_the_mode_of_contributing_works(registries: None) -> None:
    """The mode that CONTRIBUTING.md adds step by step is what its reference says."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    (snippet,) = re.findall(r"^```mako\n(.*?)^```\n", text, re.M | re.S)
    entry, definition = TEXT.findall(text)
    for table in (modes.MODES, reference.REFERENCES):
        table.pop("range", None)  # who follows the steps has it already
    exec(
        entry.replace('template="range.mako"', "source=snippet"),
        {**vars(modes), "snippet": snippet},
    )
    exec(definition, dict(vars(sliding)))
    x = np.array([[3, -np.inf, 4, 1, np.nan, 5, 9, 2, 6]], np.float32)
    window = SlidingWindow.of(1, 2, 1, ((3, 0),))
    found = clpool.pool(x, (2,), "range", 1, ((3, 0),))
    np.testing.assert_array_equal(found, reference.pool(x, window, "range"))
    assert found[0, :3].tolist() == [0, 0, 0]
    assert clpool.pool(x[:, -4:], (4,), "range").tolist() == [[7]]
    dispatch._plans.clear()


class Name(str):
    """The name of what has a docstring."""

    @property
    def facets(self) -> tuple[str, ...]:
        """What a test meets with it: the name of any ndim, and the ndim."""
        return re.sub(r"\dd", "", self), *re.findall(r"\dd", self)


def docstrings() -> dict[Name, doctest.DocTest]:
    """The docstrings that have examples, by the names of what they describe."""
    found, names = {}, {"np": np, "clpool": clpool}
    for module in pkgutil.walk_packages(clpool.__path__, "clpool."):
        if module.name.startswith("clpool.interop."):
            try:
                importlib.import_module(module.name)
            except ModuleNotFoundError as missing:
                if str(missing.name).startswith("clpool"):
                    raise
                continue  # its framework is an extra
        if not module.name.startswith(("clpool.tools", "clpool.__main__")):
            tests = doctest.DocTestFinder().find(
                importlib.import_module(module.name), extraglobs=names
            )
            found |= {Name(test.name): test for test in tests if test.examples}
    # Functions that another module's factory made are no members of a module to doctest.
    met = {name.rpartition(".")[2] for name in found}
    for name in set(clpool.__all__) - met:
        finder, one = doctest.DocTestFinder(recurse=False), getattr(clpool, name)
        if callable(one):
            tests = finder.find(
                one, f"clpool.{name}", module=False, globs={**vars(clpool), **names}
            )
            found |= {Name(test.name): test for test in tests if test.examples}
    return found


DOCSTRINGS = docstrings()
#: Their examples name no device: they ask for a CPU.
OF_CPUS = pytest.mark.of_cpus("torch's tensors are pooled on a CPU unless a device is named")
MARKS = {f"clpool.interop.torch.dispatcher.{name}": OF_CPUS for name in ("install", "installed")}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=MARKS.get(name, ())) for name in sorted(DOCSTRINGS)]
)
def test_docstring_examples(name: Name) -> None:
    """The examples in a docstring print what they show."""
    assert doctest.DocTestRunner().run(DOCSTRINGS[name]).failed == 0
