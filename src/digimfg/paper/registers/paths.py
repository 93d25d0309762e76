"""China's six paths, the words of each and the proxies that could measure it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digimfg.notes import note_of
from digimfg.paper.definition import Finding, Register, Row, Words
from digimfg.records import records

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

__all__ = ["REGISTER"]


def _build(rows: tuple[Row, ...], _: Mapping[str, Words]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(
        [
            {
                "path": row.coded["path"],
                "title_zh": row.chinese("title"),
                "title_en": row.english("title"),
                "abstract_zh": row.chinese("abstract"),
                "section_first_line": row.coded["lines"][0],
                "section_last_line": row.coded["lines"][1],
                "path_words": "; ".join(row.coded["words"]),
                "path_proxies_zh": row.chinese("proxies"),
                "path_proxies_en": row.english("proxies"),
                "path_role_zh": row.coded["role_zh"],
                "path_role_en": row.coded["role"],
            }
            for row in rows
        ]
    )


def _abstract(frame: pd.DataFrame) -> list[Finding]:
    """Find paths of the text that the abstract does not name in the same words."""
    return [
        Finding(
            kind="not_in_abstract",
            row=str(record["path"]),
            column="abstract",
            got=str(record["abstract_zh"] or ""),
            expected=note_of("paper.words_of_record", record=record["title_zh"]),
        )
        for record in records(frame)
        if record["abstract_zh"] != record["title_zh"]
    ]


REGISTER = Register(
    variables=(
        "path", "title_zh", "title_en", "abstract_zh", "section_first_line", "section_last_line",
        "path_words",
        "path_proxies_zh", "path_proxies_en", "path_role_zh", "path_role_en",
    ),
    keys=("path",),
    build=_build,
    rules=(_abstract,),
)  # fmt: skip
