"""When a turn begins, and how many calls it takes; imports nothing of clpool.

A process of the benchmark that runs another revision's clpool has this module among its tools.
"""

from __future__ import annotations

import time

#: A turn calls whoever is faster than this several times, for the clock's sake.
SHORTEST = 2e-4
#: Seconds for which all threads must have been at rest before a contender's turn, the share of them
#: that counts as rest, and the most pauses: some pools wait for more work for long, and busily.
PAUSE, REST, PAUSES = 0.002, 0.1, 100


def settle() -> None:
    """Wait until no thread of this process is busy: the last contender's look for more work."""
    for _ in range(PAUSES):
        before = time.process_time()
        time.sleep(PAUSE)
        if time.process_time() - before < REST * PAUSE:
            return
