"""Scripts that repeat a wrong result."""

from __future__ import annotations

import json
from pathlib import Path

from ..tuning.keys import word
from ..tuning.records import Record
from .journal import Answer, writing

_SCRIPT = '''\
"""Wrong results of a kernel that clpool generates, on {device}.

Ends with status 1 while they are wrong; CLPOOL_DEVICE chooses the device.

{detail}
"""

import json
import os
import sys

os.environ["CLPOOL_TUNING"] = "off"

from clpool.runtime.device import default_queue
from clpool.worker.steps import Steps

steps = Steps(default_queue())
steps.open({call!r}, part={part}, effort=None, seed={seed})
found = steps.verify(json.loads({choice!r}))
print(json.dumps(found))
sys.exit(found["state"] != "correct")
'''


def write_reproducer(folder: Path, record: Record, choice: str, answer: Answer) -> Path:
    """Write the script that repeats a wrong result of a choice.

    Args:
        answer: of the worker that found it.

    Raises:
        OSError: it cannot be written.
    """
    name = word(choice, 80) if json.loads(choice) else "default"
    path = folder / f"{record.family.folder}-{name}.py"
    detail = json.dumps({name: answer.get(name) for name in ("state", "detail", "call", "kind")})
    text = _SCRIPT.format(
        device=record.facts.get("name", record.device),
        detail=detail.replace("\\", "/").replace('"""', "'''"),
        call=record.call,
        part=record.part,
        seed=answer.get("seed", 0),
        choice=choice,
    )
    with writing(path):
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return path
