"""Audit what a claim records: its cells, their errata, and the sums that follow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from digimfg.evidence.grounds import Audit
from digimfg.paper.arithmetic import paper_arithmetic
from digimfg.paper.corrections import counted_mistakes, mistakes
from digimfg.paper.corrections import errata as errata_of
from digimfg.paper.definition import unknown_name
from digimfg.paper.reading import read_printed
from digimfg.paper.views import register_cells
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from digimfg.evidence.claims import Record

__all__ = ["audit"]


def audit(record: Record) -> Audit:
    """Audit the cells of one record.

    A source of an erratum is an outside one unless it bears the day of the check: then it is the paper
    itself.

    Raises
    ------
    DigimfgError
        If the register, a row or column of it, or a quantity is unknown.
    """
    cells = register_cells(record.register)
    _check_known(Text("a row of a register", "资料表的行"), record.rows, cells["row"])
    _check_known(Text("a column of a register", "资料表的列"), record.columns, cells["column"])
    cells = cells[_chosen(cells, record)]
    own = errata_of(record.register)
    own = own[_chosen(own, record)]
    n_cells = int(cells["in_paper"].sum())
    counts = {level: int((own["confidence"] == level).sum()) for level in ("certain", "likely", "open")}
    status: Literal["holds", "corrected", "open", "additions"] = (
        "open" if counts["open"] else "corrected" if counts["certain"] + counts["likely"] else "holds"
    )
    in_paper = cells.groupby("row")["in_paper"].any()
    if (~in_paper).sum() > in_paper.sum():
        status = "additions"
    computed = paper_arithmetic()
    _check_known(Text("a quantity of a claim", "论断所引的数量"), record.quantities, computed.index)
    arithmetic = computed.loc[list(record.quantities)]
    return Audit(
        record=record,
        status=status,
        n_cells=n_cells,
        errata=own.reset_index(drop=True),
        quantities=arithmetic,
        summary=_summary(record, n_cells, own, arithmetic),
        sources=tuple(dict.fromkeys(own.loc[own["date"] != own["checked"], "source"])),
    )


def _check_known(where: Text, names: Iterable[str], known: Iterable[str]) -> None:
    held = list(dict.fromkeys(known))
    for name in names:
        if name not in held:
            raise unknown_name(where, name, held)


def _chosen(frame: pd.DataFrame, record: Record) -> pd.Series[bool]:
    rows = frame["row"].isin(record.rows) if record.rows else frame["row"].notna()
    columns = frame["column"].isin(record.columns) if record.columns else frame["column"].notna()
    return rows & columns


def _summary(record: Record, n_cells: int, own: pd.DataFrame, quantities: pd.DataFrame) -> Text:
    """Say how many mistakes the record has: what a reader would call an error first, once per cause."""
    found = counted_mistakes(mistakes(own))
    title = read_printed(record.register).title
    en = f"{title.en}: {n_cells} cells of the paper, "
    zh = f"{title.zh}：原文{n_cells}个单元格，"
    if found.en:
        en += found.en
        zh += found.zh
    else:
        en += "no erratum on file"
        zh += "无勘误记录"
    for _, row in quantities.iterrows():
        value = f"{float(row['value']):,.4g}"
        en += f"; {row['label_en']}: {value} {row['unit_en']}".rstrip()
        zh += f"；{row['label_zh']}：{value}{row['unit_zh']}"
    return Text(en, zh)
