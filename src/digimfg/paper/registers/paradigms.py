"""Table 1: thirteen dimensions of four industrial revolutions, and the rules that find shifted and cut
cells.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from digimfg.paper.definition import Finding, Register, Row, Words
from digimfg.records import records
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

__all__ = ["COUNTRY_WORDS", "MATERIAL_WORDS", "REGISTER"]

COUNTRY_WORDS = ("英国", "美国", "德国", "中国", "法国", "日本", "欧美", "欧洲", "欧亚", "美、德")
"""Words that make a cell one about countries."""

MATERIAL_WORDS = ("铁", "铝", "铜", "钢", "硅", "稀土", "石墨烯", "锂", "芯片", "棉")
"""Words that make a cell one about materials."""

_KINDS = {
    "countries": (COUNTRY_WORDS, "core_country"),
    "materials": (MATERIAL_WORDS, "key_material"),
}
_MAY_NAME = {
    "countries": ("core_country",),
    "materials": ("key_material", "leading_industry", "infrastructure", "core_breakthrough"),
}


def _build(rows: tuple[Row, ...], _: Mapping[str, Words]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(
        [
            {
                "dimension": row.coded["dimension"],
                "revolution": row.coded["revolution"],
                "dimension_zh": row.chinese("label"),
                "dimension_en": row.english("label"),
                "value_zh": row.chinese("value"),
                "value_en": row.english("value"),
            }
            for row in rows
        ]
    )


def _shifted(frame: pd.DataFrame) -> list[Finding]:
    """Find cells whose words belong to another row of the table."""
    found = []
    for record in records(frame):
        words, dimension = record["value_zh"], record["dimension"]
        if not isinstance(words, str):
            continue
        for kind, (vocabulary, home) in _KINDS.items():
            share = _share(words, vocabulary)
            if dimension not in _MAY_NAME[kind] and share >= 0.5:
                found.append(_shift(record, home, Text(f"no {kind} in this row", f"本行不应为{_ZH[kind]}")))
        twins = frame.loc[
            (frame["dimension"] != dimension)
            & frame["value_zh"].map(
                lambda other, words=words: isinstance(other, str) and _repeats(words, other)
            )
        ]
        if dimension in ("emerging_energy", "key_material") and len(twins):
            twin = twins.iloc[0]
            where = f"{twin['dimension']}:{twin['revolution']}"
            if not any(finding.row == _key(record) for finding in found):
                found.append(
                    _shift(
                        record,
                        str(twin["dimension"]),
                        Text(f"words of its own; {where} has the same", f"应有自身内容；与{where}相同"),
                    )
                )
    return found


_ZH = {"countries": "国家", "materials": "原材料"}


def _share(words: str, vocabulary: tuple[str, ...]) -> float:
    """Return the share of a cell's items that hold a word of the vocabulary; "美、德" counts as one item."""
    items = [item for item in re.split(r"[→、,，;；]", words.replace("美、德", "美德")) if item]
    named = [item for item in items if any(word.replace("、", "") in item for word in vocabulary)]
    return len(named) / len(items) if items else 0.0


def _repeats(words: str, other: str) -> bool:
    return len(words) >= 2 and words in other


def _shift(record: Mapping[Any, Any], home: str, expected: Text) -> Finding:
    return Finding(
        kind="shifted_row",
        row=_key(record),
        column="value",
        got=str(record["value_zh"]),
        expected=expected,
        proposal=f"belongs to {home}",
    )


def _cut(frame: pd.DataFrame) -> list[Finding]:
    """Find cells that begin a pair of words and do not end it."""
    return [
        Finding(
            kind="cut_cell",
            row=_key(record),
            column="value",
            got=record["value_zh"],
            expected=Text("从… followed by 到… (from … to …)", "“从……”之后应有“到……”"),
        )
        for record in records(frame)
        if isinstance(record["value_zh"], str)
        and "从" in record["value_zh"]
        and "到" not in record["value_zh"].split("从", 1)[1]
    ]


def _complete(frame: pd.DataFrame) -> list[Finding]:
    """Find dimensions that do not have the four revolutions."""
    return [
        Finding(
            kind="missing_cell",
            row=str(dimension),
            column="revolution",
            got=", ".join(str(each) for each in sorted(group)),
            expected=Text("revolutions 1, 2, 3, 4", "四次工业革命各一格"),
        )
        for dimension, group in frame.groupby("dimension", sort=False)["revolution"]
        if sorted(group) != [1, 2, 3, 4]
    ]


def _key(record: Mapping[Any, Any]) -> str:
    return f"{record['dimension']}:{record['revolution']}"


REGISTER = Register(
    variables=("dimension", "revolution", "dimension_zh", "dimension_en", "value_zh", "value_en"),
    keys=("dimension", "revolution"),
    build=_build,
    rules=(_shifted, _cut, _complete),
)
