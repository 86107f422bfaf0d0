"""Runs the cases whose numbers are read from stdin, and says of each what came of it.

    python worker.py LIST    (see planted.cases_of)

A line of JSON first says which device it is, then one for every case: ["passed" | "failed" |
"skipped", a reason, seconds]. A crash ends the process without one.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

from calls import Skipped
from planted import cases_of

from clpool.runtime import device


def say(message: Any) -> None:
    """Write one line of JSON, at once."""
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def outcome(case: Any) -> tuple[str, str]:
    """What came of a case, and the reason."""
    try:
        case.run()
    except Skipped as error:
        return "skipped", str(error)
    except AssertionError as error:
        return "failed", str(error)
    except Exception as error:  # whatever it is, the others go on
        return "failed", f"{type(error).__name__}: {error}"
    return "passed", ""


def main() -> None:
    """Answer until stdin ends."""
    cases = cases_of(sys.argv[1])
    unit = device.default_device()
    floats = unit.native_vector_width_float
    say({"device": unit.name.strip(), "version": unit.version.strip(), "floats": floats})
    for line in sys.stdin:
        started = time.perf_counter()
        found = outcome(cases[int(line)])
        say([*found, time.perf_counter() - started])


if __name__ == "__main__":
    main()
