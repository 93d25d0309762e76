"""Waves: do cycles of activity shorten, in series of 129 and 264 years? 长波：周期是否缩短？"""

import pandas as pd

import digimfg as dm
from digimfg.sources.us_long_series import SOURCE as UNITED_STATES

SEED, DRAWS = 20261129, 499

long_run = dm.DerivedPanel(
    "long_run",
    (
        dm.Derived(
            "log_carbon",
            "log(carbon_emissions_mt)",
            label=dm.Text("World carbon emissions (log)", "全球碳排放（对数）"),
        ),
    ),
)


def slope(frame: pd.DataFrame, column: str, band: tuple[float, float], en: str, zh: str) -> dm.Finding:
    """Return the change of the period of greatest power per year within a band."""
    rows = frame.dropna(subset=[column])
    found = dm.wave_ridge(rows, column, shortest=band[0], longest=band[1], draws=DRAWS, seed=SEED)
    row = found.trend.loc["slope"].astype(float)
    return dm.Finding(
        label=dm.Text(f"{en}, {band[0]:g}–{band[1]:g} years", f"{zh}，{band[0]:g}–{band[1]:g}年"),
        estimate=row["estimate"],
        p_value=row["p_value"],
        # What a wave of constant period would have had to be for the slope seen to lie in its middle 95 %.
        conf_low=row["estimate"] - row["constant_high"],
        conf_high=row["estimate"] - row["constant_low"],
        n_obs=found.statistics["n_ridge"],
    )


def overlap(frame: pd.DataFrame, column: str) -> dm.Finding:
    """Return the share of years, of those that see both bands whole, in which a wave of each runs."""
    rows = frame.dropna(subset=[column])
    long, middle = (
        dm.wave_ridge(rows, column, shortest=low, longest=high, draws=99, seed=SEED)
        for low, high in ((30, 60), (15, 30))
    )
    seen = long.ridge.index.intersection(middle.ridge.index)
    seen = seen[(seen >= long.seen_from) & (seen <= long.seen_to)]
    both = long.ridge["period"].reindex(seen).notna() & middle.ridge["period"].reindex(seen).notna()
    return dm.Finding(
        label=dm.Text(
            "World carbon, share of years with a wave of either band at once (described)",
            "全球碳排放，两个频带的波同时存在的年份占比（描述）",
        ),
        estimate=float(both.mean()),
        n_obs=float(len(seen)),
    )


def ridges(specification: dm.Specification, frame: pd.DataFrame) -> dm.Findings:
    """Follow the period of the strongest cycle of each band."""
    del specification
    return dm.Findings(
        rows={
            "long": slope(frame, "log_carbon", (30, 60), "World carbon", "全球碳排放"),
            "middle": slope(frame, "log_carbon", (15, 30), "World carbon", "全球碳排放"),
            "production": slope(
                frame, "log_industrial_production", (12, 30), "US industrial production", "美国工业生产"
            ),
            "prices": slope(frame, "log_consumer_prices", (12, 30), "US prices", "美国物价"),
            "overlap": overlap(frame, "log_carbon"),
        },
        notes=(
            dm.Text(
                "Change of the period, in years a year; p against both a wave of constant period and red "
                "noise. Carbon 1751–2014 and US production and prices 1860–1988 are activity, not "
                "technologies, and not digital; the overlap of technologies cannot be seen in them, and a "
                "wave of 60 years is seen four times at most. "
                f"{UNITED_STATES.title.en}: {UNITED_STATES.producer}.",
                "周期长度的变动（年/年）；p值同时针对恒定周期波与红噪声。1751–2014年碳排放与1860–1988年美国"
                "工业生产、物价反映的是经济活动而非技术，更非数字技术；由此看不到技术之间的重合，60年的长波"
                f"至多出现四次。{UNITED_STATES.title.zh}：{UNITED_STATES.producer}。",
            ),
        ),
    )


ANALYSIS = dm.Analysis(
    title=dm.Text(
        "Do cycles shorten? World carbon 1751–2014, US production and prices 1860–1988",
        "周期是否缩短？全球碳排放（1751–2014年）与美国工业生产、物价（1860–1988年）",
    ),
    panel=long_run,
    specifications={
        "trend": dm.Specification("log_carbon", "year", covariance=dm.Robust()),
    },
    studies={"ridges": dm.Study(ridges, "trend")},
    exhibits=(
        dm.FindingsTable(
            "evolution_waves", study="ridges", title=dm.Text("Does the period shorten?", "周期是否缩短？")
        ),
    ),
    claims=("C03",),
)
