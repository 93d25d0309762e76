"""Errata: what a cell should say, how sure we are, and on what evidence; laid over the printed words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from digimfg.arguments import checked
from digimfg.errors import DigimfgError
from digimfg.notes import note_of
from digimfg.paper.definition import Row, Words, find_register
from digimfg.paper.errata_file import Erratum, shipped_errata
from digimfg.paper.reading import Printed, read_printed
from digimfg.registry import instances
from digimfg.spelling import tidy
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

__all__ = ["SEVERITIES", "Overlaid", "View", "counted_mistakes", "errata", "mistakes", "overlay"]

SEVERITIES = {
    "error": "paper.errors",
    "slip": "paper.slips",
    "imprecise": "paper.imprecise",
    "question": "paper.questions",
}
"""The note by which a total says each severity; errors alone are what a reader would call an error."""

View = Literal["as_printed", "corrected"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Overlaid:
    """A register's words in one view, and which cells the errata changed or left open."""

    rows: tuple[Row, ...]
    header: Mapping[str, Words]
    corrected: Mapping[str, tuple[str, ...]]
    still_open: Mapping[str, tuple[str, ...]]


@checked
def errata(register: str | None = None, extra: Iterable[Erratum] = ()) -> pd.DataFrame:
    """Return the errata as a table, one row each, in the order of registers, rows and columns.

    Parameters
    ----------
    register
        Only those of one register (`list_registers`).
    extra
        Errata of your own (`read_errata`); one for the same cell replaces ours.

    Returns
    -------
    pandas.DataFrame
        Columns ``register row column printed proposed english action confidence severity cause evidence_en
        evidence_zh source date checked origin first_line last_line``; lines are missing for cells that are
        not in the paper.

    Raises
    ------
    DigimfgError
        If there is no such register, or an erratum of your own names a cell that is not there or whose words
        differ.

    Examples
    --------
    >>> found = errata("institutes")
    >>> found.loc[found["row"] == "header", ["printed", "proposed", "confidence"]].iloc[-1].tolist()
    ['亿美元', '千万美元', 'certain']
    """
    import pandas as pd

    names = tuple(instances("paper.registers", "REGISTER")) if register is None else (register,)
    rows: list[dict[str, Any]] = []
    for name in names:
        find_register(name)
        printed = read_printed(name)
        chosen = _for_register(printed, name, extra)
        order = ["header", *(row.key for row in printed.rows)]
        for erratum in sorted(chosen.values(), key=lambda each: (order.index(each.row), each.column)):
            lines = _printed_cell(printed, erratum)[1]
            rows.append(
                {
                    **{field: getattr(erratum, field) for field in _FIELDS},
                    "evidence_en": erratum.evidence.en,
                    "evidence_zh": erratum.evidence.zh,
                    "first_line": lines[0] if lines else None,
                    "last_line": lines[1] if lines else None,
                }
            )
    frame = pd.DataFrame(rows, columns=[*_COLUMNS])
    return frame.astype({"first_line": "Int64", "last_line": "Int64"})


_FIELDS = (
    "register",
    "row",
    "column",
    "printed",
    "proposed",
    "english",
    "action",
    "confidence",
    "severity",
    "cause",
    "source",
    "date",
    "checked",
    "origin",
)
_COLUMNS = (*_FIELDS[:10], "evidence_en", "evidence_zh", *_FIELDS[10:], "first_line", "last_line")


def mistakes(frame: pd.DataFrame) -> dict[str, int]:
    """Return how many mistakes errata name, by severity: those of one cause are one, and open ones are
    questions.

    Parameters
    ----------
    frame
        As `errata` gives it.

    Examples
    --------
    >>> mistakes(errata("paradigms"))
    {'error': 1, 'slip': 1, 'imprecise': 0, 'question': 4}
    """
    seen: dict[str, set[str]] = {severity: set() for severity in SEVERITIES}
    for number, each in enumerate(frame.to_dict("records")):
        severity = "question" if each["confidence"] == "open" else str(each["severity"])
        seen[severity].add(f"{each['register']}: {each['cause']}" if each["cause"] else str(number))
    return {severity: len(causes) for severity, causes in seen.items()}


def counted_mistakes(counts: Mapping[str, int], *, without: str = "") -> Text:
    """Return counts of `mistakes` in words, those that are not zero.

    Examples
    --------
    >>> counted_mistakes({"error": 1, "slip": 0, "imprecise": 0, "question": 2}).en
    '1 error, 2 questions'
    """
    found = [
        note_of(SEVERITIES[name], n=count) for name, count in counts.items() if count and name != without
    ]
    return Text(", ".join(each.en for each in found), "，".join(each.zh for each in found))


def overlay(printed: Printed, name: str, view: View, extra: Iterable[Erratum] = ()) -> Overlaid:
    """Lay the errata over the printed words; the printed view is left as it is."""
    chosen = _for_register(printed, name, extra)
    applied = {
        address: each for address, each in chosen.items() if view == "corrected" and each.confidence != "open"
    }
    dropped = {each.row for each in applied.values() if each.action == "drop"}
    rows = tuple(
        Row(
            key=row.key,
            coded=row.coded,
            words={column: Words(text=cell.text, english=cell.english) for column, cell in row.cells.items()}
            | _changes(applied, row.key),
            in_paper=row.in_paper,
            source=row.source,
        )
        for row in printed.rows
        if row.key not in dropped
    )
    header = {column: Words(text=cell.text, english=cell.english) for column, cell in printed.header.items()}
    waiting = {
        address: each for address, each in chosen.items() if view == "corrected" and each.confidence == "open"
    }
    return Overlaid(
        rows=tuple(sorted(rows, key=lambda row: int(row.text("position")))),
        header=header | _changes(applied, "header"),
        corrected=_by_row(applied),
        still_open=_by_row(waiting),
    )


def _changes(applied: Mapping[tuple[str, str, str], Erratum], row: str) -> dict[str, Words]:
    return {
        each.column: Words(text=tidy(each.proposed), english=each.english)
        for each in applied.values()
        if each.row == row and each.action == "replace"
    }


def _by_row(chosen: Mapping[tuple[str, str, str], Erratum]) -> dict[str, tuple[str, ...]]:
    rows: dict[str, tuple[str, ...]] = {}
    for each in chosen.values():
        rows[each.row] = tuple(sorted({*rows.get(each.row, ()), each.column}))
    return rows


def _for_register(
    printed: Printed, name: str, extra: Iterable[Erratum]
) -> dict[tuple[str, str, str], Erratum]:
    chosen: dict[tuple[str, str, str], Erratum] = {}
    for erratum in (*shipped_errata(), *extra):
        if erratum.register == name:
            words, _ = _printed_cell(printed, erratum)
            if words != tidy(erratum.printed):
                raise _wrong_words(erratum, words)
            chosen[erratum.address] = erratum
    return chosen


def _printed_cell(printed: Printed, erratum: Erratum) -> tuple[str, tuple[int, int] | None]:
    where = f"{erratum.origin}: {erratum.register} · {erratum.row} · {erratum.column}"
    rows = {"header": printed.header, **{row.key: row.cells for row in printed.rows}}
    if erratum.row not in rows:
        raise _unknown(where, Text("a row of the register", "资料表中的行"), erratum.row, rows)
    columns = rows[erratum.row]
    if erratum.row != "header":
        columns = {column: cell for row in printed.rows for column, cell in row.cells.items()}
    if erratum.column not in columns:
        raise _unknown(where, Text("a column of the register", "资料表中的列"), erratum.column, columns)
    cell = rows[erratum.row].get(erratum.column)
    return (cell.text, cell.lines) if cell else ("", None)


def _unknown(where: str, expected: Text, got: str, known: Iterable[str]) -> DigimfgError:
    return DigimfgError.unknown(
        got,
        known,
        where=note_of("paper.place_of_erratum", where=where),
        expected=expected,
        more=Text("dm.register_cells('…') lists all cells", "dm.register_cells('…') 列出全部单元格"),
    )


def _wrong_words(erratum: Erratum, words: str) -> DigimfgError:
    where = f"{erratum.origin}: {erratum.register} · {erratum.row} · {erratum.column}"
    return DigimfgError.of(
        "paper.printed_words_differ", got=f"printed = '{erratum.printed}'", place=where, words=words
    )
