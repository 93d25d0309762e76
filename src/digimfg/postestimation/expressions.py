"""Expressions of coefficients: read by a grammar, never evaluated as code, with their derivatives.

::

    restrictions = equation { "," equation } ; equation = sum { "=" sum }
    sum = product { ("+" | "-") product } ; product = power { ("*" | "/") power }
    power = signed [ "^" power ] ; signed = [ "-" | "+" ] primary
    primary = number | function "(" sum ")" | "(" sum ")" | "_b[" name "]" | "`" name "`" | name

A name is that of a coefficient; where several fit, the longest: ``x^2`` is the coefficient of that term where
there is one, and the square of another where there is none. Functions: exp, log, sqrt, abs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from digimfg.errors import Fault, SpecificationError
from digimfg.terms.scanner import Scanner
from digimfg.text import Text

__all__ = ["Dual", "parse_equations", "parse_expression"]

Floats = NDArray[np.float64]

_NUMBER = re.compile(r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?(?![\w.])")
_FUNCTION = re.compile(r"(exp|log|ln|sqrt|abs)\s*\(")
_STATA = re.compile(r"_b\[((?:[^\[\]]|\[[^\[\]]*\])+)\]")
_WORD = re.compile(r"[^\s+\-*/^=(),`]+")
_NAMED = re.compile(r"[\w\[.]")
_ROLE = Text("expression", "表达式")
_REMEDY = Text(
    "write numbers, names of coefficients, + - * / ^, brackets, exp log sqrt abs; names of other signs in "
    "backticks",
    "可写数字、系数名、+ - * / ^、括号与 exp log sqrt abs；含其他符号的名称加反引号",
)


@dataclass(frozen=True, slots=True, eq=False)
class Dual:
    """A value and its gradient by the coefficients."""

    value: float
    gradient: Floats


def parse_expression(text: str, estimates: Mapping[str, float]) -> Dual:
    """Return the value of an expression and its gradient.

    Parameters
    ----------
    text
        For example ``"b1/b2"``, ``"-x/(2*`x^2`)"``, ``"exp(_b[x]) - 1"``.
    estimates
        Name of a coefficient → value, in the order of the gradient.

    Raises
    ------
    SpecificationError
        If the text does not follow the grammar, names what is no coefficient, or has no finite value.

    Examples
    --------
    >>> found = parse_expression("a/b^2", {"a": 3.0, "b": 2.0})
    >>> found.value, found.gradient.tolist()
    (0.75, [0.25, -0.75])
    """
    reader = _Reader(text, estimates)
    found = reader.sum()
    if not reader.at.at_end():
        raise reader.at.error(Fault.of("postestimation.operator_lacking"))
    return found


def parse_equations(text: str, estimates: Mapping[str, float]) -> list[Dual]:
    """Return the left less the right side of every equation of a list.

    Raises
    ------
    SpecificationError
        As for `parse_expression`; also where an equals sign is missing.

    Examples
    --------
    >>> [each.value for each in parse_equations("a = b, c = 0", {"a": 3.0, "b": 2.0, "c": 5.0})]
    [1.0, 5.0]
    """
    reader = _Reader(text, estimates)
    found = []
    while True:
        sides = [reader.sum()]
        reader.at.need("=")
        sides.append(reader.sum())
        while reader.at.take("="):
            sides.append(reader.sum())
        found += [
            Dual(one.value - other.value, one.gradient - other.gradient) for one, other in pairwise(sides)
        ]
        if reader.at.at_end():
            return found
        reader.at.need(",")


class _Reader:
    """Read from left to right, with values as it goes."""

    def __init__(self, text: str, estimates: Mapping[str, float]) -> None:
        self.names = list(estimates)
        self.estimates = estimates
        self.at = Scanner(text, self.names, _ROLE, _REMEDY)

    def sum(self) -> Dual:
        left = self.product()
        while True:
            if self.at.take("+"):
                right = self.product()
                left = Dual(left.value + right.value, left.gradient + right.gradient)
            elif self.at.take("-"):
                right = self.product()
                left = Dual(left.value - right.value, left.gradient - right.gradient)
            else:
                return left

    def product(self) -> Dual:
        left = self.signed()
        while True:
            if self.at.take("*"):
                right = self.signed()
                left = self.finite(
                    left.value * right.value, left.gradient * right.value + right.gradient * left.value
                )
            elif self.at.take("/"):
                right = self.signed()
                if right.value == 0:
                    raise self.at.error(Fault.of("postestimation.divisor_zero"))
                left = self.finite(
                    left.value / right.value,
                    left.gradient / right.value - right.gradient * left.value / right.value**2,
                )
            else:
                return left

    def signed(self) -> Dual:
        with self.at.deeper():
            if self.at.take("-"):
                found = self.signed()
                return Dual(-found.value, -found.gradient)
            if self.at.take("+"):
                return self.signed()
            return self.power()

    def power(self) -> Dual:
        base = self.primary()
        if not self.at.take("^"):
            return base
        exponent = self.signed()
        if exponent.gradient.any():
            raise self.at.error(Fault.of("postestimation.power_not_a_number"))
        n = exponent.value
        if (base.value == 0 and n < 1) or (base.value < 0 and n % 1):
            raise self.at.error(Fault.of("postestimation.power_undefined"))
        with np.errstate(over="ignore"):
            value = float(np.float64(base.value) ** n)
            outer = float(n * np.float64(base.value) ** (n - 1)) if n else 0.0
        return self.finite(value, base.gradient * outer)

    def primary(self) -> Dual:
        self.at.skip()
        name = self.at.quoted_name()
        if name is None and (match := self.at.match(_STATA)):
            name = match[1]
        if name is None:
            name = self.at.column(_ends)
        if name is not None:
            return self.coefficient(name)
        if match := self.at.match(_NUMBER):
            return self.finite(float(match[0]), np.zeros(len(self.names)))
        if match := self.at.match(_FUNCTION):
            with self.at.deeper():
                inner = self.sum()
            self.at.need(")")
            return self.applied(match[1], inner)
        if self.at.take("("):
            with self.at.deeper():
                inner = self.sum()
            self.at.need(")")
            return inner
        match = _WORD.match(self.at.text, self.at.position)
        if match is None:
            raise self.at.error(Fault.of("postestimation.number_lacking"))
        return self.coefficient(match[0])

    def coefficient(self, name: str) -> Dual:
        if name not in self.estimates:
            raise SpecificationError.unknown(
                name,
                self.names,
                where=self.at.whole(),
                expected=Text("the name of a coefficient", "系数名"),
            )
        gradient = np.zeros(len(self.names))
        gradient[self.names.index(name)] = 1.0
        return Dual(float(self.estimates[name]), gradient)

    def applied(self, name: str, inner: Dual) -> Dual:
        value = inner.value
        if name in ("log", "ln", "sqrt") and value <= 0:
            raise self.at.error(Fault.of("postestimation.argument_not_positive"))
        with np.errstate(over="ignore"):
            size = abs(value) or 1.0
            found, outer = {
                "exp": (np.exp(value), np.exp(value)),
                "log": (np.log(size), 1 / size),
                "ln": (np.log(size), 1 / size),
                "sqrt": (np.sqrt(size), 0.5 / np.sqrt(size)),
                "abs": (abs(value), np.sign(value)),
            }[name]
        if not np.isfinite(found):
            return self.finite(float(found), inner.gradient)
        return self.finite(float(found), inner.gradient * float(outer))

    def finite(self, value: float, gradient: Floats) -> Dual:
        if not (np.isfinite(value) and np.isfinite(gradient).all()):
            raise self.at.error(Fault.of("postestimation.number_too_large"))
        return Dual(value, gradient)


def _ends(text: str, end: int) -> bool:
    """Return whether a name may end here: no word goes on."""
    return end >= len(text) or _NAMED.match(text[end]) is None or not _NAMED.match(text[end - 1])
