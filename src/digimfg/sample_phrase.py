"""A sample filter as a reader says it: labels for columns, words for signs."""

from __future__ import annotations

import re
from collections.abc import Mapping

from digimfg.labels import term_label
from digimfg.text import Text

__all__ = ["sample_phrase"]

_PIECES = re.compile(r"'[^']*'|\"[^\"]*\"|`[^`]*`|\{[^}]*\}|(?P<mark>[&|()])|(?P<not>\bnot\b)")
_COMPARISON = re.compile(r"(?P<column>`[^`]+`|.+?)\s*(?P<sign>==|!=|<=|>=|<|>)\s*(?P<value>.+)", re.DOTALL)
_MEMBERSHIP = re.compile(r"(?P<column>`[^`]+`|.+?)\s+in\s*\{(?P<values>.*)\}", re.DOTALL)
_SIGNS = {"==": "=", "!=": "≠", "<=": "≤", ">=": "≥", "<": "<", ">": ">"}
_MARKS = {
    "&": Text(" and ", "且"),
    "|": Text(" or ", "或"),
    "not": Text("not ", "非"),
    "(": Text("(", "（"),
    ")": Text(")", "）"),
}


def sample_phrase(expression: str, labels: Mapping[str, Text | str] | None = None) -> Text:
    """Return a sample filter with the labels of its columns.

    Parameters
    ----------
    expression
        In the grammar of ``sample=``.
    labels
        Column → label, before those of the dictionary.

    Examples
    --------
    >>> sample_phrase("year >= 1985 & region in {'东部', '西部'}", {"region": Text("Region", "地区")})
    Text(en='Year ≥ 1985 and Region in {东部, 西部}', zh='年份≥1985且地区为东部、西部之一')
    """
    phrase, start = Text("", ""), 0
    for match in _PIECES.finditer(expression):
        mark = match["mark"] or match["not"]
        if mark is None:
            continue
        phrase = _joined(phrase, _comparison(expression[start : match.start()], labels), _MARKS[mark])
        start = match.end()
    return _joined(phrase, _comparison(expression[start:], labels))


def _comparison(text: str, labels: Mapping[str, Text | str] | None) -> Text:
    text = text.strip()
    if not text:
        return Text("", "")
    if match := _MEMBERSHIP.fullmatch(text):
        label = term_label(match["column"].strip("`"), labels)
        values = [_bare(value) for value in match["values"].split(",")]
        one_of = "、".join(values) + ("之一" if len(values) > 1 else "")
        return Text(f"{label.en} in {{{', '.join(values)}}}", f"{label.zh}为{one_of}")
    if match := _COMPARISON.fullmatch(text):
        label, sign = term_label(match["column"].strip("`"), labels), _SIGNS[match["sign"]]
        value = _bare(match["value"])
        return Text(f"{label.en} {sign} {value}", f"{label.zh}{sign}{value}")
    label = term_label(text.strip("`"), labels)
    return Text(f"{label.en} ≠ 0", f"{label.zh}≠0")


def _bare(value: str) -> str:
    return value.strip().strip("'\"")


def _joined(*parts: Text) -> Text:
    return Text("".join(part.en for part in parts), "".join(part.zh for part in parts))
