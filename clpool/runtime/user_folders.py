"""The folders of the user where clpool keeps files, as each operating system has them."""

from __future__ import annotations

from pathlib import Path


def user_cache() -> Path | None:
    """What may be lost: ``~/.cache/clpool`` on Linux; None without a home folder.

    Source: https://platformdirs.readthedocs.io
    """
    return _folder("user_cache_path")


def user_data() -> Path | None:
    """What is to be kept: ``~/.local/share/clpool`` on Linux; None without a home folder."""
    return _folder("user_data_path")


def _folder(which: str) -> Path | None:
    import platformdirs  # 3 ms, which `import clpool` does not take

    try:
        found: Path = getattr(platformdirs, which)("clpool", appauthor=False)
    except RuntimeError:  # neither HOME nor the user database names a home folder
        return None
    return found if found.is_absolute() else None  # older releases leave the ~ of such a path
