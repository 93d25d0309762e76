"""What columns are called: the dictionary's names and labels, and the other names of yearbooks, databases
and theses.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from digimfg.importing.cells import match_text
from digimfg.importing.word_lists import synonym_lists
from digimfg.variables import dictionary
from digimfg.variables.statements import statement_items

__all__ = [
    "KnownName",
    "bare_name",
    "below_heading",
    "compared",
    "known_bare_names",
    "known_variables",
    "names_of_variable",
    "role_words",
]

_LEVELS = (("name", 1.0), ("label", 1.0), ("synonym", 0.95), ("likely", 0.8))
_PARENTHESES = re.compile("[()（）]")
_BEFORE = re.compile("^(?:其中|本年|当年|numberof)+")
_AFTER = re.compile(
    "(?:情况|合计|总计|总额|总量|总数|数量|(?<!余)(?<!税)(?<!定)额|(?<!指)(?<!系)(?<!倍)(?<!户)数|(?<!质)(?<!当)量|(?<=[a-z]{3})s)$"
)


@dataclass(frozen=True, slots=True)
class KnownName:
    """Say which variable a name is, how sure that is, and by what."""

    variable: str
    confidence: float
    by: str


@cache
def known_variables(panel: str) -> dict[str, KnownName]:
    """Return the names of a panel's variables, as `compared` gives them; names that two of them share are
    left out.
    """
    from digimfg.panels import find_panel

    entries = dictionary()
    variables = [name for name in find_panel(panel).variables if name not in find_panel(panel).keys]
    names: dict[str, KnownName] = {}
    for by, confidence in _LEVELS:
        level: dict[str, set[str]] = {}
        for variable in variables:
            for word in _words(variable, by):
                level.setdefault(compared(word), set()).add(variable)
        for word, owners in level.items():
            if len(owners) == 1 and word and word not in names:
                names[word] = KnownName(next(iter(owners)), confidence, by)
    return {
        word: known
        for word, known in names.items()
        if entries[known.variable].source != "derived" or known.by == "name"
    }


@cache
def known_bare_names(panel: str) -> dict[str, KnownName]:
    """Return the names of a panel's variables without the words that change nothing (`bare_name`)."""
    found: dict[str, set[KnownName]] = {}
    for word, known in known_variables(panel).items():
        found.setdefault(bare_name(word), set()).add(known)
    return {
        bare: min(same, key=lambda known: known.confidence)
        for bare, same in found.items()
        if bare and len({known.variable for known in same}) == 1
    }


def bare_name(text: str) -> str:
    """Return a name, as `compared` gives it, without words that make no other quantity of it: 其中, 数, 总额.

    Examples
    --------
    >>> bare_name("软件业务收入额"), bare_name("其中就业人员数"), bare_name("存款余额"), bare_name("internetusers")
    ('软件业务收入', '就业人员', '存款余额', 'internetuser')
    """  # noqa: E501
    return _AFTER.sub("", _BEFORE.sub("", text))


def compared(text: str) -> str:
    """Return a name as names of columns are compared: words that mean the same are written alike (规上 and
    规模以上).

    Examples
    --------
    >>> compared("规模以上工业企业R&D经费") == compared("规上工业研发经费"), compared("年末城镇登记失业率") == compared("城镇登记失业率")
    (True, True)
    """  # noqa: E501
    plain = _PARENTHESES.sub("", match_text(text))
    found = _same_words().sub(lambda match: _written()[match.group(0)], plain)
    return found or plain


def below_heading(heading: str, name: str) -> str:
    """Return the name of a column below a heading that says of what it is a part, as `compared` gives it;
    ``""`` for others.

    Examples
    --------
    >>> below_heading("三次产业增加值",
    ...     "第一产业") == compared("第一产业增加值"), below_heading("固定资产投资", "第一产业")
    (True, '')
    """
    plain = compared(heading)
    end = next(
        (end for end, headings in synonym_lists()["headings"].items() if plain in map(compared, headings)), ""
    )
    return compared(name + end) if end else ""


@cache
def _written() -> dict[str, str]:
    """Return each word that means the same as another → how both are written here."""
    return {match_text(word): same for same, words in synonym_lists()["same"].items() for word in words} | {
        match_text(same): same for same in synonym_lists()["same"] if same
    }


@cache
def _same_words() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(_written(), key=lambda word: (-len(word), word)))))


def names_of_variable(variable: str) -> list[str]:
    """Return every name of a variable: its own, its labels, its source code, and its synonyms."""
    return list(dict.fromkeys(word for by, _ in _LEVELS for word in _words(variable, by) if word))


@cache
def role_words(role: str) -> frozenset[str]:
    """Return what headers call a key or the indicator, value and unit columns, as `match_text` compares
    them.
    """
    words = synonym_lists()["keys"].get(role, ())
    return frozenset(match_text(word) for word in (role, *words))


def _words(variable: str, by: str) -> list[str]:
    entry = dictionary()[variable]
    if by == "name":
        return [variable]
    if by == "label":
        return [entry.label.en, entry.label.zh, entry.source_code]
    listed = synonym_lists()["columns" if by == "synonym" else "likely"].get(variable, [])
    if by != "synonym":
        return listed
    stated = (item for item in statement_items() if item.variable == variable)
    return [*listed, *(word for item in stated for word in (item.code, *item.names))]
