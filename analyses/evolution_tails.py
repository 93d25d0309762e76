"""Small and giant fluctuations: are growth rates of firms normal? 微涨落与巨涨落：增长率是否服从正态？"""

from pathlib import Path

import pandas as pd

import digimfg as dm
from digimfg.sources.ggdc_10_sector import SOURCE as SECTORS

folder = Path(__file__).parents[1] / "data" / "raw"
NORMAL_SHAPE = 2.0

firm_sample = dm.DerivedPanel(
    "firm_sample",
    (
        dm.Derived(
            "output_growth",
            "D.log_real_output",
            label=dm.Text("Growth of output (log)", "产出增长（对数差）"),
            unit=dm.Text("log points", "对数差"),
        ),
        dm.Derived(
            "employment_growth",
            "D.log_persons",
            label=dm.Text("Growth of employment (log)", "就业增长（对数差）"),
            unit=dm.Text("log points", "对数差"),
        ),
    ),
)


def grown(frame: pd.DataFrame, unit: str | list[str], column: str) -> pd.DataFrame:
    """Return yearly growth of logarithms, steps over a gap left out."""
    import numpy as np

    units = [unit] if isinstance(unit, str) else unit
    later = frame[[*units, "year", column]].dropna().sort_values([*units, "year"])
    steps = later.groupby(units)["year"].diff()
    rate = np.log(later[column]).groupby([later[name] for name in units]).diff()
    return later.assign(rate=rate)[steps == 1]


def shape(frame: pd.DataFrame, column: str, en: str, zh: str) -> dm.Finding:
    """Return the shape of Subbotin's distribution less that of the normal one, years' means taken out."""
    found = dm.fit_growth_tails(frame.dropna(subset=[column]), column, within="year")
    row = found.parameters.loc["shape"].astype(float)
    return dm.Finding(
        label=dm.Text(f"{en}: shape less 2", f"{zh}：形状参数减2"),
        estimate=row["estimate"] - NORMAL_SHAPE,
        conf_low=row["conf_low"] - NORMAL_SHAPE,
        conf_high=row["conf_high"] - NORMAL_SHAPE,
        p_value=float(found.tests["p_value"]["normal"]),
        n_obs=found.statistics["n_obs"],
    )


def tails(specification: dm.Specification, frame: pd.DataFrame) -> dm.Findings:
    """Compare tails of growth rates with those of many small independent shocks."""
    del specification
    british = grown(frame, "firm", "thousand_persons")
    sectors = SECTORS.load(folder)["sectors"]
    manufacturing = grown(sectors[sectors["sector"] == "MAN"], "country", "employment")
    return dm.Findings(
        rows={
            "output": shape(frame, "output_growth", "Output, Spanish firms", "产出，西班牙企业"),
            "employment": shape(frame, "employment_growth", "Employment, Spanish firms", "就业，西班牙企业"),
            "british": shape(british, "rate", "Employment, British firms", "就业，英国企业"),
            "countries": shape(
                manufacturing, "rate", "Employment in manufacturing, 41 countries", "制造业就业，41个国家"
            ),
        },
        notes=(
            dm.Text(
                "Shape 2 is normal, 1 Laplace's: the further below zero, the more giant fluctuations "
                "beside small ones. Spanish firms 1983–1990, British firms 1976–1984, countries to 2013 "
                "(West Germany left out): none of them digital. Rates of one firm are taken as independent "
                "over years.",
                "形状参数2为正态、1为拉普拉斯分布：越低于0，微涨落之外的巨涨落越多。西班牙企业1983–1990年，"
                "英国企业1976–1984年，各国数据至2013年（不含联邦德国）：均非数字化样本。同一企业各年增长率"
                "视为独立。",
            ),
        ),
    )


ANALYSIS = dm.Analysis(
    title=dm.Text(
        "Small and giant fluctuations: tails of growth rates of manufacturing firms",
        "微涨落与巨涨落：制造业企业增长率的尾部",
    ),
    panel=firm_sample,
    specifications={
        "memory": dm.Specification(
            "output_growth",
            "L.output_growth",
            entity="firm",
            time="year",
            fixed_effects="year",
            covariance=dm.Clustered("firm"),
            sample="sample_country == 'ESP'",
        )
    },
    studies={"tails": dm.Study(tails, "memory")},
    exhibits=(
        dm.FindingsTable(
            "evolution_tails",
            study="tails",
            title=dm.Text(
                "Tails of growth rates against the normal distribution", "增长率尾部与正态分布之比较"
            ),
        ),
    ),
    claims=("C16",),
)
