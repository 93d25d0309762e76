"""Ten sectors: do they grow apart, does structure change with growth, do countries gather at two levels?

十个部门：增长是否分化，结构是否随增长变动，各国是否聚于两端？
"""

from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

import digimfg as dm
from digimfg.sources.ggdc_10_sector import SOURCE
from digimfg.sources.oecd_icio_2020 import SOURCE as LINKS

folder = Path(__file__).parents[1] / "data" / "raw"
raw, links = SOURCE.load(folder), LINKS.load(folder)
TABLE = dm.InputOutputTable.from_frames(links["transactions"], links["final_demand"], **links["primary"])
SECTORS = tuple(name for name in dict.fromkeys(raw["sectors"]["sector"]) if name != "GOV")
PARTS = {"employment": "emp", "value_added": "va"}
DRAWS, SEED = 999, 20261129


def wide() -> pd.DataFrame:
    """Return one row per country and year: shares of each sector, where all are there, and manufacturing."""
    tables = [raw["manufacturing"].set_index(["country", "year"])]
    for what, short in PARTS.items():
        table = raw["sectors"].pivot_table(index=["country", "year"], columns="sector", values=what)
        # Government and other services are one sector here: some countries do not hold them apart.
        table = table.assign(OTH=table[["GOV", "OTH"]].sum(axis=1, min_count=1)).drop(columns="GOV").dropna()
        shares = table.div(table.sum(axis=1), axis=0)
        tables.append(shares.rename(columns={name: f"{short}_{name}" for name in shares}))
    return pd.concat(tables, axis=1).sort_index().reset_index()


def shift(country: pd.Series, year: pd.Series, *shares: pd.Series) -> pd.Series:
    """Return half the sum of absolute changes of shares over five years, in percentage points."""
    rows = pd.concat([country, year, *shares], axis=1).set_axis(
        ["country", "year", *range(len(shares))], axis=1
    )
    now = rows.set_index(["country", "year"])
    before = rows.assign(year=rows["year"] + 5).set_index(["country", "year"])
    changed = 50 * (now - before.reindex(now.index)).abs().sum(axis=1, skipna=False)
    return pd.Series(changed.to_numpy(), index=country.index)


def size(values: pd.Series) -> pd.Series:
    """Return absolute values."""
    return values.abs()


POINTS = dm.Text("percentage points in five years", "百分点，五年")
WORDS = dm.Text(
    "half the sum of absolute changes of nine sectors' shares over five years; government with others",
    "九个部门（政府并入其他服务）占比五年变化绝对值之和的一半",
)
world_sector = dm.DerivedPanel(
    wide(),
    (
        *(
            dm.Derived(
                f"{short}_shift",
                dm.Computed(
                    shift, ("country", "year", *(f"{short}_{name}" for name in SECTORS)), words=WORDS
                ),
                label=dm.Text(f"Structural change of {what.replace('_', ' ')}", f"{zh}结构变化"),
                unit=POINTS,
            )
            for (what, short), zh in zip(PARTS.items(), ("就业", "增加值"), strict=True)
        ),
        dm.Derived(
            "productivity_growth",
            dm.Growth("labor_productivity", kind="log", periods=5),
            label=dm.Text("Growth of labour productivity over five years", "劳动生产率五年增长"),
            unit=dm.Text("log points × 100", "对数差 × 100"),
        ),
        dm.Derived(
            "labor_productivity",
            dm.Computed(np.exp, ("log_labor_productivity",), words=dm.Text("exponential", "指数")),
            label=dm.Text("Labour productivity", "劳动生产率"),
            unit=dm.Text("US$ of 2011 a person", "2011年美元/人"),
        ),
        dm.Derived(
            "growth_size",
            dm.Computed(size, ("productivity_growth",), words=dm.Text("absolute value", "绝对值")),
            label=dm.Text(
                "Growth or decline of labour productivity (absolute)", "劳动生产率增长或下降幅度（绝对值）"
            ),
            unit=dm.Text("log points × 100", "对数差 × 100"),
        ),
        dm.Derived(
            "manufacturing_employment_share",
            dm.Ratio("employment_manufacturing", "employment_total"),
            label=dm.Text("Manufacturing share of employment", "制造业就业占比"),
            unit=dm.Text("share, 0-1", "份额，0–1"),
        ),
        dm.Derived(
            "manufacturing_value_added_share",
            dm.Ratio("value_added_manufacturing", "value_added_total"),
            label=dm.Text("Manufacturing share of value added", "制造业增加值占比"),
            unit=dm.Text("share, 0-1", "份额，0–1"),
        ),
        dm.Derived(
            "relative_productivity",
            dm.Ratio("manufacturing_value_added_share", "manufacturing_employment_share"),
            label=dm.Text("Productivity of manufacturing / all sectors", "制造业与全部部门生产率之比"),
            unit=dm.Text("ratio", "比值"),
        ),
        dm.Derived(
            "log_relative_productivity",
            "log(relative_productivity)",
            label=dm.Text("Relative productivity of manufacturing (log)", "制造业相对生产率（对数）"),
            unit=dm.Text("log points", "对数"),
        ),
    ),
    keys=("country", "year"),
    joins=(dm.Join("world", on=("country", "year"), columns=("log_labor_productivity",)),),
    name="world_sector",
)
SOURCE_NOTE = dm.Text(
    f"{SOURCE.title.en} (Timmer, de Vries and de Vries 2015): ten sectors to 2013, digital ones not apart; "
    "West Germany left out.",
    f"{SOURCE.title.zh}（Timmer、de Vries与de Vries，2015）：十个部门，至2013年，数字产业未单列；"
    "未含联邦德国（西德）。",
)


def spread(sectors: pd.DataFrame, column: str, en: str, zh: str) -> dm.Finding:
    """Return the standard deviation of sectors' mean growth, with the test that all are equal.

    Growth is against the country's mean of the year, so that countries are the independent units; Hotelling's
    test over countries, interval by drawing countries.
    """
    rows = sectors.dropna(subset=[column]).sort_values(["country", "sector", "year"])
    by = ["country", "sector"]
    rate = 100 * np.log(rows[column].where(rows[column] > 0)).groupby([rows[name] for name in by]).diff()
    rate = rate[rows.groupby(by)["year"].diff() == 1].dropna()
    held = rows.loc[rate.index].assign(rate=rate)
    held["rate"] -= held.groupby(["country", "year"])["rate"].transform("mean")
    means = held.pivot_table(index="country", columns="sector", values="rate").dropna().to_numpy()
    n, k = means.shape
    contrasts = means[:, 1:] - means[:, :1]
    centre = contrasts.mean(axis=0)
    t2 = n * centre @ np.linalg.solve(np.cov(contrasts.T), centre)
    p_value = float(stats.f.sf(t2 * (n - k + 1) / ((n - 1) * (k - 1)), k - 1, n - k + 1))
    generator = np.random.default_rng(SEED)
    drawn = means[generator.integers(n, size=(DRAWS, n))].mean(axis=1).std(axis=1, ddof=1)
    low, high = np.quantile(drawn, [0.025, 0.975])
    return dm.Finding(
        label=dm.Text(en, zh),
        estimate=float(means.mean(axis=0).std(ddof=1)),
        p_value=p_value,
        conf_low=float(low),
        conf_high=float(high),
        n_obs=float(len(held)),
    )


def apart(specification: dm.Specification, frame: pd.DataFrame) -> dm.Findings:
    """Ask whether sectors grow at one rate."""
    del specification, frame
    every = raw["sectors"][raw["sectors"]["sector"] != "GOV"]
    late = every[every["year"] >= 1990]
    settled = every[~every["sector"].isin(["AGR", "MIN"])]
    return dm.Findings(
        rows={
            "employment": spread(every, "employment", "Employment, nine sectors", "就业，九个部门"),
            "value_added": spread(
                every, "value_added", "Value added at current prices", "增加值（当期价格）"
            ),
            "since_1990": spread(late, "employment", "Employment since 1990", "就业，1990年以来"),
            "without_primary": spread(
                settled, "employment", "Employment without agriculture and mining", "就业，不含农业与采矿业"
            ),
        },
        notes=(
            dm.Text(
                "Standard deviation over sectors of their mean yearly growth (percentage points) against "
                "the mean of their country and year; Hotelling's test that all are equal, countries as "
                "units; intervals by drawing countries. Government is left out, where it is not apart "
                "everywhere.",
                "各部门年均增长率（相对本国当年均值）的跨部门标准差（百分点）；Hotelling检验“各部门相同”，"
                "以国家为个体；区间由国家重抽样得到。政府部门并非各国单列，故未纳入。",
            ),
            SOURCE_NOTE,
        ),
    )


def broken(frame: pd.DataFrame, column: str, trend: bool, en: str, zh: str) -> dm.Finding:
    """Return the share of countries with a break beyond the one in twenty that chance gives."""
    p_values = []
    for _, rows in frame.dropna(subset=[column]).groupby("country"):
        series = rows.sort_values("year").assign(change=lambda held: held[column].diff())
        series = series[series["year"].diff() == 1].dropna(subset=["change"])
        if len(series) < 40 or series["year"].diff().max() > 1:
            continue
        found = dm.break_test(series, "change", trend=trend, errors="autoregressive", draws=199, seed=SEED)
        p_values.append(float(found.tests["p_value"]["sup_f"]))
    hits, n = sum(p < 0.05 for p in p_values), len(p_values)
    interval = stats.binomtest(hits, n).proportion_ci()
    return dm.Finding(
        label=dm.Text(en, zh),
        estimate=hits / n - 0.05,
        p_value=float(stats.binomtest(hits, n, 0.05).pvalue),
        conf_low=interval.low - 0.05,
        conf_high=interval.high - 0.05,
        n_obs=float(n),
    )


def breaks(specification: dm.Specification, frame: pd.DataFrame) -> dm.Findings:
    """Ask whether the change of manufacturing's share breaks more often than chance lets it."""
    del specification
    employment, added = "manufacturing_employment_share", "manufacturing_value_added_share"
    return dm.Findings(
        rows={
            "employment": broken(frame, employment, False, "Employment share", "就业占比"),
            "value_added": broken(frame, added, False, "Value-added share", "增加值占比"),
            "employment_trend": broken(
                frame, employment, True, "Employment share, with a trend", "就业占比，含趋势"
            ),
        },
        notes=(
            dm.Text(
                "Share of countries whose yearly change of manufacturing's share breaks at an unknown date "
                "(p below 5%, Andrews, errors with memory), less the 5% that chance gives; exact binomial "
                "test, countries taken as independent; countries with 40 changes in a row.",
                "制造业占比年变化在未知时点发生突变（Andrews检验p<5%，允许误差有记忆）的国家比例减去偶然的"
                "5%；精确二项检验，视各国为独立；限连续40个以上年变化的国家。",
            ),
            SOURCE_NOTE,
        ),
    )


def warned(specification: dm.Specification, frame: pd.DataFrame) -> dm.Findings:
    """Ask in how many countries variance and memory of manufacturing's share rise together."""
    del specification
    column, hits, n = "manufacturing_employment_share", 0, 0
    for _, rows in frame.dropna(subset=[column]).groupby("country"):
        series = rows.sort_values("year")
        if len(series) < 40 or series["year"].diff().max() > 1:
            continue
        found = dm.early_warning(series, column, draws=99, seed=SEED)
        hits, n = hits + int(found.statistics["p_joint"] < 0.05), n + 1
    interval = stats.binomtest(hits, n).proportion_ci()
    return dm.Findings(
        rows={
            "employment": dm.Finding(
                label=dm.Text("Employment share", "就业占比"),
                estimate=hits / n - 0.05,
                p_value=float(stats.binomtest(hits, n, 0.05).pvalue),
                conf_low=interval.low - 0.05,
                conf_high=interval.high - 0.05,
                n_obs=float(n),
            )
        },
        notes=(
            dm.Text(
                "Share of countries in which variance and autocorrelation of manufacturing's share of "
                "employment rise together more than in stationary noise (p below 5 %), less the 5 % "
                "that chance gives; countries with 40 years in a row. Described beside the tests of "
                "breaks and tails.",
                "制造业就业占比的方差与自相关同时上升且超过平稳噪声（p<5%）的国家比例减去偶然的5%；"
                "限连续40年以上的国家。仅在突变与尾部检验旁作描述。",
            ),
            SOURCE_NOTE,
        ),
    )


def moved(specification: dm.Specification, frame: pd.DataFrame) -> dm.Findings:
    """Ask how often countries of the lowest third rise in five years, by the level of their suppliers."""
    del specification
    column = "log_relative_productivity"
    five = frame[(frame["year"] % 5 == 0) & frame["year"].between(1970, 2010)]
    linked = dm.input_output_weights(TABLE, "suppliers", exclude=("ROW",))
    wide = five.pivot_table(index="country", columns="year", values=column).dropna()
    kept = [name for name in linked.labels if name in wide.index]
    places = [list(linked.labels).index(name) for name in kept]
    matrix = linked.matrix.toarray()[np.ix_(places, places)]
    rows = five[five["country"].isin(kept)].assign(year=lambda held: held["year"] // 5)
    chain = dm.spatial_markov(
        rows, column, "country", "year", pd.DataFrame(matrix, kept, kept), classes=3, draws=199, seed=SEED
    )
    rows_of, lowest = chain.probabilities, chain.probabilities.index.get_level_values(1)[0]
    among = rows_of.index.get_level_values(0).unique()
    counts = chain.counts
    words = dict(zip(among, (("low", "低"), ("middle", "中"), ("high", "高")), strict=True))
    found = {}
    for lag in among:
        n = int(counts.loc[(lag, lowest)].sum())
        stay = int(counts.loc[(lag, lowest)].iloc[0])
        interval = stats.binomtest(n - stay, n).proportion_ci() if n else None
        found[words[lag][0]] = dm.Finding(
            label=dm.Text(
                f"Rise from the lowest third, suppliers {words[lag][0]}",
                f"由最低三分之一上升，投入来源国水平{words[lag][1]}",
            ),
            estimate=(n - stay) / n if n else np.nan,
            conf_low=interval.low if interval else np.nan,
            conf_high=interval.high if interval else np.nan,
            n_obs=float(n),
        )
    test = chain.homogeneity
    found["homogeneity"] = dm.Finding(
        label=dm.Text("Likelihood ratio: suppliers' level does not matter", "似然比：投入来源国水平无关"),
        estimate=test.likelihood_ratio,
        p_value=float(test.bootstrap_likelihood_ratio_p or test.likelihood_ratio_p),
        n_obs=float(counts.to_numpy().sum()),
    )
    return dm.Findings(
        rows=found,
        notes=(
            dm.Text(
                "Spatial Markov chain of the relative productivity of manufacturing in thirds, 1970–2010 in "
                "steps of five years. Neighbours are suppliers of inputs in the OECD table of 2020, after "
                "the sample: borders of countries do not ship. Described: it decides nothing.",
                "制造业相对生产率三等分的空间马尔可夫链，1970–2010年，五年步长。“相邻”取2020年"
                "OECD表的投入来源国（晚于样本期），因未附带国界数据。仅作描述，不作判定。",
            ),
            SOURCE_NOTE,
        ),
    )


def gathered(frame: pd.DataFrame, column: str, en: str, zh: str) -> dm.Finding:
    """Return the number of modes beyond one of the ergodic distribution, with the test of one mode."""
    found = dm.ergodic_modes(
        frame.dropna(subset=[column]), column, entity="country", time="year", draws=99, seed=SEED
    )
    return dm.Finding(
        label=dm.Text(en, zh),
        estimate=found.statistics["n_modes"] - 1,
        p_value=found.statistics["p_value"],
        n_obs=found.statistics["n_obs"],
    )


def modes(specification: dm.Specification, frame: pd.DataFrame) -> dm.Findings:
    """Ask whether countries' manufacturing gathers at several levels in the long run."""
    del specification
    five = frame[frame["year"] % 5 == 0].assign(year=lambda held: held["year"] // 5)
    return dm.Findings(
        rows={
            "productivity": gathered(
                five,
                "log_relative_productivity",
                "Relative productivity, five-year steps",
                "相对生产率，五年步长",
            ),
            "employment": gathered(
                five,
                "manufacturing_employment_share",
                "Employment share, five-year steps",
                "就业占比，五年步长",
            ),
            "productivity_yearly": gathered(
                frame,
                "log_relative_productivity",
                "Relative productivity, yearly steps",
                "相对生产率，年步长",
            ),
        },
        notes=(
            dm.Text(
                "Modes of the long-run distribution less one; p of one mode (Silverman's test for chains).",
                "长期分布的众数个数减一；单众数的p值（适用于链的Silverman检验）。",
            ),
            SOURCE_NOTE,
        ),
    )


STEPS = "year in {1955, 1960, 1965, 1970, 1975, 1980, 1985, 1990, 1995, 2000, 2005, 2010}"
change = dm.Specification(
    "emp_shift",
    "growth_size",
    entity="country",
    time="year",
    fixed_effects=("country", "year"),
    covariance=dm.Clustered("country"),
    sample=STEPS,
)

ANALYSIS = dm.Analysis(
    title=dm.Text(
        "Ten sectors of 41 countries: unequal growth, structural change, breaks and modes, to 2013",
        "41个国家的十个部门：增长分化、结构变化、突变与众数（至2013年）",
    ),
    panel=world_sector,
    specifications={
        "change": change,
        "signed": change.replace(regressors="productivity_growth"),
        "value_added": change.replace(outcome="va_shift"),
        "level": change.replace(controls="log_labor_productivity"),
        "since_1980": change.replace(sample="year in {1985, 1990, 1995, 2000, 2005, 2010}"),
    },
    studies={
        "apart": dm.Study(apart, "change"),
        "breaks": dm.Study(breaks, "change"),
        "modes": dm.Study(modes, "change"),
        "warnings": dm.Study(warned, "change"),
        "moves": dm.Study(moved, "change"),
    },
    exhibits=(
        dm.FindingsTable(
            "evolution_sectors_growth",
            study="apart",
            title=dm.Text("How far apart sectors grow", "各部门增长的分化程度"),
        ),
        dm.RegressionTable(
            "evolution_sectors_change",
            column_titles=(
                dm.Text("Absolute growth", "增长绝对值"),
                dm.Text("Growth", "增长"),
                dm.Text("Value added", "增加值"),
                dm.Text("With level", "控制水平"),
                dm.Text("Since 1980", "1980年以来"),
            ),
            title=dm.Text("Structural change and growth over five years", "五年结构变化与增长"),
            show_controls=True,
            notes=(SOURCE_NOTE,),
        ),
        dm.FindingsTable(
            "evolution_sectors_breaks",
            study="breaks",
            title=dm.Text("Breaks in the change of manufacturing's share", "制造业占比变化的突变"),
        ),
        dm.FindingsTable(
            "evolution_sectors_warnings",
            study="warnings",
            title=dm.Text(
                "Early warning: variance and memory that rise together", "早期预警：方差与记忆性同时上升"
            ),
        ),
        dm.FindingsTable(
            "evolution_sectors_moves",
            study="moves",
            title=dm.Text(
                "Moves out of the lowest third, by the level of suppliers",
                "按投入来源国水平划分的最低组向上转移",
            ),
        ),
        dm.FindingsTable(
            "evolution_sectors_modes",
            study="modes",
            title=dm.Text(
                "Do countries' manufacturing gather at several levels?", "各国制造业是否聚于多个水平？"
            ),
        ),
    ),
    claims=("C11", "C15", "C16"),
)
