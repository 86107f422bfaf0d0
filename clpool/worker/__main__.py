"""The child process: ``python -m clpool.worker``.

A line of JSON is answered by a line of JSON, ``{"do": "build", "choice": {}}`` by
``{"state": "built", ...}``; the first line is unasked. ``do`` is a method of
:class:`clpool.worker.steps.Steps`, or "close". The process ends with its stdin.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
import threading
import time
import traceback
from queue import SimpleQueue
from typing import Any

from ..errors import ArgumentTypeError, ArgumentValueError, ClpoolError
from ..runtime.device import default_queue
from .failures import FAILURES, failure, tail
from .lifeline import hold
from .steps import Steps

#: A module and a function that is called with the steps: ``package.module:function``.
HOOK = "CLPOOL_WORKER_HOOK"
#: What may be asked.
ASKED = ("open", "build", "verify", "time", "copy")
#: Seconds that a step has to end once stdin has.
GRACE = 1.0


def main() -> None:
    """Answer until stdin ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides
    hold()
    questions, answers = _pipes()
    lines: SimpleQueue[str | None] = SimpleQueue()
    threading.Thread(target=_listen, args=(questions, lines), daemon=True).start()

    def say(answer: dict[str, Any]) -> None:
        answers.write(json.dumps(answer) + "\n")
        answers.flush()

    try:
        steps = Steps(default_queue())
        _call_hook(steps)
    except ClpoolError as error:
        say({"state": "absent", "detail": tail(str(error))})
        return
    say(steps.hello())
    while (line := lines.get()) is not None:
        message = json.loads(line)
        if message.get("do") == "close":
            return
        say(answer_to(message, steps))


def answer_to(message: dict[str, Any], steps: Steps) -> dict[str, Any]:
    """What a message is answered; of a failure or a mistake, its state and the end of its text."""
    asked = message.pop("do", None)
    try:
        if asked not in ASKED:
            raise ArgumentValueError(f"do {asked!r} is unknown; allowed: {', '.join(ASKED)}, close")
        found: dict[str, Any] = getattr(steps, asked)(**message)
        return found
    except (ArgumentValueError, ArgumentTypeError) as error:
        return {"state": "refused", "detail": tail(str(error))}
    except FAILURES as error:
        return failure(error, steps.queue)
    except Exception:
        return {"state": "error", "detail": tail(traceback.format_exc())}


def _pipes() -> tuple[int, Any]:
    """The descriptor of questions, and the file of answers, which nobody else writes to."""
    questions, answers = os.dup(0), os.fdopen(os.dup(1), "w", encoding="utf-8")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return questions, answers


def _listen(questions: int, lines: SimpleQueue[str | None]) -> None:
    """Hand on every line; at the end of all, end the process, whatever it is at."""
    with os.fdopen(questions, encoding="utf-8") as file:
        for line in file:
            lines.put(line)
    lines.put(None)
    time.sleep(GRACE)
    os._exit(1)


def _call_hook(steps: Steps) -> None:
    """Call the function that the environment names."""
    if named := os.environ.get(HOOK):
        module, _, function = named.partition(":")
        getattr(importlib.import_module(module), function)(steps)


if __name__ == "__main__":
    main()
    sys.stdout.flush()
