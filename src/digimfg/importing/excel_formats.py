"""Tell from a number format how a cell shows its number: as it is, as a percentage, in another scale, as a
date.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal

__all__ = ["BUILTIN_FORMATS", "NumberFormat", "Shown", "number_format"]

Shown = Literal["plain", "percent", "scaled", "date", "elapsed"]

BUILTIN_FORMATS = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?",
    13: "# ??/??", 14: "m/d/yyyy",
    15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm",
    21: "h:mm:ss", 22: "m/d/yyyy h:mm",
    **dict.fromkeys((*range(27, 37), *range(50, 59), *range(71, 82)), "yyyy/m/d"), 45: "mm:ss",
    46: "[h]:mm:ss", 47: "mm:ss.0", 48: "##0.0E+0",
    49: "@", 67: "0%", 68: "0.00%",
}  # fmt: skip
"""Formats that workbooks name by number alone (ECMA-376, 18.8.30, with those of East Asian and Thai
editions); others show plain numbers."""

_MAGNITUDE = re.compile(
    r"[万萬亿億兆千仟百佰‰‱]|[×xX*]\s*10|(?<![A-Za-z])(?i:thousand|million|billion|trillion)s?(?![A-Za-z])"
    r"|\0[\s\1]*(?:[kKMB]|MM|(?i:mn|mln|bn|tn))(?![A-Za-z])"  # letters that stand for one behind a number
)
_DISGUISED = re.compile(
    r"\0\s*[.．。｡·・‧∙•٫]\s*\0"  # a point that is none
    r"|\0\s*[,，、]\s*\0(?!\0\0(?!\0))"  # a comma that does not set off three digits
    # a point or comma before every digit, unless it ends a word
    r"|(?<![^\W\d])(?<!\0)[.．。｡·・‧∙•٫,，、]\s*\0"
    r"|\0\d|\d\0|\0[.．。]\d*[1-9]"  # digits that are none
)
_OF_ERAS = frozenset("bge")
_CONDITION = re.compile(r"^(<=|>=|<>|<|>|=)\s*([+-]?[\d.]+(?:[eE][+-]?\d+)?)$")
_TESTS = {
    "<": float.__lt__, ">": float.__gt__, "=": float.__eq__, "<=": float.__le__, ">=": float.__ge__,
    "<>": float.__ne__,
}  # fmt: skip
_TOKEN = re.compile(
    r'(?P<text>"[^"]*"?|[\\!].?)|(?P<pad>[_*].?)|(?P<bracket>\[[^\]]*\]?)|(?P<next>;)|(?P<general>general)'
    r"|(?P<power>e[+-])|(?P<clock>am/pm|a/p|上午/下午)|(?P<fraction>/\s*[1-9]\d*)|(?P<digit>[0#?])"
    r"|(?P<mark>[.,%/])|(?P<date>[ymdhsbge]|aaa+)|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Section:
    """Hold what one section of a format does with its numbers; `shown` is ``None`` where it shows none."""

    shown: Shown | None
    condition: tuple[str, float] | None = None


@dataclass(frozen=True, kw_only=True)
class NumberFormat:
    """Hold a number format.

    Parameters
    ----------
    code
        As the workbook writes it; ``""`` is General.

    Examples
    --------
    >>> [NumberFormat(code=code).shown(5.0) for code in ("0.00", "0.0%", '0"%"', "0!.0,", "[<1]0%;0",
    ...     "d/m/yy")]
    ['plain', 'percent', 'plain', 'scaled', 'plain', 'date']
    """

    code: str

    @cached_property
    def sections(self) -> tuple[_Section, ...]:
        """Return the sections for numbers, in the order in which they are tried."""
        return tuple(_section(tokens) for tokens in _split(self.code))[:3]

    @cached_property
    def always(self) -> Shown | None:
        """Return how every number is shown, ``None`` where it depends on the number."""
        kinds = {section.shown for section in self.sections if section.shown is not None}
        conditional = any(section.condition for section in self.sections)
        if not kinds:
            return "plain"
        return kinds.pop() if len(kinds) == 1 and not conditional else None

    def shown(self, value: float) -> Shown:
        """Return how the format shows a number."""
        if self.always is not None:
            return self.always
        for place, section in enumerate(self.sections):
            if _holds(section, place, self.sections, float(value)):
                # A section without a number leaves it to the others to say what the numbers are.
                return section.shown or next(one.shown for one in self.sections if one.shown) or "plain"
        return "plain"


@lru_cache(maxsize=10_000)
def number_format(code: str) -> NumberFormat:
    """Return a format by its code; the same object for the same code."""
    return NumberFormat(code=code)


def _holds(section: _Section, place: int, sections: tuple[_Section, ...], value: float) -> bool:
    if section.condition is not None:
        test, limit = section.condition
        return bool(_TESTS[test](value, limit))
    if place == len(sections) - 1:
        return place > 0 or section.condition is None
    if place == 0:
        return value >= 0 if len(sections) == 2 else value > 0
    return value < 0


def _split(code: str) -> Iterator[list[tuple[str, str]]]:
    tokens: list[tuple[str, str]] = []
    for found in _TOKEN.finditer(code):
        kind = found.lastgroup or "other"
        if kind == "next":
            yield tokens
            tokens = []
        elif kind != "pad":
            tokens.append((kind, found.group()))
    yield tokens


def _section(tokens: list[tuple[str, str]]) -> _Section:
    kinds = [kind for kind, _ in tokens]
    condition = None
    for kind, text in tokens:
        if kind == "bracket" and (found := _CONDITION.match(text.strip("[] "))):
            condition = (found.group(1), float(found.group(2)))
    if any(
        kind == "bracket" and re.fullmatch(r"\[(?:h+|m+|s+)\]", text, re.IGNORECASE) for kind, text in tokens
    ):
        return _Section(shown="elapsed", condition=condition)
    dates = {text.lower() for kind, text in tokens if kind == "date"}
    if "clock" in kinds or dates - _OF_ERAS or (dates and "digit" not in kinds):
        return _Section(shown="date", condition=condition)
    if "digit" not in kinds and "general" not in kinds:
        return _Section(shown=None, condition=condition)
    percents = tokens.count(("mark", "%"))
    if percents > 1 or _scaled(tokens):
        return _Section(shown="scaled", condition=condition)
    return _Section(shown="percent" if percents else "plain", condition=condition)


def _scaled(tokens: list[tuple[str, str]]) -> bool:
    """Tell whether a section shows a number in another scale than it is stored, or beside the name of one."""
    sketch = _sketch(tokens)
    if _MAGNITUDE.search(sketch) or _DISGUISED.search(sketch):
        return True
    # Commas after the last digit before the point, or at the end, divide by a thousand each.
    digits = "".join(text for kind, text in tokens if kind == "digit" or (kind == "mark" and text in ".,"))
    return re.search(r"[0#?],+(?![0#?,])", digits) is not None


def _sketch(tokens: list[tuple[str, str]]) -> str:
    r"""Return a section with \0 for each digit of the number, its literal characters, and \1 for all else."""
    return "".join(
        "\0"
        if kind in ("digit", "general")
        else "\1"
        if kind in ("mark", "power", "fraction", "clock")
        else _literal(kind, text)
        for kind, text in tokens
    )


def _literal(kind: str, text: str) -> str:
    if kind == "text":
        return text[1:].rstrip('"') if text.startswith('"') else text[1:]
    if kind == "bracket" and text.startswith("[$"):
        return text[2:].rstrip("]").partition("-")[0]
    return text if kind in ("other", "date") else ""
