"""Write templates and their facts in words: numbers, counted nouns, lists, labels."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from numbers import Real
from string import Formatter
from typing import Literal, TypeAlias

from digimfg.text import Language, Text, counted, in_sentence, written

__all__ = ["Each", "Fact", "fields_of", "parts_of", "written_out"]

Fact: TypeAlias = "float | str | Text | Each | Sequence[Fact]"

_FORM = re.compile(r"[+]?,?(?:\.[0-9]{1,2})?[defg%]?|and|or|;|\.|lines|small|capital|word")
_COUNT = re.compile("n|n_[a-z_]+|count")
_LISTS = {
    "": Text(", ", "、"),
    "and": Text(" and ", "和"),
    "or": Text(" or ", "或"),
    ";": Text("; ", "；"),
}


@dataclass(frozen=True, slots=True)
class Each:
    """Hold the values that one fact has in several sentences of the same template, written with slashes, or
    the least and the greatest of them with a dash.
    """

    values: tuple[Fact, ...]
    between: Literal["/", "–"] = "/"


def written_out(template: Text, facts: Sequence[tuple[str, Fact]], language: Language) -> str:
    """Return the words of a template with its facts in one language. What counts a noun, or is called ``n``,
    ``n_rows`` or ``count``, is written in thousands.
    """
    given = dict(facts)
    counts = _counts(template.en)
    found = []
    for literal, name, form in parts_of(template.language(language)):
        found.append(literal)
        if name is not None:
            counted_here = name in counts or _COUNT.fullmatch(name) is not None
            thousands = counted_here and not form.partition("|")[0]
            found.append(_value(given[name], f",{form}" if thousands else form, language))
    return "".join(found)


@cache
def _counts(template: str) -> frozenset[str]:
    return frozenset(
        name
        for _, name, form in parts_of(template)
        if name is not None and "|" in form and not form.startswith("word|")
    )


def _value(value: Fact, form: str, language: Language) -> str:
    form, _, nouns = form.partition("|")
    if form == "word":
        return _noun(value, nouns)
    if isinstance(value, Each):
        shown = value.between.join(_value(each, form, language) for each in value.values)
        return f"{shown} {_noun(value, nouns)}" if nouns and language == "en" else shown
    if isinstance(value, Text | str | Real | float):
        shown = _alone(value, form, language)
        return f"{shown} {_noun(value, nouns)}" if nouns and language == "en" else shown
    listed = [_value(each, "", language) for each in value]
    if form == "lines":
        return "".join(f"\n    {each}" for each in listed)
    shown = _sentences(listed, language) if form == "." else _list(listed, form, language)
    return f"{shown} {_noun(value, nouns)}" if nouns and language == "en" else shown


def _alone(value: Text | str | float, form: str, language: Language) -> str:
    if isinstance(value, Text):
        return _cased(value.language(language), form)
    return str(value) if isinstance(value, str | bool) else written(value, form)


def _sentences(shown: Sequence[str], language: Language) -> str:
    if language == "zh":
        return "".join(_closed(each, "。", "。！？") for each in shown)
    return " ".join(_closed(each, ".", ".!?)") for each in shown)


def _closed(sentence: str, stop: str, closings: str) -> str:
    stripped = sentence.rstrip()
    if stop == "." and stripped.endswith(")"):
        return stripped + "."
    return stripped if stripped.endswith(tuple(closings)) else stripped.rstrip(".") + stop


def _cased(shown: str, form: str) -> str:
    if form == "small":
        return in_sentence(shown)
    return shown[:1].upper() + shown[1:] if form == "capital" else shown


def _noun(count: Fact, nouns: str) -> str:
    one, _, several = nouns.partition("|")
    alone = all(each == 1 for each in count.values) if isinstance(count, Each) else count in (1, "1")
    return counted(1 if alone else 2, one, several).partition(" ")[2]


def _list(shown: Sequence[str], form: str, language: Language) -> str:
    between = _LISTS[";" if form == ";" else ""].language(language)
    if form not in ("and", "or") or len(shown) < 2:
        return between.join(shown)
    return between.join(shown[:-1]) + _LISTS[form].language(language) + shown[-1]


@cache
def parts_of(template: str) -> tuple[tuple[str, str | None, str], ...]:
    """Return literal, name and format of each part of a template."""
    return tuple(_split(template))


@cache
def fields_of(template: Text) -> tuple[str, ...]:
    """Return the names of the facts in a template, of both languages, in order.

    Examples
    --------
    >>> fields_of(Text("{n|row} of {name}", "{name}{n}行"))
    ('n', 'name')
    """
    named = {name for words in (template.en, template.zh) for _, name, _ in parts_of(words)}
    return tuple(sorted(name for name in named if name is not None))


def _split(template: str) -> Iterator[tuple[str, str | None, str]]:
    """Yield literal, name, format of each part; a bar may follow a name at once: ``{n|row}``."""
    for literal, name, form, _ in Formatter().parse(template):
        if name is not None and "|" in name:
            name, _, noun = name.partition("|")
            form = f"|{noun}"
        if not _FORM.fullmatch((form or "").partition("|")[0]):
            raise ValueError(f"{form!r} in {template!r}")
        yield literal, name, form or ""
