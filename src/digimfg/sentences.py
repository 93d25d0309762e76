"""What is done with sentences that hold their facts: relabel, shorten, find and open them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

from digimfg.say import Each, Fact, Said, Sentences, Term, say
from digimfg.text import Text
from digimfg.words import parts_of

__all__ = ["holds", "labelled", "paragraph", "sentence", "shortened"]

Labeller: TypeAlias = Callable[[str], Text]


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


def _labelled(value: Fact, label: Labeller) -> Fact:
    if isinstance(value, Text):
        return labelled(value, label)
    if isinstance(value, Each):
        return Each(tuple(_labelled(each, label) for each in value.values), value.between)
    return tuple(_labelled(each, label) for each in value) if isinstance(value, tuple) else value
