"""
What pooling keeps, and what it drops
=====================================

Cells that do not overlap, one number for each: the beginning of pooling in F. Fleuret's course
EE-559 (section 4.5). Order inside a cell does not count, and a small shift of the input changes
little.
"""

import matplotlib.pyplot as plt
import numpy as np

import clpool

# %%
# One row, cells of two
# ---------------------
#
# The default stride is the window, as in PyTorch: the cells tile the row.

signal = np.array([[1, 3, 2, 3, 0, 2, 1, 1, 4, 2]], np.float32)
print(clpool.max_pool1d(signal, 2))
print(clpool.avg_pool1d(signal, 2))

# %%
# Two channels without a batch
# ----------------------------
#
# The last axes are pooled, each channel by itself. A window of one row and two columns:

x = np.array(
    [
        [[1, 2, 2, 1, 2, 1], [2, 0, 0, 0, 1, 0]],
        [[2, 0, 2, 1, 1, 1], [0, 0, 0, 1, 2, 1]],
    ],
    np.float32,
)
print(x.shape)
print(clpool.max_pool2d(x, (1, 2)))

# %%
# The order inside a cell
# -----------------------
#
# A wave of 64 samples, and the same wave with the samples of every cell of four in another order.
# Neither the maximum nor the average sees the difference.

rng = np.random.default_rng(0)
wave = np.round(40 * np.sin(np.linspace(0, 9, 64)) + rng.normal(0, 12, 64)).astype(np.float32)
shuffled = rng.permuted(wave.reshape(16, 4), axis=1).reshape(64)

figure, axes = plt.subplots(2, 1, sharex=True, figsize=(7, 4), layout="constrained")
for axis, samples, title in zip(
    axes, (wave, shuffled), ("a wave", "the same, shuffled inside cells of 4"), strict=True
):
    cells = np.repeat(clpool.max_pool1d(samples[None], 4)[0], 4)
    means = np.repeat(clpool.avg_pool1d(samples[None], 4)[0], 4)
    axis.bar(range(64), samples, width=0.8, color="0.75")
    axis.step(range(64), cells, where="mid", label="maximum")
    axis.step(range(64), means, where="mid", label="average")
    axis.set_title(title)
axes[0].legend(loc="upper right", ncols=2)

same = [
    bool((pool(wave[None], 4) == pool(shuffled[None], 4)).all())
    for pool in (clpool.max_pool1d, clpool.avg_pool1d)
]
print(f"of {(wave != shuffled).sum()} samples that changed places, equal results: {same}")

# %%
# A small shift
# -------------
#
# Noise of 8,000 samples, pooled where it lies and one sample further. Nearly no sample is equal
# to its neighbour; most maxima of cells of eight are, and the share falls with the shift.

noise = rng.random((1, 8064), np.float32)
here = clpool.max_pool1d(noise[:, :8000], 8)
shifts = range(13)
shares = [float((here == clpool.max_pool1d(noise[:, n : n + 8000], 8)).mean()) for n in shifts]
samples = [float((noise[:, :8000] == noise[:, n : n + 8000]).mean()) for n in shifts]

figure, axis = plt.subplots(figsize=(7, 3), layout="constrained")
axis.plot(shifts, shares, "o-", label="maxima of cells of 8")
axis.plot(shifts, samples, "s--", color="0.6", label="samples")
axis.set(xlabel="shift", ylabel="share that stays equal", ylim=(-0.03, 1.03))
axis.legend()
print(f"a shift of one leaves {shares[1]:.0%} of the maxima, and {samples[1]:.1%} of the samples")
