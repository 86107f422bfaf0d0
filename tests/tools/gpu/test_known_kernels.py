"""The model beside offline compilers: kernels by hand, their assembly executed."""

from __future__ import annotations

from math import prod

import numpy as np
import pytest

from clpool.runtime.capabilities import is_pocl
from clpool.runtime.device import default_queue
from clpool.tools.gpu import known_kernels as known
from clpool.tools.gpu.bound import bound
from clpool.tools.gpu.compile import Job, compiled
from clpool.tools.gpu.counts import executed
from clpool.tools.gpu.devices import CARDS
from clpool.tools.gpu.instructions import of_counts
from clpool.tools.gpu.item import Counts
from clpool.tools.gpu.toolchain import Toolchain
from clpool.tools.gpu.traced_source import kernel_of
from clpool.tools.gpu.transactions import Memory, item_widths, transactions

TOOLS = Toolchain.default()
pytestmark = [
    pytest.mark.device,
    pytest.mark.skipif(bool(TOOLS.missing()), reason=f"no offline compilers in {TOOLS.folder}"),
    pytest.mark.skipif(
        not is_pocl(default_queue().device), reason="marks are clang's C, and groups a GPU's: PoCL"
    ),
]

LAUNCHES = {
    "copy": known.move(known.COPY, 1024, 4096, 4096),
    "unaligned": known.move(known.UNALIGNED, 1024, 4096, 4096),
    "every second": known.move(known.EVERY_SECOND, 1024, 2048, 1024),
    "gathered": known.gathered(32, 4, kernel=3, stride=1, pad=1),
}


def counts(launch: known.KnownLaunch, target: str) -> Counts:
    """The counts of an item with the most work."""
    found = compiled(Job(kernel_of(launch.source)[0], launch.source, target), TOOLS)
    assert not found.error
    return executed(found, launch.emulated(), prod(launch.size))


@pytest.mark.parametrize("card", ["RTX 3080", "RX 6700"])
@pytest.mark.parametrize("name", LAUNCHES)
def test_accesses_are_those_of_the_assembly(name: str, card: str) -> None:
    """The same widths, as often: those of elements four times on NVIDIA, once on AMD.

    AMD's items may read the size of their group besides, in 32 bits.
    """
    launch, memory = LAUNCHES[name], Memory.of(CARDS[card])
    found = counts(launch, CARDS[card].target)
    trace = launch.trace(default_queue())
    loads, stores = item_widths(trace, memory, int(np.bincount(trace.item).argmax()))
    assert found.stores == stores
    more = found.loads - loads
    assert found.loads >= loads
    assert set(more) <= ({32} if card == "RX 6700" else set())


def test_the_gathered_gradient_is_bound_as_reported() -> None:
    """Instructions and memory take the times that a profiler reported, to a quarter.

    It reported 61 % and 22 % of the peaks (pytorch#191086), of another compiler's code.
    """
    launch = known.gathered(32, 4, kernel=2, stride=2, pad=0)
    card = CARDS["RTX 3080"]
    work = transactions(launch.trace(default_queue()), Memory.of(card))
    assert card.peaks
    limits = bound(work, card.peaks, launch.must_move, of_counts(counts(launch, card.target)))
    assert limits.issue
    assert limits.issue / limits.memory == pytest.approx(0.61 / 0.22, rel=0.25)
