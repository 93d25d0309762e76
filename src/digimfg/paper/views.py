"""The paper's tables, figures and lists as typed data, as printed and corrected."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from digimfg.arguments import checked
from digimfg.errors import PanelError
from digimfg.paper.corrections import View, mistakes, overlay
from digimfg.paper.corrections import errata as errata_of
from digimfg.paper.definition import Words, find_register
from digimfg.paper.reading import read_printed
from digimfg.registry import instances

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from digimfg.paper.errata_file import Erratum

__all__ = ["find_register", "list_registers", "register", "register_cells", "validate_register"]


@checked
def register(name: str, view: View = "corrected", *, errata: Iterable[Erratum] = ()) -> pd.DataFrame:
    """Return a register of the paper as a typed table.

    Parameters
    ----------
    name
        ``"institutes"`` (Table 2), ``"paradigms"`` (Table 1), ``"policies"``, ``"funding"``,
        ``"stem_policies"`` (Figure 3), ``"waves"`` (Figure 1) or ``"paths"``; `list_registers` says what
        each holds.
    view
        ``"as_printed"``: what the paper says, numbers read from its words with its units; a cell that cannot
        be read is missing. ``"corrected"``: the certain and likely errata applied; open cells stay as
        printed.
    errata
        Errata of your own (`read_errata`), which replace ours where they name the same cell.

    Returns
    -------
    pandas.DataFrame
        One row per key, in the printed order (in the corrected view, the order as corrected). Columns are
        those of the dictionary (`describe_variable`); ``corrected_cells`` and ``open_cells`` name the
        columns of the row that errata changed or left open, separated by ``"; "``. Missing: the paper says
        nothing.

    Raises
    ------
    DigimfgError
        If there is no such register or view, or an erratum does not fit.
    PanelError
        If a row breaks the register's schema, each failure named.

    Examples
    --------
    >>> institutes = register("institutes")
    >>> institutes[["federal_million_usd", "nonfederal_million_usd", "members"]].sum().tolist()
    [913.0, 1725.0, 1540.0]
    >>> register("institutes", "as_printed")["investment"].iloc[0]
    '656.8'
    """
    own = tuple(errata)
    return _built(name, view, own) if own else _shipped(name, view).copy()


@cache
def _shipped(name: str, view: View) -> pd.DataFrame:
    return _built(name, view, ())


def _built(name: str, view: View, errata: tuple[Erratum, ...]) -> pd.DataFrame:
    definition = find_register(name)
    words = overlay(read_printed(name), name, view, errata)
    frame = definition.build(words.rows, words.header)
    keys = frame[list(definition.keys)].astype(str).agg(":".join, axis=1)
    for column, touched in (("corrected_cells", words.corrected), ("open_cells", words.still_open)):
        of_all = [name for name in touched.get("header", ()) if name in frame.columns]
        frame[column] = ["; ".join(sorted({*touched.get(key, ()), *of_all})) for key in keys]
    return validate_register(frame, name)


@checked
def register_cells(name: str, *, errata: Iterable[Erratum] = ()) -> pd.DataFrame:
    """Return every cell of a register: the paper's words, where they stand, and what they should say.

    Returns
    -------
    pandas.DataFrame
        Columns ``row column verbatim printed printed_en corrected corrected_en in_paper first_line
        last_line``. ``verbatim`` keeps the transcription's blanks; lines are missing for cells that are not
        in the paper; ``corrected`` is missing for rows that an erratum drops.

    Raises
    ------
    DigimfgError
        If there is no such register, or an erratum does not fit.

    Examples
    --------
    >>> cells = register_cells("institutes").set_index(["row", "column"])
    >>> print(*cells.loc[("arm", "investment"), ["printed", "corrected", "first_line"]], sep=" → ")
    8 / 173 → 8 / 17.3 → 585
    """
    import pandas as pd

    find_register(name)
    printed = read_printed(name)
    corrected = overlay(printed, name, "corrected", errata)
    after = {"header": corrected.header} | {row.key: row.words for row in corrected.rows}
    places = [
        ("header", printed.header, True),
        *((row.key, row.cells, row.in_paper) for row in printed.rows),
    ]
    rows = []
    for key, cells, in_paper in places:
        doubted = [*after.get(key, {}), *corrected.still_open.get(key, ())]
        for column in dict.fromkeys([*cells, *doubted]):
            cell, words = cells.get(column), after.get(key, {}).get(column)
            if words is None and key in after:
                words = Words(text="", english="")
            rows.append(
                {
                    "row": key,
                    "column": column,
                    "verbatim": cell.verbatim if cell else "",
                    "printed": cell.text if cell else "",
                    "printed_en": cell.english if cell else "",
                    "corrected": words.text if words else None,
                    "corrected_en": words.english if words else None,
                    "in_paper": in_paper and cell is not None and cell.lines is not None,
                    "first_line": cell.lines[0] if cell and cell.lines else None,
                    "last_line": cell.lines[1] if cell and cell.lines else None,
                }
            )
    return pd.DataFrame(rows).astype({"first_line": "Int64", "last_line": "Int64"})


@checked
def list_registers() -> pd.DataFrame:
    """Return the registers: name, title, number of rows, cells in the paper, errors, errata by confidence.

    ``errors`` counts what a reader would call an error, once per cause; the errata count cells.
    """
    import pandas as pd

    from digimfg.paper.errata_file import shipped_errata

    rows = []
    for name in instances("paper.registers", "REGISTER"):
        printed = read_printed(name)
        own = [each.confidence for each in shipped_errata() if each.register == name]
        cells = sum(cell.lines is not None for row in printed.rows for cell in row.cells.values())
        rows.append(
            {
                "register": name,
                "title_en": printed.title.en,
                "title_zh": printed.title.zh,
                "rows": len(printed.rows),
                "cells_in_paper": cells + len(printed.header),
                "errors": mistakes(errata_of(name))["error"],
                **{confidence: own.count(confidence) for confidence in ("certain", "likely", "open")},
            }
        )
    return pd.DataFrame(rows)


def validate_register(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Check a register's table against its schema, which the dictionary gives, and return it.

    Raises
    ------
    PanelError
        Lists every failure: column, rule, number of rows, first keys, remedy.
    """
    from digimfg.panels import Panel
    from digimfg.panels.failures import find_failures

    definition = find_register(name)
    schema = Panel(
        name=name,
        title=read_printed(name).title,
        keys=definition.keys,
        variables=(*definition.variables, "corrected_cells", "open_cells"),
        sources=(),
        build=lambda _: frame,
    )
    lines = [failure.line for failure in find_failures(frame, schema)]
    if lines:
        raise PanelError.of(
            "paper.register_not_as_described",
            name=name,
            n=len(frame),
            listed=lines,
        )
    return frame
