"""A backend of ONNX whose pooling nodes are computed by clpool, the others by ONNX's reference.

The module has the functions of ``onnx.backend.base.Backend``; it needs the extra ``onnx``.
"""

from .backend import Backend, Model

is_compatible = Backend.is_compatible
prepare = Backend.prepare
run_model = Backend.run_model
run_node = Backend.run_node
supports_device = Backend.supports_device

__all__ = [
    "Backend",
    "Model",
    "is_compatible",
    "prepare",
    "run_model",
    "run_node",
    "supports_device",
]
