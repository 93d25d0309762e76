"""Read the keys of a planned table: names to codes, years, and which rows are no rows of the panel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from digimfg.importing.cells import Cells, clean_text, is_missing, match_text
from digimfg.importing.key_cells import inexact_codes, key_marks, lost_digits
from digimfg.importing.layout import Table, body_cells, body_column
from digimfg.importing.mapping import ImportMapping
from digimfg.importing.names import resolve_names
from digimfg.importing.plan import Plan
from digimfg.importing.problems import table_problems, unknown_names
from digimfg.importing.rich_text import without_marks
from digimfg.importing.side_by_side import side_by_side
from digimfg.importing.totals import is_total
from digimfg.importing.years import is_short_year, read_year
from digimfg.notes import note_of
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.panels import Panel

__all__ = ["read_keys"]

_SHOWN = 5
_STOCK_HEADERS = frozenset(
    match_text(word)
    for word in (
        "股票代码",
        "证券代码",
        "上市公司代码",
        "股票代码stkcd",
        "stkcd",
        "symbol",
        "scode",
        "stock code",
    )
)


def read_keys(
    plan: Plan, panel: Panel, given: ImportMapping, marks: frozenset[str]
) -> tuple[dict[str, np.ndarray], np.ndarray, list[Text]]:
    """Return key → codes of the rows kept, their positions in the body, and notes on the others.

    Raises
    ------
    PanelError
        If a name is unknown, a year cannot be read, or a row has a part of its key only.
    """
    table = plan.table
    n = table.last - table.first
    dropped = {clean_text(name).replace(" ", "").casefold() for name in given.leave_out}
    others = _others(plan, given, n)
    read = {
        key: _read_key(plan, key, given, marks, frozenset(dropped), others)
        for key in panel.keys
        if key in plan.places or key in plan.constants
    }
    if wrong := [each.wrong for each in read.values() if each.wrong is not None]:
        raise table_problems(plan.table, wrong)
    if apart := [line for key in read if key in plan.places for line in side_by_side(plan, key, given)]:
        raise table_problems(plan.table, apart)
    in_columns = [each for key, each in read.items() if key not in plan.constants]
    empty = (
        np.logical_and.reduce([each.blank for each in in_columns]) if in_columns else np.zeros(n, dtype=bool)
    )
    out = np.logical_or.reduce([others, empty, *(each.away for each in read.values())])
    lacking = (
        np.logical_or.reduce([each.lacking for each in read.values()]) if read else np.zeros(n, dtype=bool)
    )
    partly = np.flatnonzero(lacking & ~out)
    if len(partly):
        first = ", ".join(f"{table.first + row + 1}" for row in partly[:_SHOWN])
        numbered = Text(f"row{'s' if len(partly) > 1 else ''} {first}", f"第 {first} 行")
        empty_keys = [key for key, each in read.items() if each.lacking[partly].any()]
        where = ", ".join(
            f"{key} ('{table.headers[plan.places[key]].text}')" for key in empty_keys if key in plan.places
        )
        line = note_of("importing.keys_lacking", n=len(partly), where=where, first=numbered)
        raise table_problems(plan.table, [line])
    kept = np.flatnonzero(~out)
    held = {key: each.values if len(kept) == n else each.values[kept] for key, each in read.items()}
    keys = {key: values.astype("int64") if key == "year" else values for key, values in held.items()}
    without = _filled_rows(table, np.flatnonzero(empty & ~others))
    return keys, kept, _notes(plan, given, list(read.values()), without, int(others.sum()))


@dataclass(frozen=True, kw_only=True, eq=False)
class _Key:
    """Hold one key's column: codes (``None`` where there is none), and which rows lack one, are blank or set
    aside.
    """

    values: np.ndarray
    lacking: np.ndarray
    blank: np.ndarray
    away: np.ndarray
    aside: dict[str, int]
    padded: int
    short: int
    wrong: Text | None


def _read_key(
    plan: Plan,
    key: str,
    given: ImportMapping,
    marks: frozenset[str],
    dropped: frozenset[str],
    others: np.ndarray,
) -> _Key:
    cells, heads = _key_cells(plan, key)
    held = pd.Series(cells, dtype=object) if isinstance(cells, np.ndarray) else pd.Series(cells)
    codes, values = pd.factorize(held, use_na_sentinel=True)
    distinct, texts = _spelled(np.asarray(values, dtype=object).tolist())
    marks = key_marks(key, distinct, heads, marks, given.missing)
    blank = np.array(
        [
            text in marks if isinstance(value, str) else is_missing(value, marks)
            for text, value in zip(texts, distinct, strict=True)
        ]
        + [True]
    )
    own = {clean_text(name): code for name, code in given.names.items()}
    if key == "year":
        found: list[object] = [read_year(own.get(clean_text(value), value)) for value in distinct]
    else:
        named = [value for value, no in zip(distinct, blank, strict=False) if not no]
        resolved = resolve_names(key, named, given.names, stock=bool(heads & _STOCK_HEADERS))
        found = [resolved.get(value) for value in distinct]
    # A header repeated down the page is no row; a total is none either, nor a name that the mapping leaves
    # out.
    away = np.array(
        [
            (code is None and match_text(value) in heads) or text in dropped or is_total(value, key)
            for text, value, code in zip(texts, distinct, found, strict=True)
        ]
        + [False]
    )
    bad = np.array([code is None for code in found] + [False]) & ~blank & ~away
    unknown = bad[codes] & ~others
    listed = [str(distinct[code]) for code in dict.fromkeys(codes[unknown].tolist())]
    wrong = unknown_names(key, listed, int(unknown.sum())) if listed else None
    lost = [lost_digits(value) and clean_text(value) not in own for value in distinct]
    if any(lost) and (rows := int((np.array([*lost, False])[codes] & ~others).sum())):
        wrong = inexact_codes(key, [value for value, no in zip(distinct, lost, strict=True) if no], rows)
    return _Key(
        values=np.array([*found, None], dtype=object)[codes],
        lacking=np.array([*(code is None for code in found), True])[codes],
        blank=blank[codes],
        away=away[codes],
        aside={
            _shown_name(distinct[place]): int((codes == place).sum())
            for place in np.flatnonzero(away).tolist()
        },
        short=sum(is_short_year(value) for value in distinct) if key == "year" else 0,
        padded=sum(
            len(str(code)) > len(text)
            for text, code in zip(texts, found, strict=True)
            if code and key == "firm"
        ),
        wrong=wrong,
    )


def _spelled(values: list[object]) -> tuple[list[object], list[str]]:
    """Return cells without footnote marks, and how they are compared."""
    whole = "".join(str(value) for value in values) if all(type(value) is str for value in values) else ""
    if whole.isascii() and whole.isalnum():  # codes: nothing in them to be spelled in another way
        return values, [str(value).casefold() for value in values]
    distinct = [without_marks(value) if isinstance(value, str) else value for value in values]
    return distinct, [clean_text(value).replace(" ", "").casefold() for value in distinct]


def _shown_name(value: object) -> str:
    text = clean_text(value)
    return text if text.isascii() else text.replace(" ", "")


def _key_cells(plan: Plan, key: str) -> tuple[Cells, set[str]]:
    """Return the cells of a key's column, labels for numbers, and what its header says."""
    table = plan.table
    if key in plan.constants:
        return np.full(table.last - table.first, plan.constants[key], dtype=object), set()
    place = plan.places[key]
    cells = body_cells(table, place)
    if labels := table.grid.value_labels.get(place):
        cells = np.array([labels.get(cell, cell) for cell in cells.tolist()], dtype=object)
    return cells, {match_text(part) for part in table.headers[place].parts}


def _notes(plan: Plan, given: ImportMapping, read: list[_Key], without: int, others: int) -> list[Text]:
    notes = _footer(plan)
    rows, columns = plan.table.grid.hidden
    if rows or columns:
        notes.append(note_of("importing.hidden", rows=rows, columns=columns))
    if plan.table.grid.hidden_sheet:
        notes.append(note_of("importing.hidden_sheet", sheet=plan.table.grid.sheet))
    if plan.other_names:
        notes.append(
            note_of("importing.other_names", names=" / ".join(plan.other_names), first=plan.other_names[0])
        )
    if plan.left_out:
        shown = ", ".join(plan.left_out[:_SHOWN]) + (" …" if len(plan.left_out) > _SHOWN else "")
        notes.append(note_of("importing.columns_left_out", n=len(plan.left_out), columns=shown))
    if without:
        notes.append(note_of("importing.no_key", n=without))
    if padded := sum(each.padded for each in read):
        notes.append(note_of("importing.padded_codes", n=padded))
    if short := sum(each.short for each in read):
        notes.append(note_of("importing.two_digit_years", n=short))
    if others:
        shown = ", ".join(f"{header} = {value}" for header, value in given.only.items())
        notes.append(note_of("importing.only", only=shown, n=others))
    aside = {text: count for each in read for text, count in each.aside.items()}
    if aside:
        named = ", ".join(f"{name} ({count:,})" for name, count in sorted(aside.items()))
        notes.append(note_of("importing.no_units", units=named))
    return notes


def _footer(plan: Plan) -> list[Text]:
    """Tell which lines below the table were no rows: a row that lost its cells is among them, if there is
    one.
    """
    lines = [line[:60] + ("…" if len(line) > 60 else "") for line in plan.table.footer]
    if not lines:
        return []
    shown = " | ".join(lines[:_SHOWN]) + (" …" if len(lines) > _SHOWN else "")
    return [note_of("importing.footer", n=len(lines), lines=shown)]


def _filled_rows(table: Table, rows: np.ndarray) -> int:
    """Count the rows that hold any cell."""
    if not len(rows):
        return 0
    held = np.zeros(len(rows), dtype=bool)
    for place in range(len(table.headers)):
        held |= np.array(
            [not is_missing(cell) for cell in body_column(table, place)[rows].tolist()], dtype=bool
        )
    return int(held.sum())


def _others(plan: Plan, given: ImportMapping, n: int) -> np.ndarray:
    """Tell which rows do not hold what the mapping's ``only`` asks for."""
    others = np.zeros(n, dtype=bool)
    for header, value in given.only.items():
        wanted = match_text(header)
        places = [
            place
            for place, head in enumerate(plan.table.headers)
            if wanted in {match_text(head.text), *map(match_text, head.parts)}
        ]
        if not places:
            raise table_problems(
                plan.table,
                [note_of("importing.only_names_no_column", header=header)],
            )
        cells = body_column(plan.table, places[0])
        others |= np.array([clean_text(cell) != clean_text(value) for cell in cells.tolist()], dtype=bool)
    return others
