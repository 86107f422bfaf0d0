"""The errors of clpool: messages name the argument, the value given and the values allowed.

Mistakes in a value are :class:`ArgumentValueError` (a ``ValueError``), mistakes in a
type are :class:`ArgumentTypeError` (a ``TypeError``), so callers may catch either the
built-in class or :class:`ClpoolError` for everything this package raises.
"""

from __future__ import annotations


class ClpoolError(Exception):
    """The base of every error that clpool raises on purpose."""


class ArgumentValueError(ClpoolError, ValueError):
    """An argument has the right type but a value that is not allowed."""


class ArgumentTypeError(ClpoolError, TypeError):
    """An argument, or the elements of an array, have a type that is not allowed."""


class DeviceError(ClpoolError, RuntimeError):
    """No usable OpenCL device, or a device without the capability that a call needs."""


class ForkError(DeviceError):
    """OpenCL was used in a parent process, and this is its forked child."""


class RenderError(ClpoolError, RuntimeError):
    """A kernel template failed to render; the message carries the template's name and line."""


class BuildError(ClpoolError, RuntimeError):
    """A kernel failed to compile; the message carries the numbered source and the log."""
