"""PyTorch's results, held against the answers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from clpool.tools.bench.cases import chosen
from clpool.tools.bench.contender import Field
from clpool.tools.bench.problems import problem_of
from clpool.tools.bench.torch import contenders

pytestmark = pytest.mark.device


@pytest.mark.parametrize("name", ["F A with", "K gradient of A", "G A", "global avg ch", "unpool"])
def test_torch_takes_part(name: str) -> None:
    """PyTorch's results pass the check in both memory formats."""
    torch = pytest.importorskip("torch", reason="PyTorch (the extra 'torch') is not installed")
    field = replace(Field.of("numpy"), gpu=torch.cuda.is_available())
    problem = problem_of(chosen([name])[0].quick())
    forms = set()
    for contender in contenders(problem, field):
        problem.check(contender.results(contender.run()))
        forms.add(contender.form.partition(" ")[0])
    assert "channels_last" in forms
    assert len(forms) > 1
