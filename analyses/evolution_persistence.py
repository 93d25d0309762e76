"""Persistence: does low productivity hold manufacturing firms? 低效率状态是否具有持续性？"""

import pandas as pd

import digimfg as dm


def lowest(share: float):
    """Return the rule that marks the lowest share of each year by output per person."""

    def low(year: pd.Series, output: pd.Series, persons: pd.Series) -> pd.Series:
        rank = (output - persons).groupby(year).rank(pct=True)
        return (rank <= share).astype(float).where(rank.notna())

    return low


def growth(year: pd.Series, output: pd.Series, persons: pd.Series) -> pd.Series:
    """Return output per person (log) less its mean of the year."""
    value = output - persons
    return value - value.groupby(year).transform("mean")


def marked(name: str, share: float, en: str, zh: str) -> dm.Derived:
    """Declare the column that marks the lowest share of each year."""
    return dm.Derived(
        name,
        dm.Computed(
            lowest(share),
            ("year", "log_real_output", "log_persons"),
            words=dm.Text(f"1 in the {en} of output per person of the year", f"当年人均产出处于{zh}取1"),
        ),
        label=dm.Text(f"In the {en} of productivity", f"生产率处于{zh}"),
        unit=dm.Text("0/1", "0/1"),
    )


firm_sample = dm.DerivedPanel(
    "firm_sample",
    (
        marked("lowest_third", 1 / 3, "lowest third", "最低三分之一"),
        marked("lowest_quarter", 1 / 4, "lowest quarter", "最低四分之一"),
        marked("lower_half", 1 / 2, "lower half", "较低的一半"),
        dm.Derived(
            "relative_productivity",
            dm.Computed(
                growth,
                ("year", "log_real_output", "log_persons"),
                words=dm.Text("log output per person less the mean of the year", "人均产出对数减当年均值"),
            ),
            label=dm.Text("Productivity against the mean of the year (log)", "相对当年均值的生产率（对数）"),
            unit=dm.Text("log points", "对数"),
        ),
    ),
)
SPAIN = "sample_country == 'ESP'"
SAMPLE_NOTE = dm.Text(
    "738 Spanish manufacturing firms, 1983–1990: no digital technology; what persists is the rank of "
    "output per person. Novelty of technology is not in these data.",
    "738家西班牙制造业企业，1983–1990年：无数字技术；所考察的持续性为人均产出的位次。数据不含技术新颖性。",
)
STATES = {
    "lowest_third": dm.Text("lowest third", "最低三分之一"),
    "lowest_quarter": dm.Text("lowest quarter", "最低四分之一"),
    "lower_half": dm.Text("lower half", "较低的一半"),
}


def persistence(specification: dm.Specification, frame: pd.DataFrame) -> dm.Findings:
    """Separate the hold of low productivity from lasting differences between firms."""
    del specification
    spain = frame[frame["sample_country"] == "ESP"]
    rows = {}
    for name, state in STATES.items():
        found = dm.state_dependence(spain, name, entity="firm", time="year")
        row = found.coefficients.loc["lag"].astype(float)
        rows[name] = dm.Finding(
            label=dm.Text(
                f"State dependence, {state.en} (probit index)", f"状态依赖，{state.zh}（probit指数）"
            ),
            estimate=row["estimate"],
            std_error=row["std_error"],
            p_value=row["p_value"],
            conf_low=row["conf_low"],
            conf_high=row["conf_high"],
            n_obs=found.statistics["n_obs"],
        )
    return dm.Findings(rows=rows, notes=(SAMPLE_NOTE,))


pooled = dm.Specification(
    "relative_productivity",
    "L.relative_productivity",
    entity="firm",
    time="year",
    fixed_effects="year",
    covariance=dm.Clustered("firm"),
    sample=SPAIN,
)

ANALYSIS = dm.Analysis(
    title=dm.Text(
        "Persistence of low productivity among manufacturing firms, Spain 1983–1990",
        "制造业企业低生产率的持续性（西班牙，1983–1990年）",
    ),
    panel=firm_sample,
    specifications={"pooled": pooled, "within": pooled.replace(fixed_effects=("firm", "year"))},
    studies={"persistence": dm.Study(persistence, "pooled")},
    exhibits=(
        dm.FindingsTable(
            "evolution_persistence",
            study="persistence",
            title=dm.Text("The hold of low productivity", "低生产率的持续性"),
        ),
        dm.RegressionTable(
            "evolution_persistence_linear",
            column_titles=(dm.Text("Between and within", "组间与组内"), dm.Text("Within firms", "企业内")),
            title=dm.Text(
                "Persistence of productivity: bounds from above and below", "生产率的持续性：上界与下界"
            ),
            notes=(SAMPLE_NOTE,),
        ),
    ),
    claims=("C14",),
)
