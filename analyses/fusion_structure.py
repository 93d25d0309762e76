"""Fusion and structure: where economies grew, did agriculture, industry and services change places?"""

import pandas as pd

import digimfg as dm

SHARES = ("agriculture_gdp_pct", "industry_gdp_pct", "services_gdp_pct")


def waves(
    country: pd.Series, year: pd.Series, *columns: pd.Series
) -> tuple[pd.DataFrame, pd.DataFrame, pd.Series]:
    """Return the first and the second wave of each country with two, years and columns by number, and the
    countries.
    """
    rows = pd.concat([country, year, *columns], axis=1).set_axis(range(2 + len(columns)), axis=1)
    rows = rows.dropna(subset=[2, 3, 4]).sort_values([0, 1]).set_index(0)
    rows = rows[rows.groupby(level=0)[1].transform("size") == 2]
    return rows.groupby(level=0).nth(0), rows.groupby(level=0).nth(1), country


def shift(country: pd.Series, year: pd.Series, *shares: pd.Series) -> pd.Series:
    """Return half the sum of absolute changes of the shares in their own total, in percentage points."""
    first, second, place = waves(country, year, *shares)
    parts = [each[[2, 3, 4]].div(each[[2, 3, 4]].sum(axis=1), axis=0) for each in (first, second)]
    return place.map(50 * (parts[1] - parts[0]).abs().sum(axis=1)).astype(float)


def totals_apart(country: pd.Series, year: pd.Series, *shares: pd.Series) -> pd.Series:
    """Return how far the totals of the shares lie apart in the two waves, in percentage points."""
    first, second, place = waves(country, year, *shares)
    return place.map((second[[2, 3, 4]].sum(axis=1) - first[[2, 3, 4]].sum(axis=1)).abs()).astype(float)


def growth(country: pd.Series, year: pd.Series, *shares_and_income: pd.Series) -> pd.Series:
    """Return yearly growth of income between the two waves, in log points times 100."""
    first, second, place = waves(country, year, *shares_and_income)
    return place.map(100 * (second[5] - first[5]) / (second[1] - first[1])).astype(float)


def size(values: pd.Series) -> pd.Series:
    """Return absolute values."""
    return values.abs()


YEARLY = dm.Text("% a year", "%/年")
POINTS = dm.Text("percentage points", "百分点")
KEYS = ("country", "year")

world = dm.DerivedPanel(
    "world",
    (
        dm.Derived(
            "structural_shift",
            dm.Computed(
                shift,
                (*KEYS, *SHARES),
                words=dm.Text(
                    "half the sum of absolute changes of the shares in their own total, first to second wave",
                    "两期间第一、二、三产业占比（按其合计归一）变化绝对值之和的一半",
                ),
            ),
            label=dm.Text("Structural change between waves", "两期间结构变化"),
            unit=POINTS,
        ),
        dm.Derived(
            "totals_apart",
            dm.Computed(
                totals_apart,
                (*KEYS, *SHARES),
                words=dm.Text(
                    "absolute difference of the totals of shares", "两期第一、二、三产业占比合计之差的绝对值"
                ),
            ),
            label=dm.Text("Totals of shares apart", "占比合计之差"),
            unit=POINTS,
        ),
        dm.Derived(
            "wave_growth",
            dm.Computed(
                growth,
                (*KEYS, *SHARES, "log_gdp_per_capita"),
                words=dm.Text(
                    "yearly change of log GDP per capita between the years of the waves",
                    "两期年份之间人均GDP对数的年均变化",
                ),
            ),
            label=dm.Text("Growth of GDP per capita between waves", "两期间人均GDP增长"),
            unit=YEARLY,
        ),
        dm.Derived(
            "wave_growth_size",
            dm.Computed(size, ("wave_growth",), words=dm.Text("absolute value", "绝对值")),
            label=dm.Text("Growth or decline between waves (absolute)", "两期间增长或下降幅度（绝对值）"),
            unit=YEARLY,
        ),
        dm.Derived(
            "log_gdp_per_capita_2014",
            dm.AtYear("log_gdp_per_capita", 2014),
            label=dm.Text("GDP per capita in 2014 (log)", "2014年人均GDP（对数）"),
        ),
    ),
)

# One row a country: its waves are in the columns.
plain = dm.Specification(
    outcome="structural_shift",
    regressors="wave_growth",
    entity="country",
    covariance=dm.Robust(),
    sample="year == 2014",
)

ANALYSIS = dm.Analysis(
    title=dm.Text(
        "Structure and growth: change of the three sectors' shares between two waves, about 2014 and 2024",
        "结构与增长：两期（约2014年与2024年）第一、二、三产业占比的变化",
    ),
    panel=world,
    specifications={
        "growth": plain,
        "income": plain.replace(controls="log_gdp_per_capita_2014"),
        "size": plain.replace(regressors="wave_growth_size"),
        "size_income": plain.replace(regressors="wave_growth_size", controls="log_gdp_per_capita_2014"),
        "comparable": plain.replace(sample="year == 2014 & totals_apart <= 5"),
        "comparable_size": plain.replace(
            regressors="wave_growth_size", sample="year == 2014 & totals_apart <= 5"
        ),
    },
    exhibits=(
        dm.DescriptiveTable(
            "fusion_structure_descriptives",
            variables=("structural_shift", "totals_apart", "wave_growth"),
            specification="growth",
        ),
        dm.RegressionTable(
            "fusion_structure_main",
            column_titles=(
                dm.Text("Growth", "增长"),
                dm.Text("With income", "控制收入"),
                dm.Text("Absolute", "绝对值"),
                dm.Text("Absolute, with income", "绝对值，控制收入"),
                dm.Text("Comparable totals", "合计可比"),
                dm.Text("Absolute, comparable totals", "绝对值，合计可比"),
            ),
            title=dm.Text(
                "Structural change between two waves and growth between them",
                "两期间结构变化与同期增长",
            ),
            show_controls=True,
            notes=(
                dm.Text(
                    "Shares are taken in their own total, because they do not always sum to 100 (as "
                    "where net taxes on products are "
                    "left out); the last columns keep countries whose totals lie within 5 points of "
                    "each other. Three sectors and two "
                    "waves: changes within industry are not seen, and sources of a country's waves may "
                    "differ.",
                    "第一、二、三产业占比按其合计归一，因合计不总为100（如不含产品税净额时）；"
                    "末两列仅保留两期合计相差不超过5个百分点"
                    "的国家。仅有三个产业与两期数据：工业内部变化不可见，各国两期数据来源也可能不同。",
                ),
            ),
        ),
    ),
    claims=("C11",),
)
