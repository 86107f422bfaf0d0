"""Pooling against the fastest rivals and against a plain copy: ``python -m clpool.tools.bench``.

Every contender's result is checked against :mod:`clpool.reference` before it is timed; one that is
wrong is reported and not timed. All are timed in turn, round by round, in an order in which
everyone comes after everyone else equally often, each after a pause and a call that is not timed.
The floor is the time in which as many bytes as the case must read and write are copied, by the
faster of two plain copies, in the same rounds with as many threads.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from ..fuzz.report import Mismatch
from . import against, figure
from .cases import CASES, Case, chosen, of_sizes
from .contender import COPY, Absent, Contender, Field, Library
from .problems import Problem, problem_of
from .record import HEADER, Outcome, circumstances, progress, rates, show, summary, write
from .rivals import copies, libraries
from .rounds import timed
from .torch import inference

EXAMPLES = """\
examples:
  python -m clpool.tools.bench
  python -m clpool.tools.bench --cases A "avg 3x3" --repeats 50
  python -m clpool.tools.bench --quick --rivals torch
  python -m clpool.tools.bench --sizes 3 2 --figure out/sizes.png
  python -m clpool.tools.bench --json out/bench.json --figure out/bench.png
  python -m clpool.tools.bench --against HEAD~3 --cases "A max" --json out/against.json
"""


def prepared(
    problem: Problem, rivals: Mapping[str, Library], field: Field, outcome: Outcome
) -> list[Contender]:
    """All who give right results; the outcome says who does not, and who is absent."""
    ready = list(copies(problem.bytes_moved, field))
    for library, contenders in rivals.items():
        name, found = library, contenders(problem, field)
        while True:
            try:
                contender = next(found)
                name = contender.name
                problem.check(contender.results(contender.run()))
                ready.append(contender)
            except StopIteration:
                break
            except Mismatch as error:
                outcome.wrong[name] = str(error)
            except Exception as error:  # whatever it is, the others go on
                kind = "" if isinstance(error, Absent) else f"{type(error).__name__}: "
                outcome.absent[name] = kind + " ".join(str(error).split())[:160]
    return ready


def compete(case: Case, rivals: Mapping[str, Library], field: Field, repeats: int) -> Outcome:
    """One case: inputs, answers, everyone's check, and the times of those who passed."""
    problem = problem_of(case)
    outcome = Outcome(case.name, case.shape, case.dtype, problem.bytes_moved)
    ready = prepared(problem, rivals, field, outcome)
    outcome.timings = timed(ready, repeats)
    for contender in ready:  # what was timed is still right
        if contender.library == COPY:
            continue
        try:
            problem.check(contender.results(contender.run()))
        except Mismatch as error:
            outcome.wrong[contender.name] = f"after it was timed: {error}"
    outcome.timings = [t for t in outcome.timings if t.name not in outcome.wrong]
    return outcome


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; the exit status is 1 where clpool was wrong or could not do a case."""
    options = _parser().parse_args(arguments)
    field = Field.of(options.arrays)
    try:
        cases = chosen(options.cases)
        if options.sizes:
            kernel, stride = options.sizes
            cases = of_sizes(kernel, stride, options.most_bytes)
        rivals = libraries(field, options.rivals)
    except ValueError as error:
        sys.exit(str(error))
    if options.quick:
        cases = [case.quick() for case in cases]
    if options.against:
        return against.run(options.against, cases, field, options.json)
    about = circumstances(field)
    about |= {"quick": options.quick, "repeats": options.repeats, "sizes": options.sizes}
    if options.quick:
        print("QUICK: small inputs, which show that all works and not how fast it is\n")
    for name in ("device", "platform", "threads", "arrays", "cpu", "versions"):
        print(f"{name:<9} {about[name]}")
    print(f"\n{HEADER}")
    outcomes = []
    with inference():
        for case in progress(cases, lambda case: case.name):
            outcomes.append(compete(case, rivals, field, options.repeats))
            show("\n".join(outcomes[-1].lines()) + "\n")
            if options.json:  # a benchmark that is ended leaves what it found
                write(options.json, {"about": about, "cases": [o.as_dict() for o in outcomes]})
    print("\n".join(rates(outcomes) if options.sizes else summary(outcomes)))
    if options.json:
        print(f"record  {options.json}")
    if options.figure:
        figure.draw(options.figure, about, outcomes)
        print(f"figure  {options.figure}")
    return int(any(outcome.own_fault for outcome in outcomes))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m clpool.tools.bench",
        description="Pooling against the fastest rivals and against a plain copy.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    names = f"only cases whose name holds one of these; there are {len(CASES)}"
    parser.add_argument("--cases", nargs="+", default=[], metavar="WORD", help=names)
    parser.add_argument("--quick", action="store_true", help="small inputs")
    parser.add_argument("--repeats", type=int, default=30, help="rounds (default: %(default)s)")
    parser.add_argument(
        "--arrays",
        choices=("auto", "numpy", "device"),
        default="auto",
        help="what clpool is given; auto: numpy arrays on a CPU, device arrays on a GPU",
    )
    parser.add_argument("--rivals", nargs="+", default=[], metavar="NAME", help="only these")
    parser.add_argument(
        "--sizes",
        nargs=2,
        type=int,
        metavar=("KERNEL", "STRIDE"),
        help="instead of the cases: one maximum of inputs of 1 KiB to --most-bytes",
    )
    parser.add_argument(
        "--most-bytes", type=int, default=1 << 30, help="with --sizes (default: %(default)s)"
    )
    parser.add_argument(
        "--against",
        metavar="REF",
        help="instead of rivals, time the files here beside those of a revision of git",
    )
    parser.add_argument("--json", type=Path, help="where to write the record")
    parser.add_argument("--figure", type=Path, help="where to draw")
    return parser


if __name__ == "__main__":
    sys.exit(main())
