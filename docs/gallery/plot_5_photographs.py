"""
Photographs
===========

Two photographs of 321x481 as one batch: maximum and average pooling, how far they are apart, and
what adaptive and global pooling make of them.
"""

import matplotlib.pyplot as plt
import numpy as np
from skimage import data

import clpool
from clpool import nn

# %%
# A batch of (2, 3, 321, 481) of numbers from 0 to 1:

photographs = (data.astronaut()[:321, :481], data.coffee()[:321, :481])
batch = np.stack([photo.transpose(2, 0, 1) for photo in photographs]).astype(np.float32) / 255
print(batch.shape)

largest = nn.MaxPool2d((2, 2))(batch)
average = nn.AvgPool2d((2, 2))(batch)
print(largest.shape, average.shape)


def shown(axis, picture, title):
    """Draw an array of (3, rows, columns)."""
    axis.imshow(np.clip(picture, 0, 1).transpose(1, 2, 0))
    axis.set_title(f"{title} {picture.shape[1]}x{picture.shape[2]}", fontsize=9)
    axis.axis("off")


# %%
# The last row and the last column have no partner, and are left out. The absolute difference
# shows edges: where a window is even, its maximum is its average.

figure, axes = plt.subplots(2, 4, figsize=(11, 4), layout="constrained")
for row, photo, high, mean in zip(axes, batch, largest, average, strict=True):
    shown(row[0], photo, "photograph")
    shown(row[1], high, "maximum")
    shown(row[2], mean, "average")
    shown(row[3], 4 * np.abs(high - mean), "4 x difference,")
print(f"no maximum is below its average: {(largest >= average).all()}")

# %%
# Larger windows. The maximum brightens, the minimum darkens, the median keeps edges:

figure, axes = plt.subplots(1, 4, figsize=(11, 2.2), layout="constrained")
for axis, (name, pool) in zip(
    axes,
    {
        "maximum": clpool.max_pool2d,
        "average": clpool.avg_pool2d,
        "median": clpool.median_pool2d,
        "minimum": clpool.min_pool2d,
    }.items(),
    strict=True,
):
    shown(axis, pool(batch[1], 9, 3), name)

# %%
# Small numbers to check by eye
# -----------------------------

table = np.array([[[6, 9, 9, 2], [6, 9, 6, 0], [8, 3, 4, 5], [9, 2, 3, 5]]], np.float32)
print(clpool.max_pool2d(table, 2)[0])
print(clpool.avg_pool2d(table, 2)[0])

# %%
# The window, or the size of the result
# -------------------------------------
#
# Ordinary pooling is told the window, adaptive pooling the size of the result, here of one pixel
# (global pooling) and of four by six:

counting = np.arange(1, 17, dtype=np.float32).reshape(1, 4, 4)
print(clpool.avg_pool2d(counting, 2)[0], clpool.max_pool2d(counting, 2)[0], sep="\n")
print(nn.AdaptiveAvgPool2d((1, 1))(counting).item(), nn.AdaptiveMaxPool2d((1, 1))(counting).item())

figure, axes = plt.subplots(1, 4, figsize=(11, 2.2), layout="constrained")
for pair, photo in zip(axes.reshape(2, 2), batch, strict=True):
    shown(pair[0], clpool.adaptive_avg_pool2d(photo, (4, 6)), "adaptive average")
    shown(pair[1], clpool.adaptive_max_pool2d(photo, (4, 6)), "adaptive maximum")
