"""Say things with values: a sentence in both languages beside its facts; words are made where it is read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from numbers import Real
from typing import Literal

from digimfg.text import Text
from digimfg.words import Each, Fact, parts_of, written_out

__all__ = ["Each", "Fact", "Said", "Sentences", "Term", "Weight", "frozen", "say"]

Weight = Literal["must", "how", "detail"]
"""What a reader must know · how a number was made · a detail."""


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
    (``|country|countries`` where the plural is not the noun with an s; Chinese takes the number alone), and
    ``{n:word|is|are}`` is the word that goes with it elsewhere in an English sentence;
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
