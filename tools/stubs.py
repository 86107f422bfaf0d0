"""Writes the stubs of clpool and clpool.nn: ``python -m clpool.tools.stubs``.

Factories make most public functions, so that sources show type checkers and editors no signatures.
A stub holds the signatures and docstrings of the imported package; names of parameters choose their
types, of :mod:`clpool.ops.parameter_types`.
"""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

import clpool
from clpool.ops import parameter_types

#: The folder of the package, with the stubs.
PACKAGE = Path(clpool.__file__).resolve().parent

Parameters = list[inspect.Parameter]

_KEYWORD = inspect.Parameter.KEYWORD_ONLY

#: Types by the parameter's name; ``| None`` is added where the default is None.
_TYPES = {
    **dict.fromkeys(("x", "y", "grad", "indices", "out"), "ArrayT"),
    **dict.fromkeys(("kernel_size", "stride", "dilation"), "Size"),
    **dict.fromkeys(("input_shape", "shape"), "Shape"),
    "_random_samples": "Samples",
    "data_format": "DataFormat",
    "divisor_override": "SupportsIndex",
    "dtype": "DTypeLike",
    "index_dtype": "IndexDType",
    "nan": "NanPolicy",
    "norm_type": "SupportsFloat",
    "output_ratio": "Ratio",
    "padding": "Padding",
    "result_dtype": "DTypeLike",
    "seed": "Seed",
    "sequences": "Boundaries",
}

#: Types by the first letters of the function's name and the parameter's name; these prevail.
_TYPES_OF_FAMILIES = {
    ("adaptive", "output_size"): "OutputSize",
    ("fractional", "output_size"): "Size",
    ("max_unpool", "output_size"): "Shape",
    ("plan", "window"): "Size",
    ("pool", "window"): "Shape",
}

_NOTE = "# Written by `make stubs` from the live signatures and docstrings: not edited by hand.\n"

_FLAG = "return_indices"

#: The type of results, and of ``out``, by the type of :data:`_FLAG`.
_RESULTS = {
    "Literal[False]": "ArrayT",
    "Literal[True]": "tuple[ArrayT, ArrayT]",
    "bool": "ArrayT | tuple[ArrayT, ArrayT]",
}

#: The modules that names of types are imported from.
_HOMES = {
    **dict.fromkeys(
        (name for name in vars(parameter_types) if name[0].isupper()), "clpool.ops.parameter_types"
    ),
    **dict.fromkeys(("Any", "Literal", "SupportsFloat", "SupportsIndex", "overload"), "typing"),
    "DTypeLike": "numpy.typing",
    "Module": "clpool.nn.module",
    "Plan": "clpool.runtime.plan",
}


def typed(function: str, parameter: inspect.Parameter) -> inspect.Parameter:
    """A parameter of a function, annotated with its precise type.

    Raises:
        LookupError: the tables have no type for a parameter annotated ``Any``.
    """
    families = (
        found
        for (begin, name), found in _TYPES_OF_FAMILIES.items()
        if name == parameter.name and function.startswith(begin)
    )
    known = next(families, _TYPES.get(parameter.name, str(parameter.annotation)))
    if known in ("Any", "AnyArray"):
        raise LookupError(f"tools/stubs.py knows no type of {parameter.name} of {function}")
    if parameter.default is None and "None" not in known:
        known += " | None"
    return parameter.replace(annotation=known)


def parameters_of(function: Callable[..., Any]) -> Parameters:
    """The parameters of a public function, annotated with precise types."""
    found = inspect.signature(function).parameters.values()
    return [typed(function.__name__, parameter) for parameter in found]


def written(
    name: str,
    parameters: Iterable[inspect.Parameter],
    result: str,
    document: str = "",
    decorator: str = "",
) -> str:
    """The text of a function's stub.

    Raises:
        LookupError: a default is no literal.
    """
    lines = []
    for parameter in parameters:
        if parameter.kind is _KEYWORD and "*" not in lines:
            lines.append("*")
        default = parameter.default
        text = parameter.name
        if parameter.annotation is not parameter.empty:
            text += f": {parameter.annotation}"
        if default is np.int64:
            text += " = np.int64"
        elif default is not parameter.empty:
            if not isinstance(default, (bool, int, float, str, type(None))):
                raise LookupError(f"the default {default!r} of {name} is no literal")
            text += f" = {default!r}"
        lines.append(text)
    body = f'\n    """{_indented(document)}"""\n' if document else " ...\n"
    return f"{decorator}def {name}({', '.join(lines)}) -> {result}:{body}"


def _indented(document: str) -> str:
    """A docstring, indented for the space between its quotes."""
    return textwrap.indent(document, "    ").strip() + "\n    " * ("\n" in document)


def _first_line(function: Callable[..., Any]) -> str:
    return (inspect.getdoc(function) or "").partition("\n")[0]


def with_flag(parameters: Parameters, flag: str, **changes: Any) -> Parameters:
    """The parameters for one type of :data:`_FLAG`, with the matching type of ``out``.

    Args:
        parameters: the parameters of a function.
        flag: the flag's type, a key of :data:`_RESULTS`.
        changes: further attributes of the flag's parameter.
    """
    types = {_FLAG: flag, "out": f"{_RESULTS[flag]} | None"}
    found = []
    for parameter in parameters:
        if parameter.name in types:
            parameter = parameter.replace(annotation=types[parameter.name])
        found.append(parameter.replace(**changes) if parameter.name == _FLAG else parameter)
    return found


def overloads(parameters: Parameters) -> Iterator[tuple[Parameters, str]]:
    """The parameters and the result of each overload on :data:`_FLAG`.

    A flag that may be True is required, by position behind required parameters or by name:
    otherwise calls without a flag would match several overloads, and their results be ``Any``.
    """
    empty = inspect.Parameter.empty
    yield with_flag(parameters, "Literal[False]"), _RESULTS["Literal[False]"]
    at = [parameter.name for parameter in parameters].index(_FLAG)
    for value in ("Literal[True]", "bool"):
        flagged = with_flag(parameters, value, default=empty)
        before, behind = flagged[:at], flagged[at:]
        given = [parameter.replace(default=empty) for parameter in before]
        yield [*given, *behind], _RESULTS[value]
        if given != before:
            named = [parameter.replace(kind=_KEYWORD) for parameter in behind]
            yield [*before, *named], _RESULTS[value]


def function_stub(function: Callable[..., Any]) -> str:
    """The text of a function's stub; overloads after the first have a docstring of one line."""
    name, document = function.__name__, inspect.getdoc(function) or ""
    parameters = parameters_of(function)
    returns = inspect.signature(function).return_annotation
    if returns != "Any":
        return written(name, parameters, returns, document)
    if all(parameter.name != _FLAG for parameter in parameters):
        return written(name, parameters, "ArrayT", document)
    if "_avg_" in name:  # averages have no index: True is refused
        return written(name, with_flag(parameters, "Literal[False]"), "ArrayT", document)
    texts = []
    for each, result in overloads(parameters):
        texts.append(written(name, each, result, document, "@overload\n"))
        document = document.partition("\n")[0]
    return "\n".join(texts)


def class_stub(module: type[Any]) -> str:
    """The text of a module's stub: its fields, and calls with the function's other parameters."""
    function = module.function
    fields = [
        typed(function.__name__, parameter)
        for parameter in inspect.signature(module).parameters.values()
    ]
    held = {field.name for field in fields}
    own = inspect.signature(module.__call__).parameters
    self = inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD)

    free = []
    for parameter in parameters_of(function):
        if parameter.name not in held | {_FLAG}:
            by_place = parameter.default is parameter.empty or parameter.name in own
            free.append(parameter if by_place else parameter.replace(kind=_KEYWORD))
    result = "ArrayT"
    if _FLAG in held:
        # The instance holds the flag, its type does not: a union would make callers test results.
        free = with_flag(free, "bool")
        result = "ArrayT | Any"
    call = written("__call__", [self, *free], result, _first_line(module.__call__))

    body = [f'"""{_indented(inspect.getdoc(module) or "")}"""\n']
    body += [f"{field.name}: {field.annotation}" for field in fields]
    body += ["", written("__init__", [self, *fields], "None"), call]
    if hasattr(module, "plan"):
        fixed = held | {_FLAG, "window", "mode", "ndim", "shape", "dtype"}
        shape, dtype, *rest = parameters_of(clpool.plan)
        more = [p.replace(kind=_KEYWORD) for p in rest if p.name not in fixed]
        body.append(written("plan", [self, shape, dtype, *more], "Plan", _first_line(module.plan)))
    return f"class {module.__name__}(Module):\n" + textwrap.indent("\n".join(body), "    ")


def imports(package: str, body: str) -> str:
    """The imports that the body of a package's stub needs."""
    used = {node.id for node in ast.walk(ast.parse(body)) if isinstance(node, ast.Name)}
    lines = [f"from {_HOMES[name]} import {name}" for name in sorted(used & set(_HOMES))]
    lines += [f"import {name}" for name in ("numpy as np", "pyopencl as cl") if name[-2:] in used]
    return "\n".join(lines) + "\n"


def stub(package: ModuleType) -> str:
    """The text of a package's stub, for the names in its ``__all__``.

    Operators and modules are written out; other functions and classes have precise types in their
    sources, and are imported.
    """
    names: list[str] = package.__all__
    own, others = [], []
    for name in names:
        found = getattr(package, name)
        if inspect.ismodule(found):
            others.append(f"from {package.__name__} import {name}")
        elif found.__module__.startswith("clpool.ops."):
            own.append(function_stub(found))
        elif found.__module__.startswith("clpool.nn."):
            own.append(class_stub(found))
        else:
            others.append(f"from {found.__module__} import {name}")
    body = "\n".join(own)
    if hasattr(package, "__version__"):
        own.insert(0, "__version__: str\n")
    head = [f'"""{inspect.getdoc(package)}\n"""\n', _NOTE, imports(package.__name__, body), *others]
    text = "\n".join([*head, *own, f"__all__ = {names!r}"])
    return formatted(text)


def formatted(text: str) -> str:
    """A stub's text with sorted imports, formatted by ruff."""
    ruff = [sys.executable, "-m", "ruff"]
    options = ["--stdin-filename", str(PACKAGE / "__init__.pyi"), "-"]
    for command in (["check", "--quiet", "--fix", "--select", "I"], ["format", "--quiet"]):
        done = subprocess.run(
            [*ruff, *command, *options], input=text, capture_output=True, text=True, check=True
        )
        text = done.stdout
    return text


def path_of(package: ModuleType) -> Path:
    """The path of a package's stub."""
    return Path(str(package.__file__)).with_suffix(".pyi")


def main() -> int:
    """Write both stubs."""
    for package in (clpool, clpool.nn):
        path_of(package).write_text(stub(package), encoding="utf-8")
        print(path_of(package))
    return 0


if __name__ == "__main__":
    sys.exit(main())
