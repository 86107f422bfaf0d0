"""The numbers of teaching texts on pooling: calls by each framework's names, their results."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import clpool
from clpool import nn
from clpool.interop import flax, keras, mxnet

Call = Callable[[Any], Any]


def first(*rows: Any) -> np.ndarray:
    """A batch of one, channels first, one channel of each matrix."""
    return np.array([rows], np.float32)


def last(*rows: Any) -> np.ndarray:
    """A batch of one, channels last, one channel of each matrix."""
    return np.ascontiguousarray(first(*rows).transpose(0, 2, 3, 1))


NINE = [[0, 1, 2], [3, 4, 5], [6, 7, 8]]
X = np.arange(16.0).reshape(4, 4)
TABLE = [[6, 9, 9, 2], [6, 9, 6, 0], [8, 3, 4, 5], [9, 2, 3, 5]]
ONE_ON = np.arange(1.0, 17.0).reshape(4, 4)
ROWS = [[[1, 2, 2, 1, 2, 1], [2, 0, 0, 0, 1, 0]], [[2, 0, 2, 1, 1, 1], [0, 0, 0, 1, 2, 1]]]

#: One row of zeros above and one column of zeros to the left; one column on both sides.
CORNER = [(0, 0), (1, 0), (1, 0), (0, 0)]
SIDES = [(0, 0), (0, 0), (1, 1), (0, 0)]


def of_window(size: Any, steps: Any, mode: str) -> dict[str, Call]:
    """One window without padding, under every framework's names; channels are last in two."""
    big = {"max": "Max", "avg": "Avg"}[mode]
    wide = size if isinstance(size, tuple) else (size, size)
    strides = wide if steps is None else (steps, steps)
    return {
        "torch function": lambda x: getattr(clpool, f"{mode}_pool2d")(x, size, steps),
        "torch module": lambda x: getattr(nn, f"{big}Pool2d")(size, stride=steps)(x),
        "flax": lambda x: getattr(flax, f"{mode}_pool")(x, wide, strides),
        "keras layer": lambda x: getattr(keras, f"{big}Pool2D")([*wide], strides=steps)(x),
        "keras function": lambda x: getattr(
            keras, {"max": "max_pool", "avg": "average_pool"}[mode]
        )(x, size, steps),
        "mxnet": lambda x: getattr(mxnet, f"{big}Pool2D")(size, strides=steps)(x),
    }


def of_plane(mode: str) -> dict[str, Call]:
    """A whole plane, under every framework's names."""
    big = {"max": "Max", "avg": "Avg"}[mode]
    return {
        "torch function": lambda x: getattr(clpool, f"adaptive_{mode}_pool2d")(x, (1, 1)),
        "torch module": lambda x: getattr(nn, f"Adaptive{big}Pool2d")((1, 1))(x),
        "flax": lambda x: getattr(flax, f"{mode}_pool")(x, (4, 4)),
        "keras layer": lambda x: getattr(keras, f"Global{big}Pool2D")(keepdims=True)(x),
        "mxnet": lambda x: getattr(mxnet, f"Global{big}Pool2D")()(x),
    }


#: A text's fact: the calls by framework, the channels of the input, those of the result.
FACTS: dict[str, tuple[dict[str, Call], list[Any], list[Any]]] = {
    "d2l 2x2 stride 1 max": (of_window(2, 1, "max"), [NINE], [[[4, 5], [7, 8]]]),
    "d2l 2x2 stride 1 avg": (of_window(2, 1, "avg"), [NINE], [[[2, 3], [5, 6]]]),
    "d2l 3x3": (of_window(3, None, "max"), [X], [[[10]]]),
    "d2l 3x3 stride 2 padding 1": (
        {
            "torch function": lambda x: clpool.max_pool2d(x, 3, padding=1, stride=2),
            "torch module": lambda x: nn.MaxPool2d(3, padding=1, stride=2)(x),
            "mxnet": lambda x: mxnet.MaxPool2D(3, padding=1, strides=2)(x),
            "flax by pairs": lambda x: flax.max_pool(x, (3, 3), (2, 2), ((1, 0), (1, 0))),
        },
        [X],
        [[[5, 7], [13, 15]]],
    ),
    "d2l two channels": (
        {
            "torch function": lambda x: clpool.max_pool2d(x, 3, padding=1, stride=2),
            "torch module": lambda x: nn.MaxPool2d(3, padding=1, stride=2)(x),
            "mxnet": lambda x: mxnet.MaxPool2D(3, padding=1, strides=2)(x),
            "flax by pairs": lambda x: flax.max_pool(x, (3, 3), (2, 2), ((1, 0), (1, 0))),
        },
        [X, X + 1],
        [[[5, 7], [13, 15]], [[6, 8], [14, 16]]],
    ),
    "d2l 2x3 padding 0, 1": (
        {
            "torch function": lambda x: clpool.max_pool2d(x, (2, 3), (2, 3), (0, 1)),
            "torch module": lambda x: nn.MaxPool2d((2, 3), stride=(2, 3), padding=(0, 1))(x),
            "mxnet": lambda x: mxnet.MaxPool2D((2, 3), padding=(0, 1), strides=(2, 3))(x),
            "flax by pairs": lambda x: flax.max_pool(x, (2, 3), (2, 3), ((0, 0), (1, 1))),
        },
        [X],
        [[[5, 7], [13, 15]]],
    ),
    "d2l 2x3 padding 1, 2": (
        {
            "mxnet": lambda x: mxnet.MaxPool2D((2, 3), padding=(1, 2), strides=(2, 3))(x),
            "torch by pairs": lambda x: clpool.max_pool2d(x, (2, 3), None, ((1, 1), (2, 2))),
            "flax by pairs": lambda x: flax.max_pool(x, (2, 3), (2, 3), ((1, 1), (2, 2))),
        },
        [X],
        [[[0, 3], [8, 11], [12, 15]]],
    ),
    "tutorial max": (of_window(2, None, "max"), [TABLE], [[[9, 9], [9, 5]]]),
    "tutorial avg": (of_window(2, None, "avg"), [TABLE], [[[7.5, 4.25], [5.5, 4.25]]]),
    "tutorial 1 to 16 avg": (of_window(2, None, "avg"), [ONE_ON], [[[3.5, 5.5], [11.5, 13.5]]]),
    "tutorial 1 to 16 max": (of_window(2, None, "max"), [ONE_ON], [[[6, 8], [14, 16]]]),
    "tutorial whole avg": (of_plane("avg"), [ONE_ON], [[[8.5]]]),
    "tutorial whole max": (of_plane("max"), [ONE_ON], [[[16]]]),
}

#: Those that pad a copy with zeros first: the padding, the call, the channels, the result.
PADDED: dict[str, tuple[list[tuple[int, int]], Call, list[Any], list[Any]]] = {
    f"{name} {framework}": (pads, call, channels, found)
    for name, pads, size, steps, channels, found in (
        ("d2l 3x3", CORNER, (3, 3), (2, 2), [X], [[[5, 7], [13, 15]]]),
        ("d2l 2x3", SIDES, (2, 3), (2, 3), [X], [[[5, 7], [13, 15]]]),
        ("d2l two", CORNER, (3, 3), (2, 2), [X, X + 1], [[[5, 7], [13, 15]], [[6, 8], [14, 16]]]),
    )
    for framework, call in {
        "flax": lambda x, size=size, steps=steps: flax.max_pool(
            x, window_shape=size, padding="VALID", strides=steps
        ),
        "keras": lambda x, size=size, steps=steps: keras.MaxPool2D(
            pool_size=[*size], padding="valid", strides=steps
        )(x),
    }.items()
}
