"""Kernels for GPUs that are not here: ``python -m clpool.tools.gpu``.

``install`` fetches the offline compilers of NVIDIA, AMD and Intel; ``static`` compiles the kernels
of every case and prints what they cost; ``assembly`` prints one kernel's; ``gate`` holds those that
changed against the kept table.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from . import gate, static
from .cases import CASES, chosen
from .compile import TARGETS, Job, compiled
from .static import Row
from .toolchain import Toolchain, ToolchainError

EXAMPLES = """\
examples:
  python -m clpool.tools.gpu install
  python -m clpool.tools.gpu static --json out/gpu.json
  python -m clpool.tools.gpu static --cases "A max" gradient --targets sm_86 gfx1030
  python -m clpool.tools.gpu gate --keep
  python -m clpool.tools.gpu assembly "B max 2x2 s2" sm_86
"""
HEADER = (
    f"{'case':<34} {'target':<8}{'regs':>5}{'spill':>6}{'local':>6}{'simd':>5}{'occ':>5}"
    f"{'before':>7}{'64-bit':>7}{'executed':>9}{'outputs':>8}{'each':>9}{'load':>7}  accesses"
)


def line(row: Row) -> str:
    """A line of the table."""
    start = f"{row.case:<34} {row.target:<8}"
    found = row.report
    if found is None:
        return f"{start}{row.error.splitlines()[0][:80]}"
    text = (
        f"{start}{found.registers:>5}{found.spills:>6}{found.local:>6}{found.simd:>5}"
        f"{found.occupancy:>5.0%}{found.before:>7}{found.wide:>7}"
    )
    if row.counts is None:
        text += f"{'-':>9}{'-':>8}{'-':>9}{'-':>7}"
    else:
        text += f"{row.counts.instructions:>9.0f}{row.counts.results:>8.0f}{row.per_output:>9.1f}"
        text += f"{row.load:>7.2f}" if row.load is not None else f"{'-':>7}"
    widths = ("+".join(f"{n}x{bits}" for bits, n in c.items()) for c in (found.loads, found.stores))
    return f"{text}  {'; '.join(widths)}" + (f"  ({row.error[:60]})" if row.error else "")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; the exit status is 1 where a kernel does not compile."""
    options = _parser().parse_args(arguments)
    tools = Toolchain.default()
    try:
        if options.command == "install":
            for name in tools.install():
                print(name)
            return 0
        tools.check()
        cases = chosen(options.cases)
        if options.command == "gate":
            return gate.run(options, cases, tools)
    except (ToolchainError, ValueError) as error:
        sys.exit(str(error))
    works = list(static.works(cases, options.targets))
    if options.command == "assembly":
        for work in works:
            print(compiled(Job(work.spec.label, work.source, work.target), tools).assembly)
        return 0
    found = static.rows(works, tools, options.jobs, options.seconds)
    print(HEADER)
    for row in found:
        print(line(row))
    if missing := len(works) - len(found):
        print(f"{missing} kernels were not compiled within {options.seconds} s; run it again")
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps([row.as_dict() for row in found], indent=1))
        print(f"record  {options.json}")
    return int(any(row.report is None for row in found))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m clpool.tools.gpu",
        description="Kernels for GPUs that are not here.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("install", help="fetch the offline compilers")
    table = commands.add_parser("static", help="print what the kernels cost")
    names = f"only cases whose name holds one of these; there are {len(CASES)}"
    table.add_argument("--cases", nargs="+", default=[], metavar="WORD", help=names)
    table.add_argument("--targets", nargs="+", default=TARGETS, choices=TARGETS)
    table.add_argument("--jobs", type=int, default=2, help="compilers at once (%(default)s)")
    limit = "no compilation begins after so many (default: %(default)s)"
    table.add_argument("--seconds", type=float, default=3600, help=limit)
    table.add_argument("--json", type=Path, help="where to write the record")
    gate.add(commands.add_parser("gate", help="compare what changed with the kept table"))
    text = commands.add_parser("assembly", help="print a kernel's assembly")
    text.add_argument("cases", nargs=1, metavar="case", help="a part of its name")
    text.add_argument("targets", nargs=1, metavar="target", choices=TARGETS)
    return parser


if __name__ == "__main__":
    sys.exit(main())
