"""
Exercises about pooling
=======================

What section 7.5 of *Dive into Deep Learning* asks its readers, answered by programs.
"""

import statistics
import time

import matplotlib.pyplot as plt
import numpy as np

import clpool

rng = np.random.default_rng(0)

# %%
# Average pooling is a convolution
# --------------------------------
#
# by a kernel whose every weight is one over the number of taps.

x = rng.integers(-9, 10, (1, 6, 6)).astype(np.float32)
taps = np.lib.stride_tricks.sliding_window_view(x[0], (2, 2))
convolved = np.einsum("hwij,ij->hw", taps, np.full((2, 2), 0.25, np.float32))
print((clpool.avg_pool2d(x, 2, stride=1)[0] == convolved).all())

# %%
# Maximum pooling is not, but ReLU will do
# ----------------------------------------
#
# The larger of two numbers is ``max(a, b) = b + relu(a - b)``. A layer compares neighbours in
# pairs, so that *n* taps take ``ceil(log2(n))`` layers: a window of 2x2 takes two, one of 3x3 four.


def relu(x):
    """What is above zero."""
    return np.maximum(x, 0)


def maximum_by_relu(x, size):
    """The maxima of a matrix's windows, and the number of layers."""
    count = x.shape[0] - size + 1
    found = [x[i : i + count, j : j + count] for i in range(size) for j in range(size)]
    layers = 0
    while len(found) > 1:
        odd = found[-1:] * (len(found) % 2)
        found = [b + relu(a - b) for a, b in zip(found[::2], found[1::2], strict=False)] + odd
        layers += 1
    return found[0], layers


for size in (2, 3):
    largest, layers = maximum_by_relu(x[0], size)
    same = (clpool.max_pool2d(x, size, stride=1)[0] == largest).all()
    print(f"{size}x{size}: {layers} layers, equal: {same}")

# %%
# Minimum pooling needs no layer of its own
# -----------------------------------------
#
# The smallest number is minus the largest of their negatives. clpool has a kernel for it all the
# same: two passes over memory are spared.

print((-clpool.max_pool2d(-x, 3) == clpool.min_pool2d(x, 3)).all())

# %%
# Softmax pooling
# ---------------
#
# weighs every tap by its exponential. It lies between the average and the maximum: a small scale
# of the input gives the one, a large scale the other. Each tap costs an exponential, and who wants
# the maximum has it for one comparison: reasons why it is rare.

scales = np.logspace(-2, 2, 41)
window = np.array([[[0.1, 0.4], [0.5, 1.0]]], np.float32)
soft = [clpool.soft_pool2d(window * np.float32(s), 2).item() / s for s in scales]

figure, axis = plt.subplots(figsize=(7, 3), layout="constrained")
axis.semilogx(scales, soft, label="softmax pooling of s·x, over s")
axis.axhline(window.max(), color="C1", linestyle="--", label="maximum")
axis.axhline(window.mean(), color="C2", linestyle=":", label="average")
axis.set_xlabel("scale s")
axis.legend()

# %%
# The cost, counted
# -----------------
#
# *c* channels of *h* rows and *w* columns, a window of *k* by *k*, a padding of *p* and a stride of
# *s* give ``c * ((h - k + 2 * p) // s + 1) * ((w - k + 2 * p) // s + 1)`` outputs. Each takes
# ``k * k`` steps, but for taps in the padding. Sum pooling of ones counts those that there are:

c, h, w, size, padding, stride = 4, 12, 9, 3, 1, 2
ones = np.ones((c, h, w), np.float32)
counted = clpool.sum_pool2d(ones, size, stride, padding)
steps = counted.size * size**2
print(f"{counted.size} outputs, {steps} steps with padding, {counted.sum():.0f} taps")

# %%
# The cost, measured
# ------------------
#
# Steps are not what it takes. A kernel shares what windows have in common, and waits for memory
# first: from 3x3 to 13x13 steps grow nineteenfold.

x = rng.random((8, 64, 56, 56), np.float32)
sizes = range(3, 15, 2)
milliseconds = []
for size in sizes:
    out = clpool.max_pool2d(x, size, 1, size // 2)  # builds the kernel
    times = []
    for _ in range(7):
        began = time.perf_counter()
        clpool.max_pool2d(x, size, 1, size // 2, out=out)
        times.append(1e3 * (time.perf_counter() - began))
    milliseconds.append(statistics.median(times))

figure, axis = plt.subplots(figsize=(7, 3), layout="constrained")
steps = [size**2 / 9 for size in sizes]
axis.plot(sizes, steps, "s--", color="0.6", label="steps")
axis.plot(sizes, [time / milliseconds[0] for time in milliseconds], "o-", label="measured here")
axis.set(xlabel="window", ylabel="over that of 3x3")
axis.legend()

# %%
# Other ways
# ----------
#
# Stochastic pooling draws one tap by its share of the sum, fractional pooling draws where windows
# begin. Both give the same for the same seed.

x = rng.random((1, 6, 6), np.float32)
print(clpool.stochastic_pool2d(x, 2, seed=1)[0])
print(clpool.fractional_max_pool2d(x, 2, output_size=4, seed=1)[0])
