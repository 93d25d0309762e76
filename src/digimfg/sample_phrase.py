"""A sample filter as a reader says it: labels for columns, words for signs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from digimfg.errors import SpecificationError
from digimfg.labels import term_label
from digimfg.terms.filters import Comparison, Every, Filter, Missing, Not, Truth, parse_filter
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.terms.sample import Sample

__all__ = ["sample_phrase", "unknown_phrase"]

_SIGNS = {"==": "=", "!=": "≠", "<=": "≤", ">=": "≥", "<": "<", ">": ">"}


def sample_phrase(expression: str, labels: Mapping[str, Text | str] | None = None) -> Text:
    """Return a sample filter with the labels of its columns, or as it stands where it breaks the grammar.

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
    try:
        return _phrase(parse_filter(expression), labels)
    except SpecificationError:
        return Text.of(expression)


def unknown_phrase(sample: Sample, labels: Mapping[str, Text | str] | None = None) -> Text:
    """Return why rows are neither inside a sample nor outside: what it compares is missing there.

    Parameters
    ----------
    sample
        As read.
    labels
        Column → label, before those of the dictionary.
    """
    named = [term_label(name, labels) for name in sample.missing]
    return Text(
        f"missing {' and '.join(label.en for label in named)}, which the sample compares",
        f"样本条件所比较的{'、'.join(label.zh for label in named)}缺失",
    )


def _phrase(part: Filter, labels: Mapping[str, Text | str] | None) -> Text:
    if isinstance(part, Comparison):
        return _comparison(part, term_label(part.column, labels))
    if isinstance(part, Truth):
        label = term_label(part.column, labels)
        return Text(f"{label.en} ≠ 0", f"{label.zh}≠0")
    if isinstance(part, Missing):
        label = term_label(part.column, labels)
        return Text(f"{label.en} missing", f"{label.zh}缺失")
    if isinstance(part, Not):
        inner = _inside(part.part, labels)
        return Text(f"not {inner.en}", f"非{inner.zh}")
    parts = [
        _inside(each, labels) if isinstance(part, Every) else _phrase(each, labels) for each in part.parts
    ]
    en, zh = (" and ", "且") if isinstance(part, Every) else (" or ", "或")
    return Text(en.join(each.en for each in parts), zh.join(each.zh for each in parts))


def _inside(part: Filter, labels: Mapping[str, Text | str] | None) -> Text:
    """Return a part, in brackets where it is made of several."""
    phrase = _phrase(part, labels)
    if isinstance(part, Comparison | Truth | Missing | Not):
        return phrase
    return Text(f"({phrase.en})", f"（{phrase.zh}）")


def _comparison(part: Comparison, label: Text) -> Text:
    values = [value.text for value in part.values]
    if part.operator in ("in", "not in"):
        listed = "、".join(values) + ("之一" if len(values) > 1 else "")
        word, is_one = ("in", "为") if part.operator == "in" else ("not in", "不为")
        return Text(f"{label.en} {word} {{{', '.join(values)}}}", f"{label.zh}{is_one}{listed}")
    sign = _SIGNS[part.operator]
    return Text(f"{label.en} {sign} {values[0]}", f"{label.zh}{sign}{values[0]}")
