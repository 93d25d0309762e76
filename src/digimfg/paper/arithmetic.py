"""What the paper's numbers add up to: growth, leverage, shares, totals; computed from the registers, never
typed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from digimfg.arguments import checked
from digimfg.paper.corrections import View
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["paper_arithmetic"]


@checked
def paper_arithmetic(view: View = "corrected") -> pd.DataFrame:
    """Return the sums and ratios that follow from the paper's numbers.

    Parameters
    ----------
    view
        Which view of the registers to compute from.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``quantity``; columns ``label_en label_zh value unit_en unit_zh formula_en formula_zh
        cells``. Growth per year is ``(x_1 / x_0)^(1 / (t_1 − t_0)) − 1``, leverage is non-federal over
        federal money. NaN where a cell cannot be read.

    Examples
    --------
    >>> facts = paper_arithmetic()["value"].round(4).to_dict()
    >>> facts["federal_growth"], facts["leverage_2019"], facts["institutes_federal"]
    (27.8846, 2.6692, 913.0)
    """
    return _computed(view).copy()


@cache
def _computed(view: View) -> pd.DataFrame:
    import pandas as pd

    from digimfg.paper.views import register

    funding = register("funding", view).set_index("figure")
    institutes = register("institutes", view)
    facts = [*_funding(funding), *_research(funding), *_programmes(funding), *_institutes(institutes)]
    return pd.DataFrame(
        [
            {
                "quantity": fact.name,
                "label_en": fact.label.en,
                "label_zh": fact.label.zh,
                "value": fact.value,
                "unit_en": fact.unit.en,
                "unit_zh": fact.unit.zh,
                "formula_en": fact.formula.en,
                "formula_zh": fact.formula.zh,
                "cells": fact.cells,
            }
            for fact in facts
        ]
    ).set_index("quantity")


@dataclass(frozen=True, slots=True)
class _Fact:
    name: str
    label: Text
    value: float
    unit: Text
    formula: Text
    cells: str


def _funding(frame: pd.DataFrame) -> list[_Fact]:
    money = frame["amount_million_usd"]
    facts = []
    for part, label in (("federal", Text("Federal", "联邦")), ("private", Text("Non-federal", "非联邦"))):
        first, last = f"{part}_2015", f"{part}_2019"
        cells = f"funding: {first}, {last}"
        growth = 100 * (money[last] / money[first] - 1)
        facts.append(
            _Fact(
                f"{part}_growth",
                Text(f"{label.en} investment, growth 2015–2019", f"{label.zh}投资2015—2019年增长"),
                growth,
                Text("%", "%"),
                Text("x₂₀₁₉ / x₂₀₁₅ − 1", "x₂₀₁₉ / x₂₀₁₅ − 1"),
                cells,
            )
        )
        facts.append(_annual(frame, first, last, Text(f"{label.en} investment", f"{label.zh}投资")))
    for year in (2015, 2019):
        other, federal = f"private_{year}", f"federal_{year}"
        ratio = money[other] / money[federal]
        facts.append(
            _Fact(
                f"leverage_{year}",
                Text(f"Leverage, {year}", f"{year}年资金配套比"),
                ratio,
                Text("", ""),
                Text("non-federal / federal", "非联邦 / 联邦"),
                f"funding: {other}, {federal}",
            )
        )
    return facts


def _annual(frame: pd.DataFrame, first: str, last: str, label: Text) -> _Fact:
    years = frame["figure_year"]
    span = years[last] - years[first]
    rate = 100 * ((frame["amount"][last] / frame["amount"][first]) ** (1 / span) - 1)
    name = f"{first.rsplit('_', 1)[0]}_annual_growth"
    words = Text(
        f"{label.en}, growth per year {years[first]:.0f}–{years[last]:.0f}",
        f"{label.zh}{years[first]:.0f}—{years[last]:.0f}年均增长",
    )
    return _Fact(
        name,
        words,
        rate,
        Text("% per year", "%/年"),
        Text("(x₁ / x₀)^(1 / years) − 1", "(x₁ / x₀)^(1 / 年数) − 1"),
        f"funding: {first}, {last}",
    )


def _research(frame: pd.DataFrame) -> list[_Fact]:
    amounts = frame["amount"]
    facts = [
        _annual(frame, "rd_total_1978", "rd_total_2020", Text("R&D budget", "研发预算")),
        _annual(frame, "rd_basic_1978", "rd_basic_2020", Text("Basic research", "基础研究")),
    ]
    for year in (1978, 2020):
        share = 100 * amounts[f"rd_basic_{year}"] / amounts[f"rd_total_{year}"]
        facts.append(
            _Fact(
                f"basic_share_{year}",
                Text(f"Share of basic research, {year}", f"{year}年基础研究占比"),
                share,
                Text("%", "%"),
                Text("basic / total", "基础研究 / 总额"),
                f"funding: rd_basic_{year}, rd_total_{year}",
            )
        )
    return facts


def _programmes(frame: pd.DataFrame) -> list[_Fact]:
    amounts = frame["amount"]
    implied = amounts["projects_2019"] / (1 + amounts["projects_growth"] / 100)
    return [
        _Fact(
            "projects_2015",
            Text("Projects in 2015, implied", "推算2015年项目数"),
            implied,
            Text("projects", "项"),
            Text("projects 2019 / (1 + growth)", "2019年项目数 / (1 + 增长率)"),
            "funding: projects_2019, projects_growth",
        )
    ]


def _institutes(frame: pd.DataFrame) -> list[_Fact]:
    federal = frame["federal_million_usd"].sum(min_count=len(frame))
    other = frame["nonfederal_million_usd"].sum(min_count=len(frame))
    cells = "institutes: investment, investment_unit"
    return [
        _Fact(
            "institutes_federal",
            Text("Federal investment in the institutes of Table 2", "表2机构联邦投资合计"),
            federal,
            Text("US$ million", "百万美元"),
            Text("sum", "合计"),
            cells,
        ),
        _Fact(
            "institutes_nonfederal",
            Text("Non-federal investment in the institutes of Table 2", "表2机构非联邦投资合计"),
            other,
            Text("US$ million", "百万美元"),
            Text("sum", "合计"),
            cells,
        ),
        _Fact(
            "institutes_leverage",
            Text("Leverage of the institutes of Table 2", "表2机构资金配套比"),
            other / federal,
            Text("", ""),
            Text("non-federal / federal", "非联邦 / 联邦"),
            cells,
        ),
        _Fact(
            "institutes_members",
            Text("Members of the institutes of Table 2", "表2机构会员合计"),
            frame["members"].sum(),
            Text("organisations", "家"),
            Text("sum", "合计"),
            "institutes: members",
        ),
    ]
