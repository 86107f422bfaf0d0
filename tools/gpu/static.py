"""The table of kernels: for every case and target what its compiler says and what an item runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

from clpool.codegen.render import render
from clpool.codegen.spec import KernelSpec
from clpool.schedule.chunks import Chunk

from .arrays import launch_of
from .cases import Case
from .compile import INTEL, TARGETS, Compiled, Job, compile_all
from .counts import executed, walked
from .devices import CARDS, Card
from .item import Counts, EmulationError
from .reports import Report, report
from .toolchain import Toolchain

#: The card that a target's kernels are scheduled for, whose budget they are held against.
TARGET_CARDS = {
    "sm_75": "RTX 3060",
    "sm_86": "RTX 3060",
    "sm_90": "H200",
    "gfx90a": "MI210",
    "gfx1030": "RX 6700",
    "skl": "UHD 620",
    "dg2": "Arc A770",
}
#: What is executed, by the case, the kernel's digest and the launch.
_Known = dict[tuple[Any, ...], Counts]
#: The targets that say how much an item loads, for those that are walked.
_EXECUTED = ("sm_86", "gfx1030")


@dataclass(frozen=True)
class Work:
    """A case on a target: its spec, its launch and its source."""

    case: Case
    target: str
    card: Card
    spec: KernelSpec
    part: Chunk
    source: str
    parts: int

    @property
    def jobs(self) -> list[Job]:
        """What is compiled; of a target that is walked the others that are executed, too."""
        more = _EXECUTED if self.target in INTEL else ()
        return [Job(self.spec.label, self.source, target) for target in (self.target, *more)]


@dataclass(frozen=True)
class Row:
    """A line of the table.

    Args:
        case, target, card, kernel, template, width: names, and outputs of a vector.
        group: the work-group.
        report: None where there is no assembly.
        counts: of a work-item, or of a group whose items work together; None where not known.
        bytes: read and written at least, per output.
        error: why something is not known.
    """

    case: str
    target: str
    card: str
    kernel: str
    template: str
    width: int
    group: tuple[int, ...]
    bytes: float
    report: Report | None = None
    counts: Counts | None = None
    error: str = ""

    @property
    def per_output(self) -> float | None:
        """Instructions per output with every lane in use."""
        if self.counts is None:
            return None
        return self.counts.instructions / self.counts.results

    @property
    def load(self) -> float | None:
        """Instructions over what the card issues while it moves the bytes; above 1 they limit."""
        peaks = CARDS[self.card].peaks
        if self.per_output is None or peaks is None:
            return None
        return self.per_output / self.bytes / peaks.budget

    def as_dict(self) -> dict[str, Any]:
        """The row for a record."""
        found = {
            name: part and vars(part)
            for name, part in (("report", self.report), ("counts", self.counts))
        }
        return {**vars(self), **found, "per_output": self.per_output, "load": self.load}


def works(cases: Iterable[Case], targets: Iterable[str] = TARGETS) -> Iterator[Work]:
    """What there is to compile: every case on every target whose card computes its type."""
    wanted = list(targets)
    for case in cases:
        for target in wanted:
            card = CARDS[TARGET_CARDS[target]]
            if case.runs_on(card.traits):
                spec, parts = case.schedule(card.traits)
                yield Work(case, target, card, spec, parts[0], render(spec), len(parts))


def rows(
    found: Sequence[Work], tools: Toolchain, workers: int = 2, seconds: float = 3600
) -> list[Row]:
    """The lines of the table; a kernel whose compilation is not begun in time has none."""
    jobs = {(job.digest): job for work in found for job in work.jobs}
    done = dict(zip(jobs, compile_all(jobs.values(), tools, workers, seconds), strict=True))
    known: _Known = {}
    lines = []
    for work in found:
        compiled = [done[job.digest] for job in work.jobs]
        ready = [one for one in compiled if one is not None]
        if len(ready) == len(compiled):
            lines.append(_row(work, ready, known))
    return lines


def _row(work: Work, compiled: list[Compiled], known: _Known) -> Row:
    """A line of the table, from the target's assembly and those of the others it needs."""
    spec, problem = work.spec, work.case.problem
    outputs = prod(problem.output_shape)
    facts: dict[str, Any] = {
        "case": work.case.name,
        "target": work.target,
        "card": work.card.name,
        "kernel": spec.label,
        "template": spec.template,
        "width": spec.width,
        "group": tuple(work.part.group),
        "bytes": work.case.bytes_moved / outputs,
    }
    if errors := [one.error for one in compiled if one.error]:
        return Row(**facts, error=errors[0][:500])
    facts["report"] = report(compiled[0], work.part.group)
    try:
        facts["counts"] = _counts(work, compiled, outputs / work.parts, known)
    except EmulationError as error:
        facts["error"] = str(error)
    return Row(**facts)


def _counts(work: Work, compiled: list[Compiled], outputs: float, known: _Known) -> Counts:
    """What an item executes, or a group whose items work together; ``known`` keeps it."""
    launch = launch_of(work.case.problem, work.spec, work.part, work.source)
    values = [a for a in launch.arguments if isinstance(a, bytes)]

    def counted(job: Job, one: Compiled) -> Counts:
        key = (work.case.name, job.digest, launch.group, launch.groups, *values)
        if key not in known:
            known[key] = executed(one, launch, outputs)
        return known[key]

    pairs = list(zip(work.jobs, compiled, strict=True))
    if work.target not in INTEL:
        return counted(*pairs[0])
    items = prod(launch.group) if "barrier(" in work.source else 1
    rows_of_taps = max(prod(work.spec.kernel[:-1]), 1)
    return walked(compiled[0], [counted(*pair) for pair in pairs[1:]], rows_of_taps, items)
