"""
A kernel, and the templates that wrote it
=========================================

Kernels are written by templates when they are first needed: a skeleton, filled with a mode and a
window. ``clpool source`` prints one; ``--explain`` says of every line which templates it came from.
"""

import io
from contextlib import redirect_stdout

from clpool.cli.main import main


def printed(*arguments):
    """What a command prints."""
    told = io.StringIO()
    with redirect_stdout(told):
        main(arguments)
    return told.getvalue()


# %%
# Minimum pooling of 2x2 of int32, for the device at hand:

call = ("source", "--mode", "min", "--kernel", "2", "--dtype", "int32", "--shape", "1,64,112,112")
print(printed(*call))

# %%
# The same with the origin of its lines. The mode's own part is one line of ``modes/min.mako``:
# that a mode is so little is why another one is written in an hour.

print(printed(*call, "--explain"))
