"""A sample filter as a reader says it: labels for columns, words for signs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from digimfg.errors import SpecificationError
from digimfg.labels import term_label
from digimfg.notes import note_of
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
    return note_of("samples.missing_names_compared", named=named)


def _phrase(part: Filter, labels: Mapping[str, Text | str] | None) -> Text:
    if isinstance(part, Comparison):
        return _comparison(part, term_label(part.column, labels), labels)
    if isinstance(part, Truth):
        label = term_label(part.column, labels)
        return note_of("samples.label_not_zero", label=label)
    if isinstance(part, Missing):
        label = term_label(part.column, labels)
        return note_of("samples.label_missing", label=label)
    if isinstance(part, Not):
        inner = _inside(part.part, labels)
        return note_of("samples.not_inner", inner=inner)
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
    return note_of("samples.in_brackets", phrase=phrase)


def _comparison(part: Comparison, label: Text, labels: Mapping[str, Text | str] | None) -> Text:
    named = [term_label(f"={part.column}[{value.text}]", labels) for value in part.values]
    if part.operator in ("in", "not in"):
        name = "samples.label_in" if part.operator == "in" else "samples.label_not_in"
        one_of = Text("", "之一" if len(named) > 1 else "")
        return note_of(name, label=label, values=named, one_of=one_of)
    sign = _SIGNS[part.operator]
    return note_of("samples.label_compared", label=label, sign=sign, values=named[0])
