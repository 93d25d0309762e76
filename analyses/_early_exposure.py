"""What the analyses of countries that went online early share: exposure, controls, levels before the step."""

import pandas as pd

import digimfg as dm

EXPOSURE = "internet_users_share_2009:after_1995"
CONVERGENCE = "log_labor_productivity_1995:after_1995"
HUMAN_CAPITAL = "human_capital_1995:after_1995"

EXPOSURE_NOTE = dm.Text(
    "Internet use is of 2009, fourteen years after the step: most of it follows human capital and "
    "productivity of 1995, so "
    "the exposure is not early. What the controls leave of it, and the effect for one standard "
    "deviation of that, stand in "
    "the table of falsification.",
    "互联网普及率为2009年数值，晚于阶跃时点14年，其大部分差异来自1995年的人力资本与生产率，"
    "并非“早期”指标；控制变量之外的剩余"
    "变异及其每一标准差对应的效应见证伪表。",
)


def early_level(country: pd.Series, year: pd.Series, value: pd.Series) -> pd.Series:
    """Repeat a country's mean of 1985-90 in all its rows; missing where one of the six years is."""
    means = value[year.between(1985, 1990)].groupby(country).agg(["mean", "count"])
    return country.map(means["mean"].where(means["count"] == 6)).astype(float)


world = dm.DerivedPanel(
    "world",
    (
        dm.Derived(
            "log_labor_productivity_1990",
            dm.AtYear("log_labor_productivity", 1990),
            label=dm.Text("Labour productivity in 1990 (log)", "1990年劳动生产率（对数）"),
        ),
        dm.Derived(
            "log_labor_productivity_1985_90",
            dm.Computed(
                early_level,
                ("country", "year", "log_labor_productivity"),
                words=dm.Text("mean of 1985-90", "1985–1990年均值"),
            ),
            label=dm.Text("Labour productivity, mean of 1985–90 (log)", "1985–1990年平均劳动生产率（对数）"),
            unit=dm.Text("log", "对数"),
        ),
    ),
)
