"""Calls as text: ``max_pool2d(float32[16, 64, 112, 112], 3, 2, 1)``.

A public function of clpool with Python literals, and array forms instead of arrays. Text is parsed,
never evaluated.
"""

from __future__ import annotations

import ast
import difflib
import inspect
import math
from dataclasses import dataclass
from typing import Any

from ..dtypes import ELEMENT_TYPES
from ..errors import ArgumentValueError
from ..ops import (
    adaptive,
    fractional,
    lp,
    order_statistics,
    pool,
    sliding,
    sliding_backward,
    soft,
    stochastic,
    unpool,
)
from ..ops.array_form import ArrayForm
from ..ops.exchange import ARRAYS
from ..ops.recorder import LEFT_OUT, text_of
from ..ops.signature import FUNCTIONS
from . import resizing

#: The modules whose import fills :data:`FUNCTIONS`.
_OPERATORS = (
    *(adaptive, fractional, lp, order_statistics, pool),
    *(sliding, sliding_backward, soft, stochastic, unpool),
)

#: The only names among literals.
_NUMBERS = {"inf": math.inf}

_FORM = "dtype[shape], such as float32[8, 3, 32, 32]"


@dataclass(frozen=True)
class Call:
    """A public function and its arguments: literals, and an :class:`ArrayForm` for each array.

    Example:
        >>> call = Call.parse("max_pool2d(float32[1, 8, 32, 32], 3, stride=2)")
        >>> call.values["stride"], call.values["padding"]
        (2, 0)
        >>> str(call)
        'max_pool2d(float32[1, 8, 32, 32], 3, stride=2)'
    """

    function: str
    arguments: tuple[Any, ...] = ()
    keywords: tuple[tuple[str, Any], ...] = ()

    @classmethod
    def parse(cls, text: str) -> Call:
        """The call that a text says.

        Raises:
            ArgumentValueError: it is no such call; the message names the place and what is allowed.
        """
        node = _expression(text)
        name = _function(node)
        arguments = tuple(_value(argument, f"argument {n}") for n, argument in _numbered(node.args))
        keywords = {}
        for keyword in node.keywords:
            if keyword.arg is None:
                raise ArgumentValueError("** in a call; allowed: arguments by place and by name")
            keywords[keyword.arg] = _value(keyword.value, keyword.arg)
        return cls.of(name, arguments, keywords)

    @classmethod
    def of(cls, name: str, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Call:
        """The call of a function with these arguments, checked to be those that it takes.

        Raises:
            ArgumentValueError: an argument is missing, unknown, or an array where none is taken.
        """
        signature = inspect.signature(FUNCTIONS[name])
        try:
            given = signature.bind(*arguments, **keywords).arguments
        except TypeError as error:
            raise ArgumentValueError(
                f"{name}: {error}; allowed: {', '.join(cls.parameters(name))}"
            ) from error
        for argument, value in given.items():
            if argument in LEFT_OUT and value is not None:
                raise ArgumentValueError(f"{name}: {argument} cannot be given in a text")
            if isinstance(value, ArrayForm) != (argument in ARRAYS) and value is not None:
                wanted = f"an array, {_FORM}" if argument in ARRAYS else "no array"
                raise ArgumentValueError(f"{name}: {argument} must be {wanted}; got {value}")
        ordered = [(key, keywords[key]) for key in signature.parameters if key in keywords]
        return cls(name, arguments, tuple(ordered))

    @property
    def named(self) -> dict[str, Any]:
        """The arguments that are given by name."""
        return dict(self.keywords)

    @property
    def values(self) -> dict[str, Any]:
        """All arguments by name, defaults for those that are not given."""
        bound = inspect.signature(FUNCTIONS[self.function]).bind(*self.arguments, **self.named)
        bound.apply_defaults()
        return {key: value for key, value in bound.arguments.items() if key not in LEFT_OUT}

    @staticmethod
    def parameters(function: str) -> list[str]:
        """The names of the arguments that a text may give to a function."""
        names = inspect.signature(FUNCTIONS[function]).parameters
        return [name for name in names if name not in LEFT_OUT]

    def replaced(self, **values: Any) -> Call:
        """The same call with other values of arguments, those by place at their places."""
        names = list(inspect.signature(FUNCTIONS[self.function]).parameters)
        places = [values.pop(names[n], value) for n, value in enumerate(self.arguments)]
        return Call.of(self.function, tuple(places), self.named | values)

    @property
    def canonical(self) -> Call:
        """The same call without defaults, and with arguments at their places as far as they go.

        Example:
            >>> str(Call.parse("max_pool1d(int8[3, 9], kernel_size=2, stride=2)").canonical)
            'max_pool1d(int8[3, 9], 2)'
        """
        values = self.values
        places: list[Any] = []
        keywords: dict[str, Any] = {}
        size = values.get("kernel_size", values.get("window"))
        parameters = inspect.signature(FUNCTIONS[self.function]).parameters
        for place, (name, parameter) in enumerate(parameters.items()):
            value = values.get(name)
            default = parameter.default
            usual = type(value) is type(default) and value == default
            if name in LEFT_OUT or usual or (name == "stride" and value == size):
                continue
            if parameter.kind is not parameter.KEYWORD_ONLY and len(places) == place:
                places.append(value)
            else:
                keywords[name] = value
        return Call.of(self.function, tuple(places), keywords)

    def resized(self, shape: tuple[int, ...]) -> Call:
        """The same operator on a pooling's input of another shape.

        Raises:
            ArgumentValueError: windows do not fit into the shape.
        """
        changes = resizing.changed(self.function, self.values, tuple(shape))
        return self.replaced(**changes)

    @property
    def input_shape(self) -> tuple[int, ...]:
        """The shape of the pooling's input, which :meth:`resized` changes."""
        return resizing.input_shape(self.function, self.values)

    @property
    def spatial(self) -> tuple[int, ...]:
        """The pooled axes of that shape."""
        return resizing.pooled_axes(self.function, self.values)

    def __str__(self) -> str:
        return text_of(self.function, self.arguments, self.named)


def _numbered(nodes: list[ast.expr]) -> list[tuple[int, ast.expr]]:
    return list(enumerate(nodes, 1))


def _expression(text: str) -> ast.Call:
    """The node of a call."""
    try:
        found = ast.parse(text.strip(), mode="eval").body
    except SyntaxError as error:
        said = f"{error.msg} (at character {error.offset})"
        raise ArgumentValueError(
            f"{text!r} is no call: {said}; allowed: function({_FORM}, ...)"
        ) from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise ArgumentValueError(f"{text!r} is no call; allowed: function({_FORM}, ...)") from error
    if not isinstance(found, ast.Call):
        raise ArgumentValueError(f"{text!r} is no call; allowed: function({_FORM}, ...)")
    return found


def _function(node: ast.Call) -> str:
    """The name of a public function, with or without ``clpool.`` in front."""
    name = ast.unparse(node.func).removeprefix("clpool.")
    if name not in FUNCTIONS:
        near = difflib.get_close_matches(name, FUNCTIONS) or ["max_pool2d"]
        raise ArgumentValueError(
            f"function {name!r} is unknown; allowed: clpool's operators, such as {', '.join(near)}"
        )
    return name


def _value(node: ast.expr, place: str) -> Any:
    """The value of an argument: a literal, with tuples for lists, or an array form."""
    if isinstance(node, ast.Subscript):
        return _form(node, place)
    if isinstance(node, ast.Call):
        return _ordered(node, place)
    if isinstance(node, (ast.Tuple, ast.List)):
        return tuple(_value(part, place) for part in node.elts)
    if isinstance(node, ast.Name) and node.id in _NUMBERS:
        return _NUMBERS[node.id]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        number = _value(node.operand, place)
        if type(number) in (int, float):
            return -number
    if isinstance(node, ast.Constant) and type(node.value) in (int, float, bool, str, type(None)):
        return node.value
    raise ArgumentValueError(
        f"{place} is {ast.unparse(node)!r}; allowed: numbers, texts, True, False, None, tuples of "
        f"these, and arrays as {_FORM}"
    )


def _form(node: ast.Subscript, place: str) -> ArrayForm:
    """The form of an array in the order of its axes."""
    dtype = ast.unparse(node.value)
    if dtype not in ELEMENT_TYPES:
        raise ArgumentValueError(
            f"{place} has dtype {dtype!r}; allowed: {', '.join(ELEMENT_TYPES)}"
        )
    lengths = _value(node.slice, place)
    shape = lengths if isinstance(lengths, tuple) else (lengths,)
    if any(type(n) is not int or n < 0 for n in shape):
        raise ArgumentValueError(
            f"{place} has shape {ast.unparse(node.slice)}; allowed: {_FORM}, of ints from 0"
        )
    return ArrayForm.dense(dtype, shape)


def _ordered(node: ast.Call, place: str) -> ArrayForm:
    """The form of an array whose axes lie in another order: ``dtype[shape].order(...)``."""
    front = node.func
    if isinstance(front, ast.Attribute) and front.attr == "order" and not node.keywords:
        form = _value(front.value, place)
        order = tuple(_value(part, place) for part in node.args)
        if isinstance(form, ArrayForm) and all(type(n) is int for n in order):
            if sorted(order) == list(form.order):
                return form._replace(order=order)
            raise ArgumentValueError(
                f"{place} has order {order}; allowed: the axes {form.order}, each once"
            )
    raise ArgumentValueError(
        f"{place} is {ast.unparse(node)!r}; allowed: {_FORM} or dtype[shape].order(axes)"
    )
