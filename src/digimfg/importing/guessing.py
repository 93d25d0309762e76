"""Guess what the columns of a table are, and say how sure: the dictionary's name, a label, a synonym, or
likeness.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from digimfg.importing.cells import MISSING_MARKS, is_missing, match_text
from digimfg.importing.key_cells import key_marks
from digimfg.importing.layout import Header, Table, body_cells
from digimfg.importing.mapping import ColumnMapping
from digimfg.importing.names import resolve_names
from digimfg.importing.synonyms import (
    KnownName,
    bare_name,
    below_heading,
    compared,
    known_bare_names,
    known_variables,
    names_of_variable,
    role_words,
)
from digimfg.importing.text_amounts import TextAmounts
from digimfg.importing.totals import is_total
from digimfg.importing.years import read_year, year_in_header
from digimfg.variables.unit_names import NAMED_KEYS

if TYPE_CHECKING:
    from digimfg.panels import Panel

__all__ = ["LIKELY", "SURE", "find_key", "guess_variable"]

SURE = 0.9
"""Guesses below this need a person or ``--yes``."""

LIKELY = 0.6
"""Guesses below this need a person in any case: the name may be another quantity's."""

_UNSURE = 0.5
_LIKE_ENOUGH = 0.86
_SHORTEST_FUZZY = 4
_CHANGED = (
    "ln", "log", "sq", "growth", "change", "diff", "lag", "rank", "share", "ratio", "perc", "pct", "index",
    "对数", "平方", "增速", "增长", "增加额", "同比",
    "环比", "滞后", "差分", "占比", "比重", "构成", "人均", "每", "指数", "密度", "强度", "排名", "位次",
    "率", "标准化", "缩尾", "rural", "urban", "capita", "real", "constant", "female", "male", "rate", "平均",
    "累计", "新增", "计划", "农村", "城镇",
)  # fmt: skip
"""Words that make another quantity of a name: a header with one is not merely like a name without it."""
_MOST_LOOKED_AT = 2_000
_MOSTLY = 0.9


_NEUTRAL = frozenset(
    {
        "指标",
        "主要指标",
        "经济指标",
        "绝对数",
        "总量",
        "合计",
        "总计",
        "数值",
        "本年",
        "本年数",
        "国民经济核算",
    }
)
"""Headings that change nothing of the name below or above them."""


def guess_variable(parts: tuple[str, ...], panel: Panel) -> ColumnMapping:
    """Guess the variable of a header from its parts.

    The dictionary's name, label or source code is certain (1), a synonym nearly so (0.95). A name that may
    mean two things gets 0.8, and so does one that differs by words that make no other quantity of it (额,
    数, 年末). One that is merely alike may be another quantity (出口 and 进出口), and so may one below a
    heading of something else: both get 0.5, and a person must confirm them. A header like none of them is
    kept under its own name.

    Examples
    --------
    >>> from digimfg.panels import find_panel
    >>> guess_variable(("地区GDP",), find_panel("china_province")).variable
    'gdp_100m_yuan'
    """
    known = known_variables(panel.name)
    names = [compared(part) for part in parts]
    whole = compared("".join(parts))
    for text in (whole, compared("".join(reversed(parts))), *_composed(parts)):
        if text in known:
            return _told(known[text])
    # The lowest part names the column; what stands above it must not say that it is a part, a rate or a rank
    # of something else.
    for place in range(len(parts) - 1, -1, -1):
        if names[place] not in known:
            continue
        variable = known[names[place]].variable
        others = [part for number, part in enumerate(parts) if number != place]
        if all(_says_nothing_else(part, variable, known) for part in others):
            return _told(known[names[place]])
        return ColumnMapping(variable=variable, confidence=_UNSURE, by="fuzzy")
    for part in parts:
        # A name that is known with words in parentheses that are no unit: what they say is for a person to
        # judge.
        stem, _, inside = part.rstrip(")]").partition("(")
        if inside and compared(stem) in known:
            return ColumnMapping(
                variable=known[compared(stem)].variable, unit=inside, confidence=0.8, by="fuzzy"
            )
    bare = known_bare_names(panel.name)
    if len(parts) == 1 and bare_name(whole) in bare:
        return ColumnMapping(variable=bare[bare_name(whole)].variable, confidence=0.8, by="fuzzy")
    for text in dict.fromkeys([*reversed(names), whole]):
        if len(text) >= _SHORTEST_FUZZY and (near := _alike(text, known)):
            return ColumnMapping(variable=known[near].variable, confidence=_UNSURE, by="fuzzy")
    return ColumnMapping(variable="", confidence=1.0, by="kept")


def _composed(parts: tuple[str, ...]) -> list[str]:
    """Return names that a part makes with a heading above it: 三次产业增加值, 第一产业."""
    return [
        name
        for place, part in enumerate(parts)
        for heading in parts[:place]
        if (name := below_heading(heading, part)) and len(parts) == 2
    ]


def _told(known: KnownName) -> ColumnMapping:
    return ColumnMapping(variable=known.variable, confidence=known.confidence, by=known.by)


def _alike(text: str, known: Mapping[str, KnownName]) -> str:
    for near in difflib.get_close_matches(text, known, n=3, cutoff=_LIKE_ENOUGH):
        if all((word in text) == (word in near) for word in _CHANGED):
            return near
    return ""


def _says_nothing_else(part: str, variable: str, known: Mapping[str, KnownName]) -> bool:
    """Tell whether another part of a header is a code, a translation, a year, or a name of the same
    variable.
    """
    text = compared(part)
    if text in known:
        return known[text].variable == variable
    if text in map(compared, _NEUTRAL) or year_in_header(part) is not None:
        return True
    own = "".join(map(compared, names_of_variable(variable)))
    return not re.search("[\u4e00-\u9fff]", text) and not any(
        word in text and word not in own for word in _CHANGED
    )


def find_key(table: Table, key: str, taken: set[int], names: Mapping[str, str], panel: Panel) -> int | None:
    """Return the position of a key's column, ``None`` where there is none.

    Among columns that the header names, the one wins whose cells are best known as values of the key;
    without a header that names it, a column does nearly all of whose cells are known. Cells of a named
    column that are not known are told later.
    """
    best: tuple[float, int] | None = None
    for place, header in enumerate(table.headers):
        if place in taken:
            continue
        named = _names_role(header, key)
        if not named and (key not in (*NAMED_KEYS, "year") or (key == "year" and _is_amount(header, panel))):
            continue
        if not named and _holds_fractions(table, place):
            continue
        share = _known_share(table, place, key, names)
        if (named or share >= _MOSTLY) and (best is None or share + named > best[0]):
            best = (share + named, place)
    return None if best is None else best[1]


def _names_role(header: Header, role: str) -> bool:
    words = role_words(role)
    return any(match_text(part) in words for part in (*header.parts, header.text))


def _looked_at(n: int) -> np.ndarray:
    return np.linspace(0, n - 1, min(n, _MOST_LOOKED_AT)).astype(int)


def _holds_fractions(table: Table, place: int) -> bool:
    """Tell of a column read as numbers that too many of the cells looked at are no years and no codes."""
    column = table.grid.columns[place]
    if not isinstance(column, TextAmounts) or table.last <= table.first:
        return False
    rows = table.first + _looked_at(table.last - table.first)
    return column.n_fractions(rows) > (1 - _MOSTLY) * len(rows)


def _known_share(table: Table, place: int, key: str, names: Mapping[str, str]) -> float:
    """Return which share of a column's first distinct cells are values of a key."""
    cells = body_cells(table, place)
    if not len(cells):
        return 0.0
    labels = table.grid.value_labels.get(place)
    chosen = np.asarray(cells[_looked_at(len(cells))], dtype=object)
    distinct = list(dict.fromkeys(labels.get(cell, cell) if labels else cell for cell in chosen.tolist()))
    marks = key_marks(key, distinct, map(match_text, table.headers[place].parts), MISSING_MARKS, ())
    held = [cell for cell in distinct if not is_missing(cell, marks)]
    filled = sum(not is_missing(cell, marks) for cell in chosen.tolist()) / len(chosen)
    if not held:
        return 0.0
    if key == "year":
        good = sum(read_year(cell) is not None for cell in held)
    elif key in NAMED_KEYS:
        codes = resolve_names(key, held, names)
        good = sum(bool(codes.get(cell)) or is_total(cell, key) for cell in held)
    else:
        good = len(held)
    return filled * good / len(held)


def _is_amount(header: Header, panel: Panel) -> bool:
    """Tell whether a header says that its column holds numbers of something, which may look like years:
    2,010 万人.
    """
    if not header.parts:
        return False
    return bool(
        header.unit or year_in_header(header.text) is not None or guess_variable(header.parts, panel).variable
    )
