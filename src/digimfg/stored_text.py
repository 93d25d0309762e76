"""Hold texts as values that JSON can hold; a sentence keeps its template and its facts."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Real
from typing import Literal

from digimfg.say import Said, Term, Weight, say
from digimfg.text import Text
from digimfg.words import Each, Fact

__all__ = ["plain", "restored"]


def plain(text: Text) -> dict[str, object]:
    """Return a text as values that JSON can hold: a sentence keeps template and facts.

    Examples
    --------
    >>> plain(say("{n|row}", "{n}行", n=2))
    {'en': '{n|row}', 'zh': '{n}行', 'facts': {'n': 2}}
    """
    if not isinstance(text, Said):
        return {"en": text.en, "zh": text.zh}
    found: dict[str, object] = {
        "en": text.template.en,
        "zh": text.template.zh,
        "facts": {name: _plain(value) for name, value in text.facts},
    }
    if text.kind:
        found["kind"] = text.kind
    if text.weight != "must":
        found["weight"] = text.weight
    return found


def restored(held: Mapping[str, object]) -> Text:
    """Return the text that `plain` wrote.

    Examples
    --------
    >>> restored(plain(say("{n|row}", "{n}行", n=2))).en
    '2 rows'
    """
    en, zh, facts = held["en"], held["zh"], held.get("facts")
    if not isinstance(en, str) or not isinstance(zh, str):
        raise TypeError(held)
    if not isinstance(facts, Mapping):
        return Text(en, zh)
    weight: Weight = next(
        (each for each in ("must", "how", "detail") if each == held.get("weight", "must")), "must"
    )
    kept = {name: _restored(value) for name, value in facts.items()}
    return say(en, zh, kind=str(held.get("kind", "")), weight=weight, facts=kept)


def _plain(value: Fact) -> object:
    if isinstance(value, Term):
        return {"term": value.name, "en": value.en, "zh": value.zh}
    if isinstance(value, Text):
        return plain(value)
    if isinstance(value, Each):
        told: dict[str, object] = {"each": [_plain(each) for each in value.values]}
        return told if value.between == "/" else {**told, "range": True}
    if isinstance(value, str | Real | float):
        return value
    return [_plain(each) for each in value]


def _restored(value: object) -> Fact:
    if value is None:
        return float("nan")
    if isinstance(value, Mapping):
        if "number" in value:
            return float(str(value["number"]))
        if "each" in value:
            between: Literal["/", "–"] = "–" if value.get("range") else "/"
            return Each(tuple(_restored(each) for each in value["each"]), between)
        if "term" in value:
            return Term(str(value["en"]), str(value["zh"]), str(value["term"]))
        return restored(value)
    if isinstance(value, list | tuple):
        return tuple(_restored(each) for each in value)
    if not isinstance(value, str | int | float):
        raise TypeError(value)
    return value
