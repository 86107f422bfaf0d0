"""
The funnel
==========

Two convolutions, each followed by a pooling of 2x2: in S. Raschka's *Deep Learning Fundamentals*
(7.2) the example of how planes become smaller while channels grow. Pooling has no parameters, and
each halving costs three of four positions.
"""

import matplotlib.pyplot as plt
import numpy as np

from clpool import nn

rng = np.random.default_rng(0)


def convolution(x, channels, stride=1):
    """3x3, without padding, of random weights."""
    weights = rng.normal(0, 0.2, (channels, len(x), 3, 3)).astype(np.float32)
    windows = np.lib.stride_tricks.sliding_window_view(x, (3, 3), (1, 2))
    return np.einsum("chwij,ocij->ohw", windows[:, ::stride, ::stride], weights, optimize=True)


def relu(x):
    """What is above zero."""
    return np.maximum(x, 0)


# %%
# A picture of (3, 110, 110): two disks and some noise.

rows, columns = np.mgrid[:110, :110]
x = rng.normal(0.2, 0.05, (3, 110, 110)).astype(np.float32)
x[0] += np.hypot(rows - 40, columns - 35) < 22
x[1] += np.hypot(rows - 70, columns - 75) < 30

# %%
# With pools, without them, and with strides of the convolutions in their place:

pool = nn.MaxPool2d(2, 2)
first = relu(convolution(x, 8))
halved = pool(first)
second = relu(convolution(halved, 16))
end = pool(second)
print("with pools   ", " -> ".join(str(a.shape) for a in (x, first, halved, second, end)))

without = convolution(convolution(x, 8), 16)
print("without      ", without.shape)
strided = convolution(convolution(x, 8, stride=2), 16, stride=2)
print("with strides ", strided.shape)
assert end.shape == strided.shape == (16, 26, 26)
assert without.shape == (16, 106, 106)

# %%
# Of every step the two channels that vary most, drawn to one scale:

steps = {"input": x, "convolution": first, "pool": halved, "convolution 2": second, "pool 2": end}
figure, axes = plt.subplots(2, 5, figsize=(9, 3.8), layout="constrained")
for column, (name, planes) in zip(axes.T, steps.items(), strict=True):
    column[0].set_title(f"{name}\n{planes.shape}", fontsize=9)
    most = np.argsort(-planes.std((1, 2)))[:2]
    for axis, plane in zip(column, planes[most], strict=True):
        axis.imshow(plane, cmap="gray", extent=(0, plane.shape[1], plane.shape[0], 0))
        axis.set(xlim=(0, 110), ylim=(110, 0))
        axis.axis("off")

# %%
# Local invariance: moved by one pixel, how far are the steps from those of the picture itself?

moved = np.roll(x, 1, axis=2)
for name, step in {
    "input": lambda planes: planes,
    "pool": pool,
    "pool of the pool": lambda planes: pool(pool(planes)),
}.items():
    a, b = step(x), step(moved)
    print(f"{name:17} {np.abs(a - b).mean() / a.std():.3f} standard deviations")
