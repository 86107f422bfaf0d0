"""Expressions of OpenCL as people write them: no factors of 1, no terms of 0, few parentheses."""

from __future__ import annotations

import re

#: A name, a number or a member, or the cast of one: no operator beside it reaches into it.
_ATOM = re.compile(r"(\([\w ]+\*?\))?[\w.]+")


def atom(value: str | int) -> str:
    """A value that may stand beside any operator.

    >>> atom("ow"), atom("ow + 1"), atom("(ow + 1)"), atom("load1(x) + (y)")
    ('ow', '(ow + 1)', '(ow + 1)', '(load1(x) + (y))')
    """
    text = str(value)
    return text if _ATOM.fullmatch(text) or _is_group(text) else f"({text})"


def _is_group(text: str) -> bool:
    """Whether a text is a call, or stands in parentheses as a whole."""
    if not re.match(r"\w*\(", text):
        return False
    depth = 0
    for place, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if letter == ")" and depth == 0:
            return place == len(text) - 1
    return False


def times(value: str | int, factor: int) -> str:
    """The product of a value and a constant.

    >>> times("kh", 1), times("kh", 2), times("oh + 1", 2), times(3, 2), times("kh", 0)
    ('kh', 'kh * 2', '(oh + 1) * 2', '6', '0')
    """
    if isinstance(value, int):
        return str(value * factor)
    return "0" if factor == 0 else atom(value) if factor == 1 else f"{atom(value)} * {factor}"


def plus(value: str, *terms: str | int) -> str:
    """The sum of a value and terms, without those that are 0; negative ones are subtracted.

    >>> plus("at", 0), plus("at", 8), plus("at", -8, "kw"), plus("at", "0")
    ('at', 'at + 8', 'at - 8 + kw', 'at')
    """
    for term in map(str, terms):
        if term != "0":
            value += f" - {term[1:]}" if re.fullmatch(r"-\d+", term) else f" + {term}"
    return value


def over(value: str, divisor: int) -> str:
    """The quotient of a value and a constant.

    >>> over("c", 1), over("c + 1", 2)
    ('c', '(c + 1) / 2')
    """
    return atom(value) if divisor == 1 else f"{atom(value)} / {divisor}"
