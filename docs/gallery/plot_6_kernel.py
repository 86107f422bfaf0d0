"""
A kernel, and the templates that wrote it
=========================================

Kernels are written by templates when they are first needed: a skeleton, filled with a mode and a
window. ``clpool source`` prints one; ``--explain`` says of every line which templates it came from.
"""

import io
from collections import Counter
from contextlib import redirect_stdout

import matplotlib.pyplot as plt

from clpool.cli.main import main


def printed(*arguments):
    """What a command prints."""
    told = io.StringIO()
    with redirect_stdout(told):
        main(arguments)
    return told.getvalue()


# %%
# Minimum pooling of 2x2, for the device at hand:

call = ("source", "--mode", "min", "--kernel", "2", "--shape", "1,64,112,112")
print(printed(*call))

# %%
# Of every line its origin
# ------------------------
#
# The mode's own part is one line of ``modes/min.mako``: that a mode is so little is why another one
# is written in an hour. Here are the lines around it, and the templates that wrote the most lines.

explained = printed(*call, "--explain").splitlines()
place = next(number for number, line in enumerate(explained) if "modes/" in line)
print("\n".join(explained[place - 6 : place + 6]))

lines = Counter(line.split(":")[0] for line in explained if ".mako:" in line)
names, counts = zip(*lines.most_common()[::-1], strict=True)
figure, axis = plt.subplots(figsize=(7, 5), layout="constrained")
axis.barh(names, counts)
axis.tick_params("y", labelsize=8)
axis.set_xlabel("lines of the kernel")
