"""What stands beside a claim and decides nothing: numbers of analyses, with where they were computed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from digimfg.display.formatting import format_count, format_p_value
from digimfg.evidence.decision import signed
from digimfg.evidence.preparation import check_names
from digimfg.result import Result
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.evidence.claims import Claim, Description, Number
    from digimfg.evidence.preparation import EvidenceOfClaims

__all__ = ["Described", "described"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Described:
    """Hold a description with its numbers, in its order; none where its analysis was not computed."""

    link: Description
    values: tuple[float, ...]

    @property
    def shown_values(self) -> tuple[str, ...]:
        """Return the numbers as readers see them: counts whole, others to three or four digits."""
        return tuple(
            format_p_value(value, 3)
            if number.column == "p_value"
            else format_count(value)
            if value.is_integer()
            else signed(f"{value:.4g}")
            for number, value in zip(self.link.numbers, self.values, strict=False)
        )

    @property
    def sentence(self) -> Text:
        """Return what is described, its numbers, and its weakness, in words."""
        link = self.link
        said = [(number.label, shown) for number, shown in zip(link.numbers, self.shown_values, strict=False)]
        en = ", ".join(f"{label.en} {value}" for label, value in said) or "not computed here"
        zh = "，".join(f"{label.zh}{value}" for label, value in said) or "此处未计算"
        return Text(
            f"Described, deciding nothing: {link.part.en}: {en}. Weakness: {link.weakness.en}",
            f"仅作描述，不参与判定：{link.part.zh}：{zh}。弱点：{link.weakness.zh}",
        )


def described(claim: Claim, evidence: EvidenceOfClaims) -> tuple[Described, ...]:
    """Return the descriptions of a claim with their numbers.

    Raises
    ------
    AnalysisError
        If an analysis that was computed lacks a specification, study or figure, a frame, a row or a column
        that is named.
    """
    return tuple(_described(claim, link, evidence) for link in claim.descriptions)


def _described(claim: Claim, link: Description, evidence: EvidenceOfClaims) -> Described:
    results, studies = (found.get(link.analysis, {}) for found in (evidence.results, evidence.studies))
    where = Text(
        f"claim {claim.id}, description by '{link.analysis}'", f"论断{claim.id}，“{link.analysis}”的描述"
    )
    known: dict[str, Any] = {**studies, **results}
    values = tuple(_value(number, known, where) for number in link.numbers) if known else ()
    return Described(link=link, values=values)


def _value(number: Number, known: Mapping[str, Any], where: Text) -> float:
    check_names(where, [number.source], known)
    place = Text(f"{where.en}, '{number.source}'", f"{where.zh}“{number.source}”")
    frames = _frames(known[number.source])
    check_names(place, [number.table], frames)
    frame = frames[number.table]
    check_names(place, [number.column], frame.columns)
    rows = {_key(key): position for position, key in enumerate(frame.index)}
    wanted = _key(number.row)
    check_names(place, [wanted], rows)
    return float(frame[number.column].iloc[rows[wanted]])


def _frames(answer: Any) -> dict[str, pd.DataFrame]:
    """Return the frames of a result, a study's answer or a figure by name."""
    if isinstance(answer, Result):
        return {"coefficients": answer.coefficients, **answer.tables}
    named = [*getattr(type(answer), "__dataclass_fields__", vars(answer))]
    held = {name: getattr(answer, name) for name in (*named, "coefficients") if hasattr(answer, name)}
    return {name: value for name, value in held.items() if isinstance(value, pd.DataFrame)}


def _key(key: Any) -> str:
    return " · ".join(map(str, key)) if isinstance(key, tuple) else str(key)
