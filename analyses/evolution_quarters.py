"""Quarters: does information and communication lead manufacturing, and do the two feed each other?

季度：信息通信业是否引领制造业，二者是否相互循环促进？
"""

import numpy as np
import pandas as pd
import scipy

import digimfg as dm

LABELS = {
    "ict": dm.Text("information and communication", "信息通信业"),
    "manufacturing": dm.Text("manufacturing", "制造业"),
}
VOLUMES = {"ict": "ict_value_added_volume_mlcu", "manufacturing": "manufacturing_value_added_volume_mlcu"}
PRICES = {"ict": "ict_value_added_mlcu", "manufacturing": "manufacturing_value_added_mlcu"}
DRAWS, SEED, BLOCK = 999, 20261129, 8
PANDEMIC = (2020.0, 2021.0)


national_quarterly = dm.DerivedPanel(
    "national_quarterly",
    (
        *(
            dm.Derived(
                f"{name}_growth",
                dm.Growth(VOLUMES[name], kind="log", periods=4),
                label=dm.Text(f"Growth of {label.en} over four quarters", f"{label.zh}四季度增长"),
                unit=dm.Text("log points × 100", "对数差 × 100"),
            )
            for name, label in LABELS.items()
        ),
        *(
            dm.Derived(
                f"{name}_price_growth",
                dm.Growth(PRICES[name], kind="log", periods=4),
                label=dm.Text(
                    f"Growth of {label.en} over four quarters, current prices",
                    f"{label.zh}四季度增长（当期价格）",
                ),
                unit=dm.Text("log points × 100", "对数差 × 100"),
            )
            for name, label in LABELS.items()
        ),
        dm.Derived(
            "ict_share",
            dm.Ratio("ict_value_added_mlcu", "total_value_added_mlcu", scale=100.0),
            label=dm.Text("Information and communication, share of value added", "信息通信业增加值占比"),
            unit=dm.Text("%", "%"),
        ),
    ),
    time="quarter",
)
NOTE = dm.Text(
    "Germany, Spain, Italy and Japan, 1995–2026: four countries, none of them China; information and "
    "communication as national accounts have it, not the digital economy.",
    "德国、西班牙、意大利与日本，1995–2026年：仅四国，不含中国；信息通信业按国民核算口径，并非数字经济。",
)

leads = dm.Specification(
    "manufacturing_growth",
    "L4.ict_growth",
    controls="L4.manufacturing_growth",
    entity="country",
    time="quarter",
    fixed_effects=("country", "quarter"),
    covariance=dm.DriscollKraay(lags=8),
)


def explained(
    frame: pd.DataFrame, columns: dict[str, str], lags: int, without: tuple[float, ...]
) -> dict[str, np.ndarray]:
    """Return, by industry, quarters × countries × (its growth, its own lags, the lags of the other).

    Growth of logarithms, less the means of country and quarter; quarters of the years `without` explain but
    are not explained.
    """
    growth = {}
    for name, column in columns.items():
        table = np.log(frame.pivot_table(index="quarter", columns="country", values=column)).diff() * 100
        table = table - table.mean()
        growth[name] = table.sub(table.mean(axis=1), axis=0)
    kept = ~(growth["ict"].index // 4).isin(without)
    found = {}
    for own, other in (("manufacturing", "ict"), ("ict", "manufacturing")):
        lagged = [growth[name].shift(step) for name in (own, other) for step in range(1, lags + 1)]
        found[own] = np.stack([each.to_numpy()[kept][lags + 1 :] for each in (growth[own], *lagged)], axis=2)
    return found


def long_run(rows: dict[str, np.ndarray], lags: int) -> float:
    """Return the product of the long-run answers of the two industries to each other."""
    answers = []
    for each in rows.values():
        table = each.reshape(-1, each.shape[2])
        table = table[~np.isnan(table).any(axis=1)]
        slopes = np.linalg.lstsq(table[:, 1:], table[:, 0], rcond=None)[0]
        answers.append(slopes[lags:].sum() / (1 - slopes[:lags].sum()))
    return float(answers[0] * answers[1])


def gain(
    frame: pd.DataFrame, columns: dict[str, str], lags: int, without: tuple[float, ...], en: str, zh: str
) -> dm.Finding:
    """Return the loop gain with an interval by drawing blocks of quarters, each with its own lags, the same
    for all countries.
    """
    rows = explained(frame, columns, lags, without)
    quarters = len(rows["ict"])
    generator = np.random.default_rng(SEED)
    drawn = []
    for _ in range(DRAWS):
        starts = generator.integers(quarters - BLOCK + 1, size=-(-quarters // BLOCK))
        order = (starts[:, None] + np.arange(BLOCK)).ravel()[:quarters]
        drawn.append(long_run({name: each[order] for name, each in rows.items()}, lags))
    low, high = np.quantile(drawn, [0.025, 0.975])
    below = float(np.mean(np.array(drawn) <= 0))
    return dm.Finding(
        label=dm.Text(en, zh),
        estimate=long_run(rows, lags),
        p_value=min(1.0, max(2 * min(below, 1 - below), 2 / (DRAWS + 1))),
        conf_low=float(low),
        conf_high=float(high),
        n_obs=float(np.isfinite(rows["ict"]).all(axis=2).sum()),
    )


def circulation(specification: dm.Specification, frame: pd.DataFrame) -> dm.Findings:
    """Ask whether a push to one industry comes back to it through the other."""
    del specification
    return dm.Findings(
        rows={
            "volumes": gain(frame, VOLUMES, 4, (), "Loop gain, volumes", "回路增益，物量"),
            "prices": gain(frame, PRICES, 4, (), "Loop gain, current prices", "回路增益，当期价格"),
            "two_lags": gain(frame, VOLUMES, 2, (), "Loop gain, two lags", "回路增益，两期滞后"),
            "without_2020": gain(
                frame, VOLUMES, 4, PANDEMIC, "Loop gain without 2020–21", "回路增益，不含2020–21年"
            ),
        },
        notes=(
            dm.Text(
                "Product of the long-run answers of quarterly growth of each industry to the other's: what "
                "comes back of one point. Means of country and quarter are taken out. Intervals and p "
                "values by drawing blocks of eight quarters with their own lags, all countries together.",
                "两产业季度增长相互长期响应之乘积：一个百分点的推动经另一产业返回多少。已去除国家与季度均值。"
                "区间与p值由八季度区块重抽样（各国同步）得到。",
            ),
            NOTE,
        ),
    )


def stages(specification: dm.Specification, frame: pd.DataFrame) -> dm.Findings:
    """Date stages of the share of information and communication and ask how units pass through them."""
    del specification
    first = frame[frame["quarter"] % 4 == 0].assign(year=lambda held: held["quarter"] // 4)
    rows = first[["country", "year", "ict_share"]].dropna().reset_index(drop=True)
    found = dm.fit_stages(
        rows, "ict_share", entity="country", time="year", stages=3, starts=5, draws=99, seed=SEED
    )
    kinds = found.kinds.astype(float)

    def kind(name: str, en: str, zh: str) -> dm.Finding:
        row, units = kinds.loc[name], int(found.statistics["n_units"])
        # Drawing four units anew gives no interval where all are alike; the exact one of their count does.
        exact = scipy.stats.binomtest(int(row["n"]), units).proportion_ci()
        return dm.Finding(
            label=dm.Text(en, zh),
            estimate=row["share"],
            conf_low=float(exact.low),
            conf_high=float(exact.high),
            n_obs=float(units),
        )

    return dm.Findings(
        rows={
            "spiral": kind(
                "spiral", "Share that falls back and later stands higher", "先回落后升至更高者所占比例"
            ),
            "monotone": kind("monotone", "Share that never falls back", "从未回落者所占比例"),
        },
        notes=(
            dm.Text(
                "Three ordered stages of the share of information and communication in value added, first "
                "quarters; four countries decide nothing.",
                "信息通信业增加值占比的三个有序阶段，取各年第一季度；仅四国，不足以定论。",
            ),
        ),
    )


SPECIFICATIONS = {
    "leads": leads,
    "half_year": leads.replace(regressors="L2.ict_growth", controls="L2.manufacturing_growth"),
    "two_years": leads.replace(regressors="L8.ict_growth", controls="L8.manufacturing_growth"),
    "without_2020": leads.replace(sample="quarter_year < 2020 | quarter_year > 2021"),
    "before_2008": leads.replace(sample="quarter_year < 2008"),
    "prices": leads.replace(
        outcome="manufacturing_price_growth",
        regressors="L4.ict_price_growth",
        controls="L4.manufacturing_price_growth",
    ),
    "follows": leads.replace(
        outcome="ict_growth", regressors="L4.manufacturing_growth", controls="L4.ict_growth"
    ),
    "since_2010": leads.replace(sample="quarter_year >= 2010"),
}

ANALYSIS = dm.Analysis(
    title=dm.Text(
        "Information and communication and manufacturing by quarter: who leads, and what comes back",
        "信息通信业与制造业的季度关系：谁引领、多少循环返回",
    ),
    panel=national_quarterly,
    specifications=SPECIFICATIONS,
    studies={"circulation": dm.Study(circulation, "leads"), "stages": dm.Study(stages, "leads")},
    exhibits=(
        dm.RegressionTable(
            "evolution_quarters_leads",
            columns=("leads", "without_2020", "before_2008", "since_2010", "follows"),
            column_titles=(
                dm.Text("Manufacturing", "制造业"),
                dm.Text("Without 2020–21", "不含2020–21年"),
                dm.Text("Before 2008", "2008年以前"),
                dm.Text("Since 2010", "2010年以来"),
                dm.Text("The other way", "反向"),
            ),
            title=dm.Text("Growth a year after growth of the other industry", "另一产业增长一年后的增长"),
            show_controls=True,
            notes=(NOTE,),
        ),
        dm.FindingsTable(
            "evolution_quarters_circulation",
            study="circulation",
            title=dm.Text("What comes back of a push", "推动的循环返回"),
        ),
        dm.FindingsTable(
            "evolution_quarters_stages",
            study="stages",
            title=dm.Text("Paths through stages", "经过各阶段的路径"),
        ),
    ),
    claims=("C18", "C33"),
)
