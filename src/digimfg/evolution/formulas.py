"""Arithmetic of named parameters, read by a small grammar and never run as Python."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from functools import cache

from digimfg.errors import MeasureError

__all__ = ["formula_names", "formula_value"]

_LONGEST = 500
_OPERATORS: dict[type[ast.AST], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def formula_names(formula: str | float) -> frozenset[str]:
    """Return the parameters that a formula names.

    Examples
    --------
    >>> sorted(formula_names("(V - C) / 2"))
    ['C', 'V']
    """
    return frozenset(node.id for node in ast.walk(_parsed(str(formula))) if isinstance(node, ast.Name))


def formula_value(formula: str | float, parameters: Mapping[str, float]) -> float:
    """Return the value of a formula: numbers, names, ``+ - * /`` and brackets.

    Raises
    ------
    MeasureError
        If it is no such formula, names a parameter that is not given, or divides by zero.

    Examples
    --------
    >>> formula_value("(V - C) / 2", {"V": 2.0, "C": 4.0})
    -1.0
    """
    text = str(formula)
    missing = sorted(formula_names(text) - set(parameters))
    if missing:
        raise MeasureError.of("evolution.parameters_without_value", text=text, names=missing)
    try:
        return _value(_parsed(text), parameters)
    except ZeroDivisionError:
        raise MeasureError.of("evolution.division_by_zero", text=text) from None


@cache
def _parsed(text: str) -> ast.expr:
    try:
        tree = ast.parse(text.strip(), mode="eval").body if len(text) <= _LONGEST else None
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        tree = None
    if tree is None or not _is_arithmetic(tree):
        raise MeasureError.of("evolution.formula_not_readable", got=repr(text[:80]))
    return tree


def _is_arithmetic(node: ast.AST) -> bool:
    if isinstance(node, ast.BinOp):
        return type(node.op) in _OPERATORS and _is_arithmetic(node.left) and _is_arithmetic(node.right)
    if isinstance(node, ast.UnaryOp):
        return isinstance(node.op, ast.USub | ast.UAdd) and _is_arithmetic(node.operand)
    if isinstance(node, ast.Constant):
        return isinstance(node.value, int | float) and not isinstance(node.value, bool)
    return isinstance(node, ast.Name)


def _value(node: ast.expr, parameters: Mapping[str, float]) -> float:
    if isinstance(node, ast.BinOp):
        return _OPERATORS[type(node.op)](_value(node.left, parameters), _value(node.right, parameters))
    if isinstance(node, ast.UnaryOp):
        inner = _value(node.operand, parameters)
        return -inner if isinstance(node.op, ast.USub) else inner
    if isinstance(node, ast.Name):
        return float(parameters[node.id])
    return float(ast.literal_eval(node))
