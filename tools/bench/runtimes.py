"""The inference runtimes in the benchmark: ONNX Runtime, OpenVINO and JAX, on the CPU.

Each computes with as many threads as the device under test. They take channels first, the layout
of their formats; JAX is also tried with channels last.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from .cases import Case
from .contender import Absent, Contender, Field, channels_first
from .problems import Problem, memory_of


def _pads(case: Case) -> list[tuple[int, int]]:
    """The (begin, end) padding per axis that gives the case's output under floor rounding too."""
    pads = []
    for length, outputs in zip(case.sizes, case.pooled_shape[2:], strict=True):
        extent = (outputs - 1) * case.stride + case.dilation * (case.kernel - 1) + 1
        pads.append((case.padding, max(extent - length - case.padding, 0)))
    return pads


def onnxruntime(problem: Problem, field: Field) -> Iterator[Contender]:
    """A model of one node; given results are bound to the session."""
    try:
        import onnx
        import onnxruntime as ort
    except ImportError as error:
        raise Absent(f"{error.name} is not installed") from error
    case = problem.case
    model = _onnx_model(onnx.helper, problem)
    settings = ort.SessionOptions()
    settings.intra_op_num_threads = field.threads
    settings.log_severity_level = 4
    try:
        session = ort.InferenceSession(
            model.SerializeToString(), settings, providers=["CPUExecutionProvider"]
        )
    except Exception as error:
        raise Absent(_reason(error)) from error
    feed = {name: np.ascontiguousarray(x) for name, x in problem.sources.items()}
    if "indices" in feed:
        feed["indices"] = feed["indices"] + _plane_starts(problem)
    names = [output.name for output in session.get_outputs()]

    def fetched(found: list[Any]) -> list[np.ndarray]:
        values = [x if isinstance(x, np.ndarray) else x.numpy() for x in found]
        if case.indices:
            values[1] = values[1] % math.prod(case.sizes)  # theirs count through the whole batch
        return values

    bound = session.io_binding()
    for name, x in feed.items():
        bound.bind_ortvalue_input(name, ort.OrtValue.ortvalue_from_numpy(x))
    outs = [ort.OrtValue.ortvalue_from_numpy(x) for x in session.run(names, feed)]
    for name, out in zip(names, outs, strict=True):
        bound.bind_ortvalue_output(name, out)

    def into() -> list[Any]:
        session.run_with_iobinding(bound)
        return outs

    yield Contender("onnxruntime", "bound", into, fetched)
    yield Contender("onnxruntime", "", lambda: session.run(names, feed), fetched, fresh=True)


def _plane_starts(problem: Problem) -> np.ndarray:
    """The offset of every plane in the pooling's input, shaped to be added to indices."""
    case = problem.case
    planes = np.arange(math.prod(case.shape[:2]), dtype=np.int64) * math.prod(case.sizes)
    return planes.reshape(*case.shape[:2], *(1,) * case.ndim)


def _onnx_model(helper: Any, problem: Problem) -> Any:
    """A model of one node for a case."""
    case = problem.case
    if case.dtype == "bfloat16":
        raise Absent("no bfloat16 between it and numpy")
    operators = {
        "max": "MaxPool",
        "avg": "AveragePool",
        "lp": "LpPool",
        "global_max": "GlobalMaxPool",
        "global_avg": "GlobalAveragePool",
        "unpool": "MaxUnpool",
    }
    if case.operator not in operators:
        raise Absent("ONNX has no such operator")
    attributes: dict[str, Any] = {}
    if not case.operator.startswith("global"):
        attributes = {
            "kernel_shape": [case.kernel] * case.ndim,
            "strides": [case.stride] * case.ndim,
        }
        if case.operator != "unpool":
            attributes["ceil_mode"] = int(case.ceil_mode)
            attributes["pads"] = [case.padding] * 2 * case.ndim
        if case.operator == "max":
            attributes["dilations"] = [case.dilation] * case.ndim
        if case.operator == "avg":
            attributes["count_include_pad"] = 1
        if case.operator == "lp":
            attributes["p"] = int(case.norm)
    outputs = ["values", "where"][: len(problem.answers)]
    sources, constants = list(problem.sources), []
    if case.operator == "unpool":
        wanted = helper.make_tensor("shape", 7, [len(case.shape)], case.shape)
        sources, constants = [*sources, "shape"], [wanted]
    node = helper.make_node(operators[case.operator], sources, outputs, **attributes)

    def described(name: str, dtype: Any, shape: tuple[int, ...]) -> Any:
        return helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(dtype), shape)

    inputs = [described(name, x.dtype, x.shape) for name, x in problem.sources.items()]
    dtypes = (problem.dtype, np.dtype(np.int64))
    results = [described(n, d, problem.result_shape) for n, d in zip(outputs, dtypes, strict=False)]
    graph = helper.make_graph([node], "case", inputs, results, constants)
    return helper.make_model(graph, ir_version=10, opset_imports=[helper.make_opsetid("", 21)])


def openvino(problem: Problem, field: Field) -> Iterator[Contender]:
    """A compiled model of one node; results lie in given tensors."""
    try:
        import openvino as ov
    except ImportError as error:
        raise Absent("not installed") from error
    case = problem.case
    if case.dtype == "bfloat16":
        raise Absent("no bfloat16 between it and numpy")
    sources = {name: np.ascontiguousarray(x) for name, x in problem.sources.items()}
    # f32 as it is: its default computes in bfloat16 where the CPU can.
    settings = {
        "INFERENCE_NUM_THREADS": field.threads,
        "INFERENCE_PRECISION_HINT": "f16" if case.dtype == "float16" else "f32",
        "PERFORMANCE_HINT": "LATENCY",
    }
    try:
        node = _openvino_node(problem)
        model = ov.Model(node.outputs()[: len(problem.answers)], _parameters(node), "case")
        compiled = ov.Core().compile_model(model, "CPU", settings)
        request = compiled.create_infer_request()
        for number, x in enumerate(sources.values()):
            request.set_input_tensor(number, ov.Tensor(x, shared_memory=True))
        outs = [
            np.empty(output.shape, output.element_type.to_dtype()) for output in compiled.outputs
        ]
        for number, out in enumerate(outs):
            request.set_output_tensor(number, ov.Tensor(out, shared_memory=True))
    except Absent:
        raise
    except Exception as error:
        raise Absent(_reason(error)) from error

    def run() -> list[np.ndarray]:
        request.infer()
        return outs

    def fetched(found: list[np.ndarray]) -> list[np.ndarray]:
        return [found[0], *(indices.astype(np.int64) for indices in found[1:])]

    yield Contender("OpenVINO", "bound", run, fetched)


def _parameters(node: Any) -> list[Any]:
    """The parameters that a node reads."""
    sources = [value.get_source_output().get_node() for value in node.inputs()]
    return [source for source in sources if source.get_type_name() == "Parameter"]


def _openvino_node(problem: Problem) -> Any:
    """The node of a case, with its parameters."""
    import openvino.opset14 as ops

    case = problem.case
    x = ops.parameter(list(case.shape), problem.dtype)
    axes = list(range(2, 2 + case.ndim))
    strides, begin = [case.stride] * case.ndim, [case.padding] * case.ndim
    kernel, rounding = [case.kernel] * case.ndim, "ceil_torch" if case.ceil_mode else "floor"
    if case.operator == "max":
        dilations = [case.dilation] * case.ndim
        return ops.max_pool(
            x, strides, dilations, begin, begin, kernel, rounding, "explicit", "i64", 2
        )
    if case.operator == "avg":
        return ops.avg_pool(x, strides, begin, begin, kernel, False, rounding)
    if case.operator == "global_avg":
        return ops.reduce_mean(x, axes, keep_dims=True)
    if case.operator == "global_max":
        return ops.reduce_max(x, axes, keep_dims=True)
    if case.operator == "adaptive_avg":
        return ops.adaptive_avg_pool(x, list(case.output))
    if case.operator == "adaptive_max":
        return ops.adaptive_max_pool(x, list(case.output), "i32")  # it compiles no other
    raise Absent("OpenVINO has no such operator")


def jax(problem: Problem, field: Field) -> Iterator[Contender]:
    """A jitted function; it has no way to write into given arrays."""
    # Read when its pool of threads is made, which is at its first call.
    os.environ["NPROC"] = str(field.threads)
    try:
        import jax as library
    except ImportError as error:
        raise Absent("not installed") from error
    library.config.update("jax_enable_x64", True)
    library.config.update("jax_platforms", "cpu")
    case = problem.case
    both = [False, True] if case.ndim > 1 else [False]
    for last in both if not case.channels_last else [True, False]:
        laid = Case(**{**vars(case), "channels_last": last})
        compute = library.jit(_jax_function(library, laid))
        sources = dict(problem.sources)
        if case.operator.endswith("_backward"):
            assert problem.pooled_from is not None
            sources = {"grad": sources["grad"], "x": problem.pooled_from}
        given = [library.device_put(memory_of(laid, x)) for x in sources.values()]

        def run(compute: Callable[..., Any] = compute, given: list[Any] = given) -> Any:
            return compute(*given).block_until_ready()

        def fetched(found: Any, laid: Case = laid) -> list[np.ndarray]:
            return [channels_first(laid, np.asarray(found))]

        yield Contender("JAX", "channels_last" if last else "", run, fetched, fresh=True)


def _jax_function(library: Any, case: Case) -> Callable[..., Any]:
    """What computes a case from arrays in its layout."""
    if case.indices:
        raise Absent("JAX has no pooling with indices")
    operator = case.operator.removesuffix("_backward")
    spatial = range(1, 1 + case.ndim) if case.channels_last else range(2, 2 + case.ndim)
    numpy, lax = library.numpy, library.lax
    if operator == "global_max":
        return lambda x: numpy.max(x, tuple(spatial), keepdims=True)
    if operator == "global_avg":
        return lambda x: numpy.mean(x, tuple(spatial), keepdims=True)
    if operator not in ("max", "avg", "lp"):
        raise Absent("JAX has no such operator")
    window, strides, dilation, pads = [1] * (2 + case.ndim), [1] * (2 + case.ndim), [1], [(0, 0)]
    dilation, pads = dilation * (2 + case.ndim), pads * (2 + case.ndim)
    for axis, pad in zip(spatial, _pads(case), strict=True):
        window[axis], strides[axis], dilation[axis] = case.kernel, case.stride, case.dilation
        pads[axis] = pad

    def pool(x: Any) -> Any:
        if operator == "max":
            least = np.iinfo(x.dtype).min if x.dtype.kind in "iu" else -np.inf
            start = np.asarray(least, x.dtype)  # of numpy, so that JAX knows the monoid
            return lax.reduce_window(
                x, start, lax.max, window, strides, pads, window_dilation=dilation
            )
        terms = x * x if operator == "lp" else x
        zero = np.asarray(0, x.dtype)
        sums = lax.reduce_window(terms, zero, lax.add, window, strides, pads)
        return numpy.sqrt(sums) if operator == "lp" else sums / case.kernel**case.ndim

    if case.operator.endswith("_backward"):
        return lambda grad, x: library.vjp(pool, x)[1](grad)[0]
    return pool


def _reason(error: Exception) -> str:
    """The first line of what a library says."""
    return " ".join(str(error).split())[:160] or type(error).__name__
