"""Templates as Python code, kept where Python keeps that of its modules.

Mako takes about 6 ms to compile a template, and a kernel consists of thirty. The code is kept in
``__pycache__`` beside the template's file, or below ``sys.pycache_prefix``, unless
``sys.dont_write_bytecode`` is set.
"""

from __future__ import annotations

import hashlib
import logging
import marshal
import os
import sys
import tempfile
from contextlib import suppress
from importlib.util import MAGIC_NUMBER, cache_from_source
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

import mako
from mako.template import ModuleTemplate, Template

log = logging.getLogger("clpool")


def template(text: str, uri: str, file: Path | None, lookup: Any) -> Template:
    """A template that is strict about names.

    Args:
        text: the template's text.
        uri: its name in ``lookup``, which finds the templates that it names.
        file: where its text was read; None for a text without a file.
    """
    if file is None:
        return Template(text, uri=uri, lookup=lookup, strict_undefined=True)
    kept = Path(cache_from_source(f"{file}.py"))
    stamp = hashlib.sha256(repr((text, uri, mako.__version__, MAGIC_NUMBER)).encode()).digest()
    code = _read(kept, stamp)
    if code is None:
        made = Template(text, uri=uri, lookup=lookup, strict_undefined=True)
        code = compile(made.code, str(file), "exec")
        _write(kept, stamp + marshal.dumps(code))
        return made
    module = ModuleType(uri)
    exec(code, module.__dict__)
    return ModuleTemplate(module, template_source=text, lookup=lookup)


def _read(kept: Path, stamp: bytes) -> CodeType | None:
    """The code that was kept for a stamp."""
    try:
        content = kept.read_bytes()
        found = marshal.loads(content[len(stamp) :]) if content.startswith(stamp) else None
    except (OSError, ValueError, EOFError, TypeError):
        return None
    return found if isinstance(found, CodeType) else None


def _write(kept: Path, content: bytes) -> None:
    """Keep code in one step; where that is not possible it is compiled in every process."""
    if sys.dont_write_bytecode:
        return
    try:
        kept.parent.mkdir(exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=kept.parent, prefix=f"{kept.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            os.replace(draft, kept)
        except OSError:
            with suppress(OSError):
                os.unlink(draft)
            raise
    except OSError as error:
        log.debug("the code of a template is not kept: %s", error)
