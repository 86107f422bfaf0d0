"""
One page in four frameworks
===========================

*Dive into Deep Learning* gives its section on pooling (7.5) in PyTorch, MXNet, JAX with flax, and
TensorFlow with Keras. Here are its steps under each one's names: PyTorch's are those of
:mod:`clpool` and :mod:`clpool.nn`, the others' are in :mod:`clpool.interop`, which imports none of
them.
"""

import matplotlib.pyplot as plt
import numpy as np

import clpool
from clpool import nn
from clpool.interop import flax, keras, mxnet

# %%
# By hand
# -------
#
# A window that moves one step at a time over every row and column, in numpy, and the same by a
# kernel:


def pool2d(x, size, mode="max"):
    """Every window of a matrix, one step apart."""
    windows = np.lib.stride_tricks.sliding_window_view(x, size)
    return windows.max((2, 3)) if mode == "max" else windows.mean((2, 3))


nine = np.arange(9, dtype=np.float32).reshape(3, 3)
print(pool2d(nine, (2, 2)), clpool.max_pool2d(nine[None], 2, stride=1)[0], sep="\n")
print(pool2d(nine, (2, 2), "avg"), clpool.avg_pool2d(nine[None], 2, stride=1)[0], sep="\n")

# %%
# Padding and stride
# ------------------
#
# PyTorch and MXNet keep channels first, flax and Keras last.

x = np.arange(16, dtype=np.float32).reshape(1, 1, 4, 4)
channels_last = x.transpose(0, 2, 3, 1)
print(x[0, 0])

# %%
# A window of three, and no stride: one window fits, except in flax, whose stride is 1 unless it
# is given.

print("PyTorch", nn.MaxPool2d(3)(x).ravel())
print("MXNet  ", mxnet.MaxPool2D(3)(x).ravel())
print("Keras  ", keras.MaxPool2D(pool_size=[3, 3])(channels_last).ravel())
print("flax   ", flax.max_pool(channels_last, (3, 3), strides=(3, 3)).ravel())
print("flax, stride 1", flax.max_pool(channels_last, (3, 3)).ravel())

# %%
# A stride of two and a padding of one. PyTorch and MXNet pad with minus infinity; the text pads
# flax's and Keras's input with zeros above and to the left, which no maximum of these numbers
# sees. flax takes the padding in pairs, too.

padded = np.pad(channels_last, [(0, 0), (1, 0), (1, 0), (0, 0)])
pairs = ((1, 0), (1, 0))
results = {
    "PyTorch": nn.MaxPool2d(3, padding=1, stride=2)(x),
    "MXNet": mxnet.MaxPool2D(3, padding=1, strides=2)(x),
    "Keras": keras.MaxPool2D(pool_size=[3, 3], padding="valid", strides=2)(padded),
    "flax": flax.max_pool(padded, window_shape=(3, 3), padding="VALID", strides=(2, 2)),
    "flax, pairs": flax.max_pool(channels_last, (3, 3), (2, 2), pairs),
}
for framework, result in results.items():
    print(f"{framework:12}", result.ravel())
assert all((result.ravel() == [5, 7, 13, 15]).all() for result in results.values())

# %%
# The four windows, on the input with its padding:

figure, axes = plt.subplots(1, 4, figsize=(8, 2.4), layout="constrained")
for number, axis in enumerate(axes):
    row, column = 2 * (number // 2) - 1, 2 * (number % 2) - 1
    axis.add_patch(plt.Rectangle((column - 0.5, row - 0.5), 3, 3, color="C0", alpha=0.3))
    for (i, j), value in np.ndenumerate(x[0, 0]):
        axis.text(j, i, f"{value:.0f}", ha="center", va="center")
    axis.add_patch(plt.Rectangle((-0.5, -0.5), 4, 4, fill=False))
    axis.set(xlim=(-1.6, 4.6), ylim=(4.6, -1.6), aspect="equal")
    axis.set_title(f"maximum {results['PyTorch'].ravel()[number]:.0f}", fontsize=10)
    axis.axis("off")

# %%
# A window of two rows and three columns, with a step and a padding of its own along each axis;
# the second is the one of the text's earlier edition.

print(nn.MaxPool2d((2, 3), stride=(2, 3), padding=(0, 1))(x)[0, 0])
print(mxnet.MaxPool2D((2, 3), padding=(1, 2), strides=(2, 3))(x)[0, 0])

# %%
# More than one channel
# ---------------------
#
# Pooling works on each channel: two in, two out.

both = np.concatenate((x, x + 1), axis=1)
print(nn.MaxPool2d(3, padding=1, stride=2)(both)[0])
last = np.pad(both.transpose(0, 2, 3, 1), [(0, 0), (1, 0), (1, 0), (0, 0)])
print(keras.MaxPool2D(pool_size=[3, 3], strides=2)(last).transpose(0, 3, 1, 2)[0])
