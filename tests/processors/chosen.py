"""At most forty cases with every operator and dtype, and every skeleton on 1, 4 and 8 bytes."""

from __future__ import annotations

from math import inf
from typing import Any

from calls import Call, Case, sliding
from family import Average, Extreme, Norm, Operator
from family_cases import (
    adaptive,
    adaptive_gradient,
    fractional,
    fractional_gradient,
    gradient,
    lp,
    lp_gradient,
    unpool,
    unpool_gradient,
)
from family_gradients import NormGradient, Selected, Spread
from family_rank import frequent, median, median_gradient
from family_weighted import (
    drawn,
    drawn_gradient,
    share,
    share_gradient,
    soft,
    soft_gradient,
)

from clpool.problem.listed import AdaptiveWindow

#: Planes whose rows, pooled with a stride of 2, have more outputs than a vector of 64 bytes has
#: elements of 1, 4 and 8 bytes.
BYTES, WORDS, LONGS = (7, 141), (7, 43), (7, 27)
#: A plane that windows of many lines fit into, one whose windows are listed, and one whose
#: channels are many.
TALL, LISTED, SMALL = (19, 73), (9, 21), (5, 7)
#: Planes of 4 by 7 values are put into this one.
PLACES = (9, 15)


def whole(operator: str, lengths: tuple[int, ...]) -> Operator:
    """Global pooling: "max" with indices, "avg", "lp", "lp_inf", or one's gradient."""
    window = AdaptiveWindow.of(len(lengths), 1)
    name = f"global_{operator}".replace("_backward", "").replace("_inf", "") + "_pool"
    name += "_backward" * operator.endswith("_backward")
    makers: dict[str, Any] = {
        "max": lambda: Extreme(name, lengths, window, (True,)),
        "avg": lambda: Average(name, lengths, window),
        "lp": lambda: Norm(name, lengths, window, (3,), {}, 3, False),
        "lp_inf": lambda: Norm(name, lengths, window, (inf,), {}, inf, False),
        "max_backward": lambda: Selected(name, lengths, window),
        "avg_backward": lambda: Spread(name, lengths, window),
        "lp_backward": lambda: NormGradient(name, lengths, window, (3,), {}, 3, False),
    }
    return makers[operator]()


def rows(operator: Operator, skeleton: str, **more: Any) -> Call:
    """A call in bands of rows, which CPUs choose by themselves."""
    return Call(operator, skeleton, "rows", **more)


def channels(operator: Operator) -> Call:
    """The same with the channels last, in vectors of them."""
    return Call(operator, "channels", "rows", last=True)


def direct(operator: Operator) -> tuple[Call, Call]:
    """An item per output, and per vector of channels where those are last."""
    return items(operator), Call(operator, "direct", "direct", last=True, whole=True)


def items(operator: Operator, skeleton: str = "direct", variant: str = "direct") -> Call:
    """A call whose items find their taps one by one."""
    return Call(operator, skeleton, variant)


def _halving(dtype: str, *more: Call) -> Case:
    # PoCL 3.0 died of this window with indices and 8 bytes where vectors are of 32 bytes.
    return Case(dtype, (rows(sliding("max", LONGS, 2, indices=True), "rows"), *more))


def _unpooled(dtype: str, *more: Call) -> Case:
    return Case(dtype, (items(unpool((4, 7), PLACES, 2), "scatter", "rows"), *more))


UNPOOLED = unpool_gradient((4, 7), PLACES)

CHOSEN: tuple[Case, ...] = (
    # Rows
    _halving("float64", rows(gradient("max", LONGS, 2), "rows_covering")),
    _halving("int64"),
    _halving("uint64"),
    Case("uint8", (rows(sliding("max", BYTES, 3, 2, 1, indices=True), "rows"),)),
    Case(
        "float32",
        (
            rows(sliding("min", WORDS, 3, 2, 1, indices=True), "rows"),
            rows(gradient("min", WORDS, 3, 2, 1), "rows_covering"),
        ),
    ),
    Case("uint8", (rows(sliding("avg", BYTES, 3, 2, 1), "rows_down"),)),
    Case("float32", (rows(sliding("max", WORDS, 3, 2, 1), "rows_down"),)),
    Case(
        "float64",
        (
            rows(sliding("sum", LONGS, 3, 2, 1), "rows_down"),
            items(gradient("sum", LONGS, 3, 2, 1)),
        ),
    ),
    Case("int8", (rows(sliding("max", TALL, (13, 5), 1, indices=True), "rows_running"),)),
    Case(
        "float32",
        (
            rows(sliding("avg", TALL, (13, 3), 1), "rows_running"),
            channels(gradient("avg", (7, 9), 3, 2, 1)),
        ),
    ),
    Case("float64", (rows(sliding("min", TALL, (11, 3), 1, indices=True), "rows_running"),)),
    Case("int16", (rows(sliding("sum", (4, 5, 71), 2), "rows_down"),)),
    Case("uint16", (rows(sliding("min", (141,), 3, 2, front="pool"), "rows_down"),)),
    Case("uint32", (rows(sliding("max", (4, 5, 39), 2, indices=True), "rows"),)),
    Case(
        "float32",
        (
            rows(share(WORDS, 3, 2, 1), "rows"),
            rows(share_gradient(WORDS, 3, 2, 1), "rows_covering"),
        ),
    ),
    # Channels, and the shape of GPUs
    Case("int8", (channels(sliding("max", SMALL, 3, 2, 1, indices=True)),)),
    Case(
        "float32",
        (channels(lp(3, SMALL, 3, 2, signed=False)), channels(lp_gradient(2, SMALL, 3, 2))),
    ),
    Case("float64", (channels(soft(SMALL, 3, 2)), channels(soft_gradient(SMALL, 3, 2)))),
    Case("int8", direct(sliding("avg", BYTES, 3, 2, 1))),
    Case("int32", direct(sliding("sum", WORDS, 3, 2, 1))),
    Case("float64", direct(sliding("max", LONGS, 2))),
    # Windows of bounds of their own
    Case("uint8", (rows(adaptive("max", LISTED, (4, 5)), "rows_listed"),)),
    Case(
        "float32",
        (
            rows(adaptive("avg", LISTED, (4, 5)), "rows_listed"),
            items(adaptive_gradient("avg", LISTED, (4, 5))),
        ),
    ),
    Case(
        "float64",
        (
            rows(adaptive("min", LISTED, (4, 5)), "rows_listed"),
            channels(adaptive_gradient("min", LISTED, (4, 5))),
        ),
    ),
    Case("int8", (items(whole("max", LISTED), "runs", "runs"),)),
    Case(
        "float32",
        (
            items(whole("avg", LISTED), "runs", "runs"),
            channels(whole("avg_backward", LISTED)),
        ),
    ),
    Case(
        "float64",
        (
            items(whole("lp", LISTED), "runs", "runs"),
            # PoCL 3.0 died of it on Zen 4.
            items(whole("lp_inf", LISTED), "runs", "runs"),
            items(whole("lp_backward", LISTED)),
        ),
    ),
    Case("uint8", (items(sliding("avg", LISTED, (5, 7)), "group", "group"),)),
    Case(
        "float32",
        (items(whole("max", LISTED), "group", "group"), items(whole("max_backward", LISTED))),
    ),
    Case(
        "float64",
        (
            items(adaptive("max", LISTED, (2, 3)), "group", "group"),
            items(adaptive_gradient("max", LISTED, (2, 3))),
        ),
    ),
    Case(
        "float16",
        (
            rows(fractional("max", LISTED, (2, 3), (4, 5)), "rows_listed"),
            channels(fractional_gradient("max", LISTED, (2, 3), (4, 5))),
        ),
    ),
    Case(
        "bfloat16",
        (
            rows(fractional("avg", LISTED, (2, 3), (4, 5)), "rows_listed"),
            channels(fractional_gradient("avg", LISTED, (2, 3), (4, 5))),
        ),
    ),
    # Ranks, draws, and places
    Case("uint8", (items(frequent(LISTED, (3, 2), 2, 0, 1, False), "rank", "rows"),)),
    Case(
        "float32",
        (
            items(median(LISTED, (3, 2), 2, 0, 1, False), "rank", "rows"),
            rows(median_gradient(LISTED, (3, 2), 2), "rows_covering"),
        ),
    ),
    Case("int64", (items(frequent((23,), 5, 3, 2, 1, True), "rank", "rows"),)),
    Case(
        "float32",
        (
            items(drawn(LISTED, 3, 2, 1, 1, False), "draw", "rows"),
            rows(drawn_gradient(LISTED, 3, 2, 1), "rows_covering"),
        ),
    ),
    Case("float64", (items(drawn((23,), 3, 2, 1, 1, True), "draw", "rows"),)),
    _unpooled("uint8"),
    _unpooled("float32", rows(UNPOOLED, "take_rows"), items(UNPOOLED, "take")),
    _unpooled("float64", rows(UNPOOLED, "take_rows"), items(UNPOOLED, "take")),
)
