"""Transformation described: which countries rose between terciles of productivity before 1995, and which
after?
"""

import numpy as np
import pandas as pd

import digimfg as dm

YEARS = (1970, 1995, 2017)
PERIODS = ((1970, 1995), (1995, 2017))


def share_below(country: pd.Series, value: pd.Series, *others: pd.Series) -> pd.Series:
    """Return a country's rank by value over the number of countries that have values in all the years."""
    rows = pd.concat([country, value, *others], axis=1).set_axis(range(2 + len(others)), axis=1)
    complete = rows.dropna().drop_duplicates(0).set_index(0)[1]
    return country.map(complete.rank() / len(complete)).astype(float)


def tercile(rank: pd.Series) -> pd.Series:
    """Return 1, 2 or 3 for the lowest, middle and highest third."""
    return np.ceil((3 * rank).round(9))


def change(later: pd.Series, earlier: pd.Series) -> pd.Series:
    """Return the later value less the earlier one."""
    return later - earlier


def moved(steps: pd.Series) -> pd.Series:
    """Return 1 where a country left its tercile, 0 where it stayed."""
    return (steps != 0).astype(float).where(steps.notna())


def in_year(year: int) -> tuple[dm.Derived, ...]:
    """Declare productivity, its rank and its tercile in one year."""
    levels = [f"productivity_{each}" for each in YEARS]
    others = [name for name in levels if name != f"productivity_{year}"]
    return (
        dm.Derived(
            f"productivity_{year}",
            dm.AtYear("log_labor_productivity", year),
            label=dm.Text(f"Labour productivity in {year} (log)", f"{year}年劳动生产率（对数）"),
        ),
        dm.Derived(
            f"rank_{year}",
            dm.Computed(
                share_below,
                ("country", f"productivity_{year}", *others),
                words=dm.Text(
                    "rank among countries with values in all three years, over their number",
                    "在三个年份均有取值的国家中的位次，除以国家数",
                ),
            ),
            label=dm.Text(f"Rank of productivity in {year}", f"{year}年生产率位次"),
            unit=dm.Text("share, 0-1", "份额，0–1"),
        ),
        dm.Derived(
            f"tercile_{year}",
            dm.Computed(tercile, (f"rank_{year}",), words=dm.Text("third of the ranks", "位次三分组")),
            label=dm.Text(f"Tercile of productivity in {year}", f"{year}年生产率三分组"),
            unit=dm.Text("1-3", "1–3"),
        ),
    )


def between(first: int, last: int) -> tuple[dm.Derived, ...]:
    """Declare changes of tercile and rank between two years."""
    years = dm.Text(f"{first}–{last}", f"{first}–{last}年")
    return (
        *(
            dm.Derived(
                f"{kind}_change_{first}",
                dm.Computed(
                    change,
                    (f"{kind}_{last}", f"{kind}_{first}"),
                    words=dm.Text("later less earlier", "期末减期初"),
                ),
                label=dm.Text(f"Change of {en}, {years.en}", f"{zh}变化（{years.zh}）"),
                unit=unit,
            )
            for kind, en, zh, unit in (
                ("tercile", "tercile", "三分组", dm.Text("terciles", "组")),
                ("rank", "rank", "位次", dm.Text("share, -1 to 1", "份额，−1至1")),
            )
        ),
        dm.Derived(
            f"moved_{first}",
            dm.Computed(
                moved,
                (f"tercile_change_{first}",),
                words=dm.Text("1 where the tercile changed", "三分组有变化取1"),
            ),
            label=dm.Text(f"Left its tercile, {years.en}", f"离开原三分组（{years.zh}）"),
            unit=dm.Text("0/1", "0/1"),
        ),
    )


world = dm.DerivedPanel(
    "world",
    (
        *(column for year in YEARS for column in in_year(year)),
        *(column for first, last in PERIODS for column in between(first, last)),
        dm.Derived(
            "human_capital_1970",
            dm.AtYear("human_capital", 1970),
            label=dm.Text("Human capital in 1970", "1970年人力资本"),
        ),
    ),
)


def mobility(first: int, *exposures: str) -> dm.Specification:
    """Let countries of the same first tercile differ in what they were exposed to."""
    return dm.Specification(
        outcome=f"tercile_change_{first}",
        regressors=exposures,
        entity="country",
        fixed_effects=(f"tercile_{first}",),
        covariance=dm.Robust(),
        sample="year == 1995",
    )


def ranks(first: int, *exposures: str) -> dm.Specification:
    """Ask the same of ranks, which see moves within terciles."""
    return mobility(first, *exposures).replace(
        outcome=f"rank_change_{first}", controls=f"rank_{first}", fixed_effects=()
    )


INTERNET = "internet_users_share_2009"
NOTE = dm.Text(
    "Descriptive. Human capital is of the first year of each period; internet use is of 2009, after the "
    "first period and "
    "within the second. Where internet use of 2009 goes with rises of 1970–95 too, it marks countries "
    "that rose before there "
    "was an internet: its coefficient after 1995 cannot be read as its effect.",
    "描述性结果。人力资本取各时期起始年数值；互联网普及率为2009年数值，晚于第一时期、处于第二时期之内。"
    "若其与1970–1995年的上升"
    "同样相关，则它标示的是互联网出现之前已在上升的国家，1995年后的系数不能解读为互联网的效应。",
)

ANALYSIS = dm.Analysis(
    title=dm.Text(
        "Transformation described: mobility between terciles of productivity, 1970–95 and 1995–2017",
        "变革论的描述：生产率三分组之间的流动（1970–1995年与1995–2017年）",
    ),
    panel=world,
    specifications={
        "before_human_capital": mobility(1970, "human_capital_1970"),
        "after_human_capital": mobility(1995, "human_capital_1995"),
        "before_internet": mobility(1970, INTERNET),
        "after_internet": mobility(1995, INTERNET),
        "before_both": mobility(1970, INTERNET, "human_capital_1970"),
        "after_both": mobility(1995, INTERNET, "human_capital_1995"),
        "before_ranks": ranks(1970, INTERNET, "human_capital_1970"),
        "after_ranks": ranks(1995, INTERNET, "human_capital_1995"),
    },
    exhibits=(
        dm.DescriptiveTable(
            "transformation_mobility_moves",
            variables=("moved_1970", "moved_1995", "tercile_change_1970", "tercile_change_1995"),
            specification="after_ranks",
            title=dm.Text("Moves between terciles of productivity", "生产率三分组之间的流动"),
        ),
        dm.RegressionTable(
            "transformation_mobility_main",
            title=dm.Text(
                "Mobility between terciles of productivity, human capital before it and internet use in 2009",
                "生产率三分组的流动、期初人力资本与互联网普及率（2009年）",
            ),
            notes=(NOTE,),
        ),
    ),
    claims=("C20",),
)
