"""Scripts that repeat a wrong result."""

from __future__ import annotations

import json
from pathlib import Path

from ..tuning.keys import word
from ..tuning.records import Record
from .journal import Answer

_SCRIPT = '''\
"""Wrong results of a kernel that clpool generates, on {device}.

{detail}
"""

import json

from clpool.runtime.device import default_queue
from clpool.worker.steps import Steps

steps = Steps(default_queue())
steps.open({call!r}, seed={seed})
print(steps.verify(json.loads({choice!r})))
'''


def write_reproducer(folder: Path, record: Record, choice: str, answer: Answer) -> Path:
    """Write the script that repeats a wrong result of a choice.

    Args:
        answer: of the worker that found it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{record.family.folder}-{word(choice, 80)}.py"
    detail = json.dumps({name: answer.get(name) for name in ("state", "detail", "call", "kind")})
    text = _SCRIPT.format(
        device=record.facts.get("name", record.device),
        detail=detail.replace("\\", "/").replace('"""', "'''"),
        call=record.call,
        seed=answer.get("seed", 0),
        choice=choice,
    )
    path.write_text(text, encoding="utf-8")
    return path
