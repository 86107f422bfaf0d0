"""``clpool tune``: measures what is faster than the default kernels, and keeps it."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from ..errors import ArgumentValueError, ClpoolError
from ..runtime.tuned import user_folder
from ..tuner.journal import writing
from ..tuner.kernel_tuner import check_strategy
from ..tuner.outcome import Outcome
from ..tuner.reproducer import write_reproducer
from ..tuner.session import REPRODUCERS, Session, Settings
from ..tuner.start import starter
from ..tuning.space import EFFORTS
from ..worker.call import Call
from ..worker.recorded import read_calls
from ..worker.standard import STANDARD, calls_of
from .device_option import add_device
from .progress import Progress
from .table import HEADER, Headings, row

HELP = """\
For every call, kernels of other tuning parameters are built, verified against the reference and
timed in turn. One that is faster than the default by more than 2 % in repeated duels, with 95 %
confidence, is kept, and used by later calls of the same family and size; else the default stands,
and that is kept too. A run that was interrupted goes on where it was.

A CALL is a function with array forms in place of arrays, or a part of the name of a case of the
benchmark; without any, all cases are tuned. CLPOOL_RECORD=calls.jsonl records a program's calls.

examples:
  clpool tune "max_pool2d(float32[16, 64, 112, 112], 5, 2, 2)"
  clpool tune "5x5" "global avg" --budget 60
  CLPOOL_RECORD=calls.jsonl python train.py; clpool tune --calls calls.jsonl
  clpool tuned list

exit status: 0 done, or the time is over: the same command goes on with the calls that are left;
1 no device, or a default kernel that fails; 2 a mistake in the arguments, a call that is refused,
or a file that cannot be written; 3 a kernel's results were wrong; 130 interrupted: what was found
is kept.
"""

#: The suffixes of figures.
FIGURES = (".png", ".svg", ".pdf", ".jpg")
#: What is said of a call without elements.
NOTHING = "nothing to tune: it has no elements"


def add_to(commands: Any) -> None:
    """Add the command to those of the command line."""
    command = commands.add_parser(
        "tune", help="measure which kernels are faster, and keep them", epilog=HELP
    )
    command.add_argument("calls", nargs="*", metavar="CALL", help="a call, or a part of a name")
    command.add_argument("--calls", dest="file", type=Path, metavar="FILE", help="recorded calls")
    command.add_argument("--budget", type=float, default=120.0, metavar="SECONDS")
    command.add_argument("--effort", choices=EFFORTS, default="standard")
    add_device(command, "wanted")
    command.add_argument("--strategy", metavar="NAME", help="of Kernel Tuner, for large spaces")
    command.add_argument("--again", action="store_true", help="measure what has a record, too")
    command.add_argument("--retry", action="store_true", help="try what failed before, too")
    command.add_argument(
        "--no-wait", action="store_true", help="end where another process is measuring"
    )
    command.add_argument("--dry-run", action="store_true", help="say what would be tried")
    command.add_argument("--json", type=Path, metavar="FILE", help="write the records")
    command.add_argument("--figure", type=Path, metavar="FILE", help="draw gains and races")
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Tune; the exit status."""
    if not options.budget > 0:
        raise ArgumentValueError(f"--budget must be more than 0 seconds, got {options.budget:g}")
    for name, path in (("--json", options.json), ("--figure", options.figure)):
        if path is not None and not path.resolve().parent.is_dir():
            raise ArgumentValueError(f"{name} {path}: there is no folder {path.resolve().parent}")
    if options.figure is not None and options.figure.suffix not in FIGURES:
        raise ArgumentValueError(f"--figure {options.figure}: allowed: {', '.join(FIGURES)}")
    calls = [str(call) for call in _calls(options)]
    settings = Settings(
        user_folder(),
        options.budget,
        options.effort,
        again=options.again or options.retry,
        retry=options.retry,
        wait=not options.no_wait,
        strategy=options.strategy,
    )
    if options.strategy is not None:
        check_strategy(options.strategy)
    progress, headings = Progress(calls, options.budget), Headings(calls)
    outcomes: list[Outcome] = []
    began, interrupted, left = time.monotonic(), False, len(calls)
    failed: dict[str, str] = {}
    empty: list[str] = []
    ended: Exception | None = None
    try:
        with closing(Session(settings, starter(options.wanted), progress.report)) as session:
            if options.dry_run:
                return _dry_run(session, calls, headings)
            try:
                for outcome in session.run(calls):
                    progress.clear()
                    if not outcomes:
                        print(f"{_device(outcome)}   budget {options.budget:g} s\n{HEADER}")
                    outcomes.append(outcome)
                    print(headings.before(outcome.call), end="")
                    _tell(outcome, settings.root)
            finally:
                failed, empty = session.failed, session.empty
                left = len(calls) - session.done - len(failed) - len(empty)
    except KeyboardInterrupt:
        interrupted = True
    except (ClpoolError, OSError) as error:
        if not outcomes:
            raise
        ended = error  # what was found is said first
    progress.clear()
    left -= len({outcome.call for outcome in outcomes if outcome.status == "failed"})
    if outcomes or not failed:
        print(_summary(outcomes, time.monotonic() - began, settings.root))
    if left:
        over = "" if interrupted or ended else ", since the time is over"
        print(f"{left} of {len(calls)} calls are left{over}: the same command goes on with them")
    for call in empty:
        print(f"{call}: {NOTHING}")
    for reason in failed.values():
        print(f"clpool: error: {reason}", file=sys.stderr)
    _write(options, outcomes)
    if ended is not None:
        raise ended
    if interrupted:
        return 130
    if any(outcome.wrong for outcome in outcomes):
        return 3
    return 1 if any(o.status == "failed" for o in outcomes) else 2 if failed else 0


def _tell(outcome: Outcome, root: Path) -> None:
    """Print the row of an outcome, and where its wrong results are repeated."""
    print(row(outcome), flush=True)
    for choice, answer in (outcome.wrong or {}).items():
        print(f"  wrong: {write_reproducer(root / REPRODUCERS, outcome.record, choice, answer)}")


def _calls(options: argparse.Namespace) -> Sequence[Call]:
    """The calls that are tuned."""
    found: list[Call] = []
    for text in options.calls:
        found += calls_of(text)
    if options.file is not None:
        recorded = read_calls(options.file, _warn)
        if not recorded:
            raise ArgumentValueError(f"--calls {options.file}: there is no call that can be tuned")
        found += [call for call, _ in recorded]
    return list(dict.fromkeys(found or map(Call.parse, STANDARD.values())))


def _warn(mistake: str) -> None:
    """Print what was skipped, and why."""
    print(f"clpool: warning: {mistake}", file=sys.stderr)


def _device(outcome: Outcome) -> str:
    """The device of an outcome, for people."""
    key, facts = outcome.record.device, outcome.record.facts
    units = f"{key.architecture}, {key.units} units"
    return f"device  {facts.get('name', key.board)} ({units}), {key.stack} {key.driver}"


def _summary(outcomes: Sequence[Outcome], seconds: float, root: Path) -> str:
    """What was done, in a line."""
    decided = sum(outcome.is_decided for outcome in outcomes)
    tuned = sum(1 for outcome in outcomes if outcome.record.winner is not None)
    wrong = sum(len(outcome.wrong or {}) for outcome in outcomes)
    builds = sum(outcome.builds for outcome in outcomes)
    return (
        f"{decided} families, {tuned} tuned, {wrong} wrong, {seconds:.0f} s, "
        f"{builds} kernels built; kept in {root}"
    )


def _dry_run(session: Session, calls: Sequence[str], headings: Headings) -> int:
    """Say how many kernels and launches would be tried of each call."""
    for call, opened in session.opened(calls):
        launches = len(opened["candidates"])
        kernels = len({each["kernel"] for each in opened["candidates"]})
        label = opened["family"]["label"]
        print(f"{headings.before(call)}{kernels:>7} kernels{launches:>6} launches  {label}")
    for call in session.empty:
        print(f"{call}: {NOTHING}")
    return 0


def _write(options: argparse.Namespace, outcomes: Sequence[Outcome]) -> None:
    """The files that were asked for."""
    records = [outcome.record.to_json() for outcome in outcomes if outcome.is_decided]
    if options.json is not None:
        with writing(options.json):
            options.json.write_text(json.dumps(records, indent=1), encoding="utf-8")
    if options.figure is not None and records:
        from ..tuner.figure import figure

        figure(records, options.figure)
