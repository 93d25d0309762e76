"""The history of the paper's own concept: who proposed what, and when, as its section 2.1 tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digimfg.paper.definition import Finding, Register, Row, Words
from digimfg.paper.parsing import parse_date
from digimfg.paper.rules import impossible_dates
from digimfg.records import records
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

__all__ = ["REGISTER"]


def _build(rows: tuple[Row, ...], _: Mapping[str, Words]) -> pd.DataFrame:
    import pandas as pd

    found = []
    for row in rows:
        date = parse_date(row.text("date"))
        found.append(
            {
                "concept": row.coded["concept"],
                "concept_name_zh": row.chinese("name"),
                "concept_name_en": row.english("name"),
                "concept_author": row.chinese("author"),
                "date": date.start if date else None,
                "date_precision": date.precision if date else None,
                "statement_zh": row.chinese("statement"),
                "statement_en": row.english("statement"),
            }
        )
    return pd.DataFrame(found)


def _author_twice(frame: pd.DataFrame) -> list[Finding]:
    """Find statements that name their author again."""
    return [
        Finding(
            kind="author_twice",
            row=str(record["concept"]),
            column="statement",
            got=str(record["statement_zh"]),
            expected=Text("a statement without its author", "不重复作者的表述"),
        )
        for record in records(frame)
        if str(record["concept_author"]) in str(record["statement_zh"])
    ]


def _dates(frame: pd.DataFrame) -> list[Finding]:
    return impossible_dates(frame, "concept", "date", "1900-01-01", "2024-12-31")


REGISTER = Register(
    variables=(
        "concept", "concept_name_zh", "concept_name_en", "concept_author", "date", "date_precision",
        "statement_zh",
        "statement_en",
    ),
    keys=("concept",),
    build=_build,
    rules=(_author_twice, _dates),
)  # fmt: skip
