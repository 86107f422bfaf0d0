"""The contenders' results, each held against the answers."""

from __future__ import annotations

import pytest

from clpool.tools.bench.cases import CASES, Case
from clpool.tools.bench.contender import Field
from clpool.tools.bench.problems import problem_of
from clpool.tools.bench.rivals import own

pytestmark = pytest.mark.device


@pytest.mark.cover("case.operator", "case.dtype", "case.indices", "case.channels_last", "arrays")
@pytest.mark.parametrize("arrays", ["numpy", "device"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_clpool_takes_part_in_every_case(case: Case, arrays: str) -> None:
    """Into given arrays and with fresh ones, of numpy and on the device."""
    quick = case.quick()
    field = Field.of(arrays)
    for contender in own(problem_of(quick), field):
        problem_of(quick).check(contender.results(contender.run()))
