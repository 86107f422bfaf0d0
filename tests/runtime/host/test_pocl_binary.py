"""PoCL's binaries: the function for any work-group is found under the path of one size."""

from __future__ import annotations

import struct

import pytest

from clpool.runtime.pocl_binary import for_group

NAME = "max_2x2"
CODE = b"\x7fELF, the function for any group"


def string(text: bytes) -> bytes:
    """Text behind its length."""
    return struct.pack("<I", len(text)) + text


def file(path: str, content: bytes) -> bytes:
    """A file as a binary holds it."""
    return string(path.encode()) + string(content)


def binary(version: int, kernel: str = NAME, files: bytes | None = None) -> bytes:
    """A binary of one kernel, of version 8 (PoCL 3.0) or 9 (PoCL 3.1)."""
    if files is None:
        files = file(f"/{kernel}/0-0-0/{kernel}.so", CODE)
    digest = b"KO/" + b"ABCDEFGHIJKLMNOP" * 2 + b"ABCDE\0"
    program = file("/program.bc", b"BC\xc0\xde")
    header = b"poclbin\0" + bytes(8) + struct.pack("<II", version, 1)
    header += bytes(8) if version == 8 else bytes(16)
    header += digest + (b"" if version == 8 else struct.pack("<Q", len(program)))
    facts = string(kernel.encode()) + bytes(60)
    sizes = struct.pack("<QQ", 16 + len(facts) + len(files), len(files))
    return header + program + sizes + facts + files


def files_of(whole: bytes, before: bytes) -> dict[str, bytes]:
    """The files of a changed binary, which end it; ``before`` had the first one alone."""
    start = len(before) - len(file(f"/{NAME}/0-0-0/{NAME}.so", CODE))
    found = {}
    while start < len(whole):
        parts = []
        for _ in range(2):
            (length,) = struct.unpack_from("<I", whole, start)
            parts.append(whole[start + 4 : start + 4 + length])
            start += 4 + length
        found[parts[0].decode()] = parts[1]
    return found


@pytest.mark.parametrize(("group", "size"), [((1,), "1-1-1"), ((64, 4, 1), "64-4-1")])
@pytest.mark.parametrize("version", [8, 9])
def test_one_function_under_three_paths(version: int, group: tuple[int, ...], size: str) -> None:
    """Sizes count what was added; all else stays."""
    before = binary(version)
    after = for_group(before, NAME, group)
    assert after is not None
    folders = ("0-0-0", f"{size}-goffs0", f"{size}-goffs0-smallgrid")
    paths = {f"/{NAME}/{folder}/{NAME}.so": CODE for folder in folders}
    assert files_of(after, before) == paths
    added = len(after) - len(before)
    at = before.index(string(NAME.encode())) - 16
    assert after[:at] == before[:at]
    old, new = (struct.unpack_from("<QQ", whole, at) for whole in (before, after))
    assert new == (old[0] + added, old[1] + added)
    assert after[at + 16 : len(before)] == before[at + 16 :]


@pytest.mark.parametrize("version", [8, 9])
def test_other_formats_are_left_alone(version: int) -> None:
    """Whatever is not as expected is no binary to change."""
    whole = binary(version)
    for other in (b"", b"poclbin\0", b"\x7fELF" + whole, whole + b"more", whole[:-1], whole[:90]):
        assert for_group(other, NAME, (1,)) is None
    assert for_group(whole, "another", (1,)) is None
    assert for_group(binary(version, files=b""), NAME, (1,)) is None
