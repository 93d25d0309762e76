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

# 缺失数据：仅填序列内部至多两年的缺口，绝不外推；表注自动计数。不填补则删去 missing= 与 observed_only 一列。
# Missing data: only gaps of at most two years inside a series are filled, nothing is extrapolated, and table
# notes count the
# cells. To fill nothing, delete missing= and the column with observed_only.
gaps = dm.MissingPolicy(method="linear", max_gap=2, columns="internet_users_pct")

ANALYSIS = dm.Analysis(
    title=dm.Text("Digital access and income", "数字接入与收入水平"),
    panel="world",
    missing=gaps,
    specifications={
        "baseline": baseline,
        "observed": baseline.replace(observed_only=True),  # 剔除填补值 without filled cells
        "human_capital": baseline.replace(controls="human_capital"),
    },
    exhibits=(
        dm.DescriptiveTable("descriptives", specification="human_capital"),
        dm.RegressionTable("main", columns=("baseline", "observed", "human_capital"), show_controls=True),
        dm.CoefficientPlot("coefficients", columns=("baseline", "human_capital")),
    ),
)
