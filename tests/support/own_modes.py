"""Modes of one's own, one of each kind, registered as the documents show it."""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Iterator
from pathlib import Path

from clpool import modes, reference
from clpool.runtime import dispatch

ROOT = Path(__file__).parents[2]

#: The mode of each kind, and the document that registers it.
DOCUMENTS = {
    "product": ROOT / "README.md",
    "farthest": ROOT / "docs" / "modes.md",
    "energy": ROOT / "docs" / "modes.md",
    "midrange": ROOT / "docs" / "modes.md",
}
IN_CHECKOUT = all(path.is_file() for path in DOCUMENTS.values())


@contextlib.contextmanager
def registered(name: str) -> Iterator[modes.Mode]:
    """The mode while it is registered; everything is as before afterwards."""
    kept = [(table, dict(table)) for table in (modes.MODES, reference.REFERENCES)]
    blocks = re.findall(r"^```python\n(.*?)^```\n", DOCUMENTS[name].read_text("utf-8"), re.M | re.S)
    # The first one imports; what others print is compared with the document elsewhere.
    code = [blocks[0], *(b for b in blocks[1:] if f'Mode("{name}"' in b)]
    try:
        for table, _ in kept:  # the package may have modes of these names
            for taken in DOCUMENTS:
                table.pop(taken, None)
        with contextlib.redirect_stdout(io.StringIO()):
            exec("\n".join(dict.fromkeys(code)), {"__name__": "document"})
        yield modes.find(name)
    finally:
        for table, entries in kept:
            table.clear()
            table.update(entries)
        dispatch._plans.clear()
