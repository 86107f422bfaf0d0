"""The instructions that a kernel executes per output, on an input without NaN.

Work-items of the launch's middle group are executed one by one on the assembly itself, so that
every branch goes where it goes and every loop is as long as it is: nothing is estimated. Slow paths
of divisions and for NaN count only where an item takes them. Of kernels whose items work together
(those with barriers) the whole group counts, by the mean of some of its items; of others the item
with the most work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from math import prod

from . import gcn, gcn_vector, gen, sass, sass_steps
from .compile import AMD, NVIDIA, Compiled
from .item import Buffer, Counts, EmulationError, Launch, Memory

Triple = tuple[int, int, int]
Run = Callable[[Launch, Triple, Triple], tuple[Counts, Memory]]
#: Items of a group that are executed, about.
_TRIED = 24


def executed(compiled: Compiled, launch: Launch, outputs: float) -> Counts:
    """What one work-item executes and stores; the whole group, where its items work together.

    Args:
        outputs: results that the launch stores in all.

    Raises:
        EmulationError: the emulator lacks an instruction, or no item stores a result.
    """
    run, together = emulator(compiled)
    for group in _groups(launch):
        found = list(_items(run, launch, group))
        if together:
            return _whole(found, prod(launch.group), outputs / prod(launch.groups))
        if stored := [counts for counts in found if counts.results]:
            return max(stored, key=lambda c: (c.results, c.instructions, c.loads.total()))
    raise EmulationError("no item stores a result")


def _whole(found: list[Counts], items: int, results: float) -> Counts:
    """The counts of a group, from those of some of its items."""
    total = Counts()
    for counts in found:
        total.add(counts)
    return total.scaled(items / len(found), results)


def _items(run: Run, launch: Launch, group: Triple) -> Iterator[Counts]:
    """The counts of some items of a group, evenly spread."""
    everyone = [item[::-1] for item in product(*(range(n) for n in launch.group[::-1]))]
    step = max(len(everyone) // _TRIED, 1)
    if step > 1:
        step |= 1  # odd: not always the same column
    for item in everyone[::step]:
        counts, memory = run(launch, group, item)  # type: ignore[arg-type]
        counts.results = _results(launch, memory)
        yield counts


def _results(launch: Launch, memory: Memory) -> int:
    """The outputs that an item stored."""
    for number, argument in enumerate(launch.arguments):
        if isinstance(argument, Buffer) and argument.items:
            return len(memory.stored(number)) // argument.items
    return 0


def _groups(launch: Launch) -> Iterator[Triple]:
    """The middle group, and others nearer to the first."""
    for part in (2, 4, 8, max(prod(launch.groups), 1)):
        x, y, z = (n // part for n in launch.groups)
        yield x, y, z


def emulator(compiled: Compiled) -> tuple[Run, bool]:
    """How an item is executed, and whether those of a group work together."""
    if compiled.target in NVIDIA:
        program = sass.parse(compiled.assembly)
        steps = sass_steps.steps(program)
        together = any(found.base == "BAR" for found in program.instructions)
        return (lambda *where: sass.execute(program, steps, *where)), together
    if compiled.target in AMD:
        code = gcn.parse(compiled.assembly)
        does = gcn_vector.steps(code)
        together = any(found.name == "s_barrier" for found in code.instructions)
        return (lambda *where: gcn.execute(code, does, *where)), together
    raise EmulationError(f"there is no emulator of {compiled.target}")


def walked(compiled: Compiled, found: list[Counts], rows: int, items: int) -> Counts:
    """The lane-instructions of Intel's assembly, see :mod:`clpool.tools.gpu.gen`.

    Args:
        found: what the same item, or group, executes on other targets. Whole vectors may be read
            where others read parts of them: the most counts, but in loops, which the first tells.
        rows: rows of taps that an item reads.
        items: work-items of a group that work together, or 1.
    """
    program = gen.parse(compiled.assembly, compiled.simd)
    bits = [sum(width * n for width, n in counts.loads.items()) for counts in found]
    walk = gen.Walk(
        *(program, (bits[0] if program.loads_in_loops else max(bits)) / items),
        *(rows, found[0].barriers / items),
    )
    walk.run(0, len(program.instructions))
    results = found[0].results
    return Counts(walk.lanes * items / compiled.simd, results=results)
