"""The entries of the kept table: what a case costs on a card, with what it follows from."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import prod
from typing import Any

from clpool.codegen.render import render
from clpool.codegen.spec import KernelSpec
from clpool.runtime.device import default_queue
from clpool.schedule.chunks import Chunk

from .bound import Instructions
from .cases import Case
from .compile import Job
from .devices import CARDS, Card
from .instructions import of_counts
from .model import Judgement, judged
from .static import TARGET_CARDS, Row, Work, rows
from .toolchain import Toolchain

#: A card by its name, and the target that its kernels are compiled for, "" where there is none.
Place = tuple[str, str]
#: The cards that have peaks, and those that stand for further targets.
PLACES: tuple[Place, ...] = tuple(
    dict.fromkeys(
        [
            *((name, card.target) for name, card in CARDS.items() if card.peaks),
            *((card, target) for target, card in TARGET_CARDS.items()),
        ]
    )
)
_render = lru_cache(maxsize=64)(render)


@dataclass(frozen=True)
class Entry:
    """A case on a card, through the compiler of a target.

    Args:
        digest: of the kernel's source and its launch: whatever the others follow from.
        registers, spills, scratch, diagnostics: the compiler's; None, where there is none.
        each: instructions per output; ``load``, over the card's budget; None: not known.
        share: of a copy's speed; ``limit``, the longest time; None on a target beside the card's.
        lanes, useful: of the lanes of active waves, see :class:`Transactions`; no ``useful`` where
            work-items work together, of which not each has a result.
        error: why something is not known.
    """

    digest: str
    registers: int | None = None
    spills: int | None = None
    scratch: int | None = None
    diagnostics: int | None = None
    each: float | None = None
    load: float | None = None
    share: float | None = None
    limit: str = ""
    lanes: float | None = None
    useful: float | None = None
    error: str = ""


#: The entries of a table, by the case's name, the card's and the target.
Key = tuple[str, str, str]
Table = dict[Key, Entry]
#: The cases, and the places of each, whose entries are wanted.
Wanted = dict[Case, list[Place]]


def work_of(case: Case, place: Place) -> Work | None:
    """A case's kernel and launch on a card; None where that lacks the element type."""
    card = CARDS[place[0]]
    if not case.runs_on(card.traits):
        return None
    spec, parts = case.schedule(card.traits)
    return Work(case, place[1], card, spec, parts[0], _render(spec), len(parts))


def digest_of(work: Work) -> str:
    """The digest of a kernel's source, its compiler and its launch."""
    part = work.part
    job = Job(work.spec.label, work.source, work.target)
    facts = (job.digest, part.group, part.size, part.launches, part.blocks)
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:16]


def digests(cases: Iterable[Case], places: Collection[Place] = PLACES) -> dict[Key, str]:
    """The digests of all that a table of these cases and places has entries for."""
    return {
        (case.name, *place): digest_of(work)
        for case in cases
        for place in places
        if (work := work_of(case, place)) is not None
    }


def entries(case: Case, places: Collection[Place], tools: Toolchain) -> dict[Place, Entry]:
    """The entries of a case: compiled, executed, traced."""
    works = {place: work for place in places if (work := work_of(case, place)) is not None}
    compiled = [work for work in works.values() if work.target]
    found = dict(zip(map(_place, compiled), rows(compiled, tools, 1), strict=True))
    cards = [CARDS[name] for name, target in works if target == CARDS[name].target]

    def counted(_case: Case, _spec: KernelSpec, _chunk: Chunk, card: Card) -> Instructions | None:
        row, work = found.get((card.name, card.target)), works[card.name, card.target]
        if row is None or row.counts is None:
            return None
        return of_counts(row.counts, prod(row.group) if "barrier(" in work.source else 1)

    shares = {j.card: j for j in judged(case, cards, default_queue(), counted)}
    return {
        place: entry(
            work,
            found.get(place),
            shares.get(place[0]) if work.target == work.card.target else None,
        )
        for place, work in works.items()
    }


def _place(work: Work) -> Place:
    return work.card.name, work.target


def entry(work: Work, row: Row | None, judgement: Judgement | None) -> Entry:
    """An entry, of what the compilers' table and the model say."""
    facts: dict[str, Any] = {"digest": digest_of(work)}
    if row is not None:
        facts["error"] = row.error
        if report := row.report:
            names = ("registers", "spills", "scratch", "diagnostics")
            facts |= {name: getattr(report, name) for name in names}
        if row.per_output is not None and row.load is not None:
            facts |= {"each": round(row.per_output, 2), "load": round(row.load, 3)}
    if judgement is not None:
        shares = {name: round(getattr(judgement, name), 3) for name in ("share", "lanes", "useful")}
        facts |= {**shares, "limit": judgement.limit}
        if "barrier(" in work.source:
            facts["useful"] = None
    return Entry(**facts)


def wanted(
    cases: Iterable[Case], there: Mapping[Key, str], kept: Table, anew: Collection[str] = ()
) -> Wanted:
    """The cases and places whose kernels or launches are not those of the kept table.

    Args:
        there: the digests of the cases.
        anew: names of cases that are wanted whether they are or not.
    """
    named = {case.name: case for case in cases}
    found: Wanted = {}
    for key, digest in there.items():
        case, card, target = key
        if case in anew or key not in kept or kept[key].digest != digest:
            found.setdefault(named[case], []).append((card, target))
    return found
