"""Say things with values: a sentence in both languages beside its facts; words are made where it is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from numbers import Real
from string import Formatter
from typing import Literal, TypeAlias

from digimfg.text import Language, Text, counted, in_sentence, written

__all__ = [
    "Each",
    "Fact",
    "Said",
    "Term",
    "Weight",
    "labelled",
    "merged",
    "plain",
    "restored",
    "say",
    "sentence",
    "shape",
    "shortened",
]

Weight = Literal["must", "how", "detail"]
"""What a reader must know · how a number was made · a detail."""

Labeller: TypeAlias = Callable[[str], Text]
Fact: TypeAlias = "float | str | Text | Each | Sequence[Fact]"

_FORM = re.compile(r"[+]?,?(?:\.[0-9]{1,2})?[defg%]?|and|or|;|\.|small|capital")
_LISTS = {
    "": Text(", ", "、"),
    "and": Text(" and ", "和"),
    "or": Text(" or ", "或"),
    ";": Text("; ", "；"),
}


class Term(Text):
    """Hold the label of a term or column, and its name: a reader's own labels replace it where a sentence is
    written.

    Parameters
    ----------
    en, zh
        What the dictionary calls it.
    name
        As the specification writes it: ``"L.capital"``.
    """

    __slots__ = ("name",)

    name: str

    def __init__(self, en: str, zh: str, name: str) -> None:
        Text.__init__(self, en, zh)
        object.__setattr__(self, "name", name)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Text)
            and not isinstance(other, Said)
            and (self.en, self.zh) == (other.en, other.zh)
        )

    def __hash__(self) -> int:
        return hash((self.en, self.zh))

    def __reduce__(self) -> tuple[object, ...]:
        return Term, (self.en, self.zh, self.name)


@dataclass(frozen=True, slots=True)
class Each:
    """Hold the values that one fact has in several sentences of the same template, written with slashes."""

    values: tuple[Fact, ...]


class Said(Text):
    """Hold a sentence as its template and its facts; `en` and `zh` are its words under the dictionary's
    labels.

    Parameters
    ----------
    template
        The sentence in both languages with ``{name:format|noun|plural}`` for each fact.
    facts
        Names and values, in the order of the names.
    kind
        What code asks for (``"dropped"``); no code reads a sentence.
    weight
        How much a reader needs it.
    """

    __slots__ = ("facts", "kind", "template", "weight")

    template: Text
    facts: tuple[tuple[str, Fact], ...]
    kind: str
    weight: Weight

    def __init__(
        self, template: Text, facts: tuple[tuple[str, Fact], ...], kind: str, weight: Weight
    ) -> None:
        for name, value in (("template", template), ("facts", facts), ("kind", kind), ("weight", weight)):
            object.__setattr__(self, name, value)

    @property
    def en(self) -> str:
        """Return the sentence in English."""
        return _written(self.template, self.facts, "en")

    @property
    def zh(self) -> str:
        """Return the sentence in Chinese."""
        return _written(self.template, self.facts, "zh")

    @property
    def values(self) -> dict[str, Fact]:
        """Return the facts by name."""
        return dict(self.facts)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Said) and self._parts() == other._parts()

    def __hash__(self) -> int:
        return hash((self.template, self.kind))

    def __repr__(self) -> str:
        return f"Said(en={self.en!r}, zh={self.zh!r})"

    def __reduce__(self) -> tuple[object, ...]:
        return Said, self._parts()

    def with_facts(self, facts: Mapping[str, Fact]) -> Said:
        """Return the sentence with other facts."""
        return Said(self.template, tuple(facts.items()), self.kind, self.weight)

    def _parts(self) -> tuple[Text, tuple[tuple[str, Fact], ...], str, Weight]:
        return self.template, self.facts, self.kind, self.weight


def say(
    en: str,
    zh: str,
    /,
    *,
    kind: str = "",
    weight: Weight = "must",
    facts: Mapping[str, object] | None = None,
    **more: object,
) -> Said:
    """Return a sentence in both languages beside its facts.

    ``{n:,}`` is a number in Python's format with a true minus sign; ``{n:,|row}`` counts a noun
    (``|country|countries`` where the plural is not the noun with an s; Chinese takes the number alone);
    ``{names}`` of several values is a list, ``{names:and}`` and ``{names:or}`` close it with that word,
    ``{names:;}`` parts it by semicolons, ``{notes:.}`` closes each by a full stop. A `Text` or `Term` is
    written in the language of the sentence, ``{label:small}`` with a small first letter unless it begins an
    acronym.

    Parameters
    ----------
    en, zh
        Templates.
    kind
        A word by which code finds sentences of this kind.
    weight
        ``"must"``: what a reader must know; ``"how"``: how the number was made; ``"detail"``.
    facts, more
        Values of the names in the templates.

    Raises
    ------
    KeyError, ValueError
        If a template names a fact that is not given, or a form that is none of these: an error of the code.

    Examples
    --------
    >>> note = say("Dropped {n:,|row}: missing {term}", "剔除 {n:,} 行：{term}缺失", n=7, term="capital")
    >>> note.en, note.zh
    ('Dropped 7 rows: missing capital', '剔除 7 行：capital缺失')
    """
    given = {**(facts or {}), **more}
    for template in (en, zh):
        for _, name, _ in _parts(template):
            if name is not None and name not in given:
                raise KeyError(name)
    return Said(Text(en, zh), tuple((name, _frozen(given[name])) for name in sorted(given)), kind, weight)


def labelled(text: Text, label: Labeller) -> Text:
    """Return a text whose terms stand under a reader's own labels.

    Parameters
    ----------
    text
        A label, or a sentence with its facts.
    label
        Term → what the reader calls it.

    Examples
    --------
    >>> note = say("{term} is absorbed", "{term}被吸收", term=Term("Capital", "资本", "k"))
    >>> labelled(note, lambda name: Text("Stock of plant", "厂房存量")).en
    'Stock of plant is absorbed'
    """
    if isinstance(text, Term):
        return label(text.name)
    if not isinstance(text, Said):
        return text
    return text.with_facts({name: _labelled(value, label) for name, value in text.facts})


def shortened(text: Text) -> Text | None:
    """Return what a reader must know of a text: none of a note on how numbers were made, paragraphs without
    such notes.

    Examples
    --------
    >>> how, must = say("500 draws", "500次抽样", weight="how"), say("3 rows dropped", "剔除3行")
    >>> shortened(how), shortened(say("{notes:.}", "{notes:.}", notes=[how, must])).en
    (None, '3 rows dropped.')
    """
    if not isinstance(text, Said):
        return text
    if text.weight != "must":
        return None
    facts: dict[str, Fact] = {}
    for name, value in text.facts:
        if isinstance(value, tuple):
            parts = [(each, shortened(each) if isinstance(each, Text) else each) for each in value]
            value = tuple(short for _, short in parts if short is not None)
            if parts and not value:
                return None
        facts[name] = value
    return text.with_facts(facts)


def sentence(text: Text) -> Text:
    """Return a text that opens a sentence: its first letter is a capital in English.

    Examples
    --------
    >>> sentence(say("lags count years", "滞后按年计")).en
    'Lags count years'
    """
    first = text.en[:1].upper()
    if first == text.en[:1]:
        return text
    if not isinstance(text, Said):
        return Text(first + text.en[1:], text.zh)
    template = text.template.en
    if template.startswith("{"):
        return say("{text:capital}", "{text}", kind=text.kind, weight=text.weight, text=text)
    capital = template[:1].upper() + template[1:]
    return Said(Text(capital, text.template.zh), text.facts, text.kind, text.weight)


def shape(text: Text) -> object:
    """Return what sentences share that differ only in numbers.

    Examples
    --------
    >>> first, second = (say("{n|row} of {name}", "{name}{n}行", n=n, name="x") for n in (1, 12))
    >>> shape(first) == shape(second)
    True
    """
    if not isinstance(text, Said):
        return text
    return text.template, text.kind, tuple((name, _shape(value)) for name, value in text.facts)


def merged(texts: Sequence[Text]) -> Text | None:
    """Return sentences of one shape as one, differing numbers written with slashes; None where they are of
    several.

    Examples
    --------
    >>> merged([say("{n:,|row} dropped", "剔除{n:,}行", n=n) for n in (1, 12)]).en
    '1/12 rows dropped'
    """
    first, *others = texts
    if any(shape(other) != shape(first) for other in others):
        return None
    together = _together(texts)
    return together if isinstance(together, Text) else None


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


def _frozen(value: object) -> Fact:
    if isinstance(value, str | int | Text | Each):
        return value
    if isinstance(value, float):
        return float(value)
    if isinstance(value, Real):
        item = getattr(value, "item", None)  # a number of numpy
        return item() if callable(item) else float(value)
    if isinstance(value, Iterable) and not isinstance(value, Mapping):
        return tuple(_frozen(each) for each in value)
    return str(value)


@cache
def _parts(template: str) -> tuple[tuple[str, str | None, str], ...]:
    return tuple(_split(template))


def _split(template: str) -> Iterator[tuple[str, str | None, str]]:
    """Yield literal, name, format of each part; a bar may follow a name at once: ``{n|row}``."""
    for literal, name, form, _ in Formatter().parse(template):
        if name is not None and "|" in name:
            name, _, noun = name.partition("|")
            form = f"|{noun}"
        if not _FORM.fullmatch((form or "").partition("|")[0]):
            raise ValueError(f"{form!r} in {template!r}")
        yield literal, name, form or ""


def _labelled(value: Fact, label: Labeller) -> Fact:
    if isinstance(value, Text):
        return labelled(value, label)
    if isinstance(value, Each):
        return Each(tuple(_labelled(each, label) for each in value.values))
    return tuple(_labelled(each, label) for each in value) if isinstance(value, tuple) else value


def _shape(value: Fact) -> object:
    if isinstance(value, Text):
        return shape(value)
    if isinstance(value, tuple):
        return tuple(_shape(each) for each in value)
    return Real if isinstance(value, Real) and not isinstance(value, bool) else value


def _together(values: Sequence[Fact]) -> Fact:
    """Return values of one shape as one."""
    first = values[0]
    if all(value == first for value in values):
        return first
    if isinstance(first, Said):
        held = [dict(value.facts) for value in values if isinstance(value, Said)]
        return first.with_facts({name: _together([each[name] for each in held]) for name, _ in first.facts})
    if isinstance(first, tuple):
        lists = [value for value in values if isinstance(value, tuple)]
        return tuple(_together(each) for each in zip(*lists, strict=True))
    return Each(tuple(values))


def _written(template: Text, facts: Sequence[tuple[str, Fact]], language: Language) -> str:
    given = dict(facts)
    found = []
    for literal, name, form in _parts(template.language(language)):
        found.append(literal)
        if name is not None:
            found.append(_value(given[name], form, language))
    return "".join(found)


def _value(value: Fact, form: str, language: Language) -> str:
    form, _, nouns = form.partition("|")
    if isinstance(value, Each):
        shown = "/".join(_value(each, form, language) for each in value.values)
        several = any(each != 1 for each in value.values)
        return f"{shown} {_noun(2 if several else 1, nouns)}" if nouns and language == "en" else shown
    if isinstance(value, Text):
        return _cased(value.language(language), form)
    if isinstance(value, str):
        return value
    if isinstance(value, Real | float):
        number = written(value, form) if not isinstance(value, bool) else str(value)
        return f"{number} {_noun(value, nouns)}" if nouns and language == "en" else number
    listed = [_value(each, "", language) for each in value]
    return _sentences(listed, language) if form == "." else _list(listed, form, language)


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


def _noun(count: object, nouns: str) -> str:
    one, _, several = nouns.partition("|")
    return counted(1 if count == 1 else 2, one, several).partition(" ")[2]


def _list(shown: Sequence[str], form: str, language: Language) -> str:
    between = _LISTS[";" if form == ";" else ""].language(language)
    if form not in ("and", "or") or len(shown) < 2:
        return between.join(shown)
    return between.join(shown[:-1]) + _LISTS[form].language(language) + shown[-1]


def _plain(value: Fact) -> object:
    if isinstance(value, Term):
        return {"term": value.name, "en": value.en, "zh": value.zh}
    if isinstance(value, Text):
        return plain(value)
    if isinstance(value, Each):
        return {"each": [_plain(each) for each in value.values]}
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
            return Each(tuple(_restored(each) for each in value["each"]))
        if "term" in value:
            return Term(str(value["en"]), str(value["zh"]), str(value["term"]))
        return restored(value)
    if isinstance(value, list | tuple):
        return tuple(_restored(each) for each in value)
    if not isinstance(value, str | int | float):
        raise TypeError(value)
    return value
