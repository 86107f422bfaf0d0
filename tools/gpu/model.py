"""The cards' speed by the model, as shares of a copy's: ``python -m clpool.tools.gpu.model``.

A case is traced once for each kernel and work-group that cards have for it, and counted for every
card. No card is needed; offline compilers, where they are installed, tell the instructions.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from math import prod
from pathlib import Path
from typing import Any

import pyopencl as cl

import clpool
from clpool.codegen.spec import KernelSpec
from clpool.runtime.device import default_queue
from clpool.schedule.chunks import Chunk

from .accesses import Trace
from .bound import Instructions, bound
from .cases import Case, chosen
from .devices import CARDS, Card
from .instructions import instructions
from .model_figure import draw
from .stand_in import TAPS, arrays, stand_in
from .toolchain import Toolchain
from .traced_launch import trace_chunk
from .transactions import Memory, Transactions, transactions

#: The instructions of an item of a launch on a card; None: not known.
Counted = Callable[[Case, KernelSpec, Chunk, Card], Instructions | None]

USUAL = ("RTX 3060", "RTX 3080", "H200", "MI210", "RX 6700", "Arc A770")


@dataclass(frozen=True)
class Judgement:
    """A case on a card.

    Args:
        kernel, group: the kernel's label and its work-group.
        lanes, useful: shares of the lanes of active waves, see :class:`Transactions`.
        lines, segments: bytes of lines, and clocks of the first-level cache, per output.
        moved: bytes through memory over those that must move.
        instructions: of an item; None: not known, and so no limit.
        share: of a copy's speed; ``limit`` names the longest time.
    """

    case: str
    card: str
    kernel: str
    group: tuple[int, ...]
    lanes: float
    useful: float
    lines: float
    segments: float
    moved: float
    instructions: float | None
    share: float
    limit: str


def judged(
    case: Case, cards: Sequence[Card], queue: cl.CommandQueue, counted: Counted, taps: int = TAPS
) -> Iterator[Judgement]:
    """The judgements of a case on the cards that compute in its element type."""
    traces: dict[Any, Trace] = {}
    works: dict[Any, Transactions] = {}
    for card in cards:
        if card.peaks is None or not case.runs_on(card.traits):
            continue
        small, spec, chunk = stand_in(case, card.traits, taps=taps)
        problem = small.problem
        key = (spec, small.shape, chunk.group, chunk.size, chunk.blocks)
        if key not in traces:
            traces[key] = trace_chunk(queue, problem, spec, chunk, arrays(small))
        known, memory = counted(small, spec, chunk, card), Memory.of(card)
        if known is not None and known.widest is not None:
            memory = memory.compiled(*known.widest)
        if (key, memory) not in works:
            works[key, memory] = transactions(traces[key], memory)
        work = works[key, memory]
        # Windows apart from each other leave some of the input where it is.
        must_move = min(small.bytes_moved, work.read + work.written)
        limits = bound(work, card.peaks, must_move, known)
        outputs = prod(problem.output_shape)
        yield Judgement(
            case=case.name,
            card=card.name,
            kernel=spec.label,
            group=tuple(chunk.group),
            lanes=work.lanes,
            useful=work.useful,
            lines=work.lines / outputs,
            segments=work.segments / outputs,
            moved=(work.read + work.written) / must_move,
            instructions=None if known is None else known.all,
            share=limits.share,
            limit=limits.limit,
        )


def table(found: Sequence[Judgement], before: Sequence[Judgement] = ()) -> str:
    """A line for each judgement: shares in percent, ``before`` them those of an older record."""
    old = {(j.case, j.card): j.share for j in before}
    lines = [
        f"{'case':36} {'card':12} {'before':>6} {'share':>6} limit   lanes useful moved  kernel"
    ]
    for j in found:
        known = old.get((j.case, j.card))
        earlier = "" if known is None else f"{known:.0%}"
        limit = j.limit if j.instructions is not None else j.limit + "?"
        lines.append(
            f"{j.case:36} {j.card:12} {earlier:>6} {j.share:>6.0%} {limit:7} {j.lanes:5.0%} "
            f"{j.useful:6.0%} {j.moved:5.2f}  {j.kernel}"
        )
    return "\n".join(lines)


def write(path: Path, found: Sequence[Judgement]) -> None:
    """Write a record."""
    path.parent.mkdir(parents=True, exist_ok=True)
    record = {"clpool": clpool.__version__, "cases": [asdict(j) for j in found]}
    path.write_text(json.dumps(record, indent=1), encoding="utf-8")


def read(path: Path) -> list[Judgement]:
    """The judgements of a record."""
    record = json.loads(path.read_text(encoding="utf-8"))
    return [Judgement(**{**case, "group": tuple(case["group"])}) for case in record["cases"]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Judge cases, print a table, and return the exit status of the process."""
    parser = argparse.ArgumentParser(
        prog="python -m clpool.tools.gpu.model", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--cases", nargs="+", default=[], help="strings in names of cases")
    parser.add_argument("--cards", nargs="+", default=USUAL, choices=sorted(CARDS), metavar="CARD")
    parser.add_argument("--json", type=Path, help="where to write the record")
    parser.add_argument("--before", type=Path, help="a record to compare with")
    parser.add_argument("--figure", type=Path, help="where to draw")
    options = parser.parse_args(arguments)
    tools = Toolchain.default()
    counted: Counted = partial(instructions, tools=tools)
    if tools.missing():
        print(f"no offline compilers in {tools.folder}: instructions set no limit")
        counted = _unknown
    queue, cards = default_queue(), [CARDS[name] for name in options.cards]
    found: list[Judgement] = []
    for case in chosen(options.cases):
        found += judged(case, cards, queue, counted)
        if options.json:  # a run that is ended leaves what it found
            write(options.json, found)
    before = read(options.before) if options.before else []
    print(table(found, before))
    if options.figure:
        draw(options.figure, found, before)
    return 0


def _unknown(*_: Any) -> None:
    """The instructions of no kernel are known."""


if __name__ == "__main__":
    sys.exit(main())
