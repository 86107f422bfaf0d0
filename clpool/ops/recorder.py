"""The record of a program's calls: ``CLPOOL_RECORD=calls.jsonl``.

The first, second, fourth, eighth, ... call of a kind appends a line ``{"call": TEXT, "count": N}``
with the number of calls since its last line, the end of the process one with the rest; readers sum.
So a process that is killed loses less than half. Without the variable no function is wrapped.
"""

from __future__ import annotations

import atexit
import functools
import inspect
import json
import logging
import multiprocessing.util
import operator
import os
import threading
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import numpy as np

from .array_form import ArrayForm
from .exchange import ARRAYS

log = logging.getLogger("clpool")

Function = TypeVar("Function", bound=Callable[..., Any])

#: Those that say where a call runs and where its results go.
LEFT_OUT = frozenset({"out", "queue"})

#: Those that are not recorded besides: every call may have another.
_FLEETING = frozenset({"seed"})


def text_of(name: str, arguments: tuple[Any, ...], keywords: Mapping[str, Any]) -> str:
    """A call as text, of literals and array forms."""
    parts = [*map(_text, arguments), *(f"{key}={_text(value)}" for key, value in keywords.items())]
    return f"{name}({', '.join(parts)})"


def _text(value: Any) -> str:
    if isinstance(value, ArrayForm):
        return str(value)
    if isinstance(value, tuple):
        inside = ", ".join(map(_text, value))
        return f"({inside},)" if len(value) == 1 else f"({inside})"
    return repr(value)


def literal(value: Any) -> Any:
    """An argument that is no array as a literal.

    Raises:
        TypeError: there is none.
    """
    if value is None or type(value) in (bool, int, float, str):
        return value
    if isinstance(value, np.dtype) or (isinstance(value, type) and issubclass(value, np.generic)):
        return np.dtype(value).name
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (float, np.floating)):
        return float(value)
    if isinstance(value, str):
        return str(value)
    if getattr(value, "ndim", 1) and isinstance(value, (tuple, list, np.ndarray)):
        return tuple(literal(part) for part in value)
    return operator.index(value)


class Recorder:
    """Counts calls by their text, and appends them to a file.

    Args:
        path: the file; it is made where there is none.
    """

    def __init__(self, path: str) -> None:
        self.path = os.path.abspath(path)
        #: Of every text its calls, and how many of them are in the file.
        self._counts: dict[str, tuple[int, int]] = {}
        self._lock = threading.Lock()
        self._local = threading.local()
        self._broken = False

    def recorded(self, function: Function) -> Function:
        """The function, with its calls counted that no other public function makes."""
        signature = inspect.signature(function)

        @functools.wraps(function)
        def wrapper(*arguments: Any, **keywords: Any) -> Any:
            if getattr(self._local, "inside", False):
                return function(*arguments, **keywords)
            self._local.inside = True
            try:
                result = function(*arguments, **keywords)
            finally:
                self._local.inside = False
            self.count(function.__name__, signature, arguments, keywords)
            return result

        return wrapper  # type: ignore[return-value]

    def count(
        self,
        name: str,
        signature: inspect.Signature,
        arguments: tuple[Any, ...],
        keywords: Mapping[str, Any],
    ) -> None:
        """Count a call that returned; one that has no text is left out."""
        skipped = LEFT_OUT | _FLEETING
        try:
            names = list(signature.parameters)
            places = [_plain(*pair) for pair in zip(names, arguments, strict=False)]
            named = {
                key: _plain(key, value) for key, value in keywords.items() if key not in skipped
            }
            ordered = {key: named[key] for key in names if key in named}
            text = text_of(name, tuple(places), ordered)
        except (TypeError, ValueError, AttributeError):
            return
        with self._lock:
            made, kept = self._counts.get(text, (0, 0))
            made += 1
            is_due = made >= 2 * kept
            self._counts[text] = made, made if is_due else kept
        if is_due:
            self._append(text, made - kept)

    def finish(self) -> None:
        """Append the counts of the calls that have no line yet."""
        with self._lock:
            counts, self._counts = self._counts, {}
        for text, (made, kept) in counts.items():
            if made > kept:
                self._append(text, made - kept)

    def forget(self) -> None:
        """In a forked child: count anew; the parent appends its own counts."""
        self._lock, self._local, self._counts = threading.Lock(), threading.local(), {}

    def _append(self, text: str, count: int) -> None:
        """Append a line in one write, whole between those of other processes."""
        if self._broken:
            return
        line = json.dumps({"call": text, "count": count}) + "\n"
        try:
            file = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
            try:
                os.write(file, line.encode())
            finally:
                os.close(file)
        except OSError as error:
            self._broken = True
            log.warning("CLPOOL_RECORD: calls are not recorded: %s", error)


def _plain(name: str, value: Any) -> Any:
    """An argument as a literal or an array form."""
    return ArrayForm.of(value) if name in ARRAYS and value is not None else literal(value)


def _started() -> Recorder | None:
    """The recorder that the environment asks for."""
    path = os.environ.get("CLPOOL_RECORD")
    if not path:
        return None
    recorder = Recorder(path)
    atexit.register(recorder.finish)
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=recorder.forget)
    _finish_in_child(recorder)
    multiprocessing.util.register_after_fork(recorder, _finish_in_child)
    return recorder


def _finish_in_child(recorder: Recorder) -> None:
    """Finish a record where a process of multiprocessing ends: not all run exit functions."""
    multiprocessing.util.Finalize(None, recorder.finish, exitpriority=0)


_recorder = _started()


def recorded(function: Function) -> Function:
    """The function itself, or one that counts its calls where ``CLPOOL_RECORD`` is set."""
    return function if _recorder is None else _recorder.recorded(function)
