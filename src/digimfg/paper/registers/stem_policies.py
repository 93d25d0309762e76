"""Figure 3: STEM education policies; the paper's own words and what is added to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digimfg.paper.definition import Finding, Register, Row, Words
from digimfg.paper.parsing import administration, parse_date
from digimfg.paper.rules import duplicates, impossible_dates
from digimfg.records import records
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

__all__ = ["REGISTER"]


def _build(rows: tuple[Row, ...], _: Mapping[str, Words]) -> pd.DataFrame:
    import pandas as pd

    records = []
    for row in rows:
        date = parse_date(row.text("date"))
        records.append(
            {
                "policy": row.coded["policy"],
                "title_zh": row.chinese("title"),
                "title_en": row.english("title"),
                "date": date.start if date else None,
                "date_precision": date.precision if date else None,
                "policy_kind": row.coded["kind"],
                "administration": administration(date),
                "provision_zh": row.chinese("provision"),
                "provision_en": row.english("provision"),
                "in_paper": row.in_paper,
                "register_source": row.source or None,
            }
        )
    return pd.DataFrame(records)


def _acts(frame: pd.DataFrame) -> list[Finding]:
    return duplicates(frame, "policy", ("title_zh",), "duplicate_act")


def _dates(frame: pd.DataFrame) -> list[Finding]:
    return impossible_dates(frame, "policy", "date", "2000-01-01", "2024-12-31")


def _sources(frame: pd.DataFrame) -> list[Finding]:
    """Find rows that are not in the paper and name no source."""
    return [
        Finding(
            kind="no_source",
            row=str(record["policy"]),
            column="register_source",
            got="",
            expected=Text("a source, as the row is not in the paper", "非原文内容应注明来源"),
        )
        for record in records(frame)
        if not record["in_paper"] and not isinstance(record["register_source"], str)
    ]


REGISTER = Register(
    variables=(
        "policy", "title_zh", "title_en", "date", "date_precision", "policy_kind", "administration",
        "provision_zh",
        "provision_en", "in_paper", "register_source",
    ),
    keys=("policy",),
    build=_build,
    rules=(_acts, _dates, _sources),
)  # fmt: skip
