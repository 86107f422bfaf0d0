"""The files that tuning leaves in a folder of records besides the records."""

from __future__ import annotations

import re
from pathlib import Path

from ..runtime.record_folder import ASIDE, DRAFT, files
from .session import JOURNAL, REPRODUCERS

#: The names of drafts of the journal, and of reproducers: a family, its digest, a choice.
_JOURNAL_DRAFT = re.compile(rf"{Path(JOURNAL).stem}\.\d+")
_REPRODUCER = re.compile(r".+-[0-9a-f]{12}-[\w.+-]+\.py")


def leftovers(root: Path) -> dict[str, list[Path]]:
    """The files by what they are; of names that tuning does not give there are none."""
    journal = root / JOURNAL
    drafts = [path for path in root.glob("*") if _JOURNAL_DRAFT.fullmatch(path.name)]
    return {
        "journal": [journal] if journal.is_file() else [],
        "draft": [*sorted(drafts), *files(root, before=DRAFT)],
        "set-aside file": files(root, behind=ASIDE),
        "reproducer": [
            path
            for path in sorted(root.glob(f"{REPRODUCERS}/*.py"))
            if _REPRODUCER.fullmatch(path.name)
        ],
    }
