"""Copies records into the package: ``python -m clpool.tools.ship FOLDER``.

Of a candidate its choice, state and ratio are kept: races and kernels stay behind.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import clpool
from clpool.runtime.record_folder import Folder, write

SHIPPED = Path(clpool.__file__).parent / "tuning" / "shipped"


def ship(folder: Path, target: Path = SHIPPED) -> int:
    """Copy the records of a folder; how many there are."""
    records = Folder("measured", folder).records()
    for record in records:
        table = [{name: one[name] for name in ("choice", "state", "ratio")} for one in record.all]
        write(target, replace(record, all=tuple(table)))
    return len(records)


def main() -> None:
    """Copy, and say what was copied."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="as clpool tune wrote it")
    print(f"{ship(parser.parse_args().folder)} records copied into {SHIPPED}")


if __name__ == "__main__":
    main()
