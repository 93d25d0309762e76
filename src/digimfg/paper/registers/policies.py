"""US policies and programmes: date and its precision, kind, status, theme, layer, administration."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digimfg.paper.definition import Finding, Register, Row, Words
from digimfg.paper.parsing import administration, parse_date
from digimfg.paper.reading import read_printed
from digimfg.paper.rules import duplicates, impossible_dates, unordered
from digimfg.records import records
from digimfg.sheets import sheet_beside
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

__all__ = ["LAYERS", "REGISTER", "THEMES"]

THEMES = sheet_beside(__file__, "policies", "themes")
"""The five themes of section 3 of the paper, in its order."""

LAYERS = {
    "top_level_design": "institution",
    "technology": "technology",
    "talent": "institution",
    "collaboration": "structure",
    "ecosystem": "structure",
}
"""The layer of the techno-economic paradigm that a theme works on."""

_FIRST, _LAST = "2000-01-01", "2024-12-31"
"""The paper speaks of this century and appeared in 2024."""


def _build(rows: tuple[Row, ...], _: Mapping[str, Words]) -> pd.DataFrame:
    import pandas as pd

    sections = read_printed("policies").sections
    records = []
    for row in rows:
        date = parse_date(row.text("date"))
        themes, basis = _themes(row, sections)
        records.append(
            {
                "policy": row.coded["policy"],
                "title_zh": row.chinese("title"),
                "title_en": row.english("title"),
                "alias_zh": row.chinese("alias"),
                "date": date.start if date else None,
                "date_end": (date.end or None) if date else None,
                "date_precision": date.precision if date else None,
                "policy_kind": row.coded["kind"],
                "policy_status": row.coded["status"],
                "jurisdiction": row.coded["jurisdiction"],
                "theme": themes[0],
                "themes": "; ".join(themes),
                "themes_basis": basis,
                "policy_layer": LAYERS[themes[0]],
                "administration": administration(date),
                "provision_zh": row.chinese("provision"),
                "provision_en": row.english("provision"),
                "in_paper": row.in_paper,
                "register_source": row.source or None,
            }
        )
    return pd.DataFrame(records)


def _themes(row: Row, sections: tuple[tuple[str, int, int], ...]) -> tuple[list[str], str]:
    mentioned = row.coded.get("mentioned", ())
    discussed = [
        theme
        for theme, first, last in sections
        if theme != "listed" and any(first <= line <= last for line in mentioned)
    ]
    return (discussed, "section") if discussed else (list(row.coded["themes"]), "coded")


def _acts(frame: pd.DataFrame) -> list[Finding]:
    return duplicates(frame, "policy", ("title_zh", "alias_zh"), "duplicate_act")


def _dates(frame: pd.DataFrame) -> list[Finding]:
    return impossible_dates(frame, "policy", "date", _FIRST, _LAST)


def _listed(frame: pd.DataFrame) -> list[Finding]:
    """Check the order of the list that opens section 3: it runs with time."""
    first, last = next(
        (first, last) for theme, first, last in read_printed("policies").sections if theme == "listed"
    )
    listed = [
        row.key
        for row in read_printed("policies").rows
        if any(first <= line <= last for line in row.coded.get("mentioned", ()))
    ]
    return unordered(frame[frame["policy"].isin(listed)], "policy", "date")


def _marks(frame: pd.DataFrame) -> list[Finding]:
    """Find titles of documents without book-title marks."""
    return [
        Finding(
            kind="title_marks",
            row=str(record["policy"]),
            column="title",
            got=str(record["title_zh"]),
            expected=Text("book-title marks 《…》 around the title", "标题应加书名号《》"),
            proposal=f"《{record['title_zh'].strip('()（）')}》",
        )
        for record in records(frame)
        if re.fullmatch(r"[(（].*[)）]", str(record["title_zh"]))
    ]


REGISTER = Register(
    variables=(
        "policy", "title_zh", "title_en", "alias_zh", "date", "date_end", "date_precision", "policy_kind",
        "policy_status",
        "jurisdiction", "theme", "themes", "themes_basis", "policy_layer", "administration", "provision_zh",
        "provision_en", "in_paper", "register_source",
    ),
    keys=("policy",),
    build=_build,
    rules=(_acts, _dates, _listed, _marks),
)  # fmt: skip
