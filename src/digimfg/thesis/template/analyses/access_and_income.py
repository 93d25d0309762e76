"""数字接入与收入：可复制修改的第一个分析。 Digital access and income: a first analysis to copy and change."""

import digimfg as dm

baseline = dm.Specification(
    outcome="log_gdp_per_capita",
    regressors="internet_users_pct",
    entity="country",
    time="year",
    fixed_effects=("country", "year"),
    covariance=dm.Clustered("country"),
)

ANALYSIS = dm.Analysis(
    title=dm.Text("Digital access and income", "数字接入与收入水平"),
    panel="world",
    specifications={
        "baseline": baseline,
        "human_capital": baseline.replace(controls="human_capital"),
    },
    exhibits=(
        dm.DescriptiveTable("descriptives", specification="human_capital"),
        dm.RegressionTable("main", columns=("baseline", "human_capital"), show_controls=True),
        dm.CoefficientPlot("coefficients", columns=("baseline", "human_capital")),
    ),
)
