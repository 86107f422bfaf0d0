"""A worker that several tests ask."""

from __future__ import annotations

from collections.abc import Iterator

import plants
import pytest

from clpool.worker.process import Worker


@pytest.fixture(scope="session")
def worker() -> Iterator[Worker]:
    """A worker that no test may end."""
    with plants.opened() as found:
        yield found
        assert found.is_alive
