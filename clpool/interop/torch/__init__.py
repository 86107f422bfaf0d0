"""clpool for PyTorch: operators, functions and modules of CPU tensors, with gradients.

``clpool.interop.torch.max_pool2d`` and ``.MaxPool2d`` have torch's names and arguments; the
operators behind them are ``torch.ops.clpool.*``. Inside ``with clpool.interop.torch.installed():``
torch's own pooling of CPU tensors is clpool's.
"""

from typing import Any

from . import functions, modules
from .dispatcher import install, installed, uninstall

__all__ = [*functions.__all__, *modules.__all__, "install", "installed", "uninstall"]


def __getattr__(name: str) -> Any:
    if name in functions.FUNCTIONS:
        return functions.FUNCTIONS[name]
    if name in modules.MODULES:
        return modules.MODULES[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
