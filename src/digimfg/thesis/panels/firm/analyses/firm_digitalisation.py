"""企业数字化与生产率：上市公司面板。 Digital words in annual reports and productivity of listed firms."""

import numpy as np

import digimfg as dm

T = dm.Text

# 数据：此处为模拟面板，处处标明“模拟数据”。自己的数据：digimfg data import 文件 --panel firm，然后改为
# Data: a synthetic twin, marked as such everywhere. Your own: digimfg data import FILE --panel firm, then
# PANEL = dm.DerivedPanel("firm", COLUMNS)
TWIN = dm.simulate_panel("firm", seed=2026)

# 词频加一取对数；生产率为人均营业收入（对数）。 Word counts plus one, in logs; revenue per employee, in logs.
COLUMNS = (
    dm.Derived(
        "digital",
        dm.Computed(
            lambda words: np.log1p(words), ("digital_words",), words=T("log(1 + count)", "ln(1+词频)")
        ),
        label=T("Digital words, log of count plus one", "数字化词频（加一取对数）"),
        unit=T("log", "对数"),
        direction=1,
    ),
    dm.Derived(
        "revenue_per_employee",
        dm.Ratio("revenue_yuan", "employees"),
        label=T("Revenue per employee", "人均营业收入"),
        unit=T("yuan per person", "元/人"),
    ),
    dm.Derived(
        "productivity",
        "log(revenue_per_employee)",
        label=T("Revenue per employee, log", "人均营业收入（对数）"),
        direction=1,
    ),
    dm.Derived("size", "log(total_assets_yuan)", label=T("Assets, log", "总资产（对数）")),
)
PANEL = dm.DerivedPanel(TWIN, COLUMNS, keys=("firm", "year"), name="firm")

baseline = dm.Specification(
    outcome="productivity",
    regressors="digital",
    controls=("size", "debt_asset_ratio", "top_shareholder_pct"),
    entity="firm",
    time="year",
    fixed_effects=("firm", "year"),
    covariance=dm.Clustered("firm"),
)

ANALYSIS = dm.Analysis(
    title=T("Digitalisation and the productivity of firms", "企业数字化与生产率"),
    panel=PANEL,
    specifications={
        "bivariate": baseline.replace(controls=()),
        "baseline": baseline,
        "industry_years": baseline.replace(fixed_effects=("firm", "industry:year")),
        "lagged": baseline.replace(regressors="L.digital"),
        "state_owned": baseline.replace(sample="state_owned == 1"),
        "private": baseline.replace(sample="state_owned == 0"),
    },
    exhibits=(
        dm.VariableTable("variables", specification="baseline"),
        dm.DescriptiveTable("descriptives", specification="baseline"),
        dm.CorrelationTable("correlations", specification="baseline"),
        dm.RegressionTable(
            "main", columns=("bivariate", "baseline", "industry_years", "lagged"), show_controls=True
        ),
        dm.RegressionTable("owners", columns=("state_owned", "private")),
        dm.CoefficientPlot(
            "coefficients",
            columns=("bivariate", "baseline", "industry_years"),
            column_titles=(
                T("No controls", "无控制变量"),
                T("Baseline", "基准"),
                T("Industry by year effects", "行业×年份固定效应"),
            ),
        ),
    ),
)
