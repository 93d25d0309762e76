"""What a test needs of a panel: roles, each a column of that name or an index of indicators."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from digimfg.errors import MeasureError, nearest
from digimfg.text import Text
from digimfg.variables import dictionary

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["ROLES", "Filled", "Role", "fill_roles", "role"]

_FEWEST = 60
_LEAST_SHARE = 0.5
_SKEWED = 10.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Role:
    """Name what a test needs.

    Parameters
    ----------
    name
        A column of this name fills it; so does one that the project's labels file gives this ``role``.
    label
        What it is.
    like
        Another role whose column fills it where it has none of its own.
    indicators
        Columns of the dictionary; the mean of their standardised values fills it, signed by ``-`` before a
        name.
    least
        How many of them are enough: each with sixty values or more, and with half as many as the one with
        most.
    """

    name: str
    label: Text
    like: str = ""
    indicators: tuple[str, ...] = ()
    least: int = 2


@dataclass(frozen=True, kw_only=True, eq=False)
class Filled:
    """Hold the columns that fill roles, by role, which of the frame's they use, what each was made of, and
    what
    is missing.
    """

    columns: Mapping[str, pd.Series]
    used: tuple[str, ...]
    found: tuple[Text, ...]
    missing: tuple[Text, ...]


def _role(name: str, en: str, zh: str, indicators: str = "", like: str = "", least: int = 2) -> Role:
    return Role(name=name, label=Text(en, zh), like=like, indicators=tuple(indicators.split()), least=least)


ROLES: dict[str, Role] = {
    each.name: each
    for each in (
        _role(
            "technology_index",
            "technology system",
            "技术体系",
            "broadband_subscribers_per_100 mobile_phones_per_100 digital_finance_index "
            "internet_users_pct fixed_broadband_per_100 mobile_subscriptions_per_100 "
            "secure_servers_per_million",
        ),
        _role(
            "structure_index",
            "economic structure",
            "经济结构",
            "tertiary_gdp_pct structure_upgrading_ratio hightech_revenue_100m_yuan urbanization_pct "
            "services_gdp_pct medium_high_tech_value_added_pct manufactures_exports_pct "
            "high_tech_exports_pct",
        ),
        _role(
            "institution_index",
            "social institutions",
            "社会制度",
            "science_expenditure_100m_yuan education_expenditure_100m_yuan marketization_index "
            "rule_of_law government_effectiveness regulatory_quality control_of_corruption",
        ),
        _role(
            "digital_index",
            "digital index",
            "数字化指数",
            "broadband_subscribers_per_100 mobile_phones_per_100 it_employment_share_pct "
            "digital_finance_index "
            "internet_users_pct fixed_broadband_per_100 mobile_subscriptions_per_100 digital_words",
        ),
        _role(
            "upgrading",
            "upgrading of manufacturing",
            "制造业升级",
            "hightech_revenue_100m_yuan new_product_revenue_100m_yuan medium_high_tech_value_added_pct "
            "manufacturing_value_added_usd2015",
            least=1,
        ),
        _role("upgrading_threshold", "upgrading of manufacturing", "制造业升级", like="upgrading"),
        _role("upgrading_returns", "upgrading of manufacturing", "制造业升级", like="upgrading"),
        _role("upgrading_governed", "upgrading of manufacturing", "制造业升级", like="upgrading"),
        _role("upgrading_paths", "upgrading of manufacturing", "制造业升级", like="upgrading"),
        _role("upgrading_flows", "upgrading of manufacturing", "制造业升级", like="upgrading"),
        _role("inertia_outcome", "upgrading of manufacturing", "制造业升级", like="upgrading"),
        _role(
            "threshold_variable",
            "variable of the threshold",
            "门槛变量",
            "rd_intensity_pct human_capital",
            least=1,
        ),
        _role(
            "governance_index",
            "governance",
            "治理水平",
            "rule_of_law government_effectiveness regulatory_quality control_of_corruption "
            "marketization_index",
        ),
        _role(
            "stage_fusion",
            "stage: fusion",
            "环节：融合",
            "ecommerce_firms_pct websites_per_100_firms computers_per_100_employees it_employment_share_pct",
        ),
        _role(
            "stage_innovation",
            "stage: innovation",
            "环节：创新",
            "patents_granted rd_intensity_pct invention_patents_granted technology_market_100m_yuan",
        ),
        _role(
            "stage_diffusion",
            "stage: diffusion",
            "环节：扩散",
            "software_revenue_100m_yuan ecommerce_sales_100m_yuan broadband_subscribers_per_100 "
            "mobile_phones_per_100",
        ),
        _role(
            "stage_optimisation",
            "stage: optimisation",
            "环节：优化",
            "structure_upgrading_ratio tertiary_gdp_pct hightech_revenue_100m_yuan",
        ),
        _role(
            "stage_quality",
            "stage: high-quality development",
            "环节：高质量发展",
            "gdp_per_capita_yuan -energy_intensity_tce_per_10k_yuan -so2_10k_t",
        ),
        _role(
            "path_policy",
            "path: top-level design and policy",
            "路径：顶层设计与政策体系",
            "science_expenditure_100m_yuan fiscal_expenditure_100m_yuan",
        ),
        _role(
            "path_innovation",
            "path: innovation and standards",
            "路径：技术创新与标准建设",
            "patents_granted technology_market_100m_yuan rd_intensity_pct",
        ),
        _role(
            "path_talent",
            "path: digital talent",
            "路径：数字化人才支撑",
            "it_employment_share_pct university_students_10k schooling_years",
        ),
        _role(
            "path_collaboration",
            "path: collaborative innovation",
            "路径：协同创新",
            "technology_imports_100m_yuan new_product_projects industrial_rd_projects",
        ),
        _role(
            "path_echelon",
            "path: echelons of firms",
            "路径：企业梯队",
            "hightech_firms hightech_certified_firms industrial_firms",
        ),
        _role(
            "path_governance",
            "path: digital governance and services",
            "路径：数字化治理与服务",
            "marketization_index digital_finance_index",
        ),
        _role(
            "digital_supply",
            "digital supply",
            "数字技术供给",
            "software_revenue_100m_yuan it_services_100m_yuan ict_service_exports_usd ict_goods_exports_pct "
            "secure_servers_per_million",
            least=1,
        ),
        _role(
            "manufacturing_output",
            "manufacturing",
            "制造业产出",
            "manufacturing_revenue_100m_yuan industrial_revenue_100m_yuan manufacturing_value_added_usd2015 "
            "manufacturing_gdp_pct",
            least=1,
        ),
        _role(
            "fitness",
            "fitness: productivity of last year against the industry",
            "适应度：上年相对行业的生产率",
        ),
        _role("market_growth", "growth of the firm's market", "企业市场增长"),
        _role("rule_growth", "growth of the firm's market", "企业市场增长", like="market_growth"),
        _role("cost_advantage", "cost advantage", "成本优势"),
        _role("quality_advantage", "quality advantage", "质量优势"),
        _role("cost_efficiency", "cost efficiency of the firm", "企业成本效率", like="cost_advantage"),
        _role("consumer_value", "value to consumers", "消费者价值", like="quality_advantage"),
        _role("profitability", "profitability of the firm", "企业盈利性", "return_on_assets_ratio", least=1),
        _role("coevolution_index", "co-evolution of the firm's province", "企业所在省份的协同演化"),
        _role("firm_evolution", "evolution of the firm", "企业演化"),
        _role("industry_evolution", "evolution of the industry", "产业演化"),
        _role("economy_evolution", "evolution of the economy", "经济系统演化"),
        _role("equipment_control_rate_pct", "numerical control of key equipment", "关键装备数控化率"),
        _role("equipment_use_rate_pct", "use of equipment", "装备综合利用率"),
        _role("production_efficiency_pct", "production efficiency", "生产效率"),
        _role("growth_rate", "growth rate", "增长率"),
    )
}


def role(name: str) -> Role:
    """Return a role by its name.

    Raises
    ------
    MeasureError
        If there is none of that name.
    """
    if name not in ROLES:
        near = nearest(name, list(ROLES))
        raise MeasureError(
            where=Text("roles of columns", "列的角色"),
            expected=Text("a role that a test needs", "检验所需的角色"),
            got=f"'{name}'",
            remedy=Text(f"nearest names: {near}", f"相近的名称：{near}"),
        )
    return ROLES[name]


def fill_roles(
    frame: pd.DataFrame, wanted: Iterable[str], named: Mapping[str, str], known: Collection[str]
) -> Filled:
    """Return the columns that fill roles, standardised over the panel.

    Parameters
    ----------
    frame
        The panel.
    wanted
        Roles.
    named
        Role → column that the user named.
    known
        Columns that a panel of the kind may have: of these is said what would be enough.

    Raises
    ------
    MeasureError
        If a named column is not there, or holds no numbers.
    """
    for name, column in named.items():
        role(name)
        if column not in frame:
            near = nearest(column, [str(each) for each in frame.columns])
            raise MeasureError(
                where=Text(f"the role '{name}'", f"角色“{name}”"),
                expected=Text("a column of the panel", "面板中的列"),
                got=f"'{column}'",
                remedy=Text(f"nearest names: {near}", f"相近的名称：{near}"),
            )
    columns, used, found, missing = {}, [], [], []
    for name in wanted:
        own = ROLES[name]
        single = _single(frame, own, named)
        parts = [] if single else _indicators(frame, own)
        used += [single] if single else [each.lstrip("-") for each in parts]
        if single:
            columns[name] = _standard(frame[single], single)
            found.append(
                own.label
                if single == name
                else Text(f"{own.label.en}: {single}", f"{own.label.zh}：{single}")
            )
        elif parts:
            columns[name] = _index(frame, parts)
            listed = ", ".join(parts)
            found.append(
                Text(f"{own.label.en}: mean of {listed}", f"{own.label.zh}：{'、'.join(parts)}的均值")
            )
        else:
            missing.append(_lacking(own, frame, known))
    return Filled(
        columns=columns,
        used=tuple(dict.fromkeys(used)),
        found=tuple(dict.fromkeys(found)),
        missing=tuple(dict.fromkeys(missing)),
    )


def _single(frame: pd.DataFrame, own: Role, named: Mapping[str, str]) -> str:
    for name in (own.name, own.like):
        if name in named:
            return named[name]
        if name and name in frame and frame[name].notna().any():
            return name
    return ""


def _indicators(frame: pd.DataFrame, own: Role) -> list[str]:
    """Return the indicators that are there: those with half as many values as the one with most, or more."""
    base = ROLES[own.like] if own.like else own
    counts = {
        each: int(frame[each.lstrip("-")].notna().sum())
        for each in base.indicators
        if each.lstrip("-") in frame and _seen(frame[each.lstrip("-")])
    }
    there = [each for each, count in counts.items() if count >= _LEAST_SHARE * max(counts.values())]
    return there if len(there) >= base.least else []


def _seen(column: pd.Series) -> bool:
    return bool(
        pd.api.types.is_numeric_dtype(column) and column.notna().sum() >= _FEWEST and column.nunique() > 2
    )


def _index(frame: pd.DataFrame, parts: list[str]) -> pd.Series:
    signed = [
        (-1 if each.startswith("-") else 1) * _standard(frame[each.lstrip("-")], each) for each in parts
    ]
    total: pd.Series = pd.concat(signed, axis=1).mean(axis=1, skipna=False)
    return _standard(total, "index")


def _standard(column: pd.Series, name: str) -> pd.Series:
    """Return a column with mean zero and standard deviation one; amounts that span orders of size in logs."""
    if not pd.api.types.is_numeric_dtype(column):
        raise MeasureError(
            where=Text(f"column '{name}'", f"列“{name}”"),
            expected=Text("numbers", "数值"),
            got=str(column.dtype),
            remedy=Text("name a column of numbers", "请指定数值列"),
        )
    values: NDArray[np.float64] = column.to_numpy(dtype=np.float64, na_value=np.nan)
    known = values[np.isfinite(values)]
    if len(known) and known.min() > 0 and known.max() > _SKEWED * np.median(known):
        values = np.log(values)
    spread = np.nanstd(values)
    return pd.Series((values - np.nanmean(values)) / (spread if spread > 0 else 1.0), index=column.index)


def _lacking(own: Role, frame: pd.DataFrame, possible: Collection[str]) -> Text:
    """Return what would be enough to fill a role."""
    base = ROLES[own.like] if own.like else own
    known = dictionary()
    names = [each.lstrip("-") for each in base.indicators]
    absent = [each for each in names if each not in frame and each in possible]
    there = [each for each in names if each in frame]
    column = Text(f"a column '{own.name}'", f"列“{own.name}”")
    have = Text(f"; found only {', '.join(there)}", f"；仅有{'、'.join(there)}") if there else Text("", "")
    if not absent:
        return Text(f"{own.label.en} ({column.en}{have.en})", f"{own.label.zh}（{column.zh}{have.zh}）")
    more = max(1, base.least - len(there))
    en = ", ".join(f"{each} ({known[each].label.en})" if each in known else each for each in absent[:6])
    zh = "、".join(f"{each}（{known[each].label.zh}）" if each in known else each for each in absent[:6])
    return Text(
        f"{own.label.en} ({column.en}, or {more} of: {en}{have.en})",
        f"{own.label.zh}（{column.zh}，或下列中的{more}个：{zh}{have.zh}）",
    )
