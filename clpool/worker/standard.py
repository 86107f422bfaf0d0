"""The cases of the benchmark as calls, by their names."""

from __future__ import annotations

from itertools import groupby

from ..errors import ArgumentValueError
from .call import Call

_BATCH = "float32[16, 64, 112, 112]"
_HALF = "float32[16, 64, 56, 56]"
_LAST = "float32[16, 112, 112, 64]"
_HALF_LAST = "float32[16, 56, 56, 64]"
_ODD = "float32[16, 64, 113, 97]"
_HALF_ODD = "float32[16, 64, 57, 49]"
_SHAPE, _SHAPE_LAST, _SHAPE_ODD = (
    form.removeprefix("float32").translate(str.maketrans("[]", "()"))
    for form in (_BATCH, _LAST, _ODD)
)
_CHANNELS_LAST = "data_format='channels_last'"
_INDICES = "return_indices=True"

#: The text of each case, in the benchmark's order.
STANDARD: dict[str, str] = {
    "A max 3x3 s2 p1": f"max_pool2d({_BATCH}, 3, 2, 1)",
    "B max 2x2 s2": f"max_pool2d({_BATCH}, 2, 2)",
    "C max 3x3 s1 p1, 56x56": f"max_pool2d({_HALF}, 3, 1, 1)",
    "D avg 2x2 s2": f"avg_pool2d({_BATCH}, 2, 2)",
    "D avg 3x3 s2 p1": f"avg_pool2d({_BATCH}, 3, 2, 1)",
    "E global avg": f"global_avg_pool({_BATCH})",
    "F A with indices": f"max_pool2d({_BATCH}, 3, 2, 1, {_INDICES})",
    "G A channels last": f"max_pool2d({_LAST}, 3, 2, 1, {_CHANNELS_LAST})",
    "H max 13x13 s1 p6, 64x64": "max_pool2d(float32[1, 256, 64, 64], 13, 1, 6)",
    "I max 2x2x2 s2": "max_pool3d(float32[2, 32, 32, 112, 112], 2, 2)",
    "K gradient of A": (f"max_pool2d_backward({_HALF}, int64[16, 64, 56, 56], {_SHAPE}, 3, 2, 1)"),
    "K gradient of avg 3x3 s2 p1": f"avg_pool2d_backward({_HALF}, {_SHAPE}, 3, 2, 1)",
    "L adaptive avg 7x7, 37x41": "adaptive_avg_pool2d(float32[16, 256, 37, 41], (7, 7))",
    "A float64": "max_pool2d(float64[16, 64, 112, 112], 3, 2, 1)",
    "A uint8": "max_pool2d(uint8[16, 64, 112, 112], 3, 2, 1)",
    "B float16": "max_pool2d(float16[16, 64, 112, 112], 2, 2)",
    "B bfloat16": "max_pool2d(bfloat16[16, 64, 112, 112], 2, 2)",
    "A at 111x111": "max_pool2d(float32[16, 64, 111, 111], 3, 2, 1)",
    "A at 113x97": f"max_pool2d({_ODD}, 3, 2, 1)",
    "A with dilation 2": f"max_pool2d({_BATCH}, 3, 2, 1, 2)",
    "A with ceil_mode": f"max_pool2d({_BATCH}, 3, 2, 0, ceil_mode=True)",
    "max 5x5 s2 p2": f"max_pool2d({_BATCH}, 5, 2, 2)",
    "global max": f"global_max_pool({_BATCH})",
    "global avg channels last": f"global_avg_pool({_LAST}, {_CHANNELS_LAST})",
    "adaptive max with indices": (
        f"adaptive_max_pool2d(float32[16, 256, 37, 41], (7, 7), {_INDICES})"
    ),
    "fractional max 2x2 to 78x78": (
        f"fractional_max_pool2d({_BATCH}, 2, (78, 78), _random_samples=float32[16, 64, 2])"
    ),
    "lp 3x3 s2, p = 2": f"lp_pool2d({_BATCH}, 2.0, 3, 2)",
    "unpool of B": f"max_unpool2d({_HALF}, int64[16, 64, 56, 56], 2, 2)",
    "avg 3x3 s2 p1 channels last": f"avg_pool2d({_LAST}, 3, 2, 1, {_CHANNELS_LAST})",
    "gradient of A channels last": (
        f"max_pool2d_backward({_HALF_LAST}, int64[16, 56, 56, 64], {_SHAPE_LAST}, 3, 2, 1, "
        f"{_CHANNELS_LAST})"
    ),
    "gradient of avg channels last": (
        f"avg_pool2d_backward({_HALF_LAST}, {_SHAPE_LAST}, 3, 2, 1, {_CHANNELS_LAST})"
    ),
    "gradient of A at 113x97": (
        f"max_pool2d_backward({_HALF_ODD}, int64[16, 64, 57, 49], {_SHAPE_ODD}, 3, 2, 1)"
    ),
    "gradient of avg at 113x97": f"avg_pool2d_backward({_HALF_ODD}, {_SHAPE_ODD}, 3, 2, 1)",
    "max 1D 3 s2 p1": "max_pool1d(float32[16, 64, 12544], 3, 2, 1)",
    "tiny max 2x2 s2, 3x8x8": "max_pool2d(float32[1, 3, 8, 8], 2, 2)",
}


def calls_of(text: str) -> list[Call]:
    """The calls that a text is: a call itself, or what :func:`named` finds.

    Raises:
        ArgumentValueError: it is no call, and no case is named like that.
    """
    return [Call.parse(text)] if "(" in text else named(text)


def named(word: str) -> list[Call]:
    """The calls of the cases that a word names.

    Args:
        word: the whole name of a case; or the letter of one or two; or a part of names.

    Raises:
        ArgumentValueError: no case is named like that.

    Example:
        >>> [str(call) for call in named("A")]
        ['max_pool2d(float32[16, 64, 112, 112], 3, 2, 1)']
    """
    names = [word] if word in STANDARD else _lettered(word)
    if not names:
        names = [name for name in STANDARD if word and word.lower() in name.lower()]
    if not names:
        raise ArgumentValueError(
            f"no case is named like {word!r}; allowed: {', '.join(map(repr, STANDARD))}"
        )
    return [Call.parse(STANDARD[name]) for name in names]


def _lettered(letter: str) -> list[str]:
    """The first cases in a row whose names begin with a letter on its own."""
    for front, names in groupby(STANDARD, key=lambda name: name.split()[0]):
        if front == letter and len(front) == 1:
            return list(names)
    return []
