"""Say things with values: a sentence in both languages beside its facts; words are made where it is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from numbers import Real
from typing import Literal, TypeAlias

from digimfg.text import Text
from digimfg.words import Each, Fact, parts_of, written_out

__all__ = [
    "Each",
    "Fact",
    "Said",
    "Sentences",
    "Term",
    "Weight",
    "frozen",
    "holds",
    "labelled",
    "paragraph",
    "say",
    "sentence",
    "shortened",
]

Weight = Literal["must", "how", "detail"]
"""What a reader must know · how a number was made · a detail."""

Labeller: TypeAlias = Callable[[str], Text]


class _Worded(Text):
    """A text that is equal to any of the same words, whatever else it holds."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Text)
            and not isinstance(other, Said)
            and (self.en, self.zh) == (other.en, other.zh)
        )

    def __hash__(self) -> int:
        return hash((self.en, self.zh))


class Term(_Worded):
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

    def __reduce__(self) -> tuple[object, ...]:
        return Term, (self.en, self.zh, self.name)


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
        return written_out(self.template, self.facts, "en")

    @property
    def zh(self) -> str:
        """Return the sentence in Chinese."""
        return written_out(self.template, self.facts, "zh")

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

    def marked(self, *, kind: str | None = None, weight: Weight | None = None) -> Said:
        """Return the sentence as one of another kind or weight."""
        return Said(
            self.template,
            self.facts,
            self.kind if kind is None else kind,
            self.weight if weight is None else weight,
        )

    def _parts(self) -> tuple[Text, tuple[tuple[str, Fact], ...], str, Weight]:
        return self.template, self.facts, self.kind, self.weight


class Sentences(_Worded):
    """Hold a paragraph in both languages, and the sentences that it is made of.

    Parameters
    ----------
    en, zh
        The whole paragraph.
    sentences
        Without full stops and what opens the paragraph.
    """

    __slots__ = ("sentences",)

    sentences: tuple[Text, ...]

    def __init__(self, en: str, zh: str, sentences: tuple[Text, ...]) -> None:
        Text.__init__(self, en, zh)
        object.__setattr__(self, "sentences", sentences)

    def __reduce__(self) -> tuple[object, ...]:
        return Sentences, (self.en, self.zh, self.sentences)


def paragraph(text: Text) -> Text:
    """Return the words of a text as they now read; a paragraph of sentences keeps which these are.

    Examples
    --------
    >>> parts = [Text("a b", "甲"), Text("c", "乙")]
    >>> note = say("Notes: {sentences:.}", "注：{sentences:.}", sentences=parts)
    >>> paragraph(note).en, [each.zh for each in paragraph(note).sentences]
    ('Notes: a b. c.', ['甲', '乙'])
    """
    parts = text.values.get("sentences") if isinstance(text, Said) else None
    if not isinstance(parts, tuple):
        return Text(text.en, text.zh)
    return Sentences(
        text.en, text.zh, tuple(Text(each.en, each.zh) for each in parts if isinstance(each, Text))
    )


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
    ``{names:;}`` parts it by semicolons, ``{notes:.}`` closes each by a full stop, ``{notes:lines}`` gives
    each a line of its own. A `Text` or `Term` is written in the language of the sentence, ``{label:small}``
    with a small first letter unless it begins an
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
        for _, name, _ in parts_of(template):
            if name is not None and name not in given:
                raise KeyError(name)
    return Said(Text(en, zh), tuple((name, frozen(given[name])) for name in sorted(given)), kind, weight)


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


def holds(text: Text, said: Text) -> bool:
    """Return whether a text is a sentence, or a paragraph in which it stands.

    Examples
    --------
    >>> fact = Text("simulated", "模拟")
    >>> note = say("Notes: {sentences:.}", "注：{sentences:.}", sentences=[fact])
    >>> holds(note, fact), holds(note, Text.of("observed"))
    (True, False)
    """
    if text == said:
        return True
    parts = text.sentences if isinstance(text, Sentences) else ()
    if isinstance(text, Said):
        values = (each if isinstance(each, tuple) else (each,) for _, each in text.facts)
        parts = tuple(part for value in values for part in value if isinstance(part, Text))
    return any(holds(part, said) for part in parts)


def sentence(text: Text) -> Text:
    """Return a text that opens a sentence: its first letter is a capital in English, unless it begins with
    the name of a column, which stays as it is written.

    Examples
    --------
    >>> sentence(say("lags count years", "滞后按年计")).en
    'Lags count years'
    >>> lag = Term("gdp (lag 1)", "gdp（滞后1期）", "L.gdp")
    >>> sentence(say("{term} lies outside", "{term}在外", term=lag)).en
    'gdp (lag 1) lies outside'
    """
    first = text.en[:1].upper()
    if first == text.en[:1] or _begins_with_a_name(text):
        return text
    if not isinstance(text, Said):
        return Text(first + text.en[1:], text.zh)
    template = text.template.en
    if template.startswith("{"):
        return say("{text:capital}", "{text}", kind=text.kind, weight=text.weight, text=text)
    capital = template[:1].upper() + template[1:]
    return Said(Text(capital, text.template.zh), text.facts, text.kind, text.weight)


def _begins_with_a_name(text: Text) -> bool:
    """Return whether a text begins with a column's own name, for want of a label."""
    if isinstance(text, Term):
        word = re.match(r"\w+", text.en)
        return word is not None and word[0] in re.findall(r"\w+", text.name)
    if not isinstance(text, Said):
        return False
    literal, name, _ = next(iter(parts_of(text.template.en)), ("", None, ""))
    value = text.values.get(name) if name and not literal else None
    value = value[0] if isinstance(value, tuple) and value else value
    return isinstance(value, Text) and _begins_with_a_name(value)


def frozen(value: object) -> Fact:
    """Return a value as a sentence holds it: numbers of Python, texts, tuples of these, else its `str`.

    Examples
    --------
    >>> frozen(["a", 2]), frozen(None)
    (('a', 2), 'None')
    """
    if isinstance(value, str | int | Text | Each):
        return value
    if isinstance(value, float):
        return float(value)
    if isinstance(value, Real):
        item = getattr(value, "item", None)  # a number of numpy
        return item() if callable(item) else float(value)
    if isinstance(value, Iterable) and not isinstance(value, Mapping):
        return tuple(frozen(each) for each in value)
    return str(value)


def _labelled(value: Fact, label: Labeller) -> Fact:
    if isinstance(value, Text):
        return labelled(value, label)
    if isinstance(value, Each):
        return Each(tuple(_labelled(each, label) for each in value.values), value.between)
    return tuple(_labelled(each, label) for each in value) if isinstance(value, tuple) else value
